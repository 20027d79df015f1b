// Errors of fit name the tensor, stand at its operation, and leave no output file.
// No value of a weight is printed.
// RUN: rm -rf %t && mkdir %t
// RUN: %python %S/Inputs/safetensors.py write %t/in.safetensors w:F32:3x3:nan v:F32:4x3:mixed u:F64:3x3:mixed
// RUN: structlin-opt %s --split-input-file --verify-diagnostics --structlin-fit='parameters=%t/in.safetensors output-parameters=%t/out.safetensors'
// RUN: not ls %t/out.safetensors
// RUN: ls %t | count 1

func.func @negative_not_finite(%x: tensor<?x3xf32>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
  // expected-error @below {{cannot fit the weight 'w': it has nan at [1, 2], expected finite numbers}}
  %w = structlin.parameter "w" : tensor<3x3xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x3xf32>, tensor<3x3xf32>) outs(%init : tensor<?x3xf32>)
    {structure = #structlin.low_rank<rank = 1>} -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// -----

func.func @negative_infinite_inline(%x: tensor<?x2xf32>, %init: tensor<?x2xf32>) -> tensor<?x2xf32> {
  // expected-error @below {{cannot fit the weight 'inline': it has an infinity at [0, 1], expected finite numbers}}
  %w = structlin.parameter "inline" = dense<[[1.0, 0x7F800000], [1.0, 1.0]]> : tensor<2x2xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x2xf32>, tensor<2x2xf32>) outs(%init : tensor<?x2xf32>)
    {structure = #structlin.low_rank<rank = 1>} -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

func.func @negative_missing(%x: tensor<?x3xf32>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
  // expected-error-re @below {{cannot read parameter 'missing': {{.*}}missing}}
  %w = structlin.parameter "missing" : tensor<3x3xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x3xf32>, tensor<3x3xf32>) outs(%init : tensor<?x3xf32>)
    {structure = #structlin.low_rank<rank = 1>} -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// -----

func.func @negative_wrong_shape(%x: tensor<?x3xf32>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
  // expected-error-re @below {{cannot read parameter 'v': {{.*}}3x3xf32{{.*}}4x3xf32}}
  %w = structlin.parameter "v" : tensor<3x3xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x3xf32>, tensor<3x3xf32>) outs(%init : tensor<?x3xf32>)
    {structure = #structlin.low_rank<rank = 1>} -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// -----

func.func @negative_wrong_type(%x: tensor<?x3xf32>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
  // expected-error-re @below {{cannot read parameter 'u': {{.*}}3x3xf32{{.*}}3x3xf64}}
  %w = structlin.parameter "u" : tensor<3x3xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x3xf32>, tensor<3x3xf32>) outs(%init : tensor<?x3xf32>)
    {structure = #structlin.low_rank<rank = 1>} -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// -----

func.func @negative_resource_without_data(%x: tensor<?x3xf32>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
  // expected-error @below {{cannot read parameter 'elided': resource 'nothing' has no data}}
  %w = structlin.parameter "elided" = dense_resource<nothing> : tensor<3x3xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x3xf32>, tensor<3x3xf32>) outs(%init : tensor<?x3xf32>)
    {structure = #structlin.low_rank<rank = 1>} -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// -----

// A parameter that no layer reads is copied to the output: it must be there too.
func.func @negative_other_parameter_missing() -> tensor<5xf32> {
  // expected-error-re @below {{cannot read parameter 'bias': {{.*}}}}
  %b = structlin.parameter "bias" : tensor<5xf32>
  return %b : tensor<5xf32>
}

// -----

// The same name is the same storage: it cannot have two types.
func.func @negative_two_types() -> (tensor<2xf32>, tensor<3xf32>) {
  %a = structlin.parameter "twice" = dense<1.0> : tensor<2xf32>
  // expected-error @below {{expected parameter 'twice' to have the type 'tensor<2xf32>' that it has elsewhere, got 'tensor<3xf32>'}}
  %b = structlin.parameter "twice" = dense<1.0> : tensor<3xf32>
  return %a, %b : tensor<2xf32>, tensor<3xf32>
}
