// structlin.kernel: form, bufferization in place, shapes.
// RUN: structlin-opt %s | structlin-opt | FileCheck %s --check-prefix=FORM
// RUN: structlin-opt %s --mlir-print-op-generic | structlin-opt | FileCheck %s --check-prefix=FORM
// RUN: structlin-opt %s --emit-bytecode | structlin-opt | FileCheck %s --check-prefix=FORM
// RUN: structlin-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --canonicalize --cse --canonicalize | FileCheck %s --check-prefix=BUFFER
// RUN: structlin-opt %s --resolve-ranked-shaped-type-result-dims | FileCheck %s --check-prefix=SHAPE

#row = affine_map<(i, j) -> (j)>
#id = affine_map<(i, j) -> (i, j)>

// FORM-LABEL: func.func @bias_relu(
// FORM:         %[[Y:.*]] = structlin.kernel ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<?x8xf32>, tensor<4x8xf32>, tensor<4xf32>, f32) outs(%{{.*}} : tensor<?x4xf32>) attributes {layer = "fc"} {
// FORM-NEXT:    ^bb0(%[[X:.*]]: tensor<?x8xf32>, %[[W:.*]]: tensor<4x8xf32>, %{{.*}}: tensor<4xf32>, %{{.*}}: f32, %[[INIT:.*]]: tensor<?x4xf32>):
// FORM-NEXT:      structlin.linear ins(%[[X]], %[[W]] : {{.*}}) outs(%[[INIT]] :
// FORM:           structlin.yield %{{.*}} : tensor<?x4xf32>
// FORM-NEXT:    } -> tensor<?x4xf32>
// BUFFER-LABEL: func.func @bias_relu(
// BUFFER-NOT:     memref.alloc
// BUFFER-NOT:     memref.copy
// BUFFER:         structlin.kernel ins({{.*}}) outs(%[[OUT:.*]] : memref<?x4xf32>) attributes {layer = "fc"} {
// BUFFER-NEXT:    ^bb0({{.*}}, %[[INIT:.*]]: memref<?x4xf32>):
// BUFFER-NEXT:      structlin.linear {{.*}} outs(%[[INIT]] : memref<?x4xf32>)
// BUFFER-NEXT:      linalg.generic {{.*}} outs(%[[INIT]] : memref<?x4xf32>)
// BUFFER-NOT:     structlin.yield
// BUFFER:         return %[[OUT]]
func.func @bias_relu(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %b: tensor<4xf32>, %zero: f32, %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = structlin.kernel ins(%x, %w, %b, %zero : tensor<?x8xf32>, tensor<4x8xf32>, tensor<4xf32>, f32)
                        outs(%init : tensor<?x4xf32>) attributes {layer = "fc"} {
  ^bb0(%kx: tensor<?x8xf32>, %kw: tensor<4x8xf32>, %kb: tensor<4xf32>, %kz: f32, %ki: tensor<?x4xf32>):
    %0 = structlin.linear ins(%kx, %kw : tensor<?x8xf32>, tensor<4x8xf32>)
           outs(%ki : tensor<?x4xf32>) -> tensor<?x4xf32>
    %1 = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]}
           ins(%kb : tensor<4xf32>) outs(%0 : tensor<?x4xf32>) {
    ^bb0(%p: f32, %q: f32):
      %s = arith.addf %p, %q : f32
      %t = arith.maximumf %s, %kz : f32
      linalg.yield %t : f32
    } -> tensor<?x4xf32>
    structlin.yield %1 : tensor<?x4xf32>
  } -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// Results that do not end in their init's buffer are copied there.
// BUFFER-LABEL: func.func @copy_out(
// BUFFER:         structlin.kernel ins(%{{.*}}) outs(%{{.*}}) {
// BUFFER-NEXT:    ^bb0(%[[A:.*]]: memref<3x4xf32>, %[[B:.*]]: memref<3x4xf32>):
// BUFFER-NEXT:      memref.copy %[[A]], %[[B]]
// BUFFER-NEXT:    }
func.func @copy_out(%a: tensor<3x4xf32>, %b: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %y = structlin.kernel ins(%a : tensor<3x4xf32>) outs(%b : tensor<3x4xf32>) {
  ^bb0(%ka: tensor<3x4xf32>, %kb: tensor<3x4xf32>):
    structlin.yield %ka : tensor<3x4xf32>
  } -> tensor<3x4xf32>
  return %y : tensor<3x4xf32>
}

