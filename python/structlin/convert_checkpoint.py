# ===- convert_checkpoint.py - torch's pickles to safetensors ---------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Turns files of `torch.save` into one safetensors file, which the compiler reads.

    python -m structlin.convert_checkpoint FOLDER -o model.safetensors \\
        --rule '{layer}/{proj:q|k|v|o}_proj-{factor}.tensor' \\
               'model.layers.{layer}.self_attn.{proj}_proj.{factor}' \\
        --rule 'oats_chkpt_{layer}.pt' 'model.layers.{layer}.{key}'

A rule has a pattern over paths in FOLDER and a template of names. `{field}` in a
pattern matches any text without `/`, `{field:a|b}` one of the alternatives. A template
has the fields of its pattern and `{key}`: where the tensor is in the file, its keys
joined by dots. The first rule that matches a file applies; other files are left alone.

Only tensors are loaded (`weights_only`), files are mapped, and tensors are written one
by one, so that memory holds one of them. The result appears complete or not at all.
Needs torch.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from structlin.files import describe, replaced
from structlin.layout import WIDTHS, lay_out


class ConversionError(Exception):
    """What is wrong with the input, for the user to read."""


@dataclass
class StoredTensor:
    """A tensor of a file; `read` gives its elements, little-endian and in row-major order."""

    key: str
    dtype: str
    """The name of the type in safetensors: "F32", "BF16", "BOOL"."""
    shape: tuple[int, ...]
    read: Callable[[], bytes]


Loader = Callable[[Path], Iterable[StoredTensor]]


# ===----------------------------------------------------------------------===//
# Names
# ===----------------------------------------------------------------------===//


class Rule:
    """A pattern over paths and a template of the names of the tensors in them."""

    FIELD = re.compile(r"\{(\w*)(?::([^{}]*))?\}")

    def __init__(self, pattern: str, template: str):
        """Raises ConversionError if the template has a field that the pattern has not."""
        self.pattern, self.template = pattern, template
        expression, at = "", 0
        for field in self.FIELD.finditer(pattern):
            name, alternatives = field.groups()
            if not name.isidentifier() or f"(?P<{name}>" in expression or name == "key":
                raise ConversionError(f"rule '{pattern}': expected fields of distinct names other "
                                      f"than key, got '{field.group()}'")  # fmt: skip
            choices = "|".join(map(re.escape, alternatives.split("|"))) if alternatives else "[^/]+?"
            expression += re.escape(pattern[at : field.start()]) + f"(?P<{name}>{choices})"
            at = field.end()
        self.expression = re.compile(expression + re.escape(pattern[at:]))
        known = {*self.expression.groupindex, "key"}
        for name, alternatives in self.FIELD.findall(template):
            if name not in known or alternatives:
                raise ConversionError(f"rule '{pattern}': expected the fields of '{template}' to be "
                                      f"{', '.join(sorted(known))}, got '{name}'")  # fmt: skip

    def match(self, path: str) -> dict[str, str] | None:
        found = self.expression.fullmatch(path)
        return found and found.groupdict()

    def name(self, fields: dict[str, str], key: str) -> str:
        return self.FIELD.sub(lambda field: {**fields, "key": key}[field.group(1)], self.template)


def find_files(folder: Path, rules: list[Rule]) -> Iterator[tuple[Path, Rule, dict[str, str]]]:
    """The files of `folder` that a rule matches, in the order of their paths."""
    paths = [folder] if folder.is_file() else sorted(p for p in folder.rglob("*") if p.is_file())
    for path in paths:
        relative = path.name if path == folder else path.relative_to(folder).as_posix()
        for rule in rules:
            fields = rule.match(relative)
            if fields is not None:
                yield path, rule, fields
                break


# ===----------------------------------------------------------------------===//
# Writing
# ===----------------------------------------------------------------------===//


@dataclass
class Entry:
    source: Path
    key: str
    dtype: str
    shape: tuple[int, ...]


def collect(files: Iterable[tuple[Path, Rule, dict[str, str]]], load: Loader) -> dict[str, Entry]:
    """The tensors of all files by their new names. Raises ConversionError."""
    entries: dict[str, Entry] = {}
    for path, rule, fields in files:
        for tensor in load(path):
            place = f"{path}: tensor '{tensor.key}'"
            name = rule.name(fields, tensor.key)
            if not name:
                raise ConversionError(f"{place}: expected a name, got none from '{rule.template}'")
            if tensor.dtype not in WIDTHS:
                raise ConversionError(f"{place}: expected a type of {', '.join(WIDTHS)}, got {tensor.dtype}")
            if name in entries:
                raise ConversionError(f"{place}: expected names to be distinct, got '{name}', which tensor "
                                      f"'{entries[name].key}' of {entries[name].source} has")  # fmt: skip
            entries[name] = Entry(path, tensor.key, tensor.dtype, tensor.shape)
    return entries


