//===- StructuredMatmul.h - what structured products have in common ------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The interface of structured products, the types that it speaks in, and the
// free functions that work on any of them.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_STRUCTUREDMATMUL_H
#define STRUCTLIN_IR_STRUCTUREDMATMUL_H

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/TilingInterface.h"
#include "structlin/IR/StructlinAttrs.h"

namespace mlir::structlin {

/// One stored tensor of a structure.
struct FactorInfo {
  StringRef name;
  /// Holds positions, not numbers: not counted as parameters.
  bool isIndex = false;
  /// The first dimension counts the stored entries: it depends on the weight, not on the
  /// structure.
  bool sizedByPattern = false;
};

/// A bound that is exclusive and known from the types or at run time:
/// `ceil(dim(operand, dim) / divisor) + plus`, where the divisor is again a
/// dimension (operand, dim), or absent.
struct IndexBound {
  unsigned operand;
  unsigned dim;
  std::optional<std::pair<unsigned, unsigned>> divisor = std::nullopt;
  int64_t plus = 0;
};

/// What the content of one index factor must satisfy (docs/Spec.md, constraints
/// `*-R*`). `constraint` is the constraint's name, for diagnostics.
struct IndexCheck {
  enum class Kind {
    /// Every entry e has 0 <= e < bound (or `limit` if positive).
    InRange,
    /// Entries never fall, from at least 0 to below the bound.
    Offsets,
    /// Entries rise strictly within each row given by the operand `rows`
    /// (absolute offsets), or within the last dimension when `rows` is absent.
    Increasing
  };
  Kind kind;
  unsigned operand;
  StringRef constraint;
  IndexBound bound = {0, 0};
  int64_t limit = 0;
  std::optional<unsigned> rows = std::nullopt;
};

/// The rows of W as `numBlocks` blocks of `blockRows` rows.
struct OutputBlocking {
  OpFoldResult numBlocks;
  OpFoldResult blockRows;
};

/// A part of one dimension.
struct Extent {
  OpFoldResult offset, size;
};

/// Rows of W: whole blocks (`numRows` is all of a block), or rows inside one
/// block (`numBlocks` is 1).
struct RowTile {
  OpFoldResult firstBlock, numBlocks;
  OpFoldResult firstRow, numRows;
};

} // namespace mlir::structlin

namespace mlir::structlin::detail {
Type getAccTypeOrDefault(Operation *op);
Type getMidTypeOrDefault(Operation *op);
OutputBlocking getUnblockedOutput(Operation *op, OpBuilder &builder, Location loc);
Extent getAllInputs(Operation *op, OpBuilder &builder, Location loc);
std::optional<int64_t> getFlopsFromStoredParameters(Operation *op, int64_t numTokens);
std::optional<int64_t> getBytesMovedOnce(Operation *op, int64_t numTokens);
} // namespace mlir::structlin::detail

#include "structlin/IR/StructuredMatmulInterface.h.inc"

namespace mlir::structlin {

/// The accumulation type that an operation has when it names none: f32 for
/// f16, bf16 and f32, f64 for f64, i32 for i8 to i32, i64 for i64, over the
/// element types of input, factors and init.
Type getDefaultAccType(Type widest);

/// Checks MM-C1 .. MM-C8; the first thing that the verifier of a family calls.
LogicalResult verifyStructuredMatmul(StructuredMatmulOpInterface op);

/// Stored parameters (padding counted, indices not) over n_out n_in; nothing
/// where a size is dynamic.
std::optional<double> getKeep(StructuredMatmulOpInterface op);

/// Replaces nothing: builds the linalg form of `op` before it and returns one
/// value per result (docs/Spec.md, "Rounding"). The memref form reads and writes
/// its buffers through bufferization.to_tensor and materialize_in_destination.
FailureOr<SmallVector<Value>> decomposeStructuredMatmul(OpBuilder &builder,
                                                        StructuredMatmulOpInterface op);

/// Builds the dense weight W' (`n_out x n_in`, accumulation type) that the
/// factors of `op` stand for, as a tensor. n_out and n_in must be static.
FailureOr<Value> reconstructWeight(OpBuilder &builder, Location loc,
                                   StructuredMatmulOpInterface op);

} // namespace mlir::structlin

namespace mlir::structlin::detail {

// The shared implementations of upstream's interfaces.
void getStructuredMatmulEffects(
    StructuredMatmulOpInterface op,
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects);
Speculation::Speculatability getStructuredMatmulSpeculatability(StructuredMatmulOpInterface op);
LogicalResult reifyStructuredMatmulShapes(StructuredMatmulOpInterface op, OpBuilder &builder,
                                          ReifiedRankedShapedTypeDims &shapes);

SmallVector<utils::IteratorType> getStructuredMatmulIterators(StructuredMatmulOpInterface op);
SmallVector<Range> getStructuredMatmulDomain(StructuredMatmulOpInterface op, OpBuilder &builder);
FailureOr<TilingResult> tileStructuredMatmul(StructuredMatmulOpInterface op, OpBuilder &builder,
                                             ArrayRef<OpFoldResult> offsets,
                                             ArrayRef<OpFoldResult> sizes);
LogicalResult getStructuredMatmulResultTile(StructuredMatmulOpInterface op, OpBuilder &builder,
                                            ArrayRef<OpFoldResult> offsets,
                                            ArrayRef<OpFoldResult> sizes,
                                            SmallVector<OpFoldResult> &resultOffsets,
                                            SmallVector<OpFoldResult> &resultSizes);
FailureOr<TilingResult> tileStructuredMatmulByResult(StructuredMatmulOpInterface op,
                                                     OpBuilder &builder,
                                                     ArrayRef<OpFoldResult> offsets,
                                                     ArrayRef<OpFoldResult> sizes);
LogicalResult getStructuredMatmulDomainTile(StructuredMatmulOpInterface op, OpBuilder &builder,
                                            ArrayRef<OpFoldResult> offsets,
                                            ArrayRef<OpFoldResult> sizes,
                                            SmallVectorImpl<OpFoldResult> &domainOffsets,
                                            SmallVectorImpl<OpFoldResult> &domainSizes);
LogicalResult getStructuredMatmulDomainTileFromOperands(
    StructuredMatmulOpInterface op, OpBuilder &builder, ArrayRef<unsigned> operandNumbers,
    ArrayRef<SmallVector<OpFoldResult>> offsets, ArrayRef<SmallVector<OpFoldResult>> sizes,
    SmallVectorImpl<OpFoldResult> &domainOffsets, SmallVectorImpl<OpFoldResult> &domainSizes);
FailureOr<TilingResult> tileStructuredMatmulByOperands(StructuredMatmulOpInterface op,
                                                       OpBuilder &builder,
                                                       ArrayRef<unsigned> operandNumbers,
                                                       ArrayRef<SmallVector<OpFoldResult>> offsets,
                                                       ArrayRef<SmallVector<OpFoldResult>> sizes);

void generateIndexVerification(StructuredMatmulOpInterface op, OpBuilder &builder, Location loc,
                               function_ref<std::string(Operation *, StringRef)> message);

bufferization::AliasingValueList getTiedResult(DestinationStyleOpInterface op, OpOperand &operand);
LogicalResult bufferizeDestinationStyle(DestinationStyleOpInterface op, RewriterBase &rewriter,
                                        const bufferization::BufferizationOptions &options,
                                        bufferization::BufferizationState &state);

} // namespace mlir::structlin::detail

#endif // STRUCTLIN_IR_STRUCTUREDMATMUL_H
