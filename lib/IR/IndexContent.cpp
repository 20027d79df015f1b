//===- IndexContent.cpp - checking the content of index factors -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads index factors and holds them against the constraints on their content.
//
//===----------------------------------------------------------------------===//

#include "structlin/IR/IndexContent.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::structlin;

using ContentFn = function_ref<std::optional<IndexContent>(unsigned)>;
using EmitFn = function_ref<InFlightDiagnostic()>;

IndexContent::IndexContent(const void *data, unsigned bitWidth, ArrayRef<int64_t> shape)
    : data(static_cast<const char *>(data)), bitWidth(bitWidth), shape(shape) {
  assert((bitWidth == 8 || bitWidth == 16 || bitWidth == 32 || bitWidth == 64) &&
         "indices have 8, 16, 32 or 64 bits");
}

int64_t IndexContent::size() const { return ShapedType::getNumElements(shape); }

int64_t IndexContent::operator[](int64_t position) const {
  using namespace llvm::support::endian;
  const char *entry = data + position * (bitWidth / 8);
  switch (bitWidth) {
  case 8:
    return static_cast<int8_t>(*entry);
  case 16:
    return read<int16_t, llvm::endianness::native>(entry);
  case 32:
    return read<int32_t, llvm::endianness::native>(entry);
  default:
    return read<int64_t, llvm::endianness::native>(entry);
  }
}

std::string structlin::describeIndexCheck(StructuredMatmulOpInterface op, const IndexCheck &check) {
  StringRef name = op.getFactorInfos()[check.operand - 1].name;
  std::string text = ("expected the entries of '" + name + "' to ").str();
  switch (check.kind) {
  case IndexCheck::Kind::InRange:
    text += "be at least 0 and below their bound";
    break;
  case IndexCheck::Kind::Offsets:
    text += "never fall, from at least 0 to below their bound";
    break;
  case IndexCheck::Kind::Increasing:
    text += check.rows ? "rise strictly within a row" : "rise strictly within a group";
    break;
  }
  return text + " (" + check.constraint.str() + ")";
}

/// Size of a dimension as the type or else the content gives it.
static std::optional<int64_t> getSize(StructuredMatmulOpInterface op, ContentFn content,
                                      unsigned operand, unsigned dim) {
  int64_t size = cast<ShapedType>(op->getOperand(operand).getType()).getDimSize(dim);
  if (!ShapedType::isDynamic(size))
    return size;
  if (std::optional<IndexContent> known = content(operand))
    return known->getShape()[dim];
  return std::nullopt;
}

static std::optional<int64_t> getBound(StructuredMatmulOpInterface op, ContentFn content,
                                       const IndexCheck &check) {
  if (check.limit > 0)
    return check.limit;
  const IndexBound &bound = check.bound;
  std::optional<int64_t> size = getSize(op, content, bound.operand, bound.dim);
  if (!size)
    return std::nullopt;
  if (bound.divisor) {
    std::optional<int64_t> divisor =
        getSize(op, content, bound.divisor->first, bound.divisor->second);
    if (!divisor || *divisor < 1)
      return std::nullopt;
    size = llvm::divideCeil(*size, *divisor);
  }
  return *size + bound.plus;
}

std::optional<int64_t> structlin::getIndexBound(StructuredMatmulOpInterface op,
                                                const IndexCheck &check) {
  return getBound(op, [](unsigned) { return std::nullopt; }, check);
}

static LogicalResult verifyRange(StructuredMatmulOpInterface op, const IndexCheck &check,
                                 const IndexContent &entries, int64_t bound, EmitFn emitError) {
  bool sorted = check.kind == IndexCheck::Kind::Offsets;
  for (int64_t i = 0, size = entries.size(); i < size; ++i) {
    int64_t entry = entries[i];
    if (entry < 0 || entry >= bound)
      return emitError() << describeIndexCheck(op, check) << ", got " << entry << " at position "
                         << i << " with the bound " << bound;
    if (sorted && i > 0 && entry < entries[i - 1])
      return emitError() << describeIndexCheck(op, check) << ", got " << entry << " after "
                         << entries[i - 1] << " at position " << i;
  }
  return success();
}

/// Whether entries `begin .. end - 1` rise.
static LogicalResult verifyRising(StructuredMatmulOpInterface op, const IndexCheck &check,
                                  const IndexContent &entries, int64_t begin, int64_t end,
                                  EmitFn emitError) {
  for (int64_t i = begin + 1; i < end; ++i)
    if (entries[i] <= entries[i - 1])
      return emitError() << describeIndexCheck(op, check) << ", got " << entries[i] << " after "
                         << entries[i - 1] << " at position " << i;
  return success();
}

static LogicalResult verifyIncreasing(StructuredMatmulOpInterface op, const IndexCheck &check,
                                      const IndexContent &entries, ContentFn content,
                                      EmitFn emitError) {
  if (!check.rows) {
    int64_t group = entries.getShape().back();
    for (int64_t begin = 0, size = entries.size(); begin < size; begin += group)
      if (failed(verifyRising(op, check, entries, begin, begin + group, emitError)))
        return failure();
    return success();
  }
  std::optional<IndexContent> rows = content(*check.rows);
  if (!rows)
    return success();
  for (int64_t row = 0, end = rows->size() - 1; row < end; ++row) {
    // Offsets that point outside are the business of their own check.
    int64_t first = (*rows)[row], last = (*rows)[row + 1];
    if (first < 0 || last > entries.size())
      continue;
    if (failed(verifyRising(op, check, entries, first, last, emitError)))
      return failure();
  }
  return success();
}

LogicalResult structlin::verifyIndexContent(StructuredMatmulOpInterface op, ContentFn content,
                                            EmitFn emitError) {
  for (const IndexCheck &check : op.getIndexChecks()) {
    std::optional<IndexContent> entries = content(check.operand);
    if (!entries)
      continue;
    if (check.kind == IndexCheck::Kind::Increasing) {
      if (failed(verifyIncreasing(op, check, *entries, content, emitError)))
        return failure();
      continue;
    }
    std::optional<int64_t> bound = getBound(op, content, check);
    if (bound && failed(verifyRange(op, check, *entries, *bound, emitError)))
      return failure();
  }
  return success();
}
