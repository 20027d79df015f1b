# ===- compress_ctypes.py - a host in Python --------------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""compress_ctypes.py LIBRARY MODEL PIPELINE: as Outside/compress.c, through ctypes."""

import ctypes
import sys
from ctypes import CFUNCTYPE, POINTER, Structure, c_bool, c_char, c_size_t, c_void_p


class Handle(Structure):
    """Any of MLIR-C's structs of one pointer."""

    _fields_ = [("ptr", c_void_p)]


class String(Structure):
    """MlirStringRef."""

    _fields_ = [("data", POINTER(c_char)), ("length", c_size_t)]


class Result(Structure):
    """MlirLogicalResult."""

    _fields_ = [("value", ctypes.c_int8)]


def string(text):
    data = text.encode()
    return String(ctypes.cast(ctypes.create_string_buffer(data), POINTER(c_char)), len(data))


def main(library, model, pipeline):
    lib = ctypes.CDLL(library)
    Callback = CFUNCTYPE(None, String, c_void_p)

    def function(name, result, *arguments):
        entry = lib[name]
        entry.restype, entry.argtypes = result, arguments
        return entry

    pieces = []
    collect = Callback(lambda text, _: pieces.append(ctypes.string_at(text.data, text.length)))

    function("structlinRegisterAllPasses", None)()
    registry = function("mlirDialectRegistryCreate", Handle)()
    function("mlirRegisterAllDialects", None, Handle)(registry)
    function("structlinRegisterAllDialects", None, Handle)(registry)
    context = function("mlirContextCreateWithRegistry", Handle, Handle, c_bool)(registry, False)
    module = function("mlirModuleCreateParseFromFile", Handle, Handle, String)(
        context, string(model)
    )
    operation = function("mlirModuleGetOperation", Handle, Handle)(module)
    passes = function("mlirPassManagerCreateOnOperation", Handle, Handle, String)(
        context, string("builtin.module")
    )
    manager = function("mlirPassManagerGetAsOpPassManager", Handle, Handle)(passes)
    add = function("mlirOpPassManagerAddPipeline", Result, Handle, String, Callback, c_void_p)
    if not add(manager, string(pipeline), collect, None).value:
        sys.exit(b"".join(pieces).decode())
    if not function("mlirPassManagerRunOnOp", Result, Handle, Handle)(passes, operation).value:
        sys.exit("the pipeline failed")

    report = function("structlinReportCreate", Handle, Handle)(operation)
    function("structlinReportPrint", None, Handle, Callback, c_void_p)(report, collect, None)
    print(b"".join(pieces).decode())
    function("structlinReportDestroy", None, Handle)(report)
    function("mlirPassManagerDestroy", None, Handle)(passes)
    function("mlirModuleDestroy", None, Handle)(module)
    function("mlirContextDestroy", None, Handle)(context)
    function("mlirDialectRegistryDestroy", None, Handle)(registry)


if __name__ == "__main__":
    main(*sys.argv[1:])
