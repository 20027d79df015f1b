#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
func.func @f(%x: tensor<?x96xf32>,
             %w: tensor<64x96xf32> {structlin.param = "fc.weight"},
             %b: tensor<64xf32> {structlin.param = "fc.bias"}) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x96xf32>
  %e = tensor.empty() : tensor<96x64xf32>
  %wt = linalg.transpose ins(%w : tensor<64x96xf32>) outs(%e : tensor<96x64xf32>) permutation = [1, 0]
  %y = tensor.empty(%m) : tensor<?x64xf32>
  %0 = linalg.fill ins(%zero : f32) outs(%y : tensor<?x64xf32>) -> tensor<?x64xf32>
  %1 = linalg.matmul ins(%x, %wt : tensor<?x96xf32>, tensor<96x64xf32>)
      outs(%0 : tensor<?x64xf32>) -> tensor<?x64xf32>
  %2 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%1, %b : tensor<?x64xf32>, tensor<64xf32>) outs(%y : tensor<?x64xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %s = arith.addf %p, %q : f32
    linalg.yield %s : f32
  } -> tensor<?x64xf32>
  return %2 : tensor<?x64xf32>
}
