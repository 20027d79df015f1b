// Weights with NaN or infinity, of every floating-point type (docs/Archive.md, PB-C4): the error stands at the
// weight and says where in it. Nothing is written.
// RUN: rm -rf %t && mkdir %t
// RUN: %python %S/../Compress/Inputs/safetensors.py write %t/in.safetensors nan64:F64:3x3:nan inf64:F64:3x3:inf nan32:F32:3x3:nan inf32:F32:3x3:inf nan16:F16:3x3:nan inf16:F16:3x3:inf nanb16:BF16:3x3:nan infb16:BF16:3x3:inf
// RUN: structlin-opt %s --split-input-file --verify-diagnostics --structlin-fit='parameters=%t/in.safetensors output-parameters=%t/out.safetensors'
// RUN: ls %t | count 1

func.func @negative_nan_f64(%x: tensor<?x3xf64>, %init: tensor<?x3xf64>) -> tensor<?x3xf64> {
  // expected-error @below {{cannot fit the weight 'nan64': it has nan at [1, 2], expected finite numbers}}
  %w = structlin.parameter "nan64" : tensor<3x3xf64>
  %y = structlin.linear ins(%x, %w : tensor<?x3xf64>, tensor<3x3xf64>) outs(%init : tensor<?x3xf64>)
    {structure = #structlin.low_rank<rank = 1>} -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

// -----

func.func @negative_inf_f64(%x: tensor<?x3xf64>, %init: tensor<?x3xf64>) -> tensor<?x3xf64> {
  // expected-error @below {{cannot fit the weight 'inf64': it has an infinity at [2, 0], expected finite numbers}}
  %w = structlin.parameter "inf64" : tensor<3x3xf64>
  %y = structlin.linear ins(%x, %w : tensor<?x3xf64>, tensor<3x3xf64>) outs(%init : tensor<?x3xf64>)
    {structure = #structlin.low_rank<rank = 1>} -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

// -----

func.func @negative_nan_f32(%x: tensor<?x3xf32>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
  // expected-error @below {{cannot fit the weight 'nan32': it has nan at [1, 2], expected finite numbers}}
  %w = structlin.parameter "nan32" : tensor<3x3xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x3xf32>, tensor<3x3xf32>) outs(%init : tensor<?x3xf32>)
    {structure = #structlin.low_rank<rank = 1>} -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// -----

func.func @negative_inf_f32(%x: tensor<?x3xf32>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
  // expected-error @below {{cannot fit the weight 'inf32': it has an infinity at [2, 0], expected finite numbers}}
  %w = structlin.parameter "inf32" : tensor<3x3xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x3xf32>, tensor<3x3xf32>) outs(%init : tensor<?x3xf32>)
    {structure = #structlin.low_rank<rank = 1>} -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// -----

func.func @negative_nan_f16(%x: tensor<?x3xf16>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
  // expected-error @below {{cannot fit the weight 'nan16': it has nan at [1, 2], expected finite numbers}}
  %w = structlin.parameter "nan16" : tensor<3x3xf16>
  %y = structlin.linear ins(%x, %w : tensor<?x3xf16>, tensor<3x3xf16>) outs(%init : tensor<?x3xf32>)
    {structure = #structlin.low_rank<rank = 1>} -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// -----

func.func @negative_inf_f16(%x: tensor<?x3xf16>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
  // expected-error @below {{cannot fit the weight 'inf16': it has an infinity at [2, 0], expected finite numbers}}
  %w = structlin.parameter "inf16" : tensor<3x3xf16>
  %y = structlin.linear ins(%x, %w : tensor<?x3xf16>, tensor<3x3xf16>) outs(%init : tensor<?x3xf32>)
    {structure = #structlin.low_rank<rank = 1>} -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// -----

func.func @negative_nan_bf16(%x: tensor<?x3xbf16>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
  // expected-error @below {{cannot fit the weight 'nanb16': it has nan at [1, 2], expected finite numbers}}
  %w = structlin.parameter "nanb16" : tensor<3x3xbf16>
  %y = structlin.linear ins(%x, %w : tensor<?x3xbf16>, tensor<3x3xbf16>) outs(%init : tensor<?x3xf32>)
    {structure = #structlin.low_rank<rank = 1>} -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// -----

func.func @negative_inf_bf16(%x: tensor<?x3xbf16>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
  // expected-error @below {{cannot fit the weight 'infb16': it has an infinity at [2, 0], expected finite numbers}}
  %w = structlin.parameter "infb16" : tensor<3x3xbf16>
  %y = structlin.linear ins(%x, %w : tensor<?x3xbf16>, tensor<3x3xbf16>) outs(%init : tensor<?x3xf32>)
    {structure = #structlin.low_rank<rank = 1>} -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// What no layer is fitted to is copied as it is: masks are made of infinities.
// RUN: %python %S/../Compress/Inputs/safetensors.py digest %t/in.safetensors > %t/in.digest
// RUN: structlin-opt %S/Inputs/not-finite.mlir --structlin-fit='parameters=%t/in.safetensors output-parameters=%t/out.safetensors' -o /dev/null
// RUN: %python %S/../Compress/Inputs/safetensors.py digest %t/out.safetensors > %t/out.digest
// RUN: diff %t/in.digest %t/out.digest
