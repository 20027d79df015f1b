//===- ParameterSourceTest.cpp - tests of parameters from files -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which file answers a name, and what the errors say.
//
//===----------------------------------------------------------------------===//

#include "structlin/Archive/ParameterSource.h"
#include "ArchiveTestUtil.h"
#include "structlin/Archive/Npy.h"
#include "structlin/Archive/SafetensorsWriter.h"

using namespace structlin;
using namespace structlin::test;

namespace {
class ParameterSourceTest : public FileTest {
protected:
  void SetUp() override {
    FileTest::SetUp();
    EXPECT_SUCCESS(writeSafetensors(path("m.safetensors"),
                                    {{"fc1.weight", weight}, {"fc2.weight", weight}, {"b", bias}}));
    EXPECT_SUCCESS(writeNpy(path("extra.bias.npy"), bias));
  }
  std::unique_ptr<ParameterSource> open(const std::string &name) const {
    return valueOf(openParameterSource(path(name)));
  }

  HostTensor weight = makeTensor(ElementType::F32, {3, 5});
  HostTensor bias = makeTensor(ElementType::BF16, {5});
};
} // namespace

TEST_F(ParameterSourceTest, File) {
  auto source = open("m.safetensors");
  expectEqual(valueOf(source->lookup("fc2.weight", ElementType::F32, {3, 5})), weight);
  EXPECT_EQ(source->names(), (std::vector<std::string>{"b", "fc1.weight", "fc2.weight"}));
}

TEST_F(ParameterSourceTest, Directory) {
  auto source = open("");
  expectEqual(valueOf(source->lookup("fc1.weight", ElementType::F32, {3, 5})), weight);
  expectEqual(valueOf(source->lookup("extra.bias", ElementType::BF16, {5})), bias);
  EXPECT_EQ(source->names(),
            (std::vector<std::string>{"b", "extra.bias", "fc1.weight", "fc2.weight"}));
}

TEST_F(ParameterSourceTest, Index) {
  put("model.safetensors.index.json", R"({"weight_map":{"b":"m.safetensors"}})");
  EXPECT_EQ(open("model.safetensors.index.json")->names(), (std::vector<std::string>{"b"}));
  EXPECT_EQ(open("")->names(), (std::vector<std::string>{"b", "extra.bias"}));
}

TEST_F(ParameterSourceTest, TensorsOutliveTheSource) {
  auto source = open("");
  HostTensor tensor = valueOf(source->lookup("b", ElementType::BF16, {5}));
  source.reset();
  expectEqual(tensor, bias);
}

TEST_F(ParameterSourceTest, ReadsWhatIsStored) {
  auto source = open("");
  expectEqual(valueOf(source->read("fc1.weight")), weight);
  expectEqual(valueOf(source->read("extra.bias")), bias);
  EXPECT_ERROR(source->read("fc1.weights"), "no parameter 'fc1.weights', the closest names are "
                                            "'fc1.weight'");
  EXPECT_ERROR(createRandomParameters(1)->read("a"),
               "random parameters have no tensor 'a' of a type and shape of its own");
}

TEST_F(ParameterSourceTest, ErrorMissingNameListsTheClosest) {
  EXPECT_ERROR(open("")->lookup("fc1.weights", ElementType::F32, {3, 5}),
               "no parameter 'fc1.weights', the closest names are 'fc1.weight', 'fc2.weight', "
               "'extra.bias'");
}

TEST_F(ParameterSourceTest, ErrorMissingNameOfNone) {
  llvm::sys::fs::create_directory(path("empty"));
  EXPECT_ERROR(open("empty")->lookup("a", ElementType::F32, {}), "no parameter 'a': it holds none");
}

TEST_F(ParameterSourceTest, ErrorShape) {
  EXPECT_ERROR(open("")->lookup("fc1.weight", ElementType::F32, {5, 3}),
               "parameter 'fc1.weight': expected 5x3xf32, got 3x5xf32");
}

TEST_F(ParameterSourceTest, ErrorType) {
  EXPECT_ERROR(open("")->lookup("fc1.weight", ElementType::F16, {3, 5}),
               "m.safetensors': parameter 'fc1.weight': expected 3x5xf16, got 3x5xf32");
}

TEST_F(ParameterSourceTest, ErrorShapeInNpy) {
  EXPECT_ERROR(open("")->lookup("extra.bias", ElementType::BF16, {4}),
               "extra.bias.npy': parameter 'extra.bias': expected 4xbf16, got 5xbf16");
}

TEST_F(ParameterSourceTest, ErrorMalformedNpy) {
  put("bad.npy", "x");
  EXPECT_ERROR(open("")->lookup("bad", ElementType::F32, {}), "bad.npy': expected a .npy file");
}

TEST_F(ParameterSourceTest, TiedWeights) {
  EXPECT_SUCCESS(
      writeSafetensors(path("tied.safetensors"), {{"embed", weight}}, {{"head", "embed"}}));
  auto source = open("tied.safetensors");
  EXPECT_EQ(source->storedName("head"), "embed");
  EXPECT_EQ(source->storedName("embed"), "embed");
  EXPECT_EQ(source->storedName("other"), "other");
  HostTensor head = valueOf(source->lookup("head", ElementType::F32, {3, 5}));
  HostTensor embed = valueOf(source->lookup("embed", ElementType::F32, {3, 5}));
  EXPECT_EQ(head.bytes().data(), embed.bytes().data());
  EXPECT_ERROR(source->lookup("head", ElementType::F32, {5, 3}),
               "parameter 'head': expected 5x3xf32, got 3x5xf32");
  EXPECT_EQ(createRandomParameters(0)->storedName("head"), "head");
}

TEST_F(ParameterSourceTest, ErrorNoBoolean) {
  HostTensor mask = HostTensor::copyOf(ElementType::I1, {3}, {"\0\1\2", 3});
  EXPECT_SUCCESS(writeSafetensors(path("mask.safetensors"), {{"mask", mask}}));
  EXPECT_ERROR(open("mask.safetensors")->lookup("mask", ElementType::I1, {3}),
               "parameter 'mask': expected booleans to be 0 or 1, got 2 at position 2");
}

TEST_F(ParameterSourceTest, ErrorReadNoBoolean) {
  HostTensor two = HostTensor::copyOf(ElementType::I1, {2}, {"\1\2", 2});
  EXPECT_SUCCESS(writeSafetensors(path("bool.safetensors"), {{"mask", two}}));
  EXPECT_ERROR(open("bool.safetensors")->read("mask"),
               "parameter 'mask': expected booleans to be 0 or 1, got 2");
}

TEST_F(ParameterSourceTest, ErrorNameTwice) {
  EXPECT_SUCCESS(writeNpy(path("b.npy"), bias));
  EXPECT_ERROR(openParameterSource(path("")), "parameter 'b' is also in '");
}

TEST_F(ParameterSourceTest, ErrorNoSuchFile) {
  EXPECT_ERROR(openParameterSource(path("none")), "none'");
}

TEST_F(ParameterSourceTest, ErrorSeed) {
  for (const char *spec : {"random:", "random:x", "random:-1", "random:99999999999999999999"})
    EXPECT_ERROR(openParameterSource(spec),
                 "expected random:SEED with a decimal seed, got 'random:");
}
