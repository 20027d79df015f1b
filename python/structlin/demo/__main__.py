# ===- __main__.py - the demo's command line ------------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Run by scripts/demo.sh, README's first command.
#
# ===----------------------------------------------------------------------===//
"""Chooses the model and reads its options."""

import argparse
import sys
from importlib import import_module

from rich.console import Console

MODELS = {
    "classifier": ("structlin.demo.classifier", "a perceptron on scikit-learn's digits, trained here"),
    "minilm": ("structlin.demo.minilm.command", "all-MiniLM-L6-v2, from sentences to embeddings; needs torch"),
}


def main(arguments=None):
    """Runs the demo with command-line `arguments`, sys.argv's by default."""
    summary = "; ".join(f"{name}: {text}" for name, (_, text) in MODELS.items())
    first = argparse.ArgumentParser(prog="structlin.demo", add_help=False)
    first.add_argument("--model", choices=MODELS, default="classifier", help=summary)
    chosen, _ = first.parse_known_args(arguments)
    model = import_module(MODELS[chosen.model][0])
    parser = argparse.ArgumentParser(prog="structlin.demo", description=model.__doc__, parents=[first])
    model.add_arguments(parser)
    model.run(parser.parse_args(arguments), Console(width=110))


if __name__ == "__main__":
    sys.exit(main())
