// RUN: structlin-opt --structlin-destination-passing --split-input-file --verify-diagnostics %s | FileCheck %s

// A dynamic result goes to the caller's buffer; its size comes from the companion, in
// which nothing else is left.

// CHECK-LABEL: func.func @dynamic(
// CHECK-SAME: %{{.*}}: tensor<?x8xf32> {bufferization.writable = false}
// CHECK-SAME: %[[OUT:[^:]*]]: memref<?x4xf32> {structlin.result}) attributes {llvm.emit_c_interface}
// CHECK: %[[Y:.*]] = structlin.linear
// CHECK: bufferization.materialize_in_destination %[[Y]] in restrict writable %[[OUT]]
// CHECK: return{{$}}
// CHECK-LABEL: func.func @dynamic_shapes(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf32> {bufferization.writable = false}
// CHECK-SAME: -> index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[M:.*]] = tensor.dim %[[X]], %[[C0]]
// CHECK-NEXT: return %[[M]] : index
func.func @dynamic(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x8xf32>
  %e = tensor.empty(%m) : tensor<?x4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?x4xf32>) -> tensor<?x4xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>)
         outs(%z : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// Static sizes need no companion. The same value twice is written twice, an argument
// is copied, scalars go to memrefs of rank 0.

// CHECK-LABEL: func.func @several(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2xf32>
// CHECK-SAME: %[[I:[^:]*]]: index,
// CHECK-SAME: %[[A:[^:]*]]: memref<2xf32> {structlin.result},
// CHECK-SAME: %[[B:[^:]*]]: memref<index> {structlin.result},
// CHECK-SAME: %[[C:[^:]*]]: memref<2xf32> {structlin.result})
// CHECK: bufferization.materialize_in_destination %[[X]] in restrict writable %[[A]]
// CHECK: memref.store %[[I]], %[[B]][] : memref<index>
// CHECK: bufferization.materialize_in_destination %[[X]] in restrict writable %[[C]]
// CHECK-NOT: several_shapes
func.func @several(%x: tensor<2xf32>, %i: index) -> (tensor<2xf32>, index, tensor<2xf32>) {
  return %x, %i, %x : tensor<2xf32>, index, tensor<2xf32>
}

// -----

// An entry that is called inside the module stays there in its old form.

// CHECK-LABEL: func.func @callee(
// CHECK-SAME: memref<2xf32> {structlin.result}
// CHECK: func.func private @callee_0(%{{.*}}: tensor<2xf32>) -> tensor<2xf32>
// CHECK: func.func @caller(
// CHECK: %[[Y:.*]] = call @callee_0(
// CHECK: bufferization.materialize_in_destination %[[Y]]
func.func @callee(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
func.func @caller(%x: tensor<2xf32>) -> tensor<2xf32> {
  %y = call @callee(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// A question for sizes does not repeat calls for their effect.

// CHECK-LABEL: func.func @prints_shapes(
// CHECK-NOT: call
// CHECK: return
func.func private @print(tensor<?xf32>)
func.func @prints(%x: tensor<?xf32>) -> tensor<?xf32> {
  call @print(%x) : (tensor<?xf32>) -> ()
  return %x : tensor<?xf32>
}

// -----

// expected-error @+1 {{expected result 0 of an entry function to be a ranked tensor without encoding or a scalar, got 'tensor<*xf32>'}}
func.func @negative_unranked(%x: tensor<*xf32>) -> tensor<*xf32> {
  return %x : tensor<*xf32>
}

// -----

// expected-error @+1 {{expected the name 'negative_taken_shapes' of its shape function to be free}}
func.func @negative_taken(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}
func.func @negative_taken_shapes() {
  return
}
