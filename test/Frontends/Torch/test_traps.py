# ===- test_traps.py - what goes wrong without care --------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""The known faults of exporting with torch and torch-mlir, each in the smallest model that has it."""

import json
import struct

import pytest
import torch
import transformers
from safetensors.torch import load_file
from torch import nn
from torch.export import Dim
from torch.nn import functional

import structlin
from running import parses_in_stock_mlir, raised, run, save
from structlin.import_torch import TorchImportError
from structlin.import_torch.export import export
from structlin.import_torch.lowering import portable_booleans
from zoo import llama


class Function(nn.Module):
    """A module that only calls a function, with what tensors it is given as buffers."""

    def __init__(self, function, persistent=False, **buffers):
        super().__init__()
        self.function = function
        for name, value in buffers.items():
            self.register_buffer(name, value, persistent=persistent)

    def forward(self, *inputs):
        return self.function(*inputs, **dict(self.named_buffers()))


def compiled(module, inputs, folder, **options):
    imported = structlin.import_torch(module, inputs, **options)
    model = save(imported, folder)
    assert parses_in_stock_mlir(model.mlir)
    return imported, model


def test_buffers_outside_the_state_dict(tmp_path):
    """Small ones are in the program, larger ones in the archive under a reserved prefix."""
    module = Function(lambda x, small, large: x + small + large.sum(), small=torch.randn(8), large=torch.randn(5000))
    x = torch.randn(3, 8)
    imported, model = compiled(module, x, tmp_path)
    assert [p.name for p in imported.parameters] == ["structlin.constants.large"]
    assert torch.equal(load_file(model.parameters)["structlin.constants.large"], module.large)
    torch.testing.assert_close(run(model, x), module(x))


@pytest.mark.parametrize("count", (8, 100, 101, 4096))
def test_booleans(count, tmp_path):
    """More than a hundred are written as a byte each, and read as eight to a byte."""
    module = Function(lambda x, keep: torch.where(keep, x, -x), keep=torch.rand(count) > 0.5)
    x = torch.randn(count)
    _, model = compiled(module, x, tmp_path)
    assert torch.equal(run(model, x), module(x))


def test_packed_booleans_stay():
    packed = 'dense<"0x0180"> : tensor<2x8xi1>'
    assert portable_booleans(packed) == packed


def test_constants_of_forward(tmp_path):
    module = Function(lambda x: x * torch.tensor([1.0, 2.0, 4.0], dtype=torch.bfloat16) + torch.tensor([1, 2, 3]))
    x = torch.randn(2, 3)
    torch.testing.assert_close(run(compiled(module, x, tmp_path)[1], x), module(x))


def test_exact_tanh_gelu(tmp_path):
    x = torch.linspace(-4, 4, 1001)
    module = nn.GELU(approximate="tanh")
    assert (run(compiled(module, x, tmp_path)[1], x) - module(x)).abs().max() < 1e-6


def test_cumulative_sum(tmp_path):
    """torch-mlir's is an operation that MLIR lacks."""
    x = torch.randint(0, 2, (3, 9))
    module = Function(lambda x: torch.cumsum(x, 1) * torch.cumsum(x.float(), 0))
    _, model = compiled(module, x, tmp_path, dynamic_shapes=(({1: Dim("n")},),))
    for values in (x, x[:, :4]):
        assert torch.equal(run(model, values), module(values))


def test_llama_that_makes_its_own_mask_and_positions(tmp_path):
    class Tokens(nn.Module):
        def __init__(self, model):
            super().__init__()
            self.model = model

        def forward(self, input_ids):
            return self.model(input_ids=input_ids).logits

    module = Tokens(llama()).eval()
    x = torch.randint(0, 61, (2, 6))
    imported, model = compiled(module, x, tmp_path, named_as=module.model)
    assert all(not p.name.startswith("model.model") for p in imported.parameters)
    torch.testing.assert_close(run(model, x), module(x).detach(), rtol=1e-5, atol=1e-5)


def test_gpt2_with_eager_attention(tmp_path):
    config = transformers.GPT2Config(n_embd=32, n_layer=1, n_head=4, vocab_size=61, n_positions=64, use_cache=False,
                                     attn_implementation="eager")  # fmt: skip
    model = transformers.GPT2Model(config).eval()

    class Hidden(nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, input_ids):
            return self.model(input_ids=input_ids).last_hidden_state

    x = torch.randint(0, 61, (2, 6))
    _, dense = compiled(Hidden(), x, tmp_path)
    linear, layers, left = raised(dense)
    assert (layers, left) == (4, 2)
    torch.testing.assert_close(run(linear, x), model(x).last_hidden_state.detach(), rtol=1e-5, atol=1e-5)


