// RUN: rm -rf %t && mkdir %t
// RUN: %python %S/Inputs/safetensors.py write %t/m.safetensors embed.weight:F32:4x3:mixed other:F32:4x3:mixed @head.weight=embed.weight @valued=embed.weight @other=embed.weight @note=text
// RUN: structlin-opt %s --structlin-tie-parameters=parameters=%t/m.safetensors | FileCheck %s
// RUN: structlin-opt %s --structlin-tie-parameters=parameters=random:0 | FileCheck %s --check-prefix=SAME
// RUN: structlin-opt %s --structlin-tie-parameters | FileCheck %s --check-prefix=SAME
// RUN: structlin-opt %s --structlin-tie-parameters=parameters=%t/m.safetensors --structlin-export-parameters=to=arguments | FileCheck %s --check-prefix=EXPORT

// A value in the IR is tied to nothing; a tensor of the name goes before an alias.
// CHECK-LABEL: func.func @f(
// CHECK-SAME: structlin.signature = [{attrs = {structlin.param = "embed.weight"}, from = "argument", index = 1 : i64, param = "embed.weight", type = tensor<4x3xf32>}]
// CHECK: structlin.parameter "embed.weight" : tensor<4x3xf32>
// CHECK-NEXT: structlin.parameter "embed.weight" : tensor<4x3xf32>
// CHECK-NEXT: structlin.parameter "valued" = dense<1.000000e+00> : tensor<4x3xf32>
// CHECK-NEXT: structlin.parameter "other" : tensor<4x3xf32>
// SAME-LABEL: func.func @f(
// SAME-SAME: param = "head.weight"
// SAME: structlin.parameter "embed.weight"
// SAME-NEXT: structlin.parameter "head.weight"
// EXPORT-LABEL: func.func @f(
// EXPORT-SAME: %{{.*}}: index, %{{.*}}: tensor<4x3xf32> {structlin.param = "embed.weight"},
// EXPORT-NOT: head.weight
func.func @f(%i: index) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>)
    attributes {structlin.signature = [{param = "head.weight", from = "argument", index = 1 : i64,
                                        type = tensor<4x3xf32>,
                                        attrs = {structlin.param = "head.weight"}}]} {
  %0 = structlin.parameter "embed.weight" : tensor<4x3xf32>
  %1 = structlin.parameter "head.weight" : tensor<4x3xf32>
  %2 = structlin.parameter "valued" = dense<1.0> : tensor<4x3xf32>
  %3 = structlin.parameter "other" : tensor<4x3xf32>
  return %0, %1, %2, %3 : tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>
}
