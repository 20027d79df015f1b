// The model that reads the parameters of the tests in this folder: a layer, fitted by
// structlin-opt and run as it is by structlin-run.
func.func @layer(%x: tensor<2x3xf32>) -> tensor<2x4xf32> {
  %w = structlin.parameter "w" : tensor<4x3xf32>
  %init = arith.constant dense<0.0> : tensor<2x4xf32>
  %y = structlin.linear ins(%x, %w : tensor<2x3xf32>, tensor<4x3xf32>)
         outs(%init : tensor<2x4xf32>) {structure = #structlin.low_rank<rank = 1>}
         -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}
