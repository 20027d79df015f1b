// What a compressed checkpoint can get wrong, one thing each: the diagnostic names
// the layer, the tensor and the place in the recipe; nothing is written.
// RUN: rm -rf %t && mkdir %t && split-file %s %t
// RUN: %python %S/Inputs/safetensors.py write %t/in.safetensors B:F32:2x2x3:mixed C:F32:3x3x2:mixed D:F32:2x3x3:mixed nan.B:F32:2x3:1,2,3,4,nan,6 B1:F32:1x2x3:mixed C2:F32:3x2x2:mixed C5:F32:3x3x1:mixed D2:F32:3x3x2:mixed ints.B:I32:2x2x3:ints wide.B:F64:2x2x3:mixed flat:F32:4x3:mixed cube.B:F32:2x2x2:mixed cube.C:F32:2x2x3:mixed cube.D:F32:2x2x2:mixed over.C:F32:4x3x2:mixed over.D:F32:2x4x3:mixed U:F32:4x2:mixed V:F32:2x6:mixed V3:F32:3x6:mixed U0:F32:4x0: V0:F32:0x6: full.weight:F32:4x6:1,2,3,4,5,6,1,2,3,4,5,6,1,2,3,4,5,6,1,2,3,4,5,6 zeros.weight:F32:4x6:1,1,1,0,0,0,1,1,0,0,0,0,1,0,0,0,0,0,1,0,0,0,0,0 half.weight:F16:4x6:mixed nan.weight:F32:4x6:nan mask:F32:4x6:1,1,1,1,1,1,0,0,2,0,0,0,1,1,1,1,1,1,1,1,1,1,1,1 short.mask:F32:4x5:mixed third.B:F32:4x2:1,1,1,1,1,1,1,3 third.A:F32:2x6:mixed
// RUN: structlin-opt %t/model.mlir --split-input-file --verify-diagnostics --structlin-fit='parameters=%t/in.safetensors output-parameters=%t/out.safetensors'
// RUN: not ls %t/out.safetensors

// STO-R1: the recipe's line, and the exit status.
// RUN: not structlin-opt %t/one.mlir --structlin-assign=recipe=%t/recipe.yaml --structlin-fit='parameters=%t/in.safetensors output-parameters=%t/out.safetensors' -o %t/out.mlir 2>&1 | FileCheck %s --check-prefix=RECIPE
// RUN: not ls %t/out.safetensors %t/out.mlir
// RECIPE: one.mlir:4:8: error: cannot load layer 'fc' as blast: tensor 'fc.B': {{.*}}in.safetensors{{.*}}no parameter 'fc.B', the closest names are
// RECIPE: recipe.yaml:3:13: note: the recipe says so here

// RUN: not structlin-opt %t/one.mlir --structlin-fit --structlin-assign=recipe=%t/recipe.yaml --structlin-fit 2>&1 | FileCheck %s --check-prefix=NO-SOURCE
// NO-SOURCE: tensor 'fc.B': no parameters were given
// RUN: not structlin-opt %t/one.mlir --structlin-assign=recipe=%t/recipe.yaml --structlin-fit=parameters=random:1 2>&1 | FileCheck %s --check-prefix=RANDOM
// RANDOM: tensor 'fc.B': random parameters have no tensor 'fc.B' of a type and shape of its own

// Types that the archive does not read.
// RUN: mkdir %t/f8 && %python %S/Inputs/safetensors.py write %t/f8/in.safetensors fc.weight:F8_E4M3:4x6:ints
// RUN: not structlin-opt %t/one.mlir --structlin-assign='structure="#structlin.stored<format = sparse>"' --structlin-fit=parameters=%t/f8 2>&1 | FileCheck %s --check-prefix=F8
// F8: error: cannot open the parameters: {{.*}}in.safetensors': {{.*}}'fc.weight'{{.*}}F8_E4M3

//--- recipe.yaml
layers:
  - match: "*"
    format: blast

