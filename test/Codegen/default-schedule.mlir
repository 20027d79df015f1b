// RUN: structlin-opt --structlin-default-schedule=target=avx2 --split-input-file %s | FileCheck %s
// RUN: structlin-opt --structlin-default-schedule=target=amx --split-input-file %s | FileCheck %s --check-prefix=AMX
// RUN: structlin-opt --structlin-default-schedule=target=avx2 --remarks-filter=structlin-default-schedule --split-input-file %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: not structlin-opt --structlin-default-schedule=target=z80 --split-input-file %s 2>&1 | FileCheck %s --check-prefix=TARGET

// TARGET: error: expected a target of kernels, got 'z80'

// CHECK-LABEL: func.func @dense
// CHECK: schedule = #structlin.cpu_schedule<target = "avx2", rows = 4, cols = 24, block = 128>
// AMX-LABEL: func.func @dense
// AMX: schedule = #structlin.cpu_schedule<target = "amx", rows = 32, cols = 32, block = 128>
func.func @dense(%x: tensor<?x64xbf16>, %o: tensor<?x96xf32>) -> tensor<?x96xf32> {
  %w = structlin.parameter "w" : tensor<96x64xbf16>
  %y = structlin.kernel ins(%x, %w : tensor<?x64xbf16>, tensor<96x64xbf16>)
                        outs(%o : tensor<?x96xf32>) {
  ^bb0(%a: tensor<?x64xbf16>, %b: tensor<96x64xbf16>, %c: tensor<?x96xf32>):
    %0 = structlin.linear ins(%a, %b : tensor<?x64xbf16>, tensor<96x64xbf16>)
           outs(%c : tensor<?x96xf32>) -> tensor<?x96xf32>
    structlin.yield %0 : tensor<?x96xf32>
  } -> tensor<?x96xf32>
  return %y : tensor<?x96xf32>
}

// -----

// Panels of 24 would fill blocks of 16 rows up by half.

// CHECK-LABEL: func.func @blocks
// CHECK: schedule = #structlin.cpu_schedule<target = "avx2", rows = 6, cols = 16, block = 128>
func.func @blocks(%x: tensor<?x64xf32>, %o: tensor<?x96xf32>) -> tensor<?x96xf32> {
  %v = structlin.parameter "v" : tensor<7x16x16xf32>
  %i = structlin.parameter "i" : tensor<7xi32>
  %f = structlin.parameter "f" : tensor<7xi32>
  %y = structlin.kernel ins(%x, %v, %i, %f : tensor<?x64xf32>, tensor<7x16x16xf32>, tensor<7xi32>, tensor<7xi32>)
                        outs(%o : tensor<?x96xf32>) {
  ^bb0(%a: tensor<?x64xf32>, %kv: tensor<7x16x16xf32>, %ki: tensor<7xi32>, %kf: tensor<7xi32>, %c: tensor<?x96xf32>):
    %0 = structlin.block_sparse_matmul ins(%a, %kv, %ki, %kf : tensor<?x64xf32>, tensor<7x16x16xf32>, tensor<7xi32>, tensor<7xi32>)
           outs(%c : tensor<?x96xf32>) -> tensor<?x96xf32>
    structlin.yield %0 : tensor<?x96xf32>
  } -> tensor<?x96xf32>
  return %y : tensor<?x96xf32>
}

// -----

// REMARK: NotScheduled
// REMARK-SAME: the kernel has no schedule for avx2: kernels accumulate products of f32 and f32 in f32, the operation in f64
// CHECK-LABEL: func.func @wide_acc
// CHECK-NOT: schedule
func.func @wide_acc(%x: tensor<?x64xf32>, %o: tensor<?x96xf32>) -> tensor<?x96xf32> {
  %w = structlin.parameter "w" : tensor<96x64xf32>
  %y = structlin.kernel ins(%x, %w : tensor<?x64xf32>, tensor<96x64xf32>)
                        outs(%o : tensor<?x96xf32>) {
  ^bb0(%a: tensor<?x64xf32>, %b: tensor<96x64xf32>, %c: tensor<?x96xf32>):
    %0 = structlin.linear ins(%a, %b : tensor<?x64xf32>, tensor<96x64xf32>)
           outs(%c : tensor<?x96xf32>) {acc = f64} -> tensor<?x96xf32>
    structlin.yield %0 : tensor<?x96xf32>
  } -> tensor<?x96xf32>
  return %y : tensor<?x96xf32>
}

// -----

// REMARK: the kernel has no schedule for avx2: it has 2 structured products
func.func @two_products(%x: tensor<?x64xf32>, %w: tensor<64x64xf32>, %o: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %y = structlin.kernel ins(%x, %w : tensor<?x64xf32>, tensor<64x64xf32>)
                        outs(%o : tensor<?x64xf32>) {
  ^bb0(%a: tensor<?x64xf32>, %b: tensor<64x64xf32>, %c: tensor<?x64xf32>):
    %0 = structlin.linear ins(%a, %b : tensor<?x64xf32>, tensor<64x64xf32>)
           outs(%c : tensor<?x64xf32>) -> tensor<?x64xf32>
    %1 = structlin.linear ins(%a, %b : tensor<?x64xf32>, tensor<64x64xf32>)
           outs(%0 : tensor<?x64xf32>) -> tensor<?x64xf32>
    structlin.yield %1 : tensor<?x64xf32>
  } -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// -----

// REMARK: the kernel has no schedule for avx2: its factors are not all parameters
func.func @argument(%x: tensor<?x64xf32>, %w: tensor<96x64xf32>, %o: tensor<?x96xf32>) -> tensor<?x96xf32> {
  %y = structlin.kernel ins(%x, %w : tensor<?x64xf32>, tensor<96x64xf32>)
                        outs(%o : tensor<?x96xf32>) {
  ^bb0(%a: tensor<?x64xf32>, %b: tensor<96x64xf32>, %c: tensor<?x96xf32>):
    %0 = structlin.linear ins(%a, %b : tensor<?x64xf32>, tensor<96x64xf32>)
           outs(%c : tensor<?x96xf32>) -> tensor<?x96xf32>
    structlin.yield %0 : tensor<?x96xf32>
  } -> tensor<?x96xf32>
  return %y : tensor<?x96xf32>
}
