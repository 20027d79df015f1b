// JSON is UTF-8; a name of the IR may hold other bytes, which U+FFFD stands for.
// RUN: structlin-opt %s --structlin-report=file=%t.json -o /dev/null && FileCheck %s --input-file=%t.json
// RUN: %python -m json.tool %t.json

// CHECK: "name": "fc�"
// CHECK: "weight": "fc.weight�"
func.func @layer(%x: tensor<?x2xf32>, %init: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = structlin.parameter "fc.weight\FF" : tensor<2x2xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x2xf32>, tensor<2x2xf32>) outs(%init : tensor<?x2xf32>)
    {layer = "fc\C0", structure = #structlin.low_rank<rank = 1>} -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
