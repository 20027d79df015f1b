// RUN: structlin-opt %s --split-input-file --structlin-import-parameters=min-elements=4 \
// RUN:   --structlin-export-parameters=to=arguments | FileCheck %s --check-prefixes=ARGS
// RUN: structlin-opt %s --split-input-file --structlin-import-parameters=min-elements=4 \
// RUN:   --structlin-export-parameters=to=resources | FileCheck %s --check-prefixes=RES
// RUN: structlin-opt %s --split-input-file --structlin-import-parameters=min-elements=4 \
// RUN:   --structlin-export-parameters=to=globals | FileCheck %s --check-prefixes=GLOB

// RUN: structlin-opt %s --split-input-file --structlin-import-parameters \
// RUN:   --structlin-import-parameters=arguments-as-weights \
// RUN:   --structlin-export-parameters=to=arguments | FileCheck %s --check-prefixes=TWICE

// Arguments come back where they were, used or not, with what they carried.

// ARGS-LABEL: func.func @arguments(
// ARGS-SAME: %[[W:.*]]: tensor<2xf32> {structlin.param = "w", test.note = 1 : i64},
// ARGS-SAME: %[[X:.*]]: tensor<2xf32> {test.note = 2 : i64},
// ARGS-SAME: %{{.*}}: tensor<3xf32> {structlin.param = "unused"})
// ARGS-SAME: -> tensor<2xf32> {
// ARGS-NEXT: arith.addf %[[X]], %[[W]]
// RES-LABEL: func.func @arguments(
// RES-SAME: %[[X:.*]]: tensor<2xf32> {test.note = 2 : i64}) -> tensor<2xf32> {
// RES: %[[W:.*]] = arith.constant dense_resource<w> : tensor<2xf32>
// RES: arith.addf %[[X]], %[[W]]
// GLOB: ml_program.global private @w(#extern{{[0-9]*}}) : tensor<2xf32>
// GLOB-LABEL: func.func @arguments(
// GLOB: %[[W:.*]] = ml_program.global_load_const @w : tensor<2xf32>
func.func @arguments(%w: tensor<2xf32> {structlin.param = "w", test.note = 1},
                     %x: tensor<2xf32> {test.note = 2},
                     %unused: tensor<3xf32> {structlin.param = "unused"}) -> tensor<2xf32> {
  %0 = arith.addf %x, %w : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// Constants, resources and globals come back as they were.

// ARGS: ml_program.global private @g(#extern) : tensor<2xf32>
// ARGS-LABEL: func.func @in_place() ->
// ARGS: ml_program.global_load_const @g
// ARGS: arith.constant dense<[1, 2, 3, 4]> : tensor<4xi32>
// ARGS: arith.constant dense_resource<r> : tensor<2xf32>
// RES-LABEL: func.func @in_place() ->
// RES: arith.constant dense_resource<g> : tensor<2xf32>
// RES: arith.constant dense_resource<in_place.const_0> : tensor<4xi32>
// RES: in_place.const_0: "0x4000000001000000020000000300000004000000"
// GLOB-DAG: ml_program.global private @g(#extern) : tensor<2xf32>
// GLOB-DAG: ml_program.global private @in_place.const_0(dense<[1, 2, 3, 4]> : tensor<4xi32>) : tensor<4xi32>
// GLOB-DAG: ml_program.global private @r(#extern) : tensor<2xf32>
ml_program.global private @g(#ml_program.extern : tensor<2xf32>) : tensor<2xf32>
func.func @in_place() -> (tensor<2xf32>, tensor<4xi32>, tensor<2xf32>) {
  %0 = ml_program.global_load_const @g : tensor<2xf32>
  %1 = arith.constant dense<[1, 2, 3, 4]> : tensor<4xi32>
  %2 = arith.constant dense_resource<r> : tensor<2xf32>
  return %0, %1, %2 : tensor<2xf32>, tensor<4xi32>, tensor<2xf32>
}

// -----

// Parameters made since import: named after the argument that is gone they take
// its place, else they come last.

// ARGS-LABEL: func.func @factored(
// ARGS-SAME: %{{[a-zA-Z0-9_]*}}: tensor<16x2xf32> {structlin.param = "fc.weight.U"},
// ARGS-SAME: %{{[a-zA-Z0-9_]*}}: tensor<2x8xf32> {structlin.param = "fc.weight.V"},
// ARGS-SAME: %{{[a-zA-Z0-9_]*}}: tensor<4x8xf32>,
// ARGS-SAME: %{{[a-zA-Z0-9_]*}}: tensor<16xf32> {structlin.param = "fc.bias"},
// ARGS-SAME: %{{[a-zA-Z0-9_]*}}: tensor<5xf32> {structlin.param = "other"})
// ARGS-NOT: structlin.signature
func.func @factored(%x: tensor<4x8xf32>)
    -> (tensor<16x2xf32>, tensor<2x8xf32>, tensor<16xf32>, tensor<5xf32>)
    attributes {structlin.signature = [
      {param = "fc.weight", from = "argument", index = 0, type = tensor<16x8xf32>,
       attrs = {structlin.param = "fc.weight"}},
      {param = "fc.bias", from = "argument", index = 2, type = tensor<16xf32>,
       attrs = {structlin.param = "fc.bias"}}]} {
  %U = structlin.parameter "fc.weight.U" : tensor<16x2xf32>
  %V = structlin.parameter "fc.weight.V" : tensor<2x8xf32>
  %b = structlin.parameter "fc.bias" : tensor<16xf32>
  %o = structlin.parameter "other" : tensor<5xf32>
  return %U, %V, %b, %o : tensor<16x2xf32>, tensor<2x8xf32>, tensor<16xf32>, tensor<5xf32>
}

// -----

// Calls pass what their callees need, through functions that do not read it.

// ARGS-LABEL: func.func @outer(
// ARGS-SAME: %[[X:.*]]: tensor<2xf32>, %[[W:.*]]: tensor<2xf32> {structlin.param = "w"},
// ARGS-SAME: %[[N:.*]]: tensor<2xf32> {structlin.param = "new"})
// ARGS: call @inner(%[[W]], %[[X]], %[[N]])
// ARGS-LABEL: func.func private @inner(
// ARGS-SAME: %{{.*}}: tensor<2xf32>, %{{.*}}: tensor<2xf32>, %{{.*}}: tensor<2xf32> {structlin.param = "new"})
func.func @outer(%x: tensor<2xf32>, %w: tensor<2xf32> {structlin.param = "w"}) -> tensor<2xf32> {
  %0 = call @inner(%w, %x) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
func.func private @inner(%w: tensor<2xf32>, %x: tensor<2xf32>) -> tensor<2xf32> {
  %new = structlin.parameter "new" : tensor<2xf32>
  %0 = arith.addf %w, %x : tensor<2xf32>
  %1 = arith.addf %0, %new : tensor<2xf32>
  return %1 : tensor<2xf32>
}

// -----

// What a second import takes has its position in the original signature.

// TWICE-LABEL: func.func @taken_twice(
// TWICE-SAME: %[[B:.*]]: tensor<4x16xf32> {structlin.param = "b"}, %[[X:.*]]: tensor<4x8xf32>,
// TWICE-SAME: %[[W:.*]]: tensor<8x16xf32>) -> tensor<4x16xf32> {
// TWICE: linalg.matmul ins(%[[X]], %[[W]] {{.*}} outs(%[[B]]
func.func @taken_twice(%b: tensor<4x16xf32> {structlin.param = "b"}, %x: tensor<4x8xf32>,
                       %w: tensor<8x16xf32>) -> tensor<4x16xf32> {
  %y = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x16xf32>)
       outs(%b : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}

// -----

// A factor that has a value keeps it, as a constant; the argument that it replaces is
// gone. An argument could only lose the value.

// ARGS-LABEL: func.func @with_values(
// ARGS-SAME: %{{[a-zA-Z0-9_]*}}: tensor<4x2xf32>) ->
// ARGS: arith.constant dense<1.000000e+00> : tensor<3x1xf32>
// ARGS: arith.constant dense<2.000000e+00> : tensor<1x2xf32>
func.func @with_values(%x: tensor<4x2xf32>) -> (tensor<4x2xf32>, tensor<3x1xf32>, tensor<1x2xf32>)
    attributes {structlin.signature = [
      {param = "fc.weight", from = "argument", index = 1, type = tensor<3x2xf32>,
       attrs = {structlin.param = "fc.weight"}}]} {
  %U = structlin.parameter "fc.weight.U" = dense<1.0> : tensor<3x1xf32>
  %V = structlin.parameter "fc.weight.V" = dense<2.0> : tensor<1x2xf32>
  return %x, %U, %V : tensor<4x2xf32>, tensor<3x1xf32>, tensor<1x2xf32>
}
