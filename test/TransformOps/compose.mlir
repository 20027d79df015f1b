// A model from named arguments to tiled linalg by one script: raise, two structures by
// the layers' names, fit, upstream's tiling and decomposition, in our tool and, with
// the plugin, in the stock one.
// DEFINE: %{script} = --transform-preload-library=transform-library-paths=%p/Inputs/compose-script.mlir
// RUN: structlin-opt %s %{script} --transform-interpreter --canonicalize --cse | FileCheck %s
// RUN: %if !sanitizer %{ mlir-opt %s --load-dialect-plugin=%structlin_plugin \
// RUN:   --load-pass-plugin=%structlin_plugin %{script} --transform-interpreter \
// RUN:   --canonicalize --cse | FileCheck %s %}

// The first layer: forall over blocks of tokens and output blocks, BLAST inside, which
// is three contractions.
// CHECK-LABEL: func.func @mlp(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<8x16xf32>
// CHECK-DAG: structlin.parameter "fc1.weight.U"
// CHECK-DAG: structlin.parameter "fc1.weight.s"
// CHECK-DAG: structlin.parameter "fc1.weight.V"
// CHECK: scf.forall (%[[M:.*]], %[[B:.*]]) in (2, 2)
// CHECK: tensor.extract_slice %[[X]]
// CHECK-NOT: structlin.
// CHECK: linalg.contract
// CHECK: tensor.parallel_insert_slice
// The second one: tiles of tokens, a loop over the stored blocks.
// CHECK: structlin.parameter "fc2.weight.values"
// CHECK: scf.forall (%{{.*}}) in (2)
// CHECK-NOT: structlin.
// CHECK: scf.for
// CHECK: tensor.parallel_insert_slice
// CHECK: return
func.func @mlp(%x: tensor<8x16xf32>, %w1: tensor<32x16xf32> {structlin.param = "fc1.weight"},
               %w2: tensor<16x32xf32> {structlin.param = "fc2.weight"}) -> tensor<8x16xf32> {
  %zero = arith.constant 0.0 : f32
  %e1 = tensor.empty() : tensor<8x32xf32>
  %i1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<8x32xf32>) -> tensor<8x32xf32>
  %h = linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>,
                                        affine_map<(m, n, k) -> (n, k)>,
                                        affine_map<(m, n, k) -> (m, n)>]
         ins(%x, %w1 : tensor<8x16xf32>, tensor<32x16xf32>)
         outs(%i1 : tensor<8x32xf32>) -> tensor<8x32xf32>
  %e2 = tensor.empty() : tensor<8x16xf32>
  %i2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<8x16xf32>) -> tensor<8x16xf32>
  %y = linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>,
                                        affine_map<(m, n, k) -> (n, k)>,
                                        affine_map<(m, n, k) -> (m, n)>]
         ins(%h, %w2 : tensor<8x32xf32>, tensor<16x32xf32>)
         outs(%i2 : tensor<8x16xf32>) -> tensor<8x16xf32>
  return %y : tensor<8x16xf32>
}
