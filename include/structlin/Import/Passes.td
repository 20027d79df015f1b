//===- Passes.td - the passes of import ----------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From a front end's linalg to named parameters and linear layers, and back to
// what a host compiler reads. The examples are abridged from test/Import.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IMPORT_PASSES_TD
#define STRUCTLIN_IMPORT_PASSES_TD

include "mlir/Pass/PassBase.td"

def StructlinImportParameters : Pass<"structlin-import-parameters", "::mlir::ModuleOp"> {
  let summary = "turn every form of a weight into structlin.parameter";
  let description = [{
    Weights reach a compiler in four forms. Each becomes
    `structlin.parameter "name"`:

    | form | name | value |
    |---|---|---|
    | argument tagged `structlin.param = "name"` | the tag | none |
    | `arith.constant dense_resource<key>` | the key | the resource, if it has a blob |
    | load of an immutable `ml_program.global` | the symbol | the global's, none if extern |
    | inline constant of at least `min-elements` elements | `<function>.const_<n>` | the constant |

    An inline splat is a parameter only where it reaches an operand of a
    contraction through layout operations alone (it is then the weight of
    something; elsewhere it is a fill). Booleans, indices and tensors of rank 0
    stay constants. The same tag in two functions is the same parameter; any
    other two origins get different names, by a suffix `_<n>` if need be. A tensor
    whose value a printer left out (`dense_resource<__elided__>`) is an error.

    With `arguments-as-weights` untagged arguments become parameters too, named
    `arg<position>`: those that reach a contraction through layout operations
    alone, share no batch dimension with the other operand, and have static shape
    and rank 2 or more. Where both operands qualify the left one is the
    activation, unless `weights` lists it and not the other. A rank-4 argument with
    a batch dimension above 1 (a KV cache) and the activation of another
    contraction are no weights, the latter unless listed.

    This pass comes before `inline`, which loses the tags of what it inlines.

    The function records what it gave up in `structlin.signature`, from which
    `structlin-export-parameters` restores it. Calls lose the operands: an argument
    of a private function to which all calls pass one parameter is that parameter,
    and a call that passes anything else than the parameter itself goes to a
    private copy of its callee, `@<callee>_with_arguments`, that keeps its
    arguments. A function with such arguments that is referenced otherwise than by
    calls is an error.

    Before:

    ```mlir
    func.func @layer(%x: tensor<4x8xf32>, %w: tensor<8x16xf32> {structlin.param = "fc.weight"},
                     %init: tensor<4x16xf32>) -> tensor<4x16xf32> {
      %y = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x16xf32>)
           outs(%init : tensor<4x16xf32>) -> tensor<4x16xf32>
    ```

    After:

    ```mlir
    func.func @layer(%x: tensor<4x8xf32>, %init: tensor<4x16xf32>) -> tensor<4x16xf32>
        attributes {structlin.signature = [{
          attrs = {structlin.param = "fc.weight"}, from = "argument", index = 1 : i64,
          param = "fc.weight", type = tensor<8x16xf32>} ]} {
      %w = structlin.parameter "fc.weight" : tensor<8x16xf32>
      %y = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x16xf32>)
           outs(%init : tensor<4x16xf32>) -> tensor<4x16xf32>
    ```
  }];
  let options = [
    Option<"argumentsAsWeights", "arguments-as-weights", "bool", "false",
           "Take untagged arguments that are operands of contractions for weights">,
    ListOption<"weights", "weights", "int64_t",
               "Positions of the arguments preferred as weights where both operands could be">,
    Option<"minElements", "min-elements", "int64_t", "64",
           "Elements from which an inline constant is a parameter">
  ];
  let dependentDialects = ["::mlir::structlin::StructlinDialect"];
}

