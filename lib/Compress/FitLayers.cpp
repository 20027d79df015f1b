//===- FitLayers.cpp - every weight to factors ----------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One weight after the other: read it, evaluate what lies between it and its
// layers, fit, measure, store the factors, rewrite the layers.
//
//===----------------------------------------------------------------------===//

#include "ProgressLine.h"
#include "ReplaceLayer.h"
#include "mlir/IR/Remarks.h"
#include "structlin/Compress/Fit.h"
#include "structlin/Compress/HostEval.h"
#include "structlin/Compress/LoadStored.h"
#include "structlin/Compress/WeightGroups.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::structlin;

static constexpr StringLiteral kPassName = "structlin-fit";

namespace {
/// Layers with one weight and one structure.
struct FitTask {
  WeightGroup group;
  StructureAttrInterface structure;
};

class Fitter {
public:
  Fitter(RewriterBase &rewriter, Operation *scope, const FitOptions &options,
         ParameterReader &reader, FactorStore &store)
      : rewriter(rewriter), scope(scope), options(options), reader(reader), store(store),
        progress(llvm::errs()), atDiagnostics(scope->getContext(), [this](Diagnostic &) {
          // It would begin behind the line. Others print it.
          progress.hide();
          return failure();
        }) {
    scope->walk([&](ParameterOp parameter) { usedNames.insert(parameter.getName()); });
  }

  LogicalResult run(MutableArrayRef<FitTask> tasks);

  /// Lets the store write what it has; `module` is all that was fitted.
  LogicalResult finish(Operation *module);

  /// What took the place of `layer`; `layer` itself where it stayed.
  Operation *lookup(LinearOp layer) const {
    Operation *op = replacements.lookup(layer);
    return op ? op : layer.getOperation();
  }

private:
  LogicalResult run(FitTask &task);

  /// A prefix under which no factor has the name of another parameter.
  std::string choosePrefix(StringRef weight, ArrayRef<FittedFactor> factors);
  LogicalResult load(FitTask &task, StoredAttr stored);
  LogicalResult keepStoredDense(FitTask &task, const LoadedWeight &weight);
  /// The record of what `weight` lost against the dense weight; null if that is not
  /// at hand.
  FailureOr<FitAttr> measure(FitTask &task, const LoadedWeight &weight);
  LogicalResult rewrite(FitTask &task, StructureAttrInterface structure,
                        ArrayRef<FittedFactor> factors, FitAttr record, StringRef note);
  FitAttr makeRecord(FitTask &task, double error, ArrayRef<int64_t> denseShape);

  RewriterBase &rewriter;
  Operation *scope;
  const FitOptions &options;
  ParameterReader &reader;
  FactorStore &store;
  ProgressLine progress;
  ScopedDiagnosticHandler atDiagnostics;
  llvm::StringSet<> usedNames;
  /// How often a weight of that name had that structure: one parameter can be several
  /// matrices, as it is and transposed, which are fits of their own.
  llvm::StringMap<unsigned> numFits;
  llvm::DenseMap<Operation *, Operation *> replacements;
};
} // namespace

std::string Fitter::choosePrefix(StringRef weight, ArrayRef<FittedFactor> factors) {
  std::string prefix = weight.str();
  for (unsigned number = 2; llvm::any_of(factors,
                                         [&](const FittedFactor &factor) {
                                           return usedNames.contains(prefix + "." + factor.name);
                                         });
       ++number)
    prefix = (weight + "." + Twine(number)).str();
  return prefix;
}

FitAttr Fitter::makeRecord(FitTask &task, double error, ArrayRef<int64_t> denseShape) {
  MLIRContext *context = task.structure.getContext();
  return FitAttr::get(context, StringAttr::get(context, task.group.getWeightName()),
                      FitNorm::frobenius, Real(error), static_cast<int64_t>(options.settings.seed),
                      denseShape);
}

