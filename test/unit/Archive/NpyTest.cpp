//===- NpyTest.cpp - tests of .npy files ----------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Round trips, files as other writers make them, and every malformed header.
//
//===----------------------------------------------------------------------===//

#include "structlin/Archive/Npy.h"
#include "ArchiveTestUtil.h"

using namespace structlin;
using namespace structlin::test;

namespace {
class Npy : public FileTest {
protected:
  /// A version 1 file with that dictionary and data, as an unpadded header.
  std::string putNpy(const std::string &dict, const std::string &data, char version = 1) const {
    std::string text = std::string("\x93NUMPY", 6) + version + '\0';
    for (int i = 0; i < (version == 1 ? 2 : 4); ++i)
      text += char(dict.size() >> (8 * i) & 0xff);
    return put("a.npy", text + dict + data);
  }
  /// The error for a dictionary and four bytes of data.
  std::string errorFor(const std::string &dict) const {
    return messageOf(readNpy(putNpy(dict, "0123")));
  }
};
} // namespace

static const std::string fourBytes = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }";

TEST_F(Npy, RoundTripsEveryTypeAndShape) {
  for (ElementType type : allElementTypes())
    for (const std::vector<int64_t> &shape : testShapes()) {
      HostTensor tensor = makeTensor(type, shape);
      EXPECT_SUCCESS(writeNpy(path("t.npy"), tensor));
      HostTensor read = valueOf(readNpy(path("t.npy"), type));
      expectEqual(read, tensor);
      EXPECT_TRUE(read.isAligned(8));
    }
  EXPECT_EQ(countFiles(), 1u);
}

TEST_F(Npy, WritesTheHeaderThatNumpyWrites) {
  auto headerOf = [&](ElementType type, llvm::ArrayRef<int64_t> shape) {
    EXPECT_SUCCESS(writeNpy(path("t.npy"), makeTensor(type, shape)));
    std::string text = get("t.npy");
    size_t length = uint8_t(text[8]) + 256 * uint8_t(text[9]);
    EXPECT_EQ((length + 10) % 64, 0u);
    EXPECT_EQ(text.substr(0, 8), std::string("\x93NUMPY\1\0", 8));
    EXPECT_EQ(text[9 + length], '\n');
    return llvm::StringRef(text).substr(10, length).rtrim().str();
  };
  EXPECT_EQ(headerOf(ElementType::F32, {}),
            "{'descr': '<f4', 'fortran_order': False, 'shape': (), }");
  EXPECT_EQ(headerOf(ElementType::BF16, {3}),
            "{'descr': '|V2', 'fortran_order': False, 'shape': (3,), }");
  EXPECT_EQ(headerOf(ElementType::I1, {3, 2}),
            "{'descr': '|b1', 'fortran_order': False, 'shape': (3, 2), }");
}

TEST_F(Npy, WritesLongHeadersAsVersion2) {
  HostTensor tensor = makeTensor(ElementType::F32, std::vector<int64_t>(30000, 1));
  EXPECT_SUCCESS(writeNpy(path("t.npy"), tensor));
  EXPECT_EQ(get("t.npy")[6], '\2');
  expectEqual(valueOf(readNpy(path("t.npy"))), tensor);
}

TEST_F(Npy, ReadsEveryVersion) {
  for (char version : {1, 2, 3}) {
    HostTensor tensor = valueOf(readNpy(putNpy(fourBytes, "0123", version)));
    EXPECT_EQ(llvm::StringRef(tensor.bytes().data(), 4), "0123");
  }
}

TEST_F(Npy, ReadsOtherSpellings) {
  for (const char *dict :
       {"{\"shape\":(2,2),\"fortran_order\":False,\"descr\":\"|u1\"}",
        "{'descr':'<u1','shape':(2L, 2L),'fortran_order':False,}   \n",
        " { 'descr' : '|u1' , 'fortran_order' : False , 'shape' : ( 2 , 2 ) } "}) {
    HostTensor tensor = valueOf(readNpy(putNpy(dict, "0123")));
    EXPECT_EQ(formatType(tensor.type(), tensor.shape()), "2x2xui8");
  }
}

/// Fortran order runs the first index fastest.
template <typename T> static void expectTransposed(const std::string &file) {
  HostTensor tensor = valueOf(readNpy(file, ElementType::BF16));
  EXPECT_EQ(tensor.shape(), (llvm::ArrayRef<int64_t>{2, 3, 4}));
  size_t at = 0;
  for (int64_t i = 0; i < 2; ++i)
    for (int64_t j = 0; j < 3; ++j)
      for (int64_t k = 0; k < 4; ++k)
        EXPECT_EQ(tensor.as<T>()[at++], T(i + 2 * (j + 3 * k)));
}

TEST_F(Npy, TransposesFortranOrder) {
  auto putFortran = [&](ElementType type, auto exemplar) {
    using T = decltype(exemplar);
    std::vector<T> data(24);
    std::iota(data.begin(), data.end(), T(0));
    return putNpy("{'descr': '" + npyDescr(type).str() +
                      "', 'fortran_order': True, 'shape': (2, 3, 4), }",
                  std::string(reinterpret_cast<char *>(data.data()), 24 * sizeof(T)));
  };
  expectTransposed<uint8_t>(putFortran(ElementType::U8, uint8_t()));
  expectTransposed<uint16_t>(putFortran(ElementType::BF16, uint16_t()));
  expectTransposed<int32_t>(putFortran(ElementType::I32, int32_t()));
  expectTransposed<double>(putFortran(ElementType::F64, double()));
}

