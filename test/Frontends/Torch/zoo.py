# ===- zoo.py - the models that the tests import ----------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Small models of each kind, with the numbers of their layers."""

from dataclasses import dataclass
from typing import Callable

import torch
import transformers
from torch import nn
from torch.export import Dim
from torch.nn import functional

from structlin.import_torch.huggingface import OneOutput

WIDTH, HIDDEN, VOCABULARY = 32, 48, 61


class MLP(nn.Module):
    """Two layers around an activation, on tokens of any leading dimensions."""

    def __init__(self, activation):
        super().__init__()
        self.up, self.down, self.activation = nn.Linear(WIDTH, HIDDEN), nn.Linear(HIDDEN, WIDTH), activation

    def forward(self, x):
        return self.down(self.activation(self.up(x)))


class GatedMLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate, self.up = nn.Linear(WIDTH, HIDDEN, bias=False), nn.Linear(WIDTH, HIDDEN, bias=False)
        self.down = nn.Linear(HIDDEN, WIDTH, bias=False)

    def forward(self, x):
        return self.down(functional.silu(self.gate(x)) * self.up(x))


def bert():
    config = transformers.BertConfig(
        hidden_size=WIDTH, intermediate_size=HIDDEN, num_hidden_layers=2, num_attention_heads=4,
        vocab_size=VOCABULARY, max_position_embeddings=64, initializer_range=0.2)  # fmt: skip
    return transformers.BertModel(config, add_pooling_layer=False)


def gpt2():
    config = transformers.GPT2Config(n_embd=WIDTH, n_inner=HIDDEN, n_layer=1, n_head=4, vocab_size=VOCABULARY,
                                     n_positions=64, initializer_range=0.2, use_cache=False)  # fmt: skip
    return transformers.GPT2LMHeadModel(config)


def llama(**options):
    """One block with grouped heads, rotary positions and RMS normalization, and the head."""
    sizes = {"hidden_size": WIDTH, "intermediate_size": HIDDEN, "num_hidden_layers": 1, "num_attention_heads": 4,
             "num_key_value_heads": 2, "vocab_size": VOCABULARY, "max_position_embeddings": 64}  # fmt: skip
    config = transformers.LlamaConfig(**{**sizes, "initializer_range": 0.2, "use_cache": False, **options})
    return transformers.LlamaForCausalLM(config)


def features(*sizes):
    return (torch.randn(*sizes, WIDTH),)


def tokens(*sizes):
    """Tokens, and a mask that leaves out the last two of the last sequence."""
    mask = torch.ones(sizes, dtype=torch.int64)
    mask[-1, -2:] = 0
    return torch.randint(0, VOCABULARY, sizes), mask


@dataclass(frozen=True)
class Kind:
    """A kind of model: how to make it, and how many linear layers and attentions it has."""

    make: Callable
    layers: int
    attentions: int = 0
    inputs: Callable = features

    def dynamic_shapes(self):
        if self.inputs is features:
            return ({0: Dim("batch")},)
        both = {0: Dim("batch"), 1: Dim("sequence", max=64)}
        return (both, both)

    def sizes(self):
        """The sizes to run a dynamic model with; the first one is the example's."""
        return ((3, 5), (1, 5)) if self.inputs is features else ((2, 7), (1, 11))


ZOO = {
    "mlp-relu": Kind(lambda: MLP(functional.relu), 2),
    "mlp-gelu": Kind(lambda: MLP(functional.gelu), 2),
    "mlp-gelu-tanh": Kind(lambda: MLP(nn.GELU(approximate="tanh")), 2),
    "mlp-silu": Kind(lambda: MLP(functional.silu), 2),
    "gated-mlp": Kind(GatedMLP, 3),
    "bert": Kind(lambda: OneOutput(bert()), 12, 2, tokens),
    "gpt2": Kind(lambda: OneOutput(gpt2()), 5, 1, tokens),
    "llama": Kind(lambda: OneOutput(llama()), 8, 1, tokens),
    "llama-tied": Kind(lambda: OneOutput(llama(tie_word_embeddings=True)), 8, 1, tokens),
}
