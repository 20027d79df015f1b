// Passes and pipelines of the plugin among upstream's, by name and with their options,
// in one pipeline of the stock tool, from TOSA to machine code.
// The stock mlir-opt has no sanitizer runtime for a plugin to share.
// UNSUPPORTED: sanitizer

// DEFINE: %{plugin} = --load-dialect-plugin=%structlin_plugin --load-pass-plugin=%structlin_plugin
// DEFINE: %{upstream} = one-shot-bufferize{bufferize-function-boundaries \
// DEFINE:     function-boundary-type-conversion=identity-layout-map}, \
// DEFINE:   func.func(convert-linalg-to-loops),canonicalize,expand-strided-metadata,lower-affine, \
// DEFINE:   convert-scf-to-cf,finalize-memref-to-llvm,convert-to-llvm,reconcile-unrealized-casts
// DEFINE: %{run} = mlir-runner -e main -entry-point-result=void -shared-libs=%mlir_runner_libs

// The dense model by upstream alone.
// RUN: mlir-opt %s --pass-pipeline='builtin.module(func.func(tosa-to-linalg-named,tosa-to-linalg, \
// RUN:   tosa-to-tensor,tosa-to-arith),%{upstream})' | %{run} | FileCheck %s

// Stage by stage; the weights have the zeros that their structures want, so that
// nothing is lost. Passes of ours on functions are nested like upstream's.
// RUN: mlir-opt %s %{plugin} --pass-pipeline='builtin.module(canonicalize, \
// RUN:   structlin-import{min-elements=16},structlin-assign{recipe=%p/Inputs/recipe.yaml min-parameters=1}, \
// RUN:   structlin-fit{max-error=1e-9},func.func(canonicalize,structlin-tile-tokens{tile-size=1 parallel=false}), \
// RUN:   structlin-export{to=arguments tags=false},%{upstream})' | %{run} | FileCheck %s

// The same by the pipelines over the stages, and by our lowering.
// DEFINE: %{compress} = structlin-compress{recipe=%p/Inputs/recipe.yaml min-elements=16 min-parameters=1}
// RUN: mlir-opt %s %{plugin} --pass-pipeline='builtin.module(%{compress},structlin-export, \
// RUN:   %{upstream})' | %{run} | FileCheck %s
// RUN: mlir-opt %s %{plugin} --pass-pipeline='builtin.module(%{compress}, \
// RUN:   func.func(structlin-tile-tokens{tile-size=1 parallel=false},structlin-decompose), \
// RUN:   structlin-export-parameters{to=resources},%{upstream})' | %{run} | FileCheck %s

// The structures are there before export.
// RUN: mlir-opt %s %{plugin} --pass-pipeline='builtin.module(%{compress})' \
// RUN:   | FileCheck %s --check-prefix=STRUCTURED

// Remarks go where the stock tool's flags send them.
// RUN: mlir-opt %s %{plugin} --pass-pipeline='builtin.module(%{compress})' -o %t.mlir \
// RUN:   --remarks-filter='structlin-.*' --remark-policy=all --remark-format=emitRemark 2>&1 \
// RUN:   | FileCheck %s --check-prefix=REMARKS
// RUN: mlir-opt %s %{plugin} --pass-pipeline='builtin.module(%{compress})' -o %t.mlir \
// RUN:   --remarks-filter-passed=structlin-fit --remark-policy=all --remark-format=yaml \
// RUN:   --remarks-output-file=%t.yaml
// RUN: FileCheck %s --check-prefix=YAML < %t.yaml

// Options that do not parse, and a pass on the wrong operation, are errors of the tool.
// RUN: not mlir-opt %s %{plugin} --pass-pipeline='builtin.module(structlin-compress{no-such=1})' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=OPTION
// RUN: not mlir-opt %s %{plugin} --pass-pipeline='builtin.module(func.func(structlin-import))' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=NESTED

// CHECK: sizes = [1, 2, 4]
// CHECK: 9,{{ +}}12,{{ +}}17.5,{{ +}}-17.5
// CHECK: 1,{{ +}}2,{{ +}}8.25,{{ +}}-8.25

// STRUCTURED-DAG: structlin.sparse_matmul {{.*}} error = 0.0{{.*}} group = 4 {{.*}} layer = "model.const_0"
// STRUCTURED-DAG: structlin.block_sparse_matmul {{.*}} error = 0.0{{.*}} layer = "model.const_1"

// REMARKS-DAG: [Passed] Raised | Category:structlin-raise | Function=model | Layer=model.const_0
// REMARKS-DAG: [Passed] Assigned | Category:structlin-assign | Function=model | layer=model.const_1
// REMARKS-DAG: [Passed] Fitted | Category:structlin-fit | Function=model

// YAML: --- !Passed
// YAML-NEXT: Pass: structlin-fit
// YAML-NEXT: Name: Fitted
// YAML: Function: model
// YAML: layer: model.const_0

// OPTION: no such option no-such
// NESTED: expected 'structlin-import' on 'builtin.module', got 'func.func'

func.func @model(%x: tensor<1x2x4xf32>) -> tensor<1x2x4xf32> {
  %zero = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %w0 = "tosa.const"() {values = dense<[[
      [1.0, 0.0, 0.0, -2.0], [0.0, 3.0, 0.0, 1.0], [2.0, 0.0, 0.5, 0.0], [0.0, -1.0, 4.0, 0.0]]]>
    : tensor<1x4x4xf32>} : () -> tensor<1x4x4xf32>
  %w1 = "tosa.const"() {values = dense<[[
      [1.0, 2.0, 0.0, 0.0], [1.0, -1.0, 0.0, 0.0], [0.0, 0.0, 1.0, -1.0], [0.0, 0.0, 2.0, 3.0]]]>
    : tensor<1x4x4xf32>} : () -> tensor<1x4x4xf32>
  %0 = tosa.matmul %x, %w0, %zero, %zero
    : (tensor<1x2x4xf32>, tensor<1x4x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x4xf32>
  %1 = tosa.clamp %0 {min_val = 0.0 : f32, max_val = 3.4e38 : f32}
    : (tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  %2 = tosa.matmul %1, %w1, %zero, %zero
    : (tensor<1x2x4xf32>, tensor<1x4x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x4xf32>
  return %2 : tensor<1x2x4xf32>
}

func.func private @printMemrefF32(tensor<*xf32>) attributes {llvm.emit_c_interface}

func.func @main() {
  %x = arith.constant dense<[[[1.0, 2.0, 3.0, 4.0], [0.0, -1.0, 0.5, 2.0]]]> : tensor<1x2x4xf32>
  %y = call @model(%x) : (tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  %u = tensor.cast %y : tensor<1x2x4xf32> to tensor<*xf32>
  call @printMemrefF32(%u) : (tensor<*xf32>) -> ()
  return
}
