//===- StructlinTransformOps.td - operations of transform scripts ---------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a transform script says about linear layers: raise them, give one its
// structure, fit. Tiling and decomposition are upstream's own operations, which
// structured products serve through their interfaces. The examples are abridged
// from test/TransformOps.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TRANSFORMOPS_STRUCTLINTRANSFORMOPS_TD
#define STRUCTLIN_TRANSFORMOPS_STRUCTLINTRANSFORMOPS_TD

include "mlir/Dialect/Transform/IR/TransformDialect.td"
include "mlir/Dialect/Transform/Interfaces/TransformInterfaces.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "structlin/IR/StructureInterfaces.td"

class Structlin_TransformOp<string mnemonic>
    : Op<Transform_Dialect, "structlin." # mnemonic, [
        DeclareOpInterfaceMethods<TransformOpInterface>,
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
        ReportTrackingListenerFailuresOpTrait]>;

def StructlinRaiseToLinearOp : Structlin_TransformOp<"raise_to_linear"> {
  let summary = "turn contractions with a parameter into structlin.linear";
  let description = [{
    Raises every contraction inside the payload operations of `target`, as the pass
    `structlin-raise` does, and erases what nothing reads thereafter. Weights have
    to be `structlin.parameter` by then: run `structlin-import-parameters` before.

    #### Return modes

    The handle `layers` is associated with the layers made, in the order of the
    payload; it is empty where nothing could be raised. Each contraction that stays
    is a missed remark of `structlin-raise` with its reason. A payload operation
    that is a contraction itself is a silenceable failure. `target` is read only;
    a handle to a contraction that was raised does not survive, which is a
    silenceable failure where it is used later.

    Constraints: docs/Spec.md, TRL-C1.

    Example:

    ```mlir
    %layers = transform.structlin.raise_to_linear %func
      : (!transform.any_op) -> !transform.any_op
    ```
  }];
  let arguments = (ins TransformHandleTypeInterface:$target);
  let results = (outs TransformHandleTypeInterface:$layers);
  let assemblyFormat = "$target attr-dict `:` functional-type(operands, results)";
}

def StructlinAssignOp : Structlin_TransformOp<"assign"> {
  let summary = "give linear layers a structure";
  let description = [{
    Sets `structure` of every payload operation of `layers` to the given structure,
    resolved for the layer's shape: a fraction to keep becomes a rank or a number
    of blocks. `#structlin.dense` says that a layer stays dense.

    Matching in the script takes the place of the recipe of `structlin-assign`:
    layers carry the name of their weight in the attribute `layer`.

    #### Return modes

    A payload operation that is no `structlin.linear`, a structure that does not fit
    the shape of a layer, and one that would store as many parameters as the dense
    weight are silenceable failures; no layer is changed then. `layers` is read
    only.

    Constraints: docs/Spec.md, TAS-C1, TAS-C2.

    Example:

    ```mlir
    %fc1 = transform.structured.match ops{["structlin.linear"]} attributes {layer = "fc1"}
      in %func : (!transform.any_op) -> !transform.any_op
    transform.structlin.assign #structlin.blast<blocks = [2, 2], keep = 0.5> to %fc1
      : !transform.any_op
    ```
  }];
  let arguments = (ins TransformHandleTypeInterface:$layers, StructureAttrInterface:$structure);
  let assemblyFormat = "$structure `to` $layers attr-dict `:` type($layers)";
}

def StructlinFitOp : Structlin_TransformOp<"fit"> {
  let summary = "replace dense weights by the factors of their structures";
  let description = [{
    Fits the weight of every payload operation of `layers` to the layer's structure
    and replaces the layer by the operation of that structure, as the pass
    `structlin-fit` does. Layers that share a weight and a structure are fitted
    once.

    `parameters` names the dense values (a safetensors file, an index, a folder, or
    `random:SEED`) of parameters without an inline value. Factors become inline
    values, or go to the safetensors file `output_parameters` together with all
    other parameters of the payload. So that there is one such file, fit all layers
    with one operation: `transform.merge_handles` brings them together whatever
    their structures are. The other attributes are the options of `structlin-fit`.

    #### Return modes

    `structured` is associated with the structured operations, and `dense` with the
    layers that stay: their structure is `#structlin.dense`, or the fit was refused
    or had an error above `max_error`; then the reason is in their structure and in
    a missed remark. They can be assigned another structure and fitted again.

    A payload operation that is no `structlin.linear`, or has no structure, is a
    silenceable failure; nothing is changed then. Parameters that cannot be read,
    values that are not finite, and a file that cannot be written are definite
    failures. `layers` is consumed.

    Constraints: docs/Spec.md, TFI-C1 .. TFI-C4.

    Example:

    ```mlir
    %structured, %dense = transform.structlin.fit %layers
      {parameters = "model.safetensors", output_parameters = "small.safetensors"}
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    ```
  }];
  let arguments = (ins
    TransformHandleTypeInterface:$layers,
    OptionalAttr<StrAttr>:$parameters,
    OptionalAttr<StrAttr>:$output_parameters,
    DefaultValuedOptionalAttr<I64Attr, "0">:$seed,
    DefaultValuedOptionalAttr<I64Attr, "100">:$sweeps,
    DefaultValuedOptionalAttr<I64Attr, "1">:$restarts,
    DefaultValuedOptionalAttr<I64Attr, "80">:$oats_iterations,
    DefaultValuedOptionalAttr<F64Attr, "1e13">:$flop_limit,
    DefaultValuedOptionalAttr<F64Attr, "0.0">:$max_error);
  let results = (outs TransformHandleTypeInterface:$structured,
                      TransformHandleTypeInterface:$dense);
  let assemblyFormat = "$layers attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

#endif // STRUCTLIN_TRANSFORMOPS_STRUCTLINTRANSFORMOPS_TD
