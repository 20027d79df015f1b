# ===- huggingface.py - models of the transformers package -----------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Language models from a Hugging Face folder: config.json, and weights unless only the IR is wanted."""

import inspect
import os
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import nn
from torch.export import Dim

from structlin.import_torch import import_torch
from structlin.import_torch.errors import TorchImportError

# In the order of preference: of a model with a head, and of one without.
OUTPUTS = ("logits", "last_hidden_state")


def load_model(folder: Path | str, dtype: torch.dtype | None = None, weights: bool = True) -> nn.Module:
    """The model of a folder in evaluation mode, in `dtype` or the one it is stored in.

    Without `weights` its parameters are on the meta device, and no weight is read.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a folder has all it needs; its name is no one's repository
    import transformers

    if not (Path(folder) / "config.json").is_file():
        raise TorchImportError(f"{folder}: expected a folder with a config.json")
    transformers.utils.logging.disable_progress_bar()
    try:
        config = transformers.AutoConfig.from_pretrained(folder)
        model_class = getattr(transformers, (config.architectures or ["AutoModel"])[0])
        if weights:
            model = model_class.from_pretrained(folder, dtype=dtype or "auto")
        else:
            model = empty_model(model_class, config, dtype)
    except (OSError, ValueError, AttributeError, RuntimeError, SafetensorError) as error:
        raise TorchImportError(f"{folder}: {str(error).splitlines()[0]}") from error
    model.config.use_cache = False
    return model.eval()


def empty_model(model_class, config, dtype=None):
    """A model of a configuration with its parameters on the meta device."""
    with torch.device("meta"):
        model = model_class._from_config(config, dtype=dtype or config.dtype)
    fill_buffers(model)
    return model


def fill_buffers(model):
    """Give values to those buffers on the meta device that are in no checkpoint.

    transformers computes them (positions, rotary frequencies) where it initializes the
    modules that own them; their parameters, on the meta device, ignore that.
    """
    for module in model.modules():
        names = [n for n, b in module._buffers.items() if b is not None and b.is_meta and n in module._non_persistent_buffers_set]
        for name in names:
            module._buffers[name] = torch.empty_like(module._buffers[name], device="cpu")
        if names:
            with torch.no_grad():
                model._init_weights(module)


class OneOutput(nn.Module):
    """A model as a function of tokens and mask with a tensor as its result."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask):
        result = self.model(input_ids=input_ids, attention_mask=attention_mask, return_dict=True)
        return next(result[name] for name in OUTPUTS if name in result)


def import_transformers(model: nn.Module, *, batch: int = 1, sequence: int = 128, dynamic_batch: bool = False,
                        dynamic_sequence: bool = False, entry: str = "main"):  # fmt: skip
    """Import a language model of the transformers package; returns an ImportedModel.

    Its inputs are `input_ids` and `attention_mask`, both int64 of (batch, sequence), and
    its result the logits or, of a model without a head, the last hidden state.

    Args:
        model: the PreTrainedModel, such as load_model gives.
        batch, sequence: the sizes, where they are not dynamic.
        dynamic_batch, dynamic_sequence: whether they vary.
        entry: the name of the function.
    """
    takes = inspect.signature(model.forward).parameters
    if not {"input_ids", "attention_mask"} <= takes.keys():
        raise TorchImportError(f"{type(model).__name__}: expected a model of input_ids and attention_mask, got {', '.join(takes)}")
    # An example size of 1 is a constant to torch.export.
    sizes = (max(batch, 2) if dynamic_batch else batch, max(sequence, 2) if dynamic_sequence else sequence)
    dynamic = {0: Dim("batch")} if dynamic_batch else {}
    if dynamic_sequence:
        dynamic[1] = Dim("sequence", max=getattr(model.config, "max_position_embeddings", None))
    tokens = torch.zeros(sizes, dtype=torch.int64)
    inputs = {"input_ids": tokens, "attention_mask": torch.ones_like(tokens)}
    return import_torch(OneOutput(model), inputs, entry=entry, named_as=model,
                        dynamic_shapes={name: dynamic for name in inputs} if dynamic else None)  # fmt: skip


def not_in_checkpoint(folder, parameters):
    """The names of `parameters` under which the folder's own safetensors files have nothing."""
    stored = set()
    for path in Path(folder).glob("*.safetensors"):
        try:
            with safe_open(path, "pt") as archive:
                stored.update(archive.keys())
        except SafetensorError as error:
            raise TorchImportError(f"{path}: {error}") from error
    return [p.name for p in parameters if p.name not in stored]
