// A record of packed parameters that is none (docs/Spec.md, PKP).
// RUN: structlin-opt %s --structlin-pack --split-input-file --verify-diagnostics

// PKP-C1
// expected-error @below {{expected 'structlin.packed_parameters' to be an array}}
module @negative_no_array attributes {structlin.packed_parameters = 3} {}

// -----

// PKP-C1
// expected-error @below {{expected every entry of 'structlin.packed_parameters' to hold a 'layout', 'factors', and what it packs them to as 'packed', got {factors = []}}}
module @negative_no_layout attributes {structlin.packed_parameters = [{factors = []}]} {}

// -----

// PKP-C1
// expected-error @below {{expected every entry of 'structlin.packed_parameters' to hold a 'layout', 'factors', and what it packs them to as 'packed'}}
module @negative_other_type attributes {structlin.packed_parameters = [
  {layout = #structlin.panels<panel = 8>, factors = [{name = "w", type = tensor<9x2xf32>}],
   packed = [{name = "w@panels8", type = tensor<1x2x8xf32>}]}]} {}

// -----

// PKP-C1
// expected-error @below {{expected every entry of 'structlin.packed_parameters' to hold a 'layout', 'factors', and what it packs them to as 'packed'}}
module @negative_no_name attributes {structlin.packed_parameters = [
  {layout = #structlin.panels<panel = 8>, factors = [{type = tensor<9x2xf32>}],
   packed = [{name = "w@panels8", type = tensor<2x2x8xf32>}]}]} {}
