"""Makes files of parameters and shows how the tools refuse them.

    refused.py MODEL FOLDER FILE... [--parameters NAME] [--inputs NAME] [--only TOOL]

FILE is one of

    --safetensors NAME HEADER SIZE   a file with that header and SIZE bytes of data, each 0
    --text NAME TEXT                 a file with that text
    --npy NAME HEADER SIZE           a .npy file, version 1

where \\xNN in a text stands for a byte. These change the file before them:

    --length N      the length that a safetensors file gives of its header
    --size N        cut off, or grow with bytes 0, to N bytes; from the end if negative
    --fill BYTE     what the data consist of

FOLDER is made anew. structlin-opt fits MODEL to its parameters, and structlin-run runs it;
both have to exit with 1 and to leave nothing in the folder. Their errors are printed, with
DIR for the folder.
"""

import argparse
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path


class Change(argparse.Action):
    """Appends (option, values), so that the order of files and changes is kept."""

    def __call__(self, parser, namespace, values, option=None):
        steps = getattr(namespace, "steps", None) or []
        namespace.steps = steps + [(option, values if isinstance(values, list) else [values])]


def to_bytes(text):
    return re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), text.encode())


def make_file(option, name, text, size="0"):
    """The bytes before the data, and the data."""
    header, data = to_bytes(text), bytes(int(size))
    if option == "--safetensors":
        return struct.pack("<Q", len(header)) + header, data
    if option == "--npy":
        return b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header, data
    return header, data


def make_files(folder, steps):
    files, last = {}, None
    for option, values in steps:
        if option in ("--safetensors", "--text", "--npy"):
            last = values[0]
            files[last] = make_file(option, *values)
            continue
        head, data = files[last]
        number = int(values[0])
        if option == "--length":
            head = struct.pack("<Q", number) + head[8:]
        elif option == "--fill":
            data = bytes([number]) * len(data)
        else:
            whole = head + data
            number += len(whole) if number < 0 else 0
            head, data = whole[:number].ljust(number, b"\0"), b""
        files[last] = head, data
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, (head, data) in files.items():
        (folder / name).write_bytes(head + data)
    return set(files)


def run(folder, present, command):
    """Runs a tool that has to fail; returns whether it did so properly."""
    result = subprocess.run(command, capture_output=True, text=True)
    for line in result.stderr.splitlines():
        if "error:" in line:
            line = re.sub(r"^\S*/", "", line)
            print(command[0] + ":", line.replace(str(folder), "DIR"))
    left = {path.name for path in folder.iterdir()} - present
    if result.returncode != 1:
        print(f"{command[0]}: exit status {result.returncode}, expected 1", file=sys.stderr)
    if left:
        print(f"{command[0]}: left {sorted(left)}", file=sys.stderr)
    return result.returncode == 1 and not left


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("folder", type=Path)
    for option, count in [("--safetensors", 3), ("--text", 2), ("--npy", 3), ("--length", None),
                          ("--size", None), ("--fill", None)]:
        parser.add_argument(option, nargs=count, action=Change)
    parser.add_argument("--parameters", default="")
    parser.add_argument("--inputs")
    parser.add_argument("--only", metavar="TOOL", help="structlin-opt or structlin-run")
    arguments = parser.parse_args()
    folder = arguments.folder
    present = make_files(folder, arguments.steps)
    parameters = folder / arguments.parameters
    inputs = folder / arguments.inputs if arguments.inputs else "random:1"
    fit = f"parameters={parameters} output-parameters={folder}/out.safetensors"
    commands = [
        ["structlin-opt", arguments.model, f"--structlin-fit={fit}", "-o", f"{folder}/out.mlir"],
        ["structlin-run", arguments.model, f"--parameters={parameters}", f"--inputs={inputs}",
         f"--outputs={folder}/out.npy"],
    ]
    if arguments.only:
        commands = [command for command in commands if command[0] == arguments.only]
    # All of them, so that each one's errors are shown.
    return 0 if all([run(folder, present, command) for command in commands]) else 1


if __name__ == "__main__":
    sys.exit(main())
