//===- PackKernels.cpp - groups that take their factors packed ------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The structured product stays what it was, on the unpacked factor: so a packed group
// can still be decomposed, and means the same.
//
//===----------------------------------------------------------------------===//

#include "structlin/Codegen/PackKernels.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "structlin/Codegen/KernelOpInterface.h"
#include "structlin/IR/KernelAttrs.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::structlin;

namespace {
/// Factors of one product that are to be packed together: operands of the product, and
/// what the group takes for them.
struct Run {
  StructuredMatmulOpInterface product;
  unsigned firstOperand;
  LayoutAttrInterface layout;
  SmallVector<Value> factors;
};
} // namespace

/// Whether all of `factors` come from one unpack of `layout`.
static bool isUnpacked(ValueRange factors, LayoutAttrInterface layout) {
  auto unpack = factors.front().getDefiningOp<UnpackOp>();
  return unpack && unpack.getLayout() == layout && ValueRange(unpack.getFactors()) == factors;
}

/// What the group takes for `factor`.
static FailureOr<Value> findOperand(KernelOp kernel, Value factor, StringRef name,
                                    std::string &why) {
  if (auto unpack = factor.getDefiningOp<UnpackOp>()) {
    why = llvm::formatv("the factor {0} is packed already, to {1}", name, unpack.getLayout());
    return failure();
  }
  auto argument = dyn_cast<BlockArgument>(factor);
  if (!argument || argument.getOwner() != &kernel.getBody().front() ||
      argument.getArgNumber() >= kernel.getInputs().size()) {
    why = llvm::formatv("the factor {0} is not an input of the group", name);
    return failure();
  }
  return kernel.getInputs()[argument.getArgNumber()];
}

static LogicalResult findRuns(KernelOp kernel, StructuredMatmulOpInterface product,
                              SmallVectorImpl<Run> &runs, std::string &why) {
  auto model = dyn_cast<KernelOpInterface>(product.getOperation());
  if (!model) {
    why = llvm::formatv("no kernel is known for {0}", product->getName());
    return failure();
  }
  CpuScheduleAttr schedule = kernel.getScheduleAttr();
  auto packings = model.getPackings(getKernelTarget(schedule), getKernelSchedule(schedule), why);
  if (failed(packings))
    return failure();
  SmallVector<FactorInfo> infos = product.getFactorInfos();
  unsigned next = 0;
  for (const FactorPacking &packing : *packings) {
    unsigned first = next;
    next += packing.numFactors;
    Run run{product, first + 1, packing.layout, {}};
    ValueRange factors = product.getFactors().slice(first, packing.numFactors);
    if (!packing.layout || isUnpacked(factors, packing.layout))
      continue;
    for (auto [index, factor] : llvm::enumerate(factors)) {
      FailureOr<Value> operand = findOperand(kernel, factor, infos[first + index].name, why);
      if (failed(operand))
        return failure();
      run.factors.push_back(*operand);
    }
    runs.push_back(run);
  }
  return success();
}

/// The pack of `factors`: one that is there, or a new one behind the factors, or, where
/// they come from several blocks, before the group.
static PackOp getPack(RewriterBase &rewriter, KernelOp kernel, const Run &run, KnownPacks &packs) {
  SmallVector<PackOp, 1> &known = packs[{run.layout, run.factors.front()}];
  for (PackOp pack : known)
    if (ValueRange(pack.getFactors()) == ValueRange(run.factors))
      return pack;
  OpBuilder::InsertionGuard guard(rewriter);
  Value last = run.factors.front();
  bool oneBlock = llvm::all_of(
      run.factors, [&](Value factor) { return factor.getParentBlock() == last.getParentBlock(); });
  for (Value factor : run.factors)
    if (Operation *op = factor.getDefiningOp();
        op && oneBlock && (!last.getDefiningOp() || last.getDefiningOp()->isBeforeInBlock(op)))
      last = factor;
  if (oneBlock)
    rewriter.setInsertionPointAfterValue(last);
  else
    rewriter.setInsertionPoint(kernel);
  auto pack = PackOp::create(rewriter, last.getLoc(), run.factors, run.layout);
  if (oneBlock)
    known.push_back(pack);
  return pack;
}

