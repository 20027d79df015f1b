# ===- upstream.py - compile and run a file with upstream MLIR alone ------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The independent side of the comparisons: stock mlir-opt, mlir-translate and clang,
# no structlin code. The compiled function is called through ctypes with memref
# descriptors (mlir.llvm.org, Targeting LLVM IR, C-compatible wrappers).
#
# Also a command line, so that a large model's memory goes with its process:
#   python upstream.py LIBRARY.so JOB.json
#
# ===----------------------------------------------------------------------===//
"""Upstream's own lowering of linalg and tosa on tensors, compiled and called."""

import ctypes
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from safetensors import safe_open

from signature import DTYPES, TensorType

LLVM_BIN = Path("/usr/lib/llvm-22/bin")
LLVM_LIB = Path("/usr/lib/llvm-22/lib")
EXTERNALS = Path(__file__).with_name("externals.c")

FROM_TOSA = """func.func(tosa-to-linalg-named, tosa-to-linalg, tosa-to-tensor, tosa-to-arith),
  canonicalize, cse"""

# Loops, no tiling, no vectors: slow and obvious. Loops may return new buffers, as a
# scan's carried value does; leaked buffers go with the process.
LOWERING = """func.func(convert-elementwise-to-linalg),
  empty-tensor-to-alloc-tensor,
  one-shot-bufferize{allow-return-allocs-from-loops bufferize-function-boundaries
    function-boundary-type-conversion=identity-layout-map
    unknown-type-conversion=identity-layout-map},
  func.func(llvm-request-c-wrappers),
  func.func(convert-linalg-to-loops),
  canonicalize,
  expand-strided-metadata, lower-affine,
  func.func(math-expand-ops{ops=fpowi,rsqrt}),
  convert-scf-to-cf,
  arith-expand{include-bf16=true},
  convert-vector-to-llvm, convert-math-to-libm,
  finalize-memref-to-llvm, convert-ub-to-llvm, convert-to-llvm,
  reconcile-unrealized-casts, symbol-dce"""


def lower(source, lowered, *passes, options=()):
    """Lowers the MLIR file `source` to the llvm dialect, with `passes` before the lowering.

    Raises RuntimeError with what the tool had against the file.
    """
    pipeline = ", ".join([FROM_TOSA, *passes, LOWERING])
    run_llvm("mlir-opt", source, *options, f"--pass-pipeline=builtin.module({pipeline})", "-o", lowered)


def compile_lowered(lowered, library):
    """Compiles a file in the llvm dialect to the shared library `library`."""
    llvm_ir = library.with_suffix(".ll")
    run_llvm("mlir-translate", "--mlir-to-llvmir", lowered, "-o", llvm_ir)
    # compiler-rt holds the conversions of bf16, which libgcc 12 lacks.
    run_llvm("clang", "-w", "-shared", "-fPIC", "-O1", "-march=native", "--rtlib=compiler-rt",
             "-x", "ir", llvm_ir, "-x", "c", EXTERNALS, "-o", library, "-lm",
             f"-L{LLVM_LIB}", f"-Wl,-rpath,{LLVM_LIB}", "-lmlir_c_runner_utils")  # fmt: skip
    llvm_ir.unlink()


def compile_library(source, library):
    """Compiles the MLIR file `source` to the shared library `library`.

    Raises RuntimeError with what a tool had against the file.
    """
    lowered = library.with_suffix(".llvm.mlir")
    lower(source, lowered)
    compile_lowered(lowered, library)
    lowered.unlink()


def compile_externals(library):
    """Compiles what files of the corpus call and do not define."""
    run_llvm("clang", "-w", "-shared", "-fPIC", EXTERNALS, "-o", library)
    return library


def run_llvm(tool, *arguments):
    """Runs a tool of LLVM; raises RuntimeError with what it said."""
    run_command([LLVM_BIN / tool, *arguments])


def run_command(command):
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit status {done.returncode}\n"
                           + done.stderr[-4000:])  # fmt: skip


def descriptor_type(rank):
    """The C struct of a ranked memref."""
    sizes = ctypes.c_int64 * rank
    fields = [("allocated", ctypes.c_void_p), ("aligned", ctypes.c_void_p),
              ("offset", ctypes.c_int64), ("sizes", sizes), ("strides", sizes)]  # fmt: skip
    return type(f"MemRef{rank}", (ctypes.Structure,), {"_fields_": fields})


def describe(array):
    """The descriptor of a C-contiguous array, which must outlive it."""
    strides = [s // array.itemsize for s in array.strides]
    kind = descriptor_type(array.ndim)
    sizes = kind._fields_[3][1]
    return kind(array.ctypes.data, array.ctypes.data, 0, sizes(*array.shape), sizes(*strides))


def read_back(descriptor, dtype):
    """A copy of what a returned descriptor describes."""
    shape = tuple(descriptor.sizes)
    if 0 in shape:
        return np.empty(shape, dtype)
    strides = [s * dtype.itemsize for s in descriptor.strides]
    extent = sum((n - 1) * s for n, s in zip(shape, strides)) + dtype.itemsize
    address = descriptor.aligned + descriptor.offset * dtype.itemsize
    memory = (ctypes.c_char * extent).from_address(address)
    return np.ndarray(shape, dtype, buffer=memory, strides=strides).copy()


def call(library, function, arrays, results):
    """Calls `function` on `arrays`; returns copies of its results.

    `results` are the TensorTypes of the results. The function may write to `arrays`.
    """
    result_struct = type("Results", (ctypes.Structure,), {
        "_fields_": [(f"r{i}", descriptor_type(len(r.shape))) for i, r in enumerate(results)]
    })  # fmt: skip
    returned = result_struct()
    descriptors = [describe(a) for a in arrays]
    entry = getattr(ctypes.CDLL(str(library)), f"_mlir_ciface_{function}")
    entry.restype = None
    entry(*[ctypes.byref(d) for d in ([returned] if results else []) + descriptors])
    return [read_back(getattr(returned, f"r{i}"), r.dtype) for i, r in enumerate(results)]


def load_array(source, element):
    """The array in an .npy file, or in `FILE.safetensors#NAME`; writes stay in this process."""
    path, _, name = str(source).partition("#")
    if name:
        with safe_open(path, framework="numpy") as file:
            return np.ascontiguousarray(file.get_tensor(name))
    # numpy stores bf16 as two opaque bytes.
    return np.load(path, mmap_mode="c").view(DTYPES[element])


def run_in_process(library, function, inputs, signature, output_dir):
    """Runs `function` in a process of its own; returns its results.

    `inputs` say where the arguments are (see load_array); `output_dir` receives
    `<i>.npy`.
    """
    output_dir.mkdir(parents=True, exist_ok=True)
    job = {
        "function": function,
        "inputs": [(str(p), a.type.element) for p, a in zip(inputs, signature.arguments)],
        "results": [(r.shape, r.element) for r in signature.results],
        "output_dir": str(output_dir),
    }
    job_file = output_dir / "job.json"
    job_file.write_text(json.dumps(job))
    run_command([sys.executable, __file__, library, job_file])
    return [load_array(output_dir / f"{i}.npy", r.element) for i, r in enumerate(signature.results)]


def main():
    library, job_file = sys.argv[1:]
    job = json.loads(Path(job_file).read_text())
    arrays = [load_array(path, element) for path, element in job["inputs"]]
    results = [TensorType(tuple(shape), element) for shape, element in job["results"]]
    for i, array in enumerate(call(library, job["function"], arrays, results)):
        np.save(Path(job["output_dir"]) / f"{i}.npy", array)


if __name__ == "__main__":
    main()
