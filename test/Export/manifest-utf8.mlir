// JSON is UTF-8; a name of the IR may hold other bytes, which U+FFFD stands for.
// RUN: structlin-opt %s --structlin-import-parameters \
// RUN:   --structlin-export-parameters='to=globals manifest=%t.json' -o /dev/null
// RUN: FileCheck %s --input-file=%t.json
// RUN: %python -m json.tool %t.json

// CHECK: "name": "f�"
// CHECK: "parameter": "w�"
// CHECK: "symbol": "w�"
func.func @"f\C0"(%w: tensor<2x2xf32> {structlin.param = "w\FF"}, %x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %0 = arith.addf %x, %w : tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}
