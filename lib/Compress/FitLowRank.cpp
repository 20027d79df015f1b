//===- FitLowRank.cpp - fitting W = U V -----------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The truncated SVD of lib/Numerics for `#structlin.low_rank`.
//
//===----------------------------------------------------------------------===//

#include "FitModels.h"
#include "structlin/Numerics/LowRank.h"

using namespace mlir;
using namespace mlir::structlin;

namespace {
struct LowRankFit : FittableStructureInterface::ExternalModel<LowRankFit, LowRankAttr> {
  FailureOr<FittedWeight> fitWeight(Attribute attribute, const HostTensor &weight,
                                    const FitSettings &settings, std::string &why) const {
    if (failed(refuseIntegers(weight, why)))
      return failure();
    return inFitPrecision(weight, [&](const auto &matrix) -> FailureOr<FittedWeight> {
      int64_t rank = cast<LowRankAttr>(attribute).getRank(), planned = 0;
      numerics::LowRankOptions options;
      setCommonOptions(options, settings, "iteration", planned);
      auto fit = numerics::fitLowRank(matrix.view(), rank, options);
      if (!succeededOr(fit, why))
        return failure();
      FittedWeight result;
      result.factors = {makeFactor("U", weight.type(), {matrix.rows, rank}, fit->u.data),
                        makeFactor("V", weight.type(), {rank, matrix.cols}, fit->v.data)};
      return result;
    });
  }

  numerics::Matrix<double> reconstructWeight(Attribute, ArrayRef<FittedFactor> factors, int64_t,
                                             int64_t) const {
    return numerics::reconstruct(
        numerics::LowRankFactors<double>{toMatrix(factors[0].tensor), toMatrix(factors[1].tensor)});
  }
};
} // namespace

void mlir::structlin::registerLowRankFit(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, StructlinDialect *) {
    LowRankAttr::attachInterface<LowRankFit>(*context);
  });
}
