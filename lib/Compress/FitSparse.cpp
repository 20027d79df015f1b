//===- FitSparse.cpp - fitting sparse weights -----------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The entries of the largest magnitude, in the whole weight or n of every m, for
// `#structlin.sparse`. Kept entries are those of W, so integer weights stay what
// they are.
//
//===----------------------------------------------------------------------===//

#include "FitModels.h"
#include "SparseFactors.h"
#include <cmath>

using namespace mlir;
using namespace mlir::structlin;

template <typename T>
static numerics::Result<SparsePart<T>> fitPart(const numerics::Matrix<T> &matrix,
                                               SparseAttr structure) {
  if (structure.isNM()) {
    auto fit = numerics::fitNM(matrix.view(), structure.getN(), structure.getM());
    if (!fit)
      return fit.takeError();
    return SparsePart<T>(std::move(*fit));
  }
  // The rounding of SparseAttr::getKeep.
  int64_t kept = std::llround(structure.getKeep().value * double(matrix.rows * matrix.cols));
  auto fit = numerics::fitSparse(matrix.view(), numerics::SparseScope::Tensor, kept);
  if (!fit)
    return fit.takeError();
  return SparsePart<T>(std::move(*fit));
}

namespace {
struct SparseFit : FittableStructureInterface::ExternalModel<SparseFit, SparseAttr> {
  FailureOr<FittedWeight> fitWeight(Attribute attribute, const HostTensor &weight,
                                    const FitSettings &, std::string &why) const {
    return inFitPrecision(weight, [&](const auto &matrix) -> FailureOr<FittedWeight> {
      auto fit = fitPart(matrix, cast<SparseAttr>(attribute));
      if (!succeededOr(fit, why))
        return failure();
      FittedWeight result;
      appendFactors(result, weight.type(), *fit);
      return result;
    });
  }

  numerics::Matrix<double> reconstructWeight(Attribute attribute, ArrayRef<FittedFactor> factors,
                                             int64_t numOutputs, int64_t numInputs) const {
    return std::visit([](const auto &part) { return numerics::reconstruct(part); },
                      readSparsePart(cast<SparseAttr>(attribute), factors, numOutputs, numInputs));
  }
};
} // namespace

void mlir::structlin::registerSparseFit(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, StructlinDialect *) {
    SparseAttr::attachInterface<SparseFit>(*context);
  });
}
