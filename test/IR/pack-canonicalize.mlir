// Unpacking a pack gives the factors; packing what was unpacked does not give the packed
// tensor, whose filling may be anything.
// RUN: structlin-opt %s --canonicalize | FileCheck %s

#eight = #structlin.panels<panel = 8>
#bits = #structlin.bitmap<panels = <panel = 8>, inputs = 5>

// CHECK-LABEL: func.func @unpack_of_pack(
// CHECK-SAME:    %[[W:.*]]: tensor<20x33xf32>)
// CHECK-NEXT:    return %[[W]]
func.func @unpack_of_pack(%w: tensor<20x33xf32>) -> tensor<20x33xf32> {
  %0 = structlin.pack %w {layout = #eight} : (tensor<20x33xf32>) -> tensor<3x33x8xf32>
  %1 = structlin.unpack %0 {layout = #eight} : (tensor<3x33x8xf32>) -> tensor<20x33xf32>
  return %1 : tensor<20x33xf32>
}

// CHECK-LABEL: func.func @several(
// CHECK-SAME:    %[[V:.*]]: tensor<9xf32>, %[[I:.*]]: tensor<9xi32>, %[[O:.*]]: tensor<4xi32>)
// CHECK-NEXT:    return %[[V]], %[[I]], %[[O]]
func.func @several(%v: tensor<9xf32>, %i: tensor<9xi32>, %o: tensor<4xi32>) -> (tensor<9xf32>, tensor<9xi32>, tensor<4xi32>) {
  %0:3 = structlin.pack %v, %i, %o {layout = #bits}
           : (tensor<9xf32>, tensor<9xi32>, tensor<4xi32>) -> (tensor<1x5x1xi8>, tensor<17xf32>, tensor<2xi32>)
  %1:3 = structlin.unpack %0#0, %0#1, %0#2 {layout = #bits}
           : (tensor<1x5x1xi8>, tensor<17xf32>, tensor<2xi32>) -> (tensor<9xf32>, tensor<9xi32>, tensor<4xi32>)
  return %1#0, %1#1, %1#2 : tensor<9xf32>, tensor<9xi32>, tensor<4xi32>
}

// CHECK-LABEL: func.func @other_factors(
// CHECK:         structlin.unpack
func.func @other_factors(%w: tensor<20x33xf32>) -> tensor<19x33xf32> {
  %0 = structlin.pack %w {layout = #eight} : (tensor<20x33xf32>) -> tensor<3x33x8xf32>
  %1 = structlin.unpack %0 {layout = #eight} : (tensor<3x33x8xf32>) -> tensor<19x33xf32>
  return %1 : tensor<19x33xf32>
}

// CHECK-LABEL: func.func @other_layout(
// CHECK:         structlin.unpack
func.func @other_layout(%w: tensor<8x2xf32>) -> tensor<8x2xf32> {
  %0 = structlin.pack %w {layout = #structlin.panels<panel = 8, depth = 2>} : (tensor<8x2xf32>) -> tensor<1x1x16xf32>
  %1 = structlin.unpack %0 {layout = #structlin.panels<panel = 8, depth = 2, group = 2>} : (tensor<1x1x16xf32>) -> tensor<8x2xf32>
  return %1 : tensor<8x2xf32>
}

// CHECK-LABEL: func.func @pack_of_unpack(
// CHECK:         structlin.pack
func.func @pack_of_unpack(%p: tensor<3x33x8xf32>) -> tensor<3x33x8xf32> {
  %0 = structlin.unpack %p {layout = #eight} : (tensor<3x33x8xf32>) -> tensor<20x33xf32>
  %1 = structlin.pack %0 {layout = #eight} : (tensor<20x33xf32>) -> tensor<3x33x8xf32>
  return %1 : tensor<3x33x8xf32>
}
