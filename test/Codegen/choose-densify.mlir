// Products that lose to their dense weight are computed with it, where memory allows.
// RUN: structlin-opt %s --structlin-group --structlin-choose="cpu=avx2 tokens=1 densify=limit densify-limit=1000000" --structlin-expand-variants --canonicalize | FileCheck %s
// RUN: structlin-opt %s --structlin-group --structlin-choose="cpu=avx2 tokens=1 densify=limit densify-limit=1000000" --remarks-filter=structlin-choose -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: structlin-opt %s --structlin-group --structlin-choose="cpu=avx2 tokens=1 densify=auto" --remarks-filter=structlin-choose -o /dev/null 2>&1 | FileCheck %s --check-prefix=AUTO
// RUN: structlin-opt %s --structlin-group --structlin-choose="cpu=avx2 tokens=1 densify=limit densify-limit=100 output-parameters=%t.safetensors" | FileCheck %s --check-prefix=ARCHIVE
// RUN: structlin-opt %s --structlin-group --structlin-choose="cpu=avx2 tokens=1" | FileCheck %s --check-prefix=NEVER
// The pipeline has the same options.
// RUN: structlin-opt %s --structlin-lower-to-kernels="target=avx2 densify=auto num-threads=2" --remarks-filter=structlin-choose -o /dev/null 2>&1 | FileCheck %s --check-prefix=AUTO
// RUN: not structlin-opt %s --structlin-lower-to-kernels="target=avx2 table=%t.none" -o /dev/null 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: structlin-choose: cannot open '{{.*}}.none'

// The factors are larger than the weight: it replaces them.
// REMARK:       [Passed] Folded{{.*}}layer=double, source=model, tokens=128,
// AUTO:         [Passed] Folded{{.*}}layer=double, source=model, tokens=128,
// CHECK-LABEL:  func.func @double(
// CHECK-SAME:     %[[X:[^:]*]]: tensor<128x2xf32>
// CHECK-NOT:      double.{{[UV]}}
// ARCHIVE-NOT:    double.U
// CHECK:          %[[W:.*]] = structlin.parameter "double@dense" = dense<{{\[}}[1.700000e+01, 2.300000e+01], [3.900000e+01, 5.300000e+01]]> : tensor<2x2xf32>
// CHECK:          structlin.kernel ins(%[[X]], %[[W]] : tensor<128x2xf32>, tensor<2x2xf32>)
// CHECK:            structlin.linear {{.*}} layer = "double"
// CHECK-NOT:      low_rank_matmul
// ARCHIVE-LABEL: func.func @double(
// ARCHIVE:        structlin.parameter "double@dense" : tensor<2x2xf32>
// NEVER-NOT:    structlin.linear
func.func @double(%x: tensor<128x2xf32>, %init: tensor<128x2xf32>) -> tensor<128x2xf32> {
  %u = structlin.parameter "double.U" = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %v = structlin.parameter "double.V" = dense<[[5.0, 7.0], [6.0, 8.0]]> : tensor<2x2xf32>
  %y = structlin.low_rank_matmul ins(%x, %u, %v : tensor<128x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>)
         outs(%init : tensor<128x2xf32>) {layer = "double"} -> tensor<128x2xf32>
  return %y : tensor<128x2xf32>
}
