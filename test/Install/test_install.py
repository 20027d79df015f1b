# ===- test_install.py - what users of the install tree do ------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""The install tree works from where it has been moved to, and needs nothing of the build."""

import json
import os
import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from command import run

from structlin.tools import build_folder

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# One process makes one install tree.
pytestmark = pytest.mark.xdist_group("install")

COMPRESS = (
    'structlin-compress{structure="#structlin.low_rank<keep = 0.5>" parameters=random:0 '
    "output-parameters=%s}"
)


def expect_report(text):
    """The report that all hosts give about the model."""
    report = json.loads(text)
    (layer,) = report["layers"]
    assert (layer["name"], layer["structure"]) == ("fc", "#structlin.low_rank<rank = 19>")
    assert layer["keep"] == 19 * (64 + 96) / (64 * 96)
    assert 0 < layer["error"] < 1
    return layer["error"]


def llvm_folder(cache):
    """The root of the LLVM that the build uses."""
    return Path(cache["MLIR_DIR"]).parents[2]


def console_commands(page):
    """The commands of a page's console blocks that say `in test/Install`."""
    text = (ROOT / "docs" / page).read_text()
    blocks = re.findall(r"^```console in test/Install\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]


def run_page(page, folder, prefix, cache):
    """Runs these commands in a folder, with the install tree at hand and the build's compilers."""
    launcher = cache.get("CCACHE_PROGRAM", "")
    environment = {
        **os.environ,
        "PATH": f"{prefix / 'bin'}:{os.environ['PATH']}",
        "CC": cache["CMAKE_C_COMPILER"],
        "CXX": cache["CMAKE_CXX_COMPILER"],
        "CMAKE_GENERATOR": "Ninja",
        "CMAKE_CXX_COMPILER_LAUNCHER": "" if "NOTFOUND" in launcher else launcher,
        "CCACHE_BASEDIR": "/",
        "CCACHE_NOHASHDIR": "1",
    }
    said = []
    for command in console_commands(page):
        if not command.startswith("cmake --install"):  # the fixture has done so
            command = re.sub(r"^cc\b", "$CC", command.replace("/opt/structlin", str(prefix)))
            said.append(run("bash", "-c", command, cwd=folder, env=environment))
    return said


def test_outside_project(prefix, cache, model, tmp_path):
    """The hosts of docs/Embedding.md."""
    shutil.copytree(HERE / "Outside", tmp_path / "outside")
    _, _, compressed, _, imported = run_page("Embedding.md", tmp_path, prefix, cache)
    expect_report(compressed)
    assert json.loads(imported)["layers"][0]["structure"] == "dense"
    errors = []
    for program in ("outside/build/compress-cpp", "outside/build/compress-c", "compress-c"):
        assert str(prefix / "lib" / "libStructlin") in run("ldd", tmp_path / program)
        factors = tmp_path / f"{Path(program).name}.safetensors"
        errors.append(expect_report(run(tmp_path / program, model, COMPRESS % factors)))
        assert factors.exists()
    assert len(set(errors)) == 1


def test_outside_family(prefix, cache, tmp_path):
    """The example of docs/AddAStructure.md, with tools that were built without it."""
    example = tmp_path / "test/Example/BlockDiagonal"
    shutil.copytree(ROOT / "test/Example/BlockDiagonal", example)
    _, _, ours = run_page("AddAStructure.md", tmp_path, prefix, cache)
    assert "example.block_diagonal_matmul" in ours and "error = 0.8" in ours

    plugin = prefix / "lib" / "structlin-plugin.so"
    stock = run(llvm_folder(cache) / "bin/mlir-opt", f"--load-dialect-plugin={plugin}",
                f"--load-dialect-plugin={tmp_path / 'example/block-diagonal-plugin.so'}",
                f"--load-pass-plugin={plugin}", example / "plugin.mlir",
                "--pass-pipeline=builtin.module(structlin-fit)")  # fmt: skip
    assert stock == ours


def test_project_in_c_alone(prefix, cache, tmp_path):
    """Without a C++ compiler in the project."""
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(outside LANGUAGES C)\n"
        "find_package(Structlin 0.1 REQUIRED CONFIG)\n"
        f"add_executable(host {HERE / 'Outside/compress.c'})\n"
        "target_link_libraries(host PRIVATE Structlin::StructlinCAPI)\n"
    )
    run("cmake", "-G", "Ninja", "-S", tmp_path, "-B", tmp_path / "build",
        f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_C_COMPILER={cache['CMAKE_C_COMPILER']}")  # fmt: skip
    run("cmake", "--build", tmp_path / "build")
    needed = run("readelf", "-d", tmp_path / "build/host")
    assert "libStructlinCAPI.so" in needed and "libMLIR" not in needed


@pytest.mark.parametrize("version", ["0.2", "1.0"])
def test_other_versions_are_refused(prefix, tmp_path, version):
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(outside LANGUAGES NONE)\n"
        f"find_package(Structlin {version} QUIET CONFIG)\n"
        'if(Structlin_FOUND)\n  message(FATAL_ERROR "found")\nendif()\n'
        'message(STATUS "considered ${Structlin_CONSIDERED_VERSIONS}")\n'
    )
    told = run("cmake", "-S", tmp_path, "-B", tmp_path / "b", f"-DCMAKE_PREFIX_PATH={prefix}")
    assert "considered 0.1.0" in told


