// RUN: structlin-opt --structlin-bufferize-for-cpu --split-input-file %s | FileCheck %s
// RUN: structlin-opt --structlin-bufferize-for-cpu="threads=false vector-bytes=0" --split-input-file %s | FileCheck %s
// RUN: structlin-opt --structlin-lower-to-cpu --split-input-file %s | FileCheck %s --check-prefix=LLVM

// The entry of a one-layer model works in the caller's buffers. Where a family has
// inner results, one buffer for each is the only allocation, made per tile of tokens.

// LLVM-NOT: {{(= |^ *)(memref|linalg|scf|vector|affine|arith|math|func)\.|structlin\.param = |unrealized}}

// CHECK-LABEL: func.func @linear(
// CHECK-NOT: memref.alloc
// CHECK-NOT: memref.copy
// CHECK: return
func.func @linear(%x: tensor<?x64xf32>) -> tensor<?x48xf32> {
  %w = structlin.parameter "linear.w" : tensor<48x64xf32>
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x64xf32>
  %e = tensor.empty(%m) : tensor<?x48xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?x48xf32>) -> tensor<?x48xf32>
  %y = structlin.linear
         ins(%x, %w : tensor<?x64xf32>, tensor<48x64xf32>)
         outs(%z : tensor<?x48xf32>) -> tensor<?x48xf32>
  return %y : tensor<?x48xf32>
}

// -----

// CHECK-LABEL: func.func @low_rank(
// CHECK: memref.alloc(%{{.*}}) {alignment = 64 : i64} : memref<?x16xf32>
// CHECK-NOT: memref.alloc
// CHECK-NOT: memref.copy
// CHECK: memref.dealloc
// CHECK: return
func.func @low_rank(%x: tensor<?x64xf32>) -> tensor<?x48xf32> {
  %u = structlin.parameter "low_rank.u" : tensor<48x16xf32>
  %v = structlin.parameter "low_rank.v" : tensor<16x64xf32>
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x64xf32>
  %e = tensor.empty(%m) : tensor<?x48xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?x48xf32>) -> tensor<?x48xf32>
  %y = structlin.low_rank_matmul
         ins(%x, %u, %v : tensor<?x64xf32>, tensor<48x16xf32>, tensor<16x64xf32>)
         outs(%z : tensor<?x48xf32>) -> tensor<?x48xf32>
  return %y : tensor<?x48xf32>
}

// -----

// CHECK-LABEL: func.func @blast(
// CHECK: memref.alloc(%{{.*}}) {alignment = 64 : i64} : memref<4x?x8xf32>
// CHECK-NOT: memref.alloc
// CHECK: memref.alloc(%{{.*}}) {alignment = 64 : i64} : memref<3x?x8xf32>
// CHECK-NOT: memref.alloc
// CHECK-NOT: memref.copy
// CHECK: memref.dealloc
// CHECK: memref.dealloc
// CHECK: return
func.func @blast(%x: tensor<?x64xf32>) -> tensor<?x48xf32> {
  %u = structlin.parameter "blast.u" : tensor<3x16x8xf32>
  %s = structlin.parameter "blast.s" : tensor<3x4x8xf32>
  %v = structlin.parameter "blast.v" : tensor<4x8x16xf32>
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x64xf32>
  %e = tensor.empty(%m) : tensor<?x48xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?x48xf32>) -> tensor<?x48xf32>
  %y = structlin.blast_matmul
         ins(%x, %u, %s, %v : tensor<?x64xf32>, tensor<3x16x8xf32>, tensor<3x4x8xf32>, tensor<4x8x16xf32>)
         outs(%z : tensor<?x48xf32>) -> tensor<?x48xf32>
  return %y : tensor<?x48xf32>
}

// -----