LogicalResult Fitter::rewrite(FitTask &task, StructureAttrInterface structure,
                              ArrayRef<FittedFactor> factors, FitAttr record, StringRef note) {
  LinearOp first = task.group.layers.front();
  MLIRContext *context = first.getContext();
  std::string prefix = choosePrefix(task.group.getWeightName(), factors);
  SmallVector<FactorParameter> parameters;
  for (const FittedFactor &factor : factors) {
    std::string full = prefix + "." + factor.name;
    FailureOr<ElementsAttr> value = store.add(first.getLoc(), full, factor.tensor);
    if (failed(value))
      return failure();
    usedNames.insert(full);
    parameters.push_back({full,
                          RankedTensorType::get(factor.tensor.shape(),
                                                getIRElementType(context, factor.tensor.type())),
                          *value});
  }
  std::optional<double> error;
  if (record)
    error = record.getError().value;
  store.describe(prefix, printToString(structure), error);
  bool isLoaded = isa<StoredAttr>(task.structure);
  for (LinearOp layer : task.group.layers) {
    auto opts = [&](StringRef remarkName) {
      return remark::RemarkOpts::name(remarkName)
          .category(kPassName)
          .function(getFunctionName(layer));
    };
    auto passed = remark::passed(layer.getLoc(), opts(isLoaded ? "Loaded" : "Fitted"));
    passed << remark::metric("layer", getLayerName(layer))
           << remark::metric("structure", printToString(structure));
    if (error)
      passed << remark::metric("error", *error);
    if (!note.empty())
      remark::analysis(layer.getLoc(), opts("FewerSteps"))
          << remark::metric("layer", getLayerName(layer)) << remark::reason("{0}", note.str());
    // The layer is gone after this, and only its address is a key.
    Operation *key = layer;
    replacements[key] = replaceLayer(rewriter, layer, structure, parameters, record);
  }
  return success();
}

LogicalResult Fitter::keepStoredDense(FitTask &task, const LoadedWeight &weight) {
  // The parameter is not in the checkpoint under its own name.
  if (weight.dense) {
    auto parameter = cast<ParameterOp>(task.group.root);
    FailureOr<ElementsAttr> value =
        store.add(parameter.getLoc(), parameter.getName(), *weight.dense);
    if (failed(value))
      return failure();
    if (*value)
      scope->walk([&](ParameterOp other) {
        if (other.getNameAttr() == parameter.getNameAttr())
          rewriter.modifyOpInPlace(other, [&] { other.setValueAttr(*value); });
      });
  }
  StringAttr reason = cast<DenseAttr>(weight.structure).getReason();
  for (LinearOp layer : task.group.layers)
    keepDense(layer, kPassName, reason.getValue());
  return success();
}

FailureOr<FitAttr> Fitter::measure(FitTask &task, const LoadedWeight &weight) {
  if (!options.denseReader || !task.group.root)
    return FitAttr();
  FailureOr<HostTensor> root = options.denseReader->readRoot(task.group.root);
  if (failed(root))
    return failure();
  std::string why;
  FailureOr<HostTensor> dense = evaluateFromRoot(task.group.getWeight(), *root, why);
  FailureOr<double> error = failure();
  if (succeeded(dense))
    error = measureError(weight.structure, weight.factors, *dense, why);
  if (failed(error))
    return emitError(task.group.root->getLoc())
           << "cannot measure the stored weight '" << task.group.getWeightName() << "': " << why;
  root->releasePages();
  return makeRecord(task, *error, dense->shape());
}

LogicalResult Fitter::load(FitTask &task, StoredAttr stored) {
  FailureOr<LoadedWeight> weight = loadStoredWeight(task.group, stored, reader);
  if (failed(weight))
    return failure();
  if (isa<DenseAttr>(weight->structure))
    return keepStoredDense(task, *weight);
  FailureOr<FitAttr> record = measure(task, *weight);
  if (failed(record))
    return failure();
  return rewrite(task, weight->structure, weight->factors, *record, /*note=*/"");
}

/// Entries of the weight; 1 where they are not known.
static double countEntries(LinearOp layer) {
  auto type = cast<ShapedType>(layer.getWeight().getType());
  return type.hasStaticShape() ? double(type.getNumElements()) : 1;
}

