// The family in structlin-opt, which was built without it: both have the same structlin.
// RUN: structlin-opt --load-dialect-plugin=%example_plugin %s --structlin-fit | FileCheck %s
// RUN: structlin-opt --load-dialect-plugin=%example_plugin %s --structlin-fit --structlin-decompose \
// RUN:   | FileCheck %s --check-prefix=PLAIN
// RUN: not structlin-opt %s 2>&1 | FileCheck %s --check-prefix=WITHOUT

// CHECK: example.block_diagonal_matmul
// CHECK-SAME: error = 0.8,
// PLAIN: linalg.
// PLAIN-NOT: example.
// WITHOUT: error: {{.*}}created with unregistered dialect
func.func @f(%x: tensor<?x2xi8>, %init: tensor<?x2xi32>) -> tensor<?x2xi32> {
  %w = structlin.parameter "b" = dense<[[3, 4], [0, 0]]> : tensor<2x2xi8>
  %y = structlin.linear ins(%x, %w : tensor<?x2xi8>, tensor<2x2xi8>)
         outs(%init : tensor<?x2xi32>) {structure = #example.block_diagonal<blocks = 2>} -> tensor<?x2xi32>
  return %y : tensor<?x2xi32>
}
