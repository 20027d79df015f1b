//===- AtomicFileTest.cpp - tests of atomic files -------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is in the folder before, after and without a commit.
//
//===----------------------------------------------------------------------===//

#include "structlin/Archive/AtomicFile.h"
#include "ArchiveTestUtil.h"

using namespace structlin;
using AtomicFileTest = structlin::test::FileTest;
using structlin::test::valueOf;

TEST_F(AtomicFileTest, ReplacesTheTargetOnCommit) {
  put("a", "old");
  AtomicFile file = valueOf(AtomicFile::create(path("a")));
  EXPECT_SUCCESS(file.writeAt(3, llvm::StringRef("lo")));
  EXPECT_SUCCESS(file.writeAt(0, llvm::StringRef("hel")));
  EXPECT_EQ(get("a"), "old");
  EXPECT_SUCCESS(file.commit());
  EXPECT_EQ(get("a"), "hello");
  EXPECT_EQ(countFiles(), 1u);
}

TEST_F(AtomicFileTest, LeavesNothingWithoutCommit) {
  {
    AtomicFile file = valueOf(AtomicFile::create(path("a")));
    EXPECT_SUCCESS(file.writeAt(0, llvm::StringRef("x")));
    AtomicFile moved = std::move(file);
    EXPECT_SUCCESS(moved.writeAt(1, llvm::StringRef("y")));
  }
  EXPECT_EQ(countFiles(), 0u);
}

TEST_F(AtomicFileTest, ResizeFillsWithZero) {
  AtomicFile file = valueOf(AtomicFile::create(path("a")));
  EXPECT_SUCCESS(file.resize(4));
  EXPECT_SUCCESS(file.writeAt(1, llvm::StringRef("x")));
  EXPECT_SUCCESS(file.commit());
  EXPECT_EQ(get("a"), std::string("\0x\0\0", 4));
}

TEST_F(AtomicFileTest, ErrorsNameTheFile) {
  EXPECT_ERROR(AtomicFile::create(path("none/a")), "none/a");
  llvm::sys::fs::create_directory(path("folder"));
  EXPECT_ERROR(AtomicFile::create(path("folder")), "expected a regular file or none");
  EXPECT_EQ(countFiles(), 1u);
}
