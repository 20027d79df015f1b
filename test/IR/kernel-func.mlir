// structlin.kernel_func and structlin.call_kernel: form, bufferization of calls, shapes.
// RUN: structlin-opt %s | structlin-opt | FileCheck %s --check-prefix=FORM
// RUN: structlin-opt %s --mlir-print-op-generic | structlin-opt | FileCheck %s --check-prefix=FORM
// RUN: structlin-opt %s --emit-bytecode | structlin-opt | FileCheck %s --check-prefix=FORM
// RUN: structlin-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --canonicalize --cse --canonicalize | FileCheck %s --check-prefix=BUFFER
// RUN: structlin-opt %s --resolve-ranked-shaped-type-result-dims | FileCheck %s --check-prefix=SHAPE

// FORM-LABEL: structlin.kernel_func private @k ins(%{{.*}}: tensor<?x8xf32>, %{{.*}}: tensor<4x8xf32>) outs(%{{.*}}: tensor<?x4xf32>) {
// FORM-NEXT:    structlin.linear
// FORM-NEXT:    structlin.yield
// FORM-NEXT:  }
// BUFFER: structlin.kernel_func private @k
// BUFFER-NEXT: structlin.linear {{.*}} -> tensor<?x4xf32>
structlin.kernel_func private @k ins(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>)
                                 outs(%o: tensor<?x4xf32>) {
  %0 = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>)
         outs(%o : tensor<?x4xf32>) -> tensor<?x4xf32>
  structlin.yield %0 : tensor<?x4xf32>
}

// Its init's content is not read; the last input is a scalar.
// FORM-LABEL: structlin.kernel_func private @scaled ins(
// FORM-SAME: %{{.*}}: f32) outs(%{{.*}}: tensor<?x4xf32>) attributes {some = 1 : i64} {
structlin.kernel_func private @scaled ins(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %s: f32)
                                      outs(%o: tensor<?x4xf32>) attributes {some = 1} {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %o, %c0 : tensor<?x4xf32>
  %e = tensor.empty(%m) : tensor<?x4xf32>
  %0 = linalg.fill ins(%s : f32) outs(%e : tensor<?x4xf32>) -> tensor<?x4xf32>
  %1 = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>)
         outs(%0 : tensor<?x4xf32>) -> tensor<?x4xf32>
  %2 = linalg.exp ins(%1 : tensor<?x4xf32>) outs(%o : tensor<?x4xf32>) -> tensor<?x4xf32>
  structlin.yield %2 : tensor<?x4xf32>
}

