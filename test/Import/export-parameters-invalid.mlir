// RUN: structlin-opt %s --split-input-file --verify-diagnostics \
// RUN:   --structlin-export-parameters=to=arguments

// PAR-C5
// expected-error @below {{expected entries of 'structlin.signature' to give a parameter and its origin, got {from = "nowhere", param = "w"}}}
func.func @negative_origin() attributes {structlin.signature = [{param = "w", from = "nowhere"}]} {
  return
}

// -----

// PAR-C5
// expected-error @below {{expected 'structlin.signature' to be an array, got "w"}}
func.func @negative_signature() attributes {structlin.signature = "w"} {
  return
}
