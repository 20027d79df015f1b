//===- Passes.td - passes on emitted kernels ------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Passes on kernels as loops over vectors and matrix registers. The examples are
// abridged from test/Emit.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_EMIT_PASSES_TD
#define STRUCTLIN_EMIT_PASSES_TD

include "mlir/Pass/PassBase.td"

def StructlinEmulateX86 : Pass<"structlin-emulate-x86", "::mlir::ModuleOp"> {
  let summary = "replace x86 instructions by plain code with the same results";
  let description = [{
    Replaces the operations of `amx`, `x86vector` and the `llvm.x86` intrinsics that
    kernels use by functions of vector, arith, memref and scf operations, so that a
    kernel can be tested on a machine without the instructions. The functions round
    as the instructions do, in the same order:

    - `VDPBF16PS` adds the product of the odd elements first, then that of the even
      ones, each as a fused multiply-add of f32;
    - `TDPBF16PS` sums the products of the even and of the odd elements over the whole
      depth, each sum from zero on, adds the two, and adds that to the accumulator;
    - both take subnormals for zeros, round to nearest even, and flush results to zero
      that are below the normal range once rounded;
    - `VCVTNEPS2BF16`, which LLVM selects for `arith.truncf` to bf16, takes subnormals
      for zeros, too;
    - `TDPBSSD` and its unsigned forms wrap around.

    Which NaN results from a NaN operand is not specified. Tiles become vectors, in
    scf's loops and branches and in functions' arguments and results, too. An operation of these
    dialects that no kernel uses is an error.

    Before:

    ```mlir
    %r = amx.tile_mulf %a, %b, %c
       : !amx.tile<16x32xbf16>, !amx.tile<16x32xbf16>, !amx.tile<16x16xf32>
    ```

    After:

    ```mlir
    %r = call @structlin_emulated_tdpbf16ps_16x16x32(%c, %a, %b)
       : (vector<16x16xf32>, vector<16x32xbf16>, vector<16x32xbf16>) -> vector<16x16xf32>
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
}

#endif // STRUCTLIN_EMIT_PASSES_TD
