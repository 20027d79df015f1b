// Structured products as producers of tiled consumers, and producers fused into
// tiled structured products.
// RUN: structlin-opt %s --transform-interpreter=entry-point=fuse --canonicalize --cse | FileCheck %s --check-prefix=FUSE
// RUN: structlin-opt %s --transform-interpreter=entry-point=containing --canonicalize --cse | FileCheck %s --check-prefix=FORALL
// RUN: structlin-opt %s --transform-interpreter=entry-point=chain --canonicalize --cse | FileCheck %s --check-prefix=CHAIN

#id = affine_map<(i, j) -> (i, j)>

// Tiles of 6 outputs are two blocks of 3 rows; the last tile has 4 outputs, which
// end where y ends, and so are two blocks as well.
// FUSE-DAG:     #[[FIRST:.*]] = affine_map<(d0) -> (d0 floordiv 3)>
// FUSE-DAG:     #[[COUNT:.*]] = affine_map<(d0) -> (d0 ceildiv 3)>
// FUSE-LABEL:   func.func @activation(
// FUSE-NOT:       linalg.fill
// FUSE:           scf.for %[[T:.*]] = %c0 to %{{.*}} step %c2
// FUSE:             scf.for %[[O:.*]] = %c0 to %c10 step %c6
// FUSE-DAG:           %[[B:.*]] = affine.apply #[[FIRST]](%[[O]])
// FUSE-DAG:           %[[N:.*]] = affine.apply #[[COUNT]](%{{.*}})
// FUSE:               tensor.extract_slice %{{.*}}[%[[B]], 0, 0] [%[[N]], 3, 2]
// FUSE:               %[[INIT:.*]] = linalg.fill
// FUSE:               %[[Y:.*]] = structlin.blast_matmul {{.*}} outs(%[[INIT]] : tensor<?x?xf32>)
// FUSE:               linalg.generic {{.*}} ins(%[[Y]] : tensor<?x?xf32>)
// FORALL-LABEL: func.func @activation(
// FORALL:         scf.forall
// FORALL:           %[[Y:.*]] = structlin.blast_matmul
// FORALL:           linalg.generic {{.*}} ins(%[[Y]] : tensor<?x?xf32>)
// FORALL:           tensor.parallel_insert_slice
func.func @activation(%x: tensor<?x9xf32>, %u: tensor<4x3x2xf32>, %s: tensor<4x2x2xf32>, %v: tensor<2x2x5xf32>, %e: tensor<?x10xf32>, %zero: f32) -> tensor<?x10xf32> {
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x10xf32>) -> tensor<?x10xf32>
  %y = structlin.blast_matmul ins(%x, %u, %s, %v : tensor<?x9xf32>, tensor<4x3x2xf32>, tensor<4x2x2xf32>, tensor<2x2x5xf32>)
         outs(%init : tensor<?x10xf32>) -> tensor<?x10xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
         ins(%y : tensor<?x10xf32>) outs(%e : tensor<?x10xf32>) {
  ^bb0(%p: f32, %q: f32):
    %t = arith.maximumf %p, %zero : f32
    linalg.yield %t : f32
  } -> tensor<?x10xf32>
  return %r : tensor<?x10xf32>
}

// A second layer tiled by tokens takes the rows of the first one that it reads.
// CHAIN-LABEL: func.func @two_layers(
// CHAIN:         scf.for %[[T:.*]] = %c0 to %c7 step %c2
// CHAIN:           %[[H:.*]] = structlin.linear {{.*}}{layer = "up"} -> tensor<?x6xf32>
// CHAIN:           structlin.low_rank_matmul ins(%[[H]], {{.*}}{layer = "down"} -> tensor<?x5xf32>
func.func @two_layers(%x: tensor<7x8xf32>, %w: tensor<6x8xf32>, %u: tensor<5x2xf32>, %v: tensor<2x6xf32>, %a: tensor<7x6xf32>, %b: tensor<7x5xf32>) -> tensor<7x5xf32> {
  %h = structlin.linear ins(%x, %w : tensor<7x8xf32>, tensor<6x8xf32>)
         outs(%a : tensor<7x6xf32>) {layer = "up"} -> tensor<7x6xf32>
  %y = structlin.low_rank_matmul ins(%h, %u, %v : tensor<7x6xf32>, tensor<5x2xf32>, tensor<2x6xf32>)
         outs(%b : tensor<7x5xf32>) {layer = "down"} -> tensor<7x5xf32>
  return %y : tensor<7x5xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @fuse(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["linalg.generic"]} in %root : (!transform.any_op) -> !transform.any_op
    %tile, %loops:2 = transform.structured.fuse %op tile_sizes [2, 6]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
  transform.named_sequence @containing(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["linalg.generic"]} in %root : (!transform.any_op) -> !transform.any_op
    %product = transform.structured.match ops{["structlin.blast_matmul"]} in %root : (!transform.any_op) -> !transform.any_op
    %tile, %loop = transform.structured.tile_using_forall %op tile_sizes [2, 6]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %fused, %containing = transform.structured.fuse_into_containing_op %product into %loop
      : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
  transform.named_sequence @chain(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["structlin.low_rank_matmul"]} in %root : (!transform.any_op) -> !transform.any_op
    %tile, %loop = transform.structured.fuse %op tile_sizes [2, 0, 0]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
