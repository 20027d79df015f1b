//===- SparseFactors.h - sparse factors as host tensors -------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The sparse part of `#structlin.sparse` and `#structlin.low_rank_sparse`:
// values, indices and, unstructured, offsets.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_COMPRESS_SPARSEFACTORS_H
#define STRUCTLIN_LIB_COMPRESS_SPARSEFACTORS_H

#include "structlin/Compress/FitSupport.h"
#include "structlin/IR/StructlinAttrs.h"
#include "structlin/Numerics/Sparse.h"
#include <variant>

namespace mlir::structlin {

template <typename T>
using SparsePart = std::variant<numerics::SparseFactors<T>, numerics::NMFactors<T>>;

template <typename T>
void appendFactors(FittedWeight &weight, ElementType type,
                   const numerics::SparseFactors<T> &sparse) {
  int64_t size = sparse.values.size();
  weight.factors.push_back(makeFactor("values", type, {size}, sparse.values));
  weight.factors.push_back(makeIndexFactor("indices", sparse.columns));
  weight.factors.push_back(makeIndexFactor("offsets", sparse.offsets));
}

template <typename T>
void appendFactors(FittedWeight &weight, ElementType type, const numerics::NMFactors<T> &sparse) {
  SmallVector<int64_t> shape{sparse.nOut, sparse.groups(), sparse.n};
  weight.factors.push_back(makeFactor("values", type, shape, sparse.values));
  // Groups have at most 128 entries, so a position fits a signed byte.
  HostTensor positions = HostTensor::allocate(ElementType::I8, shape);
  llvm::copy(sparse.positions, positions.mutableAs<uint8_t>().begin());
  weight.factors.push_back({"indices", std::move(positions)});
}

template <typename T>
void appendFactors(FittedWeight &weight, ElementType type, const SparsePart<T> &sparse) {
  std::visit([&](const auto &part) { appendFactors(weight, type, part); }, sparse);
}

/// Reads what appendFactors wrote.
inline SparsePart<double> readSparsePart(SparseAttr structure, ArrayRef<FittedFactor> factors,
                                         int64_t numOutputs, int64_t numInputs) {
  std::vector<double> values = factors[0].tensor.toDoubles();
  if (!structure.isNM())
    return numerics::SparseFactors<double>{numOutputs, numInputs, std::move(values),
                                           readIndices(factors[1].tensor),
                                           readIndices(factors[2].tensor)};
  ArrayRef<uint8_t> positions = factors[1].tensor.as<uint8_t>();
  return numerics::NMFactors<double>{numOutputs,        numInputs,
                                     structure.getN(),  structure.getM(),
                                     std::move(values), {positions.begin(), positions.end()}};
}

} // namespace mlir::structlin

#endif // STRUCTLIN_LIB_COMPRESS_SPARSEFACTORS_H
