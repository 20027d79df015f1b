//===- StructlinTransformOps.cpp - operations of transform scripts --------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shells over the functions that the passes call: payload in, handles out. What
// can be wrong with the payload is checked before anything changes, since the
// payload of a silenceable failure has to be as it was.
//
//===----------------------------------------------------------------------===//

#include "structlin/TransformOps/StructlinTransformOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "structlin/Compress/Assign.h"
#include "structlin/Compress/Fit.h"
#include "structlin/Import/RaiseToLinear.h"

#define GET_OP_CLASSES
#include "structlin/TransformOps/StructlinTransformOps.cpp.inc"

using namespace mlir;
using namespace mlir::structlin;
using namespace mlir::transform;

/// A silenceable failure of `op` about one payload operation. The note has its
/// location alone: printing the operation could print a weight.
static DiagnosedSilenceableFailure failAt(Operation *op, Operation *payload, const Twine &message) {
  DiagnosedSilenceableFailure failure = emitSilenceableFailure(op->getLoc(), message);
  failure.attachNote(payload->getLoc()) << "payload operation";
  return failure;
}

/// The payload of `handle` as layers; a silenceable failure of `op` where one is
/// none (TAS-C1, TFI-C1).
static DiagnosedSilenceableFailure collectLayers(Operation *op, const TransformState &state,
                                                 Value handle, SmallVector<LinearOp> &layers) {
  for (Operation *payload : state.getPayloadOps(handle)) {
    auto layer = dyn_cast<LinearOp>(payload);
    if (!layer)
      return failAt(op, payload,
                    "expected 'structlin.linear', got '" + payload->getName().getStringRef() + "'");
    layers.push_back(layer);
  }
  return DiagnosedSilenceableFailure::success();
}

//===----------------------------------------------------------------------===//
// raise_to_linear
//===----------------------------------------------------------------------===//

/// `targets` without those inside or equal to another one, in their order.
static SmallVector<Operation *> getOutermost(ArrayRef<Operation *> targets) {
  llvm::SetVector<Operation *> unique(targets.begin(), targets.end());
  return llvm::filter_to_vector(unique, [&](Operation *target) {
    return llvm::none_of(unique, [&](Operation *other) { return other->isProperAncestor(target); });
  });
}

DiagnosedSilenceableFailure StructlinRaiseToLinearOp::apply(TransformRewriter &rewriter,
                                                            TransformResults &results,
                                                            TransformState &state) {
  // The targets survive, but not everything that a nested one could be.
  SmallVector<Operation *> targets = llvm::to_vector(state.getPayloadOps(getTarget()));
  for (Operation *target : targets)
    if (isa<linalg::LinalgOp>(target)) // TRL-C1
      return failAt(*this, target,
                    "expected an operation around contractions, got '" +
                        target->getName().getStringRef() + "'");
  SmallVector<Operation *> layers;
  for (Operation *target : getOutermost(targets))
    llvm::append_range(layers, raiseToLinear(rewriter, target));
  results.set(cast<OpResult>(getLayers()), layers);
  return DiagnosedSilenceableFailure::success();
}

void StructlinRaiseToLinearOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  onlyReadsHandle(getTargetMutable(), effects);
  producesHandle(getOperation()->getOpResults(), effects);
  modifiesPayload(effects);
}

//===----------------------------------------------------------------------===//
// assign
//===----------------------------------------------------------------------===//

DiagnosedSilenceableFailure StructlinAssignOp::apply(TransformRewriter &rewriter,
                                                     TransformResults &results,
                                                     TransformState &state) {
  SmallVector<LinearOp> layers;
  DiagnosedSilenceableFailure found = collectLayers(*this, state, getLayers(), layers);
  if (!found.succeeded())
    return found;
  StructureAttrInterface wanted = getStructure();
  if (auto dense = dyn_cast<DenseAttr>(wanted); dense && !dense.getReason())
    wanted = cast<StructureAttrInterface>(Attribute(DenseAttr::get(
        getContext(), StringAttr::get(getContext(), "chosen by the transform script"))));
  SmallVector<StructureAttrInterface> choices;
  for (LinearOp layer : layers) {
    std::string why;
    FailureOr<StructureAttrInterface> choice = wanted;
    // Whoever names a layer wants it, however small.
    if (!isa<DenseAttr>(*choice))
      choice = fitToShape(*choice, layer, AssignOptions{/*minParameters=*/0}, why);
    if (failed(choice)) // TAS-C2
      return failAt(*this, layer, "expected a structure that the layer can have: " + why);
    choices.push_back(*choice);
  }
  for (auto [layer, choice] : llvm::zip_equal(layers, choices))
    rewriter.modifyOpInPlace(
        layer, [&, layer = layer, choice = choice] { setLayerStructure(layer, choice); });
  return DiagnosedSilenceableFailure::success();
}

void StructlinAssignOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  onlyReadsHandle(getLayersMutable(), effects);
  modifiesPayload(effects);
}

//===----------------------------------------------------------------------===//
// fit
//===----------------------------------------------------------------------===//

static FailureOr<std::unique_ptr<FactorStore>> createStore(StructlinFitOp op) {
  if (std::optional<StringRef> path = op.getOutputParameters())
    return createArchiveFactorStore(*path, op.getLoc());
  return createInlineFactorStore();
}

static FitOptions getFitOptions(StructlinFitOp op) {
  FitOptions options;
  options.settings = {uint64_t(op.getSeed()),
                      int64_t(op.getSweeps()),
                      int64_t(op.getRestarts()),
                      int64_t(op.getOatsIterations()),
                      op.getFlopLimit().convertToDouble(),
                      {}};
  options.maxError = op.getMaxError().convertToDouble();
  return options;
}

LogicalResult StructlinFitOp::verify() {
  // TFI-C4
  return verifyFitOptions(getFitOptions(*this), [&] { return emitOpError(); });
}

DiagnosedSilenceableFailure StructlinFitOp::apply(TransformRewriter &rewriter,
                                                  TransformResults &results,
                                                  TransformState &state) {
  SmallVector<LinearOp> layers;
  DiagnosedSilenceableFailure found = collectLayers(*this, state, getLayers(), layers);
  if (!found.succeeded())
    return found;
  for (LinearOp layer : layers)
    if (!layer.getStructure()) // TFI-C2
      return failAt(*this, layer, "expected a layer with a structure");

  // What goes wrong from here on is diagnosed where it is found (TFI-C3).
  FailureOr<ParameterReader> reader = ParameterReader::open(getParameters().value_or(""), getLoc());
  if (failed(reader))
    return DiagnosedSilenceableFailure::definiteFailure();
  FailureOr<std::unique_ptr<FactorStore>> store = createStore(*this);
  if (failed(store))
    return DiagnosedSilenceableFailure::definiteFailure();
  FailureOr<SmallVector<Operation *>> fitted =
      fitLayers(rewriter, layers, state.getTopLevel(), getFitOptions(*this), *reader, **store);
  if (failed(fitted))
    return DiagnosedSilenceableFailure::definiteFailure();

  SmallVector<Operation *> structured, dense;
  for (Operation *op : *fitted)
    (isa<LinearOp>(op) ? dense : structured).push_back(op);
  results.set(cast<OpResult>(getStructured()), structured);
  results.set(cast<OpResult>(getDense()), dense);
  return DiagnosedSilenceableFailure::success();
}

void StructlinFitOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  consumesHandle(getLayersMutable(), effects);
  producesHandle(getOperation()->getOpResults(), effects);
  modifiesPayload(effects);
}
