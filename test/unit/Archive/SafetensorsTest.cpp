//===- SafetensorsTest.cpp - tests of reading safetensors files -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Single files, also with unaligned data, and models in several files.
//
//===----------------------------------------------------------------------===//

#include "structlin/Archive/Safetensors.h"
#include "ArchiveTestUtil.h"
#include "structlin/Archive/SafetensorsWriter.h"
#include "llvm/Support/Process.h"
#include <cstring>
#include <unistd.h>

using namespace structlin;
using namespace structlin::test;

namespace {
class Safetensors : public FileTest {
protected:
  /// A file with that header, as other writers make it: not padded.
  std::string putFile(const std::string &name, const std::string &json,
                      const std::string &data) const {
    std::string length(8, '\0');
    for (int i = 0; i < 8; ++i)
      length[i] = char(uint64_t(json.size()) >> (8 * i) & 0xff);
    return put(name, length + json + data);
  }
  /// A file with tensors of one byte, each its own name's first character.
  void putNames(const std::string &file, const std::vector<std::string> &names) const {
    std::vector<std::pair<std::string, HostTensor>> tensors;
    for (const std::string &name : names)
      tensors.emplace_back(name, HostTensor::copyOf(ElementType::U8, {1}, name[0]));
    EXPECT_SUCCESS(writeSafetensors(path(file), tensors));
  }
  void expectNames(const std::string &what, const std::vector<std::string> &names) const {
    SafetensorsModel model = valueOf(SafetensorsModel::open(what));
    EXPECT_EQ(model.names(), std::vector<llvm::StringRef>(names.begin(), names.end()));
    for (const std::string &name : names) {
      auto location = model.find(name);
      ASSERT_TRUE(location) << name;
      EXPECT_EQ(location->file->tensor(*location->entry).bytes()[0], name[0]);
    }
    EXPECT_FALSE(model.find("other"));
  }
};
} // namespace

TEST_F(Safetensors, AliasesTheFile) {
  // Large enough to be mapped.
  HostTensor tensor = makeTensor(ElementType::F32, {100, 1000});
  EXPECT_SUCCESS(writeSafetensors(path("m.safetensors"), {{"w", tensor}}, {{"format", "np"}}));
  HostTensor read = [&] {
    SafetensorsFile file = valueOf(SafetensorsFile::open(path("m.safetensors")));
    EXPECT_EQ(file.metadata().at("format"), "np");
    EXPECT_EQ(file.find("none"), nullptr);
    const SafetensorsEntry *entry = file.find("w");
    EXPECT_EQ(file.tensor(*entry).bytes().data(), file.tensor(*entry).bytes().data());
    return file.tensor(*entry);
  }();
  // The file object and the file's name are gone, the mapping is not.
  llvm::sys::fs::remove(path("m.safetensors"));
  EXPECT_TRUE(read.isAligned(64));
  EXPECT_FALSE(read.isWritable());
  expectEqual(read, tensor);
}

TEST_F(Safetensors, ReadsUnalignedData) {
  for (ElementType type : allElementTypes())
    for (int padding = 0; padding < 8; ++padding) {
      // One byte before it, and a header of any length: every alignment occurs.
      HostTensor expected = makeTensor(type, {3, 5});
      std::string size = std::to_string(1 + expected.bytes().size());
      std::string json = R"({"a":{"dtype":"I8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":")" +
                         safetensorsName(type).str() + R"(","shape":[3,5],"data_offsets":[1,)" +
                         size + "]}}" + std::string(padding, ' ');
      std::string data(expected.bytes().data(), expected.bytes().size());
      SafetensorsFile file = valueOf(SafetensorsFile::open(putFile("m", json, "x" + data)));
      HostTensor tensor = file.tensor(*file.find("b"));
      expectEqual(tensor, expected);
      EXPECT_EQ(llvm::ArrayRef(tensor.toDoubles()).size(), 15u);
      EXPECT_TRUE(tensor.aligned().isAligned(byteSize(type)));
      EXPECT_TRUE(tensor.aligned(64).isAligned(64));
      expectEqual(tensor.aligned(), expected);
      // NaNs do not equal themselves; their bits do.
      std::vector<double> widened = tensor.toDoubles(), direct = expected.toDoubles();
      EXPECT_EQ(std::memcmp(widened.data(), direct.data(), 15 * sizeof(double)), 0);
    }
}

