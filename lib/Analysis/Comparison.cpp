//===- Comparison.cpp - a product against its dense counterpart -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Analysis/Comparison.h"
#include "llvm/Support/ErrorHandling.h"
#include <cmath>
#include <tuple>

using namespace structlin;

llvm::StringRef structlin::getName(TimeSource source) {
  switch (source) {
  case TimeSource::Model:
    return "model";
  case TimeSource::Table:
    return "table";
  case TimeSource::Mixed:
    return "mixed";
  }
  llvm_unreachable("no such source");
}

bool structlin::isSameProduct(const TuningKey &lhs, const TuningKey &rhs) {
  auto fields = [](const TuningKey &key) {
    return std::tie(key.target, key.kernel, key.types, key.structure, key.threads, key.inputs,
                    key.outputs);
  };
  return fields(lhs) == fields(rhs) && std::abs(lhs.keep - rhs.keep) <= 0.05 * rhs.keep;
}

/// Whether the entry's time is one of this product, and not of one that resembles it.
static bool isOfProduct(const KnownTime &known) {
  return known.measured && isSameProduct(known.measured->key, known.key);
}

Comparison structlin::compareTimes(const KnownTime &product, const KnownTime &dense) {
  if (!product.measured && !dense.measured)
    return {product.predicted, dense.predicted, TimeSource::Model};
  if (isOfProduct(product) && isOfProduct(dense) &&
      product.measured->key.tokens == dense.measured->key.tokens)
    return {product.measured->time, dense.measured->time, TimeSource::Table};
  return {product.predicted, dense.predicted, TimeSource::Mixed};
}
