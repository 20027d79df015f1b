// The report is made from the IR at any point: here with layers that are assigned,
// fitted, dense with and without a reason, and one weight with two uses.
// RUN: structlin-opt %s --structlin-report=file=%t.json -o /dev/null && FileCheck %s --input-file=%t.json
// RUN: %python -m json.tool %t.json

// CHECK:      "layers": [
// CHECK:        "dtype": "bf16",
// CHECK-NEXT:   "error": 0.25,
// CHECK-NEXT:   "keep": 0.75,
// CHECK-NEXT:   "m": 16,
// CHECK-NEXT:   "name": "fitted",
// CHECK-NEXT:   "parameters_after": 24,
// CHECK-NEXT:   "parameters_before": 32,
// CHECK-NEXT:   "reason": null,
// CHECK-NEXT:   "shape": [
// CHECK-NEXT:     4,
// CHECK-NEXT:     8
// CHECK-NEXT:   ],
// CHECK-NEXT:   "structure": "#structlin.low_rank<rank = 2>",
// CHECK-NEXT:   "uses": 2,
// CHECK-NEXT:   "weight": "a"

// CHECK:        "error": null,
// CHECK-NEXT:   "keep": 0.5,
// CHECK-NEXT:   "m": null,
// CHECK-NEXT:   "name": "assigned",
// CHECK-NEXT:   "parameters_after": 16,
// CHECK:        "structure": "#structlin.sparse<2 : 4>",
// CHECK:        "weight": "b"

// CHECK:        "keep": 1,
// CHECK:        "name": "c",
// CHECK:        "reason": "too small",
// CHECK:        "structure": "dense",
// CHECK:        "uses": 1,
// CHECK-NEXT:   "weight": "c"

// CHECK:        "name": "",
// CHECK:        "reason": null,
// CHECK:        "structure": "dense",

// CHECK:      "not_raised": [
// CHECK:        "function": "layers",
// CHECK:        "op": "linalg.matmul",
// CHECK-NEXT:   "reason": "it multiplies two activations"
// CHECK:      "totals": {
// CHECK-NEXT:   "keep": 0.8125,
// CHECK-NEXT:   "layers": 4,
// CHECK-NEXT:   "parameters_after": 104,
// CHECK-NEXT:   "parameters_before": 128,
// CHECK-NEXT:   "structured": 2
func.func @layers(%x: tensor<16x8xbf16>, %d: tensor<?x8xf32>, %w: tensor<4x8xf32>, %init: tensor<16x4xf32>,
                  %dinit: tensor<?x4xf32>, %p: tensor<16x4xf32>, %q: tensor<4x4xf32>)
    -> (tensor<16x4xf32>, tensor<?x4xf32>, tensor<16x4xf32>) {
  %u = structlin.parameter "a.U" : tensor<4x2xbf16>
  %v = structlin.parameter "a.V" : tensor<2x8xbf16>
  %b = structlin.parameter "b" : tensor<4x8xf32>
  %c = structlin.parameter "c" : tensor<4x8xf32>
  %0 = structlin.low_rank_matmul ins(%x, %u, %v : tensor<16x8xbf16>, tensor<4x2xbf16>, tensor<2x8xbf16>)
    outs(%init : tensor<16x4xf32>) {layer = "fitted", fit = #structlin.fit<weight = "a", norm = frobenius,
    error = 0.25, seed = 0, dense_shape = [4, 8]>} -> tensor<16x4xf32>
  %1 = structlin.low_rank_matmul ins(%x, %u, %v : tensor<16x8xbf16>, tensor<4x2xbf16>, tensor<2x8xbf16>)
    outs(%0 : tensor<16x4xf32>) {layer = "fitted", fit = #structlin.fit<weight = "a", norm = frobenius,
    error = 0.25, seed = 0, dense_shape = [4, 8]>} -> tensor<16x4xf32>
  %2 = structlin.linear ins(%d, %b : tensor<?x8xf32>, tensor<4x8xf32>) outs(%dinit : tensor<?x4xf32>)
    {layer = "assigned", structure = #structlin.sparse<2 : 4>} -> tensor<?x4xf32>
  %3 = structlin.linear ins(%d, %c : tensor<?x8xf32>, tensor<4x8xf32>) outs(%2 : tensor<?x4xf32>)
    {structure = #structlin.dense<reason = "too small">} -> tensor<?x4xf32>
  %4 = structlin.linear ins(%d, %w : tensor<?x8xf32>, tensor<4x8xf32>) outs(%3 : tensor<?x4xf32>)
    -> tensor<?x4xf32>
  %5 = linalg.matmul ins(%p, %q : tensor<16x4xf32>, tensor<4x4xf32>) outs(%init : tensor<16x4xf32>)
    -> tensor<16x4xf32>
  return %1, %4, %5 : tensor<16x4xf32>, tensor<?x4xf32>, tensor<16x4xf32>
}
