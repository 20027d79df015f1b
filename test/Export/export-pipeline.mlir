// What a host without structlin gets: the stock tool, without the plugin, lowers every
// family to the llvm dialect.
// RUN: rm -rf %t && mkdir %t
// RUN: structlin-opt %s --structlin-export='tags=false manifest=%t/manifest.json' \
// RUN:   | FileCheck %s --implicit-check-not=structlin
// DEFINE: %{lower} = mlir-opt --pass-pipeline='builtin.module( \
// DEFINE:   one-shot-bufferize{bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map}, \
// DEFINE:   func.func(convert-linalg-to-loops),canonicalize,expand-strided-metadata,lower-affine, \
// DEFINE:   convert-scf-to-cf,finalize-memref-to-llvm,convert-to-llvm,reconcile-unrealized-casts)'
// RUN: structlin-opt %s --structlin-export=tags=false | %{lower} \
// RUN:   | FileCheck %s --check-prefix=LLVM --implicit-check-not=unrealized_conversion_cast
// RUN: FileCheck %s --check-prefix=MANIFEST < %t/manifest.json

// Tags are the default, and harmless to the stock tools.
// RUN: structlin-opt %s --structlin-export | mlir-opt | FileCheck %s --check-prefix=TAGS
// RUN: structlin-opt %s --structlin-export | %{lower} | mlir-translate --mlir-to-llvmir \
// RUN:   | FileCheck %s --check-prefix=LLVM-IR

// RUN: structlin-opt %s --structlin-export='to=resources manifest=%t/resources.json' \
// RUN:   | mlir-opt | FileCheck %s --check-prefix=RES
// RUN: FileCheck %s --check-prefix=RES-MANIFEST < %t/resources.json
// RUN: structlin-opt %s --structlin-export='to=globals manifest=%t/globals.json' \
// RUN:   | mlir-opt | FileCheck %s --check-prefix=GLOB
// RUN: FileCheck %s --check-prefix=GLOB-MANIFEST < %t/globals.json

// A manifest that cannot be written is an error, and then there is no output.
// RUN: not structlin-opt %s --structlin-export=manifest=%t/none/manifest.json -o %t/none.mlir 2>&1 \
// RUN:   | FileCheck %s --check-prefix=UNWRITABLE
// RUN: not ls %t/none.mlir
// UNWRITABLE: error: {{.*}}none/manifest.json

// The dense weight was argument 0; its factors are there now, before the input. The
// bias keeps its place, and what else its argument carried.

// CHECK-LABEL: func.func @low_rank(
// CHECK-SAME: %[[U:[a-z0-9]+]]: tensor<4x2xf32>, %[[V:[a-z0-9]+]]: tensor<2x8xf32>,
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<3x8xf32>, %{{[a-z0-9]+}}: tensor<3x4xf32> {test.note})
// CHECK: linalg.matmul {{.*}} ins(%[[X]], %[[V]]
// CHECK: linalg.matmul {{.*}} ins(%{{.*}}, %[[U]]
// LLVM: llvm.func @low_rank(
// LLVM-IR: define {{.*}} @low_rank(
// TAGS-LABEL: func.func @low_rank(
// TAGS-SAME: {structlin.param = "fc.weight.U"}
// TAGS-SAME: {structlin.param = "fc.weight.V"}
// TAGS-SAME: {structlin.param = "fc.init", test.note}
// RES-LABEL: func.func @low_rank(
// RES-SAME: %{{[a-z0-9]+}}: tensor<3x8xf32>) ->
// RES: arith.constant dense_resource<fc.weight.U> : tensor<4x2xf32>
// GLOB: ml_program.global private @fc.weight.U(#extern) : tensor<4x2xf32>

// MANIFEST: "arguments": [
// MANIFEST: "parameter": "fc.weight.U",
// MANIFEST-NEXT: "shape": [
// MANIFEST-NEXT: 4,
// MANIFEST-NEXT: 2
// MANIFEST: "type": "tensor<4x2xf32>"
// MANIFEST: "parameter": "fc.weight.V",
// MANIFEST: "parameter": null,
// MANIFEST: "parameter": "fc.init",
// MANIFEST: "name": "low_rank",
// MANIFEST: "results": [
// MANIFEST: "parameter": null,
// MANIFEST-NEXT: "shape": [
// MANIFEST-NEXT: null,
// MANIFEST-NEXT: 9
// MANIFEST-NEXT: ],
// MANIFEST-NEXT: "type": "tensor<?x9xf32>"
// MANIFEST: "name": "blast"
// MANIFEST-NOT: "name": "helper"
// MANIFEST: "resources": []

// RES-MANIFEST: "parameter": null
// RES-MANIFEST: "resources": [
// RES-MANIFEST: "key": "fc.weight.U",
// RES-MANIFEST-NEXT: "parameter": "fc.weight.U",

