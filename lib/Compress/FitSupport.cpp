//===- FitSupport.cpp - what the families' fitters share ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Index factors, and options.
//
//===----------------------------------------------------------------------===//

#include "structlin/Compress/FitSupport.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <limits>

using namespace mlir;
using namespace mlir::structlin;

FittedFactor mlir::structlin::makeIndexFactor(StringRef name, ArrayRef<int64_t> values) {
  int64_t size = values.size();
  bool isWide = llvm::any_of(
      values, [](int64_t value) { return value > std::numeric_limits<int32_t>::max(); });
  HostTensor tensor = HostTensor::allocate(isWide ? ElementType::I64 : ElementType::I32, {size});
  if (isWide)
    llvm::copy(values, tensor.mutableAs<int64_t>().begin());
  else
    llvm::copy(values, tensor.mutableAs<int32_t>().begin());
  return {name.str(), std::move(tensor)};
}

std::vector<int64_t> mlir::structlin::readIndices(const HostTensor &tensor) {
  // Positions are far below 2^53.
  std::vector<double> values = tensor.toDoubles();
  return std::vector<int64_t>(values.begin(), values.end());
}

void mlir::structlin::setCommonOptions(numerics::FitOptions &options, const FitSettings &settings,
                                       StringRef step, int64_t &planned) {
  options.seed = settings.seed;
  options.flopLimit = settings.flopLimit;
  options.progress = [&settings, &planned, step = step.str()](int64_t done, int64_t total) {
    planned = std::max(planned, total);
    if (settings.progress)
      settings.progress(step, done, total);
  };
}

std::string mlir::structlin::noteFewerSteps(StringRef steps, int64_t planned, int64_t asked) {
  if (planned == 0 || planned >= asked)
    return "";
  return llvm::formatv("{0} of {1} {2}, to stay below the FLOP limit", planned, asked, steps);
}
