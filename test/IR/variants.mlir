// structlin.variants: form, constant numbers of tokens, branches, bufferization of these.
// RUN: structlin-opt %s | structlin-opt | FileCheck %s --check-prefix=FORM
// RUN: structlin-opt %s --mlir-print-op-generic | structlin-opt | FileCheck %s --check-prefix=FORM
// RUN: structlin-opt %s --emit-bytecode | structlin-opt | FileCheck %s --check-prefix=FORM
// RUN: structlin-opt %s --canonicalize | FileCheck %s --check-prefix=FOLD
// RUN: structlin-opt %s --structlin-expand-variants --canonicalize --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --canonicalize | FileCheck %s --check-prefix=BUFFER
// RUN: structlin-opt %s --resolve-ranked-shaped-type-result-dims --canonicalize | FileCheck %s --check-prefix=SHAPE

// FORM-LABEL: func.func @three(
// FORM:         %{{.*}} = structlin.variants %{{.*}} [1, 2 to 48, 49 up] attributes {layer = "fc"} -> tensor<?x4xf32> {
// FORM-NEXT:      structlin.linear {{.*}} {acc = f32}
// FORM-NEXT:      structlin.yield
// FORM-NEXT:    }, {
// FORM:         }, {
// FORM:         }
// BUFFER-LABEL: func.func @three(
// BUFFER-SAME:    %[[Y:[^:]*]]: memref<?x4xf32>, %[[M:[^:]*]]: index)
// BUFFER-NOT:     memref.alloc
// BUFFER-NOT:     memref.copy
// BUFFER:         %[[ONE:.*]] = arith.cmpi ule, %[[M]], %c1
// BUFFER:         scf.if %[[ONE]] {
// BUFFER-NEXT:      structlin.linear {{.*}} outs(%[[Y]] : {{.*}} {acc = f32}
// BUFFER-NEXT:    } else {
// BUFFER-NEXT:      %[[FEW:.*]] = arith.cmpi ule, %[[M]], %c48
// BUFFER-NEXT:      scf.if %[[FEW]] {
// BUFFER-NEXT:        structlin.linear {{.*}} outs(%[[Y]] : {{.*}} {layer = "few"}
// BUFFER-NEXT:      } else {
// BUFFER-NEXT:        structlin.linear {{.*}} outs(%[[Y]] : {{.*}} {layer = "many"}
// BUFFER:         return %[[Y]]
func.func @three(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %init: tensor<?x4xf32>, %m: index) -> tensor<?x4xf32> {
  %y = structlin.variants %m [1, 2 to 48, 49 up] attributes {layer = "fc"} -> tensor<?x4xf32> {
    %0 = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>) outs(%init : tensor<?x4xf32>) {acc = f32} -> tensor<?x4xf32>
    structlin.yield %0 : tensor<?x4xf32>
  }, {
    %0 = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>) outs(%init : tensor<?x4xf32>) {layer = "few"} -> tensor<?x4xf32>
    structlin.yield %0 : tensor<?x4xf32>
  }, {
    %0 = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>) outs(%init : tensor<?x4xf32>) {layer = "many"} -> tensor<?x4xf32>
    structlin.yield %0 : tensor<?x4xf32>
  }
  return %y : tensor<?x4xf32>
}

// The last number of a range belongs to it; no token at all runs the first region.
// FOLD-LABEL: func.func @ranges(
// FOLD-SAME:    %[[A:[^:]*]]: tensor<4xf32>, %[[B:[^:]*]]: tensor<4xf32>)
// FOLD-NEXT:    return %[[A]], %[[A]], %[[A]], %[[B]] : {{.*}}
func.func @ranges(%a: tensor<4xf32>, %b: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c48 = arith.constant 48 : index
  %c49 = arith.constant 49 : index
  %0 = structlin.variants %c0 [1 to 48, 49 up] -> tensor<4xf32> { structlin.yield %a : tensor<4xf32> }, { structlin.yield %b : tensor<4xf32> }
  %1 = structlin.variants %c1 [1 to 48, 49 up] -> tensor<4xf32> { structlin.yield %a : tensor<4xf32> }, { structlin.yield %b : tensor<4xf32> }
  %2 = structlin.variants %c48 [1 to 48, 49 up] -> tensor<4xf32> { structlin.yield %a : tensor<4xf32> }, { structlin.yield %b : tensor<4xf32> }
  %3 = structlin.variants %c49 [1 to 48, 49 up] -> tensor<4xf32> { structlin.yield %a : tensor<4xf32> }, { structlin.yield %b : tensor<4xf32> }
  return %0, %1, %2, %3 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// One range needs no choice.
// FOLD-LABEL: func.func @one(
// FOLD-SAME:    %[[A:[^:]*]]: tensor<4xf32>
// FOLD-NEXT:    return %[[A]]
func.func @one(%a: tensor<4xf32>, %m: index) -> tensor<4xf32> {
  %0 = structlin.variants %m [1 up] -> tensor<4xf32> { structlin.yield %a : tensor<4xf32> }
  return %0 : tensor<4xf32>
}

// On memrefs regions write into what is outside.
// FORM-LABEL: func.func @memrefs(
// FORM:         structlin.variants %{{.*}} [1, 2 up] {
// FORM-NEXT:      memref.store
// FORM-NEXT:    }, {
// FORM-NEXT:    }
func.func @memrefs(%a: memref<f32>, %f: f32, %m: index) {
  structlin.variants %m [1, 2 up] {
    memref.store %f, %a[] : memref<f32>
  }, {
  }
  return
}

// SHAPE-LABEL: func.func @shape(
// SHAPE-SAME:    %[[INIT:[^:]*]]: tensor<?x4xf32>
// SHAPE:         %[[DIM:.*]] = tensor.dim %[[INIT]]
// SHAPE:         return %[[DIM]]
func.func @shape(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %init: tensor<?x4xf32>, %m: index) -> index {
  %c0 = arith.constant 0 : index
  %y = structlin.variants %m [1, 2 up] -> tensor<?x4xf32> {
    structlin.yield %init : tensor<?x4xf32>
  }, {
    %0 = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>) outs(%init : tensor<?x4xf32>) -> tensor<?x4xf32>
    structlin.yield %0 : tensor<?x4xf32>
  }
  %d = tensor.dim %y, %c0 : tensor<?x4xf32>
  return %d : index
}
