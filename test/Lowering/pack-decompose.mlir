// Packs and unpacks as plain operations, run: unpack undoes pack, bit for bit.
// RUN: rm -rf %t && mkdir -p %t
// RUN: structlin-opt %s --structlin-decompose -o %t/plain.mlir
// RUN: FileCheck %s < %t/plain.mlir
// RUN: structlin-run %t/plain.mlir --entry=panels --inputs=random:1 --outputs=%t/w.npy,%t/w2.npy,%t/u.npy,%t/u2.npy
// RUN: cmp %t/w.npy %t/w2.npy && cmp %t/u.npy %t/u2.npy
// RUN: structlin-run %t/plain.mlir --entry=lanes --inputs=random:1 --outputs=%t/s.npy,%t/s2.npy
// RUN: cmp %t/s.npy %t/s2.npy
// RUN: structlin-run %t/plain.mlir --entry=unstructured --outputs=%t/v.npy,%t/i.npy,%t/o.npy,%t/v2.npy,%t/i2.npy,%t/o2.npy
// RUN: cmp %t/v.npy %t/v2.npy && cmp %t/i.npy %t/i2.npy && cmp %t/o.npy %t/o2.npy
// RUN: structlin-run %t/plain.mlir --entry=grouped --outputs=%t/v.npy,%t/i.npy,%t/v2.npy,%t/i2.npy
// RUN: cmp %t/v.npy %t/v2.npy && cmp %t/i.npy %t/i2.npy
// RUN: structlin-run %t/plain.mlir --entry=nothing --outputs=%t/v.npy,%t/i.npy,%t/o.npy,%t/v2.npy,%t/i2.npy,%t/o2.npy
// RUN: cmp %t/v.npy %t/v2.npy && cmp %t/i.npy %t/i2.npy && cmp %t/o.npy %t/o2.npy

// CHECK-NOT: structlin.

#matrix = #structlin.panels<panel = 32, depth = 32, columns = 16, group = 2>

