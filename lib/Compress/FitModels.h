//===- FitModels.h - the fitters of the dialect's families ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One registration per family, called by registerFitModels.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_COMPRESS_FITMODELS_H
#define STRUCTLIN_LIB_COMPRESS_FITMODELS_H

#include "structlin/Compress/FitSupport.h"
#include "structlin/IR/StructlinAttrs.h"
#include "structlin/IR/StructlinDialect.h"

namespace mlir::structlin {

void registerLowRankFit(DialectRegistry &registry);
void registerBlastFit(DialectRegistry &registry);
void registerBlockSparseFit(DialectRegistry &registry);
void registerSparseFit(DialectRegistry &registry);
void registerLowRankSparseFit(DialectRegistry &registry);

} // namespace mlir::structlin

#endif // STRUCTLIN_LIB_COMPRESS_FITMODELS_H