//--- one.mlir
// The location of the layer.
func.func @f(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>) {layer = "fc"} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

//--- model.mlir
// STO-R3
func.func @negative_rank_of_c(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as blast: tensor 'C2': expected the rank 3 of B, got 2}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = blast, tensors = {B = "B", C = "C2", D = "D"}>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R3
func.func @negative_blast_rank(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as blast: tensor 'flat': expected a tensor of rank 3, got 4x3xf32}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = blast, tensors = {B = "flat", C = "C", D = "D"}>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R6
func.func @negative_output_blocks(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as blast: tensor 'B1': expected 1 blocks of 4 to cover 4 outputs, got blocks of 2}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = blast, tensors = {B = "B1", C = "C", D = "D"}>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R6
func.func @negative_input_blocks(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as blast: tensor 'C5': expected 3 blocks of 2 to cover 6 inputs, got blocks of 1}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = blast, tensors = {B = "B", C = "C5", D = "D"}>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R6
func.func @negative_padding_not_zero(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as blast: tensor 'over.C': expected zeros beyond the weight, got another number at [3, 0, 0]}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = blast, tensors = {B = "B", C = "over.C", D = "over.D"}>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R7
func.func @negative_d_shape(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as blast: tensor 'D2': expected the shape [2, 3, 3] or [3, 2, 3] of the blocks and the rank of B and C, got [3, 3, 2]}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = blast, tensors = {B = "B", C = "C", D = "D2"}>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R7
func.func @negative_d_layout(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as blast: tensor 'D': expected the shape [3, 2, 3] of the blocks and the rank of B and C, got [2, 3, 3]}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = blast, tensors = {B = "B", C = "C", D = "D"}, layout = rank_first>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R7
func.func @negative_d_ambiguous(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as blast: tensor 'cube.D': expected the layout to be given, since the shape [2, 2, 2] may be (b1, b2, r), which is rank_last, or (r, b1, b2), which is rank_first}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = blast, tensors = {B = "cube.B", C = "cube.C", D = "cube.D"}>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R6
func.func @negative_blocks(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as blast: expected [2, 2] blocks, got B with 2 and C with 3}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = blast, tensors = {B = "B", C = "C", D = "D"}, blocks = [2, 2]>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R10
func.func @negative_expected_structure(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as blast: expected #structlin.blast<blocks = [2, 3], rank = 2>, got #structlin.blast<blocks = [2, 3], rank = 3>}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = blast, tensors = {B = "B", C = "C", D = "D"}, expected = #structlin.blast<blocks = [2, 3], rank = 2>>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R2
func.func @negative_integers(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as blast: tensor 'ints.B': expected floating-point numbers that 'f32' holds exactly, got i32}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = blast, tensors = {B = "ints.B", C = "C", D = "D"}>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R2
func.func @negative_too_wide(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as blast: tensor 'wide.B': expected floating-point numbers that 'f32' holds exactly, got f64}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = blast, tensors = {B = "wide.B", C = "C", D = "D"}>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R4
func.func @negative_factor_nan(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as low_rank: tensor 'nan.B': expected finite numbers, got nan at [1, 1]}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = low_rank, tensors = {U = "nan.B", V = "V"}>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R3
func.func @negative_u_shape(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as low_rank: tensor 'V': expected the shape [4, 6], got [2, 6]}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = low_rank, tensors = {U = "V", V = "V"}>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R3
func.func @negative_v_shape(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as low_rank: tensor 'V3': expected the shape [2, 6], got [3, 6]}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = low_rank, tensors = {U = "U", V = "V3"}>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R3
func.func @negative_no_rank(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as low_rank: tensor 'U0': expected a rank of at least 1, got 0}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = low_rank, tensors = {U = "U0", V = "V0"}>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R2
func.func @negative_weight_type(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as sparse: tensor 'half.weight': expected 'f32' as the layer's parameter has, got f16}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = sparse, tensors = {weight = "half.weight"}>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R3
func.func @negative_weight_shape(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as sparse: tensor 'U': expected the shape [4, 6] of the layer's parameter, got [4, 2]}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = sparse, tensors = {weight = "U"}>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R4
func.func @negative_weight_nan(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as sparse: tensor 'nan.weight': expected finite numbers, got nan at [1, 2]}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = sparse, tensors = {weight = "nan.weight"}>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R10
func.func @negative_not_nm(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as sparse: tensor 'zeros.weight': expected at most 2 of every 4 entries not to be zero, got 3 in row 0 from column 0 on}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = sparse, tensors = {weight = "zeros.weight"}, expected = #structlin.sparse<2 : 4>>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R10
func.func @negative_keep(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as sparse: tensor 'zeros.weight': expected a fraction of at most 0.2500 to be stored, got 0.2917}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = sparse, tensors = {weight = "zeros.weight"}, expected = #structlin.sparse<keep = 0.25>>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R10
func.func @negative_block_keep(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as sparse: tensor 'zeros.weight': expected a fraction of at most 0.2500 to be stored, got 0.5000}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = sparse, tensors = {weight = "zeros.weight"}, expected = #structlin.block_sparse<block = [2, 3], keep = 0.25>>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R10
func.func @negative_block_size(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as sparse: tensor 'zeros.weight': expected blocks within the weight, 4 x 6, got blocks of 1000000000 x 4000000000}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = sparse, tensors = {weight = "zeros.weight"}, expected = #structlin.block_sparse<block = [1000000000, 4000000000], keep = 0.25>>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R10
func.func @negative_not_sparse(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as sparse: tensor 'zeros.weight': expected zeros to be described by #structlin.sparse or #structlin.block_sparse, got low_rank}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = sparse, tensors = {weight = "zeros.weight"}, expected = #structlin.low_rank<rank = 1>>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R5
func.func @negative_mask_value(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as masked: tensor 'mask': expected 0 or 1, got 2.000000e+00 at position 8}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = masked, tensors = {weight = "zeros.weight", mask = "mask"}>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R3
func.func @negative_mask_shape(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as masked: tensor 'short.mask': expected the shape [4, 6] of the layer's parameter, got [4, 5]}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = masked, tensors = {weight = "zeros.weight", mask = "short.mask"}>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R8
func.func @negative_no_zeros(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as oats: tensor 'full.weight': expected zeros, got none}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = oats, tensors = {S = "full.weight", U = "U", V = "V"}>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R10
func.func @negative_sum_nm(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as oats: tensor 'zeros.weight': expected at most 2 of every 4 entries not to be zero, got 3 in row 0 from column 0 on}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = oats, tensors = {S = "zeros.weight", U = "U", V = "V"}, expected = #structlin.low_rank_sparse<rank = 2, sparse = #structlin.sparse<2 : 4>>>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R10
func.func @negative_sum_rank(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as oats: expected #structlin.low_rank_sparse<rank = 3, sparse = <2 : 4>>, got a low-rank part of rank 2 and a sparse part}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = oats, tensors = {S = "zeros.weight", U = "U", V = "V"}, expected = #structlin.low_rank_sparse<rank = 3, sparse = #structlin.sparse<2 : 4>>>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R8
func.func @negative_dense_base(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as peft: tensor 'full.weight': expected zeros, got none: a dense matrix and a low-rank one are one dense weight, which merging them makes}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = peft, tensors = {base = "full.weight", lora_A = "third.A", lora_B = "third.B"}, scale = 1.0>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// STO-R9
func.func @negative_inexact_scale(%x: tensor<?x6xf32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  // expected-error @below {{cannot load layer 'fc' as peft: tensor 'third.B': expected a scale by which its entries are multiplied exactly in 'f32', got 3.333333e-01; multiply the stored tensor and give the scale 1}}
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = peft, tensors = {base = "zeros.weight", lora_A = "third.A", lora_B = "third.B"}, scale = 0.3333333333333333>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
