//===- LinearPlan.h - a contraction as a linear layer --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which loops of a contraction are tokens, outputs and inputs, once one of its
// operands is known to be the weight.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IMPORT_LINEARPLAN_H
#define STRUCTLIN_IMPORT_LINEARPLAN_H

#include "structlin/IR/StructlinOps.h"
#include "structlin/Import/ContractionForm.h"
#include "structlin/Import/LayoutView.h"

namespace mlir::structlin {

/// `y[tokens, outputs] = init + sum_inputs x[tokens, inputs] W[outputs, inputs]`.
struct LinearPlan {
  ContractionForm form;
  /// 0 or 1: the operand that is the weight.
  unsigned weightSide;
  LayoutView weight;
  /// Loops: tokens and outputs in the order of the result, inputs in that of x.
  SmallVector<int64_t> tokens, outputs, inputs;
  /// Atoms of the weight in the order of W's rows and columns.
  SmallVector<unsigned> rowAtoms, columnAtoms;

  Value getInput() const { return form.getOperand(1 - weightSide); }
};

/// Sorts the loops of `form`. Fails with the reason in `why` where the weight has
/// a batch dimension of its own, or where the sum is no product of matrices.
FailureOr<LinearPlan> planLinear(const ContractionForm &form, unsigned weightSide,
                                 const LayoutView &weight, std::string &why);

/// Replaces the contraction by structlin.linear, with the reshapes and transposes
/// around it that its operands and result need. The layer is named after the
/// parameter that is the weight's source.
LinearOp buildLinear(RewriterBase &rewriter, const LinearPlan &plan);

} // namespace mlir::structlin

#endif // STRUCTLIN_IMPORT_LINEARPLAN_H
