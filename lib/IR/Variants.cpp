//===- Variants.cpp - structlin.variants ----------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One computation in several ways: form, constraints, and branches in its place.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "structlin/IR/StructlinOps.h"

using namespace mlir;
using namespace mlir::structlin;

//===----------------------------------------------------------------------===//
// Form
//===----------------------------------------------------------------------===//

/// Ranges as [1, 2 to 48, 49 up]. The first one begins at 1 in print: it has 0 as well.
static ParseResult parseTokenRanges(OpAsmParser &parser, DenseI64ArrayAttr &upperBounds) {
  SmallVector<int64_t> bounds;
  bool ended = false;
  auto parseRange = [&]() -> ParseResult {
    SMLoc location = parser.getCurrentLocation();
    int64_t first, last, expected = bounds.empty() ? 1 : bounds.back() + 1;
    if (parser.parseInteger(first))
      return failure();
    if (ended)
      return parser.emitError(location, "expected no range behind the one without end");
    if (first != expected)
      return parser.emitError(location)
             << "expected a range from " << expected << " on, got one from " << first;
    ended = succeeded(parser.parseOptionalKeyword("up"));
    if (ended)
      return success();
    last = first;
    if (succeeded(parser.parseOptionalKeyword("to")) && parser.parseInteger(last))
      return failure();
    if (last < first)
      return parser.emitError(location)
             << "expected a range that ends at " << first << " or later, got " << last;
    bounds.push_back(last);
    return success();
  };
  SMLoc location = parser.getCurrentLocation();
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square, parseRange))
    return failure();
  if (!ended)
    return parser.emitError(location, "expected a last range without end");
  upperBounds = parser.getBuilder().getDenseI64ArrayAttr(bounds);
  return success();
}

static void printTokenRanges(OpAsmPrinter &printer, ArrayRef<int64_t> upperBounds) {
  int64_t first = 1;
  printer << '[';
  for (int64_t last : upperBounds) {
    printer << first;
    if (last != first)
      printer << " to " << last;
    printer << ", ";
    first = last + 1;
  }
  printer << first << " up]";
}

ParseResult VariantsOp::parse(OpAsmParser &parser, OperationState &result) {
  OpAsmParser::UnresolvedOperand tokens;
  DenseI64ArrayAttr upperBounds;
  if (parser.parseOperand(tokens) ||
      parser.resolveOperand(tokens, parser.getBuilder().getIndexType(), result.operands) ||
      parseTokenRanges(parser, upperBounds) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
      parser.parseOptionalArrowTypeList(result.types))
    return failure();
  result.getOrAddProperties<Properties>().upperBounds = upperBounds;
  do {
    Region *variant = result.addRegion();
    if (parser.parseRegion(*variant, /*arguments=*/{}))
      return failure();
    ensureTerminator(*variant, parser.getBuilder(), result.location);
  } while (succeeded(parser.parseOptionalComma()));
  return success();
}

void VariantsOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getTokens() << ' ';
  printTokenRanges(printer, getUpperBounds());
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(), {getUpperBoundsAttrName()});
  printer.printOptionalArrowTypeList(getResultTypes());
  printer << ' ';
  llvm::interleaveComma(getVariants(), printer, [&](Region &variant) {
    printer.printRegion(variant, /*printEntryBlockArgs=*/false,
                        /*printBlockTerminators=*/getNumResults() > 0);
  });
}

//===----------------------------------------------------------------------===//
// Constraints
//===----------------------------------------------------------------------===//

LogicalResult VariantsOp::verify() {
  // VAR-C1
  int64_t previous = 0;
  for (int64_t bound : getUpperBounds()) {
    if (bound <= previous)
      return emitOpError() << "expected ranges of rising numbers of tokens, got one up to " << bound
                           << " behind one up to " << previous;
    previous = bound;
  }
  // VAR-C2
  if (getVariants().size() != getUpperBounds().size() + 1)
    return emitOpError() << "expected one region per range (" << getUpperBounds().size() + 1
                         << "), got " << getVariants().size();
  // VAR-C3
  for (auto [index, variant] : llvm::enumerate(getVariants())) {
    TypeRange expected = getResultTypes(), got = getYield(variant)->getOperandTypes();
    if (expected != got)
      return emitOpError() << "expected region #" << index << " to yield the results' types ("
                           << expected << "), got (" << got << ")";
  }
  return success();
}