// CHECK-LABEL: func.func @block_sparse(
// CHECK-NOT: memref.alloc
// CHECK-NOT: memref.copy
// CHECK: return
func.func @block_sparse(%x: tensor<?x64xf32>) -> tensor<?x48xf32> {
  %values = structlin.parameter "block_sparse.values" : tensor<5x16x16xf32>
  %indices = structlin.parameter "block_sparse.indices" : tensor<5xi32>
  %offsets = structlin.parameter "block_sparse.offsets" : tensor<4xi32>
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x64xf32>
  %e = tensor.empty(%m) : tensor<?x48xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?x48xf32>) -> tensor<?x48xf32>
  %y = structlin.block_sparse_matmul
         ins(%x, %values, %indices, %offsets : tensor<?x64xf32>, tensor<5x16x16xf32>, tensor<5xi32>, tensor<4xi32>)
         outs(%z : tensor<?x48xf32>) -> tensor<?x48xf32>
  return %y : tensor<?x48xf32>
}

// -----

// CHECK-LABEL: func.func @sparse(
// CHECK-NOT: memref.alloc
// CHECK-NOT: memref.copy
// CHECK: return
func.func @sparse(%x: tensor<?x64xf32>) -> tensor<?x48xf32> {
  %values = structlin.parameter "sparse.values" : tensor<100xf32>
  %indices = structlin.parameter "sparse.indices" : tensor<100xi32>
  %offsets = structlin.parameter "sparse.offsets" : tensor<49xi32>
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x64xf32>
  %e = tensor.empty(%m) : tensor<?x48xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?x48xf32>) -> tensor<?x48xf32>
  %y = structlin.sparse_matmul
         ins(%x, %values, %indices, %offsets : tensor<?x64xf32>, tensor<100xf32>, tensor<100xi32>, tensor<49xi32>)
         outs(%z : tensor<?x48xf32>) -> tensor<?x48xf32>
  return %y : tensor<?x48xf32>
}

// -----

// CHECK-LABEL: func.func @n_of_m(
// CHECK-NOT: memref.alloc
// CHECK-NOT: memref.copy
// CHECK: return
func.func @n_of_m(%x: tensor<?x64xf32>) -> tensor<?x48xf32> {
  %values = structlin.parameter "n_of_m.values" : tensor<48x16x2xf32>
  %indices = structlin.parameter "n_of_m.indices" : tensor<48x16x2xi8>
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x64xf32>
  %e = tensor.empty(%m) : tensor<?x48xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?x48xf32>) -> tensor<?x48xf32>
  %y = structlin.sparse_matmul
         ins(%x, %values, %indices : tensor<?x64xf32>, tensor<48x16x2xf32>, tensor<48x16x2xi8>)
         outs(%z : tensor<?x48xf32>) {group = 4} -> tensor<?x48xf32>
  return %y : tensor<?x48xf32>
}

// -----

// CHECK-LABEL: func.func @low_rank_sparse(
// CHECK: memref.alloc(%{{.*}}) {alignment = 64 : i64} : memref<?x8xf32>
// CHECK-NOT: memref.alloc
// CHECK-NOT: memref.copy
// CHECK: memref.dealloc
// CHECK: return
func.func @low_rank_sparse(%x: tensor<?x64xf32>) -> tensor<?x48xf32> {
  %u = structlin.parameter "low_rank_sparse.u" : tensor<48x8xf32>
  %v = structlin.parameter "low_rank_sparse.v" : tensor<8x64xf32>
  %values = structlin.parameter "low_rank_sparse.values" : tensor<100xf32>
  %indices = structlin.parameter "low_rank_sparse.indices" : tensor<100xi32>
  %offsets = structlin.parameter "low_rank_sparse.offsets" : tensor<49xi32>
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x64xf32>
  %e = tensor.empty(%m) : tensor<?x48xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?x48xf32>) -> tensor<?x48xf32>
  %y = structlin.low_rank_sparse_matmul
         ins(%x, %u, %v, %values, %indices, %offsets : tensor<?x64xf32>, tensor<48x8xf32>, tensor<8x64xf32>, tensor<100xf32>, tensor<100xi32>, tensor<49xi32>)
         outs(%z : tensor<?x48xf32>) -> tensor<?x48xf32>
  return %y : tensor<?x48xf32>
}
