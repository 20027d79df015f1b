//===- SafetensorsHeaderTest.cpp - tests of the safetensors header --------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One test for each way in which a header can be wrong.
//
//===----------------------------------------------------------------------===//

#include "structlin/Archive/SafetensorsHeader.h"
#include "ArchiveTestUtil.h"
#include "llvm/Support/Endian.h"

using namespace structlin;
using namespace structlin::test;

/// The message for a header of eight bytes of data.
static std::string errorFor(llvm::StringRef json) {
  return messageOf(parseSafetensorsHeader(json, 8));
}

#define EXPECT_HEADER_ERROR(json, part)                                                            \
  EXPECT_PRED_FORMAT2(::testing::IsSubstring, part, errorFor(json))

TEST(SafetensorsHeader, Valid) {
  SafetensorsHeader header = valueOf(
      parseSafetensorsHeader(R"({"b":{"dtype":"F32","shape":[],"data_offsets":[4,8]},)"
                             R"("__metadata__":{"format":"pt"},)"
                             R"("empty":{"dtype":"I8","shape":[3,0],"data_offsets":[4,4]},)"
                             R"("a":{"dtype":"BF16","shape":[2,1],"data_offsets":[0,4]}}   )",
                             8));
  ASSERT_EQ(header.entries.size(), 3u);
  EXPECT_EQ(header.entries[0].name, "a");
  EXPECT_EQ(header.entries[1].name, "empty");
  EXPECT_EQ(header.entries[2].name, "b");
  EXPECT_EQ(formatType(header.entries[0].type, header.entries[0].shape), "2x1xbf16");
  EXPECT_EQ(header.entries[2].begin, 4u);
  EXPECT_EQ(header.metadata, (SafetensorsMetadata{{"format", "pt"}}));
}

TEST(SafetensorsHeader, NoTensors) {
  EXPECT_TRUE(valueOf(parseSafetensorsHeader("{}", 0)).entries.empty());
}

TEST(SafetensorsHeader, ErrorEmpty) { EXPECT_HEADER_ERROR("", "malformed header"); }

TEST(SafetensorsHeader, ErrorNotJson) {
  const std::pair<const char *, const char *> cases[] = {
      {"{", "malformed header: expected a name at byte 1, got the end"},
      {"{a", "malformed header: expected a name at byte 1, got 'a'"},
      {"{\"a\"", "malformed header: expected ':' at byte 4, got the end"},
      {"{\"a\" 1", "malformed header: expected ':' at byte 5, got '1'"},
      {"{\"a\":", "tensor 'a': malformed value: [1:0, byte=0]: Unexpected EOF"},
      {"{\"a\":1 2}", "tensor 'a': malformed value: [1:2, byte=2]: Text after end of document"},
      {"{\"a\":[}", "tensor 'a': malformed value"},
      {"{\"__metadata__\":{}]", "malformed header: expected ',' or '}' at byte 18, got ']'"},
      {"{\"__metadata__\":{}", "malformed header: expected ',' or '}' at byte 18, got the end"},
      {"{\"__metadata__\":{},", "malformed header: expected a name at byte 19, got the end"},
      {"{\"__metadata__\":{},}", "malformed header: expected a name at byte 19, got '}'"},
      {"{,}", "malformed header: expected a name at byte 1, got ','"},
  };
  for (const auto &[json, expected] : cases)
    EXPECT_HEADER_ERROR(json, expected);
}

TEST(SafetensorsHeader, ErrorTrailingText) { EXPECT_HEADER_ERROR("{} {}", "malformed header"); }

TEST(SafetensorsHeader, ErrorUnterminatedString) {
  for (const char *text : {"\"", "{\"", "{\"a\\", "{\"a\\\""})
    EXPECT_HEADER_ERROR(text, "malformed header");
}

TEST(SafetensorsHeader, ErrorNotUtf8) { EXPECT_HEADER_ERROR("{\"\xff\":{}}", "malformed header"); }

