// Reads the weights of not-finite.mlir, none in a layer.
func.func @masks() -> (tensor<3x3xf64>, tensor<3x3xf64>, tensor<3x3xf32>, tensor<3x3xf32>,
                       tensor<3x3xf16>, tensor<3x3xf16>, tensor<3x3xbf16>, tensor<3x3xbf16>) {
  %0 = structlin.parameter "nan64" : tensor<3x3xf64>
  %1 = structlin.parameter "inf64" : tensor<3x3xf64>
  %2 = structlin.parameter "nan32" : tensor<3x3xf32>
  %3 = structlin.parameter "inf32" : tensor<3x3xf32>
  %4 = structlin.parameter "nan16" : tensor<3x3xf16>
  %5 = structlin.parameter "inf16" : tensor<3x3xf16>
  %6 = structlin.parameter "nanb16" : tensor<3x3xbf16>
  %7 = structlin.parameter "infb16" : tensor<3x3xbf16>
  return %0, %1, %2, %3, %4, %5, %6, %7
    : tensor<3x3xf64>, tensor<3x3xf64>, tensor<3x3xf32>, tensor<3x3xf32>, tensor<3x3xf16>,
      tensor<3x3xf16>, tensor<3x3xbf16>, tensor<3x3xbf16>
}
