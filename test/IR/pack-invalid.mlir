// Constraints of structlin.pack and unpack, layouts and schedules (docs/Spec.md, PK, LAY, SCH).
// RUN: structlin-opt %s --split-input-file --verify-diagnostics

// PK-C1
func.func @negative_pack_of_a_vector(%w: tensor<20xf32>) {
  // expected-error @below {{expected factors that #structlin.panels<panel = 8> holds: expected a matrix or several, got tensor<20xf32>}}
  %0 = structlin.pack %w {layout = #structlin.panels<panel = 8>} : (tensor<20xf32>) -> tensor<3x8xf32>
  return
}

// -----

// PK-C1
func.func @negative_pack_of_two(%w: tensor<20x4xf32>) {
  // expected-error @below {{expected 1 tensors, got 2}}
  %0 = structlin.pack %w, %w {layout = #structlin.panels<panel = 8>} : (tensor<20x4xf32>, tensor<20x4xf32>) -> tensor<3x4x8xf32>
  return
}

// -----

// PK-C1
func.func @negative_lanes_of_a_matrix(%w: tensor<20x4xf32>) {
  // expected-error @below {{expected three dimensions, got tensor<20x4xf32>}}
  %0 = structlin.pack %w {layout = #structlin.lanes<panel = 8>} : (tensor<20x4xf32>) -> tensor<4x20x8xf32>
  return
}

// -----

// PK-C1
func.func @negative_bitmap_of_other_indices(%v: tensor<9xf32>, %i: tensor<8xi32>, %o: tensor<4xi32>) {
  // expected-error @below {{expected a vector of values and as many indices, got tensor<9xf32> and tensor<8xi32>}}
  %0:3 = structlin.pack %v, %i, %o {layout = #structlin.bitmap<panels = <panel = 8>, inputs = 5>}
           : (tensor<9xf32>, tensor<8xi32>, tensor<4xi32>) -> (tensor<1x5x1xi8>, tensor<17xf32>, tensor<2xi32>)
  return
}

// -----

// PK-C1
func.func @negative_bitmap_of_other_groups(%v: tensor<3x2x2xf32>, %i: tensor<3x2x2xi8>) {
  // expected-error @below {{expected 3 groups for 9 inputs, got 2}}
  %0:3 = structlin.pack %v, %i {layout = #structlin.bitmap<panels = <panel = 8>, inputs = 9, group = 4>}
           : (tensor<3x2x2xf32>, tensor<3x2x2xi8>) -> (tensor<1x12x1xi8>, tensor<20xf32>, tensor<2xi32>)
  return
}

// -----

// PK-C1
func.func @negative_bitmap_of_a_scalar_offset(%v: tensor<9xf32>, %i: tensor<9xi32>, %o: tensor<0xi32>) {
  // expected-error @below {{expected a vector of offsets, got tensor<0xi32>}}
  %0:3 = structlin.pack %v, %i, %o {layout = #structlin.bitmap<panels = <panel = 8>, inputs = 5>}
           : (tensor<9xf32>, tensor<9xi32>, tensor<0xi32>) -> (tensor<1x5x1xi8>, tensor<17xf32>, tensor<2xi32>)
  return
}

// -----

// PK-C2
func.func @negative_packed_shape(%w: tensor<20x33xf32>) {
  // expected-error @below {{expected packed tensor #0 to be 'tensor<3x33x8xf32>', got 'tensor<2x33x8xf32>'}}
  %0 = structlin.pack %w {layout = #structlin.panels<panel = 8>} : (tensor<20x33xf32>) -> tensor<2x33x8xf32>
  return
}

// -----

// PK-C2
func.func @negative_unpacked_type(%p: tensor<3x33x8xf32>) {
  // expected-error @below {{expected packed tensor #0 to be 'tensor<3x33x8xf16>', got 'tensor<3x33x8xf32>'}}
  %0 = structlin.unpack %p {layout = #structlin.panels<panel = 8>} : (tensor<3x33x8xf32>) -> tensor<20x33xf16>
  return
}

// -----

// PK-C2
func.func @negative_number_of_packed(%v: tensor<9xf32>, %i: tensor<9xi32>, %o: tensor<4xi32>) {
  // expected-error @below {{expected 3 packed tensors, got 2}}
  %0:2 = structlin.pack %v, %i, %o {layout = #structlin.bitmap<panels = <panel = 8>, inputs = 5>}
           : (tensor<9xf32>, tensor<9xi32>, tensor<4xi32>) -> (tensor<1x5x1xi8>, tensor<17xf32>)
  return
}

// -----

// LAY-C1
// expected-error @below {{expected a positive panel, got 0}}
module @negative_panels attributes {structlin.a = #structlin.panels<panel = 0>} {}

// -----

// LAY-C1
// expected-error @below {{expected a positive depth, got -1}}
module @negative_depth attributes {structlin.a = #structlin.panels<panel = 8, depth = -1>} {}

// -----

// LAY-C1
// expected-error @below {{expected a positive group, got 0}}
module @negative_group attributes {structlin.a = #structlin.panels<panel = 8, group = 0>} {}

// -----

// LAY-C1
// expected-error @below {{expected a positive panel, got -8}}
module @negative_lanes attributes {structlin.a = #structlin.lanes<panel = -8>} {}

// -----

// LAY-C2
// expected-error @below {{expected columns that divide the panel of 24, got 16}}
module @negative_columns attributes {structlin.a = #structlin.panels<panel = 24, columns = 16>} {}

// -----

// LAY-C3
// expected-error @below {{expected a group that divides the depth of 32, got 3}}
module @negative_group_of_depth attributes {structlin.a = #structlin.panels<panel = 24, depth = 32, group = 3>} {}

// -----

// LAY-C4
// expected-error @below {{expected a number of inputs, got -1}}
module @negative_inputs attributes {structlin.a = #structlin.bitmap<panels = <panel = 8>, inputs = -1>} {}

// -----

// LAY-C5
// expected-error @below {{expected groups of 1 to 128 entries, got 129}}
module @negative_bitmap_group attributes {structlin.a = #structlin.bitmap<panels = <panel = 8>, inputs = 5, group = 129>} {}

// -----

// LAY-C6
// expected-error @below {{expected steps of whole bytes, got panel times depth of 12}}
module @negative_bytes attributes {structlin.a = #structlin.bitmap<panels = <panel = 12>, inputs = 5>} {}

// -----

// SCH-C1
// expected-error @below {{expected a target of kernels (avx2, avx512, avx512_bf16, amx, neon), got 'avx10'}}
module @negative_target attributes {structlin.a = #structlin.cpu_schedule<target = "avx10", rows = 1, cols = 8>} {}

// -----

// SCH-C2
// expected-error @below {{expected positive rows, cols and unroll, got 1, 8 and 0}}
module @negative_unroll attributes {structlin.a = #structlin.cpu_schedule<target = "avx2", rows = 1, cols = 8, unroll = 0>} {}

// -----

// SCH-C3
// expected-error @below {{expected chunk, block and ahead of at least 0, got 0, 0 and -64}}
module @negative_ahead attributes {structlin.a = #structlin.cpu_schedule<target = "avx2", rows = 1, cols = 8, ahead = -64>} {}

// -----

// SCH-C4
// expected-error @below {{expected a block of tokens to split by tokens}}
module @negative_split attributes {structlin.a = #structlin.cpu_schedule<target = "avx2", rows = 1, cols = 8, split = tokens>} {}

// -----

// expected-error @below {{expected a schedule with 'cols'}}
module @negative_schedule_without_cols attributes {structlin.a = #structlin.cpu_schedule<target = "avx2", rows = 1>} {}

// -----

// expected-error @below {{'rows' is given twice}}
module @negative_schedule_with_rows_twice attributes {structlin.a = #structlin.cpu_schedule<target = "avx2", rows = 1, cols = 8, rows = 2>} {}

// -----

// expected-error @below {{a schedule has no 'columns'}}
module @negative_schedule_with_columns attributes {structlin.a = #structlin.cpu_schedule<target = "avx2", rows = 1, columns = 8>} {}
