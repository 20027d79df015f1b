# ===- test_files.py - files that appear complete or not at all -------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""structlin.files: replacing a file, and errors that name it."""

import os

import pytest

from structlin.files import describe, replaced


def test_the_new_file_takes_the_place_of_the_old_one(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o640)
    with replaced(path) as stream:
        stream.write(b"new")
        assert path.read_text() == "old"
    assert path.read_text() == "new" and path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_usual_mode(tmp_path):
    path, usual = tmp_path / "file", tmp_path / "usual"
    usual.touch()
    with replaced(path):
        pass
    assert path.stat().st_mode == usual.stat().st_mode


def test_negative_body(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(KeyError), replaced(path) as stream:
        stream.write(b"half")
        raise KeyError
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name, reason", [("", "Is a directory"), ("none/file", "No such file or directory")])
def test_negative_path(name, reason, tmp_path):
    path = tmp_path / name
    with pytest.raises(OSError) as caught, replaced(path):
        pass
    assert describe(caught.value) == f"{path}: {reason}"
    assert not os.listdir(tmp_path)


def test_negative_write(tmp_path):
    path = tmp_path / "file"
    with pytest.raises(OSError) as caught, replaced(path):
        raise OSError(28, "No space left on device")
    assert describe(caught.value) == f"{path}: No space left on device"
    assert not os.listdir(tmp_path)
