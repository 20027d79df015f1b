// Packs, unpacks, layouts and schedules print as they are parsed.
// RUN: structlin-opt %s | FileCheck %s
// RUN: structlin-opt %s | structlin-opt | FileCheck %s
// RUN: structlin-opt %s --emit-bytecode | structlin-opt | FileCheck %s

// CHECK-LABEL: func.func @panels(
// CHECK:         structlin.pack %{{.*}} {layout = #structlin.panels<panel = 8>} : (tensor<20x33xf32>) -> tensor<3x33x8xf32>
// CHECK:         structlin.unpack %{{.*}} {layout = #structlin.panels<panel = 8>} : (tensor<3x33x8xf32>) -> tensor<20x33xf32>
// CHECK:         structlin.pack %{{.*}} {layout = #structlin.panels<panel = 32, depth = 32, columns = 16, group = 2>} : (tensor<4x40x33xbf16>) -> tensor<4x2x2x1024xbf16>
func.func @panels(%w: tensor<20x33xf32>, %u: tensor<4x40x33xbf16>) -> tensor<20x33xf32> {
  %0 = structlin.pack %w {layout = #structlin.panels<panel = 8, depth = 1, columns = 0, group = 1>}
         : (tensor<20x33xf32>) -> tensor<3x33x8xf32>
  %1 = structlin.unpack %0 {layout = #structlin.panels<panel = 8>} : (tensor<3x33x8xf32>) -> tensor<20x33xf32>
  %2 = structlin.pack %u {layout = #structlin.panels<panel = 32, depth = 32, columns = 16, group = 2>}
         : (tensor<4x40x33xbf16>) -> tensor<4x2x2x1024xbf16>
  return %1 : tensor<20x33xf32>
}

// CHECK-LABEL: func.func @lanes(
// CHECK:         structlin.pack %{{.*}} {layout = #structlin.lanes<panel = 8>} : (tensor<2x3x5xf32>) -> tensor<1x3x2x8xf32>
func.func @lanes(%s: tensor<2x3x5xf32>) -> tensor<1x3x2x8xf32> {
  %0 = structlin.pack %s {layout = #structlin.lanes<panel = 8>} : (tensor<2x3x5xf32>) -> tensor<1x3x2x8xf32>
  return %0 : tensor<1x3x2x8xf32>
}

// The masks of the n:m matrix cover its 9 groups of 4, the 33 inputs rounded up.
// CHECK-LABEL: func.func @bitmap(
// CHECK:         structlin.pack %{{.*}} {layout = #structlin.bitmap<panels = <panel = 8>, inputs = 33>}
// CHECK-SAME:      (tensor<100xf32>, tensor<100xi32>, tensor<21xi64>) -> (tensor<3x33x1xi8>, tensor<108xf32>, tensor<4xi64>)
// CHECK:         structlin.unpack %{{.*}} {layout = #structlin.bitmap<panels = <panel = 8>, inputs = 33, group = 4>}
// CHECK-SAME:      (tensor<3x36x1xi8>, tensor<368xf32>, tensor<4xi32>) -> (tensor<20x9x2xf32>, tensor<20x9x2xi8>)
func.func @bitmap(%values: tensor<100xf32>, %indices: tensor<100xi32>, %offsets: tensor<21xi64>,
                  %nm: tensor<20x9x2xf32>, %positions: tensor<20x9x2xi8>) {
  %0:3 = structlin.pack %values, %indices, %offsets {layout = #structlin.bitmap<panels = <panel = 8>, inputs = 33>}
           : (tensor<100xf32>, tensor<100xi32>, tensor<21xi64>)
           -> (tensor<3x33x1xi8>, tensor<108xf32>, tensor<4xi64>)
  %1:3 = structlin.pack %nm, %positions {layout = #structlin.bitmap<panels = <panel = 8>, inputs = 33, group = 4>}
           : (tensor<20x9x2xf32>, tensor<20x9x2xi8>)
           -> (tensor<3x36x1xi8>, tensor<368xf32>, tensor<4xi32>)
  %2:2 = structlin.unpack %1#0, %1#1, %1#2 {layout = #structlin.bitmap<panels = <panel = 8>, inputs = 33, group = 4>}
           : (tensor<3x36x1xi8>, tensor<368xf32>, tensor<4xi32>)
           -> (tensor<20x9x2xf32>, tensor<20x9x2xi8>)
  return
}

// A group takes its weight packed, and means what it meant.
// CHECK-LABEL: func.func @kernel(
// CHECK:         structlin.kernel
// CHECK-SAME:      attributes {schedule = #structlin.cpu_schedule<target = "avx2", rows = 4, cols = 24, block = 8, split = tokens, ahead = 256, next_panel, order = memory>}
// CHECK:           structlin.unpack %{{.*}} {layout = #structlin.panels<panel = 24>}
// CHECK-NEXT:      structlin.linear
func.func @kernel(%x: tensor<?x33xf32>, %w: tensor<20x33xf32>, %i: tensor<?x20xf32>) -> tensor<?x20xf32> {
  %p = structlin.pack %w {layout = #structlin.panels<panel = 24>} : (tensor<20x33xf32>) -> tensor<1x33x24xf32>
  %y = structlin.kernel ins(%x, %p : tensor<?x33xf32>, tensor<1x33x24xf32>) outs(%i : tensor<?x20xf32>)
         attributes {schedule = #structlin.cpu_schedule<target = "avx2", rows = 4, cols = 24, unroll = 1, chunk = 0, block = 8, split = tokens, ahead = 256, next_panel, order = memory>} {
  ^bb0(%kx: tensor<?x33xf32>, %kp: tensor<1x33x24xf32>, %ki: tensor<?x20xf32>):
    %kw = structlin.unpack %kp {layout = #structlin.panels<panel = 24>} : (tensor<1x33x24xf32>) -> tensor<20x33xf32>
    %0 = structlin.linear ins(%kx, %kw : tensor<?x33xf32>, tensor<20x33xf32>)
           outs(%ki : tensor<?x20xf32>) -> tensor<?x20xf32>
    structlin.yield %0 : tensor<?x20xf32>
  } -> tensor<?x20xf32>
  return %y : tensor<?x20xf32>
}
