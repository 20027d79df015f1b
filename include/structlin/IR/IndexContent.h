//===- IndexContent.h - checking the content of index factors -------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The checks of StructuredMatmulOpInterface::getIndexChecks on data that is at
// hand, as when parameters are bound. The same checks at run time are generated
// by RuntimeVerifiableOpInterface.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_INDEXCONTENT_H
#define STRUCTLIN_IR_INDEXCONTENT_H

#include "structlin/IR/StructuredMatmul.h"

namespace mlir::structlin {

/// Signed integers of 8, 16, 32 or 64 bits, read where they lie, in row-major
/// order. The memory must outlive the view; it need not be aligned.
class IndexContent {
public:
  IndexContent(const void *data, unsigned bitWidth, ArrayRef<int64_t> shape);

  ArrayRef<int64_t> getShape() const { return shape; }
  int64_t size() const;
  int64_t operator[](int64_t position) const;

private:
  const char *data;
  unsigned bitWidth;
  SmallVector<int64_t> shape;
};

/// What `check` demands, as a clause for diagnostics that names the factor and
/// the constraint.
std::string describeIndexCheck(StructuredMatmulOpInterface op, const IndexCheck &check);

/// The bound of the entries of `check`, if types alone give it.
std::optional<int64_t> getIndexBound(StructuredMatmulOpInterface op, const IndexCheck &check);

/// Checks the content of the index factors of `op`. `content` gives what is
/// known of an operand; a check is skipped where the content of its factor, or a
/// size that it needs, is not known. Reports the first violation, with the entry
/// that violates it.
LogicalResult
verifyIndexContent(StructuredMatmulOpInterface op,
                   function_ref<std::optional<IndexContent>(unsigned operand)> content,
                   function_ref<InFlightDiagnostic()> emitError);

} // namespace mlir::structlin

#endif // STRUCTLIN_IR_INDEXCONTENT_H
