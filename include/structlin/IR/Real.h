//===- Real.h - a real number as an attribute parameter ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A double that attributes can hold: compared and hashed by its bits, printed in
// the shortest form that reads back to the same value.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_REAL_H
#define STRUCTLIN_IR_REAL_H

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/bit.h"

namespace mlir::structlin {

struct Real {
  double value = 0.0;

  Real() = default;
  explicit Real(double value) : value(value) {}

  /// Zero stands for "not given".
  explicit operator bool() const { return value != 0.0; }
  bool operator==(const Real &other) const {
    return llvm::bit_cast<uint64_t>(value) == llvm::bit_cast<uint64_t>(other.value);
  }
  bool operator!=(const Real &other) const { return !(*this == other); }
};

inline llvm::hash_code hash_value(const Real &real) {
  return llvm::hash_value(llvm::bit_cast<uint64_t>(real.value));
}

AsmPrinter &operator<<(AsmPrinter &printer, const Real &real);

} // namespace mlir::structlin

template <> struct mlir::FieldParser<mlir::structlin::Real> {
  static FailureOr<mlir::structlin::Real> parse(AsmParser &parser) {
    double value;
    if (parser.parseFloat(value))
      return failure();
    return mlir::structlin::Real(value);
  }
};

#endif // STRUCTLIN_IR_REAL_H
