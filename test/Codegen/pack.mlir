// RUN: structlin-opt %s --structlin-pack --remarks-filter='structlin-pack' --remark-policy=all 2> %t.err \
// RUN:   | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t.err
// Packing what is packed changes nothing.
// RUN: structlin-opt %s --structlin-pack --structlin-pack | FileCheck %s
// A packed group has its old meaning.
// RUN: structlin-opt %s --structlin-pack --structlin-decompose=groups-only | FileCheck %s --check-prefix=OPEN

#avx2 = #structlin.cpu_schedule<target = "avx2", rows = 4, cols = 24>
#wide = #structlin.cpu_schedule<target = "avx2", rows = 8, cols = 24>
#narrow = #structlin.cpu_schedule<target = "avx2", rows = 1, cols = 8>
#amx = #structlin.cpu_schedule<target = "amx", rows = 16, cols = 32>

// The record says what the packed parameters are made of.
// CHECK:      module attributes {structlin.packed_parameters = [
// CHECK-SAME:   {factors = [{name = "fc.weight", type = tensor<20x33xf32>}],
// CHECK-SAME:    layout = #structlin.panels<panel = 24>,
// CHECK-SAME:    packed = [{name = "fc.weight@panels24", type = tensor<1x33x24xf32>}]}

// CHECK-LABEL: func.func @dense(
// CHECK-SAME:    %[[X:.*]]: tensor<?x33xf32>, %[[I:.*]]: tensor<?x20xf32>)
// CHECK-NEXT:    %[[P:.*]] = structlin.parameter "fc.weight@panels24" : tensor<1x33x24xf32>
// CHECK-NEXT:    structlin.kernel ins(%[[X]], %[[P]] : tensor<?x33xf32>, tensor<1x33x24xf32>) outs(%[[I]] : tensor<?x20xf32>)
// CHECK-NEXT:    ^bb0(%[[A:.*]]: tensor<?x33xf32>, %[[B:.*]]: tensor<1x33x24xf32>, %[[C:.*]]: tensor<?x20xf32>):
// CHECK-NEXT:      %[[W:.*]] = structlin.unpack %[[B]] {layout = #structlin.panels<panel = 24>} : (tensor<1x33x24xf32>) -> tensor<20x33xf32>
// CHECK-NEXT:      structlin.linear ins(%[[A]], %[[W]] :
// OPEN-LABEL:  func.func @dense(
// OPEN-NOT:      structlin.unpack
// OPEN:          linalg.transpose
// OPEN:          structlin.linear
func.func @dense(%x: tensor<?x33xf32>, %i: tensor<?x20xf32>) -> tensor<?x20xf32> {
  %w = structlin.parameter "fc.weight" : tensor<20x33xf32>
  %y = structlin.kernel ins(%x, %w : tensor<?x33xf32>, tensor<20x33xf32>) outs(%i : tensor<?x20xf32>)
         attributes {schedule = #avx2} {
  ^bb0(%a: tensor<?x33xf32>, %b: tensor<20x33xf32>, %c: tensor<?x20xf32>):
    %0 = structlin.linear ins(%a, %b : tensor<?x33xf32>, tensor<20x33xf32>)
           outs(%c : tensor<?x20xf32>) -> tensor<?x20xf32>
    structlin.yield %0 : tensor<?x20xf32>
  } -> tensor<?x20xf32>
  return %y : tensor<?x20xf32>
}

// Two groups share a pack, and a third one, of the same schedule, a parameter.
// CHECK-LABEL: func.func @tied(
// CHECK-NEXT:    %[[P:.*]] = structlin.parameter "fc.weight@panels24" : tensor<1x33x24xf32>
// CHECK-NEXT:    structlin.kernel ins(%{{.*}}, %[[P]] :
// CHECK:         structlin.kernel ins(%{{.*}}, %[[P]] :
// CHECK-NOT:   structlin.parameter
func.func @tied(%x: tensor<?x33xf32>, %i: tensor<?x20xf32>) -> (tensor<?x20xf32>, tensor<?x20xf32>) {
  %w = structlin.parameter "fc.weight" : tensor<20x33xf32>
  %y = structlin.kernel ins(%x, %w : tensor<?x33xf32>, tensor<20x33xf32>) outs(%i : tensor<?x20xf32>)
         attributes {schedule = #avx2} {
  ^bb0(%a: tensor<?x33xf32>, %b: tensor<20x33xf32>, %c: tensor<?x20xf32>):
    %0 = structlin.linear ins(%a, %b : tensor<?x33xf32>, tensor<20x33xf32>)
           outs(%c : tensor<?x20xf32>) -> tensor<?x20xf32>
    structlin.yield %0 : tensor<?x20xf32>
  } -> tensor<?x20xf32>
  %z = structlin.kernel ins(%x, %w : tensor<?x33xf32>, tensor<20x33xf32>) outs(%y : tensor<?x20xf32>)
         attributes {schedule = #avx2} {
  ^bb0(%a: tensor<?x33xf32>, %b: tensor<20x33xf32>, %c: tensor<?x20xf32>):
    %0 = structlin.linear ins(%a, %b : tensor<?x33xf32>, tensor<20x33xf32>)
           outs(%c : tensor<?x20xf32>) -> tensor<?x20xf32>
    structlin.yield %0 : tensor<?x20xf32>
  } -> tensor<?x20xf32>
  return %y, %z : tensor<?x20xf32>, tensor<?x20xf32>
}

