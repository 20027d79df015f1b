//===- DefaultSchedule.cpp - schedules that are not estimated -------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Codegen/DefaultSchedule.h"
#include "KernelContent.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "structlin/Codegen/KernelOpInterface.h"
#include "structlin/Codegen/Passes.h"
#include "structlin/Host/HostAttr.h"
#include "structlin/IR/KernelAttrs.h"
#include "structlin/Kernels/PanelLayout.h"

namespace mlir::structlin {
#define GEN_PASS_DEF_STRUCTLINDEFAULTSCHEDULE
#include "structlin/Codegen/Passes.h.inc"
} // namespace mlir::structlin

using namespace mlir;
using namespace mlir::structlin;
namespace kernels = ::structlin::kernels;

/// The outputs that panels cut: those of a block, or all.
static int64_t getPanelExtent(StructuredMatmulOpInterface product) {
  OpBuilder builder(product);
  OutputBlocking blocking = product.getOutputBlocking(builder, product.getLoc());
  return getConstantIntValue(blocking.blockRows).value_or(product.getNumOutputs());
}

FailureOr<kernels::Schedule>
mlir::structlin::getDefaultSchedule(StructuredMatmulOpInterface product,
                                    const kernels::Target &target, std::string &why) {
  std::optional<ElementType> type =
      getHostElementType(getElementTypeOrSelf(product.getMatmulInput().getType()));
  auto model = dyn_cast<KernelOpInterface>(product.getOperation());
  if (!type || !model)
    return why = "its product has no kernel", failure();
  kernels::ProductForm form = target.getProductForm(*type);
  bool tiles = form.usesTiles();
  int64_t width = tiles ? form.columns : target.lanes(form.accumulator);
  std::optional<kernels::Schedule> best;
  int64_t extent = getPanelExtent(product), leastOutputs = 0;
  for (int64_t across = tiles ? 2 : 3; across >= 1; --across) {
    kernels::Schedule schedule;
    schedule.cols = across * width;
    schedule.rows = tiles ? 32 : 16;
    // Stages hand each other what fits the caches.
    schedule.block = 128;
    while (schedule.rows > 1 && !kernels::checkSchedule(schedule, *type, target).empty())
      schedule.rows = tiles ? schedule.rows / 2 : schedule.rows - 1;
    int64_t outputs = kernels::numPieces(extent, schedule.cols) * schedule.cols;
    if (succeeded(model.getPackings(target, schedule, why)) && (!best || outputs < leastOutputs)) {
      best = schedule;
      leastOutputs = outputs;
    }
  }
  if (!best)
    return failure();
  return *best;
}

/// Whether all factors of `product`, in `kernel`, are parameters: others would have to be
/// packed in every call.
static bool hasStoredFactors(KernelOp kernel, StructuredMatmulOpInterface product) {
  return llvm::all_of(product.getFactors(), [&](Value factor) {
    auto argument = dyn_cast<BlockArgument>(factor);
    return argument && kernel->getOperand(argument.getArgNumber()).getDefiningOp<ParameterOp>();
  });
}

namespace {
struct DefaultSchedulePass
    : mlir::structlin::impl::StructlinDefaultScheduleBase<DefaultSchedulePass> {
  using StructlinDefaultScheduleBase::StructlinDefaultScheduleBase;

  void runOnOperation() override {
    std::optional<kernels::Target> machine = kernels::Target::get(target);
    if (!machine) {
      getOperation()->emitError("expected a target of kernels, got '") << target << "'";
      return signalPassFailure();
    }
    getOperation()->walk([&](KernelOp kernel) {
      if (kernel.getScheduleAttr() || kernel.getNumResults() == 0)
        return;
      std::string why;
      auto product = getEmittableProduct(kernel.getBody().front(), why);
      FailureOr<kernels::Schedule> schedule = failure();
      if (succeeded(product) && !hasStoredFactors(kernel, *product))
        why = "its factors are not all parameters";
      else if (succeeded(product))
        schedule = getDefaultSchedule(*product, *machine, why);
      if (succeeded(schedule))
        return kernel.setScheduleAttr(getScheduleAttr(&getContext(), *machine, *schedule));
      auto function = kernel->getParentOfType<FunctionOpInterface>();
      remark::missed(kernel.getLoc(), remark::RemarkOpts::name("NotScheduled")
                                          .category("structlin-default-schedule")
                                          .function(function ? function.getName() : ""))
          << remark::metric("layer", kernel.getLayer().value_or(""))
          << remark::reason("the kernel has no schedule for {0}: {1}", machine->name, why);
    });
  }
};
} // namespace
