//===- structlin-plugin.cpp - the project as a plugin ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Dialect, passes and pipelines for the stock tools:
//
//   mlir-opt --load-dialect-plugin=structlin-plugin.so
//     --load-pass-plugin=structlin-plugin.so
//     --pass-pipeline='builtin.module(structlin-decompose)'
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "structlin/InitAll.h"
#include "llvm/Support/Compiler.h"

static constexpr const char *kName = "structlin";
static constexpr const char *kVersion = "0.1";

extern "C" LLVM_ATTRIBUTE_WEAK mlir::DialectPluginLibraryInfo mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, kName, kVersion,
          [](mlir::DialectRegistry *registry) { mlir::structlin::registerAllDialects(*registry); }};
}

extern "C" LLVM_ATTRIBUTE_WEAK mlir::PassPluginLibraryInfo mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, kName, kVersion, [] { mlir::structlin::registerAllPasses(); }};
}
