//===- Choose.cpp - schedules on groups -----------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes what ChooseSchedules.cpp decides: a schedule on the group, or variants of it.
//
//===----------------------------------------------------------------------===//

#include "structlin/Codegen/Choose.h"
#include "KernelContent.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "structlin/Codegen/Passes.h"
#include "structlin/Host/HostAttr.h"
#include "structlin/IR/KernelAttrs.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/TargetParser/Host.h"

namespace mlir::structlin {
#define GEN_PASS_DEF_STRUCTLINCHOOSE
#include "structlin/Codegen/Passes.h.inc"
} // namespace mlir::structlin

using namespace mlir;
using namespace mlir::structlin;
namespace kernels = ::structlin::kernels;

//===----------------------------------------------------------------------===//
// Remarks
//===----------------------------------------------------------------------===//

static remark::RemarkOpts getRemarkOpts(Operation *op, StringRef name) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  return remark::RemarkOpts::name(name)
      .category("structlin-choose")
      .function(function ? function.getName() : StringRef());
}

static StringRef getLayerName(KernelOp kernel, StructuredMatmulOpInterface product) {
  if (StringAttr layer = kernel.getLayerAttr())
    return layer;
  StringAttr layer = product.getLayerAttr();
  return layer ? layer.getValue() : StringRef();
}

/// Times in microseconds, readable in a line of text.
static std::string printTime(double time) { return llvm::formatv("{0:f2}", time / 1000).str(); }

/// Says what is expected; `notFolded` is why a slower structure stays.
static void report(KernelOp kernel, StructuredMatmulOpInterface product,
                   ArrayRef<RangeChoice> choices, bool isFolded, StringRef notFolded) {
  for (const RangeChoice &choice : choices) {
    bool loses = choice.loses(), isMissed = loses && !isFolded;
    auto opts = getRemarkOpts(kernel, isMissed ? "SlowerThanDense"
                                      : loses  ? "Folded"
                                               : "Scheduled");
    auto remark =
        isMissed ? remark::missed(kernel.getLoc(), opts) : remark::passed(kernel.getLoc(), opts);
    remark << remark::metric("layer", getLayerName(kernel, product))
           << remark::metric("tokens", choice.tokens)
           << remark::metric("us", printTime(choice.times.product))
           << remark::metric("dense_us", printTime(choice.times.dense))
           << remark::metric("source", getName(choice.times.source));
    if (isMissed)
      remark << remark::reason("the dense product is expected to be faster, and {0}",
                               notFolded.str());
  }
}

//===----------------------------------------------------------------------===//
// Groups
//===----------------------------------------------------------------------===//

FailureOr<SchedulableProduct> mlir::structlin::getSchedulableProduct(KernelOp kernel,
                                                                     std::string &why) {
  auto init = kernel.getInits().empty()
                  ? RankedTensorType()
                  : dyn_cast<RankedTensorType>(kernel.getInits().front().getType());
  if (!init)
    return why = "the group works on buffers", failure();
  auto product = getEmittableProduct(kernel.getBody().front(), why);
  if (failed(product))
    return failure();
  std::optional<::structlin::ElementType> result = getHostElementType(init.getElementType());
  if (!result)
    return why = "no kernel writes elements of its type", failure();
  for (Value factor : product->getFactors()) {
    unsigned number = cast<BlockArgument>(factor).getArgNumber();
    if (!kernel->getOperand(number).getDefiningOp<ParameterOp>())
      return why = "its factors are not all parameters", failure();
  }
  return SchedulableProduct{*product, *result};
}

/// What is run in a range: a schedule, and the weight if it is the dense product's.
namespace {
struct Variant {
  CpuScheduleAttr schedule;
  Value denseWeight;

  bool operator==(const Variant &other) const {
    return schedule == other.schedule && denseWeight == other.denseWeight;
  }
};
} // namespace

/// The group as a variant of it, in front of it.
static KernelOp cloneAs(RewriterBase &rewriter, KernelOp kernel, const Variant &variant) {
  KernelOp copy = variant.denseWeight ? cloneWithDense(rewriter, kernel, variant.denseWeight)
                                      : cast<KernelOp>(rewriter.clone(*kernel));
  copy.setScheduleAttr(variant.schedule);
  return copy;
}

/// Puts variants of `kernel` in its place.
static void replaceByVariants(RewriterBase &rewriter, KernelOp kernel, ArrayRef<Variant> list,
                              ArrayRef<int64_t> upperBounds) {
  Location loc = kernel.getLoc();
  rewriter.setInsertionPoint(kernel);
  if (list.size() == 1) {
    KernelOp copy = cloneAs(rewriter, kernel, list.front());
    rewriter.replaceOp(kernel, copy.getResults());
    return;
  }
  Value tokens = tensor::DimOp::create(rewriter, loc, kernel.getInits().front(), 0);
  auto variants = VariantsOp::create(rewriter, loc, kernel.getResultTypes(), tokens,
                                     rewriter.getDenseI64ArrayAttr(upperBounds), list.size());
  for (auto [region, variant] : llvm::zip_equal(variants.getVariants(), list)) {
    rewriter.createBlock(&region);
    KernelOp copy = cloneAs(rewriter, kernel, variant);
    YieldOp::create(rewriter, loc, copy.getResults());
  }
  rewriter.replaceOp(kernel, variants.getResults());
}

