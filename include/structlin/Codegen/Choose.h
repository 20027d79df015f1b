//===- Choose.h - schedules by numbers of tokens --------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_CODEGEN_CHOOSE_H
#define STRUCTLIN_CODEGEN_CHOOSE_H

#include "structlin/Analysis/Comparison.h"
#include "structlin/Codegen/FoldDense.h"
#include "structlin/Codegen/ProductCost.h"
#include "structlin/IR/StructlinOps.h"

namespace mlir::structlin {

/// Where ranges of tokens end by default: decoding, a few tokens that still wait for
/// memory, and many.
inline constexpr int64_t kDefaultUpperBounds[] = {1, 48};

struct ChooseOptions {
  ::structlin::kernels::Target target;
  ::structlin::Machine machine;
  int64_t threads = 1;
  /// The last number of tokens of each range but the last one.
  SmallVector<int64_t> upperBounds;
  /// What was measured, which counts for more than what is predicted.
  ::structlin::TuningTable table;
};

/// A product for which a schedule can be chosen, and the type of what is written.
struct SchedulableProduct {
  StructuredMatmulOpInterface product;
  ::structlin::ElementType result;
};

/// The product of `kernel`, if code can be emitted for it and all of its factors are
/// parameters: others would be packed in every call. On failure `why` says, as a clause,
/// what is in the way.
FailureOr<SchedulableProduct> getSchedulableProduct(KernelOp kernel, std::string &why);

/// What was chosen for one range of numbers of tokens.
struct RangeChoice {
  /// The number that stands for the range.
  int64_t tokens = 1;
  /// The best schedule of the product, and of the dense one of the same sizes.
  ::structlin::kernels::Schedule schedule, denseSchedule;
  /// What the two are expected to take.
  ::structlin::Comparison times;

  bool loses() const { return times.loses(); }
};

/// A number of tokens for each of the ranges that end at `upperBounds`.
SmallVector<int64_t> getTypicalTokens(ArrayRef<int64_t> upperBounds);

/// One of the candidates of each range, which are best first: all with one layout, that
/// for which the ranges take least, each compared to its own best. Ranges that have no
/// layout in common get their own best.
SmallVector<::structlin::Candidate>
pickWithOneLayout(const ProductProblem &problem,
                  ArrayRef<std::vector<::structlin::Candidate>> ranges);

/// The best schedule of `product` for each number of tokens. Parameters are packed in
/// one way for all of them, unless measured schedules ask for more. `result` is the type
/// of the elements that are written. On failure `why` says why there is no kernel.
FailureOr<SmallVector<RangeChoice>> chooseSchedules(StructuredMatmulOpInterface product,
                                                    ::structlin::ElementType result,
                                                    ArrayRef<int64_t> tokens,
                                                    const ChooseOptions &options, std::string &why);

/// Puts a schedule on `kernel`, or variants by numbers of tokens in its place. Where the
/// dense product is faster, `folder` makes its weight, if there is one. On failure
/// nothing has changed, and `why` says why.
LogicalResult scheduleKernel(RewriterBase &rewriter, KernelOp kernel, const ChooseOptions &options,
                             DenseFolder *folder, std::string &why);

/// Reads the options of a tool or a pass. `cpu` is a target or "native"; files may be
/// left out. Errors say what is wrong and where.
llvm::Expected<ChooseOptions> readChooseOptions(StringRef cpu, StringRef machinePath,
                                                StringRef tablePath);

} // namespace mlir::structlin

#endif // STRUCTLIN_CODEGEN_CHOOSE_H
