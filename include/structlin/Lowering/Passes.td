//===- Passes.td - lowering passes ----------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The passes from structured operations on tensors to upstream's dialects. The
// pipelines over them are declared in Pipelines.h. The examples are abridged
// from test/Lowering.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LOWERING_PASSES_TD
#define STRUCTLIN_LOWERING_PASSES_TD

include "mlir/Pass/PassBase.td"

def StructlinDecompose : Pass<"structlin-decompose"> {
  let summary = "replace structured operations by plain linalg";
  let description = [{
    Replaces every structured product, and every operation of the dialect that
    implements `linalg::AggregatedOpInterface`, by what the interface builds: structured
    products become linalg, tensor, arith and scf operations that accumulate in
    `acc` and round where docs/Spec.md, "Rounding", says; groups are replaced by
    their content. Tensors and memrefs are both accepted. This is the executable
    meaning of the operations.

    With `groups-only` structured products stay, and only groups are opened; with
    `keep-scheduled` variants stay, and groups that have a schedule. The content of a
    `structlin.kernel_func`, from which code is emitted, always stays.

    An operation that cannot be decomposed is an error.

    Before:

    ```mlir
    %y = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>)
           outs(%init : tensor<?x4xf32>) -> tensor<?x4xf32>
    ```

    After:

    ```mlir
    %y = linalg.matmul
           indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>,
                            affine_map<(d0, d1, d2) -> (d1, d2)>,
                            affine_map<(d0, d1, d2) -> (d0, d1)>]
           ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>)
           outs(%init : tensor<?x4xf32>) -> tensor<?x4xf32>
    ```
  }];
  let options = [
    Option<"groupsOnly", "groups-only", "bool", "false",
           "Open groups and leave structured products as they are">,
    Option<"keepScheduled", "keep-scheduled", "bool", "false",
           "Leave variants, and groups that have a schedule">
  ];
}

