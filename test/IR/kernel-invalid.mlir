// Constraints of structlin.kernel (docs/Spec.md, KER).
// RUN: structlin-opt %s --split-input-file --verify-diagnostics

// KER-C1
func.func @negative_number_of_arguments(%x: tensor<3x4xf32>, %i: tensor<3x4xf32>) {
  // expected-error @below {{expected one block argument per operand (2), got 1}}
  %y = structlin.kernel ins(%x : tensor<3x4xf32>) outs(%i : tensor<3x4xf32>) {
  ^bb0(%a: tensor<3x4xf32>):
    structlin.yield %a : tensor<3x4xf32>
  } -> tensor<3x4xf32>
  return
}

// -----

// KER-C1
func.func @negative_type_of_argument(%x: tensor<3x4xf32>, %i: tensor<3x4xf32>) {
  // expected-error @below {{expected block argument #0 to have its operand's type 'tensor<3x4xf32>', got 'tensor<?x4xf32>'}}
  %y = structlin.kernel ins(%x : tensor<3x4xf32>) outs(%i : tensor<3x4xf32>) {
  ^bb0(%a: tensor<?x4xf32>, %b: tensor<3x4xf32>):
    structlin.yield %b : tensor<3x4xf32>
  } -> tensor<3x4xf32>
  return
}

// -----

// KER-C2
func.func @negative_tensors_and_memrefs(%i: tensor<3x4xf32>, %j: memref<3x4xf32>) {
  // expected-error @below {{expected inits to be all tensors or all memrefs, got 'tensor<3x4xf32>' and 'memref<3x4xf32>'}}
  %y = structlin.kernel outs(%i, %j : tensor<3x4xf32>, memref<3x4xf32>) {
  ^bb0(%a: tensor<3x4xf32>, %b: memref<3x4xf32>):
    structlin.yield %a : tensor<3x4xf32>
  } -> tensor<3x4xf32>
  return
}

// -----

// KER-C2
func.func @negative_no_init(%x: tensor<3x4xf32>) {
  // expected-error @below {{expected at least one init}}
  structlin.kernel ins(%x : tensor<3x4xf32>) {
  ^bb0(%a: tensor<3x4xf32>):
  }
  return
}

// -----

// KER-C2
func.func @negative_vector_init(%v: vector<4xf32>) {
  // expected-error @below {{expected inits to be ranked tensors or memrefs, got 'vector<4xf32>'}}
  structlin.kernel outs(%v : vector<4xf32>) {
  ^bb0(%a: vector<4xf32>):
  }
  return
}

// -----

// KER-C3
func.func @negative_number_of_results(%i: tensor<3x4xf32>) {
  // expected-error-re @below {{{{.*}}expected the number of tensor results (0) to be equal to the number of output tensors (1)}}
  structlin.kernel outs(%i : tensor<3x4xf32>) {
  ^bb0(%a: tensor<3x4xf32>):
  }
  return
}

// -----

// KER-C3
func.func @negative_number_of_yielded(%i: tensor<3x4xf32>) {
  // expected-error @below {{expected one yielded value per result (1), got 0}}
  %y = structlin.kernel outs(%i : tensor<3x4xf32>) {
  ^bb0(%a: tensor<3x4xf32>):
    structlin.yield
  } -> tensor<3x4xf32>
  return
}

// -----

// KER-C3
func.func @negative_type_of_yielded(%x: tensor<?x4xf32>, %i: tensor<3x4xf32>) {
  // expected-error @below {{expected yielded value #0 to have its result's type 'tensor<3x4xf32>', got 'tensor<?x4xf32>'}}
  %y = structlin.kernel ins(%x : tensor<?x4xf32>) outs(%i : tensor<3x4xf32>) {
  ^bb0(%a: tensor<?x4xf32>, %b: tensor<3x4xf32>):
    structlin.yield %a : tensor<?x4xf32>
  } -> tensor<3x4xf32>
  return
}

// -----

// KER-C3
func.func @negative_memrefs_yield(%x: tensor<3x4xf32>, %i: memref<3x4xf32>) {
  // expected-error @below {{expected one yielded value per result (0), got 1}}
  structlin.kernel ins(%x : tensor<3x4xf32>) outs(%i : memref<3x4xf32>) {
  ^bb0(%a: tensor<3x4xf32>, %b: memref<3x4xf32>):
    structlin.yield %a : tensor<3x4xf32>
  }
  return
}

// -----

// KER-C4
func.func private @callee()
func.func @negative_call(%i: tensor<3x4xf32>) {
  // expected-error @below {{expected structured products, linalg operations and operations without side effects in the body, got 'func.call'}}
  %y = structlin.kernel outs(%i : tensor<3x4xf32>) {
  ^bb0(%a: tensor<3x4xf32>):
    // expected-note @below {{this operation}}
    func.call @callee() : () -> ()
    structlin.yield %a : tensor<3x4xf32>
  } -> tensor<3x4xf32>
  return
}

// -----

// KER-C4
func.func @negative_call_in_loop(%i: tensor<3x4xf32>, %n: index) {
  // expected-error @below {{got 'vector.print'}}
  %y = structlin.kernel ins(%n : index) outs(%i : tensor<3x4xf32>) {
  ^bb0(%k: index, %a: tensor<3x4xf32>):
    scf.for %j = %k to %k step %k {
      // expected-note @below {{this operation}}
      vector.print %j : index
    }
    structlin.yield %a : tensor<3x4xf32>
  } -> tensor<3x4xf32>
  return
}

// -----

// KER-C4
func.func @negative_nested_kernel(%i: tensor<3x4xf32>) {
  // expected-error @below {{got 'structlin.kernel'}}
  %y = structlin.kernel outs(%i : tensor<3x4xf32>) {
  ^bb0(%a: tensor<3x4xf32>):
    // expected-note @below {{this operation}}
    %z = structlin.kernel outs(%a : tensor<3x4xf32>) {
    ^bb0(%b: tensor<3x4xf32>):
      structlin.yield %b : tensor<3x4xf32>
    } -> tensor<3x4xf32>
    structlin.yield %z : tensor<3x4xf32>
  } -> tensor<3x4xf32>
  return
}

// -----

// KER-C4: tensors hide no memory.
func.func @negative_store_on_tensors(%i: tensor<3x4xf32>, %m: memref<f32>, %f: f32) {
  // expected-error @below {{got 'memref.store'}}
  %y = structlin.kernel ins(%m, %f : memref<f32>, f32) outs(%i : tensor<3x4xf32>) {
  ^bb0(%k: memref<f32>, %g: f32, %a: tensor<3x4xf32>):
    // expected-note @below {{this operation}}
    memref.store %g, %k[] : memref<f32>
    structlin.yield %a : tensor<3x4xf32>
  } -> tensor<3x4xf32>
  return
}

// -----

// Nothing outside is visible.
func.func @negative_captured_value(%i: tensor<3x4xf32>) {
  // expected-note @below {{required by region isolation constraints}}
  %y = structlin.kernel outs(%i : tensor<3x4xf32>) {
  ^bb0(%a: tensor<3x4xf32>):
    // expected-error @below {{using value defined outside the region}}
    structlin.yield %i : tensor<3x4xf32>
  } -> tensor<3x4xf32>
  return
}

// -----

func.func @negative_yield_outside(%i: tensor<3x4xf32>) {
  // expected-error @below {{expects parent op to be one of 'structlin.kernel, structlin.kernel_func, structlin.variants'}}
  structlin.yield %i : tensor<3x4xf32>
}
