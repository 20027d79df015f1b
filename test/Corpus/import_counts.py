#!/usr/bin/env python3
# import_counts.py - linear layers found in real models, and signatures restored
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Runs --structlin-import over the corpus and compares the number of linear layers
# with the known one; then exports to arguments and compares every function's type
# with the original. Prints one line per file; exits with the number of failures.

import os
import re
import subprocess
import sys

# file: (layers, contractions that stay dense, option of the pipeline)
ARGUMENTS = "arguments-as-weights"
EXPECTED = {
    "deepseek_r1_1.5b_decode.linalg.mlir": (197, 0, ARGUMENTS),
    "transformer_block.tosa.mlir": (7, 2, ARGUMENTS),
    "swiglu_ffn.tosa.mlir": (3, 3, ARGUMENTS),  # the caller's copy of the callee stays dense
    "torch_mlp_f32_3x1024.mlir": (3, 0, ""),
    "torch_mlp_bf16_3x1024.mlir": (3, 0, ""),
    "projection_5d_f32.mlir": (1, 0, ""),
    "mnist_trained_mlp.mlir": (2, 0, ""),
    "exported/torch_relu_mlp.mlir": (3, 0, ""),
    "exported/torch_gelu_mlp.mlir": (2, 0, ""),
    "exported/torch_gelu_mlp_dynbatch.mlir": (2, 0, ""),
    "exported/torch_gelu_mlp_resource.mlir": (2, 0, ""),
    "exported/torch_swiglu.mlir": (3, 0, ""),
    "exported/torch_bert_block_b2.mlir": (6, 2, ""),
    "exported/torch_bert_block_b2_stock_decomp.mlir": (6, 2, ""),
    "exported/torch_llama_block_b2_bf16.mlir": (8, 2, ""),
    "exported/torch_gpt2_block_b2.mlir": (5, 2, ""),
    "exported/torch_minilm_real_b1s16.mlir": (36, 12, ""),
    "exported/jax_relu_mlp.mlir": (3, 0, ""),
    "exported/jax_gelu_mlp.mlir": (2, 0, ""),
    "exported/jax_swiglu_bf16.mlir": (3, 0, ARGUMENTS),
    "exported/jax_swiglu_generic.mlir": (3, 0, ARGUMENTS),
    "exported/jax_block.mlir": (7, 2, ""),
    "exported/jax_ein_heads.mlir": (1, 0, ""),
    "exported/jax_matvec.mlir": (1, 0, ARGUMENTS),
    "exported/jax_vmap_mv.mlir": (1, 0, ARGUMENTS + " weights=1"),
    "exported/jax_bf16_f32acc.mlir": (1, 0, ARGUMENTS),
    "exported/jax_scan.mlir": (0, 1, ARGUMENTS),  # the weight is a slice of a stack
    "exported/onnx_h_gemm_t.mlir": (1, 0, ""),
    "exported/onnx_h_matmul3.mlir": (1, 0, ""),
    "exported/onnx_swiglu_dynamo.mlir": (3, 0, ""),
    "exported/onnx_bert_dynamo.mlir": (6, 2, ""),
}


def run(path, *passes):
    command = ["structlin-opt", path, *passes, "--remarks-filter-missed=structlin-raise",
               "--remark-policy=all", "--remark-format=emitRemark"]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(result.stderr[:2000])
    return result.stdout, result.stderr


def signatures(text):
    """Name and type of every function, with argument attributes, without SSA names."""
    found = {}
    for name, rest in re.findall(r"func\.func (?:public |private )?@([\w.$-]+)(\(.*)", text):
        rest = re.split(r" attributes \{| \{$", rest)[0]
        found[name] = re.sub(r"%\w+(#\d+)?: ", "", rest)
    return found


def check(corpus, name, layers, dense, options):
    path = os.path.join(corpus, name)
    pipeline = "--structlin-import" + (f"={options}" if options else "")
    text, remarks = run(path, pipeline)
    got = (text.count("structlin.linear "), remarks.count("[Missed] NotRaised"))
    if got != (layers, dense):
        return f"expected {layers} layers and {dense} dense products, got {got[0]} and {got[1]}"
    before = signatures(run(path, "--canonicalize")[0])
    after = signatures(run(path, pipeline, "--structlin-export-parameters=to=arguments")[0])
    for function, signature in before.items():
        if after.get(function) != signature:
            return f"signature of @{function} changed to {after.get(function, 'nothing')[:500]}"
    return None


def main():
    corpus = sys.argv[1]
    failures = 0
    for name, expected in EXPECTED.items():
        problem = check(corpus, name, *expected)
        failures += problem is not None
        print(f"{'FAIL' if problem else 'ok'}: {name}: {problem or f'{expected[0]} layers'}")
    unknown = {os.path.relpath(os.path.join(d, f), corpus) for d, _, fs in os.walk(corpus)
               for f in fs if f.endswith(".mlir")} - set(EXPECTED)
    for name in sorted(unknown):
        print(f"not checked: {name}")
    sys.exit(min(failures, 100))


if __name__ == "__main__":
    main()
