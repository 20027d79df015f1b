// A boolean is a byte 0 or 1 (docs/Archive.md, PB-C3): compiled code expects no other.
// DEFINE: %{refused} = %python %S/Inputs/refused.py %s %t --parameters m.safetensors

// RUN: %{refused} --safetensors m.safetensors '{"mask":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}' 3 --fill 2 | FileCheck %s --check-prefix=FILE
// FILE: structlin-opt: booleans.mlir:[[#@LINE+14]]:11: error: cannot read parameter 'mask': 'DIR/m.safetensors': parameter 'mask': expected booleans to be 0 or 1, got 2 at position 0
// FILE: structlin-run: booleans.mlir:[[#@LINE+13]]:11: error: 'DIR/m.safetensors': parameter 'mask': expected booleans to be 0 or 1, got 2 at position 0

// RUN: %{refused} --safetensors m.safetensors '{"mask":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}' 3 --inputs x.npy --npy x.npy "{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }" 3 --fill 255 --only structlin-run | FileCheck %s --check-prefix=INPUT
// INPUT: structlin-run: booleans.mlir:[[#@LINE+9]]:14: error: input 0: 'DIR/x.npy': expected booleans to be 0 or 1, got 255 at position 0

// Others are taken.
// RUN: rm -rf %t && mkdir %t
// RUN: %python %S/../Compress/Inputs/safetensors.py write %t/m.safetensors mask:BOOL:3:mask
// RUN: structlin-run %s --inputs=random:2 --parameters=%t/m.safetensors --outputs=%t/y.npy
// RUN: %python %S/../Tools/Inputs/npy.py print %t/y.npy | FileCheck %s --check-prefix=TAKEN
// TAKEN: |b1 (3,) [{{True|False}}, False, {{True|False}}]

func.func @f(%x: tensor<3xi1>) -> tensor<3xi1> {
  %mask = structlin.parameter "mask" : tensor<3xi1>
  %y = arith.andi %x, %mask : tensor<3xi1>
  return %y : tensor<3xi1>
}
