// Groups for which no schedule is chosen, and why.
// RUN: structlin-opt --structlin-choose=cpu=avx2 --split-input-file %s | FileCheck %s
// RUN: structlin-opt --structlin-choose=cpu=avx2 --remarks-filter=structlin-choose --split-input-file %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// REMARK: NotScheduled{{.*}}Reason="kernels accumulate products of f32 and f32 in f32, the operation in f64
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

// REMARK: NotScheduled{{.*}}Reason="it has 2 structured products
// CHECK-LABEL: func.func @two_products
// CHECK-NOT: schedule
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

// REMARK: NotScheduled{{.*}}Reason="its factors are not all parameters
// CHECK-LABEL: func.func @argument
// CHECK-NOT: schedule
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
