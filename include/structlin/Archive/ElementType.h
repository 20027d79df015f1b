//===- ElementType.h - element types of plain tensors ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The element types that a tensor outside the compiler can have, with their names
// in the safetensors format, in MLIR and in the .npy format.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_ARCHIVE_ELEMENTTYPE_H
#define STRUCTLIN_ARCHIVE_ELEMENTTYPE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>
#include <string>

namespace structlin {

/// I1 is stored as one byte, 0 or 1. I8 to I64 are signed, U8 to U64 unsigned.
enum class ElementType : uint8_t { F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, I1 };

/// Every element type, in the order of the enumeration.
llvm::ArrayRef<ElementType> allElementTypes();

/// Bytes that one element takes.
unsigned byteSize(ElementType type);

/// Whether `type` is F64, F32, F16 or BF16.
bool isFloat(ElementType type);

/// Name in a safetensors header: "F32", "BF16", "I8", "BOOL".
llvm::StringRef safetensorsName(ElementType type);
std::optional<ElementType> parseSafetensorsName(llvm::StringRef name);

/// Name in MLIR: "f32", "bf16", "i8", "ui8", "i1". Signed integers take the
/// signless names.
llvm::StringRef mlirName(ElementType type);
std::optional<ElementType> parseMlirName(llvm::StringRef name);

/// Type string of a .npy header: "<f4", "|i1", "|b1". NumPy has no bf16 of its
/// own: it is written as two opaque bytes, "|V2".
llvm::StringRef npyDescr(ElementType type);

/// Reads a little-endian .npy type string. Two opaque bytes ("|V2" or "<V2")
/// are BF16 only if the caller expects BF16.
std::optional<ElementType> parseNpyDescr(llvm::StringRef descr,
                                         std::optional<ElementType> expected = std::nullopt);

/// Number of elements of `shape`, or none if a size is negative or the product
/// does not fit. The empty shape has one element.
std::optional<int64_t> numElementsOf(llvm::ArrayRef<int64_t> shape);

/// Bytes of a dense tensor, or none under the conditions of `numElementsOf`.
std::optional<int64_t> byteSizeOf(ElementType type, llvm::ArrayRef<int64_t> shape);

/// A tensor type as MLIR prints it inside tensor<>: "3072x768xbf16".
std::string formatType(ElementType type, llvm::ArrayRef<int64_t> shape);

} // namespace structlin

#endif // STRUCTLIN_ARCHIVE_ELEMENTTYPE_H
