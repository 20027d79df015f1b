// RUN: structlin-opt --structlin-drop-attributes %s | FileCheck %s

// CHECK-LABEL: func.func @f(
// CHECK-SAME: %{{.*}}: tensor<4xf32>, %{{.*}}: tensor<4xf32> {bufferization.writable = false})
func.func @f(%x: tensor<4xf32> {structlin.param = "w"},
             %y: tensor<4xf32> {bufferization.writable = false}) {
  return
}
