//===- Builder.cpp - the operations that kernels are made of --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Kernels/Builder.h"
#include <algorithm>

using namespace structlin;
using namespace structlin::kernels;

Builder::~Builder() = default;

static int64_t fold(IndexOp op, int64_t lhs, int64_t rhs) {
  switch (op) {
  case IndexOp::Add:
    return lhs + rhs;
  case IndexOp::Sub:
    return lhs - rhs;
  case IndexOp::Mul:
    return lhs * rhs;
  case IndexOp::Div:
    return lhs / rhs;
  case IndexOp::Rem:
    return lhs % rhs;
  case IndexOp::Min:
    return std::min(lhs, rhs);
  case IndexOp::Max:
    return std::max(lhs, rhs);
  }
  assert(false && "unknown operation");
  return 0;
}

Index kernels::apply(IndexOp op, Index lhs, Index rhs) {
  if (lhs.isConstant() && rhs.isConstant())
    return fold(op, lhs.getConstant(), rhs.getConstant());
  auto is = [](Index index, int64_t constant) {
    return index.isConstant() && index.getConstant() == constant;
  };
  bool sum = op == IndexOp::Add, product = op == IndexOp::Mul;
  if (is(rhs, 0) && (sum || op == IndexOp::Sub))
    return lhs;
  if (is(rhs, 1) && (product || op == IndexOp::Div))
    return lhs;
  if ((is(lhs, 0) && sum) || (is(lhs, 1) && product))
    return rhs;
  if ((product && (is(lhs, 0) || is(rhs, 0))) || (op == IndexOp::Rem && is(rhs, 1)))
    return 0;
  Builder *builder = lhs.isConstant() ? rhs.getBuilder() : lhs.getBuilder();
  return builder->apply(op, lhs, rhs);
}

void Builder::forEach(Index begin, Index end, llvm::function_ref<void(Index)> body) {
  loop(begin, end, Carried(), [&](Index index, const Carried &) {
    body(index);
    return Carried();
  });
}

Tile Builder::accumulate(Index begin, Index end, Tile init,
                         llvm::function_ref<Tile(Index, Tile)> body, double expectedTrips) {
  Carried carried{{init}, {}};
  return loop(
             begin, end, carried,
             [&](Index index, const Carried &before) {
               return Carried{{body(index, before.tiles.front())}, {}};
             },
             expectedTrips)
      .tiles.front();
}

void Builder::dispatch(Index value, int64_t first, int64_t last,
                       llvm::function_ref<void(int64_t)> body) {
  select(value, first, last, [&](int64_t constant) {
    body(constant);
    return Carried();
  });
}