// FORM-LABEL: func.func @in_place
// FORM: structlin.call_kernel @k ins(%{{.*}}, %{{.*}} : tensor<3x8xf32>, tensor<4x8xf32>) outs(%{{.*}} : tensor<3x4xf32>) -> tensor<3x4xf32>
// BUFFER-LABEL: func.func @in_place
// BUFFER-NOT: memref.alloc
// BUFFER-NOT: memref.copy
// BUFFER: structlin.call_kernel @k ins({{.*}}) outs(%[[Y:.*]] : memref<3x4xf32>)
// BUFFER: return %[[Y]]
func.func @in_place(%x: tensor<3x8xf32>, %w: tensor<4x8xf32>, %y: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %0 = structlin.call_kernel @k ins(%x, %w : tensor<3x8xf32>, tensor<4x8xf32>)
         outs(%y : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// An init that is read afterwards is not written; a kernel that reads it gets a copy, one
// that does not gets new memory.
// BUFFER-LABEL: func.func @init_used_later
// BUFFER-SAME: %[[Y:[^:]*]]: memref<?x4xf32>
// BUFFER: %[[A:.*]] = memref.alloc
// BUFFER-NOT: memref.copy
// BUFFER: structlin.call_kernel @scaled ins({{.*}}) outs(%[[A]]
// BUFFER: %[[B:.*]] = memref.alloc
// BUFFER: memref.copy %[[Y]], %[[B]]
// BUFFER: structlin.call_kernel @k ins({{.*}}) outs(%[[B]]
// BUFFER: return %[[A]], %[[B]], %[[Y]]
func.func @init_used_later(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %s: f32, %y: tensor<?x4xf32>)
    -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>) {
  %0 = structlin.call_kernel @scaled ins(%x, %w, %s : tensor<?x8xf32>, tensor<4x8xf32>, f32)
         outs(%y : tensor<?x4xf32>) -> tensor<?x4xf32>
  %1 = structlin.call_kernel @k ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>)
         outs(%y : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0, %1, %y : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
}

// Rows may lie apart, elements of a row may not; factors are contiguous.
// BUFFER-LABEL: func.func @strided
// BUFFER-DAG: %[[X:.*]] = memref.subview {{.*}} to memref<3x8xf32, strided<[16, 1]>>
// BUFFER-DAG: %[[X2:.*]] = memref.subview {{.*}} to memref<3x8xf32, strided<[16, 2]>>
// BUFFER-DAG: %[[W:.*]] = memref.subview {{.*}} to memref<4x8xf32, strided<[16, 1]>>
// BUFFER: %[[CW:.*]] = memref.alloc() {{.*}} : memref<4x8xf32>
// BUFFER: memref.copy %[[W]], %[[CW]]
// BUFFER: structlin.call_kernel @k ins(%[[X]], %[[CW]]
// BUFFER: %[[CX2:.*]] = memref.alloc() {{.*}} : memref<3x8xf32>
// BUFFER: memref.copy %[[X2]], %[[CX2]]
// BUFFER: structlin.call_kernel @k ins(%[[CX2]], %{{.*}}
func.func @strided(%a: tensor<3x16xf32>, %b: tensor<4x16xf32>, %y: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %x = tensor.extract_slice %a[0, 0] [3, 8] [1, 1] : tensor<3x16xf32> to tensor<3x8xf32>
  %x2 = tensor.extract_slice %a[0, 0] [3, 8] [1, 2] : tensor<3x16xf32> to tensor<3x8xf32>
  %w = tensor.extract_slice %b[0, 0] [4, 8] [1, 1] : tensor<4x16xf32> to tensor<4x8xf32>
  %0 = structlin.call_kernel @k ins(%x, %w : tensor<3x8xf32>, tensor<4x8xf32>)
         outs(%y : tensor<3x4xf32>) -> tensor<3x4xf32>
  %1 = structlin.call_kernel @k ins(%x2, %w : tensor<3x8xf32>, tensor<4x8xf32>)
         outs(%0 : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %1 : tensor<3x4xf32>
}

// A result whose elements lie apart is computed elsewhere and copied.
// BUFFER-LABEL: func.func @strided_result
// BUFFER: %[[S:.*]] = memref.subview %{{.*}} to memref<3x4xf32, strided<[8, 2]>>
// BUFFER: %[[C:.*]] = memref.alloc
// BUFFER: memref.copy %[[S]], %[[C]]
// BUFFER: structlin.call_kernel @k ins({{.*}}) outs(%[[C]]
// BUFFER: memref.copy %[[C]], %[[S]]
func.func @strided_result(%x: tensor<3x8xf32>, %w: tensor<4x8xf32>, %y: tensor<3x8xf32>) -> tensor<3x8xf32> {
  %s = tensor.extract_slice %y[0, 0] [3, 4] [1, 2] : tensor<3x8xf32> to tensor<3x4xf32>
  %0 = structlin.call_kernel @k ins(%x, %w : tensor<3x8xf32>, tensor<4x8xf32>)
         outs(%s : tensor<3x4xf32>) -> tensor<3x4xf32>
  %1 = tensor.insert_slice %0 into %y[0, 0] [3, 4] [1, 2] : tensor<3x4xf32> into tensor<3x8xf32>
  return %1 : tensor<3x8xf32>
}

// SHAPE-LABEL: func.func @shape
// SHAPE-SAME: %[[Y:[^:]*]]: tensor<?x4xf32>)
// SHAPE: tensor.dim %[[Y]]
func.func @shape(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %y: tensor<?x4xf32>) -> index {
  %c0 = arith.constant 0 : index
  %0 = structlin.call_kernel @k ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>)
         outs(%y : tensor<?x4xf32>) -> tensor<?x4xf32>
  %m = tensor.dim %0, %c0 : tensor<?x4xf32>
  return %m : index
}
