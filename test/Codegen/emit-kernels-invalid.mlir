// RUN: structlin-opt --structlin-emit-kernels --split-input-file --verify-diagnostics %s

// expected-error @below {{has no code: it has no schedule}}
structlin.kernel_func private @negative_schedule ins(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>) outs(%o: tensor<?x4xf32>) {
  %0 = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>)
         outs(%o : tensor<?x4xf32>) -> tensor<?x4xf32>
  structlin.yield %0 : tensor<?x4xf32>
}

// -----

// expected-error @below {{has no code: it has 0 structured products}}
structlin.kernel_func private @negative_content ins(%x: tensor<?x8xf32>) outs(%o: tensor<?x8xf32>) {
  %0 = linalg.exp ins(%x : tensor<?x8xf32>) outs(%o : tensor<?x8xf32>) -> tensor<?x8xf32>
  structlin.yield %0 : tensor<?x8xf32>
}

// -----

structlin.kernel_func private @k ins(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>) outs(%o: tensor<?x4xf32>) {
  %0 = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>)
         outs(%o : tensor<?x4xf32>) -> tensor<?x4xf32>
  structlin.yield %0 : tensor<?x4xf32>
}
func.func @negative_tensors(%x: tensor<3x8xf32>, %w: tensor<4x8xf32>, %y: tensor<3x4xf32>) -> tensor<3x4xf32> {
  // expected-error @below {{expected operand #0 to be a buffer, got 'tensor<3x8xf32>'}}
  %0 = structlin.call_kernel @k ins(%x, %w : tensor<3x8xf32>, tensor<4x8xf32>) outs(%y : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
