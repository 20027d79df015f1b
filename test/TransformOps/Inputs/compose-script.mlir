// The script of compose.mlir. It is in a file of its own, since a pass cannot be applied
// to a module that holds the script.
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.consumed}) {
    %module = transform.apply_registered_pass "structlin-import-parameters" to %root
      : (!transform.any_op) -> !transform.any_op
    %layers = transform.structlin.raise_to_linear %module
      : (!transform.any_op) -> !transform.any_op

    // By name, and by position.
    %fc1 = transform.structured.match ops{["structlin.linear"]} attributes {layer = "fc1"}
      in %module : (!transform.any_op) -> !transform.any_op
    transform.structlin.assign #structlin.blast<blocks = [2, 2], keep = 0.5> to %fc1
      : !transform.any_op
    %first, %fc2 = transform.split_handle %layers
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.structlin.assign #structlin.block_sparse<block = [4, 4], keep = 0.5> to %fc2
      : !transform.any_op

    %structured, %dense = transform.structlin.fit %layers {parameters = "random:0", sweeps = 4}
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)

    // Sizes over (token, output block, row in the block).
    %blast, %sparse = transform.split_handle %structured
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %tiled_blast, %loop1 = transform.structured.tile_using_forall %blast tile_sizes [4, 1]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %tiled_sparse, %loop2 = transform.structured.tile_using_forall %sparse tile_sizes [4]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %linalg1 = transform.structured.decompose_interface %tiled_blast
      : (!transform.any_op) -> !transform.any_op
    %linalg2 = transform.structured.decompose_interface %tiled_sparse
      : (!transform.any_op) -> !transform.any_op
    transform.yield
  }
}
