// What a script asks wrongly, one reason each. Silenceable failures leave the payload
// as it was; here they reach the top and are errors.
// RUN: structlin-opt %s --split-input-file --verify-diagnostics --transform-interpreter

func.func @negative_raise_contraction(%x: tensor<4x8xf32>, %i: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %w = structlin.parameter "w" : tensor<8x16xf32>
  // expected-note @below {{payload operation}}
  %y = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x16xf32>)
         outs(%i : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["linalg.matmul"]} in %module
      : (!transform.any_op) -> !transform.any_op
    // TRL-C1
    // expected-error @below {{expected an operation around contractions, got 'linalg.matmul'}}
    %1 = transform.structlin.raise_to_linear %0 : (!transform.any_op) -> !transform.any_op
    transform.yield
  }
}

// -----

// A handle to a contraction does not survive raising.
func.func @negative_raise_handle(%x: tensor<4x8xf32>, %i: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %w = structlin.parameter "w" : tensor<8x16xf32>
  // expected-note @below {{replaced op}}
  // expected-note @below {{replacement value 0}}
  %y = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x16xf32>)
         outs(%i : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    // expected-note @below {{replacement is required because this handle must be updated}}
    %0 = transform.structured.match ops{["linalg.matmul"]} in %module
      : (!transform.any_op) -> !transform.any_op
    // expected-error @below {{tracking listener failed to find replacement op}}
    // expected-note @below {{ran out of suitable replacement values}}
    %1 = transform.structlin.raise_to_linear %module : (!transform.any_op) -> !transform.any_op
    transform.annotate %0 "late" : !transform.any_op
    transform.yield
  }
}

// -----

// expected-note @below {{payload operation}}
func.func @negative_assign_to_function() {
  return
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["func.func"]} in %module
      : (!transform.any_op) -> !transform.any_op
    // TAS-C1
    // expected-error @below {{expected 'structlin.linear', got 'func.func'}}
    transform.structlin.assign #structlin.low_rank<rank = 1> to %0 : !transform.any_op
    transform.yield
  }
}

// -----

func.func @negative_assign_does_not_fit(%x: tensor<4x9xf32>, %i: tensor<4x6xf32>) -> tensor<4x6xf32> {
  %w = structlin.parameter "w" : tensor<6x9xf32>
  // expected-note @below {{payload operation}}
  %y = structlin.linear ins(%x, %w : tensor<4x9xf32>, tensor<6x9xf32>)
         outs(%i : tensor<4x6xf32>) -> tensor<4x6xf32>
  return %y : tensor<4x6xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["structlin.linear"]} in %module
      : (!transform.any_op) -> !transform.any_op
    // TAS-C2
    // expected-error @below {{expected a structure that the layer can have: #structlin.low_rank<rank = 6> stores 1.667 times the dense parameters}}
    transform.structlin.assign #structlin.low_rank<rank = 6> to %0 : !transform.any_op
    transform.yield
  }
}

// -----

func.func @negative_fit_parameter() -> tensor<6x9xf32> {
  // expected-note @below {{payload operation}}
  %w = structlin.parameter "w" : tensor<6x9xf32>
  return %w : tensor<6x9xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["structlin.parameter"]} in %module
      : (!transform.any_op) -> !transform.any_op
    // TFI-C1
    // expected-error @below {{expected 'structlin.linear', got 'structlin.parameter'}}
    %1, %2 = transform.structlin.fit %0 : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

func.func @negative_fit_without_structure(%x: tensor<4x9xf32>, %i: tensor<4x6xf32>) -> tensor<4x6xf32> {
  %w = structlin.parameter "w" : tensor<6x9xf32>
  // expected-note @below {{payload operation}}
  %y = structlin.linear ins(%x, %w : tensor<4x9xf32>, tensor<6x9xf32>)
         outs(%i : tensor<4x6xf32>) -> tensor<4x6xf32>
  return %y : tensor<4x6xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["structlin.linear"]} in %module
      : (!transform.any_op) -> !transform.any_op
    // TFI-C2
    // expected-error @below {{expected a layer with a structure}}
    %1, %2 = transform.structlin.fit %0 : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Definite, so that suppressing failures does not hide it.
func.func @negative_fit_without_value(%x: tensor<4x9xf32>, %i: tensor<4x6xf32>) -> tensor<4x6xf32> {
  // TFI-C3
  // expected-error @below {{cannot read parameter 'w': it has no value and no parameters were given}}
  %w = structlin.parameter "w" : tensor<6x9xf32>
  %y = structlin.linear ins(%x, %w : tensor<4x9xf32>, tensor<6x9xf32>)
         outs(%i : tensor<4x6xf32>) {structure = #structlin.low_rank<rank = 1>} -> tensor<4x6xf32>
  return %y : tensor<4x6xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    transform.sequence %module : !transform.any_op failures(suppress) {
    ^bb0(%root: !transform.any_op):
      %0 = transform.structured.match ops{["structlin.linear"]} in %root
        : (!transform.any_op) -> !transform.any_op
      %1, %2 = transform.structlin.fit %0
        : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    }
    transform.yield
  }
}

// -----

func.func @negative_fit_not_finite(%x: tensor<4x2xf32>, %i: tensor<4x2xf32>) -> tensor<4x2xf32> {
  // TFI-C3
  // expected-error @below {{cannot fit the weight 'w': it has nan at [1, 0], expected finite numbers}}
  %w = structlin.parameter "w" = dense<[[1.0, 2.0], [0x7FC00000, 3.0]]> : tensor<2x2xf32>
  %y = structlin.linear ins(%x, %w : tensor<4x2xf32>, tensor<2x2xf32>)
         outs(%i : tensor<4x2xf32>) {structure = #structlin.low_rank<rank = 1>} -> tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["structlin.linear"]} in %module
      : (!transform.any_op) -> !transform.any_op
    %1, %2 = transform.structlin.fit %0 : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

func.func @negative_fit_parameters_missing() {
  return
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["structlin.linear"]} in %module
      : (!transform.any_op) -> !transform.any_op
    // TFI-C3
    // expected-error @below {{cannot open the parameters: }}
    %1, %2 = transform.structlin.fit %0 {parameters = "no/such/file.safetensors"}
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

func.func @negative_fit_output_folder_missing() {
  return
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["structlin.linear"]} in %module
      : (!transform.any_op) -> !transform.any_op
    // TFI-C3
    // expected-error @below {{cannot write 'no/such/folder/small.safetensors': }}
    %1, %2 = transform.structlin.fit %0 {output_parameters = "no/such/folder/small.safetensors"}
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    // expected-error @below {{invalid kind of attribute specified}}
    transform.structlin.assign "low_rank" to %module : !transform.any_op
    transform.yield
  }
}

// -----

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%layers: !transform.any_op {transform.consumed}) {
    // TFI-C4
    // expected-error @below {{'transform.structlin.fit' op expected restarts to be at least 1, got 0}}
    %0, %1 = transform.structlin.fit %layers {restarts = 0}
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%layers: !transform.any_op {transform.consumed}) {
    // expected-error @below {{'transform.structlin.fit' op expected max-error to be at least 0, got -1.000000e+00}}
    %0, %1 = transform.structlin.fit %layers {max_error = -1.0}
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
