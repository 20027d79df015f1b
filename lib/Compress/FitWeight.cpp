//===- FitWeight.cpp - one weight to factors ------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls the structure's fitter and measures what it leaves.
//
//===----------------------------------------------------------------------===//

#include "structlin/Compress/FitWeight.h"
#include "structlin/Compress/FitSupport.h"
#include "structlin/Compress/WeightGroups.h"
#include "structlin/Numerics/Error.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace mlir::structlin;

uint64_t mlir::structlin::mixSeed(int64_t seed, StringRef weight) {
  // The multiplier is 2^64 over the golden ratio: neighbouring seeds end far apart.
  return llvm::xxh3_64bits(weight) ^ (static_cast<uint64_t>(seed) * 0x9e3779b97f4a7c15ULL);
}

/// Integers beyond 2^53 would not survive the fit in double.
static bool isExactInDouble(const HostTensor &tensor) {
  if (tensor.type() != ElementType::I64)
    return true;
  HostTensor aligned = tensor.aligned();
  return llvm::all_of(aligned.as<int64_t>(), [](int64_t value) {
    return value >= -(int64_t(1) << 53) && value <= (int64_t(1) << 53);
  });
}

FailureOr<MeasuredFit> mlir::structlin::fitAndMeasure(StructureAttrInterface structure,
                                                      const HostTensor &weight,
                                                      const FitSettings &settings,
                                                      std::string &why) {
  auto fittable = dyn_cast<FittableStructureInterface>(Attribute(structure));
  if (!fittable) {
    why = "no fitter is registered for " + printToString(structure);
    return failure();
  }
  if (!isExactInDouble(weight)) {
    why = "it has integers beyond 2^53";
    return failure();
  }
  FailureOr<FittedWeight> fitted = fittable.fitWeight(weight, settings, why);
  if (failed(fitted))
    return failure();
  numerics::Matrix<double> reconstructed =
      fittable.reconstructWeight(fitted->factors, weight.dim(0), weight.dim(1));
  // The precision of the fit holds every entry of the weight exactly.
  double error = inFitPrecision(
      weight, [&](const auto &dense) { return numerics::relativeError(dense, reconstructed); });
  if (!std::isfinite(error)) {
    why = ("the factors are not finite as " + ::structlin::mlirName(weight.type())).str();
    return failure();
  }
  return MeasuredFit{std::move(*fitted), error};
}

std::optional<std::string> mlir::structlin::findNonFinite(const HostTensor &weight) {
  if (!::structlin::isFloat(weight.type()))
    return std::nullopt;
  // Row by row: the largest weights of a model do not fit in memory twice.
  int64_t numInputs = weight.dim(1);
  size_t rowBytes = numInputs * ::structlin::byteSize(weight.type());
  std::vector<double> row(numInputs);
  for (int64_t i = 0; i < weight.dim(0); ++i) {
    ::structlin::convertToDouble(weight.bytes().slice(i * rowBytes, rowBytes), weight.type(), row);
    auto it = llvm::find_if(row, [](double value) { return !std::isfinite(value); });
    if (it != row.end())
      return llvm::formatv("{0} at [{1}, {2}]", std::isnan(*it) ? "nan" : "an infinity", i,
                           it - row.begin())
          .str();
  }
  return std::nullopt;
}
