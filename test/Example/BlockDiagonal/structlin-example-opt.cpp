//===- structlin-example-opt.cpp - structlin-opt with one more family -----===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a project with families of its own builds: all of structlin, unchanged,
// beside its dialect.
//
//===----------------------------------------------------------------------===//

#include "BlockDiagonal.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "structlin/InitAll.h"

int main(int argc, char **argv) {
  mlir::registerAllPasses();
  mlir::structlin::registerAllPasses();
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::structlin::registerAllDialects(registry);
  mlir::example::registerBlockDiagonal(registry);
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "structlin with an example family\n", registry));
}
