// Weights from a safetensors file, factors to another one. The error that is
// recorded equals one recomputed from the two files, for every family and type.
// RUN: rm -rf %t && mkdir %t
// RUN: %python %S/Inputs/safetensors.py write %t/dense.safetensors lr:F32:12x10:mixed bl:F64:10x9:mixed bs:BF16:11x10:mixed sp:I8:6x9:ints nm:F16:5x10:mixed ls:BF16:12x12:mixed r1:F32:12x10:rank1 bias:F32:4:mixed
// RUN: structlin-opt %s --structlin-fit='parameters=%t/dense.safetensors output-parameters=%t/out.safetensors sweeps=20 seed=7' | FileCheck %s
// RUN: %python %S/Inputs/safetensors.py check %t/out.safetensors %t/dense.safetensors | FileCheck %s --check-prefix=CHECKED
// RUN: %python %S/Inputs/safetensors.py list %t/out.safetensors | FileCheck %s --check-prefix=LIST

// Nothing but the result is left in the folder.
// RUN: ls %t | FileCheck %s --check-prefix=FILES
// FILES: dense.safetensors
// FILES-NEXT: out.safetensors
// FILES-NOT: {{.}}

// The same seed gives the same bytes; the order of the layers does not matter.
// RUN: structlin-opt %s --structlin-fit='parameters=%t/dense.safetensors output-parameters=%t/again.safetensors sweeps=20 seed=7' -o /dev/null
// RUN: cmp %t/out.safetensors %t/again.safetensors
// RUN: structlin-opt %s --structlin-fit='parameters=%t/dense.safetensors sweeps=20 seed=7' > %t/inline.mlir
// RUN: structlin-opt %s --structlin-fit='parameters=%t/dense.safetensors sweeps=20 seed=7' > %t/inline-again.mlir
// RUN: cmp %t/inline.mlir %t/inline-again.mlir
// RUN: FileCheck %s --check-prefix=INLINE < %t/inline.mlir
// INLINE: structlin.parameter "lr.U" = dense<
// INLINE: structlin.parameter "bias" : tensor<4xf32>

// Random parameters need no file.
// RUN: structlin-opt %s --structlin-fit='parameters=random:3 output-parameters=%t/random.safetensors sweeps=2' | FileCheck %s

// CHECKED-DAG: lr matches
// CHECKED-DAG: bl matches
// CHECKED-DAG: bs matches
// CHECKED-DAG: sp matches
// CHECKED-DAG: nm matches
// CHECKED-DAG: ls matches
// CHECKED-DAG: r1 matches

// LIST-DAG: lr.U F32 12x3
// LIST-DAG: lr.V F32 3x10
// LIST-DAG: bl.U F64 2x5x2
// LIST-DAG: bl.s F64 2x3x2
// LIST-DAG: bl.V F64 3x2x3
// LIST-DAG: bs.values BF16 3x4x4
// LIST-DAG: bs.indices I32 3
// LIST-DAG: bs.offsets I32 4
// LIST-DAG: sp.values I8 27
// LIST-DAG: nm.values F16 5x3x2
// LIST-DAG: nm.indices I8 5x3x2
// LIST-DAG: ls.U BF16 12x1
// LIST-DAG: ls.values BF16 36
// LIST-DAG: bias F32 4
// LIST-DAG: lr.structure = #structlin.low_rank<rank = 3>
// LIST-DAG: lr.error = {{.}}

// CHECK-LABEL: func.func @model
// CHECK-NOT: dense
// CHECK: structlin.parameter "lr.U" : tensor<12x3xf32>
// CHECK: structlin.low_rank_matmul {{.*}}seed = {{7|0}}
// CHECK: structlin.parameter "bl.s" : tensor<2x3x2xf64>
// CHECK: structlin.blast_matmul
// CHECK: structlin.block_sparse_matmul
// CHECK: structlin.sparse_matmul
// CHECK: structlin.sparse_matmul
// CHECK: structlin.low_rank_sparse_matmul
// CHECK: structlin.parameter "bias" : tensor<4xf32>
func.func @model(%x0: tensor<?x10xf32>, %i0: tensor<?x12xf32>, %x1: tensor<?x9xf64>, %i1: tensor<?x10xf64>,
                 %x2: tensor<?x10xbf16>, %i2: tensor<?x11xf32>, %x3: tensor<?x9xi8>, %i3: tensor<?x6xi32>,
                 %x4: tensor<?x10xf16>, %i4: tensor<?x5xf32>, %x5: tensor<?x12xbf16>)
    -> (tensor<?x12xf32>, tensor<?x10xf64>, tensor<?x11xf32>, tensor<?x6xi32>, tensor<?x5xf32>, tensor<?x12xf32>,
        tensor<?x12xf32>, tensor<4xf32>) {
  %lr = structlin.parameter "lr" : tensor<12x10xf32>
  %bl = structlin.parameter "bl" : tensor<10x9xf64>
  %bs = structlin.parameter "bs" : tensor<11x10xbf16>
  %sp = structlin.parameter "sp" : tensor<6x9xi8>
  %nm = structlin.parameter "nm" : tensor<5x10xf16>
  %ls = structlin.parameter "ls" : tensor<12x12xbf16>
  %r1 = structlin.parameter "r1" : tensor<12x10xf32>
  %0 = structlin.linear ins(%x0, %lr : tensor<?x10xf32>, tensor<12x10xf32>) outs(%i0 : tensor<?x12xf32>)
    {structure = #structlin.low_rank<rank = 3>} -> tensor<?x12xf32>
  %1 = structlin.linear ins(%x1, %bl : tensor<?x9xf64>, tensor<10x9xf64>) outs(%i1 : tensor<?x10xf64>)
    {structure = #structlin.blast<blocks = [2, 3], rank = 2>} -> tensor<?x10xf64>
  %2 = structlin.linear ins(%x2, %bs : tensor<?x10xbf16>, tensor<11x10xbf16>) outs(%i2 : tensor<?x11xf32>)
    {structure = #structlin.block_sparse<block = [4, 4], keep = 0.34>} -> tensor<?x11xf32>
  %3 = structlin.linear ins(%x3, %sp : tensor<?x9xi8>, tensor<6x9xi8>) outs(%i3 : tensor<?x6xi32>)
    {structure = #structlin.sparse<keep = 0.5>} -> tensor<?x6xi32>
  %4 = structlin.linear ins(%x4, %nm : tensor<?x10xf16>, tensor<5x10xf16>) outs(%i4 : tensor<?x5xf32>)
    {structure = #structlin.sparse<2 : 4>} -> tensor<?x5xf32>
  %5 = structlin.linear ins(%x5, %ls : tensor<?x12xbf16>, tensor<12x12xbf16>) outs(%i0 : tensor<?x12xf32>)
    {structure = #structlin.low_rank_sparse<rank = 1, sparse = #structlin.sparse<keep = 0.25>>} -> tensor<?x12xf32>
  %6 = structlin.linear ins(%x0, %r1 : tensor<?x10xf32>, tensor<12x10xf32>) outs(%i0 : tensor<?x12xf32>)
    {structure = #structlin.low_rank<rank = 1>} -> tensor<?x12xf32>
  %bias = structlin.parameter "bias" : tensor<4xf32>
  return %0, %1, %2, %3, %4, %5, %6, %bias : tensor<?x12xf32>, tensor<?x10xf64>, tensor<?x11xf32>,
    tensor<?x6xi32>, tensor<?x5xf32>, tensor<?x12xf32>, tensor<?x12xf32>, tensor<4xf32>
}
