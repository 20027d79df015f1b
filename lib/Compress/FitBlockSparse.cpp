//===- FitBlockSparse.cpp - fitting block-sparse weights ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The blocks of the largest norm, for `#structlin.block_sparse`. Kept entries are
// those of W, so integer weights stay what they are.
//
//===----------------------------------------------------------------------===//

#include "FitModels.h"
#include "structlin/Numerics/BlockSparse.h"
#include <cmath>

using namespace mlir;
using namespace mlir::structlin;

namespace {
struct BlockSparseFit : FittableStructureInterface::ExternalModel<BlockSparseFit, BlockSparseAttr> {
  FailureOr<FittedWeight> fitWeight(Attribute attribute, const HostTensor &weight,
                                    const FitSettings &, std::string &why) const {
    auto structure = cast<BlockSparseAttr>(attribute);
    int64_t height = structure.getBlock()[0], width = structure.getBlock()[1];
    int64_t blocks =
        numerics::ceilDiv(weight.dim(0), height) * numerics::ceilDiv(weight.dim(1), width);
    // The rounding of BlockSparseAttr::getKeep.
    int64_t kept = std::llround(structure.getKeep().value * double(blocks));
    return inFitPrecision(weight, [&](const auto &matrix) -> FailureOr<FittedWeight> {
      auto fit = numerics::fitBlockSparse(matrix.view(), height, width, kept);
      if (!succeededOr(fit, why))
        return failure();
      FittedWeight result;
      result.factors = {makeFactor("values", weight.type(), {kept, height, width}, fit->values),
                        makeIndexFactor("indices", fit->columns),
                        makeIndexFactor("offsets", fit->offsets)};
      return result;
    });
  }

  numerics::Matrix<double> reconstructWeight(Attribute attribute, ArrayRef<FittedFactor> factors,
                                             int64_t numOutputs, int64_t numInputs) const {
    auto structure = cast<BlockSparseAttr>(attribute);
    return numerics::reconstruct(numerics::BlockSparseFactors<double>{
        numOutputs, numInputs, structure.getBlock()[0], structure.getBlock()[1],
        factors[0].tensor.toDoubles(), readIndices(factors[1].tensor),
        readIndices(factors[2].tensor)});
  }
};
} // namespace

void mlir::structlin::registerBlockSparseFit(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, StructlinDialect *) {
    BlockSparseAttr::attachInterface<BlockSparseFit>(*context);
  });
}
