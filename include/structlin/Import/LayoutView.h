//===- LayoutView.h - a tensor seen through layout operations ------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Layout operations (transpose, reshape, broadcast, exact widening) move elements
// and compute nothing. A view says how a value's dimensions are made from those
// of the tensor that it was made from, whatever the chain in between.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IMPORT_LAYOUTVIEW_H
#define STRUCTLIN_IMPORT_LAYOUTVIEW_H

#include "mlir/IR/Value.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace mlir::structlin {

/// The dimensions of a value as products of *atoms*: pieces of the source's
/// dimensions, or repetition. Unit dimensions have no atom.
class LayoutView {
public:
  struct Atom {
    int64_t size;
    bool isBroadcast;
  };

  explicit LayoutView(Value source);

  Value getSource() const { return source; }
  const Atom &getAtom(unsigned atom) const { return atoms[atom]; }
  /// The atoms of the source, outermost first.
  ArrayRef<unsigned> getSourceOrder() const { return sourceOrder; }
  /// The atoms of each dimension of the value, outermost first.
  ArrayRef<SmallVector<unsigned>> getDims() const { return dims; }

  /// Moves the view from the layout operand of `op` to its result. Fails where a
  /// reshape cuts across what an earlier operation kept apart.
  LogicalResult apply(Operation *op);

private:
  unsigned splitAtom(unsigned atom, int64_t outerSize);
  SmallVector<unsigned> makeBroadcast(int64_t size);
  FailureOr<SmallVector<SmallVector<unsigned>>> splitDim(ArrayRef<unsigned> dim,
                                                         ArrayRef<int64_t> sizes);

  Value source;
  SmallVector<Atom> atoms;
  SmallVector<unsigned> sourceOrder;
  SmallVector<SmallVector<unsigned>> dims;
};

/// The operand that `op` lays out anew, or null where `op` is no layout operation:
/// transpose, broadcast and copy (named or generic, widening casts included),
/// collapse_shape, expand_shape, tensor.cast, full slices, extf and extsi.
OpOperand *getLayoutOperand(Operation *op);

/// The value at the start of the chain of layout operations that ends in `value`.
Value getLayoutSource(Value value);

/// `value` as a view of getLayoutSource(value); nothing where a reshape on the way
/// has no such description.
std::optional<LayoutView> getLayoutView(Value value);

/// The permutation that `op` applies (result dimension i is operand dimension
/// permutation[i]) where it is a transpose, named or generic, and nothing else.
std::optional<SmallVector<int64_t>> getTransposePermutation(Operation *op);

} // namespace mlir::structlin

#endif // STRUCTLIN_IMPORT_LAYOUTVIEW_H
