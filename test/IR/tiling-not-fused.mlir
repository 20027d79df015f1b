// A consumer's tile that cuts a block leaves its producer where it is.
// RUN: structlin-opt %s --transform-interpreter --canonicalize --cse | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>

// CHECK-LABEL: func.func @cut_block(
// CHECK:         %[[Y:.*]] = structlin.blast_matmul {{.*}} outs(%{{.*}} : tensor<7x9xf32>)
// CHECK:         scf.for
// CHECK-NOT:       structlin.blast_matmul
// CHECK:           tensor.extract_slice %[[Y]]
func.func @cut_block(%x: tensor<7x9xf32>, %u: tensor<3x3x2xf32>, %s: tensor<3x2x2xf32>, %v: tensor<2x2x5xf32>, %e: tensor<7x9xf32>, %zero: f32) -> tensor<7x9xf32> {
  %y = structlin.blast_matmul ins(%x, %u, %s, %v : tensor<7x9xf32>, tensor<3x3x2xf32>, tensor<3x2x2xf32>, tensor<2x2x5xf32>)
         outs(%e : tensor<7x9xf32>) -> tensor<7x9xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
         ins(%y : tensor<7x9xf32>) outs(%e : tensor<7x9xf32>) {
  ^bb0(%p: f32, %q: f32):
    %t = arith.maximumf %p, %zero : f32
    linalg.yield %t : f32
  } -> tensor<7x9xf32>
  return %r : tensor<7x9xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["linalg.generic"]} in %root : (!transform.any_op) -> !transform.any_op
    %tile, %loops = transform.structured.fuse %op tile_sizes [0, 2]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
