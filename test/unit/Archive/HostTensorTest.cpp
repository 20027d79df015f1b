//===- HostTensorTest.cpp - tests of host tensors -------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who owns the data, and when it is copied.
//
//===----------------------------------------------------------------------===//

#include "ArchiveTestUtil.h"
#include "structlin/Archive/Safetensors.h"
#include "structlin/Archive/SafetensorsWriter.h"
#include "llvm/Support/FileSystem.h"
#ifdef __GLIBC__
#include <malloc.h>
#endif

using namespace structlin;
using namespace structlin::test;

TEST(HostTensor, OwnsAlignedMemory) {
  for (ElementType type : allElementTypes())
    for (const std::vector<int64_t> &shape : testShapes()) {
      HostTensor tensor = HostTensor::allocate(type, shape);
      EXPECT_TRUE(tensor.isWritable());
      EXPECT_TRUE(tensor.isAligned(HostTensor::bufferAlignment));
      EXPECT_EQ(int64_t(tensor.bytes().size()), byteSizeOf(type, shape));
      EXPECT_EQ(tensor.numElements(), numElementsOf(shape));
      EXPECT_EQ(tensor.rank(), int64_t(shape.size()));
    }
}

TEST(HostTensor, CopiesShareData) {
  HostTensor tensor = makeTensor(ElementType::I32, {4});
  HostTensor other = tensor;
  other.mutableAs<int32_t>()[2] = 99;
  EXPECT_EQ(tensor.as<int32_t>()[2], 99);
}

TEST(HostTensor, AliasKeepsItsOwner) {
  auto memory = std::make_shared<std::vector<float>>(std::vector<float>{1, 2, 3});
  std::weak_ptr<std::vector<float>> watch = memory;
  {
    llvm::ArrayRef<char> bytes(reinterpret_cast<const char *>(memory->data()), 12);
    HostTensor tensor = HostTensor::alias(ElementType::F32, {3}, bytes, memory);
    memory.reset();
    EXPECT_FALSE(watch.expired());
    EXPECT_FALSE(tensor.isWritable());
    EXPECT_EQ(tensor.bytes().data(), bytes.data());
    HostTensor reshaped = tensor.reshaped({1, 3});
    EXPECT_EQ(reshaped.bytes().data(), bytes.data());
    EXPECT_EQ(tensor.toFloats(), (std::vector<float>{1, 2, 3}));
  }
  EXPECT_TRUE(watch.expired());
}

TEST(HostTensor, CopiesOnlyForAlignment) {
  HostTensor base = makeTensor(ElementType::I8, {33});
  HostTensor unaligned =
      HostTensor::alias(ElementType::F64, {4}, base.bytes().slice(1, 32), nullptr);
  EXPECT_FALSE(unaligned.isAligned(8));
  HostTensor copy = unaligned.aligned();
  EXPECT_TRUE(copy.isAligned(8));
  expectEqual(copy, unaligned);
  EXPECT_EQ(copy.as<double>().size(), 4u);
  EXPECT_EQ(copy.aligned().bytes().data(), copy.bytes().data());
  HostTensor view = HostTensor::alias(ElementType::I16, {8}, base.bytes().slice(16, 16), nullptr);
  EXPECT_EQ(view.aligned().bytes().data(), view.bytes().data());
  EXPECT_NE(view.aligned(64).bytes().data(), view.bytes().data());
  EXPECT_TRUE(view.aligned(64).isAligned(64));
}

TEST(HostTensor, ValuesRoundTrip) {
  std::vector<double> values = {0, 1, 2, 3, 100, 1};
  for (ElementType type : allElementTypes()) {
    HostTensor tensor = HostTensor::fromDoubles(type, {2, 3}, values);
    std::vector<double> expected = values;
    if (type == ElementType::I1)
      expected = {0, 1, 1, 1, 1, 1};
    EXPECT_EQ(tensor.toDoubles(), expected);
    EXPECT_EQ(tensor.toFloats(), std::vector<float>(expected.begin(), expected.end()));
  }
}

TEST(HostTensor, ReleasingPagesKeepsTheData) {
  // Memory of its own, large enough to have whole pages.
  HostTensor own =
      HostTensor::fromDoubles(ElementType::F64, {100000}, std::vector<double>(100000, 3));
  own.releasePages();
  EXPECT_EQ(own.toDoubles(), std::vector<double>(100000, 3));

  llvm::SmallString<128> path;
  ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("structlin", "safetensors", path));
  EXPECT_SUCCESS(writeSafetensors(path, {{"a", own}}));
  SafetensorsFile file = valueOf(SafetensorsFile::open(path));
  HostTensor mapped = file.tensor(*file.find("a"));
  EXPECT_FALSE(own.isMapped());
  EXPECT_TRUE(mapped.isMapped());
  EXPECT_TRUE(mapped.reshaped({10, 10000}).isMapped());
  mapped.releasePages();
  EXPECT_EQ(mapped.toDoubles(), own.toDoubles());
  llvm::sys::fs::remove(path);
}

#ifdef __GLIBC__
TEST(HostTensor, FreedMemoryIsUsedAgain) {
  // Blocks below malloc's limit for mappings of their own, with something that stays
  // between them.
  std::vector<std::unique_ptr<char[]>> small;
  auto heapAfter = [&](int repeats) {
    for (int i = 0; i < repeats; ++i) {
      HostTensor tensor = HostTensor::allocate(ElementType::I8, {20 << 20});
      std::memset(tensor.mutableBytes().data(), 1, tensor.bytes().size());
      small.push_back(std::make_unique<char[]>(1000));
    }
    return mallinfo2().arena;
  };
  // The first free raises that limit.
  size_t before = heapAfter(4);
  EXPECT_LE(heapAfter(20), before + (40 << 20));
}
#endif
