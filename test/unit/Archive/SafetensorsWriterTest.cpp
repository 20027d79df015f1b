//===- SafetensorsWriterTest.cpp - tests of writing safetensors files -----===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The ways to hand over data, and what is left when something is missing.
//
//===----------------------------------------------------------------------===//

#include "structlin/Archive/SafetensorsWriter.h"
#include "ArchiveTestUtil.h"
#include "structlin/Archive/Safetensors.h"
#include "llvm/Support/Endian.h"
#include <random>

using namespace structlin;
using namespace structlin::test;

namespace {
class SafetensorsWriterTest : public FileTest {
protected:
  void SetUp() override {
    FileTest::SetUp();
    for (ElementType type : allElementTypes())
      for (const std::vector<int64_t> &shape : testShapes()) {
        HostTensor tensor = makeTensor(type, shape);
        declared.push_back({formatType(type, shape), type,
                            llvm::SmallVector<int64_t, 4>(shape.begin(), shape.end())});
        tensors.emplace_back(declared.back().name, tensor);
      }
  }
  SafetensorsWriter createWriter() const {
    return valueOf(SafetensorsWriter::create(path("m.safetensors"), declared));
  }
  void expectWritten() const {
    SafetensorsFile file = valueOf(SafetensorsFile::open(path("m.safetensors")));
    EXPECT_EQ(file.entries().size(), tensors.size());
    for (const auto &[name, tensor] : tensors) {
      ASSERT_NE(file.find(name), nullptr) << name;
      expectEqual(file.tensor(*file.find(name)), tensor);
    }
    EXPECT_EQ(countFiles(), 1u);
  }

  std::vector<TensorDecl> declared;
  std::vector<std::pair<std::string, HostTensor>> tensors;
};
} // namespace

TEST_F(SafetensorsWriterTest, AllAtOnce) {
  EXPECT_SUCCESS(writeSafetensors(path("m.safetensors"), tensors, {{"k", "v"}}));
  expectWritten();
  EXPECT_EQ(valueOf(SafetensorsFile::open(path("m.safetensors"))).metadata().at("k"), "v");
}

TEST_F(SafetensorsWriterTest, SameBytesForSameContents) {
  EXPECT_SUCCESS(writeSafetensors(path("a"), tensors));
  EXPECT_SUCCESS(writeSafetensors(path("b"), tensors));
  EXPECT_EQ(get("a"), get("b"));
}

TEST_F(SafetensorsWriterTest, DataStartsAligned) {
  for (size_t length = 1; length < 70; ++length) {
    EXPECT_SUCCESS(writeSafetensors(
        path("a"), {{std::string(length, 'n'), makeTensor(ElementType::I8, {3})}}));
    EXPECT_EQ(llvm::support::endian::read64le(get("a").data()) % 64, 56u);
  }
}

TEST_F(SafetensorsWriterTest, TensorsInAnyOrder) {
  SafetensorsWriter writer = createWriter();
  for (size_t i = tensors.size(); i-- > 0;)
    EXPECT_SUCCESS(writer.write(tensors[i].first, tensors[i].second));
  EXPECT_SUCCESS(writer.finish());
  expectWritten();
}

TEST_F(SafetensorsWriterTest, AppendsInDeclaredOrder) {
  SafetensorsWriter writer = createWriter();
  std::mt19937 random(1);
  for (const auto &[name, tensor] : tensors)
    for (llvm::ArrayRef<char> rest = tensor.bytes(); !rest.empty();) {
      size_t size = std::min<size_t>(1 + random() % 1000, rest.size());
      EXPECT_SUCCESS(writer.append(rest.take_front(size)));
      rest = rest.drop_front(size);
    }
  EXPECT_SUCCESS(writer.finish());
  expectWritten();
}

