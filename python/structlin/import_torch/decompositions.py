# ===- decompositions.py - one form per layer ------------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# What torch and torch-mlir themselves make of these operations differs with the rank,
# strides and element type of the operands, or is less exact. docs/Rationale.md has the
# reasons one by one.
#
# ===----------------------------------------------------------------------===//
"""What composite operations of PyTorch become before torch-mlir sees them.

A product with a matrix becomes the product of two matrices, `aten.mm`, whatever the rank
of the other operand. Elementwise functions and normalizations of 16-bit floats are
computed in f32 and rounded once, as torch's own kernels do; nothing is computed in f64.
"""

import math

import torch
from torch_mlir.extras.fx_decomp_util import get_decomposition_table

aten = torch.ops.aten


def matrix_product(x, weight_t):
    """x (..., n_in) times weight_t (n_in, n_out) as one product of two matrices."""
    rows = x.reshape(-1, x.shape[-1]) if x.dim() != 2 else x
    y = rows.mm(weight_t)
    return y.reshape(*x.shape[:-1], weight_t.shape[1]) if x.dim() != 2 else y


def linear(x, weight, bias=None):
    # The bias is added to the rows: one operation with a broadcast in its indexing map.
    rows = x.reshape(-1, x.shape[-1]) if x.dim() != 2 else x
    y = rows.mm(weight.t())
    if bias is not None:
        y = y + bias
    return y.reshape(*x.shape[:-1], weight.shape[0]) if x.dim() != 2 else y


def addmm(bias, x, weight_t, *, beta=1, alpha=1):
    y = x.mm(weight_t)
    if alpha != 1:
        y = y * alpha
    if beta == 0:
        return y
    return y + (bias if beta == 1 else bias * beta)


def matmul(x, y):
    if x.dim() == 1:
        return matmul(x.unsqueeze(0), y).squeeze(0 if y.dim() == 1 else -2)
    if y.dim() == 1:
        return matmul(x, y.unsqueeze(1)).squeeze(-1)
    if y.dim() == 2:
        return matrix_product(x, y)
    leading = torch.broadcast_shapes(x.shape[:-2], y.shape[:-2])
    x, y = (t.expand(*leading, *t.shape[-2:]).reshape(-1, *t.shape[-2:]) for t in (x, y))
    return x.bmm(y).reshape(*leading, x.shape[-2], y.shape[-1])


def wide(x):
    """x in the type to compute in: at least f32."""
    return x.to(torch.promote_types(x.dtype, torch.float32))


def softmax_rows(scores, dim):
    """Softmax without rounding its result. A row of -inf gives zeros, as in torch's attention.

    The greatest of the exponentials is exactly 1, so their sum is at least that, and 0 only
    in a row of -inf.
    """
    scores = wide(scores)
    greatest = scores.amax(dim, keepdim=True).clamp(min=torch.finfo(scores.dtype).min)
    exponentials = torch.exp(scores - greatest)
    return exponentials / exponentials.sum(dim, keepdim=True).clamp(min=1.0)


def attention(q, k, v, attn_mask=None, dropout_p=0.0, is_causal=False, *, scale=None, enable_gqa=False):
    if dropout_p:
        raise NotImplementedError("attention with dropout")
    if enable_gqa and q.shape[-3] != k.shape[-3]:
        k, v = (repeat_heads(t, q.shape[-3] // t.shape[-3]) for t in (k, v))
    scores = torch.matmul(q, k.transpose(-2, -1)) * (q.shape[-1] ** -0.5 if scale is None else scale)
    if is_causal:
        query, key = (torch.arange(n, device=q.device) for n in scores.shape[-2:])
        attn_mask = query.unsqueeze(1) >= key.unsqueeze(0)
    if attn_mask is not None and attn_mask.dtype == torch.bool:
        scores = torch.where(attn_mask, scores, -math.inf)
    elif attn_mask is not None:
        scores = scores + attn_mask
    y = torch.matmul(softmax_rows(scores, -1).to(v.dtype), v)
    # Callers view the result with heads and tokens exchanged, as torch's kernels lay it out.
    return y.transpose(-3, -2).contiguous().transpose(-3, -2) if y.dim() > 3 else y


def repeat_heads(t, times):
    """(..., h, n, d) to (..., h * times, n, d), each head `times` times in a row."""
    leading, (heads, tokens, size) = t.shape[:-3], t.shape[-3:]
    return t.unsqueeze(-3).expand(*leading, heads, times, tokens, size).reshape(*leading, heads * times, tokens, size)


def layer_norm(x, normalized_shape, weight=None, bias=None, eps=1e-5, cudnn_enable=True):
    dims = list(range(-len(normalized_shape), 0))
    h = wide(x)
    centered = h - h.mean(dims, keepdim=True)
    y = centered * torch.rsqrt((centered * centered).mean(dims, keepdim=True) + eps)
    if weight is not None:
        y = y * weight
    if bias is not None:
        y = y + bias
    return y.to(x.dtype)


def rms_norm(x, normalized_shape, weight=None, eps=None):
    dims = list(range(-len(normalized_shape), 0))
    h = wide(x)
    eps = torch.finfo(x.dtype).eps if eps is None else eps
    y = h * torch.rsqrt((h * h).mean(dims, keepdim=True) + eps)
    return (y if weight is None else y * weight).to(x.dtype)


def gelu(x, *, approximate="none"):
    h = wide(x)
    if approximate == "tanh":
        inner = math.sqrt(2 / math.pi) * (h + 0.044715 * h * h * h)
        return (0.5 * h * (1.0 + torch.tanh(inner))).to(x.dtype)
    return (0.5 * h * (1.0 + torch.erf(h * math.sqrt(0.5)))).to(x.dtype)


def silu(x):
    h = wide(x)
    return (h * torch.sigmoid(h)).to(x.dtype)


def softmax(x, dim, dtype=None):
    dtype = x.dtype if dtype is None else dtype
    h = wide(x.to(dtype))
    exponentials = torch.exp(h - h.amax(dim, keepdim=True))
    return (exponentials / exponentials.sum(dim, keepdim=True)).to(dtype)


def cumsum(x, dim, *, dtype=None):
    """A masked sum of n^2 terms: torch-mlir's scan is an operation that MLIR lacks.

    Models count tokens so, in masks and positions.
    """
    if x.dim() == 0:
        return x.clone() if dtype is None else x.to(dtype)
    if dtype is None:
        dtype = x.dtype if x.is_floating_point() else torch.int64
    last = x.to(dtype).movedim(dim, -1)
    index = torch.arange(last.shape[-1], device=x.device)
    terms = torch.where(index.unsqueeze(1) >= index.unsqueeze(0), last.unsqueeze(-2), 0)
    return terms.sum(-1).movedim(-1, dim)


def decomposition_table():
    """Functions by operation, for `ExportedProgram.run_decompositions`."""
    return {
        **get_decomposition_table(),
        aten.linear.default: linear,
        aten.addmm.default: addmm,
        aten.matmul.default: matmul,
        aten.cumsum.default: cumsum,
        aten.scaled_dot_product_attention.default: attention,
        aten.layer_norm.default: layer_norm,
        aten.rms_norm.default: rms_norm,
        aten.gelu.default: gelu,
        aten.silu.default: silu,
        aten.softmax.int: softmax,
    }