TEST(SafetensorsHeader, ErrorNotAnObject) {
  EXPECT_HEADER_ERROR("[]", "malformed header: expected '{' at byte 0, got '['");
}

TEST(SafetensorsHeader, ErrorLeadingSpace) {
  EXPECT_HEADER_ERROR(" {}", "malformed header: expected '{' at byte 0, got ' '");
}

TEST(SafetensorsHeader, ErrorsEscapeNames) {
  EXPECT_HEADER_ERROR(R"({"\u001b[0m\n\t\\\u007f":1})",
                      R"(tensor '\u001b[0m\n\t\\\u007f': expected an object, got 1)");
  // A letter of one byte and 100 of two: the last one ends beyond 200.
  std::string letters;
  for (int i = 0; i < 100; ++i)
    letters += "\xc3\xa4";
  EXPECT_HEADER_ERROR("{\"a" + letters + "\":1}",
                      ("tensor 'a" + letters.substr(2) + "...': expected").c_str());
}

TEST(SafetensorsHeader, ErrorNesting) {
  // Deep enough to overflow the stack of a recursive parser.
  EXPECT_HEADER_ERROR(
      "{\"a\":" + std::string(10'000'000, '['),
      "tensor 'a': malformed value: expected at most 2 nested levels, got 10000000");
}

TEST(SafetensorsHeader, ErrorRepeatedName) {
  EXPECT_HEADER_ERROR(R"({"a":{"dtype":"F64","shape":[],"data_offsets":[0,8]},)"
                      R"("\u0061":{"dtype":"F64","shape":[],"data_offsets":[0,8]}})",
                      "the name 'a' appears twice");
}

TEST(SafetensorsHeader, ErrorRepeatedKey) {
  EXPECT_HEADER_ERROR(R"({"a":{"dtype":"F64","dtype":"F64","shape":[],"data_offsets":[0,8]}})",
                      "the name 'dtype' appears twice");
}

TEST(SafetensorsHeader, ErrorMetadataNotAnObject) {
  EXPECT_HEADER_ERROR(R"({"__metadata__":3})",
                      "expected __metadata__ to be a map of strings, got 3");
}

TEST(SafetensorsHeader, ErrorMetadataNotStrings) {
  EXPECT_HEADER_ERROR(R"({"__metadata__":{"k":3}})", "got 3 as 'k'");
}

TEST(SafetensorsHeader, ErrorEntryNotAnObject) {
  EXPECT_HEADER_ERROR(R"({"a":[1]})", "tensor 'a': expected an object, got [1]");
}

TEST(SafetensorsHeader, ErrorMissingDtype) {
  EXPECT_HEADER_ERROR(R"({"a":{"shape":[],"data_offsets":[0,8]}})", "expected the key 'dtype'");
}

TEST(SafetensorsHeader, ErrorDtypeNotAString) {
  EXPECT_HEADER_ERROR(R"({"a":{"dtype":1,"shape":[],"data_offsets":[0,8]}})",
                      "expected dtype to be a string, got 1");
}

TEST(SafetensorsHeader, ErrorDtypeUnknown) {
  EXPECT_HEADER_ERROR(R"({"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}})",
                      "tensor 'a': expected dtype to be one of F64, F32, F16, BF16, I64, I32, I16, "
                      "I8, U64, U32, U16, U8, BOOL, got 'F8_E4M3'");
}

TEST(SafetensorsHeader, ErrorMissingShape) {
  EXPECT_HEADER_ERROR(R"({"a":{"dtype":"F64","data_offsets":[0,8]}})", "expected the key 'shape'");
}

TEST(SafetensorsHeader, ErrorShapeNotAnArray) {
  EXPECT_HEADER_ERROR(R"({"a":{"dtype":"F64","shape":1,"data_offsets":[0,8]}})",
                      "expected shape to be an array, got 1");
}