// Schedules by the number of tokens read panels of their own, packed outside.
// CHECK-LABEL: func.func @variants(
// CHECK-DAG:     %[[NARROW:.*]] = structlin.parameter "fc.weight@panels8" : tensor<3x33x8xf32>
// CHECK-DAG:     %[[WIDE:.*]] = structlin.parameter "fc.weight@panels24" : tensor<1x33x24xf32>
// CHECK:         structlin.variants
// CHECK:           structlin.kernel ins(%{{.*}}, %[[NARROW]] :
// CHECK:           structlin.kernel ins(%{{.*}}, %[[WIDE]] :
func.func @variants(%x: tensor<?x33xf32>, %i: tensor<?x20xf32>, %m: index) -> tensor<?x20xf32> {
  %w = structlin.parameter "fc.weight" : tensor<20x33xf32>
  %y = structlin.variants %m [1, 2 up] -> tensor<?x20xf32> {
    %0 = structlin.kernel ins(%x, %w : tensor<?x33xf32>, tensor<20x33xf32>) outs(%i : tensor<?x20xf32>)
           attributes {schedule = #narrow} {
    ^bb0(%a: tensor<?x33xf32>, %b: tensor<20x33xf32>, %c: tensor<?x20xf32>):
      %1 = structlin.linear ins(%a, %b : tensor<?x33xf32>, tensor<20x33xf32>)
             outs(%c : tensor<?x20xf32>) -> tensor<?x20xf32>
      structlin.yield %1 : tensor<?x20xf32>
    } -> tensor<?x20xf32>
    structlin.yield %0 : tensor<?x20xf32>
  }, {
    %0 = structlin.kernel ins(%x, %w : tensor<?x33xf32>, tensor<20x33xf32>) outs(%i : tensor<?x20xf32>)
           attributes {schedule = #avx2} {
    ^bb0(%a: tensor<?x33xf32>, %b: tensor<20x33xf32>, %c: tensor<?x20xf32>):
      %1 = structlin.linear ins(%a, %b : tensor<?x33xf32>, tensor<20x33xf32>)
             outs(%c : tensor<?x20xf32>) -> tensor<?x20xf32>
      structlin.yield %1 : tensor<?x20xf32>
    } -> tensor<?x20xf32>
    structlin.yield %0 : tensor<?x20xf32>
  }
  return %y : tensor<?x20xf32>
}

