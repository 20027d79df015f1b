//===- Passes.td - passes that compress -----------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From dense linear layers to structured ones: assign, fit, report.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_COMPRESS_PASSES_TD
#define STRUCTLIN_COMPRESS_PASSES_TD

include "mlir/Pass/PassBase.td"

def AssignStructures : Pass<"structlin-assign", "::mlir::ModuleOp"> {
  let summary = "choose a structure for every linear layer";
  let description = [{
    Sets the `structure` of every `structlin.linear`. The choice comes from a
    recipe or is one structure for all layers; it is then resolved for the layer's
    shape, so that a fraction to keep becomes a rank or a number of blocks.

    A recipe is a YAML file of globs over layer names. `ignore` comes first, then
    the first entry of `layers` that matches, then `default`:

    ```yaml
    ignore: ["lm_head"]
    layers:
      - match: "encoder.*.fc?"
        structure: "#structlin.blast<blocks = [4, 4], keep = 0.3>"
    default: "#structlin.low_rank<keep = 0.5>"
    ```

    An entry with `format` says that the checkpoint has these weights in compressed
    form already; `low_rank`, `blast`, `sparse`, `masked`, `oats` and `peft` are
    described in docs/Spec.md, "Stored formats". `tensors` names their tensors, with
    `{layer}` and `{weight}` for the names of layer and parameter, where they are not
    the usual ones; `structure` then is what the weight must turn out to have:

    ```yaml
    layers:
      - match: "model.layers.*_proj"
        format: blast
        blocks: [16]
      - match: "fc*"
        format: sparse
        structure: "#structlin.sparse<2 : 4>"
      - match: "head"
        format: peft
        tensors: { base: "{weight}", lora_A: "ad.{layer}.A", lora_B: "ad.{layer}.B" }
        scale: 0.5
    ```

    A recipe that does not parse, or has unknown keys, is an error at its line and
    column. A pattern that applies to no layer is a warning there.

    A layer stays dense, with `structure = #structlin.dense<reason = "...">` and a
    missed remark, when nothing matches its name, it has fewer than
    `min-parameters` parameters, the structure does not fit its shape, or the
    structure would store as many parameters as the dense weight. Stored weights are
    exempt, since there may be no dense one. Layers that share a weight get the
    structure of the first of them.

    Example, with `structure="#structlin.low_rank<keep = 0.5>"`. Before:

    ```mlir
    %w = structlin.parameter "fc.weight" : tensor<64x32xf32>
    %y = structlin.linear ins(%x, %w : tensor<?x32xf32>, tensor<64x32xf32>)
           outs(%init : tensor<?x64xf32>) {layer = "fc"} -> tensor<?x64xf32>
    ```

    After:

    ```mlir
    %w = structlin.parameter "fc.weight" : tensor<64x32xf32>
    %y = structlin.linear ins(%x, %w : tensor<?x32xf32>, tensor<64x32xf32>)
           outs(%init : tensor<?x64xf32>)
           {layer = "fc", structure = #structlin.low_rank<rank = 10>} -> tensor<?x64xf32>
    ```
  }];
  let dependentDialects = ["::mlir::structlin::StructlinDialect"];
  let options = [
    Option<"recipe", "recipe", "std::string", "",
           "YAML file of layer patterns and structures">,
    Option<"structure", "structure", "std::string", "",
           "One structure for every layer, instead of a recipe">,
    Option<"minParameters", "min-parameters", "int64_t", "1024",
           "Layers with fewer parameters stay dense">
  ];
}

