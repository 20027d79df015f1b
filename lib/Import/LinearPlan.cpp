//===- LinearPlan.cpp - a contraction as a linear layer ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sorts the loops of a contraction by the operands that they appear in.
//
//===----------------------------------------------------------------------===//

#include "structlin/Import/LinearPlan.h"

using namespace mlir;
using namespace mlir::structlin;

FailureOr<LinearPlan> structlin::planLinear(const ContractionForm &form, unsigned weightSide,
                                            const LayoutView &weight, std::string &why) {
  LinearPlan plan{form, weightSide, weight, {}, {}, {}, {}, {}};
  ArrayRef<int64_t> inputLoops = form.loops[1 - weightSide];
  ArrayRef<int64_t> weightLoops = form.loops[weightSide];
  ArrayRef<int64_t> resultLoops = form.loops[2];

  auto getWeightAtoms = [&](int64_t loop) -> ArrayRef<unsigned> {
    return weight.getDims()[std::distance(weightLoops.begin(), llvm::find(weightLoops, loop))];
  };
  auto isBroadcast = [&](unsigned atom) { return weight.getAtom(atom).isBroadcast; };

  for (int64_t loop : resultLoops) {
    if (loop == ContractionForm::kUnit)
      continue;
    bool inInput = llvm::is_contained(inputLoops, loop);
    bool inWeight = llvm::is_contained(weightLoops, loop);
    if (!inInput && !inWeight)
      return why = "a dimension of the result is in neither operand", failure();
    if (inInput && inWeight && !llvm::all_of(getWeightAtoms(loop), isBroadcast))
      return why = "the weight has a batch dimension of its own", failure();
    (inInput ? plan.tokens : plan.outputs).push_back(loop);
  }
  for (int64_t loop : inputLoops) {
    if (loop == ContractionForm::kUnit || llvm::is_contained(resultLoops, loop))
      continue;
    if (!llvm::is_contained(weightLoops, loop))
      return why = "a dimension is summed over one operand alone", failure();
    plan.inputs.push_back(loop);
  }
  for (int64_t loop : weightLoops)
    if (loop != ContractionForm::kUnit && !llvm::is_contained(resultLoops, loop) &&
        !llvm::is_contained(inputLoops, loop))
      return why = "a dimension is summed over one operand alone", failure();

  for (int64_t loop : plan.outputs)
    llvm::append_range(plan.rowAtoms, getWeightAtoms(loop));
  for (int64_t loop : plan.inputs)
    llvm::append_range(plan.columnAtoms, getWeightAtoms(loop));
  if (llvm::any_of(llvm::concat<unsigned>(plan.rowAtoms, plan.columnAtoms), isBroadcast))
    return why = "the weight repeats along its outputs or inputs", failure();
  return plan;
}