LogicalResult Fitter::run(FitTask &task) {
  LinearOp first = task.group.layers.front();
  std::string name = task.group.getWeightName();
  auto stayDense = [&](const Twine &why) {
    for (LinearOp layer : task.group.layers)
      keepDense(layer, kPassName, why);
    return success();
  };
  if (auto stored = dyn_cast<StoredAttr>(task.structure)) {
    progress.start((getLayerName(first) + " " + stringifyStoredFormat(stored.getFormat())).str(),
                   countEntries(first));
    return load(task, stored);
  }
  if (!task.group.root)
    return stayDense(task.group.whyNoRoot);
  FailureOr<HostTensor> root = reader.readRoot(task.group.root);
  if (failed(root))
    return failure();
  std::string why;
  FailureOr<HostTensor> weight = evaluateFromRoot(first.getWeight(), *root, why);
  if (failed(weight))
    return stayDense(why);
  if (std::optional<std::string> place = findNonFinite(*weight))
    return emitError(task.group.root->getLoc()) << "cannot fit the weight '" << name << "': it has "
                                                << *place << ", expected finite numbers";
  FailureOr<StructureAttrInterface> structure =
      task.structure.resolve(weight->dim(0), weight->dim(1), why);
  if (failed(structure))
    return stayDense(why);

  progress.start((getLayerName(first) + " " + structure->getFamily()).str(), countEntries(first));
  FitSettings settings = options.settings;
  settings.seed = mixSeed(static_cast<int64_t>(options.settings.seed), name);
  settings.progress = [&](StringRef step, int64_t done, int64_t steps) {
    progress.update(step, done, steps);
  };
  FitKey key = makeFitKey(name, *structure, *weight, settings);
  if (unsigned number = ++numFits[key.weight + "\n" + key.structure]; number > 1)
    key.weight += llvm::formatv(" ({0})", number);
  FailureOr<MeasuredFit> fit = failure();
  if (std::optional<MeasuredFit> earlier = store.recall(first.getLoc(), key)) {
    progress.skip();
    fit = std::move(*earlier);
  } else {
    fit = fitAndMeasure(*structure, *weight, settings, why);
    if (failed(fit))
      return stayDense(why);
    fit = store.remember(first.getLoc(), key, std::move(*fit));
    if (failed(fit))
      return failure();
  }
  root->releasePages();
  if (options.maxError > 0 && fit->error > options.maxError)
    return stayDense(llvm::formatv("error {0:e3} of {1} is above the limit of {2:e3}", fit->error,
                                   printToString(*structure), options.maxError)
                         .str());
  return rewrite(task, *structure, fit->fitted.factors,
                 makeRecord(task, fit->error, weight->shape()), fit->fitted.note);
}

LogicalResult Fitter::run(MutableArrayRef<FitTask> tasks) {
  double work = 0;
  for (const FitTask &task : tasks)
    work += countEntries(task.group.layers.front());
  progress.begin(tasks.size(), work);
  for (FitTask &task : tasks)
    if (failed(run(task)))
      return failure();
  return success();
}

LogicalResult Fitter::finish(Operation *module) {
  bool begun = false;
  return store.finish(module, reader, [&](int64_t done, int64_t total) {
    if (!std::exchange(begun, true)) {
      progress.begin(1, double(total));
      progress.start("writing the archive", double(total));
    }
    progress.update("MiB", done >> 20, total >> 20);
  });
}

/// The layers to fit, grouped by weight and then by structure.
static SmallVector<FitTask> collectTasks(ArrayRef<LinearOp> layers) {
  SmallVector<FitTask> tasks;
  for (WeightGroup &group : groupLayersByWeight(layers)) {
    llvm::MapVector<Attribute, SmallVector<LinearOp>> layersOf;
    for (LinearOp layer : group.layers)
      if (std::optional<StructureAttrInterface> structure = layer.getStructure();
          structure && !isa<DenseAttr>(*structure))
        layersOf[*structure].push_back(layer);
    for (auto &[structure, layers] : layersOf) {
      // The group's root may be another operation for the same parameter, which goes
      // away with the layers of another structure.
      WeightGroup own{layers, /*root=*/nullptr, /*whyNoRoot=*/""};
      own.root = findRoot(own.getWeight(), own.whyNoRoot);
      tasks.push_back({std::move(own), cast<StructureAttrInterface>(structure)});
    }
  }
  return tasks;
}

FailureOr<SmallVector<Operation *>>
mlir::structlin::fitLayers(RewriterBase &rewriter, ArrayRef<LinearOp> layers, Operation *scope,
                           const FitOptions &options, ParameterReader &reader, FactorStore &store) {
  SmallVector<FitTask> tasks = collectTasks(layers);
  Fitter fitter(rewriter, scope, options, reader, store);
  if (failed(fitter.run(tasks)) || failed(fitter.finish(scope)))
    return failure();
  return llvm::map_to_vector(layers, [&](LinearOp layer) { return fitter.lookup(layer); });
}

LogicalResult mlir::structlin::fitStructures(Operation *scope, const FitOptions &options,
                                             ParameterReader &reader, FactorStore &store) {
  SmallVector<LinearOp> layers;
  scope->walk([&](LinearOp layer) { layers.push_back(layer); });
  IRRewriter rewriter(scope->getContext());
  return fitLayers(rewriter, layers, scope, options, reader, store);
}