@pytest.mark.parametrize("program", ["attributes", "compress"])
def test_c_program(prefix, cache, tmp_path, program):
    """Strict C99 against the installed headers and library, without CMake."""
    run(cache["CMAKE_C_COMPILER"], "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic",
        ROOT / "test/CAPI" / f"{program}.c", "-I", prefix / "include",
        "-isystem", llvm_folder(cache) / "include", "-L", prefix / "lib", "-lStructlinCAPI", "-lm",
        f"-Wl,-rpath,{prefix / 'lib'}", "-o", tmp_path / program)  # fmt: skip
    assert "all expectations" in run(tmp_path / program)


def test_ctypes(prefix, model, tmp_path):
    """The one library is all that a foreign function interface needs."""
    script = HERE / "compress_ctypes.py"
    factors = tmp_path / "small.safetensors"
    library = prefix / "lib" / "libStructlinCAPI.so"
    expect_report(run(sys.executable, script, library, model, COMPRESS % factors))


def test_tools(prefix, model, tmp_path):
    np.save(tmp_path / "x.npy", np.ones((5, 96), np.float32))
    run(prefix / "bin/structlin-opt", model, "-o", tmp_path / "small.mlir",
        f"--pass-pipeline=builtin.module({COMPRESS % (tmp_path / 'small.safetensors')})")  # fmt: skip
    run(prefix / "bin/structlin-run", tmp_path / "small.mlir", "--entry=f",
        f"--inputs={tmp_path / 'x.npy'}", f"--outputs={tmp_path / 'y.npy'}",
        f"--parameters={tmp_path / 'small.safetensors'}")  # fmt: skip
    assert np.load(tmp_path / "y.npy").shape == (5, 64)
    assert "OVERVIEW" in run(prefix / "bin/structlin-lsp-server", "--help")


def test_plugin(prefix, cache, model):
    plugin = prefix / "lib" / "structlin-plugin.so"
    stock = llvm_folder(cache) / "bin" / "mlir-opt"
    plain = run(stock, f"--load-dialect-plugin={plugin}", f"--load-pass-plugin={plugin}", model,
                "--pass-pipeline=builtin.module(structlin-import)")  # fmt: skip
    assert "structlin.linear" in plain
    # The dialect and the passes of one library, seen from both of its uses.
    lowered = run(stock, f"--load-dialect-plugin={plugin}", f"--load-pass-plugin={plugin}",
                  "--pass-pipeline=builtin.module(structlin-decompose)", input=plain)  # fmt: skip
    assert "linalg.matmul" in lowered and "structlin.linear" not in lowered


def test_python_package(prefix, model):
    program = (
        "import sys; from structlin.pipeline import compress;"
        "print(compress(sys.argv[1], 'random:0', '#structlin.sparse<2 : 4>', 'nm').keep)"
    )
    environment = {key: value for key, value in os.environ.items() if key != "STRUCTLIN_BUILD"}
    environment["PYTHONPATH"] = str(prefix / "python_packages")
    keep = run(sys.executable, "-c", program, model, env=environment, cwd=model.parent)
    assert float(keep) == 0.5


def test_python_package_is_complete(prefix):
    sources, installed = ROOT / "python/structlin", prefix / "python_packages/structlin"
    files, copies = ({path.relative_to(folder) for path in folder.rglob("*")
                      if path.is_file() and "__pycache__" not in path.parts} for folder in (sources, installed))  # fmt: skip
    assert len(files) > 30 and files == copies


def test_relocatable(prefix):
    """Neither the package nor a run path says where the tree was built or installed."""
    first = prefix.parents[1] / "first"
    foreign = [str(folder) for folder in (first, ROOT, build_folder().resolve())]
    scripts = sorted(prefix.rglob("*.cmake"))
    assert len(scripts) >= 4
    for script in scripts:
        assert not [folder for folder in foreign if folder in script.read_text()], script
    binaries = [path for path in (*prefix.glob("lib/*.so*"), *prefix.glob("bin/*"))
                if not path.is_symlink()]  # fmt: skip
    assert len(binaries) >= 7
    for binary in binaries:
        paths = re.search(r"RUNPATH.*\[(.*)\]", run("readelf", "-d", binary))
        beside, llvm = paths[1].split(":")
        assert beside == ("$ORIGIN/../lib" if binary.parent.name == "bin" else "$ORIGIN")
        assert Path(llvm).is_dir() and not llvm.startswith(tuple(foreign))


def test_exported_symbols(prefix):
    """The C library exports C functions: ours and all of MLIR-C."""
    lines = run("nm", "-D", "--defined-only", prefix / "lib/libStructlinCAPI.so").splitlines()
    names = {line.split()[2].split("@")[0] for line in lines}
    assert {"mlirContextCreate", "mlirRegisterAllDialects", "structlinReportCreate"} <= names
    assert all(name.startswith(("mlir", "structlin")) for name in names)


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "docs/Embedding.md", "docs/Spec.md"])
def test_documents(prefix, name):
    assert (prefix / "share/doc/structlin" / name).exists()


def test_headers_are_complete(prefix):
    """Every header is installed, and what headers and .td files include of ours is, too."""
    sources, installed = ROOT / "include", prefix / "include"
    headers = {path.relative_to(sources) for path in sources.rglob("*.h")}
    assert headers and not [path for path in headers if not (installed / path).exists()]
    files = [path for path in installed.rglob("*") if path.suffix in (".h", ".inc", ".td")]
    included = {
        name
        for path in files
        for name in re.findall(r'include "(structlin(?:-c)?/[^"]*)"', path.read_text())
    }
    assert len(included) > 30
    assert not [name for name in included if not (installed / name).exists()]