TEST_F(Npy, FortranOrderOfEmptyAndFlatTensors) {
  std::string order = "', 'fortran_order': True, 'shape': ";
  EXPECT_EQ(valueOf(readNpy(putNpy("{'descr': '<f4" + order + "(2, 0, 3), }", ""))).numElements(),
            0);
  HostTensor flat = valueOf(readNpy(putNpy("{'descr': '|u1" + order + "(4,), }", "0123")));
  EXPECT_EQ(llvm::StringRef(flat.bytes().data(), 4), "0123");
}

TEST_F(Npy, BfloatNeedsAnExpectation) {
  EXPECT_SUCCESS(writeNpy(path("t.npy"), makeTensor(ElementType::BF16, {2})));
  EXPECT_ERROR(readNpy(path("t.npy")), "bf16 only where bf16 is expected");
  EXPECT_ERROR(readNpy(path("t.npy"), ElementType::F16), "unsupported element type '|V2'");
}

TEST_F(Npy, ErrorMissingFile) { EXPECT_ERROR(readNpy(path("none.npy")), "none.npy"); }

TEST_F(Npy, ErrorNamesTheFile) { EXPECT_ERROR(readNpy(put("bad.npy", "x")), "bad.npy"); }

TEST_F(Npy, ErrorMagic) { EXPECT_ERROR(readNpy(put("a", "NUMPY")), "expected a .npy file"); }

TEST_F(Npy, ErrorNoVersion) {
  EXPECT_ERROR(readNpy(put("a", std::string("\x93NUMPY\1", 7))), "expected a version");
}

TEST_F(Npy, ErrorVersion) {
  EXPECT_ERROR(readNpy(putNpy(fourBytes, "0123", 4)),
               "expected .npy version 1.0, 2.0 or 3.0, got 4.0");
}

TEST_F(Npy, ErrorNoLength) {
  EXPECT_ERROR(readNpy(put("a", std::string("\x93NUMPY\1\0\x10", 9))), "expected its length");
}

TEST_F(Npy, ErrorTruncatedHeader) {
  EXPECT_ERROR(readNpy(put("a", std::string("\x93NUMPY\1\0\x10\0{'d", 13))),
               "expected 16 bytes, got 3");
}

TEST_F(Npy, ErrorTruncatedData) {
  EXPECT_ERROR(readNpy(putNpy(fourBytes, "012")), "expected 4 bytes of data for 1xf32, got 3");
}

TEST_F(Npy, ErrorTrailingData) {
  EXPECT_ERROR(readNpy(putNpy(fourBytes, "01234")), "expected 4 bytes of data for 1xf32, got 5");
}

TEST_F(Npy, ErrorBigEndian) {
  std::string error = errorFor("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }");
  EXPECT_NE(error.find("unsupported element type '>f4'"), std::string::npos) << error;
}

TEST_F(Npy, ErrorNoBoolean) {
  std::string error = errorFor("{'descr': '|b1', 'fortran_order': True, 'shape': (2, 2), }");
  EXPECT_NE(error.find("expected booleans to be 0 or 1, got 48 at position 0"), std::string::npos)
      << error;
}

TEST_F(Npy, ReadsUnalignedData) {
  // A header that is not padded; any length of it makes any alignment.
  for (int padding = 0; padding < 8; ++padding) {
    double values[] = {1.5, -2.5};
    std::string dict = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }";
    HostTensor tensor = valueOf(readNpy(putNpy(dict + std::string(padding, ' '),
                                               std::string(reinterpret_cast<char *>(values), 16))));
    EXPECT_EQ(tensor.toDoubles(), (std::vector<double>{1.5, -2.5}));
    EXPECT_EQ(tensor.aligned().as<double>()[1], -2.5);
  }
}

TEST_F(Npy, ErrorMalformedDictionary) {
  const std::pair<const char *, const char *> cases[] = {
      {"", "expected '{', got ''"},
      {"[1]", "expected '{', got '[1]'"},
      {"{'descr': '<f4'", "expected ',' or '}', got ''"},
      {"{'descr': '<f4', 'descr': '<f4'}", "repeated key 'descr'"},
      {"{'descr': '<f4', 'x': 1}", "unknown key 'x'"},
      {"{'descr' '<f4'}", "expected ':'"},
      {"{'descr': '<f4}", "expected a closed string"},
      {"{'descr': 4}", "expected a string, got '4}'"},
      {"{descr: '<f4'}", "expected a string"},
      {"{'descr': [('x', '<f4')]}", "expected one element type, got a structured type"},
      {"{'fortran_order': 1}", "expected True or False as fortran_order"},
      {"{'shape': 3}", "expected a tuple as shape"},
      {"{'shape': (3.5,)}", "expected ',' or ')' in shape"},
      {"{'shape': (x,)}", "expected an integer in shape"},
      {"{'shape': (99999999999999999999,)}", "expected an integer in shape"},
      {"{'fortran_order': False, 'shape': (1,)}", "expected the key 'descr'"},
      {"{'descr': '<f4', 'shape': (1,)}", "expected the key 'fortran_order'"},
      {"{'descr': '<f4', 'fortran_order': False}", "expected the key 'shape'"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x",
       "expected the end of the header"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", "negative size"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,)}", "does not fit"},
  };
  for (const auto &[dict, expected] : cases) {
    std::string error = errorFor(dict);
    EXPECT_NE(error.find(expected), std::string::npos) << dict << " gave: " << error;
  }
}

TEST_F(Npy, ErrorUnwritablePath) {
  EXPECT_ERROR(writeNpy(path("none/t.npy"), makeTensor(ElementType::F32, {1})), "none/t.npy");
}