TEST(SafetensorsHeader, ErrorShapeNegative) {
  EXPECT_HEADER_ERROR(R"({"a":{"dtype":"F64","shape":[-1],"data_offsets":[0,8]}})",
                      "expected shape to hold sizes, got -1");
}

TEST(SafetensorsHeader, ErrorNotWrittenAsInteger) {
  // The JSON parser gives all but the first as integers, the last one out of range.
  for (const char *number : {"1.5", "1.0", "1e0", "01", "+1", "-01", "9223372036854775808.0"}) {
    std::string json =
        R"({"b":{"dtype":"I8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F64","shape":[)" +
        std::string(number) + R"(],"data_offsets":[0,8]}})";
    EXPECT_HEADER_ERROR(json,
                        ("tensor 'a': expected integers, got " + std::string(number)).c_str());
  }
  // In strings they are text.
  EXPECT_EQ(
      errorFor(
          R"({"__metadata__":{"1.5":"01"},"+1":{"dtype":"F64","shape":[],"data_offsets":[0,8]}})"),
      "");
}

TEST(SafetensorsHeader, ErrorShapeOverflow) {
  EXPECT_HEADER_ERROR(
      R"({"a":{"dtype":"F64","shape":[4294967296,4294967297],"data_offsets":[0,8]}})",
      "the size of the shape does not fit");
  // 2^61 doubles: the count fits, the bytes wrap around to 0.
  EXPECT_HEADER_ERROR(R"({"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}})",
                      "the size of the shape does not fit");
}

TEST(SafetensorsHeader, ErrorMissingOffsets) {
  EXPECT_HEADER_ERROR(R"({"a":{"dtype":"F64","shape":[]}})", "expected the key 'data_offsets'");
}

TEST(SafetensorsHeader, ErrorOffsetsMalformed) {
  for (const char *offsets :
       {"8", "[0]", "[0,8,8]", "[-1,7]", "[8,0]", "[0,\"8\"]", "[0,18446744073709551615]"}) {
    std::string json =
        R"({"a":{"dtype":"F64","shape":[],"data_offsets":)" + std::string(offsets) + "}}";
    EXPECT_HEADER_ERROR(json, "expected data_offsets to be [begin, end], got ");
  }
}

TEST(SafetensorsHeader, ErrorOffsetsOutOfRange) {
  EXPECT_HEADER_ERROR(R"({"a":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}})",
                      "tensor 'a': expected data_offsets within 8 bytes of data, got [0, 16]");
}

TEST(SafetensorsHeader, ErrorSizeMismatch) {
  EXPECT_HEADER_ERROR(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})",
                      "tensor 'a': expected 12 bytes of data for 3xf32, got 8");
}

TEST(SafetensorsHeader, ErrorUnknownKey) {
  EXPECT_HEADER_ERROR(R"({"a":{"dtype":"F64","shape":[],"data_offsets":[0,8],"x":1}})",
                      "tensor 'a': unknown key 'x'");
}

TEST(SafetensorsHeader, ErrorOverlap) {
  EXPECT_HEADER_ERROR(R"({"a":{"dtype":"I8","shape":[5],"data_offsets":[0,5]},)"
                      R"("b":{"dtype":"I8","shape":[4],"data_offsets":[4,8]}})",
                      "tensor 'b': its data overlaps that of 'a': expected to begin at 5, got 4");
}

TEST(SafetensorsHeader, ErrorGap) {
  EXPECT_HEADER_ERROR(R"({"a":{"dtype":"I8","shape":[3],"data_offsets":[0,3]},)"
                      R"("b":{"dtype":"I8","shape":[4],"data_offsets":[4,8]}})",
                      "tensor 'b': a gap is before its data: expected to begin at 3, got 4");
}

TEST(SafetensorsHeader, ErrorGapAtTheStart) {
  EXPECT_HEADER_ERROR(R"({"a":{"dtype":"I8","shape":[4],"data_offsets":[4,8]}})",
                      "expected to begin at 0, got 4");
}

