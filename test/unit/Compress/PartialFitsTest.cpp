//===- PartialFitsTest.cpp - tests of finished fits on the disk -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What comes back, what does not and why, and who may have the folder.
//
//===----------------------------------------------------------------------===//

#include "structlin/Compress/PartialFits.h"
#include "structlin/IR/StructlinDialect.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::structlin;
namespace fs = llvm::sys::fs;

namespace {

class PartialFitsTest : public ::testing::Test {
protected:
  PartialFitsTest() {
    EXPECT_FALSE(fs::createUniqueDirectory("structlin-partial-fits", folder));
    fit.fitted.factors.push_back({"V", tensor({1, 2, 3, 4})});
    fit.fitted.factors.push_back({"U", tensor({5, 6})});
    fit.fitted.note = "2 of 3 sweeps";
    fit.error = 0.1;
  }
  ~PartialFitsTest() override { fs::remove_directories(folder); }

  static HostTensor tensor(std::vector<double> values) {
    return HostTensor::fromDoubles(ElementType::F32, {int64_t(values.size())}, values);
  }
  std::string archive() const { return (folder + "/a.safetensors").str(); }
  std::string partial() const { return archive() + ".partial"; }

  std::unique_ptr<PartialFits> open() {
    auto fits = PartialFits::open(archive());
    EXPECT_TRUE(bool(fits)) << llvm::toString(fits.takeError());
    return std::move(*fits);
  }
  void add(const FitKey &key) {
    auto added = open()->add(key, fit);
    ASSERT_TRUE(bool(added)) << llvm::toString(added.takeError());
  }

  SmallString<128> folder;
  FitKey key{"w", "low_rank", "f32[4] 01", "seed=1"};
  MeasuredFit fit;
};

TEST_F(PartialFitsTest, GivesAFitBack) {
  add(key);
  std::string why;
  std::unique_ptr<PartialFits> fits = open();
  EXPECT_EQ(fits->getNumFound(), 1u);
  std::optional<MeasuredFit> found = fits->find(key, why);
  ASSERT_TRUE(found) << why;
  EXPECT_EQ(why, "");
  EXPECT_EQ(found->error, 0.1);
  EXPECT_EQ(found->fitted.note, "2 of 3 sweeps");
  ASSERT_EQ(found->fitted.factors.size(), 2u);
  EXPECT_EQ(found->fitted.factors[0].name, "V");
  EXPECT_EQ(found->fitted.factors[0].tensor.toDoubles(), (std::vector<double>{1, 2, 3, 4}));
  EXPECT_EQ(found->fitted.factors[1].tensor.toDoubles(), (std::vector<double>{5, 6}));
}

TEST_F(PartialFitsTest, SaysWhatDiffers) {
  add(key);
  std::unique_ptr<PartialFits> fits = open();
  auto explain = [&](FitKey other) {
    std::string why;
    EXPECT_FALSE(fits->find(other, why));
    return why;
  };
  EXPECT_EQ(explain({"v", key.structure, key.values, key.settings}), "");
  EXPECT_EQ(explain({"w", "blast", key.values, key.settings}), "has another structure");
  EXPECT_EQ(explain({"w", key.structure, "f32[4] 02", key.settings}), "is of other values");
  EXPECT_EQ(explain({"w", key.structure, key.values, "seed=2"}), "was made with other options");
}

TEST_F(PartialFitsTest, NoticesDamage) {
  add(key);
  std::error_code code;
  std::string file = fs::directory_iterator(partial(), code)->path();
  for (fs::directory_iterator it(partial(), code), end; it != end; it.increment(code))
    if (StringRef(it->path()).ends_with(".safetensors"))
      file = it->path();
  auto buffer = llvm::MemoryBuffer::getFile(file);
  std::string text = (*buffer)->getBuffer().str();
  auto explainWith = [&](StringRef contents) {
    std::error_code error;
    llvm::raw_fd_ostream(file, error) << contents;
    std::string why;
    EXPECT_FALSE(open()->find(key, why));
    return why;
  };
  EXPECT_EQ(explainWith(StringRef(text).drop_back()), "is damaged");
  text.back() ^= 1;
  EXPECT_EQ(explainWith(text), "is damaged");
  // A fit in its place makes it whole again.
  add(key);
  std::string why;
  EXPECT_TRUE(open()->find(key, why));
}

TEST_F(PartialFitsTest, BelongsToOneAtATime) {
  std::unique_ptr<PartialFits> first = open();
  auto second = PartialFits::open(archive());
  ASSERT_FALSE(bool(second));
  EXPECT_NE(llvm::toString(second.takeError()).find("another process is writing it"),
            std::string::npos);
  first.reset();
  EXPECT_TRUE(bool(open()));
}

TEST_F(PartialFitsTest, LeavesNoFolderWithoutFits) {
  open();
  EXPECT_FALSE(fs::exists(partial()));
  add(key);
  EXPECT_TRUE(fs::exists(partial()));
  open()->remove();
  EXPECT_FALSE(fs::exists(partial()));
}

TEST_F(PartialFitsTest, RemovesOnlyWhatIsItsOwn) {
  add(key);
  std::error_code error;
  llvm::raw_fd_ostream((partial() + "/notes.txt"), error) << "mine";
  open()->remove();
  EXPECT_TRUE(fs::exists(partial() + "/notes.txt"));
}

TEST_F(PartialFitsTest, HoldsLooseTensorsWithoutNames) {
  std::vector<double> values(100000, 2);
  std::unique_ptr<PartialFits> fits = open();
  auto moved = fits->moveToDisk(tensor(values));
  auto other = fits->moveToDisk(tensor({1}));
  ASSERT_TRUE(moved && other);
  EXPECT_TRUE(moved->isMapped());
  moved->releasePages();
  EXPECT_EQ(moved->toDoubles(), values);
  EXPECT_EQ(other->toDoubles(), (std::vector<double>{1}));
  fits.reset();
  EXPECT_FALSE(fs::exists(partial()));
  EXPECT_EQ(moved->toDoubles(), values);
}

TEST_F(PartialFitsTest, RefusesWhatCannotBeAnArchive) {
  auto inNoFolder = PartialFits::open((folder + "/none/a").str());
  EXPECT_NE(llvm::toString(inNoFolder.takeError()).find("No such file"), std::string::npos);
  fs::create_directory(archive());
  auto onFolder = PartialFits::open(archive());
  EXPECT_NE(llvm::toString(onFolder.takeError()).find("expected a regular file or none"),
            std::string::npos);
}

TEST_F(PartialFitsTest, RefusesAFolderThatIsALinkToNothing) {
  ASSERT_FALSE(fs::create_link(folder + "/none", partial()));
  auto fits = PartialFits::open(archive());
  ASSERT_FALSE(bool(fits));
  EXPECT_NE(llvm::toString(fits.takeError()).find("No such file"), std::string::npos);
}

} // namespace
