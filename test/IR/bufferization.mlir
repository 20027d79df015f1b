// Structured products bufferize in place: no alloc, no copy where the init may be
// written.
// RUN: structlin-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --canonicalize --cse --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @in_place(
// CHECK-SAME:    %[[X:[^:]*]]: memref<?x9xf32>, %[[U:[^:]*]]: memref<4x3x2xf32>, %[[S:[^:]*]]: memref<4x2x2xf32>, %[[V:[^:]*]]: memref<2x2x5xf32>, %[[Y:[^:]*]]: memref<?x9xf32>
// CHECK-NOT:     memref.alloc
// CHECK-NOT:     memref.copy
// CHECK:         structlin.blast_matmul ins(%[[X]], %[[U]], %[[S]], %[[V]] : {{.*}}) outs(%[[Y]] : memref<?x9xf32>)
// CHECK-NEXT:    return %[[Y]]
func.func @in_place(%x: tensor<?x9xf32>, %u: tensor<4x3x2xf32>, %s: tensor<4x2x2xf32>, %v: tensor<2x2x5xf32>, %y: tensor<?x9xf32>) -> tensor<?x9xf32> {
  %0 = structlin.blast_matmul ins(%x, %u, %s, %v : tensor<?x9xf32>, tensor<4x3x2xf32>, tensor<4x2x2xf32>, tensor<2x2x5xf32>)
         outs(%y : tensor<?x9xf32>) -> tensor<?x9xf32>
  return %0 : tensor<?x9xf32>
}

// A sum of two structures uses one buffer.
// CHECK-LABEL: func.func @sum(
// CHECK-NOT:     memref.alloc
// CHECK:         structlin.low_rank_matmul {{.*}} outs(%[[Y:.*]] : memref<3x5xf32>)
// CHECK-NEXT:    structlin.sparse_matmul {{.*}} outs(%[[Y]] : memref<3x5xf32>)
// CHECK-NEXT:    return
func.func @sum(%x: tensor<3x8xf32>, %u: tensor<5x2xf32>, %v: tensor<2x8xf32>, %values: tensor<11xf32>, %indices: tensor<11xi32>, %offsets: tensor<6xi32>, %y: tensor<3x5xf32>) -> tensor<3x5xf32> {
  %0 = structlin.low_rank_matmul ins(%x, %u, %v : tensor<3x8xf32>, tensor<5x2xf32>, tensor<2x8xf32>)
         outs(%y : tensor<3x5xf32>) -> tensor<3x5xf32>
  %1 = structlin.sparse_matmul ins(%x, %values, %indices, %offsets : tensor<3x8xf32>, tensor<11xf32>, tensor<11xi32>, tensor<6xi32>)
         outs(%0 : tensor<3x5xf32>) -> tensor<3x5xf32>
  return %1 : tensor<3x5xf32>
}

// The init is read again afterwards: it must not be written.
// CHECK-LABEL: func.func @init_read_later(
// CHECK-SAME:    %{{.*}}, %{{.*}}, %[[INIT:[^:]*]]: memref<3x5xf32>
// CHECK:         %[[COPY:.*]] = memref.alloc
// CHECK:         memref.copy %[[INIT]], %[[COPY]]
// CHECK:         structlin.linear {{.*}} outs(%[[COPY]] :
// CHECK:         return %[[COPY]], %[[INIT]]
func.func @init_read_later(%x: tensor<3x8xf32>, %w: tensor<5x8xf32>, %init: tensor<3x5xf32>) -> (tensor<3x5xf32>, tensor<3x5xf32>) {
  %0 = structlin.linear ins(%x, %w : tensor<3x8xf32>, tensor<5x8xf32>)
         outs(%init : tensor<3x5xf32>) -> tensor<3x5xf32>
  return %0, %init : tensor<3x5xf32>, tensor<3x5xf32>
}

// The input must not be overwritten while it is read.
// CHECK-LABEL: func.func @input_is_init(
// CHECK-SAME:    %[[X:[^:]*]]: memref<3x3xf32>
// CHECK:         %[[COPY:.*]] = memref.alloc
// CHECK:         memref.copy %[[X]], %[[COPY]]
// CHECK:         structlin.linear ins(%[[X]], {{.*}} outs(%[[COPY]] :
func.func @input_is_init(%x: tensor<3x3xf32>, %w: tensor<3x3xf32>) -> tensor<3x3xf32> {
  %0 = structlin.linear ins(%x, %w : tensor<3x3xf32>, tensor<3x3xf32>)
         outs(%x : tensor<3x3xf32>) -> tensor<3x3xf32>
  return %0 : tensor<3x3xf32>
}

// CHECK-LABEL: func.func @tiled(
// CHECK-NOT:     memref.alloc
// CHECK:         scf.for
// CHECK-NOT:       memref.copy
// CHECK:           %[[TILE:.*]] = memref.subview %arg2
// CHECK:           structlin.linear {{.*}} outs(%[[TILE]] :
// CHECK-NOT:       memref.copy
// CHECK:           return %arg2
func.func @tiled(%x: tensor<8x8xf32>, %w: tensor<5x8xf32>, %init: tensor<8x5xf32>) -> tensor<8x5xf32> {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c8 = arith.constant 8 : index
  %r = scf.for %i = %c0 to %c8 step %c2 iter_args(%acc = %init) -> tensor<8x5xf32> {
    %xs = tensor.extract_slice %x[%i, 0] [2, 8] [1, 1] : tensor<8x8xf32> to tensor<2x8xf32>
    %is = tensor.extract_slice %acc[%i, 0] [2, 5] [1, 1] : tensor<8x5xf32> to tensor<2x5xf32>
    %y = structlin.linear ins(%xs, %w : tensor<2x8xf32>, tensor<5x8xf32>)
           outs(%is : tensor<2x5xf32>) -> tensor<2x5xf32>
    %n = tensor.insert_slice %y into %acc[%i, 0] [2, 5] [1, 1] : tensor<2x5xf32> into tensor<8x5xf32>
    scf.yield %n : tensor<8x5xf32>
  }
  return %r : tensor<8x5xf32>
}
