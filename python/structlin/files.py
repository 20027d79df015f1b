# ===- files.py - files that appear complete or not at all ------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Writes files in one go, and says what is wrong with one."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replaced(path: Path | str) -> Iterator[BinaryIO]:
    """A new file that takes the place of `path` at the end, unless there is an error.

    Raises OSError with `path` as its file name, and leaves what was there.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
        handle, new = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    try:
        with open(handle, "wb") as stream:
            yield stream
        os.chmod(new, _mode(path))
        os.replace(new, path)
    except BaseException as error:
        os.unlink(new)
        if isinstance(error, OSError) and error.filename in (None, new):
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


def _mode(path: Path) -> int:
    """The mode of a file, or of a new one."""
    if path.exists():
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def describe(error: Exception) -> str:
    """The error for a message: of an OSError file and reason, without its number."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)
