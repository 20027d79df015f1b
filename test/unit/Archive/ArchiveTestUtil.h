//===- ArchiveTestUtil.h - what the tests of the archive share ------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Temporary folders, raw file access, and the text of errors.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TEST_UNIT_ARCHIVE_ARCHIVETESTUTIL_H
#define STRUCTLIN_TEST_UNIT_ARCHIVE_ARCHIVETESTUTIL_H

#include "structlin/Archive/HostTensor.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "gtest/gtest.h"
#include <fstream>
#include <iterator>
#include <numeric>

namespace structlin::test {

/// A test with a folder of its own, removed afterwards.
class FileTest : public ::testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("structlin-archive-test", folder));
  }
  void TearDown() override { llvm::sys::fs::remove_directories(folder); }

  std::string path(const std::string &name) const { return folder.str().str() + "/" + name; }

  std::string put(const std::string &name, const std::string &contents) const {
    std::ofstream(path(name), std::ios::binary) << contents;
    return path(name);
  }
  std::string get(const std::string &name) const {
    std::ifstream stream(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  /// Names in the folder, for what must not be left behind.
  size_t countFiles() const {
    std::error_code code;
    size_t count = 0;
    for (llvm::sys::fs::directory_iterator it(folder, code), end; it != end; it.increment(code))
      ++count;
    return count;
  }

private:
  llvm::SmallString<128> folder;
};

/// The message of an error, "" for success.
inline std::string messageOf(llvm::Error error) { return llvm::toString(std::move(error)); }
template <typename T> std::string messageOf(llvm::Expected<T> value) {
  return value ? "" : llvm::toString(value.takeError());
}

/// The value, or a failed test.
template <typename T> T valueOf(llvm::Expected<T> value) {
  if (value)
    return std::move(*value);
  ADD_FAILURE() << llvm::toString(value.takeError());
  std::abort();
}

#define EXPECT_SUCCESS(expression) EXPECT_EQ(::structlin::test::messageOf(expression), "")
#define EXPECT_ERROR(expression, part)                                                             \
  EXPECT_PRED_FORMAT2(::testing::IsSubstring, part, ::structlin::test::messageOf(expression))

/// A tensor whose bytes are all different where a byte can be.
inline HostTensor makeTensor(ElementType type, llvm::ArrayRef<int64_t> shape) {
  HostTensor tensor = HostTensor::allocate(type, shape);
  llvm::MutableArrayRef<char> bytes = tensor.mutableBytes();
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = type == ElementType::I1 ? char(i % 2) : char(37 * i + 11);
  return tensor;
}

inline void expectEqual(const HostTensor &actual, const HostTensor &expected) {
  EXPECT_EQ(mlirName(actual.type()), mlirName(expected.type()));
  EXPECT_EQ(actual.shape(), expected.shape());
  EXPECT_EQ(actual.bytes(), expected.bytes());
}

/// Shapes with every special case: scalar, empty, size 0, odd sizes.
inline std::vector<std::vector<int64_t>> testShapes() {
  return {{}, {0}, {1}, {7}, {3, 5}, {2, 0, 3}, {0, 0}, {2, 3, 4}, {1, 1, 1, 1, 9}, {130, 67}};
}

} // namespace structlin::test

#endif // STRUCTLIN_TEST_UNIT_ARCHIVE_ARCHIVETESTUTIL_H