YieldOp VariantsOp::getYield(Region &variant) {
  return cast<YieldOp>(variant.front().getTerminator());
}

Region &VariantsOp::getVariant(int64_t tokens) {
  return getVariants()[llvm::lower_bound(getUpperBounds(), tokens) - getUpperBounds().begin()];
}

//===----------------------------------------------------------------------===//
// Interfaces
//===----------------------------------------------------------------------===//

void VariantsOp::getSuccessorRegions(RegionBranchPoint point,
                                     SmallVectorImpl<RegionSuccessor> &successors) {
  if (!point.isParent()) {
    successors.emplace_back(getOperation(), getResults());
    return;
  }
  for (Region &variant : getVariants())
    successors.emplace_back(&variant);
}

void VariantsOp::getRegionInvocationBounds(ArrayRef<Attribute> operands,
                                           SmallVectorImpl<InvocationBounds> &bounds) {
  auto tokens = dyn_cast_or_null<IntegerAttr>(operands.front());
  for (Region &variant : getVariants()) {
    bool runs = tokens && &getVariant(tokens.getInt()) == &variant;
    bounds.emplace_back(/*lb=*/runs, /*ub=*/!tokens || runs);
  }
}

// The sizes are those of an init outside, which kernels write to.
LogicalResult VariantsOp::reifyResultShapes(OpBuilder &builder,
                                            ReifiedRankedShapedTypeDims &shapes) {
  Region &last = getVariants().back();
  SmallVector<Value> inits;
  for (Value yielded : getYield(last)->getOperands()) {
    Value init = yielded;
    while (last.isAncestor(init.getParentRegion())) {
      auto producer = init.getDefiningOp<DestinationStyleOpInterface>();
      if (!producer)
        return failure();
      init = producer.getTiedOpOperand(cast<OpResult>(init))->get();
    }
    inits.push_back(init);
  }
  for (Value init : inits)
    shapes.push_back(tensor::getMixedSizes(builder, getLoc(), init));
  return success();
}

/// Branches that compare with the bounds one after the other. Unlike a switch, they are
/// simplified where all of them yield one buffer.
FailureOr<SmallVector<Value>> VariantsOp::decomposeOperation(OpBuilder &builder) {
  Location loc = getLoc();
  // Writes variant number `index` where `builder` is, or what chooses among the others.
  std::function<SmallVector<Value>(OpBuilder &, size_t)> write = [&](OpBuilder &nested,
                                                                     size_t index) {
    Region &variant = getVariants()[index];
    auto clone = [&](OpBuilder &target) {
      IRMapping mapping;
      for (Operation &op : variant.front().without_terminator())
        target.clone(op, mapping);
      return llvm::map_to_vector(getYield(variant)->getOperands(),
                                 [&](Value value) { return mapping.lookupOrDefault(value); });
    };
    if (index == getUpperBounds().size())
      return clone(nested);
    Value bound = arith::ConstantIndexOp::create(nested, loc, getUpperBounds()[index]);
    Value isWithin =
        arith::CmpIOp::create(nested, loc, arith::CmpIPredicate::ule, getTokens(), bound);
    auto branch = scf::IfOp::create(
        nested, loc, isWithin,
        [&](OpBuilder &target, Location) { scf::YieldOp::create(target, loc, clone(target)); },
        [&](OpBuilder &target, Location) {
          scf::YieldOp::create(target, loc, write(target, index + 1));
        });
    return SmallVector<Value>(branch.getResults());
  };
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(*this);
  return write(builder, 0);
}

//===----------------------------------------------------------------------===//
// Canonicalization
//===----------------------------------------------------------------------===//

/// A constant number of tokens, or a single range, leaves one region.
LogicalResult VariantsOp::canonicalize(VariantsOp op, PatternRewriter &rewriter) {
  IntegerAttr tokens;
  if (!op.getUpperBounds().empty() && !matchPattern(op.getTokens(), m_Constant(&tokens)))
    return rewriter.notifyMatchFailure(op, "the number of tokens is not known");
  Region &variant = op.getVariant(tokens ? tokens.getInt() : 0);
  YieldOp yield = op.getYield(variant);
  SmallVector<Value> results = llvm::to_vector(yield->getOperands());
  rewriter.inlineBlockBefore(&variant.front(), op);
  rewriter.eraseOp(yield);
  rewriter.replaceOp(op, results);
  return success();
}
