# ===- make_cuda_stubs.py - let a CUDA build of torch load without CUDA ----===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# torch's package for x86-64 Linux is linked against some dozen CUDA libraries, 2 GB,
# and is not loaded where one is missing, even to be used on a CPU. This puts stand-ins
# beside it: libraries with the right names and symbols, whose every function answers
# "no device". torch.cuda.is_available() is then False, as on any machine without a GPU,
# and no stub is called again. They come before a CUDA that the machine may have, whose
# version need not fit. Not for an environment that is to use a GPU.
#
# ===----------------------------------------------------------------------===//
"""Makes stubs of the CUDA libraries that torch is linked against and does not bring, with $CC or cc."""

import argparse
import os
import re
import subprocess
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CUDA = re.compile(r"lib(cu|nccl|nvrtc|nvshmem|nvToolsExt|nvJitLink)\w*\.so")
NO_DEVICE = 100  # cudaErrorNoDevice and CUDA_ERROR_NO_DEVICE; not zero (success) in any of the libraries
RETURNS_TEXT = re.compile(r"Get\w*(Error|Status)\w*(String|Name)$|GetLastError$")


class Library:
    """What a shared library needs from others, as readelf tells it."""

    def __init__(self, path):
        said = subprocess.run(["readelf", "--wide", "--dynamic", "--version-info", "--dyn-syms", path],
                              check=True, capture_output=True, text=True).stdout  # fmt: skip
        self.needed = re.findall(r"\(NEEDED\).*\[(.+)\]", said)
        self.undefined, self.defined = set(), set()
        for bind, index, name in re.findall(r" (GLOBAL|WEAK) +\w+ +(\w+) (\S+)", said):
            if index != "UND":
                self.defined.add(name.partition("@")[0])
            elif bind == "GLOBAL":
                self.undefined.add(name)
        # Which library a version comes from: "File: libx.so  Cnt: 2" and then its versions.
        self.provider = {}
        for line in said.splitlines():
            if file := re.search(r" File: (\S+) ", line):
                provider = file[1]
            elif version := re.search(r" Name: (\S+) .*Version: \d+", line):
                self.provider[version[1]] = provider


def stubs_for(libraries, present):
    """Per CUDA library not `present` the symbols asked of it, by version ("" for none)."""
    missing = sorted({n for l in libraries for n in l.needed if CUDA.match(n)} - present)
    wanted = {name: defaultdict(set) for name in missing}
    if not missing:
        return wanted
    defined = set().union(*(l.defined for l in libraries))
    for library in libraries:
        for symbol in library.undefined:
            name, _, version = re.sub(r"@+", "@", symbol).partition("@")
            if version:
                if (provider := library.provider.get(version)) in wanted:
                    wanted[provider][version].add(name)
            elif name not in defined and any(n in wanted for n in library.needed):
                # Without a version a symbol is looked for in all loaded libraries: the
                # first missing one of those that this library loads will do.
                wanted[next(n for n in library.needed if n in wanted)][""].add(name)
    return wanted


def compile_stub(path, versions):
    """Compiles a library `path` with functions by version."""
    with tempfile.TemporaryDirectory() as scratch:
        source, script = Path(scratch, "stub.c"), Path(scratch, "stub.map")
        with source.open("w") as code:
            for name in sorted(set().union(*versions.values())):
                if RETURNS_TEXT.search(name):
                    code.write(f'const char *{name}(void) {{ return "no CUDA on this machine"; }}\n')
                else:
                    code.write(f"int {name}(void) {{ return {NO_DEVICE}; }}\n")
        script.write_text("".join(f"{version} {{ global: {'; '.join(sorted(names))}; }};\n"
                                  for version, names in versions.items() if version))  # fmt: skip
        options = [f"-Wl,--version-script={script}"] if any(versions) else []
        subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-fno-builtin", "-w", f"-Wl,-soname,{path.name}",
                        *options, "-o", path, source], check=True)  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site_packages", type=Path, help="the folder that holds torch")
    folder = parser.parse_args().site_packages / "torch" / "lib"
    paths = [p for p in sorted(folder.glob("lib*.so*"))]
    with ThreadPoolExecutor() as pool:
        libraries = list(pool.map(Library, paths))
    stubs = stubs_for(libraries, {p.name for p in paths})
    for name, versions in stubs.items():
        compile_stub(folder / name, versions)
    symbols = sum(len(names) for versions in stubs.values() for names in versions.values())
    print(f"Made stand-ins for {len(stubs)} CUDA libraries, with {symbols} symbols")


if __name__ == "__main__":
    main()
