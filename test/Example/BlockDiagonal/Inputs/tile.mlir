// Schedules for the tests of this folder.
module attributes {transform.with_named_sequence} {
  transform.named_sequence @blocks(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["example.block_diagonal_matmul"]} in %root : (!transform.any_op) -> !transform.any_op
    %tile, %loop = transform.structured.tile_using_for %op tile_sizes [0, 2, 0]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
  transform.named_sequence @rows(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["example.block_diagonal_matmul"]} in %root : (!transform.any_op) -> !transform.any_op
    %tile, %loop:3 = transform.structured.tile_using_for %op tile_sizes [2, 1, 1]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}
