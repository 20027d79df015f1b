//===- KernelFunc.cpp - structlin.kernel_func -----------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The outlined kernel: its form, its constraints, and what its callers have to know.
//
//===----------------------------------------------------------------------===//

#include "KernelBody.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "structlin/IR/StructlinOps.h"

using namespace mlir;
using namespace mlir::structlin;

//===----------------------------------------------------------------------===//
// Form
//===----------------------------------------------------------------------===//

/// Parses `keyword (%name: type, ...)`.
static ParseResult parseArguments(OpAsmParser &parser, StringRef keyword,
                                  SmallVectorImpl<OpAsmParser::Argument> &arguments) {
  return failure(parser.parseKeyword(keyword) ||
                 parser.parseArgumentList(arguments, OpAsmParser::Delimiter::Paren,
                                          /*allowType=*/true));
}

ParseResult KernelFuncOp::parse(OpAsmParser &parser, OperationState &result) {
  (void)mlir::impl::parseOptionalVisibilityKeyword(parser, result.attributes);
  StringAttr name;
  SmallVector<OpAsmParser::Argument> arguments;
  Region *body = result.addRegion();
  if (parser.parseSymbolName(name, mlir::SymbolTable::getSymbolAttrName(), result.attributes) ||
      parseArguments(parser, "ins", arguments) || parseArguments(parser, "outs", arguments) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
      parser.parseRegion(*body, arguments))
    return failure();
  return success();
}

static void printArguments(OpAsmPrinter &printer, StringRef keyword,
                           ArrayRef<BlockArgument> arguments) {
  printer << ' ' << keyword << '(';
  llvm::interleaveComma(arguments, printer,
                        [&](BlockArgument argument) { printer.printRegionArgument(argument); });
  printer << ')';
}

void KernelFuncOp::print(OpAsmPrinter &printer) {
  StringRef visibilityName = getSymVisibilityAttrName();
  printer << ' ';
  if (auto visibility = (*this)->getAttrOfType<StringAttr>(visibilityName))
    printer << visibility.getValue() << ' ';
  printer.printSymbolName(getSymName());
  ArrayRef<BlockArgument> arguments = getBody().getArguments();
  printArguments(printer, "ins", arguments.drop_back(getNumInits()));
  printArguments(printer, "outs", arguments.take_back(getNumInits()));
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(),
                                           {getSymNameAttrName(), visibilityName});
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

//===----------------------------------------------------------------------===//
// Constraints
//===----------------------------------------------------------------------===//

LogicalResult KernelFuncOp::verifyRegions() {
  // KF-C1
  TypeRange yielded = getBody().front().getTerminator()->getOperandTypes();
  TypeRange arguments = getBody().getArgumentTypes();
  if (yielded.empty() || yielded.size() > arguments.size())
    return emitOpError() << "expected one argument per yielded value, and at least one, got "
                         << arguments.size() << " arguments and " << yielded.size()
                         << " yielded values";
  for (auto [index, types] :
       llvm::enumerate(llvm::zip_equal(arguments.take_back(yielded.size()), yielded)))
    if (std::get<0>(types) != std::get<1>(types))
      return emitOpError() << "expected yielded value #" << index << " to have its init's type "
                           << std::get<0>(types) << ", got " << std::get<1>(types);
  // KF-C2
  for (auto [index, type] : llvm::enumerate(arguments))
    if (!isa<RankedTensorType>(type) && !type.isIntOrIndexOrFloat())
      return emitOpError() << "expected argument #" << index
                           << " to be a ranked tensor or a scalar, got " << type;
  // KF-C3
  return verifyKernelBody(*this, getBody(), /*onTensors=*/true);
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

/// Whether `use` reads an element of the tensor.
static bool readsElements(OpOperand &use) {
  if (auto op = dyn_cast<linalg::LinalgOp>(use.getOwner()))
    return op.payloadUsesValueFromOperand(&use);
  return !isa<ShapedDimOpInterface>(use.getOwner());
}

bool KernelFuncOp::readsArgument(unsigned number) {
  return llvm::any_of(getBody().getArgument(number).getUses(), readsElements);
}

/// Whether `use` is of tokens, or of what is computed on a finished product.
static bool isActivation(OpOperand &use) {
  if (auto product = dyn_cast<StructuredMatmulOpInterface>(use.getOwner()))
    return use.getOperandNumber() == 0 || product.isDpsInit(&use);
  return isa<linalg::LinalgOp>(use.getOwner());
}

Type KernelFuncOp::getArgumentBufferType(unsigned number) {
  BlockArgument argument = getBody().getArgument(number);
  auto type = dyn_cast<RankedTensorType>(argument.getType());
  if (!type)
    return argument.getType();
  MemRefLayoutAttrInterface layout;
  if (number >= getNumInputs() || llvm::any_of(argument.getUses(), isActivation)) {
    SmallVector<int64_t> strides(type.getRank(), ShapedType::kDynamic);
    if (!strides.empty())
      strides.back() = 1;
    layout = StridedLayoutAttr::get(getContext(), ShapedType::kDynamic, strides);
  }
  return MemRefType::get(type.getShape(), type.getElementType(), layout);
}