// A swap needs one buffer aside.
// BUFFER-LABEL: func.func @swap(
// BUFFER:         ^bb0(%[[A:.*]]: memref<3x4xf32>, %[[B:.*]]: memref<3x4xf32>):
// BUFFER-NEXT:      %[[ASIDE:.*]] = memref.alloc
// BUFFER-NEXT:      memref.copy %[[A]], %[[ASIDE]]
// BUFFER-NEXT:      memref.copy %[[B]], %[[A]]
// BUFFER-NEXT:      memref.copy %[[ASIDE]], %[[B]]
func.func @swap(%a: tensor<3x4xf32>, %b: tensor<3x4xf32>) -> (tensor<3x4xf32>, tensor<3x4xf32>) {
  %y:2 = structlin.kernel outs(%a, %b : tensor<3x4xf32>, tensor<3x4xf32>) {
  ^bb0(%ka: tensor<3x4xf32>, %kb: tensor<3x4xf32>):
    structlin.yield %kb, %ka : tensor<3x4xf32>, tensor<3x4xf32>
  } -> (tensor<3x4xf32>, tensor<3x4xf32>)
  return %y#0, %y#1 : tensor<3x4xf32>, tensor<3x4xf32>
}

// Inputs belong to the caller: they are not written, even where nobody outside
// reads them again.
// BUFFER-LABEL: func.func @input_not_written(
// BUFFER:         ^bb0(%[[A:.*]]: memref<3x4xf32>, %[[W:.*]]: memref<4x4xf32>, %[[B:.*]]: memref<3x4xf32>):
// BUFFER:           %[[COPY:.*]] = memref.alloc
// BUFFER:           memref.copy %[[A]], %[[COPY]]
// BUFFER:           structlin.linear ins(%[[B]], %[[W]] : {{.*}}) outs(%[[COPY]] :
// BUFFER:           memref.copy %[[COPY]], %[[B]]
func.func @input_not_written(%a: tensor<3x4xf32>, %w: tensor<4x4xf32>, %b: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %y = structlin.kernel ins(%a, %w : tensor<3x4xf32>, tensor<4x4xf32>) outs(%b : tensor<3x4xf32>) {
  ^bb0(%ka: tensor<3x4xf32>, %kw: tensor<4x4xf32>, %kb: tensor<3x4xf32>):
    %0 = structlin.linear ins(%kb, %kw : tensor<3x4xf32>, tensor<4x4xf32>)
           outs(%ka : tensor<3x4xf32>) -> tensor<3x4xf32>
    structlin.yield %0 : tensor<3x4xf32>
  } -> tensor<3x4xf32>
  return %y : tensor<3x4xf32>
}

// The same tensor goes in and out: what goes out is another buffer.
// BUFFER-LABEL: func.func @same_in_and_out(
// BUFFER-SAME:    %[[A:[^:]*]]: memref<3x3xf32>
// BUFFER:         %[[COPY:.*]] = memref.alloc
// BUFFER:         memref.copy %[[A]], %[[COPY]]
// BUFFER:         structlin.kernel ins(%[[A]], %{{.*}}) outs(%[[COPY]] :
func.func @same_in_and_out(%a: tensor<3x3xf32>, %w: tensor<3x3xf32>) -> tensor<3x3xf32> {
  %y = structlin.kernel ins(%a, %w : tensor<3x3xf32>, tensor<3x3xf32>) outs(%a : tensor<3x3xf32>) {
  ^bb0(%ka: tensor<3x3xf32>, %kw: tensor<3x3xf32>, %kb: tensor<3x3xf32>):
    %0 = structlin.linear ins(%ka, %kw : tensor<3x3xf32>, tensor<3x3xf32>)
           outs(%kb : tensor<3x3xf32>) -> tensor<3x3xf32>
    structlin.yield %0 : tensor<3x3xf32>
  } -> tensor<3x3xf32>
  return %y : tensor<3x3xf32>
}

// FORM-LABEL: func.func @memrefs(
// FORM:         structlin.kernel ins(%{{.*}}, %{{.*}} : memref<?x8xf32>, memref<4x8xf32>) outs(%{{.*}} : memref<?x4xf32>) {
// FORM-NEXT:    ^bb0(
// FORM-NEXT:      structlin.linear
// FORM-NEXT:    }
// FORM-NEXT:    return
func.func @memrefs(%x: memref<?x8xf32>, %w: memref<4x8xf32>, %y: memref<?x4xf32>) {
  structlin.kernel ins(%x, %w : memref<?x8xf32>, memref<4x8xf32>) outs(%y : memref<?x4xf32>) {
  ^bb0(%kx: memref<?x8xf32>, %kw: memref<4x8xf32>, %ky: memref<?x4xf32>):
    structlin.linear ins(%kx, %kw : memref<?x8xf32>, memref<4x8xf32>) outs(%ky : memref<?x4xf32>)
  }
  return
}

// SHAPE-LABEL: func.func @shape(
// SHAPE-SAME:    %[[INIT:[^:]*]]: tensor<?x4xf32>
// SHAPE:         tensor.dim %[[INIT]]
func.func @shape(%init: tensor<?x4xf32>) -> index {
  %c0 = arith.constant 0 : index
  %y = structlin.kernel outs(%init : tensor<?x4xf32>) {
  ^bb0(%k: tensor<?x4xf32>):
    structlin.yield %k : tensor<?x4xf32>
  } -> tensor<?x4xf32>
  %m = tensor.dim %y, %c0 : tensor<?x4xf32>
  return %m : index
}