// GLOB-MANIFEST: "globals": [
// GLOB-MANIFEST: "parameter": "fc.weight.U",
// GLOB-MANIFEST: "symbol": "fc.weight.U",
// GLOB-MANIFEST: "resources": []
func.func @low_rank(%x: tensor<3x8xf32>) -> tensor<3x4xf32> attributes {structlin.signature = [
    {param = "fc.weight", from = "argument", index = 0, type = tensor<4x8xf32>,
     attrs = {structlin.param = "fc.weight"}},
    {param = "fc.init", from = "argument", index = 2, type = tensor<3x4xf32>,
     attrs = {structlin.param = "fc.init", test.note}}]} {
  %u = structlin.parameter "fc.weight.U" : tensor<4x2xf32>
  %v = structlin.parameter "fc.weight.V" : tensor<2x8xf32>
  %init = structlin.parameter "fc.init" : tensor<3x4xf32>
  %y = structlin.low_rank_matmul ins(%x, %u, %v : tensor<3x8xf32>, tensor<4x2xf32>, tensor<2x8xf32>)
         outs(%init : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %y : tensor<3x4xf32>
}

// CHECK-LABEL: func.func @blast(
// LLVM: llvm.func @blast(
func.func @blast(%x: tensor<?x9xf32>, %init: tensor<?x9xf32>) -> tensor<?x9xf32> {
  %u = structlin.parameter "b.U" : tensor<2x5x2xf32>
  %s = structlin.parameter "b.s" : tensor<2x2x2xf32>
  %v = structlin.parameter "b.V" : tensor<2x2x5xf32>
  %y = structlin.blast_matmul ins(%x, %u, %s, %v : tensor<?x9xf32>, tensor<2x5x2xf32>, tensor<2x2x2xf32>, tensor<2x2x5xf32>)
         outs(%init : tensor<?x9xf32>) -> tensor<?x9xf32>
  return %y : tensor<?x9xf32>
}

// CHECK-LABEL: func.func @block_sparse(
// LLVM: llvm.func @block_sparse(
func.func @block_sparse(%x: tensor<?x9xf32>, %init: tensor<?x6xf32>) -> tensor<?x6xf32> {
  %values = structlin.parameter "bs.values" : tensor<3x2x4xf32>
  %indices = structlin.parameter "bs.indices" : tensor<3xi32>
  %offsets = structlin.parameter "bs.offsets" : tensor<4xi32>
  %y = structlin.block_sparse_matmul ins(%x, %values, %indices, %offsets : tensor<?x9xf32>, tensor<3x2x4xf32>, tensor<3xi32>, tensor<4xi32>)
         outs(%init : tensor<?x6xf32>) -> tensor<?x6xf32>
  return %y : tensor<?x6xf32>
}

// CHECK-LABEL: func.func @sparse(
// LLVM: llvm.func @sparse(
func.func @sparse(%x: tensor<?x9xf32>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %values = structlin.parameter "sp.values" : tensor<7xf32>
  %indices = structlin.parameter "sp.indices" : tensor<7xi32>
  %offsets = structlin.parameter "sp.offsets" : tensor<4xi32>
  %y = structlin.sparse_matmul ins(%x, %values, %indices, %offsets : tensor<?x9xf32>, tensor<7xf32>, tensor<7xi32>, tensor<4xi32>)
         outs(%init : tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// In a group, in bf16, and n:m.
// CHECK-LABEL: func.func @sparse_nm(
// LLVM: llvm.func @sparse_nm(
func.func @sparse_nm(%x: tensor<?x8xbf16>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %values = structlin.parameter "nm.values" : tensor<3x2x2xbf16>
  %indices = structlin.parameter "nm.indices" : tensor<3x2x2xi8>
  %y = structlin.kernel ins(%x, %values, %indices : tensor<?x8xbf16>, tensor<3x2x2xbf16>, tensor<3x2x2xi8>)
         outs(%init : tensor<?x3xf32>) {
  ^bb0(%a: tensor<?x8xbf16>, %b: tensor<3x2x2xbf16>, %c: tensor<3x2x2xi8>, %d: tensor<?x3xf32>):
    %0 = structlin.sparse_matmul ins(%a, %b, %c : tensor<?x8xbf16>, tensor<3x2x2xbf16>, tensor<3x2x2xi8>)
           outs(%d : tensor<?x3xf32>) {group = 4} -> tensor<?x3xf32>
    structlin.yield %0 : tensor<?x3xf32>
  } -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// CHECK-LABEL: func.func @low_rank_sparse(
// LLVM: llvm.func @low_rank_sparse(
func.func @low_rank_sparse(%x: tensor<?x9xf32>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %u = structlin.parameter "lrs.U" : tensor<3x1xf32>
  %v = structlin.parameter "lrs.V" : tensor<1x9xf32>
  %values = structlin.parameter "lrs.values" : tensor<7xf32>
  %indices = structlin.parameter "lrs.indices" : tensor<7xi32>
  %offsets = structlin.parameter "lrs.offsets" : tensor<4xi32>
  %y = structlin.low_rank_sparse_matmul ins(%x, %u, %v, %values, %indices, %offsets : tensor<?x9xf32>, tensor<3x1xf32>, tensor<1x9xf32>, tensor<7xf32>, tensor<7xi32>, tensor<4xi32>)
         outs(%init : tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// A dense layer; a private function is no entry of the manifest.
// CHECK-LABEL: func.func private @helper(
// LLVM: llvm.func @helper(
func.func private @helper(%x: tensor<?x9xf32>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %w = structlin.parameter "h.weight" : tensor<3x9xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x9xf32>, tensor<3x9xf32>)
         outs(%init : tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
// CHECK-LABEL: func.func @caller(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x9xf32>, %[[I:[a-z0-9]+]]: tensor<?x3xf32>, %[[W:[a-z0-9]+]]: tensor<3x9xf32>)
// CHECK: call @helper(%[[X]], %[[I]], %[[W]])
// LLVM: llvm.func @caller(
func.func @caller(%x: tensor<?x9xf32>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = call @helper(%x, %init) : (tensor<?x9xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
