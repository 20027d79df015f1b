//===- tools/structlin-opt/structlin-opt.cpp - the pass driver -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mlir-opt with our dialect and passes beside upstream's.
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "structlin/InitAll.h"
#include "structlin/Numerics/BlasKernels.h"

int main(int argc, char **argv) {
  structlin::numerics::selectBlasKernels();
  mlir::registerAllPasses();
  mlir::structlin::registerAllPasses();
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::structlin::registerAllDialects(registry);
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "structlin optimizer driver\n", registry));
}
