//===- ArgumentWeights.cpp - which arguments are weights -----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See the header for the rule.
//
//===----------------------------------------------------------------------===//

#include "structlin/Import/ArgumentWeights.h"

#include "mlir/IR/Matchers.h"
#include "structlin/IR/StructlinDialect.h"
#include "structlin/IR/StructlinOps.h"
#include "structlin/Import/LinearPlan.h"

using namespace mlir;
using namespace mlir::structlin;

/// The argument of `function` that `operand` lays out, or -1.
static int64_t getArgument(func::FuncOp function, Value operand) {
  auto argument = dyn_cast<BlockArgument>(getLayoutSource(operand));
  bool isOurs = argument && argument.getOwner() == &function.getBody().front();
  return isOurs ? int64_t(argument.getArgNumber()) : -1;
}

/// Whether `operand` is a weight without asking.
static bool isKnownWeight(func::FuncOp function, Value operand) {
  Value source = getLayoutSource(operand);
  if (source.getDefiningOp<ParameterOp>() || matchPattern(source, m_Constant()))
    return true;
  int64_t argument = getArgument(function, operand);
  return argument >= 0 && function.getArgAttr(argument, StructlinDialect::kParamAttrName);
}

static bool isCandidate(func::FuncOp function, const ContractionForm &form, unsigned side) {
  int64_t argument = getArgument(function, form.getOperand(side));
  if (argument < 0)
    return false;
  auto type = dyn_cast<RankedTensorType>(function.getArgumentTypes()[argument]);
  if (!type || !type.hasStaticShape() || type.getRank() < 2 ||
      (type.getRank() == 4 && type.getDimSize(0) > 1))
    return false;
  std::optional<LayoutView> view = getLayoutView(form.getOperand(side));
  std::string why;
  return view && succeeded(planLinear(form, side, *view, why));
}

llvm::SmallSetVector<unsigned, 8> structlin::findArgumentWeights(func::FuncOp function,
                                                                 ArrayRef<int64_t> listed) {
  llvm::SmallSetVector<unsigned, 8> weights, activations;
  function.walk([&](linalg::LinalgOp op) {
    std::string why;
    FailureOr<ContractionForm> form = matchContraction(op, why);
    if (failed(form))
      return;
    int64_t arguments[2];
    bool isKnown[2], canBe[2], isListed[2];
    for (unsigned side : {0, 1}) {
      arguments[side] = getArgument(function, form->getOperand(side));
      isKnown[side] = isKnownWeight(function, form->getOperand(side));
      canBe[side] = !isKnown[side] && isCandidate(function, *form, side);
      isListed[side] = llvm::is_contained(listed, arguments[side]);
    }
    bool isGram = arguments[0] >= 0 && arguments[0] == arguments[1];
    int weight = -1;
    if (isKnown[0] || isKnown[1])
      weight = isKnown[1] ? 1 : 0;
    else if (!isGram && canBe[0] && canBe[1])
      weight = isListed[0] && !isListed[1] ? 0 : 1;
    else if (!isGram && (canBe[0] || canBe[1]))
      weight = canBe[0] ? 0 : 1;
    for (int side : {0, 1}) {
      if (arguments[side] < 0 || isKnown[side])
        continue;
      (side == weight ? weights : activations).insert(arguments[side]);
    }
  });
  weights.remove_if([&](unsigned argument) {
    return activations.contains(argument) && !llvm::is_contained(listed, argument);
  });
  return weights;
}
