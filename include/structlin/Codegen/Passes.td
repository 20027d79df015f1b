//===- Passes.td - passes from structured products to kernels -------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The passes that group, schedule, pack, outline and emit kernels, in the order in
// which they run. The examples are abridged from test/Codegen.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_CODEGEN_PASSES_TD
#define STRUCTLIN_CODEGEN_PASSES_TD

include "mlir/Pass/PassBase.td"

def StructlinGroup : Pass<"structlin-group"> {
  let summary = "group structured products with the elementwise operations that finish them";
  let description = [{
    Puts every structured product on tensors that is in no group into a
    `structlin.kernel`, with the elementwise linalg operations that finish it: bias,
    conversion, activation, residual, the product with a gate. These may be generic
    or named, read tensors of the result's shape, rows, and scalars, and may work on
    an expansion of the tokens to several dimensions: inside the group everything has
    the product's two dimensions, and what else is read or written is reshaped outside,
    which costs nothing.

    The group has one result. It ends at the last elementwise operation such that
    what lies between the product and it has no user outside the group. Operations
    that broadcast a row or a scalar (the fill of the init, a bias as a matrix) are
    copied into the group.

    Before:

    ```mlir
    %0 = linalg.fill ins(%zero : f32) outs(%e : tensor<?x4xf32>) -> tensor<?x4xf32>
    %1 = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>)
           outs(%0 : tensor<?x4xf32>) -> tensor<?x4xf32>
    %2 = linalg.generic {indexing_maps = [#id, #row, #id],
                         iterator_types = ["parallel", "parallel"]}
           ins(%1, %b : tensor<?x4xf32>, tensor<4xf32>) outs(%e : tensor<?x4xf32>) {
    ^bb0(%p: f32, %q: f32, %o: f32):
      %3 = arith.addf %p, %q : f32
      linalg.yield %3 : f32
    } -> tensor<?x4xf32>
    ```

    After:

    ```mlir
    %2 = structlin.kernel ins(%x, %w, %b : tensor<?x8xf32>, tensor<4x8xf32>, tensor<4xf32>)
                          outs(%e : tensor<?x4xf32>) {
    ^bb0(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %b: tensor<4xf32>, %o: tensor<?x4xf32>):
      %0 = linalg.fill ins(%zero : f32) outs(%e : tensor<?x4xf32>) -> tensor<?x4xf32>
      %1 = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>)
             outs(%0 : tensor<?x4xf32>) -> tensor<?x4xf32>
      %2 = linalg.generic ... ins(%1, %b : tensor<?x4xf32>, tensor<4xf32>)
             outs(%o : tensor<?x4xf32>) ...
      structlin.yield %2 : tensor<?x4xf32>
    } -> tensor<?x4xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::structlin::StructlinDialect", "::mlir::tensor::TensorDialect"];
}

def StructlinChoose : Pass<"structlin-choose"> {
  let summary = "choose the schedule of each group, by the number of tokens";
  let description = [{
    Gives every `structlin.kernel` without a schedule the one that is expected to be
    fastest for the target. Where the number of tokens is not known, there is one choice
    for each range of it, and the group becomes `structlin.variants` unless all ranges
    have the same schedule.

    A schedule comes from the table of measured times, for the same problem or the
    nearest one, and otherwise from a model: the kernel is counted for a typical number of
    tokens (its instructions, and the bytes that it moves between caches), and the slowest
    part of a description of the machine decides. Parameters are packed once:
    schedules of one group that are predicted have one layout, even if a range would be
    a little faster with another.

    With `densify` a product that loses in a range is computed there with the dense weight
    that its factors stand for, made at compile time and rounded to their type: a
    parameter of its own, within a limit of memory.

    A remark says for each range what the product and its dense counterpart are expected
    to take, and whether these times come from the table, where both were measured, or
    both from the model: alone (`model`), or although a schedule comes from the table
    (`mixed`). A measured time and a predicted one are never compared. Where the structure
    loses, the remark is a missed one.

    Groups whose product has no kernel stay without a schedule, also with a remark, and so
    do those whose factors are not all parameters: they would be packed in every call.

    Before:

    ```mlir
    %y = structlin.kernel ins(%x, %w : tensor<?x768xf32>, tensor<768x768xf32>)
                          outs(%init : tensor<?x768xf32>) { ... } -> tensor<?x768xf32>
    ```

    After, with `cpu=avx2 tokens=1`:

    ```mlir
    %m = tensor.dim %init, %c0 : tensor<?x768xf32>
    %y = structlin.variants %m [1, 2 up] -> tensor<?x768xf32> {
      %0 = structlin.kernel ins(%x, %w : ...) outs(%init : tensor<?x768xf32>)
             attributes {schedule = #structlin.cpu_schedule<target = "avx2", rows = 1, ...>}
             { ... } -> tensor<?x768xf32>
      structlin.yield %0 : tensor<?x768xf32>
    }, {
      %0 = structlin.kernel ins(%x, %w : ...) outs(%init : tensor<?x768xf32>)
             attributes {schedule = #structlin.cpu_schedule<target = "avx2", rows = 6, ...>}
             { ... } -> tensor<?x768xf32>
      structlin.yield %0 : tensor<?x768xf32>
    }
    ```
  }];
  let options = [
    Option<"cpu", "cpu", "std::string", "\"native\"",
           "The target of the kernels: native, avx2, avx512, avx512_bf16, amx or neon">,
    Option<"threads", "threads", "int64_t", "1",
           "The number of threads that kernels are expected to run on">,
    ListOption<"tokens", "tokens", "int64_t",
               "The last number of tokens of each range but the last one, which has no end "
               "(default: 1,48)">,
    Option<"machine", "machine", "std::string", "",
           "A file that describes the machine; the target's usual "
           "one if empty">,
    Option<"table", "table", "std::string", "",
           "A file of measured times">,
    Option<"densify", "densify", "::mlir::structlin::Densify",
           "::mlir::structlin::Densify::never",
           "Whether a product that loses to its dense weight is computed with that: never, "
           "limit (within densify-limit) or auto (within a tenth of the factors' bytes)", [{
             ::llvm::cl::values(
               clEnumValN(::mlir::structlin::Densify::never, "never", "Never"),
               clEnumValN(::mlir::structlin::Densify::limit, "limit", "Within densify-limit"),
               clEnumValN(::mlir::structlin::Densify::automatic, "auto",
                          "Within a tenth of the factors' bytes"))
           }]>,
    Option<"densifyLimit", "densify-limit", "int64_t", "0",
           "The bytes that dense weights may take beyond the factors that they replace">,
    Option<"parameters", "parameters", "std::string", "",
           "Where the values of factors are: a file, a directory or random:SEED">,
    Option<"outputParameters", "output-parameters", "std::string", "",
           "The file that dense weights, and all other parameters, are written to; inline "
           "values if empty">
  ];
  let dependentDialects = ["::mlir::structlin::StructlinDialect", "::mlir::tensor::TensorDialect"];
}

def StructlinPack : Pass<"structlin-pack", "::mlir::ModuleOp"> {
  let summary = "give kernels their factors in the order in which they read them";
  let description = [{
    Every group with a `schedule` takes the factors of its structured products packed
    as their kernels want them (`KernelOpInterface`): `structlin.pack` before the group,
    `structlin.unpack` inside. The product stays what it was, on the unpacked factor, so
    the group means the same and can still be decomposed. A group stays as it is, with a
    missed remark that has the reason, where one of its products has no kernel for the
    schedule, or a factor is not an input of the group.

    Packs of parameters are then evaluated: they become parameters named after the
    factor and the layout, equal packs of tied weights one of them. A value in the IR
    is packed there. For the others the module attribute `structlin.packed_parameters`
    records factors and layout, and structlin-run packs them when it binds the
    parameters. With `output-parameters` their values are written to a new archive
    instead, together with the parameters that are left, tensor by tensor and in pieces.
    Packs of anything else stay in the program.

    Before:

    ```mlir
    %w = structlin.parameter "fc.weight" : tensor<20x33xf32>
    %y = structlin.kernel ins(%x, %w : tensor<?x33xf32>, tensor<20x33xf32>)
                          outs(%i : tensor<?x20xf32>)
           attributes {schedule = #structlin.cpu_schedule<target = "avx2", rows = 4, cols = 24>} {
    ^bb0(%a: tensor<?x33xf32>, %b: tensor<20x33xf32>, %c: tensor<?x20xf32>):
      %0 = structlin.linear ins(%a, %b : tensor<?x33xf32>, tensor<20x33xf32>)
             outs(%c : tensor<?x20xf32>) -> tensor<?x20xf32>
      structlin.yield %0 : tensor<?x20xf32>
    } -> tensor<?x20xf32>
    ```

    After:

    ```mlir
    %p = structlin.parameter "fc.weight@panels24" : tensor<1x33x24xf32>
    %y = structlin.kernel ins(%x, %p : tensor<?x33xf32>, tensor<1x33x24xf32>)
                          outs(%i : tensor<?x20xf32>)
           attributes {schedule = #structlin.cpu_schedule<target = "avx2", rows = 4, cols = 24>} {
    ^bb0(%a: tensor<?x33xf32>, %b: tensor<1x33x24xf32>, %c: tensor<?x20xf32>):
      %0 = structlin.unpack %b {layout = #structlin.panels<panel = 24>}
             : (tensor<1x33x24xf32>) -> tensor<20x33xf32>
      %1 = structlin.linear ins(%a, %0 : tensor<?x33xf32>, tensor<20x33xf32>)
             outs(%c : tensor<?x20xf32>) -> tensor<?x20xf32>
      structlin.yield %1 : tensor<?x20xf32>
    } -> tensor<?x20xf32>
    ```
  }];
  let dependentDialects = ["::mlir::structlin::StructlinDialect"];
  let options = [
    Option<"parameters", "parameters", "std::string", "",
           "The model's parameters: a safetensors file, an index, a folder, or random:SEED">,
    Option<"outputParameters", "output-parameters", "std::string", "",
           "Safetensors file to write the packed and the other parameters to">
  ];
}

def StructlinOutlineKernels : Pass<"structlin-outline-kernels", "::mlir::ModuleOp"> {
  let summary = "make functions of scheduled kernels";
  let description = [{
    Makes a `structlin.kernel_func` of every `structlin.kernel` that has a schedule and
    for which code can be emitted, and calls it instead. The function leaves open the
    number of tokens, and how many entries a sparsity pattern has: kernels with the same
    product, sizes, types, layouts, elementwise operations and schedule share one, whatever
    their layers are.

    A kernel that stays has its reason in a missed remark.

    Before:

    ```mlir
    func.func @f(%x: tensor<3x8xf32>, %w: tensor<1x8x8xf32>, %init: tensor<3x4xf32>)
        -> tensor<3x4xf32> {
      %y = structlin.kernel ins(%x, %w : tensor<3x8xf32>, tensor<1x8x8xf32>)
                            outs(%init : tensor<3x4xf32>) attributes {schedule = #s} {
      ^bb0(%x: tensor<3x8xf32>, %w: tensor<1x8x8xf32>, %o: tensor<3x4xf32>):
        %u = structlin.unpack %w {layout = #structlin.panels<panel = 8>}
               : (tensor<1x8x8xf32>) -> tensor<4x8xf32>
        %p = structlin.linear ins(%x, %u : tensor<3x8xf32>, tensor<4x8xf32>)
               outs(%o : tensor<3x4xf32>) -> tensor<3x4xf32>
        structlin.yield %p : tensor<3x4xf32>
      } -> tensor<3x4xf32>
      return %y : tensor<3x4xf32>
    }
    ```

    After:

    ```mlir
    func.func @f(%x: tensor<3x8xf32>, %w: tensor<1x8x8xf32>, %init: tensor<3x4xf32>)
        -> tensor<3x4xf32> {
      %y = structlin.call_kernel @k_linear_8x4 ins(%x, %w : tensor<3x8xf32>, tensor<1x8x8xf32>)
             outs(%init : tensor<3x4xf32>) -> tensor<3x4xf32>
      return %y : tensor<3x4xf32>
    }
    structlin.kernel_func private @k_linear_8x4 ins(%x: tensor<?x8xf32>, %w: tensor<1x8x8xf32>)
                                                outs(%o: tensor<?x4xf32>)
        attributes {schedule = #s} {
      %u = structlin.unpack %w {layout = #structlin.panels<panel = 8>}
             : (tensor<1x8x8xf32>) -> tensor<4x8xf32>
      %p = structlin.linear ins(%x, %u : tensor<?x8xf32>, tensor<4x8xf32>)
             outs(%o : tensor<?x4xf32>) -> tensor<?x4xf32>
      structlin.yield %p : tensor<?x4xf32>
    }
    ```
  }];
  let dependentDialects = ["::mlir::tensor::TensorDialect"];
}

def StructlinEmitKernels : Pass<"structlin-emit-kernels", "::mlir::ModuleOp"> {
  let summary = "write the code of outlined kernels";
  let description = [{
    Replaces every `structlin.kernel_func` by a function on buffers and every
    `structlin.call_kernel`, on buffers, by its call. The function is the kernel of the
    product's family under the kernel's schedule, as loops over vectors and matrix
    registers; the elementwise operations of the group are computed on the vectors of
    finished tiles, and only their result is written.

    x, the result and the tensors that elementwise operations read may have rows apart
    from each other; factors are contiguous. Functions of the math dialect on vectors of
    f32 become polynomials (docs/Rationale.md, "Kernels").

    A kernel without a schedule, and one that no code can be emitted for, are errors;
    structlin-outline-kernels makes none of these.

    Before:

    ```mlir
    structlin.call_kernel @k_linear_8x4 ins(%x, %w : memref<3x8xf32>, memref<1x8x8xf32>)
      outs(%y : memref<3x4xf32>)
    ```

    After:

    ```mlir
    %0 = memref.cast %x : memref<3x8xf32> to memref<?x8xf32, strided<[?, 1], offset: ?>>
    %1 = memref.cast %y : memref<3x4xf32> to memref<?x4xf32, strided<[?, 1], offset: ?>>
    call @k_linear_8x4(%0, %w, %1) : ...
    ```
  }];
  let dependentDialects = [
    "::mlir::amx::AMXDialect", "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
    "::mlir::omp::OpenMPDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect",
    "::mlir::x86vector::X86VectorDialect"];
}

#endif // STRUCTLIN_CODEGEN_PASSES_TD
