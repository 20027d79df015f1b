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

/// The fitter of `structure`, which also knows what its factors stand for.
static FailureOr<FittableStructureInterface> getFitter(StructureAttrInterface structure,
                                                       std::string &why) {
  if (auto fittable = dyn_cast<FittableStructureInterface>(Attribute(structure)))
    return fittable;
  why = "no fitter is registered for " + printToString(structure);
  return failure();
}

FailureOr<double> mlir::structlin::measureError(StructureAttrInterface structure,
                                                ArrayRef<FittedFactor> factors,
                                                const HostTensor &weight, std::string &why) {
  FailureOr<FittableStructureInterface> fittable = getFitter(structure, why);
  if (failed(fittable))
    return failure();
  numerics::Matrix<double> reconstructed =
      fittable->reconstructWeight(factors, weight.dim(0), weight.dim(1));
  // The precision of the fit holds every entry of the weight exactly.
  double error = inFitPrecision(
      weight, [&](const auto &dense) { return numerics::relativeError(dense, reconstructed); });
  if (!std::isfinite(error)) {
    why = ("the factors are not finite as " + ::structlin::mlirName(weight.type())).str();
    return failure();
  }
  return error;
}

FailureOr<MeasuredFit> mlir::structlin::fitAndMeasure(StructureAttrInterface structure,
                                                      const HostTensor &weight,
                                                      const FitSettings &settings,
                                                      std::string &why) {
  FailureOr<FittableStructureInterface> fittable = getFitter(structure, why);
  if (failed(fittable))
    return failure();
  if (!isExactInDouble(weight)) {
    why = "it has integers beyond 2^53";
    return failure();
  }
  FailureOr<FittedWeight> fitted = fittable->fitWeight(weight, settings, why);
  if (failed(fitted))
    return failure();
  FailureOr<double> error = measureError(structure, fitted->factors, weight, why);
  if (failed(error))
    return failure();
  return MeasuredFit{std::move(*fitted), *error};
}

/// Where element `position` of a tensor of this shape is: "[3, 5]".
static std::string formatPosition(int64_t position, ArrayRef<int64_t> shape) {
  SmallVector<int64_t> index(shape.size());
  for (auto [size, place] : llvm::reverse(llvm::zip_equal(shape, index))) {
    place = position % size;
    position /= size;
  }
  return llvm::formatv("[{0:$[, ]}]", llvm::make_range(index.begin(), index.end()));
}

std::optional<std::string> mlir::structlin::findNonFinite(const HostTensor &tensor) {
  if (!::structlin::isFloat(tensor.type()) || tensor.numElements() == 0)
    return std::nullopt;
  // Piece by piece: the largest weights of a model do not fit in memory twice.
  std::vector<double> piece;
  int64_t size = tensor.numElements(), pieceSize = std::min<int64_t>(size, 1 << 16);
  size_t entryBytes = ::structlin::byteSize(tensor.type());
  for (int64_t begin = 0; begin < size; begin += pieceSize) {
    piece.resize(std::min(pieceSize, size - begin));
    ::structlin::convertToDouble(
        tensor.bytes().slice(begin * entryBytes, piece.size() * entryBytes), tensor.type(), piece);
    auto it = llvm::find_if(piece, [](double value) { return !std::isfinite(value); });
    if (it != piece.end())
      return (std::isnan(*it) ? "nan at " : "an infinity at ") +
             formatPosition(begin + (it - piece.begin()), tensor.shape());
  }
  return std::nullopt;
}
