//===- FitModels.cpp - the fitters of the dialect's families --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The interface, and the list of its models.
//
//===----------------------------------------------------------------------===//

#include "FitModels.h"

using namespace mlir;
using namespace mlir::structlin;

#include "structlin/Compress/FittableStructure.cpp.inc"

void mlir::structlin::registerFitModels(DialectRegistry &registry) {
  registerLowRankFit(registry);
  registerBlastFit(registry);
  registerBlockSparseFit(registry);
  registerSparseFit(registry);
  registerLowRankSparseFit(registry);
}
