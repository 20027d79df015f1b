// Parameters as arguments, without import: structlin-run binds them by their tags. Errors
// stand at the argument (docs/Archive.md, PB-C1, PB-C2).
// DEFINE: %{refused} = %python %S/Inputs/refused.py %s %t --only structlin-run --parameters m.safetensors --safetensors m.safetensors

// RUN: %{refused} '{"v":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}' 12 | FileCheck %s --check-prefix=MISSING
// MISSING: structlin-run: arguments.mlir:[[#@LINE+9]]:33: error: input 1: 'DIR/m.safetensors': no parameter 'w', the closest names are 'v'

// RUN: %{refused} '{"w":{"dtype":"F32","shape":[3,1],"data_offsets":[0,12]}}' 12 | FileCheck %s --check-prefix=SHAPE
// SHAPE: structlin-run: arguments.mlir:[[#@LINE+6]]:33: error: input 1: 'DIR/m.safetensors': parameter 'w': expected 3xf32, got 3x1xf32

// RUN: %{refused} '{"w":{"dtype":"I32","shape":[3],"data_offsets":[0,12]}}' 12 | FileCheck %s --check-prefix=TYPE
// TYPE: structlin-run: arguments.mlir:[[#@LINE+3]]:33: error: input 1: 'DIR/m.safetensors': parameter 'w': expected 3xf32, got 3xi32

// The location is that of %w.
func.func @f(%x: tensor<3xf32>, %w: tensor<3xf32> {structlin.param = "w"}) -> tensor<3xf32> {
  %y = arith.addf %x, %w : tensor<3xf32>
  return %y : tensor<3xf32>
}
