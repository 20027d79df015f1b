// Tiles of every family: of tokens, of output blocks, of rows in one block, with
// loops and with forall, on tensors and memrefs. Sizes are ragged throughout.
// RUN: structlin-opt %s --transform-interpreter=entry-point=tokens --canonicalize --cse | FileCheck %s --check-prefix=TOKENS
// RUN: structlin-opt %s --transform-interpreter=entry-point=blocks --canonicalize --cse | FileCheck %s --check-prefix=BLOCKS
// RUN: structlin-opt %s --transform-interpreter=entry-point=rows --canonicalize --cse | FileCheck %s --check-prefix=ROWS
// RUN: structlin-opt %s --transform-interpreter=entry-point=forall --canonicalize --cse | FileCheck %s --check-prefix=FORALL

// BLOCKS-DAG:   #[[START:.*]] = affine_map<(d0) -> (d0 * 3)>
// BLOCKS-DAG:   #[[SIZE:.*]] = affine_map<(d0) -> (d0 * -3 + 9, 6)>
// ROWS-DAG:     #[[ROWS:.*]] = affine_map<(d0) -> (-d0 + 3, 2)>
// ROWS-DAG:     #[[START:.*]] = affine_map<(d0, d1) -> (9, d0 * 3 + d1)>
// ROWS-DAG:     #[[SIZE:.*]] = affine_map<(d0, d1) -> (-d0 + 9, -d1 + 3, 2)>

func.func @linear(%x: tensor<7x8xf32>, %w: tensor<5x8xf32>, %init: tensor<7x5xf32>) -> tensor<7x5xf32> {
  %y = structlin.linear ins(%x, %w : tensor<7x8xf32>, tensor<5x8xf32>)
         outs(%init : tensor<7x5xf32>) {layer = "fc"} -> tensor<7x5xf32>
  return %y : tensor<7x5xf32>
}

// TOKENS-LABEL: func.func @linear(
// TOKENS:         scf.for %[[T:.*]] = %c0 to %c7 step %c2 iter_args(%[[Y:.*]] = %{{.*}})
// TOKENS:           %[[M:.*]] = affine.min
// TOKENS:           tensor.extract_slice %arg0[%[[T]], 0] [%[[M]], 8] [1, 1]
// TOKENS:           tensor.extract_slice %[[Y]][%[[T]], 0] [%[[M]], 5] [1, 1]
// TOKENS:           structlin.linear ins(%{{.*}}, %arg1 : tensor<?x8xf32>, tensor<5x8xf32>) {{.*}}{layer = "fc"} -> tensor<?x5xf32>
// ROWS-LABEL:   func.func @linear(
// ROWS:           scf.for %[[O:.*]] = %c0 to %c5 step %c2
// ROWS:             %[[N:.*]] = affine.min
// ROWS:             tensor.extract_slice %arg1[%[[O]], 0] [%[[N]], 8] [1, 1]
// ROWS:             structlin.linear ins(%arg0, %{{.*}} : tensor<7x8xf32>, tensor<?x8xf32>) {{.*}} -> tensor<7x?xf32>
// ROWS:             tensor.insert_slice %{{.*}} into %{{.*}}[0, %[[O]]] [7, %[[N]]] [1, 1]
// FORALL-LABEL: func.func @linear(
// FORALL:         scf.forall (%{{.*}}) in (2)
// FORALL:           structlin.linear
// FORALL:           tensor.parallel_insert_slice