// Values and indices become masks, values and starts; low-rank factors panels each.
// CHECK-LABEL: func.func @low_rank_sparse(
// CHECK-DAG:     %[[U:.*]] = structlin.parameter "mix.U@panels8" : tensor<3x4x8xf32>
// CHECK-DAG:     %[[V:.*]] = structlin.parameter "mix.V@panels8" : tensor<1x33x8xf32>
// CHECK-DAG:     %[[MASKS:.*]] = structlin.parameter "mix.masks@bitmap-panels8-in33-of4" : tensor<3x36x1xi8>
// CHECK-DAG:     %[[VALUES:.*]] = structlin.parameter "mix.values@bitmap-panels8-in33-of4" : tensor<368xf32>
// CHECK-DAG:     %[[STARTS:.*]] = structlin.parameter "mix.starts@bitmap-panels8-in33-of4" : tensor<4xi32>
// CHECK:         structlin.kernel ins(%{{.*}}, %[[U]], %[[V]], %[[MASKS]], %[[VALUES]], %[[STARTS]] :
// CHECK-DAG:       %[[S:.*]]:2 = structlin.unpack %{{.*}}, %{{.*}}, %{{.*}} {layout = #structlin.bitmap<panels = <panel = 8>, inputs = 33, group = 4>}
// CHECK:           structlin.low_rank_sparse_matmul ins(%{{.*}}, %{{.*}}, %{{.*}}, %[[S]]#0, %[[S]]#1 :
func.func @low_rank_sparse(%x: tensor<?x33xf32>, %i: tensor<?x20xf32>) -> tensor<?x20xf32> {
  %u = structlin.parameter "mix.U" : tensor<20x4xf32>
  %v = structlin.parameter "mix.V" : tensor<4x33xf32>
  %values = structlin.parameter "mix.values" : tensor<20x9x2xf32>
  %indices = structlin.parameter "mix.indices" : tensor<20x9x2xi8>
  %y = structlin.kernel ins(%x, %u, %v, %values, %indices : tensor<?x33xf32>, tensor<20x4xf32>, tensor<4x33xf32>, tensor<20x9x2xf32>, tensor<20x9x2xi8>)
         outs(%i : tensor<?x20xf32>) attributes {schedule = #narrow} {
  ^bb0(%a: tensor<?x33xf32>, %b: tensor<20x4xf32>, %c: tensor<4x33xf32>, %d: tensor<20x9x2xf32>, %e: tensor<20x9x2xi8>, %f: tensor<?x20xf32>):
    %0 = structlin.low_rank_sparse_matmul
           ins(%a, %b, %c, %d, %e : tensor<?x33xf32>, tensor<20x4xf32>, tensor<4x33xf32>, tensor<20x9x2xf32>, tensor<20x9x2xi8>)
           outs(%f : tensor<?x20xf32>) {group = 4} -> tensor<?x20xf32>
    structlin.yield %0 : tensor<?x20xf32>
  } -> tensor<?x20xf32>
  return %y : tensor<?x20xf32>
}