TEST_F(SafetensorsWriterTest, PiecesInAnyOrder) {
  SafetensorsWriter writer = createWriter();
  std::mt19937 random(1);
  for (const auto &[name, tensor] : tensors) {
    // Pieces of seven bytes that overlap by two, shuffled.
    std::vector<size_t> begins;
    for (size_t begin = 0; begin < tensor.bytes().size(); begin += 5)
      begins.push_back(begin);
    std::shuffle(begins.begin(), begins.end(), random);
    for (size_t begin : begins) {
      size_t size = std::min<size_t>(7, tensor.bytes().size() - begin);
      EXPECT_SUCCESS(writer.writeAt(name, begin, tensor.bytes().slice(begin, size)));
    }
  }
  EXPECT_SUCCESS(writer.finish());
  expectWritten();
}

TEST_F(SafetensorsWriterTest, NoTensors) {
  EXPECT_SUCCESS(writeSafetensors(path("a"), {}));
  EXPECT_TRUE(valueOf(SafetensorsFile::open(path("a"))).entries().empty());
}

TEST_F(SafetensorsWriterTest, ErrorMissingData) {
  put("m.safetensors", "old");
  {
    SafetensorsWriter writer =
        valueOf(SafetensorsWriter::create(path("m.safetensors"), {{"a", ElementType::I8, {100}}}));
    std::string piece(40, 'x');
    // 10..50 and 30..70 cover 60 bytes, not 80.
    EXPECT_SUCCESS(writer.writeAt("a", 10, piece));
    EXPECT_SUCCESS(writer.writeAt("a", 30, piece));
    EXPECT_ERROR(writer.finish(), "tensor 'a': expected 100 bytes of data, got 60");
  }
  EXPECT_EQ(get("m.safetensors"), "old");
  EXPECT_EQ(countFiles(), 1u);
}

TEST_F(SafetensorsWriterTest, LeavesNothingUnfinished) {
  {
    SafetensorsWriter writer = createWriter();
    EXPECT_SUCCESS(writer.append("x"));
  }
  EXPECT_EQ(countFiles(), 0u);
}

TEST_F(SafetensorsWriterTest, ErrorUndeclared) {
  SafetensorsWriter writer = createWriter();
  EXPECT_ERROR(writer.write("none", makeTensor(ElementType::I8, {1})),
               "tensor 'none': not declared");
  EXPECT_ERROR(writer.writeAt("none", 0, {}), "tensor 'none': not declared");
}

TEST_F(SafetensorsWriterTest, ErrorOtherTypeOrShape) {
  SafetensorsWriter writer = createWriter();
  EXPECT_ERROR(writer.write("3x5xf32", makeTensor(ElementType::F32, {5, 3})),
               "tensor '3x5xf32': expected 3x5xf32, got 5x3xf32");
  EXPECT_ERROR(writer.write("3x5xf32", makeTensor(ElementType::I32, {3, 5})),
               "expected 3x5xf32, got 3x5xi32");
}

TEST_F(SafetensorsWriterTest, ErrorBeyondTheEnd) {
  SafetensorsWriter writer = createWriter();
  EXPECT_ERROR(writer.writeAt("1xf32", 2, {"abc", 3}),
               "expected data within 4 bytes, got 3 at offset 2");
  EXPECT_ERROR(writer.writeAt("1xf32", ~uint64_t(0), {"abc", 3}), "expected data within 4 bytes");
}

TEST_F(SafetensorsWriterTest, ErrorAppendAcrossTensors) {
  SafetensorsWriter writer =
      valueOf(SafetensorsWriter::create(path("a"), {{"x", ElementType::I8, {2}}}));
  EXPECT_ERROR(writer.append({"abc", 3}), "tensor 'x': expected data within 2 bytes, got 3");
  EXPECT_SUCCESS(writer.append({"ab", 2}));
  EXPECT_ERROR(writer.append('c'), "expected no data after the last tensor, got 1 bytes");
}

TEST_F(SafetensorsWriterTest, ErrorDeclaredTwice) {
  EXPECT_ERROR(SafetensorsWriter::create(
                   path("a"), {{"x", ElementType::I8, {2}}, {"x", ElementType::I8, {2}}}),
               "tensor 'x': declared twice");
  EXPECT_EQ(countFiles(), 0u);
}
