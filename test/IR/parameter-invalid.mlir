// Constraints of structlin.parameter and of the argument attribute structlin.param.
// RUN: structlin-opt %s --split-input-file --verify-diagnostics

// PAR-C1
func.func @negative_empty_name() {
  // expected-error @below {{expected a non-empty name}}
  %w = structlin.parameter "" : tensor<2xf32>
  return
}

// -----

// PAR-C2
func.func @negative_element_type() {
  // expected-error @below {{expected an integer or floating-point element type, got 'index'}}
  %w = structlin.parameter "w" : tensor<2xindex>
  return
}

// -----

// PAR-C2
func.func @negative_dynamic_shape() {
  // expected-error @below {{result #0 must be statically shaped tensor of any type values}}
  %w = structlin.parameter "w" : tensor<?xf32>
  return
}

// -----

// PAR-C3
func.func @negative_value_type() {
  // expected-error @below {{expected a value of type 'tensor<2xf32>', got 'tensor<3xf32>'}}
  %w = "structlin.parameter"() {name = "w", value = dense<0.0> : tensor<3xf32>} : () -> tensor<2xf32>
  return
}

// -----

// PAR-C4
// expected-error @below {{expected 'structlin.param' of argument #0 to be a non-empty string, got 3 : i64}}
func.func @negative_param_not_a_string(%w: tensor<2xf32> {structlin.param = 3}) {
  return
}

// -----

// PAR-C4
// expected-error @below {{expected argument #0 with 'structlin.param' to be a tensor or memref of static shape, got 'tensor<?xf32>'}}
func.func @negative_param_of_dynamic_shape(%w: tensor<?xf32> {structlin.param = "w"}) {
  return
}

// -----

// PAR-C4
// expected-error @below {{expected arguments of the parameter "w" to have one type, got 'tensor<3xf32>' after 'tensor<2xf32>'}}
func.func @negative_param_of_two_types(%a: tensor<2xf32> {structlin.param = "w"},
                                       %b: tensor<3xf32> {structlin.param = "w"}) {
  return
}
