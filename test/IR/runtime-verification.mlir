// The content of index factors is asserted on request, on tensors and memrefs.
// RUN: structlin-opt %s --generate-runtime-verification | FileCheck %s

// CHECK-LABEL: func.func @block_sparse(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x9xf32>, %[[VALUES:[^:]*]]: tensor<5x4x2xf32>, %[[INDICES:[^:]*]]: tensor<5xi32>, %[[OFFSETS:[^:]*]]: tensor<4xi32>
// Offsets.
// CHECK:         scf.for %[[K:.*]] = %{{.*}} to %{{.*}} step
// CHECK:           %[[E:.*]] = tensor.extract %[[OFFSETS]][%[[K]]]
// CHECK:           %[[I:.*]] = arith.index_cast %[[E]] : i32 to index
// CHECK:           arith.cmpi sge, %[[I]], %{{.*}}
// CHECK:           arith.cmpi slt, %[[I]], %{{.*}}
// CHECK:           cf.assert %{{.*}}, "{{.*}}expected the entries of 'offsets' to never fall, from at least 0 to below their bound (BS-R1)
// CHECK:         scf.for %[[K:.*]] = %{{.*}} to %{{.*}} step
// CHECK:           %[[AT:.*]] = tensor.extract %[[OFFSETS]][%[[K]]]
// CHECK:           %[[BEFORE:.*]] = arith.subi %[[K]]
// CHECK:           tensor.extract %[[OFFSETS]][%[[BEFORE]]]
// CHECK:           arith.cmpi sge
// CHECK:           cf.assert %{{.*}}, "{{.*}}(BS-R1)
// Indices lie below ceil(9 / 2).
// CHECK:         arith.ceildivsi
// CHECK:         tensor.extract %[[INDICES]]
// CHECK:         cf.assert %{{.*}}, "{{.*}}expected the entries of 'indices' to be at least 0 and below their bound (BS-R2)
// Rows.
// CHECK:         scf.for
// CHECK:           scf.for
// CHECK:             arith.cmpi sgt
// CHECK:             cf.assert %{{.*}}, "{{.*}}expected the entries of 'indices' to rise strictly within a row (BS-R3)
// CHECK:         structlin.block_sparse_matmul
func.func @block_sparse(%x: tensor<?x9xf32>, %values: tensor<5x4x2xf32>, %indices: tensor<5xi32>, %offsets: tensor<4xi32>, %init: tensor<?x10xf32>) -> tensor<?x10xf32> {
  %y = structlin.block_sparse_matmul ins(%x, %values, %indices, %offsets : tensor<?x9xf32>, tensor<5x4x2xf32>, tensor<5xi32>, tensor<4xi32>)
         outs(%init : tensor<?x10xf32>) -> tensor<?x10xf32>
  return %y : tensor<?x10xf32>
}

// CHECK-LABEL: func.func @sparse_memref(
// CHECK:         memref.load %{{.*}} : memref<6xi64>
// CHECK:         cf.assert %{{.*}}, "{{.*}}(SP-R1)
// CHECK:         cf.assert %{{.*}}, "{{.*}}(SP-R2)
// CHECK:         cf.assert %{{.*}}, "{{.*}}(SP-R3)
// CHECK:         structlin.sparse_matmul
func.func @sparse_memref(%x: memref<?x8xf32>, %values: memref<?xf32>, %indices: memref<?xi64>, %offsets: memref<6xi64>, %y: memref<?x5xf32>) {
  structlin.sparse_matmul ins(%x, %values, %indices, %offsets : memref<?x8xf32>, memref<?xf32>, memref<?xi64>, memref<6xi64>)
    outs(%y : memref<?x5xf32>)
  return
}

// Positions in a group of 4 rise within the group.
// CHECK-LABEL: func.func @sparse_n_m(
// CHECK:         %[[GROUP:.*]] = arith.constant 4 : index
// CHECK:         scf.for
// CHECK:           scf.for
// CHECK:             scf.for
// CHECK:               arith.cmpi slt, %{{.*}}, %[[GROUP]]
// CHECK:               cf.assert %{{.*}}, "{{.*}}(SP-R2)
// CHECK:         cf.assert %{{.*}}, "{{.*}}to rise strictly within a group (SP-R3)
// CHECK:         structlin.sparse_matmul
func.func @sparse_n_m(%x: tensor<?x8xf32>, %values: tensor<5x2x2xf32>, %indices: tensor<5x2x2xi8>, %init: tensor<?x5xf32>) -> tensor<?x5xf32> {
  %y = structlin.sparse_matmul ins(%x, %values, %indices : tensor<?x8xf32>, tensor<5x2x2xf32>, tensor<5x2x2xi8>)
         outs(%init : tensor<?x5xf32>) {group = 4} -> tensor<?x5xf32>
  return %y : tensor<?x5xf32>
}

// Without indices there is nothing to check.
// CHECK-LABEL: func.func @low_rank(
// CHECK-NOT:     cf.assert
// CHECK:         return
func.func @low_rank(%x: tensor<?x8xf32>, %u: tensor<5x2xf32>, %v: tensor<2x8xf32>, %init: tensor<?x5xf32>) -> tensor<?x5xf32> {
  %y = structlin.low_rank_matmul ins(%x, %u, %v : tensor<?x8xf32>, tensor<5x2xf32>, tensor<2x8xf32>)
         outs(%init : tensor<?x5xf32>) -> tensor<?x5xf32>
  return %y : tensor<?x5xf32>
}
