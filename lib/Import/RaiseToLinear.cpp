//===- RaiseToLinear.cpp - contractions to structlin.linear --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tells weights from activations and drives the rewrite.
//
//===----------------------------------------------------------------------===//

#include "structlin/Import/RaiseToLinear.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"
#include "structlin/IR/StructlinOps.h"
#include "structlin/Import/LayerName.h"
#include "structlin/Import/LinearPlan.h"
#include "structlin/Import/Passes.h"

using namespace mlir;
using namespace mlir::structlin;

namespace mlir::structlin {
#define GEN_PASS_DEF_STRUCTLINRAISE
#include "structlin/Import/Passes.h.inc"
} // namespace mlir::structlin

static ParameterOp getParameter(Value operand) {
  return getLayoutSource(operand).getDefiningOp<ParameterOp>();
}

/// The tensor of which `operand` is a part, through slices and layout operations;
/// null where there is no slice on the way.
static Value getSlicedTensor(Value operand) {
  Value source = getLayoutSource(operand);
  bool isSliced = false;
  while (auto slice = source.getDefiningOp<tensor::ExtractSliceOp>()) {
    source = getLayoutSource(slice.getSource());
    isSliced = true;
  }
  return isSliced ? source : Value();
}

/// Why neither operand is a weight.
static std::string explainNoWeight(const ContractionForm &form) {
  for (unsigned side : {0, 1}) {
    Value sliced = getSlicedTensor(form.getOperand(side));
    if (!sliced)
      continue;
    if (auto parameter = sliced.getDefiningOp<ParameterOp>())
      return ("its weight is a slice of the parameter '" + parameter.getName() + "'").str();
    auto argument = dyn_cast<BlockArgument>(sliced);
    if (argument && isa<FunctionOpInterface>(argument.getOwner()->getParentOp()))
      return ("an operand is a slice of argument #" + Twine(argument.getArgNumber())).str();
  }
  for (unsigned side : {0, 1})
    if (matchPattern(getLayoutSource(form.getOperand(side)), m_Constant()))
      return "its weight is an inline constant that is not a parameter";
  return "it multiplies two activations";
}

static FailureOr<LinearPlan> planContraction(const ContractionForm &form, std::string &why) {
  bool isWeight[] = {bool(getParameter(form.getOperand(0))),
                     bool(getParameter(form.getOperand(1)))};
  if (isWeight[0] && isWeight[1])
    return why = "both operands are parameters", failure();
  if (!isWeight[0] && !isWeight[1])
    return why = explainNoWeight(form), failure();
  unsigned side = isWeight[0] ? 0 : 1;
  std::optional<LayoutView> view = getLayoutView(form.getOperand(side));
  if (!view)
    return why = "a reshape of the weight cuts across its dimensions", failure();
  return planLinear(form, side, *view, why);
}

static FailureOr<LinearPlan> planContraction(linalg::LinalgOp op, std::string &why) {
  if (op.getNumReductionLoops() == 0)
    return failure();
  FailureOr<ContractionForm> form = matchContraction(op, why);
  if (failed(form))
    return failure();
  return planContraction(*form, why);
}

std::string structlin::explainNotRaised(linalg::LinalgOp op) {
  std::string why;
  return succeeded(planContraction(op, why)) ? std::string() : why;
}

static remark::RemarkOpts getRemarkOpts(Operation *op, StringRef name) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  return remark::RemarkOpts::name(name)
      .category("structlin-raise")
      .function(function ? function.getName() : "");
}

static void reportRaised(Operation *op, const LinearPlan &plan) {
  auto parameter = cast<ParameterOp>(plan.weight.getSource().getDefiningOp());
  remark::passed(op->getLoc(), getRemarkOpts(op, "Raised"))
      << remark::metric("Layer", getLayerName(parameter.getName()));
}

static void reportNotRaised(Operation *op, StringRef why) {
  remark::missed(op->getLoc(), getRemarkOpts(op, "NotRaised")) << remark::reason(
      "{0} is no linear layer: {1}", op->getName().getStringRef().str(), why.str());
}

namespace {
/// The layers made so far that are still there.
struct LayerTracker : RewriterBase::ForwardingListener {
  using ForwardingListener::ForwardingListener;

  void notifyOperationErased(Operation *op) override {
    layers.remove(op);
    ForwardingListener::notifyOperationErased(op);
  }

  llvm::SetVector<Operation *> layers;
};
} // namespace

SmallVector<LinearOp> structlin::raiseToLinear(RewriterBase &rewriter, Operation *root) {
  SmallVector<linalg::LinalgOp> candidates;
  root->walk([&](linalg::LinalgOp op) {
    if (op.getNumReductionLoops() > 0)
      candidates.push_back(op);
  });

  OpBuilder::Listener *outer = rewriter.getListener();
  LayerTracker tracker(outer);
  rewriter.setListener(&tracker);
  for (linalg::LinalgOp op : candidates) {
    std::string why;
    FailureOr<LinearPlan> plan = planContraction(op, why);
    if (succeeded(plan)) {
      reportRaised(op, *plan);
      tracker.layers.insert(buildLinear(rewriter, *plan));
    } else if (!why.empty()) {
      reportNotRaised(op, why);
    }
  }

  if (!tracker.layers.empty())
    root->walk([&](FunctionOpInterface function) {
      (void)runRegionDCE(rewriter, function->getRegions());
    });
  rewriter.setListener(outer);
  return llvm::map_to_vector(tracker.layers, [](Operation *op) { return cast<LinearOp>(op); });
}

namespace {
struct StructlinRaise : public structlin::impl::StructlinRaiseBase<StructlinRaise> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    raiseToLinear(rewriter, getOperation());
  }
};
} // namespace