def StructlinExpandVariants : Pass<"structlin-expand-variants"> {
  let summary = "replace variants by branches on the number of tokens";
  let description = [{
    Replaces every `structlin.variants` by a chain of `scf.if` that compares the number
    of tokens with the end of each range. To be run before bufferization: where all
    variants write into one buffer, canonicalization then makes branches without results.

    Before:

    ```mlir
    %y = structlin.variants %m [1, 2 up] -> tensor<?x4xf32> {
      %0 = structlin.linear ... {layer = "one"}
      structlin.yield %0 : tensor<?x4xf32>
    }, {
      %0 = structlin.linear ... {layer = "many"}
      structlin.yield %0 : tensor<?x4xf32>
    }
    ```

    After:

    ```mlir
    %c1 = arith.constant 1 : index
    %0 = arith.cmpi ule, %m, %c1 : index
    %y = scf.if %0 -> (tensor<?x4xf32>) {
      %1 = structlin.linear ... {layer = "one"}
      scf.yield %1 : tensor<?x4xf32>
    } else {
      %1 = structlin.linear ... {layer = "many"}
      scf.yield %1 : tensor<?x4xf32>
    }
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def StructlinPlaceParameters : Pass<"structlin-place-parameters", "::mlir::ModuleOp"> {
  let summary = "place parameters in one buffer that the caller passes";
  let description = [{
    Gives every parameter of the module a 64-byte aligned offset in one buffer,
    adds that buffer to every function that needs it, directly or through a call,
    as a last argument tagged `structlin.parameters`, and replaces
    `structlin.parameter` by a view of it. Parameters of the same name share
    their storage; the same name with two types, or with two values, is an error.

    The module attribute `structlin.parameter_layout` records what the buffer
    holds: name, type and offset in bytes of each parameter, its inline value if
    it has one, and the total size.

    Before:

    ```mlir
    func.func @f(%x: tensor<?x8xf32>) -> tensor<?x4xf32> {
      %w = structlin.parameter "fc.weight" : tensor<4x8xf32>
    ```

    After:

    ```mlir
    module attributes {structlin.parameter_layout = {
        parameters = [{name = "fc.weight", offset = 0 : i64, type = tensor<4x8xf32>} ],
        size = 128 : i64}} {
      func.func @f(%x: tensor<?x8xf32>,
                   %base: memref<?xi8> {structlin.parameters}) -> tensor<?x4xf32> {
        %c0 = arith.constant 0 : index
        %view = memref.view %base[%c0][] : memref<?xi8> to memref<4x8xf32>
        %w = bufferization.to_tensor %view restrict : memref<4x8xf32> to tensor<4x8xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::bufferization::BufferizationDialect"];
}

def StructlinDestinationPassing
    : Pass<"structlin-destination-passing", "::mlir::ModuleOp"> {
  let summary = "let entry functions write into buffers of the caller";
  let description = [{
    Rewrites every public function with a body, the *entries*: each result
    becomes a trailing memref argument tagged `structlin.result` and is written
    with `bufferization.materialize_in_destination`; a scalar result is stored to
    a memref of rank 0. The caller's buffers must not overlap each other nor the
    inputs. Inputs stay tensors that the function may not write to.

    An entry F with dynamic result sizes gets a companion `F_shapes`: it takes
    what F took and returns the sizes of all dynamic dimensions, result by result,
    as index. They are computed through `ReifyRankedShapedTypeOpInterface`;
    the computation of the results themselves is removed where they do not depend
    on it.

    An entry that is also called inside the module keeps its old form as a private
    function. A result that is neither a ranked tensor without encoding nor a
    scalar is an error.

    Before:

    ```mlir
    func.func @f(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
      ...
      return %y : tensor<?x8xf32>
    }
    ```

    After:

    ```mlir
    func.func @f(%x: tensor<?x8xf32> {bufferization.writable = false},
                 %out: memref<?x8xf32> {structlin.result}) {
      ...
      bufferization.materialize_in_destination %y in restrict writable %out
          : (tensor<?x8xf32>, memref<?x8xf32>) -> ()
      return
    }
    func.func @f_shapes(%x: tensor<?x8xf32> {bufferization.writable = false}) -> index {
      %c0 = arith.constant 0 : index
      %m = tensor.dim %x, %c0 : tensor<?x8xf32>
      return %m : index
    }
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::tensor::TensorDialect",
                           "::mlir::bufferization::BufferizationDialect"];
}

def StructlinTileTokens : Pass<"structlin-tile-tokens", "::mlir::func::FuncOp"> {
  let summary = "cut structured products along their tokens";
  let description = [{
    Tiles every structured product on tensors along its first loop, the tokens,
    with `scf.forall` or, with `parallel=false`, `scf.for`. Inner results then
    exist for one tile at a time. A product with no more tokens than a tile stays
    as it is.

    Before:

    ```mlir
    %y = structlin.linear ins(%x, %w : tensor<64x8xf32>, tensor<4x8xf32>)
           outs(%init : tensor<64x4xf32>) -> tensor<64x4xf32>
    ```

    After:

    ```mlir
    %y = scf.forall (%t) = (0) to (64) step (32) shared_outs(%o = %init) -> (tensor<64x4xf32>) {
      %xt = tensor.extract_slice %x[%t, 0] [32, 8] [1, 1] : tensor<64x8xf32> to tensor<32x8xf32>
      %ot = tensor.extract_slice %o[%t, 0] [32, 4] [1, 1] : tensor<64x4xf32> to tensor<32x4xf32>
      %yt = structlin.linear ins(%xt, %w : tensor<32x8xf32>, tensor<4x8xf32>)
              outs(%ot : tensor<32x4xf32>) -> tensor<32x4xf32>
      scf.forall.in_parallel {
        tensor.parallel_insert_slice %yt into %o[%t, 0] [32, 4] [1, 1]
            : tensor<32x4xf32> into tensor<64x4xf32>
      }
    }
    ```
  }];
  let options = [
    Option<"tileSize", "tile-size", "int64_t", "32", "Tokens in a tile">,
    Option<"parallel", "parallel", "bool", "true",
           "Tiles may run at the same time (scf.forall)">
  ];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect",
                           "::mlir::affine::AffineDialect"];
}

def StructlinVectorizeContractions
    : Pass<"structlin-vectorize-contractions", "::mlir::func::FuncOp"> {
  let summary = "tile contractions to vectors";
  let description = [{
    Tiles every linalg contraction on tensors and vectorizes the tiles. One loop
    gives the vector lanes: the one that is innermost in most operands, and of a
    static size. In `x W^T` that is the reduction, which is then done lane by lane
    and summed at the end; sums are thereby reassociated, and products and sums of
    floats may contract to fused multiply-adds. A second, parallel loop is unrolled
    for reuse, all others step by one, so that sizes that are dynamic or do not
    divide need neither masks nor copies: the static loops are split into a part
    that divides and a smaller static rest.

    A contraction without a static lane loop, or accumulating in f16 or bf16, is
    left to become scalar loops.

    Before (x is `?x16`, W `4x16`):

    ```mlir
    %y = linalg.matmul indexing_maps = [#mk, #nk, #mn]
           ins(%x, %w : tensor<?x16xf32>, tensor<4x16xf32>)
           outs(%init : tensor<?x4xf32>) -> tensor<?x4xf32>
    ```

    After (`vector-bytes=32`):

    ```mlir
    %y = scf.for %t = %c0 to %m step %c1 iter_args(%o = %init) -> (tensor<?x4xf32>) {
      %lanes = scf.for %k = %c0 to %c16 step %c8 iter_args(%sum = %zero) -> (vector<1x4x8xf32>) {
        %a = vector.transfer_read %x[%t, %k], ... : tensor<?x16xf32>, vector<1x4x8xf32>
        %b = vector.transfer_read %w[%c0, %k], ... : tensor<4x16xf32>, vector<1x4x8xf32>
        %p = arith.mulf %a, %b fastmath<contract> : vector<1x4x8xf32>
        %s = arith.addf %sum, %p fastmath<contract> : vector<1x4x8xf32>
        scf.yield %s : vector<1x4x8xf32>
      }
      %c = vector.transfer_read %o[%t, %c0], ... : tensor<?x4xf32>, vector<1x4xf32>
      %r = vector.multi_reduction <add>, %lanes, %c [2] : vector<1x4x8xf32> to vector<1x4xf32>
      %w = vector.transfer_write %r, %o[%t, %c0] ... : vector<1x4xf32>, tensor<?x4xf32>
      scf.yield %w : tensor<?x4xf32>
    }
    ```
  }];
  let options = [
    Option<"vectorBytes", "vector-bytes", "int64_t", "64",
           "Bytes of a vector register, a power of two">
  ];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect",
                           "::mlir::affine::AffineDialect", "::mlir::vector::VectorDialect",
                           "::mlir::ub::UBDialect"];
}

def StructlinExpandCopies : Pass<"structlin-expand-copies"> {
  let summary = "turn copies between strided buffers into linalg";
  let description = [{
    Replaces `memref.copy` by `linalg.copy` where a layout is not the identity:
    conversion to LLVM would call a runtime library for it.

    Before:

    ```mlir
    memref.copy %a, %b : memref<4x8xf32, strided<[16, 1]>> to memref<4x8xf32>
    ```

    After:

    ```mlir
    linalg.copy ins(%a : memref<4x8xf32, strided<[16, 1]>>) outs(%b : memref<4x8xf32>)
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def StructlinExpandReshapes : Pass<"structlin-expand-reshapes"> {
  let summary = "lower reshapes that give one dimension several dynamic sizes";
  let description = [{
    Replaces `memref.expand_shape` by a cast of its metadata where a dimension
    becomes several of dynamic size, which upstream's `expand-strided-metadata` does
    not take. Within such a group the stride of a dimension is the stride of the
    next times its size. Other reshapes stay.

    Before:

    ```mlir
    %1 = memref.expand_shape %0 [[0, 1], [2]] output_shape [%b, %t, 8]
         : memref<?x8xf32> into memref<?x?x8xf32>
    ```

    After:

    ```mlir
    %base, %offset, %sizes:2, %strides:2 = memref.extract_strided_metadata %0 ...
    %s = affine.apply affine_map<()[s0] -> (s0 * 8)>()[%t]
    %1 = memref.reinterpret_cast %base to offset: [0], sizes: [%b, %t, 8],
         strides: [%s, 8, 1] : memref<f32> to memref<?x?x8xf32>
    ```
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect"];
}

def StructlinDropAttributes : Pass<"structlin-drop-attributes", "::mlir::ModuleOp"> {
  let summary = "drop the dialect's attributes from function signatures";
  let description = [{
    Removes the `structlin.*` attributes of arguments and results, which
    translation to LLVM IR rejects. The module keeps its
    `structlin.parameter_layout`.

    Before:

    ```mlir
    func.func @f(%x: memref<4xf32>, %y: memref<4xf32> {structlin.result})
    ```

    After:

    ```mlir
    func.func @f(%x: memref<4xf32>, %y: memref<4xf32>)
    ```
  }];
}

#endif // STRUCTLIN_LOWERING_PASSES_TD
