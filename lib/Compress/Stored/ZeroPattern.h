//===- ZeroPattern.h - the structure of a matrix' zeros ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Finds which sparse structure the zeros of a matrix have, and takes the matrix
// apart into its factors. Both signs of zero are zero. Entries are moved as bytes:
// what is stored is what was there.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_COMPRESS_STORED_ZEROPATTERN_H
#define STRUCTLIN_LIB_COMPRESS_STORED_ZEROPATTERN_H

#include "structlin/Compress/FittableStructure.h"
#include "structlin/IR/StructlinAttrs.h"

namespace mlir::structlin {

class ZeroPattern {
public:
  /// The pattern of a matrix (rows, columns) of numbers.
  explicit ZeroPattern(const HostTensor &matrix);

  int64_t getNonZeros() const { return nonZeros; }

  /// The structure that stores the matrix in the fewest bytes, indices counted, of
  /// those that its zeros have: at least nine of ten stored entries are not zero.
  /// Candidates are dense, unstructured, n:m with m of 2 to 32 and, with
  /// `allowBlocks`, blocks whose sides are powers of two up to 256.
  StructureAttrInterface detect(MLIRContext *context, bool allowBlocks) const;

  /// The matrix as `structure`, which says n:m, a block size, or unstructured: with
  /// the fraction that is stored filled in. On failure `why` says where the matrix
  /// is not of this structure.
  FailureOr<StructureAttrInterface> match(StructureAttrInterface structure, std::string &why) const;

  /// The factors of the matrix in a structure that it has.
  SmallVector<FittedFactor> split(StructureAttrInterface structure) const;

private:
  bool isNonZero(int64_t row, int64_t column) const { return mask[row * columns + column]; }
  int64_t countInGroup(int64_t row, int64_t begin, int64_t size) const;
  int64_t getMostInGroup(int64_t size) const;
  int64_t countBlocks(int64_t height, int64_t width) const;

  SmallVector<FittedFactor> splitUnstructured() const;
  SmallVector<FittedFactor> splitGroups(int64_t n, int64_t m) const;
  SmallVector<FittedFactor> splitBlocks(int64_t height, int64_t width) const;

  const HostTensor matrix;
  int64_t rows, columns, entryBytes;
  /// 1 where an entry is not zero.
  std::vector<uint8_t> mask;
  int64_t nonZeros = 0;
};

} // namespace mlir::structlin

#endif // STRUCTLIN_LIB_COMPRESS_STORED_ZEROPATTERN_H
