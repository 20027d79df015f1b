//===- ElementTypeTest.cpp - tests of the element types -------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names in each format, and sizes of shapes.
//
//===----------------------------------------------------------------------===//

#include "structlin/Archive/ElementType.h"
#include "gtest/gtest.h"

using namespace structlin;

TEST(ElementType, NamesReadBack) {
  for (ElementType type : allElementTypes()) {
    EXPECT_EQ(parseSafetensorsName(safetensorsName(type)), type);
    EXPECT_EQ(parseMlirName(mlirName(type)), type);
    EXPECT_EQ(parseNpyDescr(npyDescr(type), type), type);
  }
  EXPECT_EQ(allElementTypes().size(), 13u);
}

TEST(ElementType, NamesOfTheFormats) {
  EXPECT_EQ(safetensorsName(ElementType::BF16), "BF16");
  EXPECT_EQ(safetensorsName(ElementType::I1), "BOOL");
  EXPECT_EQ(mlirName(ElementType::I8), "i8");
  EXPECT_EQ(mlirName(ElementType::U8), "ui8");
  EXPECT_EQ(npyDescr(ElementType::F32), "<f4");
  EXPECT_EQ(npyDescr(ElementType::I1), "|b1");
  EXPECT_EQ(byteSize(ElementType::F64), 8u);
  EXPECT_EQ(byteSize(ElementType::I1), 1u);
}

TEST(ElementType, UnknownNames) {
  EXPECT_EQ(parseSafetensorsName("F8_E4M3"), std::nullopt);
  EXPECT_EQ(parseSafetensorsName("f32"), std::nullopt);
  EXPECT_EQ(parseMlirName("index"), std::nullopt);
  EXPECT_EQ(parseNpyDescr(">f4"), std::nullopt);
  EXPECT_EQ(parseNpyDescr("<c8"), std::nullopt);
  EXPECT_EQ(parseNpyDescr(""), std::nullopt);
}

TEST(ElementType, NpyDescrOfBytesAndBfloat) {
  EXPECT_EQ(parseNpyDescr("<i1"), ElementType::I8);
  EXPECT_EQ(parseNpyDescr("=u1"), ElementType::U8);
  EXPECT_EQ(parseNpyDescr("|V2"), std::nullopt);
  EXPECT_EQ(parseNpyDescr("|V2", ElementType::F16), std::nullopt);
  EXPECT_EQ(parseNpyDescr("<V2", ElementType::BF16), ElementType::BF16);
}

TEST(ElementType, Floats) {
  for (ElementType type : allElementTypes()) {
    bool expected = safetensorsName(type).starts_with("F") || type == ElementType::BF16;
    EXPECT_EQ(isFloat(type), expected);
  }
}

TEST(ElementType, SizesOfShapes) {
  EXPECT_EQ(numElementsOf({}), 1);
  EXPECT_EQ(numElementsOf({3, 4}), 12);
  EXPECT_EQ(numElementsOf({3, 0}), 0);
  EXPECT_EQ(numElementsOf({-1}), std::nullopt);
  EXPECT_EQ(numElementsOf({int64_t(1) << 32, int64_t(1) << 31}), std::nullopt);
  EXPECT_EQ(numElementsOf({int64_t(1) << 32, int64_t(1) << 32, 0}), std::nullopt);
  EXPECT_EQ(byteSizeOf(ElementType::F32, {3, 4}), 48);
  EXPECT_EQ(byteSizeOf(ElementType::F32, {int64_t(1) << 61}), std::nullopt);
  EXPECT_EQ(byteSizeOf(ElementType::I8, {int64_t(1) << 61}), int64_t(1) << 61);
}

TEST(ElementType, Formatted) {
  EXPECT_EQ(formatType(ElementType::BF16, {3072, 768}), "3072x768xbf16");
  EXPECT_EQ(formatType(ElementType::F32, {}), "f32");
}
