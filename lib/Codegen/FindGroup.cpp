//===- FindGroup.cpp - what finishes a product ----------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A group is a connected set of operations that one value leaves.
//
//===----------------------------------------------------------------------===//

#include "FindGroup.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "structlin/Codegen/Elementwise.h"

using namespace mlir;
using namespace mlir::structlin;

SmallVector<ReassociationIndices> structlin::getTokenReassociation(int64_t rank) {
  SmallVector<ReassociationIndices> groups(2);
  for (int64_t dim = 0; dim < rank; ++dim)
    groups[dim == rank - 1].push_back(dim);
  return groups;
}

bool structlin::isTokenReshape(Operation *op) {
  auto matches = [](RankedTensorType flat, RankedTensorType expanded,
                    ArrayRef<ReassociationIndices> groups) {
    return flat.getRank() == 2 && groups == ArrayRef(getTokenReassociation(expanded.getRank()));
  };
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return matches(expand.getSrcType(), expand.getResultType(), expand.getReassociationIndices());
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
    return matches(collapse.getResultType(), collapse.getSrcType(),
                   collapse.getReassociationIndices());
  return false;
}

/// Whether `use` is by an operation that may be in a group with what it uses.
static bool isGroupable(OpOperand &use, Block *block) {
  Operation *user = use.getOwner();
  if (user->getBlock() != block)
    return false;
  if (isTokenReshape(user))
    return true;
  auto op = dyn_cast<linalg::LinalgOp>(user);
  return op && isElementwise(op) &&
         getOperandAccess(op.getMatchingIndexingMap(&use)) == OperandAccess::Full;
}

/// The product and what it reaches through operations that may be in its group, in order.
static SmallVector<Operation *> findConsumers(StructuredMatmulOpInterface product) {
  llvm::SetVector<Operation *> reached;
  reached.insert(product);
  for (size_t i = 0; i < reached.size(); ++i)
    for (OpOperand &use : reached[i]->getUses())
      if (isGroupable(use, product->getBlock()))
        reached.insert(use.getOwner());
  SmallVector<Operation *> consumers = reached.takeVector();
  llvm::sort(consumers, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  return consumers;
}

/// `last` and those of `consumers` that it depends on, in order.
static llvm::SetVector<Operation *> findAncestors(Operation *last,
                                                  ArrayRef<Operation *> consumers) {
  llvm::SmallPtrSet<Operation *, 16> wanted;
  for (Operation *op : llvm::reverse(consumers))
    if (op == last ||
        llvm::any_of(op->getUsers(), [&](Operation *user) { return wanted.contains(user); }))
      wanted.insert(op);
  llvm::SetVector<Operation *> ancestors;
  for (Operation *op : consumers)
    if (wanted.contains(op))
      ancestors.insert(op);
  return ancestors;
}

/// Whether nothing but the last result leaves the group. What comes from outside then
/// does not depend on the group either.
static bool isClosed(const llvm::SetVector<Operation *> &members) {
  return llvm::all_of(members.getArrayRef().drop_back(), [&](Operation *op) {
    return llvm::all_of(op->getUsers(), [&](Operation *user) { return members.contains(user); });
  });
}

/// Whether all reads are of elements that can be loaded, and the result can be stored.
static bool isStorable(const llvm::SetVector<Operation *> &members) {
  auto isLoadable = [&](Value operand) {
    return members.contains(operand.getDefiningOp()) || !isa<TensorType>(operand.getType()) ||
           hasStorableElements(operand.getType());
  };
  return hasStorableElements(members.back()->getResult(0).getType()) &&
         llvm::all_of(members.getArrayRef().drop_front(), [&](Operation *op) {
           return isa<linalg::LinalgOp>(op) ? llvm::all_of(op->getOperands(), isLoadable) : true;
         });
}

Group structlin::findGroup(StructuredMatmulOpInterface product) {
  SmallVector<Operation *> consumers = findConsumers(product);
  for (Operation *last : llvm::reverse(ArrayRef(consumers).drop_front())) {
    if (isTokenReshape(last))
      continue;
    llvm::SetVector<Operation *> members = findAncestors(last, consumers);
    if (isClosed(members) && isStorable(members))
      return {product, std::move(members)};
  }
  Group alone{product, {}};
  alone.members.insert(product);
  return alone;
}