/// Bytes of this process that are in memory now.
static uint64_t residentBytes() {
  uint64_t total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * llvm::sys::Process::getPageSizeEstimate();
}

TEST_F(Safetensors, OpensLargeFilesWithoutReadingThem) {
  // 8 GiB that take no space: files may have holes.
  constexpr uint64_t size = uint64_t(8) << 30;
  std::string json =
      R"({"small":{"dtype":"I8","shape":[4],"data_offsets":[0,4]},)"
      R"("large":{"dtype":"F32","shape":[2147483647],"data_offsets":[4,8589934592]}})";
  std::string file = putFile("m.safetensors", json, "abcd");
  ASSERT_EQ(::truncate(file.c_str(), 8 + json.size() + size), 0);
  uint64_t before = residentBytes();
  ASSERT_GT(before, 0u);
  SafetensorsModel model = valueOf(SafetensorsModel::open(file));
  auto small = model.find("small"), large = model.find("large");
  HostTensor tensor = large->file->tensor(*large->entry);
  EXPECT_EQ(tensor.numElements(), 2147483647);
  EXPECT_EQ(small->file->tensor(*small->entry).bytes()[3], 'd');
  // Elements at both ends, and not what lies between.
  EXPECT_EQ(tensor.bytes().front(), 0);
  EXPECT_EQ(tensor.bytes().back(), 0);
  EXPECT_LT(residentBytes() - before, uint64_t(32) << 20);
}

/// The most bytes that this process had in memory since resetPeak, or nothing.
static std::optional<uint64_t> peakBytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (llvm::StringRef rest = line; rest.consume_front("VmHWM:")) {
      uint64_t kilobytes;
      if (!rest.ltrim().consumeInteger(10, kilobytes))
        return kilobytes << 10;
    }
  return std::nullopt;
}
static bool resetPeak() { return bool(std::ofstream("/proc/self/clear_refs") << 5 << std::flush); }

