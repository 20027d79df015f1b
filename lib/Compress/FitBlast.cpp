//===- FitBlast.cpp - fitting block-level adaptive structured matrices ----===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The BLAST factorisation of lib/Numerics for `#structlin.blast`.
//
//===----------------------------------------------------------------------===//

#include "FitModels.h"
#include "structlin/Numerics/Blast.h"

using namespace mlir;
using namespace mlir::structlin;

static numerics::BlastShape getShape(BlastAttr structure, int64_t numOutputs, int64_t numInputs) {
  return {numOutputs, numInputs, structure.getBlocks()[0], structure.getBlocks()[1],
          structure.getRank()};
}

namespace {
struct BlastFit : FittableStructureInterface::ExternalModel<BlastFit, BlastAttr> {
  FailureOr<FittedWeight> fitWeight(Attribute attribute, const HostTensor &weight,
                                    const FitSettings &settings, std::string &why) const {
    if (failed(refuseIntegers(weight, why)))
      return failure();
    return inFitPrecision(weight, [&](const auto &matrix) -> FailureOr<FittedWeight> {
      numerics::BlastShape shape = getShape(cast<BlastAttr>(attribute), matrix.rows, matrix.cols);
      int64_t planned = 0;
      numerics::BlastOptions options;
      setCommonOptions(options, settings, "sweep", planned);
      options.sweeps = settings.sweeps;
      options.restarts = settings.restarts;
      auto fit = numerics::fitBlast(matrix.view(), shape.b1, shape.b2, shape.rank, options);
      if (!succeededOr(fit, why))
        return failure();
      FittedWeight result;
      int64_t rank = shape.rank;
      const auto &factors = fit->factors;
      result.factors = {makeFactor("U", weight.type(), {shape.b1, shape.p(), rank}, factors.u),
                        makeFactor("s", weight.type(), {shape.b1, shape.b2, rank}, factors.s),
                        makeFactor("V", weight.type(), {shape.b2, rank, shape.q()}, factors.v)};
      result.note = noteFewerSteps("sweeps", fit->plannedSweeps, settings.sweeps);
      return result;
    });
  }

  numerics::Matrix<double> reconstructWeight(Attribute attribute, ArrayRef<FittedFactor> factors,
                                             int64_t numOutputs, int64_t numInputs) const {
    numerics::BlastFactors<double> stored;
    stored.shape = getShape(cast<BlastAttr>(attribute), numOutputs, numInputs);
    stored.u = factors[0].tensor.toDoubles();
    stored.s = factors[1].tensor.toDoubles();
    stored.v = factors[2].tensor.toDoubles();
    return numerics::reconstruct(stored);
  }
};
} // namespace

void mlir::structlin::registerBlastFit(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, StructlinDialect *) {
    BlastAttr::attachInterface<BlastFit>(*context);
  });
}
