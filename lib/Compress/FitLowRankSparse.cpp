//===- FitLowRankSparse.cpp - fitting W = U V + S -------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The OATS alternation of lib/Numerics for `#structlin.low_rank_sparse`. No
// statistics of the layer's inputs are known here, so D = I.
//
//===----------------------------------------------------------------------===//

#include "FitModels.h"
#include "SparseFactors.h"
#include "structlin/Numerics/LowRankSparse.h"

using namespace mlir;
using namespace mlir::structlin;

/// OATS keeps the same number of entries in every row (its section 3); never more
/// than the structure's share.
static numerics::SparsePattern getPattern(SparseAttr sparse, int64_t numInputs) {
  if (sparse.isNM())
    return numerics::SparsePattern::nm(sparse.getN(), sparse.getM());
  // 0.3 of 10 is 3, though 0.3 * 10 may round to less.
  double count = sparse.getKeep().value * double(numInputs);
  return numerics::SparsePattern::perRow(int64_t(count * (1 + 1e-12)));
}

namespace {
struct LowRankSparseFit
    : FittableStructureInterface::ExternalModel<LowRankSparseFit, LowRankSparseAttr> {
  FailureOr<FittedWeight> fitWeight(Attribute attribute, const HostTensor &weight,
                                    const FitSettings &settings, std::string &why) const {
    if (failed(refuseIntegers(weight, why)))
      return failure();
    auto structure = cast<LowRankSparseAttr>(attribute);
    return inFitPrecision(weight, [&](const auto &matrix) -> FailureOr<FittedWeight> {
      int64_t rank = structure.getRank(), planned = 0;
      numerics::LowRankSparseOptions options;
      setCommonOptions(options, settings, "iteration", planned);
      options.iterations = settings.oatsIterations;
      auto fit = numerics::fitLowRankSparse(
          matrix.view(), rank, getPattern(structure.getSparse(), matrix.cols), options);
      if (!succeededOr(fit, why))
        return failure();
      const auto &lowRank = fit->factors.lowRank;
      FittedWeight result;
      result.factors = {makeFactor("U", weight.type(), {matrix.rows, rank}, lowRank.u.data),
                        makeFactor("V", weight.type(), {rank, matrix.cols}, lowRank.v.data)};
      appendFactors(result, weight.type(), fit->factors.sparse);
      result.note = noteFewerSteps("iterations", planned, settings.oatsIterations);
      return result;
    });
  }

  numerics::Matrix<double> reconstructWeight(Attribute attribute, ArrayRef<FittedFactor> factors,
                                             int64_t numOutputs, int64_t numInputs) const {
    return numerics::reconstruct(numerics::LowRankSparseFactors<double>{
        {toMatrix(factors[0].tensor), toMatrix(factors[1].tensor)},
        readSparsePart(cast<LowRankSparseAttr>(attribute).getSparse(), factors.drop_front(2),
                       numOutputs, numInputs)});
  }
};
} // namespace

void mlir::structlin::registerLowRankSparseFit(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, StructlinDialect *) {
    LowRankSparseAttr::attachInterface<LowRankSparseFit>(*context);
  });
}
