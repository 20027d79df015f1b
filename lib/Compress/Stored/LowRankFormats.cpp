//===- LowRankFormats.cpp - low-rank weights, alone or beside a sparse one ===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// U V; OATS, U V + S; PEFT, scale lora_B lora_A + base.
//
//===----------------------------------------------------------------------===//

#include "StoredFormats.h"
#include "ZeroPattern.h"
#include "mlir/IR/Diagnostics.h"
#include "structlin/Compress/FitSupport.h"
#include <cmath>

using namespace mlir;
using namespace mlir::structlin;

namespace {
/// U (n_out, r) and V (r, n_in).
struct Factors {
  HostTensor u, v;
  int64_t rank() const { return u.dim(1); }
};
} // namespace

static FailureOr<Factors> readFactors(const StoredTensors &tensors, StringRef u, StringRef v) {
  FailureOr<HostTensor> left = tensors.readFactor(u, 2);
  FailureOr<HostTensor> right = tensors.readFactor(v, 2);
  if (failed(left) || failed(right))
    return failure();
  auto check = [&](StringRef role, const HostTensor &tensor, int64_t rows,
                   int64_t columns) -> LogicalResult {
    SmallVector<int64_t, 2> expected{rows, columns};
    if (tensor.shape() == ArrayRef<int64_t>(expected))
      return success();
    return tensors.emitError(role)
           << "expected the shape [" << expected << "], got [" << tensor.shape() << "]";
  };
  // STO-R3
  int64_t rank = left->dim(1);
  if (rank < 1)
    return tensors.emitError(u) << "expected a rank of at least 1, got 0";
  if (failed(check(u, *left, tensors.getNumOutputs(), rank)) ||
      failed(check(v, *right, rank, tensors.getNumInputs())))
    return failure();
  return Factors{*left, *right};
}

FailureOr<LoadedWeight> mlir::structlin::loadLowRank(const StoredTensors &tensors) {
  FailureOr<Factors> factors = readFactors(tensors, "U", "V");
  if (failed(factors))
    return failure();
  return finishLoading(tensors, LowRankAttr::get(tensors.getContext(), factors->rank(), Real()),
                       {{"U", factors->u}, {"V", factors->v}});
}

/// U V + S, with the zeros of S found again.
static FailureOr<LoadedWeight> loadSum(const StoredTensors &tensors, const Factors &factors,
                                       StringRef role) {
  FailureOr<HostTensor> stored = tensors.readParameter(role);
  if (failed(stored))
    return failure();
  FailureOr<HostTensor> matrix = tensors.layOut(*stored, role);
  if (failed(matrix))
    return failure();
  MLIRContext *context = tensors.getContext();
  ZeroPattern pattern(*matrix);
  StructureAttrInterface found;
  std::string why;
  // STO-R10
  if (StructureAttrInterface expected = tensors.getAttr().getExpected()) {
    auto sum = dyn_cast<LowRankSparseAttr>(expected);
    if (!sum || sum.getRank() != factors.rank())
      return tensors.emitError() << "expected " << expected << ", got a low-rank part of rank "
                                 << factors.rank() << " and a sparse part";
    FailureOr<StructureAttrInterface> matched = pattern.match(sum.getSparse(), why);
    if (failed(matched))
      return tensors.emitError(role) << why;
    found = *matched;
  } else {
    // STO-R8
    if (pattern.getNonZeros() == matrix->numElements())
      return tensors.emitError(role) << "expected zeros, got none: a dense matrix and a low-rank "
                                        "one are one dense weight, which merging them makes";
    found = pattern.detect(context, /*allowBlocks=*/false);
    // Few zeros are still zeros: only the sum with a sparse part is exact.
    if (isa<DenseAttr>(found))
      found = *pattern.match(SparseAttr::get(context, 0, 0, Real()), why);
  }
  SmallVector<FittedFactor> all{{"U", factors.u}, {"V", factors.v}};
  llvm::append_range(all, pattern.split(found));
  auto structure =
      LowRankSparseAttr::get(context, factors.rank(), cast<SparseAttr>(found), Real(), Real());
  return LoadedWeight{structure, std::move(all), std::nullopt};
}

FailureOr<LoadedWeight> mlir::structlin::loadOats(const StoredTensors &tensors) {
  FailureOr<Factors> factors = readFactors(tensors, "U", "V");
  if (failed(factors))
    return failure();
  return loadSum(tensors, *factors, "S");
}

//===----------------------------------------------------------------------===//
// PEFT
//===----------------------------------------------------------------------===//

/// `scale` times the tensor in `type`, or nothing if that rounds somewhere.
static std::optional<HostTensor> scaleIn(ElementType type, const HostTensor &tensor, double scale) {
  std::vector<double> products = tensor.toDoubles();
  for (double &entry : products) {
    double product = entry * scale;
    // The remainder of the product is zero only if it is exact in double.
    if (std::fma(entry, scale, -product) != 0)
      return std::nullopt;
    // Below, the remainder itself may underflow.
    if (product != 0 && std::abs(product) < 1e-250)
      return std::nullopt;
    entry = product;
  }
  HostTensor scaled = HostTensor::fromDoubles(type, tensor.shape(), products);
  if (scaled.toDoubles() != products)
    return std::nullopt;
  return scaled;
}

/// `scale` times lora_B, in its own type or else a wider one that the layer's sums
/// hold: no number is rounded.
static FailureOr<HostTensor> scaleExactly(const StoredTensors &tensors, const HostTensor &tensor) {
  // STO-R9
  double scale = tensors.getAttr().getScale().value;
  if (scale == 1)
    return tensor;
  unsigned accBits = tensors.getAccType().getIntOrFloatBitWidth();
  for (ElementType type : {tensor.type(), ElementType::F32, ElementType::F64}) {
    unsigned bits = 8 * ::structlin::byteSize(type);
    bool isOwn = type == tensor.type();
    if (!isOwn && (bits <= 8 * ::structlin::byteSize(tensor.type()) || bits > accBits))
      continue;
    if (std::optional<HostTensor> scaled = scaleIn(type, tensor, scale))
      return *scaled;
  }
  return tensors.emitError("lora_B")
         << "expected a scale by which its entries are multiplied exactly in "
         << tensors.getAccType() << ", got " << scale
         << "; multiply the stored tensor and give the scale 1";
}

FailureOr<LoadedWeight> mlir::structlin::loadPeft(const StoredTensors &tensors) {
  FailureOr<Factors> factors = readFactors(tensors, "lora_B", "lora_A");
  if (failed(factors))
    return failure();
  if (!::structlin::isFloat(factors->u.type()))
    return tensors.emitError("lora_B")
           << "expected floating-point numbers, got " << ::structlin::mlirName(factors->u.type());
  FailureOr<HostTensor> scaled = scaleExactly(tensors, factors->u);
  if (failed(scaled))
    return failure();
  return loadSum(tensors, {*scaled, factors->v}, "base");
}
