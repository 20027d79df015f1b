//===- block-diagonal-plugin.cpp - the family for structlin-opt -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// structlin-opt --load-dialect-plugin=block-diagonal-plugin.so
//
//===----------------------------------------------------------------------===//

#include "BlockDiagonal.h"
#include "mlir/Tools/Plugins/DialectPlugin.h"

extern "C" mlir::DialectPluginLibraryInfo mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "block-diagonal", "0.1",
          [](mlir::DialectRegistry *registry) { mlir::example::registerBlockDiagonal(*registry); }};
}
