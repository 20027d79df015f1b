// Schedules by numbers of tokens.
// RUN: structlin-opt %s --structlin-group --structlin-choose="cpu=avx2 tokens=1,48" | FileCheck %s
// RUN: structlin-opt %s --structlin-group --structlin-choose="cpu=avx2 tokens=1,48" --structlin-expand-variants --structlin-decompose | FileCheck %s --check-prefix=OPEN
// RUN: structlin-opt %s --structlin-group --structlin-choose="cpu=avx512 tokens=1,48" | FileCheck %s --check-prefix=WIDE
// RUN: structlin-opt %s --structlin-group --structlin-choose="cpu=avx2 tokens=1,48" --remarks-filter=structlin-choose -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// A table comes first.
// RUN: structlin-opt %s --structlin-group --structlin-choose="cpu=avx2 tokens=1,48 table=%S/Inputs/tuned.json" | FileCheck %s --check-prefix=TABLE
// RUN: structlin-opt %s --structlin-group --structlin-choose="cpu=avx2 tokens=1,48 table=%S/Inputs/tuned.json" --remarks-filter=structlin-choose -o /dev/null 2>&1 | FileCheck %s --check-prefix=MEASURED
// What was chosen stays.
// RUN: structlin-opt %s --structlin-group --structlin-choose="cpu=avx512" --structlin-choose="cpu=avx2" | FileCheck %s --check-prefix=AGAIN

// Groups can be opened again, whatever their schedule.
// OPEN-NOT: structlin.{{(kernel|variants|linear|low_rank)}}
// AGAIN-NOT: target = "avx2"
// WIDE-NOT:  target = "avx2"

// CHECK-LABEL: func.func @dense(
// CHECK:         %[[M:.*]] = tensor.dim
// CHECK:         structlin.variants %{{.*}} [1, 2 to 48, 49 up] -> tensor<?x768xf32> {
// CHECK:           structlin.kernel {{.*}}schedule = #structlin.cpu_schedule<target = "avx2", rows = 1, cols = [[COLS:[0-9]+]], unroll =
// CHECK:           structlin.yield
// CHECK:         }, {
// CHECK:           schedule = #structlin.cpu_schedule<target = "avx2", rows = {{[2-9]}}, cols = [[COLS]],
// CHECK:         }, {
// CHECK:           schedule = #structlin.cpu_schedule<target = "avx2", rows = {{[2-9]}}, cols = [[COLS]]
// REMARK:      [Passed] Scheduled{{.*}}dense_us={{[0-9.]+}}, layer=fc, source=model, tokens=1, us={{[0-9.]+}}
// REMARK:      [Passed] Scheduled{{.*}}layer=fc, {{.*}}tokens=10,
// REMARK:      [Passed] Scheduled{{.*}}layer=fc, {{.*}}tokens=128,
// TABLE-LABEL: func.func @dense(
// TABLE:         schedule = #structlin.cpu_schedule<target = "avx2", rows = 1, cols = 8, unroll = 7>
// TABLE-NOT:     unroll = 7
// TABLE-LABEL: func.func @one_token(
// TABLE:         schedule = #structlin.cpu_schedule<target = "avx2", rows = 1, cols = 8, unroll = 7>
// MEASURED:      source=table, tokens=1, us=0.12
// MEASURED:      source=model, tokens=10,
func.func @dense(%x: tensor<?x768xf32>, %init: tensor<?x768xf32>) -> tensor<?x768xf32> {
  %w = structlin.parameter "fc.weight" : tensor<768x768xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x768xf32>, tensor<768x768xf32>)
         outs(%init : tensor<?x768xf32>) {layer = "fc"} -> tensor<?x768xf32>
  return %y : tensor<?x768xf32>
}

// A known number of tokens has one schedule.
// CHECK-LABEL: func.func @one_token(
// CHECK-NOT:     structlin.variants
// CHECK:         structlin.kernel {{.*}}schedule = #structlin.cpu_schedule<target = "avx2", rows = 1,
func.func @one_token(%x: tensor<1x768xf32>, %init: tensor<1x768xf32>) -> tensor<1x768xf32> {
  %w = structlin.parameter "fc.weight" : tensor<768x768xf32>
  %y = structlin.linear ins(%x, %w : tensor<1x768xf32>, tensor<768x768xf32>)
         outs(%init : tensor<1x768xf32>) -> tensor<1x768xf32>
  return %y : tensor<1x768xf32>
}

// Half of the parameters take less time, in every range.
// REMARK-NOT:  SlowerThanDense{{.*}}layer=half
// CHECK-LABEL: func.func @low_rank(
// CHECK:         structlin.variants
func.func @low_rank(%x: tensor<?x768xf32>, %init: tensor<?x768xf32>) -> tensor<?x768xf32> {
  %u = structlin.parameter "half.U" : tensor<768x192xf32>
  %v = structlin.parameter "half.V" : tensor<192x768xf32>
  %y = structlin.low_rank_matmul ins(%x, %u, %v : tensor<?x768xf32>, tensor<768x192xf32>, tensor<192x768xf32>)
         outs(%init : tensor<?x768xf32>) {layer = "half"} -> tensor<?x768xf32>
  return %y : tensor<?x768xf32>
}

// Factors that store more than the weight lose.
// REMARK:      [Missed] SlowerThanDense{{.*}}the dense product is expected to be faster, and weights are not folded{{.*}}layer=double,
func.func @slower(%x: tensor<?x768xf32>, %init: tensor<?x768xf32>) -> tensor<?x768xf32> {
  %u = structlin.parameter "double.U" : tensor<768x768xf32>
  %v = structlin.parameter "double.V" : tensor<768x768xf32>
  %y = structlin.low_rank_matmul ins(%x, %u, %v : tensor<?x768xf32>, tensor<768x768xf32>, tensor<768x768xf32>)
         outs(%init : tensor<?x768xf32>) {layer = "double"} -> tensor<?x768xf32>
  return %y : tensor<?x768xf32>
}

// f16 factors accumulate in f32; an operation that says f64 has no kernel.
// REMARK:      [Missed] NotScheduled{{.*}}kernels accumulate products of
// CHECK-LABEL: func.func @no_kernel(
// CHECK-NOT:     schedule
// CHECK:         return
func.func @no_kernel(%x: tensor<?x768xf16>, %init: tensor<?x768xf64>) -> tensor<?x768xf64> {
  %w = structlin.parameter "w" : tensor<768x768xf16>
  %y = structlin.linear ins(%x, %w : tensor<?x768xf16>, tensor<768x768xf16>)
         outs(%init : tensor<?x768xf64>) {acc = f64} -> tensor<?x768xf64>
  return %y : tensor<?x768xf64>
}