def TieParameters : Pass<"structlin-tie-parameters", "::mlir::ModuleOp"> {
  let summary = "give tied weights the one name under which they are stored";
  let description = [{
    A model whose output layer reads the embedding's weight is often stored with that
    weight once: the file has `embed.weight` and no `head.weight`, and its metadata (or
    those of its index) map `head.weight` to `embed.weight`. Parameters under such
    another name get the stored one, so that the weight is one parameter: fitted once,
    written once. The record of the original signature follows.

    Importers that know which weights are tied give them one name in the first place,
    and need no metadata.

    Example, with `parameters=model.safetensors`. Before:

    ```mlir
    %0 = structlin.parameter "embed.weight" : tensor<4x3xf32>
    %1 = structlin.parameter "head.weight" : tensor<4x3xf32>
    ```

    After:

    ```mlir
    %0 = structlin.parameter "embed.weight" : tensor<4x3xf32>
    %1 = structlin.parameter "embed.weight" : tensor<4x3xf32>
    ```
  }];
  let dependentDialects = ["::mlir::structlin::StructlinDialect"];
  let options = [
    Option<"parameters", "parameters", "std::string", "",
           "The model's parameters: a safetensors file, an index, a folder, or random:SEED">
  ];
}

def FitStructures : Pass<"structlin-fit", "::mlir::ModuleOp"> {
  let summary = "replace dense weights by the factors of their structures";
  let description = [{
    Every `structlin.linear` with a structure other than `#structlin.dense` becomes
    the operation of that structure. Its dense weight W is read from the
    parameter's inline value or from `parameters`, the operations between the
    parameter and the layer that only move elements or convert them (transposes,
    reshapes, slices, casts) are evaluated, and the structure's fitter minimises
    `||W - W'||_F`: in f64 for f64 weights, in f32 for f32, f16 and bf16. Integer
    weights only take structures that keep entries as they are (sparse ones).

    The factors are rounded to the type of the weight and become parameters named
    after it: `fc.weight.U`, `fc.weight.values`. The operation carries
    `#structlin.fit` with `||W - W'||_F / ||W||_F`, recomputed in f64 after that
    rounding. For f16 and bf16 inner results are rounded to that type (`mid`).
    A weight that several layers share is fitted once. The dense parameter goes
    away when nothing reads it any more.

    A layer stays dense, with the reason in its structure and in a missed remark,
    when its error is above `max-error`, its weight is not made from a parameter,
    or the fitter refuses it. A missing tensor, one of another shape or type, and
    one with an entry that is not finite are errors that name the tensor. Options
    that no fit can be made with, as `restarts=0` or a negative `max-error`, are
    errors too.

    Where the factors go: without `output-parameters` into the `value` of the new
    parameters; with it into a new safetensors file, together with the module's
    other parameters, and no parameter has a value in the IR afterwards. The file
    appears when everything has succeeded, and its metadata hold the structure and,
    where there is one, the error of each weight (`<weight>.structure`,
    `<weight>.error`). At most one layer is in memory at a time, and mapped files
    leave memory once they are read.

    Until then each finished fit is a file in the folder
    `<output-parameters>.partial`. A run that ends early, by an error or by a kill
    at any instant, leaves that folder and nothing else, and the next run for the
    same archive takes the fits from there and ends with the same bytes. A fit is
    taken only if it is of the same values (by hash), structure, seed and options
    and by the same build; otherwise a warning says what differs and the weight is
    fitted again. `max-error` is not part of a fit, so another limit takes the same
    fits. A second process with the same archive at the same time is an error. The
    folder goes away when the archive is complete.

    A long fit reports on standard error how many layers and how much of the
    weights are done, the time so far and an estimate of the time left: in place on
    a terminal, as rare lines elsewhere.

    The same seed gives the same factors whatever else is in the module: each
    weight's own seed is mixed from `seed` and the weight's name.

    A layer with `#structlin.stored` is not fitted: its tensors are read from
    `parameters`, and it gets their structure and their numbers, bit for bit
    (docs/Spec.md, "Stored formats"). What a tensor gets wrong is an error that names
    it, the layer, and the entry of the recipe. With `dense-parameters` the operation
    carries the error against the dense weight there, otherwise no `#structlin.fit`;
    `max-error` does not apply. Before, with a checkpoint that has `fc.B`, `fc.C` and
    `fc.D`:

    ```mlir
    %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
    %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>)
           outs(%init : tensor<?x4xf32>)
           {layer = "fc", structure = #structlin.stored<format = blast>} -> tensor<?x4xf32>
    ```

    After:

    ```mlir
    %u = structlin.parameter "fc.weight.U" : tensor<2x2x3xf32>
    %s = structlin.parameter "fc.weight.s" : tensor<2x3x3xf32>
    %v = structlin.parameter "fc.weight.V" : tensor<3x3x2xf32>
    %y = structlin.blast_matmul
           ins(%x, %u, %s, %v : tensor<?x6xf32>, tensor<2x2x3xf32>, tensor<2x3x3xf32>,
               tensor<3x3x2xf32>)
           outs(%init : tensor<?x4xf32>) {layer = "fc"} -> tensor<?x4xf32>
    ```

    Example. Before:

    ```mlir
    %w = structlin.parameter "fc.weight" : tensor<64x32xf32>
    %y = structlin.linear ins(%x, %w : tensor<?x32xf32>, tensor<64x32xf32>)
           outs(%init : tensor<?x64xf32>)
           {layer = "fc", structure = #structlin.low_rank<rank = 10>} -> tensor<?x64xf32>
    ```

    After, with `parameters=model.safetensors output-parameters=small.safetensors`:

    ```mlir
    %u = structlin.parameter "fc.weight.U" : tensor<64x10xf32>
    %v = structlin.parameter "fc.weight.V" : tensor<10x32xf32>
    %y = structlin.low_rank_matmul
           ins(%x, %u, %v : tensor<?x32xf32>, tensor<64x10xf32>, tensor<10x32xf32>)
           outs(%init : tensor<?x64xf32>)
           {layer = "fc", fit = #structlin.fit<weight = "fc.weight", norm = frobenius,
            error = ..., seed = 0, dense_shape = [64, 32]>} -> tensor<?x64xf32>
    ```
  }];
  let dependentDialects = ["::mlir::structlin::StructlinDialect"];
  let options = [
    Option<"parameters", "parameters", "std::string", "",
           "The model's parameters: a safetensors file, an index, a folder, or random:SEED">,
    Option<"denseParameters", "dense-parameters", "std::string", "",
           "Dense weights to measure stored ones against, where there are any">,
    Option<"outputParameters", "output-parameters", "std::string", "",
           "Safetensors file to write the factors and the other parameters to">,
    Option<"seed", "seed", "int64_t", "0", "Seed of the fits' random numbers">,
    Option<"sweeps", "sweeps", "int64_t", "100",
           "Sweeps over the factors of an iterative fit, per start">,
    Option<"restarts", "restarts", "int64_t", "1",
           "Random starts of an iterative fit; the best result is kept">,
    Option<"oatsIterations", "oats-iterations", "int64_t", "80",
           "Alternations between a low-rank and a sparse part">,
    Option<"flopLimit", "flop-limit", "double", "1e13",
           "Operations that one iterative fit may take; beyond, it gets fewer steps "
           "and a remark (0: no limit)">,
    Option<"maxError", "max-error", "double", "0",
           "Largest relative error; layers above it stay dense (0: no limit)">
  ];
}

def ReportLayers : Pass<"structlin-report", "::mlir::ModuleOp"> {
  let summary = "write what became of every linear layer as JSON";
  let description = [{
    Writes one JSON object to `file`, atomically, from the IR as it is; the IR does
    not change.

    `layers` has one entry per weight: `name`, `weight`, `shape` (`[n_out, n_in]`),
    `dtype`, `uses` (operations that read it), `m` (their tokens; null if dynamic or
    if they differ), `structure` (an attribute's text, or `dense` with a `reason`,
    null if there is none), `keep`, `error` (null for dense layers),
    `parameters_before` and `parameters_after`. `totals` sums the parameters and
    counts the layers. `not_raised` lists the contractions that are not linear
    layers, each with `op`, `location`, `function` and `reason`.
  }];
  let dependentDialects = ["::mlir::structlin::StructlinDialect"];
  let options = [Option<"file", "file", "std::string", "", "File to write">];
}

#endif // STRUCTLIN_COMPRESS_PASSES_TD
