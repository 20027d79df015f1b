// One parameter, as it is and transposed, is two fits, and a run that fails after them
// keeps both: beside them is the lock file. Neither is taken for an old one.
// RUN: rm -rf %t && mkdir %t
// RUN: not structlin-opt %s --structlin-fit=output-parameters=%t/out.safetensors 2> %t/err
// RUN: FileCheck %s --input-file=%t/err --implicit-check-not=warning
// RUN: ls %t/out.safetensors.partial | count 3

// CHECK: error: cannot read parameter 'missing'
func.func @two_matrices_of_one_parameter(%x: tensor<?x3xf32>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %w = structlin.parameter "w" = dense<[[1.0, 2.0, 5.0], [9.0, 3.0, 7.0], [0.0, 1.0, 2.0]]> : tensor<3x3xf32>
  %m = structlin.parameter "missing" : tensor<3x3xf32>
  %e = tensor.empty() : tensor<3x3xf32>
  %t = linalg.transpose ins(%w : tensor<3x3xf32>) outs(%e : tensor<3x3xf32>) permutation = [1, 0]
  %1 = structlin.linear ins(%x, %w : tensor<?x3xf32>, tensor<3x3xf32>) outs(%init : tensor<?x3xf32>)
    {structure = #structlin.low_rank<rank = 1>} -> tensor<?x3xf32>
  %2 = structlin.linear ins(%1, %t : tensor<?x3xf32>, tensor<3x3xf32>) outs(%init : tensor<?x3xf32>)
    {structure = #structlin.low_rank<rank = 1>} -> tensor<?x3xf32>
  %3 = structlin.linear ins(%2, %m : tensor<?x3xf32>, tensor<3x3xf32>) outs(%init : tensor<?x3xf32>)
    {structure = #structlin.low_rank<rank = 1>} -> tensor<?x3xf32>
  return %3 : tensor<?x3xf32>
}