// CHECK-LABEL: func.func @panels(
// CHECK: tensor.pad
// CHECK: tensor.expand_shape
// CHECK: linalg.transpose
// CHECK: tensor.collapse_shape
func.func @panels(%w: tensor<20x33xf32>, %u: tensor<2x3x40x33xbf16>)
    -> (tensor<20x33xf32>, tensor<20x33xf32>, tensor<2x3x40x33xbf16>, tensor<2x3x40x33xbf16>) {
  %0 = structlin.pack %w {layout = #structlin.panels<panel = 8>} : (tensor<20x33xf32>) -> tensor<3x33x8xf32>
  %1 = structlin.unpack %0 {layout = #structlin.panels<panel = 8>} : (tensor<3x33x8xf32>) -> tensor<20x33xf32>
  %2 = structlin.pack %u {layout = #matrix} : (tensor<2x3x40x33xbf16>) -> tensor<2x3x2x2x1024xbf16>
  %3 = structlin.unpack %2 {layout = #matrix} : (tensor<2x3x2x2x1024xbf16>) -> tensor<2x3x40x33xbf16>
  return %w, %1, %u, %3 : tensor<20x33xf32>, tensor<20x33xf32>, tensor<2x3x40x33xbf16>, tensor<2x3x40x33xbf16>
}

func.func @lanes(%s: tensor<2x3x5xf16>) -> (tensor<2x3x5xf16>, tensor<2x3x5xf16>) {
  %0 = structlin.pack %s {layout = #structlin.lanes<panel = 8>} : (tensor<2x3x5xf16>) -> tensor<1x3x2x8xf16>
  %1 = structlin.unpack %0 {layout = #structlin.lanes<panel = 8>} : (tensor<1x3x2x8xf16>) -> tensor<2x3x5xf16>
  return %s, %1 : tensor<2x3x5xf16>, tensor<2x3x5xf16>
}

// Three panels of two columns, pairs side by side. Row 2 is empty, an entry of no row
// lies before the first offset and one behind the last.
#pairs = #structlin.bitmap<panels = <panel = 4, depth = 4, columns = 2, group = 2>, inputs = 7>
func.func @unstructured() -> (tensor<11xf32>, tensor<11xi64>, tensor<6xi32>, tensor<11xf32>, tensor<11xi64>, tensor<6xi32>) {
  %v = arith.constant dense<[9.0, 1.0, 2.0, 3.0, -0.0, 5.0, 6.0, 7.0, 8.0, 10.0, 11.0]> : tensor<11xf32>
  %i = arith.constant dense<[0, 1, 4, 0, 2, 3, 6, 0, 5, 6, 0]> : tensor<11xi64>
  %o = arith.constant dense<[1, 3, 7, 7, 9, 10]> : tensor<6xi32>
  %0:3 = structlin.pack %v, %i, %o {layout = #pairs}
           : (tensor<11xf32>, tensor<11xi64>, tensor<6xi32>) -> (tensor<2x2x2xi8>, tensor<27xf32>, tensor<3xi32>)
  %1:3 = structlin.unpack %0#0, %0#1, %0#2 {layout = #pairs}
           : (tensor<2x2x2xi8>, tensor<27xf32>, tensor<3xi32>) -> (tensor<11xf32>, tensor<11xi64>, tensor<6xi32>)
  return %v, %i, %o, %1#0, %1#1, %1#2 : tensor<11xf32>, tensor<11xi64>, tensor<6xi32>, tensor<11xf32>, tensor<11xi64>, tensor<6xi32>
}

// Entries of the ragged last group lie beyond the inputs.
#grouped = #structlin.bitmap<panels = <panel = 8>, inputs = 5, group = 4>
func.func @grouped() -> (tensor<2x2x2xbf16>, tensor<2x2x2xi8>, tensor<2x2x2xbf16>, tensor<2x2x2xi8>) {
  %v = arith.constant dense<[[[1.0, 2.0], [3.0, 0.0]], [[5.0, 6.0], [0.0, 0.0]]]> : tensor<2x2x2xbf16>
  %i = arith.constant dense<[[[0, 3], [0, 1]], [[1, 2], [2, 3]]]> : tensor<2x2x2xi8>
  %0:3 = structlin.pack %v, %i {layout = #grouped}
           : (tensor<2x2x2xbf16>, tensor<2x2x2xi8>) -> (tensor<1x8x1xi8>, tensor<16xbf16>, tensor<2xi32>)
  %1:2 = structlin.unpack %0#0, %0#1, %0#2 {layout = #grouped}
           : (tensor<1x8x1xi8>, tensor<16xbf16>, tensor<2xi32>) -> (tensor<2x2x2xbf16>, tensor<2x2x2xi8>)
  return %v, %i, %1#0, %1#1 : tensor<2x2x2xbf16>, tensor<2x2x2xi8>, tensor<2x2x2xbf16>, tensor<2x2x2xi8>
}

#eight = #structlin.bitmap<panels = <panel = 8>, inputs = 5>
func.func @nothing() -> (tensor<0xf64>, tensor<0xi32>, tensor<4xi32>, tensor<0xf64>, tensor<0xi32>, tensor<4xi32>) {
  %v = arith.constant dense<> : tensor<0xf64>
  %i = arith.constant dense<> : tensor<0xi32>
  %o = arith.constant dense<0> : tensor<4xi32>
  %0:3 = structlin.pack %v, %i, %o {layout = #eight}
           : (tensor<0xf64>, tensor<0xi32>, tensor<4xi32>) -> (tensor<1x5x1xi8>, tensor<8xf64>, tensor<2xi32>)
  %1:3 = structlin.unpack %0#0, %0#1, %0#2 {layout = #eight}
           : (tensor<1x5x1xi8>, tensor<8xf64>, tensor<2xi32>) -> (tensor<0xf64>, tensor<0xi32>, tensor<4xi32>)
  return %v, %i, %o, %1#0, %1#1, %1#2 : tensor<0xf64>, tensor<0xi32>, tensor<4xi32>, tensor<0xf64>, tensor<0xi32>, tensor<4xi32>
}
