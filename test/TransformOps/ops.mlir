// Printed and parsed, as text and as bytecode.
// RUN: structlin-opt %s | structlin-opt | FileCheck %s
// RUN: structlin-opt %s --emit-bytecode | structlin-opt | FileCheck %s
// RUN: structlin-opt %s --mlir-print-op-generic | structlin-opt | FileCheck %s

module attributes {transform.with_named_sequence} {
  // CHECK-LABEL: transform.named_sequence @ops
  transform.named_sequence @ops(%module: !transform.any_op {transform.readonly},
                                %linear: !transform.op<"structlin.linear"> {transform.consumed}) {
    // CHECK: transform.structlin.raise_to_linear %{{.*}} : (!transform.any_op) -> !transform.op<"structlin.linear">
    %layers = transform.structlin.raise_to_linear %module
      : (!transform.any_op) -> !transform.op<"structlin.linear">
    // CHECK: transform.structlin.assign #structlin.sparse<2 : 4> to %{{.*}} : !transform.op<"structlin.linear">
    transform.structlin.assign #structlin.sparse<2 : 4> to %linear : !transform.op<"structlin.linear">
    // CHECK: transform.structlin.assign #structlin.dense<reason = "kept"> to %{{.*}}
    transform.structlin.assign #structlin.dense<reason = "kept"> to %layers
      : !transform.op<"structlin.linear">
    // CHECK: transform.structlin.fit %{{.*}} : (!transform.op<"structlin.linear">) -> (!transform.any_op, !transform.op<"structlin.linear">)
    %0, %1 = transform.structlin.fit %layers
      : (!transform.op<"structlin.linear">) -> (!transform.any_op, !transform.op<"structlin.linear">)
    // CHECK: transform.structlin.fit %{{.*}} {flop_limit = 1.000000e+09 : f64, max_error = 5.000000e-01 : f64,
    // CHECK-SAME: oats_iterations = 5 : i64, output_parameters = "out", parameters = "in", restarts = 2 : i64,
    // CHECK-SAME: seed = 7 : i64, sweeps = 3 : i64}
    %2, %3 = transform.structlin.fit %linear
      {parameters = "in", output_parameters = "out", seed = 7, sweeps = 3, restarts = 2,
       oats_iterations = 5, flop_limit = 1.0e9, max_error = 0.5}
      : (!transform.op<"structlin.linear">) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