LogicalResult mlir::structlin::scheduleKernel(RewriterBase &rewriter, KernelOp kernel,
                                              const ChooseOptions &options, DenseFolder *folder,
                                              std::string &why) {
  auto found = getSchedulableProduct(kernel, why);
  if (failed(found))
    return failure();
  StructuredMatmulOpInterface product = found->product;
  SmallVector<int64_t> bounds, tokens;
  if (int64_t known = product.getNumTokens(); ShapedType::isDynamic(known)) {
    bounds = options.upperBounds;
    tokens = getTypicalTokens(bounds);
  } else {
    tokens = {known};
  }
  auto choices = chooseSchedules(product, found->result, tokens, options, why);
  if (failed(choices))
    return failure();

  Value weight;
  std::string notFolded = "weights are not folded";
  auto loses = [](const RangeChoice &choice) { return choice.loses(); };
  if (folder && !isa<LinearOp>(product.getOperation()) && llvm::any_of(*choices, loses)) {
    bool keepsFactors = !llvm::all_of(*choices, loses);
    FailureOr<Value> folded = folder->fold(rewriter, kernel, product, keepsFactors, notFolded);
    if (succeeded(folded))
      weight = *folded;
  }
  report(kernel, product, *choices, /*isFolded=*/weight != nullptr, notFolded);

  // Neighbours that are the same are one range.
  SmallVector<Variant> variants;
  SmallVector<int64_t> upperBounds;
  for (auto [i, choice] : llvm::enumerate(*choices)) {
    bool isDense = weight && choice.loses();
    Variant variant{getScheduleAttr(kernel.getContext(), options.target,
                                    isDense ? choice.denseSchedule : choice.schedule),
                    isDense ? weight : Value()};
    if (!variants.empty() && variants.back() == variant)
      continue;
    if (i != 0)
      upperBounds.push_back(bounds[i - 1]);
    variants.push_back(variant);
  }
  SmallVector<ParameterOp> parameters;
  for (Value input : kernel.getInputs())
    if (auto parameter = input.getDefiningOp<ParameterOp>())
      if (!llvm::is_contained(parameters, parameter))
        parameters.push_back(parameter);
  replaceByVariants(rewriter, kernel, variants, upperBounds);
  // Factors that a dense weight has replaced take no memory.
  for (ParameterOp parameter : parameters)
    if (parameter->use_empty())
      rewriter.eraseOp(parameter);
  return success();
}

namespace {
struct ChoosePass : mlir::structlin::impl::StructlinChooseBase<ChoosePass> {
  using StructlinChooseBase::StructlinChooseBase;

  LogicalResult initialize(MLIRContext *context) override {
    auto fail = [&](const Twine &message) {
      return emitError(UnknownLoc::get(context)) << getArgument() << ": " << message;
    };
    llvm::Expected<ChooseOptions> read = readChooseOptions(cpu, machine, table);
    if (!read)
      return fail(llvm::toString(read.takeError()));
    int64_t previous = 0;
    for (int64_t bound : tokens) {
      if (bound <= previous)
        return fail("expected ends of ranges of tokens that rise from 1 on, got " + Twine(bound) +
                    " behind " + Twine(previous));
      previous = bound;
    }
    if (threads < 1)
      return fail("expected at least one thread, got " + Twine(threads));
    options = *read;
    options.threads = threads;
    options.upperBounds.assign(tokens.begin(), tokens.end());
    if (tokens.empty())
      options.upperBounds.assign(std::begin(kDefaultUpperBounds), std::end(kDefaultUpperBounds));
    return success();
  }

  void runOnOperation() override {
    if (StringRef cpu = options.table.getCPU(); !cpu.empty() && cpu != llvm::sys::getHostCPUName())
      remark::missed(getOperation()->getLoc(), getRemarkOpts(getOperation(), "OtherMachine"))
          << remark::reason("the table is of times on '{0}', this is '{1}'", cpu.str(),
                            llvm::sys::getHostCPUName().str());
    IRRewriter rewriter(&getContext());
    SmallVector<KernelOp> kernels;
    getOperation()->walk([&](KernelOp kernel) {
      // A schedule that is there was written by someone who knows better.
      if (!kernel.getScheduleAttr())
        kernels.push_back(kernel);
    });
    std::unique_ptr<DenseFolder> folder;
    if (densify != Densify::never) {
      FailureOr<std::unique_ptr<DenseFolder>> opened = openFolder(kernels);
      if (failed(opened))
        return signalPassFailure();
      folder = std::move(*opened);
    }
    for (KernelOp kernel : kernels) {
      std::string why;
      if (failed(scheduleKernel(rewriter, kernel, options, folder.get(), why)))
        remark::missed(kernel.getLoc(), getRemarkOpts(kernel, "NotScheduled"))
            << remark::reason("{0}", why);
    }
    if (folder && failed(folder->finish(getOperation())))
      signalPassFailure();
  }

  /// What makes dense weights, within the limit for all of `kernels` together.
  FailureOr<std::unique_ptr<DenseFolder>> openFolder(ArrayRef<KernelOp> kernels) {
    Location loc = getOperation()->getLoc();
    int64_t limit = densifyLimit;
    if (densify == Densify::automatic) {
      int64_t stored = 0;
      for (KernelOp kernel : kernels)
        for (auto product : kernel.getBody().getOps<StructuredMatmulOpInterface>())
          stored += getFactorBytes(product);
      limit = stored / 10;
    }
    FailureOr<ParameterReader> reader = ParameterReader::open(parameters, loc);
    if (failed(reader))
      return failure();
    std::unique_ptr<FactorStore> store = createInlineFactorStore();
    if (!outputParameters.empty()) {
      auto archive = createArchiveFactorStore(outputParameters, loc);
      if (failed(archive))
        return failure();
      store = std::move(*archive);
    }
    return std::make_unique<DenseFolder>(std::move(*reader), std::move(store), limit);
  }

  ChooseOptions options;
};
} // namespace
