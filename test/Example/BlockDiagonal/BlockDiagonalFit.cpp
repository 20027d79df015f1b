//===- BlockDiagonalFit.cpp - fitting block-diagonal weights --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The nearest block-diagonal matrix to W in the Frobenius norm has the diagonal
// blocks of W. Entries are kept as they are, so integer weights are accepted.
//
//===----------------------------------------------------------------------===//

#include "BlockDiagonal.h"
#include "structlin/Compress/FitSupport.h"

using namespace mlir;
using namespace mlir::structlin;
using namespace mlir::example;

/// Calls `visit(o, i, k)` for each entry `W[o, i]` on the diagonal blocks, `k` being
/// its place in `D` of (b, p, q).
static void forEachEntry(int64_t blocks, int64_t numOutputs, int64_t numInputs,
                         llvm::function_ref<void(int64_t, int64_t, int64_t)> visit) {
  int64_t p = llvm::divideCeil(numOutputs, blocks), q = llvm::divideCeil(numInputs, blocks);
  for (int64_t o = 0; o < numOutputs; ++o) {
    int64_t first = o / p * q;
    for (int64_t i = first; i < std::min(first + q, numInputs); ++i)
      visit(o, i, o * q + i - first);
  }
}

namespace {
struct BlockDiagonalFit
    : FittableStructureInterface::ExternalModel<BlockDiagonalFit, BlockDiagonalAttr> {
  FailureOr<FittedWeight> fitWeight(Attribute attribute, const HostTensor &weight,
                                    const FitSettings &, std::string &) const {
    int64_t blocks = cast<BlockDiagonalAttr>(attribute).getBlocks();
    int64_t numOutputs = weight.dim(0), numInputs = weight.dim(1);
    int64_t p = llvm::divideCeil(numOutputs, blocks), q = llvm::divideCeil(numInputs, blocks);
    std::vector<double> dense = weight.toDoubles(), diagonal(blocks * p * q);
    forEachEntry(blocks, numOutputs, numInputs,
                 [&](int64_t o, int64_t i, int64_t k) { diagonal[k] = dense[o * numInputs + i]; });
    FittedWeight result;
    result.factors = {makeFactor("D", weight.type(), {blocks, p, q}, diagonal)};
    return result;
  }

  numerics::Matrix<double> reconstructWeight(Attribute attribute, ArrayRef<FittedFactor> factors,
                                             int64_t numOutputs, int64_t numInputs) const {
    std::vector<double> diagonal = factors[0].tensor.toDoubles();
    numerics::Matrix<double> weight;
    weight.rows = numOutputs, weight.cols = numInputs;
    weight.data.resize(numOutputs * numInputs);
    forEachEntry(
        cast<BlockDiagonalAttr>(attribute).getBlocks(), numOutputs, numInputs,
        [&](int64_t o, int64_t i, int64_t k) { weight.data[o * numInputs + i] = diagonal[k]; });
    return weight;
  }
};
} // namespace

void example::registerBlockDiagonalFit(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ExampleDialect *) {
    BlockDiagonalAttr::attachInterface<BlockDiagonalFit>(*context);
  });
}
