//===- SharedFactors.h - low-rank and sparse parts ------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What low_rank_matmul and sparse_matmul share with low_rank_sparse_matmul, which
// has the factors of both, and what structures with a rank share.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_IR_SHAREDFACTORS_H
#define STRUCTLIN_LIB_IR_SHAREDFACTORS_H

#include "structlin/IR/FamilySupport.h"
#include "structlin/IR/StructlinOps.h"

namespace mlir::structlin {

/// Checks that either a positive rank is given, or by `keep` the fraction of the
/// dense parameters that the rank follows from.
LogicalResult verifyRankOrKeep(function_ref<InFlightDiagnostic()> emitError, int64_t rank,
                               Real keep);

/// Fails, saying why, if `U V` of this rank has more columns than the weight's
/// smaller side.
LogicalResult checkRankFits(int64_t rank, int64_t numOutputs, int64_t numInputs, std::string &why);

/// LR-C1 .. LR-C3 of `U` (n_out, r) and `V` (r, n_in).
LogicalResult verifyLowRankFactors(StructuredMatmulOpInterface op, Value u, Value v);

/// `acc + round_mid(x V^T) U^T`.
Value buildLowRankProduct(OpBuilder &builder, Location loc, Value x, Value u, Value v, Value acc,
                          Type mid);

/// SP-C1 .. SP-C6 of a sparse part; `offsets` is null for n:m.
LogicalResult verifySparseFactors(StructuredMatmulOpInterface op, Value values, Value indices,
                                  Value offsets, std::optional<int64_t> group);

/// SP-R1 .. SP-R3 of a sparse part whose values are operand `firstOperand`.
SmallVector<IndexCheck> getSparseIndexChecks(unsigned firstOperand, bool hasOffsets,
                                             std::optional<int64_t> group);

/// The structure of a sparse part, as far as types tell.
SparseAttr getSparseStructure(StructuredMatmulOpInterface op, Value values,
                              std::optional<int64_t> group);

/// The sparse factors of the rows in `tile`.
SmallVector<Value> sliceSparseFactors(OpBuilder &builder, Location loc, ValueRange factors,
                                      bool hasOffsets, const RowTile &tile);

/// `acc + x S^T` for a sparse S given by `factors`.
Value buildSparseProduct(OpBuilder &builder, Location loc, Value x, ValueRange factors,
                         bool hasOffsets, std::optional<int64_t> group, Value acc);

} // namespace mlir::structlin

#endif // STRUCTLIN_LIB_IR_SHAREDFACTORS_H
