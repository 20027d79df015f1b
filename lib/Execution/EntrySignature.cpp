//===- EntrySignature.cpp - what a caller passes to an entry function -----===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads signatures off prepared entry functions.
//
//===----------------------------------------------------------------------===//

#include "structlin/Execution/EntrySignature.h"
#include "structlin/Host/HostAttr.h"
#include "structlin/IR/StructlinDialect.h"
#include "structlin/Lowering/EntryFunctions.h"
#include "structlin/Lowering/ParameterLayout.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::structlin;

bool HostType::accepts(ArrayRef<int64_t> sizes) const {
  if (sizes.size() != shape.size())
    return false;
  return llvm::all_of(llvm::zip_equal(shape, sizes), [](auto pair) {
    auto [expected, got] = pair;
    return ShapedType::isDynamic(expected) || expected == got;
  });
}

std::string HostType::str() const {
  std::string text;
  for (int64_t size : shape)
    text += (ShapedType::isDynamic(size) ? "?" : std::to_string(size)) + "x";
  return text + ::structlin::mlirName(element).str();
}

unsigned EntrySignature::countDynamicSizes() const {
  unsigned count = 0;
  for (const HostType &type : results)
    count += llvm::count_if(type.shape, ShapedType::isDynamic);
  return count;
}

static FailureOr<HostType> getHostType(func::FuncOp entry, unsigned index) {
  Type type = entry.getArgumentTypes()[index];
  auto shaped = dyn_cast<ShapedType>(type);
  std::optional<::structlin::ElementType> element = getHostElementType(getElementTypeOrSelf(type));
  if (!element || (shaped && !shaped.hasRank()))
    return entry.emitError("expected argument ")
           << index << " of '" << entry.getName()
           << "' to be a scalar or a ranked tensor of an element type that files can hold, got "
           << type;
  HostType host{*element, {}, !shaped};
  if (shaped)
    host.shape.assign(shaped.getShape().begin(), shaped.getShape().end());
  return host;
}

FailureOr<EntrySignature> mlir::structlin::getEntrySignature(func::FuncOp entry) {
  EntrySignature signature;
  signature.name = entry.getName().str();
  for (unsigned i = 0; i < entry.getNumArguments(); ++i) {
    if (entry.getArgAttr(i, kParametersAttrName)) {
      signature.takesParameterBuffer = true;
      continue;
    }
    FailureOr<HostType> type = getHostType(entry, i);
    if (failed(type))
      return failure();
    if (entry.getArgAttr(i, kResultAttrName)) {
      signature.results.push_back(*type);
      continue;
    }
    auto tag = entry.getArgAttrOfType<StringAttr>(i, StructlinDialect::kParamAttrName);
    signature.inputs.push_back(
        {*type, tag ? tag.str() : std::string(), entry.getArgument(i).getLoc()});
  }
  return signature;
}

FailureOr<func::FuncOp> mlir::structlin::findEntry(ModuleOp module, StringRef name) {
  SmallVector<func::FuncOp> entries =
      llvm::filter_to_vector(module.getOps<func::FuncOp>(), isEntry);
  auto listNames = [&](InFlightDiagnostic &diagnostic) {
    llvm::interleaveComma(entries, diagnostic,
                          [&](func::FuncOp entry) { diagnostic << "'" << entry.getName() << "'"; });
  };
  if (name.empty() && entries.size() == 1)
    return entries.front();
  for (func::FuncOp entry : entries)
    if (!name.empty() && entry.getName() == name)
      return entry;
  InFlightDiagnostic diagnostic = module.emitError();
  if (entries.empty())
    return diagnostic << "expected a public function with a body, got none";
  if (name.empty())
    diagnostic << "expected one public function, got ";
  else
    diagnostic << "no public function '" << name << "' among ";
  listNames(diagnostic);
  return diagnostic;
}