def convert(folder: Path, rules: list[Rule], output: Path, load: Loader) -> int:
    """Writes the tensors of `folder` to `output` and returns their number.

    `load` yields the tensors of a file; it is called twice for each, for the header and
    for the data. Raises ConversionError or OSError, and then
    leaves `output` as it was.
    """
    if not folder.exists():
        raise ConversionError(f"{folder}: no such file or folder")
    entries = collect(find_files(folder, rules), load)
    if not entries:
        raise ConversionError(f"{folder}: expected a file with tensors that a rule matches, got none")
    header, places = lay_out({name: (entry.dtype, entry.shape) for name, entry in entries.items()})
    name_of = {(entry.source, entry.key): name for name, entry in entries.items()}
    with replaced(output) as file:
        file.write(header)
        for source in dict.fromkeys(entry.source for entry in entries.values()):
            for tensor in load(source):
                begin, end = places[name_of[source, tensor.key]]
                data = tensor.read()
                if len(data) != end - begin:
                    raise ConversionError(f"{source}: it changed while it was read")
                file.seek(len(header) + begin)
                file.write(data)
        file.truncate(len(header) + max(end for _, end in places.values()))
    return len(entries)


# ===----------------------------------------------------------------------===//
# torch
# ===----------------------------------------------------------------------===//


def walk(value, key: str = "") -> Iterator[tuple[str, object]]:
    """The leaves of nested dictionaries, lists and tuples, with their keys joined by dots."""
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list | tuple):
        items = enumerate(value)
    else:
        yield key, value
        return
    for name, inner in items:
        yield from walk(inner, f"{key}.{name}" if key else str(name))


def torch_loader() -> Loader:
    """A loader of torch's files. Raises ConversionError where torch is not installed."""
    try:
        import torch
    except ImportError as error:
        raise ConversionError(f"torch cannot be imported ({error}); scripts/setup_torch.sh makes an "
                              "environment that has it") from error  # fmt: skip
    types = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
             torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8",
             torch.uint64: "U64", torch.uint32: "U32", torch.uint16: "U16", torch.uint8: "U8",
             torch.bool: "BOOL"}  # fmt: skip

    def read(path: Path):
        options = {"map_location": "cpu", "weights_only": True}
        try:
            return torch.load(path, mmap=True, **options)
        except RuntimeError:  # written before torch 1.6, in a format that cannot be mapped
            return torch.load(path, **options)

    def load(path: Path) -> Iterator[StoredTensor]:
        try:
            contents = read(path)
        except Exception as error:  # what pickles can raise is not bounded
            reason = str(error).strip().splitlines() or [type(error).__name__]
            raise ConversionError(f"{path}: cannot be read as tensors alone: {reason[0]}") from error
        for key, value in walk(contents):
            if not isinstance(value, torch.Tensor):
                continue
            if value.layout != torch.strided or value.is_quantized:
                raise ConversionError(f"{path}: tensor '{key}': expected a plain tensor, got {value.layout}, "
                                      f"{value.dtype}")  # fmt: skip
            dtype = types.get(value.dtype, str(value.dtype))
            yield StoredTensor(key, dtype, tuple(value.shape), lambda value=value: to_bytes(value))

    def to_bytes(value) -> bytes:
        flat = value.detach().resolve_conj().resolve_neg().contiguous().reshape(-1)
        return flat.view(torch.uint8).numpy().tobytes() if flat.numel() else b""

    return load


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m structlin.convert_checkpoint", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("input", type=Path, help="a file of torch.save, or a folder of them")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the safetensors file to write")
    parser.add_argument("--rule", nargs=2, action="append", metavar=("PATTERN", "NAME"),
                        help="which files, and the names of their tensors; default: {file}.pt {key}")  # fmt: skip
    options = parser.parse_args(arguments)
    try:
        rules = [Rule(*rule) for rule in options.rule or [("{file}.pt", "{key}")]]
        count = convert(options.input, rules, options.output, torch_loader())
    except (ConversionError, OSError) as error:
        print(f"error: {describe(error)}", file=sys.stderr)
        return 1
    print(f"{count} tensors in {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
