//===- Kernel.cpp - structlin.kernel --------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The group of operations that is compiled as one piece of code: its form, its
// constraints, and its dissolution.
//
//===----------------------------------------------------------------------===//

#include "KernelBody.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "structlin/IR/StructlinOps.h"

using namespace mlir;
using namespace mlir::structlin;

//===----------------------------------------------------------------------===//
// Form
//===----------------------------------------------------------------------===//

using UnresolvedOperand = OpAsmParser::UnresolvedOperand;

/// Parses `keyword ( operands : types )`, or nothing.
static ParseResult parseOperandGroup(OpAsmParser &parser, StringRef keyword, OperationState &result,
                                     int32_t &numOperands) {
  numOperands = 0;
  if (failed(parser.parseOptionalKeyword(keyword)))
    return success();
  SmallVector<UnresolvedOperand> operands;
  SmallVector<Type> types;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLParen() || parser.parseOperandList(operands) ||
      parser.parseColonTypeList(types) || parser.parseRParen() ||
      parser.resolveOperands(operands, types, loc, result.operands))
    return failure();
  numOperands = operands.size();
  return success();
}

ParseResult KernelOp::parse(OpAsmParser &parser, OperationState &result) {
  auto &segments = result.getOrAddProperties<Properties>().operandSegmentSizes;
  if (parseOperandGroup(parser, "ins", result, segments[0]) ||
      parseOperandGroup(parser, "outs", result, segments[1]) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes))
    return failure();
  Region *body = result.addRegion();
  if (parser.parseRegion(*body))
    return failure();
  ensureTerminator(*body, parser.getBuilder(), result.location);
  if (parser.parseOptionalArrowTypeList(result.types))
    return failure();
  return success();
}

static void printOperandGroup(OpAsmPrinter &printer, StringRef keyword, OperandRange operands) {
  if (!operands.empty())
    printer << ' ' << keyword << '(' << operands << " : " << operands.getTypes() << ')';
}

void KernelOp::print(OpAsmPrinter &printer) {
  printOperandGroup(printer, "ins", getInputs());
  printOperandGroup(printer, "outs", getInits());
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(), {getOperandSegmentSizeAttr()});
  printer << ' ';
  Operation *yield = getBody().front().getTerminator();
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/true,
                      /*printBlockTerminators=*/yield->getNumOperands() > 0 ||
                          !yield->getAttrs().empty());
  printer.printOptionalArrowTypeList(getResultTypes());
}

//===----------------------------------------------------------------------===//
// Constraints
//===----------------------------------------------------------------------===//

/// KER-C1: the block's arguments are the operands.
static LogicalResult verifyArguments(KernelOp op) {
  TypeRange expected = op->getOperandTypes(), got = op.getBody().getArgumentTypes();
  if (expected.size() != got.size())
    return op.emitOpError() << "expected one block argument per operand (" << expected.size()
                            << "), got " << got.size();
  for (auto [index, types] : llvm::enumerate(llvm::zip_equal(expected, got)))
    if (std::get<0>(types) != std::get<1>(types))
      return op.emitOpError() << "expected block argument #" << index
                              << " to have its operand's type " << std::get<0>(types) << ", got "
                              << std::get<1>(types);
  return success();
}

/// KER-C2: the inits are all tensors, or all memrefs. That tensors are tied to
/// results is checked by the trait of destination-passing operations.
static LogicalResult verifyInits(KernelOp op) {
  if (op.getInits().empty())
    return op.emitOpError() << "expected at least one init";
  bool onTensors = isa<RankedTensorType>(op.getInits().front().getType());
  for (Type type : op.getInits().getTypes()) {
    if (!isa<RankedTensorType, MemRefType>(type))
      return op.emitOpError() << "expected inits to be ranked tensors or memrefs, got " << type;
    if (isa<RankedTensorType>(type) != onTensors)
      return op.emitOpError() << "expected inits to be all tensors or all memrefs, got "
                              << op.getInits().front().getType() << " and " << type;
  }
  return success();
}

/// KER-C3: what is yielded are the results.
static LogicalResult verifyYield(KernelOp op) {
  TypeRange expected = op.getResultTypes();
  TypeRange got = op.getBody().front().getTerminator()->getOperandTypes();
  if (expected.size() != got.size())
    return op.emitOpError() << "expected one yielded value per result (" << expected.size()
                            << "), got " << got.size();
  for (auto [index, types] : llvm::enumerate(llvm::zip_equal(expected, got)))
    if (std::get<0>(types) != std::get<1>(types))
      return op.emitOpError() << "expected yielded value #" << index
                              << " to have its result's type " << std::get<0>(types) << ", got "
                              << std::get<1>(types);
  return success();
}

/// Whether an operation may be part of a kernel: structured products, linalg,
/// what computes without side effects, control flow around these, and, on
/// memrefs, what touches memory in a known way.
static bool isAllowedInKernel(Operation *op, bool onTensors) {
  if (isa<KernelOp, KernelFuncOp, CallKernelOp>(op))
    return false;
  if (isa<StructuredMatmulOpInterface>(op) || isa<linalg::LinalgDialect>(op->getDialect()) ||
      op->hasTrait<OpTrait::HasRecursiveMemoryEffects>())
    return true;
  auto effects = dyn_cast<MemoryEffectOpInterface>(op);
  return effects && (effects.hasNoEffect() || !onTensors);
}

LogicalResult structlin::verifyKernelBody(Operation *op, Region &body, bool onTensors) {
  WalkResult result = body.walk<WalkOrder::PreOrder>([&](Operation *nested) {
    if (!isAllowedInKernel(nested, onTensors)) {
      InFlightDiagnostic diag = op->emitOpError()
                                << "expected structured products, linalg operations and "
                                   "operations without side effects in the body, got '"
                                << nested->getName() << "'";
      diag.attachNote(nested->getLoc()) << "this operation";
      return WalkResult::interrupt();
    }
    return isa<linalg::LinalgOp>(nested) ? WalkResult::skip() : WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

LogicalResult KernelOp::verify() {
  if (failed(verifyArguments(*this)) || failed(verifyInits(*this)) || failed(verifyYield(*this)))
    return failure();
  // KER-C4: the body holds what can be compiled as one piece of code.
  return verifyKernelBody(*this, getBody(), isa<RankedTensorType>(getInits().front().getType()));
}

//===----------------------------------------------------------------------===//
// Interfaces
//===----------------------------------------------------------------------===//

void structlin::getKernelEffects(DestinationStyleOpInterface op,
                                 SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<BaseMemRefType>(operand.get().getType()))
      continue;
    effects.emplace_back(MemoryEffects::Read::get(), &operand);
    if (op.isDpsInit(&operand))
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
  }
}

void KernelOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  getKernelEffects(*this, effects);
}

LogicalResult KernelOp::reifyResultShapes(OpBuilder &builder, ReifiedRankedShapedTypeDims &shapes) {
  if (getNumResults() == 0)
    return success();
  for (Value init : getInits())
    shapes.push_back(tensor::getMixedSizes(builder, getLoc(), init));
  return success();
}

FailureOr<SmallVector<Value>> KernelOp::decomposeOperation(OpBuilder &builder) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(*this);
  Block &block = getBody().front();
  IRMapping mapping;
  mapping.map(block.getArguments(), (*this)->getOperands());
  for (Operation &op : block.without_terminator())
    builder.clone(op, mapping);
  return llvm::map_to_vector(block.getTerminator()->getOperands(),
                             [&](Value value) { return mapping.lookupOrDefault(value); });
}
