//===- Target.h - what a kernel has to know of the machine ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The registers that products run on, and how a product consumes its operands.
// A kernel asks for a product's form and never for an instruction set.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_KERNELS_TARGET_H
#define STRUCTLIN_KERNELS_TARGET_H

#include "structlin/Archive/ElementType.h"

namespace structlin::kernels {

/// How one product step, acc += A B, consumes its operands. A is row-major in
/// memory; B is packed (see PanelLayout).
struct ProductForm {
  /// Elements of the reduction that one step consumes.
  int64_t depth = 1;
  /// Consecutive elements of the reduction that lie side by side in B.
  int64_t group = 1;
  /// Columns that lie side by side in B; 0 means the whole panel, on vector registers.
  int64_t columns = 0;
  /// The accumulator: F32, F64 or I32.
  ElementType accumulator = ElementType::F32;

  bool usesTiles() const { return columns != 0; }
};

/// How elements whose zeros are not stored come to their places.
enum class Expansion {
  /// By an instruction for such elements.
  Elements,
  /// By the one for 32 bits, to which they are widened and from which they come back.
  Words,
  /// By a shuffle that a table has for each eight bits of a mask.
  Shuffle,
  /// One after the other.
  Lanes
};

/// A machine.
struct Target {
  std::string name;
  /// Vector registers: their number, and the bytes in each.
  int64_t vectorRegisters = 0;
  int64_t vectorBytes = 0;
  /// Matrix registers of 16 rows of 64 bytes, 0 where there are none.
  int64_t tileRegisters = 0;
  /// Products of pairs of bf16 (and of quadruples of i8) that accumulate in 32 bits.
  bool dotBF16 = false;
  bool dotI8 = false;
  /// Expansion of 16-bit elements by a mask, between registers.
  bool expand16 = false;
  /// Matrix products of bf16, of i8.
  bool tilesBF16 = false;
  bool tilesI8 = false;

  /// Elements of `type` in a vector.
  int64_t lanes(ElementType type) const { return vectorBytes / byteSize(type); }
  /// Whether products of `type` run on matrix registers.
  bool usesTiles(ElementType type) const;
  /// How products of an A of type `a` and a B of type `b` run. Operands of two types
  /// are widened to the accumulator's first.
  ProductForm getProductForm(ElementType a, ElementType b) const;
  ProductForm getProductForm(ElementType type) const { return getProductForm(type, type); }

  /// How `size` elements of `type` are expanded together.
  Expansion getExpansion(ElementType type, int64_t size) const;
  /// How many are best expanded together where that is free.
  int64_t expandedLanes(ElementType type) const;
  /// How many of the `numBits` bits of a step's mask are loaded together, for vectors of
  /// `size` elements of `type`.
  int64_t maskWord(ElementType type, int64_t numBits, int64_t size) const;

  /// Whether this machine has the target's instructions, and its system lets this
  /// process use them.
  bool runsOnHost() const;

  friend bool operator==(const Target &lhs, const Target &rhs) { return lhs.name == rhs.name; }

  /// Machines by name: "avx2", "avx512", "avx512_bf16", "amx", "neon".
  static std::optional<Target> get(llvm::StringRef name);
  /// The LLVM features that its kernels use ("+avx2,+fma").
  std::string getFeatures() const;

  /// The best of those that the comma-separated LLVM features allow ("+avx2,+fma").
  static std::optional<Target> fromFeatures(llvm::StringRef features);
};

} // namespace structlin::kernels

#endif // STRUCTLIN_KERNELS_TARGET_H
