// RUN: structlin-opt --structlin-expand-reshapes %s | FileCheck %s
// RUN: structlin-opt --structlin-expand-reshapes --expand-strided-metadata --lower-affine \
// RUN:   --finalize-memref-to-llvm %s | FileCheck %s --check-prefix=LLVM

// LLVM-NOT: memref.{{expand_shape|reinterpret_cast}}

// CHECK-LABEL: func.func @two_sizes(
// CHECK-SAME: %[[M:.*]]: memref<?x8xf32>, %[[B:.*]]: index, %[[T:.*]]: index
// CHECK: %[[BASE:.*]], %{{.*}}, %{{.*}}:2, %{{.*}}:2 = memref.extract_strided_metadata %[[M]]
// CHECK: %[[S:.*]] = affine.apply {{.*}}()[%[[T]]]
// CHECK: memref.reinterpret_cast %[[BASE]] to offset: [0], sizes: [%[[B]], %[[T]], 8],
// CHECK-SAME: strides: [%[[S]], 8, 1] : memref<f32> to memref<?x?x8xf32>
func.func @two_sizes(%m: memref<?x8xf32>, %b: index, %t: index) -> memref<?x?x8xf32> {
  %0 = memref.expand_shape %m [[0, 1], [2]] output_shape [%b, %t, 8]
       : memref<?x8xf32> into memref<?x?x8xf32>
  return %0 : memref<?x?x8xf32>
}

// CHECK-LABEL: func.func @strided(
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [%{{.*}}], sizes: [%{{.*}}, %{{.*}}, 4],
// CHECK-SAME: strides: [%{{.*}}, %{{.*}}, %{{.*}}]
func.func @strided(%m: memref<?xf32, strided<[?], offset: ?>>, %b: index, %t: index)
    -> memref<?x?x4xf32, strided<[?, ?, ?], offset: ?>> {
  %0 = memref.expand_shape %m [[0, 1, 2]] output_shape [%b, %t, 4]
       : memref<?xf32, strided<[?], offset: ?>>
       into memref<?x?x4xf32, strided<[?, ?, ?], offset: ?>>
  return %0 : memref<?x?x4xf32, strided<[?, ?, ?], offset: ?>>
}

// CHECK-LABEL: func.func @one_size(
// CHECK: memref.expand_shape
func.func @one_size(%m: memref<?x8xf32>, %b: index) -> memref<?x4x8xf32> {
  %0 = memref.expand_shape %m [[0, 1], [2]] output_shape [%b, 4, 8]
       : memref<?x8xf32> into memref<?x4x8xf32>
  return %0 : memref<?x4x8xf32>
}
