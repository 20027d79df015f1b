// The stock tool, with the dialect, a pass and a pipeline of the plugin.
// The stock mlir-opt has no sanitizer runtime for a plugin to share.
// UNSUPPORTED: sanitizer
// RUN: mlir-opt --load-dialect-plugin=%structlin_plugin --load-pass-plugin=%structlin_plugin \
// RUN:   --pass-pipeline='builtin.module(structlin-decompose)' %s | FileCheck %s
// RUN: mlir-opt --load-dialect-plugin=%structlin_plugin --load-pass-plugin=%structlin_plugin \
// RUN:   --pass-pipeline='builtin.module(structlin-lower-to-cpu{threads=false})' %s | FileCheck %s --check-prefix=LLVM

// CHECK-LABEL: func.func @linear
// CHECK: linalg.matmul
// LLVM: llvm.func @linear
// LLVM: llvm.func @_mlir_ciface_linear
func.func @linear(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>,
                  %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>)
         outs(%init : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
