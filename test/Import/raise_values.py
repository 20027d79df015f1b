#!/usr/bin/env python3
# raise_values.py - raising and decomposing keeps every integer
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Makes contractions of random rank, order of dimensions, side of the weight, batch
# broadcast, unit and dynamic extents and element types; runs them as they are and
# after import and decompose, and compares what they print.
#
#   raise_values.py SEED...

import random
import re
import subprocess
import sys

LOWERING = ["--one-shot-bufferize=bufferize-function-boundaries", "--convert-linalg-to-loops",
            "--structlin-expand-reshapes", "--expand-strided-metadata", "--lower-affine",
            "--convert-scf-to-cf", "--convert-to-llvm", "--reconcile-unrealized-casts"]


def run(command, text):
    result = subprocess.run(command, input=text, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{result.stderr[:2000]}")
    return result.stdout


def literal(rng, sizes):
    if not sizes:
        return str(rng.randint(-5, 5))
    return "[" + ", ".join(literal(rng, sizes[1:]) for _ in range(sizes[0])) + "]"


class Contraction:
    """y += x * w over tokens, outputs, inputs, and a batch that the weight repeats over."""

    def __init__(self, rng, index):
        self.rng, self.index = rng, index
        counts = [rng.choice([0, 1, 1, 2]), rng.choice([0, 1, 1, 2]), rng.choice([1, 1, 2]),
                  rng.choice([0, 0, 1])]
        names = [f"d{i}" for i in range(sum(counts))]
        self.sizes = {name: rng.choice([1, 2, 3, 4]) for name in names}
        groups = []
        for count in counts:
            groups.append(names[:count])
            names = names[count:]
        tokens, outputs, self.inputs, batch = groups
        shuffled = lambda loops: rng.sample(loops, len(loops))
        self.x = shuffled(tokens + self.inputs + batch)
        self.w = shuffled(outputs + self.inputs + batch)
        self.y = shuffled(tokens + outputs + batch)
        self.stored = shuffled(outputs + self.inputs)
        self.dynamic = {loop for loop in tokens if rng.random() < 0.3}
        self.narrow = rng.choice(["i32", "i8"])
        self.on_left = rng.random() < 0.5
        self.zero = not self.dynamic and rng.random() < 0.5

    def shape(self, loops):
        return [self.sizes[loop] for loop in loops]

    def type(self, loops, element="i32", dynamic=True):
        dims = ["?" if dynamic and loop in self.dynamic else str(self.sizes[loop])
                for loop in loops]
        return f"tensor<{''.join(d + 'x' for d in dims)}{element}>"

    def function(self):
        """The contraction as a function of x and the init, with the weight inline."""
        ty, n = self.type, self.narrow
        maps = lambda *operands: ", ".join(
            f"affine_map<({', '.join(self.sizes)}) -> ({', '.join(o)})>" for o in operands)
        iterators = ", ".join('"reduction"' if loop in self.inputs else '"parallel"'
                              for loop in self.sizes)
        repeat = ", ".join(f"affine_map<({', '.join(self.w)}) -> ({', '.join(o)})>"
                           for o in (self.stored, self.w))
        operands = [("%x", self.x, ty(self.x)), ("%w", self.w, ty(self.w))]
        if self.on_left:
            operands.reverse()
        widen, result = ("%b = arith.extsi %a : i8 to i32", "%b") if n == "i8" else ("", "%a")
        init = f"arith.constant dense<0> : {ty(self.y)}" if self.zero else \
            f"tensor.cast %init : {ty(self.y)} to {ty(self.y)}"
        return f"""
func.func private @f{self.index}(%x: {ty(self.x)}, %init: {ty(self.y)}) -> {ty(self.y)} {{
  %stored = arith.constant dense<{literal(self.rng, self.shape(self.stored))}>
            : {ty(self.stored, n)}
  %e = tensor.empty() : {ty(self.w)}
  %w = linalg.generic {{indexing_maps = [{repeat}],
                        iterator_types = [{', '.join(['"parallel"'] * len(self.w))}]}}
       ins(%stored : {ty(self.stored, n)}) outs(%e : {ty(self.w)}) {{
  ^bb0(%a: {n}, %o: i32):
    {widen}
    linalg.yield {result} : i32
  }} -> {ty(self.w)}
  %in = {init}
  %y = linalg.generic {{indexing_maps = [{maps(operands[0][1], operands[1][1], self.y)}],
                        iterator_types = [{iterators}]}}
       ins({operands[0][0]}, {operands[1][0]} : {operands[0][2]}, {operands[1][2]})
       outs(%in : {ty(self.y)}) {{
  ^bb0(%a: i32, %b: i32, %c: i32):
    %p = arith.muli %a, %b : i32
    %s = arith.addi %c, %p : i32
    linalg.yield %s : i32
  }} -> {ty(self.y)}
  return %y : {ty(self.y)}
}}
"""

    def call(self):
        ty, i = self.type, self.index
        static = lambda loops: ty(loops, dynamic=False)
        return f"""
  %x{i} = arith.constant dense<{literal(self.rng, self.shape(self.x))}> : {static(self.x)}
  %i{i} = arith.constant dense<{literal(self.rng, self.shape(self.y))}> : {static(self.y)}
  %xd{i} = tensor.cast %x{i} : {static(self.x)} to {ty(self.x)}
  %id{i} = tensor.cast %i{i} : {static(self.y)} to {ty(self.y)}
  %y{i} = call @f{i}(%xd{i}, %id{i}) : ({ty(self.x)}, {ty(self.y)}) -> {ty(self.y)}
  %u{i} = tensor.cast %y{i} : {ty(self.y)} to tensor<*xi32>
  call @printMemrefI32(%u{i}) : (tensor<*xi32>) -> ()
"""


def execute(library_dir, module):
    llvm = run(["structlin-opt", *LOWERING], module)
    libraries = [f"-shared-libs={library_dir}/libmlir_{name}runner_utils.so" for name in ("", "c_")]
    output = run(["mlir-runner", "-e", "main", "-entry-point-result=void", *libraries], llvm)
    return re.sub(r"base@ = 0x[0-9a-f]+", "", output)


def main():
    library_dir = run(["llvm-config", "--libdir"], "").strip()
    for seed in sys.argv[1:]:
        rng = random.Random(int(seed))
        contractions = [Contraction(rng, index) for index in range(40)]
        module = "func.func private @printMemrefI32(tensor<*xi32>)\n" + \
            "".join(c.function() for c in contractions) + \
            "func.func @main() {" + "".join(c.call() for c in contractions) + "  return\n}\n"
        raised = run(["structlin-opt", "--structlin-import=min-elements=1"], module)
        plain = run(["structlin-opt", "--structlin-decompose",
                     "--structlin-export-parameters=to=arguments"], raised)
        layers = raised.count("structlin.linear ")
        if layers != len(contractions) or "structlin." in plain:
            sys.exit(f"seed {seed}: {layers} of {len(contractions)} contractions were raised")
        if execute(library_dir, module) != execute(library_dir, plain):
            sys.exit(f"seed {seed}: the raised contractions compute something else")
        print(f"seed {seed}: {layers} layers, bit for bit")


if __name__ == "__main__":
    main()
