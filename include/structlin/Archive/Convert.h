//===- Convert.h - exact conversions between element types ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Scalar and bulk conversions between the stored element types and double or
// float. Narrowing rounds once, to nearest even, also from double to f16 and bf16
// (never through a rounded float). NaN stays NaN with its sign, overflow becomes
// infinity.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_ARCHIVE_CONVERT_H
#define STRUCTLIN_ARCHIVE_CONVERT_H

#include "structlin/Archive/ElementType.h"

namespace structlin {

float halfToFloat(uint16_t bits);
float bfloatToFloat(uint16_t bits);
uint16_t floatToHalf(float value);
uint16_t floatToBfloat(float value);
uint16_t doubleToHalf(double value);
uint16_t doubleToBfloat(double value);

/// Widens `source`, elements of `type` at any alignment, into `target`; 64-bit
/// integers round to nearest. `source` holds target.size() elements.
void convertToDouble(llvm::ArrayRef<char> source, ElementType type,
                     llvm::MutableArrayRef<double> target);

/// As convertToDouble; F64 and integers beyond 24 bits round to nearest.
void convertToFloat(llvm::ArrayRef<char> source, ElementType type,
                    llvm::MutableArrayRef<float> target);

/// Narrows `source` into `target`, which takes source.size() elements of `type`
/// at any alignment. To integers: rounds to nearest even, saturates, NaN becomes
/// 0; to I1: whether the value is not 0.
void convertFromDouble(llvm::ArrayRef<double> source, ElementType type,
                       llvm::MutableArrayRef<char> target);
void convertFromFloat(llvm::ArrayRef<float> source, ElementType type,
                      llvm::MutableArrayRef<char> target);

} // namespace structlin

#endif // STRUCTLIN_ARCHIVE_CONVERT_H
