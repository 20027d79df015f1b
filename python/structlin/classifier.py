# ===- classifier.py - train and export a small classifier ----------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# A multi-layer perceptron on scikit-learn's handwritten digits, in numpy alone: the
# demo needs a really trained model, not a training framework.
#
# ===----------------------------------------------------------------------===//
"""A multi-layer perceptron: training, and export as linalg on tensors."""

from dataclasses import dataclass

import numpy as np
import threadpoolctl
from safetensors.numpy import save_file


@dataclass
class Layer:
    """A linear layer y = x W^T + b: `weight` is (n_out, n_in), `bias` is (n_out)."""

    name: str
    weight: np.ndarray
    bias: np.ndarray


@dataclass
class Digits:
    """Images (n, 64) scaled to [0, 1], and their digits, for training and for test."""

    train_x: np.ndarray
    train_y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray


def load_digits(test_size=497, seed=0):
    """The 1797 images of 8 x 8 that scikit-learn brings along, split at random."""
    from sklearn.datasets import load_digits as load
    from sklearn.model_selection import train_test_split

    images, digits = load(return_X_y=True)
    train_x, test_x, train_y, test_y = train_test_split(
        (images / 16).astype(np.float32), digits,
        test_size=test_size, random_state=seed, stratify=digits,
    )  # fmt: skip
    return Digits(train_x, train_y, test_x, test_y)


def activations(layers, x):
    """The input of every layer and the output of the last, ReLU in between."""
    values = [x]
    for i, layer in enumerate(layers):
        if i > 0:
            values[i] = np.maximum(values[i], 0)
        values.append(values[i] @ layer.weight.T + layer.bias)
    return values


def predict(layers, x):
    """The logits (m, classes) of the inputs (m, n_in)."""
    return activations(layers, x)[-1]


def accuracy(logits, labels):
    """The fraction of rows whose largest logit is at the label."""
    return float(np.mean(np.argmax(logits, axis=1) == labels))


def gradients(layers, x, labels):
    """Gradients of the mean cross entropy, (dW, db) per layer."""
    values = activations(layers, x)
    logits = values[-1] - values[-1].max(axis=1, keepdims=True)
    probability = np.exp(logits)
    probability /= probability.sum(axis=1, keepdims=True)
    probability[np.arange(len(labels)), labels] -= 1
    delta = probability / len(labels)
    result = []
    for layer, value in zip(reversed(layers), reversed(values[:-1])):
        result.append((delta.T @ value, delta.sum(axis=0)))
        delta = (delta @ layer.weight) * (value > 0)
    return result[::-1]


def train(x, labels, sizes=(64, 256, 256, 10), epochs=25, batch=64, rate=2e-3, decay=2.0, seed=0):
    """Trains a perceptron with AdamW (Loshchilov, Hutter 2019, algorithm 2).

    `sizes` are n_in of the first layer and n_out of every layer. Deterministic for
    a seed on one machine.
    """
    # Matrices this small are slower on many threads than on one.
    with threadpoolctl.threadpool_limits(1):
        return _train(x, labels, sizes, epochs, batch, rate, decay, seed)


def _train(x, labels, sizes, epochs, batch, rate, decay, seed):
    rng = np.random.default_rng(seed)
    layers = [
        Layer(f"fc{i + 1}", (rng.standard_normal((n_out, n_in)) * np.sqrt(2 / n_in)).astype(np.float32),
              np.zeros(n_out, np.float32))
        for i, (n_in, n_out) in enumerate(zip(sizes, sizes[1:]))
    ]  # fmt: skip
    parameters = [p for layer in layers for p in (layer.weight, layer.bias)]
    first = [np.zeros_like(p) for p in parameters]
    second = [np.zeros_like(p) for p in parameters]
    steps_per_epoch = len(x) // batch
    step = 0
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for start in range(0, steps_per_epoch * batch, batch):
            chosen = order[start : start + batch]
            step += 1
            lr = rate * 0.5 * (1 + np.cos(np.pi * step / (epochs * steps_per_epoch)))
            flat = [g for pair in gradients(layers, x[chosen], labels[chosen]) for g in pair]
            for p, g, m, v in zip(parameters, flat, first, second):
                m += 0.1 * (g - m)
                v += 0.001 * (g * g - v)
                update = (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
                p -= np.float32(lr) * (update + decay * p).astype(np.float32)
    return layers


def to_mlir(layers, function="predict"):
    """The model as linalg on tensors: any number of rows, parameters as tagged arguments.

    The form is that of PyTorch's exporters: transpose, matmul, bias and ReLU as
    linalg.generic.
    """
    n_in, classes = layers[0].weight.shape[1], layers[-1].weight.shape[0]
    arguments = [f"%x: tensor<?x{n_in}xf32>"]
    body = []
    for i, layer in enumerate(layers):
        out, inner = layer.weight.shape
        arguments += [
            f'%w{i}: tensor<{out}x{inner}xf32> {{structlin.param = "{layer.name}.weight"}}',
            f'%b{i}: tensor<{out}xf32> {{structlin.param = "{layer.name}.bias"}}',
        ]
        source = "%x" if i == 0 else f"%y{i - 1}"
        relu = "" if i + 1 == len(layers) else "      %r = arith.maximumf %s, %zero : f32\n"
        body.append(f"""\
    %te{i} = tensor.empty() : tensor<{inner}x{out}xf32>
    %t{i} = linalg.transpose ins(%w{i} : tensor<{out}x{inner}xf32>)
        outs(%te{i} : tensor<{inner}x{out}xf32>) permutation = [1, 0]
    %e{i} = tensor.empty(%m) : tensor<?x{out}xf32>
    %f{i} = linalg.fill ins(%zero : f32) outs(%e{i} : tensor<?x{out}xf32>) -> tensor<?x{out}xf32>
    %a{i} = linalg.matmul ins({source}, %t{i} : tensor<?x{inner}xf32>, tensor<{inner}x{out}xf32>)
        outs(%f{i} : tensor<?x{out}xf32>) -> tensor<?x{out}xf32>
    %y{i} = linalg.generic {{indexing_maps = [#id, #row, #id],
        iterator_types = ["parallel", "parallel"]}}
        ins(%a{i}, %b{i} : tensor<?x{out}xf32>, tensor<{out}xf32>) outs(%e{i} : tensor<?x{out}xf32>) {{
    ^bb0(%p: f32, %q: f32, %o: f32):
      %s = arith.addf %p, %q : f32
{relu}      linalg.yield {"%r" if relu else "%s"} : f32
    }} -> tensor<?x{out}xf32>
""")
    joined = ",\n    ".join(arguments)
    return f"""\
#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
module {{
  func.func @{function}(
    {joined}) -> tensor<?x{classes}xf32> {{
    %c0 = arith.constant 0 : index
    %zero = arith.constant 0.0 : f32
    %m = tensor.dim %x, %c0 : tensor<?x{n_in}xf32>
{"".join(body)}    return %y{len(layers) - 1} : tensor<?x{classes}xf32>
  }}
}}
"""


def save_parameters(layers, path):
    """Writes `<layer>.weight` and `<layer>.bias` to a safetensors file."""
    save_file({f"{l.name}.{kind}": np.ascontiguousarray(getattr(l, kind))
               for l in layers for kind in ("weight", "bias")}, path)  # fmt: skip