/// The body's argument for the input `value` of the group, which is added if need be.
static BlockArgument getInput(RewriterBase &rewriter, KernelOp kernel, Value value) {
  Block &body = kernel.getBody().front();
  unsigned numInputs = kernel.getInputs().size();
  for (unsigned i = 0; i < numInputs; ++i)
    if (kernel.getInputs()[i] == value)
      return body.getArgument(i);
  rewriter.modifyOpInPlace(kernel, [&] { kernel.getInputsMutable().append(value); });
  return body.insertArgument(numInputs, value.getType(), value.getLoc());
}

static void eraseUnusedInput(RewriterBase &rewriter, KernelOp kernel, Value value) {
  Block &body = kernel.getBody().front();
  for (unsigned i = 0; i < kernel.getInputs().size(); ++i) {
    if (kernel.getInputs()[i] != value || !body.getArgument(i).use_empty())
      continue;
    rewriter.modifyOpInPlace(kernel, [&] {
      body.eraseArgument(i);
      kernel.getInputsMutable().erase(i);
    });
    return;
  }
}

LogicalResult mlir::structlin::packKernel(RewriterBase &rewriter, KernelOp kernel,
                                          KnownPacks &packs, std::string &why) {
  SmallVector<Run> runs;
  bool hasProduct = false;
  for (auto product : kernel.getBody().getOps<StructuredMatmulOpInterface>()) {
    hasProduct = true;
    if (!product.hasPureTensorSemantics()) {
      why = "the group works on buffers";
      return failure();
    }
    if (failed(findRuns(kernel, product, runs, why)))
      return failure();
  }
  if (!hasProduct) {
    why = "the group has no structured product";
    return failure();
  }

  for (Run &run : runs) {
    PackOp pack = getPack(rewriter, kernel, run, packs);
    SmallVector<Value> packed;
    for (Value value : pack.getPacked())
      packed.push_back(getInput(rewriter, kernel, value));
    rewriter.setInsertionPoint(run.product);
    ValueRange factors = run.product->getOperands().slice(run.firstOperand, run.factors.size());
    auto unpack =
        UnpackOp::create(rewriter, run.product.getLoc(), factors.getTypes(), packed, run.layout);
    rewriter.modifyOpInPlace(run.product, [&] {
      run.product->setOperands(run.firstOperand, run.factors.size(), unpack.getFactors());
    });
  }
  for (const Run &run : runs)
    for (Value factor : run.factors)
      eraseUnusedInput(rewriter, kernel, factor);
  return success();
}

/// The first product that has a layer's name, or the group's own.
static StringRef getLayerName(KernelOp kernel) {
  if (StringAttr layer = kernel.getLayerAttr())
    return layer;
  for (auto product : kernel.getBody().getOps<StructuredMatmulOpInterface>())
    if (StringAttr layer = product.getLayerAttr())
      return layer;
  return "";
}

void mlir::structlin::packKernels(RewriterBase &rewriter, Operation *root) {
  KnownPacks packs;
  root->walk([&](KernelOp kernel) {
    if (!kernel.getScheduleAttr())
      return;
    std::string why;
    if (succeeded(packKernel(rewriter, kernel, packs, why)))
      return;
    auto function = kernel->getParentOfType<FunctionOpInterface>();
    remark::missed(kernel.getLoc(), remark::RemarkOpts::name("NotPacked")
                                        .category("structlin-pack")
                                        .function(function ? function.getName() : StringRef()))
        << remark::metric("layer", getLayerName(kernel)) << remark::reason("{0}", why);
  });
}
