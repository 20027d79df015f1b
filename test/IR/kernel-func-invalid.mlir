// Constraints of structlin.kernel_func and structlin.call_kernel (docs/Spec.md, KF and CK).
// RUN: structlin-opt %s --split-input-file --verify-diagnostics

// KF-C1
// expected-error @below {{expected one argument per yielded value, and at least one, got 1 arguments and 2 yielded values}}
"structlin.kernel_func"() <{sym_name = "negative_number_of_inits"}> ({
^bb0(%o: tensor<?x4xf32>):
  structlin.yield %o, %o : tensor<?x4xf32>, tensor<?x4xf32>
}) : () -> ()

// -----

// KF-C1
// expected-error @below {{expected yielded value #0 to have its init's type 'tensor<?x4xf32>', got 'tensor<4x8xf32>'}}
structlin.kernel_func @negative_type_of_result ins(%x: tensor<4x8xf32>) outs(%o: tensor<?x4xf32>) {
  structlin.yield %x : tensor<4x8xf32>
}

// -----

// KF-C2
// expected-error @below {{expected argument #0 to be a ranked tensor or a scalar, got 'memref<4xf32>'}}
structlin.kernel_func @negative_type_of_argument ins(%x: memref<4xf32>) outs(%o: tensor<?x4xf32>) {
  structlin.yield %o : tensor<?x4xf32>
}

// -----

// KF-C3
// expected-error @below {{expected structured products, linalg operations and operations without side effects in the body, got 'cf.assert'}}
structlin.kernel_func @negative_body ins(%x: i1) outs(%o: tensor<?x4xf32>) {
  // expected-note @below {{this operation}}
  cf.assert %x, "no"
  structlin.yield %o : tensor<?x4xf32>
}

// -----

// CK-C1
func.func private @f(tensor<3x4xf32>) -> tensor<3x4xf32>
func.func @negative_callee(%x: tensor<3x4xf32>, %y: tensor<3x4xf32>) {
  // expected-error @below {{expected 'f' to be a structlin.kernel_func}}
  %0 = structlin.call_kernel @f ins(%x : tensor<3x4xf32>) outs(%y : tensor<3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

structlin.kernel_func private @k ins(%x: tensor<?x8xf32>) outs(%o: tensor<?x4xf32>) {
  structlin.yield %o : tensor<?x4xf32>
}

// CK-C2
func.func @negative_number_of_operands(%x: tensor<3x8xf32>, %y: tensor<3x4xf32>) {
  // expected-error @below {{expected 1 inputs and 1 inits, got 2 and 1}}
  %0 = structlin.call_kernel @k ins(%x, %x : tensor<3x8xf32>, tensor<3x8xf32>) outs(%y : tensor<3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

structlin.kernel_func private @k ins(%x: tensor<?x8xf32>) outs(%o: tensor<?x4xf32>) {
  structlin.yield %o : tensor<?x4xf32>
}

// CK-C3
func.func @negative_type_of_operand(%x: tensor<3x9xf32>, %y: tensor<3x4xf32>) {
  // expected-error @below {{expected operand #0 to be of the kernel's type 'tensor<?x8xf32>', got 'tensor<3x9xf32>'}}
  %0 = structlin.call_kernel @k ins(%x : tensor<3x9xf32>) outs(%y : tensor<3x4xf32>) -> tensor<3x4xf32>
  return
}