// Nothing is known of any size, and m may be 0.
func.func @linear_dynamic(%x: tensor<?x?xf32>, %w: tensor<?x?xf32>, %init: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %y = structlin.linear ins(%x, %w : tensor<?x?xf32>, tensor<?x?xf32>)
         outs(%init : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// TOKENS-LABEL: func.func @linear_dynamic(
// TOKENS-DAG:     %[[M:.*]] = tensor.dim %arg2, %c0
// TOKENS-DAG:     %[[N:.*]] = tensor.dim %arg2, %c1
// TOKENS:         scf.for %[[T:.*]] = %c0 to %[[M]] step %c2
// TOKENS:           structlin.linear
// TOKENS:           tensor.insert_slice %{{.*}} into %{{.*}}[%[[T]], 0] [%{{.*}}, %[[N]]] [1, 1]
// ROWS-LABEL:   func.func @linear_dynamic(
// ROWS:           %[[N:.*]] = tensor.dim %arg2, %c1
// ROWS:           scf.for %[[O:.*]] = %c0 to %[[N]] step %c2
// ROWS:             structlin.linear
// FORALL-LABEL: func.func @linear_dynamic(
// FORALL:         scf.forall
// FORALL:           structlin.linear

func.func @low_rank(%x: tensor<?x8xf32>, %u: tensor<5x2xf32>, %v: tensor<2x8xf32>, %init: tensor<?x5xf32>) -> tensor<?x5xf32> {
  %y = structlin.low_rank_matmul ins(%x, %u, %v : tensor<?x8xf32>, tensor<5x2xf32>, tensor<2x8xf32>)
         outs(%init : tensor<?x5xf32>) -> tensor<?x5xf32>
  return %y : tensor<?x5xf32>
}

// TOKENS-LABEL: func.func @low_rank(
// TOKENS:         structlin.low_rank_matmul ins(%{{.*}}, %arg1, %arg2 :
// ROWS-LABEL:   func.func @low_rank(
// ROWS:           tensor.extract_slice %arg1[%[[O:.*]], 0] [%{{.*}}, 2] [1, 1]
// ROWS:           structlin.low_rank_matmul ins(%{{.*}}, %{{.*}}, %arg2 : tensor<?x8xf32>, tensor<?x2xf32>, tensor<2x8xf32>)
// FORALL-LABEL: func.func @low_rank(
// FORALL:         structlin.low_rank_matmul

// 4 blocks of 3 rows describe 12 rows for 9 outputs: the last block is padding.
func.func @blast(%x: tensor<?x9xf32>, %u: tensor<4x3x2xf32>, %s: tensor<4x2x2xf32>, %v: tensor<2x2x5xf32>, %init: tensor<?x9xf32>) -> tensor<?x9xf32> {
  %y = structlin.blast_matmul ins(%x, %u, %s, %v : tensor<?x9xf32>, tensor<4x3x2xf32>, tensor<4x2x2xf32>, tensor<2x2x5xf32>)
         outs(%init : tensor<?x9xf32>) -> tensor<?x9xf32>
  return %y : tensor<?x9xf32>
}

// TOKENS-LABEL: func.func @blast(
// TOKENS:         structlin.blast_matmul ins(%{{.*}}, %arg1, %arg2, %arg3 : {{.*}}) outs(%{{.*}} : tensor<?x9xf32>)
// BLOCKS-LABEL: func.func @blast(
// BLOCKS:         scf.for %[[B:.*]] = %c0 to %c4 step %c2
// BLOCKS:           %[[O:.*]] = affine.apply #[[START]](%[[B]])
// BLOCKS:           %[[N:.*]] = affine.min #[[SIZE]](%[[B]])
// BLOCKS:           %[[U:.*]] = tensor.extract_slice %arg1[%[[B]], 0, 0] [2, 3, 2]
// BLOCKS:           %[[S:.*]] = tensor.extract_slice %arg2[%[[B]], 0, 0] [2, 2, 2]
// BLOCKS:           %[[Y:.*]] = tensor.extract_slice %{{.*}}[0, %[[O]]] [%{{.*}}, %[[N]]] [1, 1]
// BLOCKS:           structlin.blast_matmul ins(%{{.*}}, %[[U]], %[[S]], %arg3 : {{.*}}) outs(%[[Y]] : tensor<?x?xf32>)
// The offset is cut at 9 too: rows 9 to 11 are padding.
// ROWS-LABEL:   func.func @blast(
// ROWS:           scf.for %[[B:.*]] = %c0 to %c4 step %c1
// ROWS:             scf.for %[[R:.*]] = %c0 to %c3 step %c2
// ROWS-DAG:           %[[P:.*]] = affine.min #[[ROWS]](%[[R]])
// ROWS-DAG:           %[[O:.*]] = affine.min #[[START]](%[[B]], %[[R]])
// ROWS:               %[[N:.*]] = affine.min #[[SIZE]](%[[O]], %[[R]])
// ROWS:               %[[BLOCK:.*]] = tensor.extract_slice %arg1[%[[B]], 0, 0] [1, 3, 2]
// ROWS:               %[[U:.*]] = tensor.extract_slice %[[BLOCK]][0, %[[R]], 0] [1, %[[P]], 2]
// ROWS:               %[[Y:.*]] = tensor.extract_slice %{{.*}}[0, %[[O]]] [%{{.*}}, %[[N]]] [1, 1]
// ROWS:               structlin.blast_matmul ins(%{{.*}}, %[[U]], %{{.*}}, %arg3 : {{.*}}) outs(%[[Y]] : tensor<?x?xf32>)
// FORALL-LABEL: func.func @blast(
// FORALL:         scf.forall (%{{.*}}, %{{.*}}) in (%{{.*}}, 4)
// FORALL:           structlin.blast_matmul

func.func @block_sparse(%x: tensor<?x9xf32>, %values: tensor<5x4x2xf32>, %indices: tensor<5xi32>, %offsets: tensor<4xi32>, %init: tensor<?x10xf32>) -> tensor<?x10xf32> {
  %y = structlin.block_sparse_matmul ins(%x, %values, %indices, %offsets : tensor<?x9xf32>, tensor<5x4x2xf32>, tensor<5xi32>, tensor<4xi32>)
         outs(%init : tensor<?x10xf32>) -> tensor<?x10xf32>
  return %y : tensor<?x10xf32>
}

// TOKENS-LABEL: func.func @block_sparse(
// TOKENS:         structlin.block_sparse_matmul ins(%{{.*}}, %arg1, %arg2, %arg3 :
// Offsets are absolute: values and indices stay whole.
// BLOCKS-LABEL: func.func @block_sparse(
// BLOCKS:         scf.for %[[B:.*]] = %c0 to %c3 step %c2
// BLOCKS:           %[[OFFSETS:.*]] = tensor.extract_slice %arg3[%[[B]]]
// BLOCKS:           structlin.block_sparse_matmul ins(%{{.*}}, %arg1, %arg2, %[[OFFSETS]] :
// ROWS-LABEL:   func.func @block_sparse(
// ROWS:           scf.for %[[B:.*]] = %c0 to %c3 step %c1
// ROWS:             scf.for %[[R:.*]] = %c0 to %c4 step %c2
// ROWS:               %[[VALUES:.*]] = tensor.extract_slice %arg1[0, %[[R]], 0] [5, 2, 2]
// ROWS:               %[[OFFSETS:.*]] = tensor.extract_slice %arg3[%[[B]]] [2] [1]
// ROWS:               structlin.block_sparse_matmul ins(%{{.*}}, %[[VALUES]], %arg2, %[[OFFSETS]] :
// FORALL-LABEL: func.func @block_sparse(
// FORALL:         scf.forall (%{{.*}}, %{{.*}}) in (%{{.*}}, 3)
// FORALL:           structlin.block_sparse_matmul

func.func @sparse(%x: tensor<?x8xf32>, %values: tensor<11xf32>, %indices: tensor<11xi32>, %offsets: tensor<6xi32>, %init: tensor<?x5xf32>) -> tensor<?x5xf32> {
  %y = structlin.sparse_matmul ins(%x, %values, %indices, %offsets : tensor<?x8xf32>, tensor<11xf32>, tensor<11xi32>, tensor<6xi32>)
         outs(%init : tensor<?x5xf32>) -> tensor<?x5xf32>
  return %y : tensor<?x5xf32>
}

// TOKENS-LABEL: func.func @sparse(
// TOKENS:         structlin.sparse_matmul ins(%{{.*}}, %arg1, %arg2, %arg3 :
// ROWS-LABEL:   func.func @sparse(
// ROWS:           scf.for %[[O:.*]] = %c0 to %c5 step %c2
// ROWS:             %[[OFFSETS:.*]] = tensor.extract_slice %arg3[%[[O]]] [%{{.*}}] [1]
// ROWS:             structlin.sparse_matmul ins(%{{.*}}, %arg1, %arg2, %[[OFFSETS]] :
// FORALL-LABEL: func.func @sparse(
// FORALL:         structlin.sparse_matmul

func.func @sparse_n_m(%x: tensor<?x8xf32>, %values: tensor<5x2x2xf32>, %indices: tensor<5x2x2xi8>, %init: tensor<?x5xf32>) -> tensor<?x5xf32> {
  %y = structlin.sparse_matmul ins(%x, %values, %indices : tensor<?x8xf32>, tensor<5x2x2xf32>, tensor<5x2x2xi8>)
         outs(%init : tensor<?x5xf32>) {group = 4} -> tensor<?x5xf32>
  return %y : tensor<?x5xf32>
}

// TOKENS-LABEL: func.func @sparse_n_m(
// TOKENS:         structlin.sparse_matmul ins(%{{.*}}, %arg1, %arg2 : {{.*}}{group = 4 : i64}
// ROWS-LABEL:   func.func @sparse_n_m(
// ROWS:           scf.for %[[O:.*]] = %c0 to %c5 step %c2
// ROWS:             %[[VALUES:.*]] = tensor.extract_slice %arg1[%[[O]], 0, 0]
// ROWS:             %[[INDICES:.*]] = tensor.extract_slice %arg2[%[[O]], 0, 0]
// ROWS:             structlin.sparse_matmul ins(%{{.*}}, %[[VALUES]], %[[INDICES]] : {{.*}}{group = 4 : i64}
// FORALL-LABEL: func.func @sparse_n_m(
// FORALL:         structlin.sparse_matmul

func.func @low_rank_sparse(%x: tensor<?x8xf32>, %u: tensor<5x2xf32>, %v: tensor<2x8xf32>, %values: tensor<11xf32>, %indices: tensor<11xi32>, %offsets: tensor<6xi32>, %init: tensor<?x5xf32>) -> tensor<?x5xf32> {
  %y = structlin.low_rank_sparse_matmul ins(%x, %u, %v, %values, %indices, %offsets : tensor<?x8xf32>, tensor<5x2xf32>, tensor<2x8xf32>, tensor<11xf32>, tensor<11xi32>, tensor<6xi32>)
         outs(%init : tensor<?x5xf32>) -> tensor<?x5xf32>
  return %y : tensor<?x5xf32>
}

// TOKENS-LABEL: func.func @low_rank_sparse(
// TOKENS:         structlin.low_rank_sparse_matmul ins(%{{.*}}, %arg1, %arg2, %arg3, %arg4, %arg5 :
// ROWS-LABEL:   func.func @low_rank_sparse(
// ROWS:           scf.for %[[O:.*]] = %c0 to %c5 step %c2
// ROWS:             %[[U:.*]] = tensor.extract_slice %arg1[%[[O]], 0]
// ROWS:             %[[OFFSETS:.*]] = tensor.extract_slice %arg5[%[[O]]]
// ROWS:             structlin.low_rank_sparse_matmul ins(%{{.*}}, %[[U]], %arg2, %arg3, %arg4, %[[OFFSETS]] :
// FORALL-LABEL: func.func @low_rank_sparse(
// FORALL:         structlin.low_rank_sparse_matmul

func.func @memrefs(%x: memref<?x9xf32>, %u: memref<4x3x2xf32>, %s: memref<4x2x2xf32>, %v: memref<2x2x5xf32>, %y: memref<?x9xf32>) {
  structlin.blast_matmul ins(%x, %u, %s, %v : memref<?x9xf32>, memref<4x3x2xf32>, memref<4x2x2xf32>, memref<2x2x5xf32>)
    outs(%y : memref<?x9xf32>)
  return
}

// TOKENS-LABEL: func.func @memrefs(
// TOKENS:         scf.for
// TOKENS:           memref.subview %arg0
// TOKENS:           %[[Y:.*]] = memref.subview %arg4
// TOKENS:           structlin.blast_matmul {{.*}} outs(%[[Y]] :
// BLOCKS-LABEL: func.func @memrefs(
// BLOCKS:         memref.subview %arg1[%[[B:.*]], 0, 0] [2, 3, 2]
// BLOCKS:         structlin.blast_matmul
// ROWS-LABEL:   func.func @memrefs(
// ROWS:           structlin.blast_matmul
// FORALL-LABEL: func.func @memrefs(
// FORALL:         scf.forall
// FORALL:           structlin.blast_matmul

// No tokens at all.
func.func @no_tokens(%x: tensor<0x8xf32>, %w: tensor<5x8xf32>, %init: tensor<0x5xf32>) -> tensor<0x5xf32> {
  %y = structlin.linear ins(%x, %w : tensor<0x8xf32>, tensor<5x8xf32>)
         outs(%init : tensor<0x5xf32>) -> tensor<0x5xf32>
  return %y : tensor<0x5xf32>
}

// TOKENS-LABEL: func.func @no_tokens(
// TOKENS-NEXT:    return %arg2
// ROWS-LABEL:   func.func @no_tokens(
// ROWS-NEXT:      return %arg2
// FORALL-LABEL: func.func @no_tokens(
// FORALL-NEXT:    return %arg2

// A tile is no longer the whole weight that the error was measured on.
func.func @fit(%x: tensor<7x8xf32>, %u: tensor<5x2xf32>, %v: tensor<2x8xf32>, %init: tensor<7x5xf32>) -> tensor<7x5xf32> {
  %y = structlin.low_rank_matmul ins(%x, %u, %v : tensor<7x8xf32>, tensor<5x2xf32>, tensor<2x8xf32>)
         outs(%init : tensor<7x5xf32>)
         {layer = "fc", fit = #structlin.fit<weight = "w", norm = frobenius, error = 0.5, seed = 0, dense_shape = [5, 8]>} -> tensor<7x5xf32>
  return %y : tensor<7x5xf32>
}

// TOKENS-LABEL: func.func @fit(
// TOKENS-NOT:     fit =
// TOKENS:         structlin.low_rank_matmul {{.*}}{layer = "fc"}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @tokens(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match interface{TilingInterface} in %root : (!transform.any_op) -> !transform.any_op
    %tile, %loop = transform.structured.tile_using_for %op tile_sizes [2, 0, 0]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
  transform.named_sequence @blocks(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["structlin.blast_matmul", "structlin.block_sparse_matmul"]} in %root
      : (!transform.any_op) -> !transform.any_op
    %tile, %loop = transform.structured.tile_using_for %op tile_sizes [0, 2, 0]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
  transform.named_sequence @rows(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match interface{TilingInterface} in %root : (!transform.any_op) -> !transform.any_op
    %tile, %loop:2 = transform.structured.tile_using_for %op tile_sizes [0, 1, 2]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
  transform.named_sequence @forall(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match interface{TilingInterface} in %root : (!transform.any_op) -> !transform.any_op
    %tile, %loop = transform.structured.tile_using_forall %op tile_sizes [4, 1, 0]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
