//===- OutlineKernels.cpp - one function for equal kernels ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A kernel's key is its content for any number of tokens, as text, with its schedule:
// what is the same text is the same function.
//
//===----------------------------------------------------------------------===//

#include "GeneralizeKernel.h"
#include "KernelContent.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "structlin/Codegen/KernelOpInterface.h"
#include "structlin/Codegen/Passes.h"
#include "structlin/IR/KernelAttrs.h"
#include "llvm/ADT/StringMap.h"

namespace mlir::structlin {
#define GEN_PASS_DEF_STRUCTLINOUTLINEKERNELS
#include "structlin/Codegen/Passes.h.inc"
} // namespace mlir::structlin

using namespace mlir;
using namespace mlir::structlin;

/// The product of a kernel that code can be emitted for, by its schedule.
static FailureOr<StructuredMatmulOpInterface> getScheduledProduct(KernelOp kernel,
                                                                  std::string &why) {
  if (!kernel.getScheduleAttr())
    return why = "it has no schedule", failure();
  if (kernel.getNumResults() == 0)
    return why = "it is on memrefs", failure();
  FailureOr<StructuredMatmulOpInterface> product =
      getEmittableProduct(kernel.getBody().front(), why);
  if (failed(product))
    return failure();
  auto model = dyn_cast<KernelOpInterface>(product->getOperation());
  if (!model)
    return why = "its product has no kernel", failure();
  FailureOr<SmallVector<FactorPacking>> packings = model.getPackings(
      getKernelTarget(kernel.getScheduleAttr()), getKernelSchedule(kernel.getScheduleAttr()), why);
  if (failed(packings))
    return failure();
  // What comes in has to lie as the kernel reads it.
  SmallVector<Value> operands = getKernelOperands(*product);
  SmallVector<RankedTensorType> types = getPackedFactorTypes(*product, *packings);
  if (operands.size() != types.size() + 1)
    return why = "its factors are not packed", failure();
  for (auto [operand, type] : llvm::zip_equal(ArrayRef(operands).drop_front(), types))
    if (operand.getType() != type)
      return why = "its factors are not packed for its schedule", failure();
  return product;
}

static void reportNotOutlined(KernelOp kernel, StringRef why) {
  auto function = kernel->getParentOfType<FunctionOpInterface>();
  remark::missed(kernel.getLoc(), remark::RemarkOpts::name("NotOutlined")
                                      .category("structlin-outline-kernels")
                                      .function(function ? function.getName() : ""))
      << remark::metric("layer", kernel.getLayer().value_or(""))
      << remark::reason("the kernel is left to the reference lowering: {0}", why.str());
}

/// "k_linear_768x3072".
static std::string getKernelName(StructuredMatmulOpInterface product) {
  StringRef family = product->getName().stripDialect();
  family.consume_back("_matmul");
  return ("k_" + family + "_" + Twine(product.getNumInputs()) + "x" +
          Twine(product.getNumOutputs()))
      .str();
}

static std::string getKey(KernelFuncOp function) {
  std::string key;
  llvm::raw_string_ostream stream(key);
  function->print(stream, OpPrintingFlags().useLocalScope());
  return key;
}

static void outlineKernels(ModuleOp module) {
  SmallVector<KernelOp> kernels;
  module.walk([&](KernelOp kernel) { kernels.push_back(kernel); });
  SymbolTable symbols(module);
  llvm::StringMap<KernelFuncOp> functions;
  OpBuilder builder(module.getContext());
  for (KernelOp kernel : kernels) {
    std::string why;
    FailureOr<StructuredMatmulOpInterface> product = getScheduledProduct(kernel, why);
    if (failed(product)) {
      reportNotOutlined(kernel, why);
      continue;
    }
    builder.setInsertionPointToEnd(module.getBody());
    KernelFuncOp function = generalizeKernel(builder, kernel, *product);
    auto [entry, isNew] = functions.try_emplace(getKey(function), function);
    if (isNew) {
      function->remove();
      function.setSymName(getKernelName(*product));
      symbols.insert(function, module.getBody()->end());
    } else {
      function->erase();
    }
    builder.setInsertionPoint(kernel);
    auto call =
        CallKernelOp::create(builder, kernel.getLoc(), kernel.getResultTypes(),
                             entry->second.getSymName(), kernel.getInputs(), kernel.getInits());
    kernel->replaceAllUsesWith(call);
    kernel->erase();
  }
}

namespace {
struct OutlineKernelsPass : mlir::structlin::impl::StructlinOutlineKernelsBase<OutlineKernelsPass> {
  void runOnOperation() override { outlineKernels(getOperation()); }
};
} // namespace
