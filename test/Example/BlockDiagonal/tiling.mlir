// Tiles of whole blocks, and of rows in one block: each reads the inputs of its own
// blocks. Three blocks of 2 x 3 for 5 outputs and 7 inputs.
// RUN: structlin-example-opt %s --transform-preload-library=transform-library-paths=%S/Inputs/tile.mlir --transform-interpreter=entry-point=blocks --canonicalize --cse | FileCheck %s --check-prefix=BLOCKS
// RUN: structlin-example-opt %s --transform-preload-library=transform-library-paths=%S/Inputs/tile.mlir --transform-interpreter=entry-point=rows --canonicalize --cse | FileCheck %s --check-prefix=ROWS

// BLOCKS-DAG: #[[NUM:.*]] = affine_map<(d0) -> (-d0 + 3, 2)>
// BLOCKS-DAG: #[[OUT:.*]] = affine_map<(d0) -> (d0 * 2)>
// BLOCKS-DAG: #[[OUTS:.*]] = affine_map<(d0, d1) -> (d1 * -2 + 5, d0 * 2)>
// BLOCKS-DAG: #[[IN:.*]] = affine_map<(d0) -> (d0 * 3)>
// BLOCKS-DAG: #[[INS:.*]] = affine_map<(d0, d1) -> (d1 * -3 + 7, d0 * 3)>
// BLOCKS-LABEL: func.func @ragged
// BLOCKS: scf.for %[[I:.*]] = %c0 to %c3 step %c2 iter_args(%[[ACC:.*]] =
// BLOCKS-DAG: %[[B:.*]] = affine.min #[[NUM]](%[[I]])
// BLOCKS-DAG: %[[O:.*]] = affine.apply #[[OUT]](%[[I]])
// BLOCKS-DAG: %[[N:.*]] = affine.min #[[OUTS]](%[[B]], %[[I]])
// BLOCKS-DAG: %[[K:.*]] = affine.apply #[[IN]](%[[I]])
// BLOCKS-DAG: %[[Q:.*]] = affine.min #[[INS]](%[[B]], %[[I]])
// BLOCKS-DAG: %[[X:.*]] = tensor.extract_slice %arg0[0, %[[K]]] [4, %[[Q]]] [1, 1]
// BLOCKS-DAG: %[[D:.*]] = tensor.extract_slice %arg1[%[[I]], 0, 0] [%[[B]], 2, 3] [1, 1, 1]
// BLOCKS-DAG: %[[Y:.*]] = tensor.extract_slice %[[ACC]][0, %[[O]]] [4, %[[N]]] [1, 1]
// BLOCKS: example.block_diagonal_matmul ins(%[[X]], %[[D]] : {{.*}}) outs(%[[Y]] :
// ROWS-LABEL: func.func @ragged
// ROWS: tensor.extract_slice %arg0[%{{.*}}, %{{.*}}] [2, %{{.*}}] [1, 1] : tensor<4x7xf32> to tensor<2x?xf32>
// ROWS: example.block_diagonal_matmul ins({{.*}} : tensor<2x?xf32>, tensor<1x1x3xf32>) outs({{.*}} : tensor<2x?xf32>)
func.func @ragged(%x: tensor<4x7xf32>, %d: tensor<3x2x3xf32>, %init: tensor<4x5xf32>) -> tensor<4x5xf32> {
  %y = example.block_diagonal_matmul ins(%x, %d : tensor<4x7xf32>, tensor<3x2x3xf32>) outs(%init : tensor<4x5xf32>) -> tensor<4x5xf32>
  return %y : tensor<4x5xf32>
}

// Nothing is padding: no size is cut.
// BLOCKS-LABEL: func.func @buffers
// BLOCKS: memref.subview %arg0[0, %[[K:.*]]] [%{{.*}}, %[[Q:.*]]] [1, 1]
// BLOCKS: memref.subview %arg2[0, %[[K]]] [%{{.*}}, %[[Q]]] [1, 1]
// BLOCKS: example.block_diagonal_matmul
// ROWS-LABEL: func.func @buffers
// ROWS: memref.subview %arg0[%{{.*}}, %{{.*}}] [%{{.*}}, 2] [1, 1] : memref<?x6xf32> to memref<?x2xf32, strided<[6, 1], offset: ?>>
// ROWS: example.block_diagonal_matmul
func.func @buffers(%x: memref<?x6xf32>, %d: memref<3x2x2xf32>, %y: memref<?x6xf32>) {
  example.block_diagonal_matmul ins(%x, %d : memref<?x6xf32>, memref<3x2x2xf32>) outs(%y : memref<?x6xf32>)
  return
}