def StructlinExportParameters : Pass<"structlin-export-parameters", "::mlir::ModuleOp"> {
  let summary = "turn structlin.parameter into what host compilers read";
  let description = [{
    The inverse of `structlin-import-parameters`, for a module that goes on in
    another compiler.

    `to=arguments` restores the signature that import recorded: arguments at their
    positions with their attributes, constants, resources and globals in place. A
    parameter made since then (a factor) becomes an argument tagged
    `structlin.param`: at the place of the argument that it replaces, where it is
    named after it (`fc.weight.U` replaces `fc.weight`, which nothing reads any
    more), else after all others; one that has a value becomes a constant with that
    value instead. A function passes to those that it calls what they need, and has
    it as arguments itself.

    `to=resources` makes each an `arith.constant dense_resource<"name">`, with a
    blob where the parameter has a value. `to=globals` makes each a load of a
    private `ml_program.global @"name"`, extern where the parameter has no value.
    Both leave the functions' present signatures.

    `manifest` names a JSON file that says what a host binds where. `functions` has
    an entry for each public one, with its `name`, `arguments` and `results`;
    `resources` (without a blob) and `globals` (extern) have a `key` or a `symbol`.
    Every entry has its `type` and, for tensors, `dtype` and `shape` (a dynamic size
    is null); `parameter` is the name of the tensor that belongs there, null for an
    argument that is an input of the model. The file appears when all is exported.

    ```json
    {"functions": [{"name": "f", "arguments": [
        {"parameter": "fc.weight.U", "type": "tensor<16x2xf32>", "dtype": "f32", "shape": [16, 2]},
        {"parameter": null, "type": "tensor<?x8xf32>", "dtype": "f32", "shape": [null, 8]} ],
      "results": [{"type": "tensor<?x16xf32>", "dtype": "f32", "shape": [null, 16]} ]} ],
     "resources": [], "globals": []}
    ```

    Before (`fc.weight` was argument 0 and has been factored; `other` is new):

    ```mlir
    func.func @factored(%x: tensor<4x8xf32>) -> (...) attributes {structlin.signature = [...]} {
      %U = structlin.parameter "fc.weight.U" : tensor<16x2xf32>
      %V = structlin.parameter "fc.weight.V" : tensor<2x8xf32>
      %b = structlin.parameter "fc.bias" : tensor<16xf32>
      %o = structlin.parameter "other" : tensor<5xf32>
    ```

    After, with `to=arguments`:

    ```mlir
    func.func @factored(%U: tensor<16x2xf32> {structlin.param = "fc.weight.U"},
                        %V: tensor<2x8xf32> {structlin.param = "fc.weight.V"},
                        %x: tensor<4x8xf32>,
                        %b: tensor<16xf32> {structlin.param = "fc.bias"},
                        %o: tensor<5xf32> {structlin.param = "other"}) -> (...) {
    ```
  }];
  let options = [
    Option<"to", "to", "::mlir::structlin::ExportTarget",
           "::mlir::structlin::ExportTarget::Arguments", "What parameters become",
           [{::llvm::cl::values(
               clEnumValN(::mlir::structlin::ExportTarget::Arguments, "arguments",
                          "function arguments tagged structlin.param"),
               clEnumValN(::mlir::structlin::ExportTarget::Resources, "resources",
                          "constants with a dense_resource value"),
               clEnumValN(::mlir::structlin::ExportTarget::Globals, "globals",
                          "loads of ml_program.global"))}]>,
    Option<"manifest", "manifest", "std::string", "",
           "JSON file to write: which parameter is bound where">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::ml_program::MLProgramDialect"];
}

def StructlinRaise : Pass<"structlin-raise"> {
  let summary = "turn contractions with a parameter into structlin.linear";
  let description = [{
    A linalg operation of any name and rank is a linear layer when it computes
    `y[t.., o..] += x[t.., i..] w[o.., i..]` for one set of loops `t` (tokens), `o`
    (outputs) and `i` (inputs), and one of its operands is a
    `structlin.parameter`, seen through *layout operations*: transpose, broadcast
    and copy (named or generic), reshape, cast of the shape, full slice, and exact
    widening of the elements. It is replaced by `structlin.linear` on
    matrices,

        x : (prod t) x (prod i)    W : (prod o) x (prod i)    y : (prod t) x (prod o)

    with the products of the extents. Loops of extent one vanish first, so unit
    batches, vectors and 1x1 convolutions are the same case; loops over which the
    weight only repeats are tokens. `o` follows the order of the result and `i`
    that of `x`; the weight pays for what is out of order, by at most one
    transpose between reshapes of the parameter. `x` and `y` are transposed only
    where tokens and features are interleaved (a weight on the left), and those
    transposes compose with the ones around.

    The weight keeps its stored type. The accumulation type is the default one of
    `structlin.linear`, at least that of the contraction: a contraction that
    accumulates in bf16 accumulates in f32. A zero init is filled anew, any other
    one is kept, so a bias as init stays what it is. The layer is named after the
    parameter, without a trailing `.weight`, `_weight` or `.kernel`.

    Each layer is reported as a passed remark of the category `structlin-raise`; a
    contraction that stays as a missed one with its reason: two activations, two parameters, a weight
    with a batch dimension of its own, a slice of a stacked weight, unsigned
    integers, zero points, a window, a stride.

    Before:

    ```mlir
    %w = structlin.parameter "fc.weight" : tensor<16x8xf32>
    %wt = linalg.transpose ins(%w : tensor<16x8xf32>) outs(%e : tensor<8x16xf32>)
          permutation = [1, 0]
    %y = linalg.matmul ins(%x, %wt : tensor<4x8xf32>, tensor<8x16xf32>)
         outs(%zero : tensor<4x16xf32>) -> tensor<4x16xf32>
    ```

    After:

    ```mlir
    %w = structlin.parameter "fc.weight" : tensor<16x8xf32>
    %y = structlin.linear ins(%x, %w : tensor<4x8xf32>, tensor<16x8xf32>)
         outs(%zero : tensor<4x16xf32>) {layer = "fc"} -> tensor<4x16xf32>
    ```
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect",
    "::mlir::structlin::StructlinDialect"
  ];
}

#endif // STRUCTLIN_IMPORT_PASSES_TD