TEST_F(Safetensors, TakesLittleMemoryForManyTensors) {
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "the sanitizer keeps what is freed";
#endif
  constexpr size_t count = 100'000;
  std::string json = "{";
  for (size_t i = 0; i < count; ++i)
    json += (i ? ",\"" : "\"") + std::to_string(i) +
            R"(":{"dtype":"U8","shape":[1],"data_offsets":[)" + std::to_string(i) + "," +
            std::to_string(i + 1) + "]}";
  std::string file = putFile("m.safetensors", json + "}", std::string(count, 'x'));
  if (!resetPeak())
    GTEST_SKIP() << "this system does not tell how much memory was used";
  uint64_t before = residentBytes();
  EXPECT_EQ(valueOf(SafetensorsFile::open(file)).entries().size(), count);
  // JSON's own representation of such a header takes five kilobytes per tensor.
  EXPECT_LT(*peakBytes() - before, uint64_t(count) << 10);
}

TEST_F(Safetensors, NoTensors) {
  EXPECT_TRUE(valueOf(SafetensorsFile::open(putFile("m", "{}", ""))).entries().empty());
}

TEST_F(Safetensors, ErrorMissingFile) { EXPECT_ERROR(SafetensorsFile::open(path("no")), "no'"); }

TEST_F(Safetensors, ErrorNoLength) {
  EXPECT_ERROR(SafetensorsFile::open(put("m", "1234567")),
               "expected a header length of 8 bytes, got a file of 7");
}

TEST_F(Safetensors, ErrorHeaderBeyondFile) {
  EXPECT_ERROR(SafetensorsFile::open(put("m", std::string("\x10\0\0\0\0\0\0\0{}", 10))),
               "expected a header of 16 bytes, got 2 to the end of the file");
}

TEST_F(Safetensors, ErrorHeaderTooLong) {
  EXPECT_ERROR(SafetensorsFile::open(put("m", std::string(8, '\xff') + "{}")),
               "expected a header of at most 100000000 bytes, got 18446744073709551615");
}

TEST_F(Safetensors, ErrorOtherFormat) {
  const std::pair<std::string, const char *> cases[] = {
      {std::string("PK\3\4\0\0\x8\x8", 8),
       "got a zip archive, as torch.save and numpy.savez write it"},
      {std::string("\x80\2\x8a\xal\xfc\x9c\x46", 8), "got a pickle, as torch.save wrote it"},
      {std::string("\x93NUMPY\1\0v", 9), "got a .npy file"},
      {std::string("GGUF\3\0\0\0", 8), "got a GGUF file"},
      {std::string("\x89HDF\r\n\x1a\n", 8), "got an HDF5 file"},
      {"{\"weight_map\":{}}", "got JSON text"},
  };
  for (const auto &[contents, expected] : cases)
    EXPECT_ERROR(SafetensorsFile::open(put("m", contents)), expected);
  // A header of 0x80 bytes is none of them.
  EXPECT_ERROR(SafetensorsFile::open(put("m", std::string("\x80\0\0\0\0\0\0\0", 8))),
               "expected a header of 128 bytes");
}

TEST_F(Safetensors, ErrorsNameTheFile) {
  EXPECT_ERROR(SafetensorsFile::open(putFile("bad.safetensors", "[]", "")), "bad.safetensors");
}

TEST_F(Safetensors, ModelOfOneFile) {
  putNames("m.safetensors", {"b", "a"});
  expectNames(path("m.safetensors"), {"a", "b"});
}

TEST_F(Safetensors, ModelOfADirectory) {
  putNames("1.safetensors", {"b", "a"});
  putNames("2.safetensors", {"c"});
  put("readme.txt", "");
  expectNames(path(""), {"a", "b", "c"});
}

TEST_F(Safetensors, ModelOfAnEmptyDirectory) { expectNames(path(""), {}); }

TEST_F(Safetensors, ModelOfAnIndex) {
  putNames("1.safetensors", {"b", "a"});
  putNames("2.safetensors", {"c"});
  // Holds tensors once more; the index does not name it.
  putNames("all.safetensors", {"a", "b", "c"});
  std::string index =
      put("model.safetensors.index.json", R"({"metadata":{"total_size":3},"weight_map":)"
                                          R"({"a":"1.safetensors","c":"2.safetensors"}})");
  expectNames(index, {"a", "c"});
  expectNames(path(""), {"a", "c"});
}

TEST_F(Safetensors, IndexOfAnotherName) {
  putNames("1.safetensors", {"a"});
  put("x.safetensors.index.json", R"({"weight_map":{"a":"1.safetensors"}})");
  expectNames(path(""), {"a"});
  put("y.safetensors.index.json", R"({"weight_map":{}})");
  EXPECT_ERROR(SafetensorsModel::open(path("")),
               "expected one safetensors index, got 'x.safetensors.index.json' and "
               "'y.safetensors.index.json'");
}

TEST_F(Safetensors, IndexOutsideAFolderMayHaveAnyName) {
  putNames("1.safetensors", {"a"});
  expectNames(put("part.json", R"({"weight_map":{"a":"1.safetensors"}})"), {"a"});
  // A folder's index has the suffix, so that configurations are not read as one.
  expectNames(path(""), {"a"});
}

TEST_F(Safetensors, ErrorNameInTwoFiles) {
  putNames("1.safetensors", {"a"});
  putNames("2.safetensors", {"a"});
  EXPECT_ERROR(SafetensorsModel::open(path("")), "tensor 'a' is also in '");
}

TEST_F(Safetensors, ErrorNameInTwoShards) {
  putNames("1.safetensors", {"a", "b"});
  putNames("2.safetensors", {"b"});
  std::string index = put("model.safetensors.index.json",
                          R"({"weight_map":{"a":"1.safetensors","b":"2.safetensors"}})");
  EXPECT_ERROR(SafetensorsModel::open(index), "1.safetensors': tensor 'b' is also in '");
}

namespace {
class Aliases : public Safetensors {
protected:
  void putAliased(const std::string &file, const std::string &name, SafetensorsMetadata metadata) {
    HostTensor tensor = HostTensor::copyOf(ElementType::U8, {1}, name[0]);
    EXPECT_SUCCESS(writeSafetensors(path(file), {{name, tensor}}, std::move(metadata)));
  }
  /// The tensor's own name, or none.
  static std::string own(const SafetensorsModel &model, llvm::StringRef name) {
    auto location = model.find(name);
    return location ? location->entry->name : "none";
  }
};
} // namespace

TEST_F(Aliases, OfAFile) {
  putAliased("m.safetensors", "a", {{"format", "pt"}, {"tied", "a"}, {"a", "a"}, {"tail", "tied"}});
  SafetensorsModel model = valueOf(SafetensorsModel::open(path("m.safetensors")));
  EXPECT_EQ(own(model, "tied"), "a");
  EXPECT_EQ(own(model, "a"), "a");
  EXPECT_EQ(own(model, "format"), "none");
  // An alias of an alias is text.
  EXPECT_EQ(own(model, "tail"), "none");
  EXPECT_EQ(model.names(), std::vector<llvm::StringRef>{"a"});
}

TEST_F(Aliases, OfAnIndex) {
  putAliased("1.safetensors", "a", {});
  putAliased("2.safetensors", "b", {{"x", "a"}});
  std::string index =
      put("model.safetensors.index.json",
          R"({"metadata":{"total_size":2.5,"tied":"a","b":"a","left out":"c","x":"a"},)"
          R"("weight_map":{"a":"1.safetensors","b":"2.safetensors"}})");
  SafetensorsModel model = valueOf(SafetensorsModel::open(index));
  EXPECT_EQ(own(model, "tied"), "a");
  EXPECT_EQ(own(model, "x"), "a");
  // A tensor of that name goes before.
  EXPECT_EQ(own(model, "b"), "b");
  EXPECT_EQ(own(model, "left out"), "none");
}

TEST_F(Aliases, ErrorOfTwoTensors) {
  putAliased("1.safetensors", "a", {{"tied", "a"}});
  putAliased("2.safetensors", "b", {{"tied", "b"}});
  EXPECT_ERROR(SafetensorsModel::open(path("")),
               "the metadata map 'tied' to two tensors, 'a' and 'b'");
}

TEST_F(Safetensors, ErrorMissingModel) { EXPECT_ERROR(SafetensorsModel::open(path("no")), "no'"); }

TEST_F(Safetensors, ErrorIndexNamesMissingFile) {
  std::string index =
      put("model.safetensors.index.json", R"({"weight_map":{"a":"1.safetensors"}})");
  EXPECT_ERROR(SafetensorsModel::open(index), "1.safetensors");
}

TEST_F(Safetensors, ErrorIndexNamesMissingTensor) {
  putNames("1.safetensors", {"a"});
  std::string index =
      put("model.safetensors.index.json", R"({"weight_map":{"b":"1.safetensors"}})");
  EXPECT_ERROR(SafetensorsModel::open(index),
               "expected tensor 'b' in '1.safetensors', which does not have it");
}

TEST_F(Safetensors, ErrorMalformedIndex) {
  const std::pair<const char *, const char *> cases[] = {
      {"{", "malformed index"},
      {"[]", "expected an object with the object 'weight_map'"},
      {R"({"weight_map":[]})", "expected an object with the object 'weight_map'"},
      {R"({"weight_map":{"a":1}})", "expected the name of a file beside it for tensor 'a'"},
      {R"({"weight_map":{"a":""}})", "beside it for tensor 'a', got ''"},
      {R"({"weight_map":{"a":".."}})", "beside it for tensor 'a', got '..'"},
      {R"({"weight_map":{"a":"../x"}})", "beside it for tensor 'a', got '../x'"},
      {R"({"weight_map":{"a":"/x"}})", "beside it for tensor 'a', got '/x'"},
      {R"({"weight_map":{"a":"x","a":"y"}})", "the name 'a' appears twice"},
  };
  for (const auto &[json, expected] : cases)
    EXPECT_ERROR(SafetensorsModel::open(put("i.safetensors.index.json", json)), expected);
  EXPECT_ERROR(SafetensorsModel::open(put("i.safetensors.index.json", std::string(1'000'000, '['))),
               "expected at most 16 nested levels");
}
