// The passes of structlin take the family as it is: a dense layer is assigned the
// structure, fitted, decomposed and run; W is ragged, 5 x 7 in 3 blocks of 2 x 3.
// RUN: structlin-example-opt %s --structlin-assign='structure="#example.block_diagonal<blocks = 3>" min-parameters=0' | FileCheck %s --check-prefix=ASSIGN
// RUN: structlin-example-opt %s --structlin-assign='structure="#example.block_diagonal<blocks = 3>" min-parameters=0' --structlin-fit -o %t.fitted.mlir
// RUN: FileCheck %s --check-prefix=FIT < %t.fitted.mlir
// RUN: structlin-example-opt %t.fitted.mlir --structlin-decompose -o %t.plain.mlir
// RUN: FileCheck %s --check-prefix=PLAIN < %t.plain.mlir
// RUN: structlin-example-opt %t.fitted.mlir --structlin-lower-to-cpu | FileCheck %s --check-prefix=LLVM

// x W^T and, added to it, x D^T: twice the same, also in tiles of tokens, of blocks and of rows in a block.
// RUN: %python %S/../../Tools/Inputs/npy.py write %t.x.npy f4 3,7 1 2 3 4 5 6 7 7 6 5 4 3 2 1 0 1 0 -1 0 2 -3
// RUN: structlin-run %t.plain.mlir --entry=both --inputs=%t.x.npy --outputs=%t.y.npy
// RUN: %python %S/../../Tools/Inputs/npy.py print %t.y.npy | FileCheck %s --check-prefix=RESULT
// RUN: structlin-example-opt %t.fitted.mlir --pass-pipeline='builtin.module(func.func(structlin-tile-tokens{tile-size=2}),structlin-decompose)' -o %t.tokens.mlir
// RUN: structlin-run %t.tokens.mlir --entry=both --inputs=%t.x.npy --outputs=%t.y.npy
// RUN: %python %S/../../Tools/Inputs/npy.py print %t.y.npy | FileCheck %s --check-prefix=RESULT
// RUN: structlin-example-opt %t.fitted.mlir --transform-preload-library=transform-library-paths=%S/Inputs/tile.mlir --transform-interpreter=entry-point=blocks --structlin-decompose -o %t.blocks.mlir
// RUN: structlin-run %t.blocks.mlir --entry=both --inputs=%t.x.npy --outputs=%t.y.npy
// RUN: %python %S/../../Tools/Inputs/npy.py print %t.y.npy | FileCheck %s --check-prefix=RESULT
// RUN: structlin-example-opt %t.fitted.mlir --transform-preload-library=transform-library-paths=%S/Inputs/tile.mlir --transform-interpreter=entry-point=rows --structlin-decompose -o %t.rows.mlir
// RUN: structlin-run %t.rows.mlir --entry=both --inputs=%t.x.npy --outputs=%t.y.npy
// RUN: %python %S/../../Tools/Inputs/npy.py print %t.y.npy | FileCheck %s --check-prefix=RESULT
// RUN: structlin-run %t.plain.mlir --entry=both --inputs=random:0 --dynamic-size=0 --outputs=%t.y.npy

// ASSIGN-LABEL: func.func @both
// ASSIGN: structlin.linear {{.*}}structure = #example.block_diagonal<blocks = 3>

// FIT-LABEL: func.func @both
// FIT: %[[D:.*]] = structlin.parameter "a.D" = dense<{{\[\[\[}}1.000000e+00, 2.000000e+00, 3.000000e+00], [4.000000e+00, 5.000000e+00, 6.000000e+00]], {{\[\[}}1.000000e+00, -1.000000e+00, 2.000000e+00], [-2.000000e+00, 1.000000e+00, 1.000000e+00]], {{\[\[}}7.000000e+00, 0.000000e+00, 0.000000e+00], [0.000000e+00, 0.000000e+00, 0.000000e+00]]]> : tensor<3x2x3xf32>
// FIT: example.block_diagonal_matmul ins(%{{.*}}, %[[D]] : tensor<?x7xf32>, tensor<3x2x3xf32>)
// FIT-SAME: fit = #structlin.fit<weight = "a", norm = frobenius, error = 0.0, seed = 0, dense_shape = [5, 7]>

// PLAIN-NOT: example.
// PLAIN: linalg.contract
// LLVM-NOT: example.
// LLVM: llvm.func @both

// RESULT: <f4 (3, 5) [28.0, 64.0, 22.0, 6.0, 98.0, 68.0, 176.0, 10.0, -6.0, 14.0, 4.0, 10.0, 6.0, 8.0, -42.0]

func.func @both(%x: tensor<?x7xf32>) -> tensor<?x5xf32> {
  %w = structlin.parameter "a" = dense<[[1.0, 2.0, 3.0, 0.0, 0.0, 0.0, 0.0],
    [4.0, 5.0, 6.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0, -1.0, 2.0, 0.0],
    [0.0, 0.0, 0.0, -2.0, 1.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 7.0]]> : tensor<5x7xf32>
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x7xf32>
  %e = tensor.empty(%m) : tensor<?x5xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x5xf32>) -> tensor<?x5xf32>
  %0 = structlin.linear ins(%x, %w : tensor<?x7xf32>, tensor<5x7xf32>)
         outs(%init : tensor<?x5xf32>) {layer = "a1"} -> tensor<?x5xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x7xf32>, tensor<5x7xf32>)
         outs(%0 : tensor<?x5xf32>) {layer = "a2"} -> tensor<?x5xf32>
  return %y : tensor<?x5xf32>
}
