# ===- test_classifier.py - training and its gradients ---------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""The classifier's gradients are right, and training ends at a good model."""

import numpy as np

from structlin.classifier import Layer, accuracy, gradients, load_digits, predict, train


def loss(layers, x, labels):
    logits = predict(layers, x)
    logits = logits - logits.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(labels)), labels])


def test_gradients_against_differences():
    rng = np.random.default_rng(0)
    layers = [Layer("a", rng.standard_normal((5, 4)), rng.standard_normal(5)),
              Layer("b", rng.standard_normal((3, 5)), rng.standard_normal(3))]  # fmt: skip
    x, labels = rng.standard_normal((6, 4)), rng.integers(0, 3, 6)
    for layer, pair in zip(layers, gradients(layers, x, labels)):
        for parameter, gradient in zip((layer.weight, layer.bias), pair):
            for index in np.ndindex(parameter.shape):
                kept = parameter[index]
                parameter[index] = kept + 1e-6
                above = loss(layers, x, labels)
                parameter[index] = kept - 1e-6
                below = loss(layers, x, labels)
                parameter[index] = kept
                np.testing.assert_allclose((above - below) / 2e-6, gradient[index], atol=1e-6)


def test_training():
    digits = load_digits()
    layers = train(digits.train_x, digits.train_y)
    assert accuracy(predict(layers, digits.test_x), digits.test_y) > 0.96
