//===- ElementType.cpp - element types of plain tensors -------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One table says everything about every type.
//
//===----------------------------------------------------------------------===//

#include "structlin/Archive/ElementType.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include <array>

using namespace structlin;
using llvm::ArrayRef;
using llvm::StringRef;

namespace {
struct TypeInfo {
  ElementType type;
  unsigned size;
  const char *safetensors;
  const char *mlir;
  const char *npy;
};
} // namespace

static constexpr TypeInfo typeTable[] = {
    {ElementType::F64, 8, "F64", "f64", "<f8"},  {ElementType::F32, 4, "F32", "f32", "<f4"},
    {ElementType::F16, 2, "F16", "f16", "<f2"},  {ElementType::BF16, 2, "BF16", "bf16", "|V2"},
    {ElementType::I64, 8, "I64", "i64", "<i8"},  {ElementType::I32, 4, "I32", "i32", "<i4"},
    {ElementType::I16, 2, "I16", "i16", "<i2"},  {ElementType::I8, 1, "I8", "i8", "|i1"},
    {ElementType::U64, 8, "U64", "ui64", "<u8"}, {ElementType::U32, 4, "U32", "ui32", "<u4"},
    {ElementType::U16, 2, "U16", "ui16", "<u2"}, {ElementType::U8, 1, "U8", "ui8", "|u1"},
    {ElementType::I1, 1, "BOOL", "i1", "|b1"},
};

static const TypeInfo &infoOf(ElementType type) { return typeTable[static_cast<size_t>(type)]; }

static constexpr bool isOrderedAsEnumeration() {
  for (size_t i = 0; i < std::size(typeTable); ++i)
    if (typeTable[i].type != static_cast<ElementType>(i))
      return false;
  return true;
}
static_assert(isOrderedAsEnumeration(), "infoOf indexes the table by type");

static std::optional<ElementType> findType(const char *TypeInfo::*column, StringRef name) {
  for (const TypeInfo &info : typeTable)
    if (name == info.*column)
      return info.type;
  return std::nullopt;
}

ArrayRef<ElementType> structlin::allElementTypes() {
  static const auto types = [] {
    std::array<ElementType, std::size(typeTable)> all{};
    for (size_t i = 0; i < all.size(); ++i)
      all[i] = typeTable[i].type;
    return all;
  }();
  return types;
}

unsigned structlin::byteSize(ElementType type) { return infoOf(type).size; }

bool structlin::isFloat(ElementType type) { return type <= ElementType::BF16; }

StringRef structlin::safetensorsName(ElementType type) { return infoOf(type).safetensors; }

std::optional<ElementType> structlin::parseSafetensorsName(StringRef name) {
  return findType(&TypeInfo::safetensors, name);
}

StringRef structlin::mlirName(ElementType type) { return infoOf(type).mlir; }

std::optional<ElementType> structlin::parseMlirName(StringRef name) {
  return findType(&TypeInfo::mlir, name);
}

StringRef structlin::npyDescr(ElementType type) { return infoOf(type).npy; }

std::optional<ElementType> structlin::parseNpyDescr(StringRef descr,
                                                    std::optional<ElementType> expected) {
  if (descr == "|V2" || descr == "<V2")
    return expected == ElementType::BF16 ? expected : std::nullopt;
  if (auto type = findType(&TypeInfo::npy, descr))
    return type;
  // The byte order mark means nothing on one byte.
  if (descr.size() == 3 && descr.ends_with("1") && StringRef("<>=").contains(descr[0]))
    return findType(&TypeInfo::npy, ("|" + descr.drop_front()).str());
  return std::nullopt;
}

std::optional<int64_t> structlin::numElementsOf(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  bool overflow = false;
  for (int64_t size : shape) {
    if (size < 0)
      return std::nullopt;
    overflow |= llvm::MulOverflow(count, size, count) != 0;
  }
  // A later size of 0 does not excuse a product that did not fit: readers that
  // multiply in another order would disagree.
  if (overflow)
    return std::nullopt;
  return count;
}

std::optional<int64_t> structlin::byteSizeOf(ElementType type, ArrayRef<int64_t> shape) {
  std::optional<int64_t> count = numElementsOf(shape);
  int64_t bytes = 0;
  if (!count || llvm::MulOverflow(*count, int64_t(byteSize(type)), bytes))
    return std::nullopt;
  return bytes;
}

std::string structlin::formatType(ElementType type, ArrayRef<int64_t> shape) {
  std::string text =
      llvm::join(llvm::map_range(shape, [](int64_t n) { return std::to_string(n); }), "x");
  if (!shape.empty())
    text += 'x';
  return text + mlirName(type).str();
}
