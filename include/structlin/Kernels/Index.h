//===- Index.h - the integers that a kernel computes with -----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constants fold at once, so that a kernel for known sizes and one for sizes that
// are known at run time are the same function.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_KERNELS_INDEX_H
#define STRUCTLIN_KERNELS_INDEX_H

#include <cassert>
#include <cstdint>

namespace structlin::kernels {

class Builder;

/// The operations between indices. Division rounds down; operands of divisions
/// are not negative.
enum class IndexOp { Add, Sub, Mul, Div, Rem, Min, Max };

/// A constant, or a value that belongs to a builder.
class Index {
public:
  Index() = default;
  Index(int64_t constant) : payload(constant) {}

  /// The builder's value number `id`.
  static Index value(Builder &builder, int64_t id) {
    Index index(id);
    index.builder = &builder;
    return index;
  }

  bool isConstant() const { return !builder; }
  int64_t getConstant() const {
    assert(isConstant() && "expected a constant");
    return payload;
  }
  Builder *getBuilder() const { return builder; }
  int64_t getId() const {
    assert(!isConstant() && "expected a value");
    return payload;
  }

private:
  Builder *builder = nullptr;
  int64_t payload = 0;
};

Index apply(IndexOp op, Index lhs, Index rhs);

inline Index operator+(Index lhs, Index rhs) { return apply(IndexOp::Add, lhs, rhs); }
inline Index operator-(Index lhs, Index rhs) { return apply(IndexOp::Sub, lhs, rhs); }
inline Index operator*(Index lhs, Index rhs) { return apply(IndexOp::Mul, lhs, rhs); }
inline Index operator/(Index lhs, Index rhs) { return apply(IndexOp::Div, lhs, rhs); }
inline Index operator%(Index lhs, Index rhs) { return apply(IndexOp::Rem, lhs, rhs); }
inline Index min(Index lhs, Index rhs) { return apply(IndexOp::Min, lhs, rhs); }
inline Index max(Index lhs, Index rhs) { return apply(IndexOp::Max, lhs, rhs); }
inline Index ceilDiv(Index lhs, int64_t rhs) { return (lhs + (rhs - 1)) / rhs; }

} // namespace structlin::kernels

#endif // STRUCTLIN_KERNELS_INDEX_H
