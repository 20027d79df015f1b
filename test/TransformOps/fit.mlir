// Factors inline and in an archive; layers that stay dense have a handle of their own.
// RUN: structlin-opt %s --transform-interpreter=entry-point=inline | FileCheck %s --check-prefix=INLINE
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: structlin-opt %s -o out.mlir --transform-interpreter=entry-point=archive
// RUN: FileCheck %s --check-prefix=ARCHIVE < out.mlir
// RUN: %python %structlin_src/test/Compress/Inputs/safetensors.py list out.safetensors \
// RUN:   | FileCheck %s --check-prefix=NAMES

// A weight of rank one: the fit is exact. Two layers share it and are fitted once.
// INLINE-LABEL: func.func @layers(
// INLINE: structlin.parameter "exact.weight.U" = dense
// INLINE: structlin.low_rank_matmul {{.*}}layer = "exact", structured
// INLINE: structlin.linear {{.*}} {layer = "refused", stays, structure = #structlin.dense<reason = "error {{.*}} is above the limit of 1.000e-03">}
// INLINE: structlin.linear {{.*}} {layer = "asked", stays, structure = #structlin.dense<reason = "chosen by the transform script">}
// INLINE: structlin.parameter "exact.weight.U" = dense
// INLINE: structlin.low_rank_matmul {{.*}}layer = "tied", structured

// A second fit, of what stayed, keeps all entries that are not zero.
// ARCHIVE-LABEL: func.func @layers(
// ARCHIVE: structlin.parameter "exact.weight.U" : tensor<4x1xf32>
// ARCHIVE: structlin.low_rank_matmul
// ARCHIVE: structlin.parameter "refused.weight.values" : tensor<12xf32>
// ARCHIVE: structlin.sparse_matmul {{.*}}error = 0.0{{.*}}layer = "refused", second
// ARCHIVE: structlin.linear {{.*}}layer = "asked"
// NAMES: asked.weight F32 4x4
// NAMES-NEXT: exact.weight.U F32 4x1
// NAMES-NEXT: exact.weight.V F32 1x4
// NAMES-NEXT: refused.weight.indices I32 12
// NAMES-NEXT: refused.weight.offsets I32 5
// NAMES-NEXT: refused.weight.values F32 12
func.func @layers(%x: tensor<2x4xf32>, %i: tensor<2x4xf32>)
    -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) {
  %w0 = structlin.parameter "exact.weight" = dense<[
      [1.0, 2.0, 3.0, 4.0], [2.0, 4.0, 6.0, 8.0], [0.5, 1.0, 1.5, 2.0], [1.0, 2.0, 3.0, 4.0]]> : tensor<4x4xf32>
  %w1 = structlin.parameter "refused.weight" = dense<[
      [1.0, 2.0, 0.0, 4.0], [0.0, 5.0, 6.0, 7.0], [8.0, 0.0, 9.0, 1.0], [1.0, 2.0, 3.0, 0.0]]> : tensor<4x4xf32>
  %w2 = structlin.parameter "asked.weight" = dense<1.0> : tensor<4x4xf32>
  %0 = structlin.linear ins(%x, %w0 : tensor<2x4xf32>, tensor<4x4xf32>)
         outs(%i : tensor<2x4xf32>) {layer = "exact"} -> tensor<2x4xf32>
  %1 = structlin.linear ins(%x, %w1 : tensor<2x4xf32>, tensor<4x4xf32>)
         outs(%i : tensor<2x4xf32>) {layer = "refused"} -> tensor<2x4xf32>
  %2 = structlin.linear ins(%x, %w2 : tensor<2x4xf32>, tensor<4x4xf32>)
         outs(%i : tensor<2x4xf32>) {layer = "asked"} -> tensor<2x4xf32>
  %3 = structlin.linear ins(%0, %w0 : tensor<2x4xf32>, tensor<4x4xf32>)
         outs(%i : tensor<2x4xf32>) {layer = "tied"} -> tensor<2x4xf32>
  return %0, %1, %2, %3 : tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @assign(%module: !transform.any_op {transform.readonly})
      -> !transform.any_op {
    %all = transform.structured.match ops{["structlin.linear"]} in %module
      : (!transform.any_op) -> !transform.any_op
    transform.structlin.assign #structlin.low_rank<rank = 1> to %all : !transform.any_op
    %asked = transform.structured.match ops{["structlin.linear"]} attributes {layer = "asked"}
      in %module : (!transform.any_op) -> !transform.any_op
    transform.structlin.assign #structlin.dense to %asked : !transform.any_op
    transform.yield %all : !transform.any_op
  }

  transform.named_sequence @inline(%module: !transform.any_op {transform.readonly}) {
    %all = transform.include @assign failures(propagate) (%module)
      : (!transform.any_op) -> !transform.any_op
    %structured, %dense = transform.structlin.fit %all {max_error = 1.0e-3}
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.annotate %structured "structured" : !transform.any_op
    transform.annotate %dense "stays" : !transform.any_op
    transform.yield
  }

  // Inline first; the last fit moves everything to the archive.
  transform.named_sequence @archive(%module: !transform.any_op {transform.readonly}) {
    %all = transform.include @assign failures(propagate) (%module)
      : (!transform.any_op) -> !transform.any_op
    %s0, %d0 = transform.structlin.fit %all {max_error = 1.0e-3}
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %refused = transform.structured.match ops{["structlin.linear"]} attributes {layer = "refused"}
      in %module : (!transform.any_op) -> !transform.any_op
    transform.structlin.assign #structlin.sparse<keep = 0.75> to %refused : !transform.any_op
    %s1, %d1 = transform.structlin.fit %refused
        {max_error = 1.0e-3, output_parameters = "out.safetensors"}
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.annotate %s1 "second" : !transform.any_op
    transform.yield
  }
}
