//===- Comparison.h - a product against its dense counterpart -------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Like is compared with like: measured times with measured ones, predictions with
// predictions. The errors of a model are nearly the same on both sides, and cancel; set
// against a measurement they would decide.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_ANALYSIS_COMPARISON_H
#define STRUCTLIN_ANALYSIS_COMPARISON_H

#include "structlin/Analysis/TuningTable.h"

namespace structlin {

/// Whether measurements of one are measurements of the other, but for the number of
/// tokens: patterns of the layers of one model may differ by a few entries.
bool isSameProduct(const TuningKey &lhs, const TuningKey &rhs);

/// Where times come from. In a mixed comparison something was measured, but nothing
/// that compares with the other side, and both times are predicted.
enum class TimeSource { Model, Table, Mixed };

/// "model", "table" or "mixed".
llvm::StringRef getName(TimeSource source);

/// The times of a call, in ns, and which they are.
struct Comparison {
  double product = 0, dense = 0;
  TimeSource source = TimeSource::Model;

  /// Whether the dense product is faster by more than times are good for.
  bool loses() const { return product > 1.03 * dense; }
};

/// What is known of one side: what was asked for, the entry of the table that is used for
/// it, if there is one, and the prediction.
struct KnownTime {
  TuningKey key;
  const TuningEntry *measured = nullptr;
  double predicted = 0;
};

/// Compares measured times if both are those of the products themselves and were measured
/// with the same number of tokens, be it near to the one that was asked for.
Comparison compareTimes(const KnownTime &product, const KnownTime &dense);

} // namespace structlin

#endif // STRUCTLIN_ANALYSIS_COMPARISON_H
