// RUN: structlin-opt %s --split-input-file --verify-diagnostics --structlin-import-parameters

func.func @negative_elided() -> tensor<2xf32> {
  // expected-error @below {{expected the value of the constant, got the placeholder '__elided__' of a printer that left it out}}
  %0 = arith.constant dense_resource<__elided__> : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @first(%w: tensor<2xf32> {structlin.param = "w"}) {
  return
}
// expected-error @below {{expected the parameter "w" to have one type, got 'tensor<3xf32>' after 'tensor<2xf32>'}}
func.func @negative_two_types(%w: tensor<3xf32> {structlin.param = "w"}) {
  return
}

// -----

// expected-error @below {{expected the parameter "w" to be a tensor, got 'memref<2xf32>'}}
func.func @negative_memref(%w: memref<2xf32> {structlin.param = "w"}) {
  return
}

// -----

// expected-error @below {{expected 'negative_referenced', whose arguments are parameters, to be used by calls alone}}
func.func @negative_referenced(%w: tensor<2xf32> {structlin.param = "w"}) {
  return
}
func.func @refers() -> ((tensor<2xf32>) -> ()) {
  %0 = constant @negative_referenced : (tensor<2xf32>) -> ()
  return %0 : (tensor<2xf32>) -> ()
}