// Matrix registers read tiles, s lies lane by lane.
// CHECK-LABEL: func.func @blast(
// CHECK-DAG:     structlin.parameter "b.U@panels32-depth32-columns16-group2" : tensor<2x1x1x1024xbf16>
// CHECK-DAG:     structlin.parameter "b.s@lanes32" : tensor<1x3x2x32xbf16>
// CHECK-DAG:     structlin.parameter "b.V@panels32-depth32-columns16-group2" : tensor<3x1x1x1024xbf16>
func.func @blast(%x: tensor<?x9xbf16>, %i: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %u = structlin.parameter "b.U" : tensor<2x4x3xbf16>
  %s = structlin.parameter "b.s" : tensor<2x3x3xbf16>
  %v = structlin.parameter "b.V" : tensor<3x3x3xbf16>
  %y = structlin.kernel ins(%x, %u, %s, %v : tensor<?x9xbf16>, tensor<2x4x3xbf16>, tensor<2x3x3xbf16>, tensor<3x3x3xbf16>)
         outs(%i : tensor<?x8xf32>) attributes {schedule = #amx} {
  ^bb0(%a: tensor<?x9xbf16>, %b: tensor<2x4x3xbf16>, %c: tensor<2x3x3xbf16>, %d: tensor<3x3x3xbf16>, %e: tensor<?x8xf32>):
    %0 = structlin.blast_matmul
           ins(%a, %b, %c, %d : tensor<?x9xbf16>, tensor<2x4x3xbf16>, tensor<2x3x3xbf16>, tensor<3x3x3xbf16>)
           outs(%e : tensor<?x8xf32>) {mid = bf16} -> tensor<?x8xf32>
    structlin.yield %0 : tensor<?x8xf32>
  } -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// Indices and offsets of blocks go to the kernel as they are.
// CHECK-LABEL: func.func @block_sparse(
// CHECK-DAG:     %[[V:.*]] = structlin.parameter "bs.values@panels8" : tensor<3x1x5x8xf32>
// CHECK-DAG:     %[[J:.*]] = structlin.parameter "bs.indices" : tensor<3xi32>
// CHECK-DAG:     %[[O:.*]] = structlin.parameter "bs.offsets" : tensor<3xi64>
// CHECK:         structlin.kernel ins(%{{.*}}, %[[J]], %[[O]], %[[V]] :
func.func @block_sparse(%x: tensor<?x9xf32>, %i: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %v = structlin.parameter "bs.values" : tensor<3x4x5xf32>
  %j = structlin.parameter "bs.indices" : tensor<3xi32>
  %o = structlin.parameter "bs.offsets" : tensor<3xi64>
  %y = structlin.kernel ins(%x, %v, %j, %o : tensor<?x9xf32>, tensor<3x4x5xf32>, tensor<3xi32>, tensor<3xi64>)
         outs(%i : tensor<?x8xf32>) attributes {schedule = #narrow} {
  ^bb0(%a: tensor<?x9xf32>, %b: tensor<3x4x5xf32>, %c: tensor<3xi32>, %d: tensor<3xi64>, %e: tensor<?x8xf32>):
    %0 = structlin.block_sparse_matmul
           ins(%a, %b, %c, %d : tensor<?x9xf32>, tensor<3x4x5xf32>, tensor<3xi32>, tensor<3xi64>)
           outs(%e : tensor<?x8xf32>) -> tensor<?x8xf32>
    structlin.yield %0 : tensor<?x8xf32>
  } -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// A value in the IR is packed there. The weight is kept for its other user.
// CHECK-LABEL: func.func @value(
// CHECK-DAG:     structlin.parameter "v" = dense<{{.*}}> : tensor<1x2xf32>
// CHECK-DAG:     structlin.parameter "v@panels8" = dense<{{\[\[}}[1.000000e+00, 0.000000e+00,{{.*}}], [2.000000e+00, 0.000000e+00,{{.*}}]]]> : tensor<1x2x8xf32>
func.func @value(%x: tensor<?x2xf32>, %i: tensor<?x1xf32>) -> (tensor<?x1xf32>, tensor<1x2xf32>) {
  %w = structlin.parameter "v" = dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %y = structlin.kernel ins(%x, %w : tensor<?x2xf32>, tensor<1x2xf32>) outs(%i : tensor<?x1xf32>)
         attributes {schedule = #narrow} {
  ^bb0(%a: tensor<?x2xf32>, %b: tensor<1x2xf32>, %c: tensor<?x1xf32>):
    %0 = structlin.linear ins(%a, %b : tensor<?x2xf32>, tensor<1x2xf32>)
           outs(%c : tensor<?x1xf32>) -> tensor<?x1xf32>
    structlin.yield %0 : tensor<?x1xf32>
  } -> tensor<?x1xf32>
  return %y, %w : tensor<?x1xf32>, tensor<1x2xf32>
}

// A weight that is no parameter is packed where the program runs.
// CHECK-LABEL: func.func @argument(
// CHECK-NEXT:    structlin.pack %{{.*}} {layout = #structlin.panels<panel = 24>}
// CHECK-NEXT:    structlin.kernel
func.func @argument(%x: tensor<?x33xf32>, %w: tensor<20x33xf32>, %i: tensor<?x20xf32>) -> tensor<?x20xf32> {
  %y = structlin.kernel ins(%x, %w : tensor<?x33xf32>, tensor<20x33xf32>) outs(%i : tensor<?x20xf32>)
         attributes {schedule = #avx2} {
  ^bb0(%a: tensor<?x33xf32>, %b: tensor<20x33xf32>, %c: tensor<?x20xf32>):
    %0 = structlin.linear ins(%a, %b : tensor<?x33xf32>, tensor<20x33xf32>)
           outs(%c : tensor<?x20xf32>) -> tensor<?x20xf32>
    structlin.yield %0 : tensor<?x20xf32>
  } -> tensor<?x20xf32>
  return %y : tensor<?x20xf32>
}

// A name that is taken gets a number.
// CHECK-LABEL: func.func @taken(
// CHECK-DAG:     structlin.parameter "t@panels8" : tensor<4xf32>
// CHECK-DAG:     structlin.parameter "t@panels8#2" : tensor<1x2x8xf32>
func.func @taken(%x: tensor<?x2xf32>, %i: tensor<?x1xf32>) -> (tensor<?x1xf32>, tensor<4xf32>) {
  %w = structlin.parameter "t" : tensor<1x2xf32>
  %t = structlin.parameter "t@panels8" : tensor<4xf32>
  %y = structlin.kernel ins(%x, %w : tensor<?x2xf32>, tensor<1x2xf32>) outs(%i : tensor<?x1xf32>)
         attributes {schedule = #narrow} {
  ^bb0(%a: tensor<?x2xf32>, %b: tensor<1x2xf32>, %c: tensor<?x1xf32>):
    %0 = structlin.linear ins(%a, %b : tensor<?x2xf32>, tensor<1x2xf32>)
           outs(%c : tensor<?x1xf32>) -> tensor<?x1xf32>
    structlin.yield %0 : tensor<?x1xf32>
  } -> tensor<?x1xf32>
  return %y, %t : tensor<?x1xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @unsuited(
// CHECK:         structlin.parameter "fc.weight" : tensor<20x33xf32>
// CHECK-NOT:     structlin.unpack
// REMARK: remark: [Missed] NotPacked | Category:structlin-pack | Function=unsuited
// REMARK-SAME: Reason="the schedule does not suit products of f32 and f32 on avx2: expected at most 16 vector registers, got 28", layer=fc
func.func @unsuited(%x: tensor<?x33xf32>, %i: tensor<?x20xf32>) -> tensor<?x20xf32> {
  %w = structlin.parameter "fc.weight" : tensor<20x33xf32>
  %y = structlin.kernel ins(%x, %w : tensor<?x33xf32>, tensor<20x33xf32>) outs(%i : tensor<?x20xf32>)
         attributes {layer = "fc", schedule = #wide} {
  ^bb0(%a: tensor<?x33xf32>, %b: tensor<20x33xf32>, %c: tensor<?x20xf32>):
    %0 = structlin.linear ins(%a, %b : tensor<?x33xf32>, tensor<20x33xf32>)
           outs(%c : tensor<?x20xf32>) -> tensor<?x20xf32>
    structlin.yield %0 : tensor<?x20xf32>
  } -> tensor<?x20xf32>
  return %y : tensor<?x20xf32>
}

// REMARK: Function=computed
// REMARK-SAME: Reason="the factor weight is not an input of the group", layer=fc
// CHECK-LABEL: func.func @computed(
// CHECK-NOT:     structlin.unpack
func.func @computed(%x: tensor<?x2xf32>, %i: tensor<?x1xf32>) -> tensor<?x1xf32> {
  %y = structlin.kernel ins(%x : tensor<?x2xf32>) outs(%i : tensor<?x1xf32>) attributes {schedule = #narrow} {
  ^bb0(%a: tensor<?x2xf32>, %c: tensor<?x1xf32>):
    %w = structlin.parameter "c" : tensor<1x2xf32>
    %0 = structlin.linear ins(%a, %w : tensor<?x2xf32>, tensor<1x2xf32>)
           outs(%c : tensor<?x1xf32>) {layer = "fc"} -> tensor<?x1xf32>
    structlin.yield %0 : tensor<?x1xf32>
  } -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// Another schedule was given to a group that is packed.
// REMARK: Function=repacked
// REMARK-SAME: Reason="the factor weight is packed already, to #structlin.panels<panel = 16>"
// CHECK-LABEL: func.func @repacked(
// CHECK-NOT:     structlin.pack{{ }}
func.func @repacked(%x: tensor<?x2xf32>, %p: tensor<1x2x16xf32>, %i: tensor<?x1xf32>) -> tensor<?x1xf32> {
  %y = structlin.kernel ins(%x, %p : tensor<?x2xf32>, tensor<1x2x16xf32>) outs(%i : tensor<?x1xf32>) attributes {schedule = #narrow} {
  ^bb0(%a: tensor<?x2xf32>, %b: tensor<1x2x16xf32>, %c: tensor<?x1xf32>):
    %w = structlin.unpack %b {layout = #structlin.panels<panel = 16>} : (tensor<1x2x16xf32>) -> tensor<1x2xf32>
    %0 = structlin.linear ins(%a, %w : tensor<?x2xf32>, tensor<1x2xf32>)
           outs(%c : tensor<?x1xf32>) -> tensor<?x1xf32>
    structlin.yield %0 : tensor<?x1xf32>
  } -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// REMARK: Function=empty
// REMARK-SAME: Reason="the group has no structured product"
// CHECK-LABEL: func.func @empty(
func.func @empty(%i: tensor<?x1xf32>) -> tensor<?x1xf32> {
  %y = structlin.kernel outs(%i : tensor<?x1xf32>) attributes {schedule = #narrow} {
  ^bb0(%c: tensor<?x1xf32>):
    structlin.yield %c : tensor<?x1xf32>
  } -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// A group without a schedule is none of this pass's business.
// CHECK-LABEL: func.func @unscheduled(
// CHECK-NOT:     structlin.unpack
// REMARK-NOT:  unscheduled
func.func @unscheduled(%x: tensor<?x33xf32>, %i: tensor<?x20xf32>) -> tensor<?x20xf32> {
  %w = structlin.parameter "fc.weight" : tensor<20x33xf32>
  %y = structlin.kernel ins(%x, %w : tensor<?x33xf32>, tensor<20x33xf32>) outs(%i : tensor<?x20xf32>) {
  ^bb0(%a: tensor<?x33xf32>, %b: tensor<20x33xf32>, %c: tensor<?x20xf32>):
    %0 = structlin.linear ins(%a, %b : tensor<?x33xf32>, tensor<20x33xf32>)
           outs(%c : tensor<?x20xf32>) -> tensor<?x20xf32>
    structlin.yield %0 : tensor<?x20xf32>
  } -> tensor<?x20xf32>
  return %y : tensor<?x20xf32>
}