def test_two_dynamic_sizes_made_one(tmp_path):
    """torch-mlir takes the second one for 1."""
    module = Function(lambda x: x.flatten(0, 1).cumsum(0).reshape(x.shape[0], -1))
    x = torch.randn(3, 5, 2)
    _, model = compiled(module, x, tmp_path, dynamic_shapes=(({0: Dim("m"), 1: Dim("n")},),))
    for values in (x, torch.randn(2, 7, 2)):
        torch.testing.assert_close(run(model, values), module(values))


LINEAR = {
    "vector": (lambda x, w: functional.linear(x, w), (8,)),
    "rank 4": (lambda x, w: functional.linear(x, w), (2, 3, 4, 8)),
    "not contiguous": (lambda x, w: functional.linear(x.transpose(0, 1), w), (2, 3, 8)),
    "matmul": (lambda x, w: x @ w.t(), (2, 3, 8)),
    "addmm": (lambda x, w: torch.addmm(torch.ones(6), x, w.t(), alpha=0.5, beta=2), (3, 8)),
    "einsum": (lambda x, w: torch.einsum("bti,oi->bto", x, w), (2, 3, 8)),
}


@pytest.mark.parametrize("name", LINEAR)
def test_every_linear_layer_is_found(name, tmp_path):
    function, sizes = LINEAR[name]
    module, x = Function(function, persistent=True, w=torch.randn(6, 8)), torch.randn(sizes)
    linear, layers, left = raised(compiled(module, x, tmp_path)[1])
    assert (layers, left) == (1, 0)
    torch.testing.assert_close(run(linear, x), module(x))


ATTENTION = {
    "plain": {},
    "causal": {"is_causal": True},
    "scaled": {"scale": 0.3},
    "added mask": {"attn_mask": torch.linspace(-3, 3, 25).reshape(5, 5)},
    "mask with an empty row": {"attn_mask": torch.ones(5, 5, dtype=torch.bool).tril(-1)},
}


@pytest.mark.parametrize("dtype", (torch.float32, torch.float64, torch.bfloat16))
@pytest.mark.parametrize("name", ATTENTION)
def test_attention_as_torch_computes_it(name, dtype):
    """Of the decomposed program, in torch."""
    options = {k: v.to(dtype) if torch.is_tensor(v) and v.is_floating_point() else v for k, v in ATTENTION[name].items()}
    q, k = torch.randn(2, 4, 5, 8, dtype=dtype), torch.randn(2, 2, 5, 8, dtype=dtype)
    module = Function(lambda q, k: functional.scaled_dot_product_attention(q, k, k, enable_gqa=True, **options))
    tolerance = {torch.float32: 1e-6, torch.float64: 1e-14, torch.bfloat16: 2e-2}[dtype]
    torch.testing.assert_close(export(module, (q, k)).module()(q, k), module(q, k), rtol=tolerance, atol=tolerance)


def test_encoder_layer_in_evaluation_mode(tmp_path):
    """torch would make it one operation; dropout, which training mode has, is not imported."""
    module = nn.TransformerEncoderLayer(16, 2, 24, batch_first=True).train()
    x = torch.randn(2, 5, 16)
    linear, layers, _ = raised(compiled(module, x, tmp_path)[1])
    assert layers == 4 and module.training and module.dropout.training
    torch.testing.assert_close(run(linear, x), module.eval()(x).detach(), rtol=1e-5, atol=1e-5)


def test_tied_weights_are_stored_once(tmp_path):
    module = nn.Sequential(nn.Embedding(11, 8), nn.Linear(8, 11, bias=False))
    module[1].weight = module[0].weight
    imported, model = compiled(module, torch.tensor([[1, 2, 3]]), tmp_path)
    data = model.parameters.read_bytes()
    (size,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + size])
    assert header.pop("__metadata__") == {"1.weight": "0.weight"} and list(header) == ["0.weight"]
    assert (8 + size) % 64 == 0 and len(data) == 8 + size + 11 * 8 * 4


def test_name_of_a_module_that_is_not_there():
    with pytest.raises(TorchImportError, match="parameter weight is not in the state dict"):
        structlin.import_torch(nn.Linear(4, 4), torch.randn(2, 4), named_as=nn.Linear(4, 4))
