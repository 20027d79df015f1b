// Two layers with biases and a ReLU between them, over any number of rows.
#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
func.func @mlp(%w1: tensor<64x40xf32> {structlin.param = "fc1.weight"},
               %b1: tensor<64xf32> {structlin.param = "fc1.bias"},
               %x: tensor<?x40xf32>,
               %w2: tensor<24x64xf32> {structlin.param = "fc2.weight"},
               %b2: tensor<24xf32> {structlin.param = "fc2.bias"}) -> tensor<?x24xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x40xf32>
  %e1 = tensor.empty(%m) : tensor<?x64xf32>
  %i1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<?x64xf32>) -> tensor<?x64xf32>
  %et1 = tensor.empty() : tensor<40x64xf32>
  %t1 = linalg.transpose ins(%w1 : tensor<64x40xf32>) outs(%et1 : tensor<40x64xf32>) permutation = [1, 0]
  %p1 = linalg.matmul ins(%x, %t1 : tensor<?x40xf32>, tensor<40x64xf32>)
          outs(%i1 : tensor<?x64xf32>) -> tensor<?x64xf32>
  %h = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p1, %b1 : tensor<?x64xf32>, tensor<64xf32>) outs(%e1 : tensor<?x64xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %s = arith.addf %p, %q : f32
    %r = arith.maximumf %s, %zero : f32
    linalg.yield %r : f32
  } -> tensor<?x64xf32>
  %e2 = tensor.empty(%m) : tensor<?x24xf32>
  %i2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<?x24xf32>) -> tensor<?x24xf32>
  %et2 = tensor.empty() : tensor<64x24xf32>
  %t2 = linalg.transpose ins(%w2 : tensor<24x64xf32>) outs(%et2 : tensor<64x24xf32>) permutation = [1, 0]
  %p2 = linalg.matmul ins(%h, %t2 : tensor<?x64xf32>, tensor<64x24xf32>)
          outs(%i2 : tensor<?x24xf32>) -> tensor<?x24xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p2, %b2 : tensor<?x24xf32>, tensor<24xf32>) outs(%e2 : tensor<?x24xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %s = arith.addf %p, %q : f32
    linalg.yield %s : f32
  } -> tensor<?x24xf32>
  return %y : tensor<?x24xf32>
}
