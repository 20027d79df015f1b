//===- compress.cpp - a host in C++ ---------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// compress-cpp MODEL PIPELINE: runs a pipeline and prints what became of the layers.
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "structlin/Compress/Report.h"
#include "structlin/InitAll.h"
#include "llvm/Support/FormatVariadic.h"

int main(int argc, char **argv) {
  if (argc != 3)
    return llvm::errs() << "usage: compress-cpp MODEL PIPELINE\n", 2;
  mlir::structlin::registerAllPasses();
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::structlin::registerAllDialects(registry);

  mlir::MLIRContext context(registry);
  auto model = mlir::parseSourceFile<mlir::ModuleOp>(argv[1], &context);
  auto passes = mlir::PassManager::on<mlir::ModuleOp>(&context);
  if (!model || failed(mlir::parsePassPipeline(argv[2], passes)) || failed(passes.run(*model)))
    return 1;

  llvm::json::Value report = mlir::structlin::toJSON(mlir::structlin::reportLayers(*model));
  llvm::outs() << llvm::formatv("{0:2}\n", report);
}
