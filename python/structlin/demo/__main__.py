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

from structlin.files import describe
from structlin.sections import SectionError
from structlin.tools import ToolError

MODELS = {
    "classifier": ("structlin.demo.classifier", "a perceptron on scikit-learn's digits, trained here"),
    "minilm": ("structlin.demo.minilm.command", "all-MiniLM-L6-v2, from sentences to embeddings; needs torch"),
}


def main(arguments=None):
    """Runs the demo with command-line `arguments`, sys.argv's by default; the exit status."""
    summary = "; ".join(f"{name}: {text}" for name, (_, text) in MODELS.items())
    first = argparse.ArgumentParser(prog="python -m structlin.demo", add_help=False)
    first.add_argument("--model", choices=MODELS, default="classifier", help=summary)
    chosen, _ = first.parse_known_args(arguments)
    model = import_module(MODELS[chosen.model][0])
    parser = argparse.ArgumentParser(prog="python -m structlin.demo", description=model.__doc__, parents=[first])
    model.add_arguments(parser)
    options = parser.parse_args(arguments)
    try:
        model.run(options, Console(width=110))
    except (ToolError, OSError, SectionError) as error:
        print(f"error: {describe(error)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