TEST(SafetensorsHeader, ErrorUncoveredEnd) {
  EXPECT_HEADER_ERROR(R"({"a":{"dtype":"I8","shape":[4],"data_offsets":[0,4]}})",
                      "expected tensors to cover 8 bytes of data, got 4");
}

TEST(SafetensorsHeader, LaysOutForAlignment) {
  SafetensorsHeader header = valueOf(layOutSafetensors({{"i8", ElementType::I8, {3}},
                                                        {"bf16", ElementType::BF16, {5}},
                                                        {"first", ElementType::I8, {64}},
                                                        {"f64", ElementType::F64, {3}},
                                                        {"second", ElementType::F32, {4, 16}}},
                                                       {}));
  std::vector<std::string> names;
  uint64_t offset = 0;
  for (const SafetensorsEntry &entry : header.entries) {
    names.push_back(entry.name);
    EXPECT_EQ(entry.begin, offset);
    EXPECT_EQ(entry.begin % byteSize(entry.type), 0u);
    offset = entry.end;
  }
  EXPECT_EQ(names, (std::vector<std::string>{"first", "second", "f64", "bf16", "i8"}));
}

TEST(SafetensorsHeader, LayoutErrors) {
  EXPECT_ERROR(layOutSafetensors({{"a", ElementType::I8, {1}}, {"a", ElementType::I8, {1}}}, {}),
               "tensor 'a': declared twice");
  EXPECT_ERROR(layOutSafetensors({{"a", ElementType::I8, {-1}}}, {}), "negative size");
  EXPECT_ERROR(layOutSafetensors({{"\xff", ElementType::I8, {1}}}, {}), "expected a UTF-8 name");
  EXPECT_ERROR(layOutSafetensors({{"__metadata__", ElementType::I8, {1}}}, {}), "reserved");
  EXPECT_ERROR(layOutSafetensors({}, {{"k", "\xff"}}), "expected metadata in UTF-8, got 'k'");
  int64_t huge = int64_t(1) << 62;
  EXPECT_ERROR(
      layOutSafetensors({{"a", ElementType::I8, {huge}}, {"b", ElementType::I8, {huge}}}, {}),
      "tensor 'b': the tensors together do not fit into a file");
}

TEST(SafetensorsHeader, PrintsAndReadsBack) {
  std::vector<TensorDecl> tensors;
  for (ElementType type : allElementTypes())
    for (const std::vector<int64_t> &shape : testShapes())
      tensors.push_back({"quote\" \\ \n \xc3\xa4 " + formatType(type, shape), type,
                         llvm::SmallVector<int64_t, 4>(shape.begin(), shape.end())});
  SafetensorsHeader header = valueOf(layOutSafetensors(tensors, {{"a", "b\"c"}, {"", ""}}));
  std::string text = valueOf(printSafetensorsHeader(header));
  EXPECT_EQ(text.size() % 64, 0u);
  EXPECT_EQ(llvm::support::endian::read64le(text.data()), text.size() - 8);
  SafetensorsHeader read = valueOf(
      parseSafetensorsHeader(llvm::StringRef(text).drop_front(8), header.entries.back().end));
  EXPECT_EQ(read.metadata, header.metadata);
  ASSERT_EQ(read.entries.size(), tensors.size());
  std::map<std::string, const SafetensorsEntry *> byName;
  for (const SafetensorsEntry &entry : read.entries)
    byName[entry.name] = &entry;
  for (const SafetensorsEntry &entry : header.entries) {
    const SafetensorsEntry &other = *byName.at(entry.name);
    EXPECT_EQ(formatType(other.type, other.shape), formatType(entry.type, entry.shape));
    EXPECT_EQ(other.begin, entry.begin);
    EXPECT_EQ(other.end, entry.end);
  }
}
