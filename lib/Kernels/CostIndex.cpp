//===- CostIndex.cpp - integers of a kernel that is counted ---------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An index is an expression over the variables of loops, to be computed for any of
// their iterations, or bounded over all of them.
//
//===----------------------------------------------------------------------===//

#include "structlin/Kernels/Cost.h"
#include "llvm/ADT/STLExtras.h"

using namespace structlin;
using namespace structlin::kernels;

/// Larger than any extent; intervals without a bound end here.
static constexpr int64_t kUnbounded = int64_t(1) << 40;

Index Cost::makeNode(Node node) {
  nodes.push_back(std::move(node));
  return Index::value(*this, nodes.size() - 1);
}

Index Cost::add(int64_t value) {
  Node node;
  node.value = value;
  node.known = !everyCase;
  return makeNode(std::move(node));
}

Index Cost::makeVariable(Index begin, Index end, bool known) {
  variables.push_back({begin, end});
  Node node;
  node.isVariable = true;
  node.value = variables.size() - 1;
  node.known = known;
  node.variables.push_back(node.value);
  return makeNode(std::move(node));
}

Index Cost::apply(IndexOp op, Index lhs, Index rhs) {
  Node node;
  node.isApply = true;
  node.op = op;
  node.lhs = lhs;
  node.rhs = rhs;
  node.known = isKnown(lhs) && isKnown(rhs);
  for (Index operand : {lhs, rhs})
    if (!operand.isConstant())
      for (int64_t variable : nodes[operand.getId()].variables)
        if (!llvm::is_contained(node.variables, variable))
          node.variables.push_back(variable);
  return makeNode(std::move(node));
}

Index Cost::index(const At &position, int64_t bound) {
  llvm::SmallVector<int64_t, 4> one(position.position.size(), 1);
  int64_t bytes = byteSize(position.buffer.type);
  touch(position, one, bytes);
  counts().loads += 1;
  counts().loadedBytes += bytes;
  return makeVariable(0, bound == 0 ? kUnbounded : bound, /*known=*/false);
}

bool Cost::isKnown(Index index) const { return index.isConstant() || nodes[index.getId()].known; }

bool Cost::dependsOn(Index index, int64_t variable) const {
  return !index.isConstant() && llvm::is_contained(nodes[index.getId()].variables, variable);
}

int64_t Cost::evaluate(Index index) const {
  if (index.isConstant())
    return index.getConstant();
  const Node &node = nodes[index.getId()];
  if (node.isVariable)
    return variables[node.value].current;
  if (!node.isApply)
    return node.value;
  // Constants fold.
  return kernels::apply(node.op, evaluate(node.lhs), evaluate(node.rhs)).getConstant();
}

Cost::Interval Cost::range(Index index) const {
  if (index.isConstant())
    return {index.getConstant(), index.getConstant()};
  const Node &node = nodes[index.getId()];
  if (node.isVariable) {
    const Variable &variable = variables[node.value];
    if (variable.open)
      return {variable.current, variable.current};
    return {range(variable.begin).first, range(variable.end).last - 1};
  }
  if (!node.isApply)
    return {node.value, node.value};
  Interval lhs = range(node.lhs), rhs = range(node.rhs);
  // A remainder keeps its order as long as the quotient stays the same.
  if (node.op == IndexOp::Rem) {
    if (rhs.first == rhs.last && rhs.first > 0 && lhs.first / rhs.first == lhs.last / rhs.first)
      return {lhs.first % rhs.first, lhs.last % rhs.first};
    return {0, std::max<int64_t>(rhs.last - 1, 0)};
  }
  // The others rise or fall with each operand.
  Interval result{kUnbounded, -kUnbounded};
  for (int64_t a : {lhs.first, lhs.last})
    for (int64_t b : {rhs.first, rhs.last}) {
      if (node.op == IndexOp::Div && b <= 0)
        continue;
      int64_t value = kernels::apply(node.op, a, b).getConstant();
      result.first = std::min(result.first, std::max(value, -kUnbounded));
      result.last = std::max(result.last, std::min(value, kUnbounded));
    }
  return result;
}

void Cost::collectParts(Index index, int64_t variable, llvm::SmallVectorImpl<Index> &parts) const {
  if (index.isConstant() || nodes[index.getId()].variables.empty())
    return;
  if (!dependsOn(index, variable)) {
    parts.push_back(index);
    return;
  }
  if (nodes[index.getId()].isApply) {
    collectParts(nodes[index.getId()].lhs, variable, parts);
    collectParts(nodes[index.getId()].rhs, variable, parts);
  }
}
