// A product whose factors store more than the weight is computed with the weight, if that
// is asked for; parameters come from where the run's do.
// RUN: rm -rf %t && mkdir -p %t
// DEFINE: %{run} = structlin-run %s --inputs=random:1 --dynamic-size=5 --parameters=random:2 --print-report
// RUN: %{run} --outputs=%t/factors.npy | FileCheck %s --check-prefix=FACTORS
// RUN: %{run} --remarks-filter=structlin-choose 2>&1 | FileCheck %s --check-prefix=REMARK
// REMARK: remark: [Missed] SlowerThanDense | {{.*}}layer=double
// RUN: %{run} --outputs=%t/dense.npy --densify=auto | FileCheck %s --check-prefix=DENSE
// RUN: %{run} --outputs=%t/reference.npy --lowering=reference
// RUN: %python -c "import numpy as n, sys; a, *other = map(n.load, sys.argv[1:]); assert all(abs(a - b).max() <= 1e-5 * abs(a).max() for b in other)" %t/reference.npy %t/factors.npy %t/dense.npy
// FACTORS: parameters 2 bytes
// DENSE:   parameters 1 bytes
func.func @f(%x: tensor<?x128xf32>) -> tensor<?x128xf32> {
  %u = structlin.parameter "double.U" : tensor<128x128xf32>
  %v = structlin.parameter "double.V" : tensor<128x128xf32>
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x128xf32>
  %e = tensor.empty(%m) : tensor<?x128xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x128xf32>) -> tensor<?x128xf32>
  %y = structlin.low_rank_matmul
         ins(%x, %u, %v : tensor<?x128xf32>, tensor<128x128xf32>, tensor<128x128xf32>)
         outs(%i : tensor<?x128xf32>) {layer = "double"} -> tensor<?x128xf32>
  return %y : tensor<?x128xf32>
}
