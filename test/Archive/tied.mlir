// Tied weights: an embedding and the output layer that reads it again. One parameter,
// fitted once, written once, whichever way the two are known to be one.

// The importer gave both arguments one name, and the file has that tensor.
// DEFINE: %{archive} = %python %S/../Compress/Inputs/safetensors.py
// DEFINE: %{compress} = --structlin-compress='structure="#structlin.low_rank<rank = 1>" min-parameters=1
// RUN: rm -rf %t && mkdir %t && split-file %s %t
// RUN: %{archive} write %t/m.safetensors embed.weight:F32:4x3:mixed
// RUN: structlin-opt %t/one-name.mlir --structlin-import | FileCheck %s --check-prefix=IMPORT
// IMPORT-LABEL: func.func @model(%{{.*}}: tensor<2xi64>, %{{.*}}: tensor<2x3xf32>)
// IMPORT-COUNT-1: structlin.parameter "embed.weight" : tensor<4x3xf32>
// IMPORT-NOT: structlin.parameter

// RUN: structlin-opt %t/one-name.mlir --structlin-import --structlin-decompose --structlin-export-parameters=to=arguments | FileCheck %s --check-prefix=EXPORT
// EXPORT-LABEL: func.func @model(
// EXPORT-SAME: %{{.*}}: tensor<2xi64>, %{{.*}}: tensor<4x3xf32> {structlin.param = "embed.weight"}, %{{.*}}: tensor<2x3xf32>, %{{.*}}: tensor<4x3xf32> {structlin.param = "embed.weight"})

// RUN: structlin-opt %t/one-name.mlir %{compress} parameters=%t/m.safetensors output-parameters=%t/one-name.safetensors' -o %t/one-name-small.mlir
// RUN: %{archive} list %t/one-name.safetensors | FileCheck %s --check-prefix=ONCE
// The lookup still reads the dense rows; the layer has factors.
// ONCE: embed.weight F32 4x3
// ONCE-NEXT: embed.weight.U F32 4x1
// ONCE-NEXT: embed.weight.V F32 1x3
// ONCE-NEXT: embed.weight.error
// ONCE-NEXT: embed.weight.structure = #structlin.low_rank<rank = 1>
// ONCE-NOT: {{.}}

// Two names, one tensor; the file's metadata say so, as safetensors.torch.save_model
// writes them.
// RUN: %{archive} write %t/alias.safetensors embed.weight:F32:4x3:mixed @head.weight=embed.weight
// RUN: structlin-opt %t/two-names.mlir %{compress} parameters=%t/alias.safetensors output-parameters=%t/two-names.safetensors' -o %t/two-names-small.mlir
// RUN: cmp %t/one-name.safetensors %t/two-names.safetensors

// Or the metadata of the index.
// RUN: mkdir %t/sharded && cp %t/m.safetensors %t/sharded/1.safetensors && cp %t/index.json %t/sharded/model.safetensors.index.json
// RUN: structlin-opt %t/two-names.mlir %{compress} parameters=%t/sharded output-parameters=%t/sharded.safetensors' -o /dev/null
// RUN: cmp %t/one-name.safetensors %t/sharded.safetensors

// All compute the same, dense and compressed.
// RUN: %python %S/../Tools/Inputs/npy.py write %t/i.npy i8 2 3 1
// RUN: %python %S/../Tools/Inputs/npy.py write %t/x.npy f4 2,3 1 2 3 4 5 6
// DEFINE: %{run} = --entry=model --inputs=%t/i.npy,%t/x.npy
// RUN: structlin-run %t/one-name.mlir %{run} --parameters=%t/m.safetensors --outputs=%t/a.npy,%t/b.npy
// RUN: structlin-run %t/two-names.mlir %{run} --parameters=%t/alias.safetensors --outputs=%t/c.npy,%t/d.npy
// RUN: cmp %t/a.npy %t/c.npy && cmp %t/b.npy %t/d.npy
// RUN: structlin-run %t/two-names.mlir %{run} --parameters=%t/sharded --outputs=%t/e.npy,%t/f.npy
// RUN: cmp %t/a.npy %t/e.npy && cmp %t/b.npy %t/f.npy
// RUN: structlin-run %t/one-name-small.mlir %{run} --parameters=%t/one-name.safetensors --outputs=%t/g.npy,%t/h.npy
// RUN: structlin-run %t/two-names-small.mlir %{run} --parameters=%t/two-names.safetensors --outputs=%t/i1.npy,%t/j.npy
// RUN: cmp %t/a.npy %t/g.npy && cmp %t/g.npy %t/i1.npy && cmp %t/h.npy %t/j.npy

// Without either, the name is missing.
// RUN: not structlin-opt %t/two-names.mlir %{compress} parameters=%t/m.safetensors output-parameters=%t/none.safetensors' -o /dev/null 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: two-names.mlir:{{[0-9:]+}}: error: cannot read parameter 'head.weight': {{.*}}no parameter 'head.weight', the closest names are 'embed.weight'
// RUN: not ls %t/none.safetensors

//--- index.json
{"metadata": {"total_size": 48, "head.weight": "embed.weight"}, "weight_map": {"embed.weight": "1.safetensors"}}

//--- one-name.mlir
func.func @model(%tokens: tensor<2xi64>, %embed: tensor<4x3xf32> {structlin.param = "embed.weight"},
                 %x: tensor<2x3xf32>, %head: tensor<4x3xf32> {structlin.param = "embed.weight"})
    -> (tensor<2x3xf32>, tensor<2x4xf32>) {
  %rows = tensor.generate {
  ^bb0(%i: index, %j: index):
    %token = tensor.extract %tokens[%i] : tensor<2xi64>
    %row = arith.index_cast %token : i64 to index
    %entry = tensor.extract %embed[%row, %j] : tensor<4x3xf32>
    tensor.yield %entry : f32
  } : tensor<2x3xf32>
  %zero = arith.constant dense<0.0> : tensor<2x4xf32>
  %e = tensor.empty() : tensor<3x4xf32>
  %t = linalg.transpose ins(%head : tensor<4x3xf32>) outs(%e : tensor<3x4xf32>) permutation = [1, 0]
  %y = linalg.matmul ins(%x, %t : tensor<2x3xf32>, tensor<3x4xf32>)
         outs(%zero : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %rows, %y : tensor<2x3xf32>, tensor<2x4xf32>
}

//--- two-names.mlir
func.func @model(%tokens: tensor<2xi64>, %embed: tensor<4x3xf32> {structlin.param = "embed.weight"},
                 %x: tensor<2x3xf32>, %head: tensor<4x3xf32> {structlin.param = "head.weight"})
    -> (tensor<2x3xf32>, tensor<2x4xf32>) {
  %rows = tensor.generate {
  ^bb0(%i: index, %j: index):
    %token = tensor.extract %tokens[%i] : tensor<2xi64>
    %row = arith.index_cast %token : i64 to index
    %entry = tensor.extract %embed[%row, %j] : tensor<4x3xf32>
    tensor.yield %entry : f32
  } : tensor<2x3xf32>
  %zero = arith.constant dense<0.0> : tensor<2x4xf32>
  %e = tensor.empty() : tensor<3x4xf32>
  %t = linalg.transpose ins(%head : tensor<4x3xf32>) outs(%e : tensor<3x4xf32>) permutation = [1, 0]
  %y = linalg.matmul ins(%x, %t : tensor<2x3xf32>, tensor<3x4xf32>)
         outs(%zero : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %rows, %y : tensor<2x3xf32>, tensor<2x4xf32>
}
