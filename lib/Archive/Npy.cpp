//===- Npy.cpp - .npy files -----------------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A .npy file is the magic string, a version, the length of the header, the header
// (a Python dictionary of three literals) and the data.
//
//===----------------------------------------------------------------------===//

#include "structlin/Archive/Npy.h"
#include "MappedFile.h"
#include "Quote.h"
#include "structlin/Archive/AtomicFile.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>

using namespace structlin;
using llvm::ArrayRef;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::SmallVector;
using llvm::StringRef;
using llvm::Twine;

static constexpr StringRef magic("\x93NUMPY", 6);

namespace {
/// What the header's dictionary says.
struct NpyHeader {
  std::string descr;
  bool fortranOrder = false;
  SmallVector<int64_t, 4> shape;
};

/// Parses the header's dictionary: only the literals that the format uses.
class HeaderParser {
public:
  explicit HeaderParser(StringRef text) : rest(text) {}

  Expected<NpyHeader> parse();

private:
  bool consume(StringRef token) {
    rest = rest.ltrim();
    return rest.consume_front(token);
  }
  Error expected(const Twine &what) {
    return createStringError("malformed .npy header: expected " + what + ", got " +
                             quote(rest.ltrim().take_front(24).rtrim()));
  }
  Expected<StringRef> parseString();
  Error parseValue(StringRef key, NpyHeader &header);
  Error parseShape(llvm::SmallVectorImpl<int64_t> &shape);

  StringRef rest;
};
} // namespace

Expected<StringRef> HeaderParser::parseString() {
  rest = rest.ltrim();
  if (rest.empty() || (rest[0] != '\'' && rest[0] != '"'))
    return expected("a string");
  size_t end = rest.find(rest[0], 1);
  if (end == StringRef::npos)
    return expected("a closed string");
  StringRef value = rest.slice(1, end);
  rest = rest.drop_front(end + 1);
  return value;
}

Error HeaderParser::parseShape(llvm::SmallVectorImpl<int64_t> &shape) {
  if (!consume("("))
    return expected("a tuple as shape");
  while (!consume(")")) {
    int64_t size;
    rest = rest.ltrim();
    if (rest.consumeInteger(10, size))
      return expected("an integer in shape");
    // Python 2 marked long integers.
    rest.consume_front("L");
    shape.push_back(size);
    if (!consume(",") && !rest.ltrim().starts_with(")"))
      return expected("',' or ')' in shape");
  }
  return Error::success();
}

Error HeaderParser::parseValue(StringRef key, NpyHeader &header) {
  if (key == "shape")
    return parseShape(header.shape);
  if (key == "fortran_order") {
    header.fortranOrder = consume("True");
    if (!header.fortranOrder && !consume("False"))
      return expected("True or False as fortran_order");
    return Error::success();
  }
  if (key != "descr")
    return createStringError("malformed .npy header: unknown key " + quote(key));
  if (rest.ltrim().starts_with("["))
    return createStringError("expected one element type, got a structured type");
  Expected<StringRef> descr = parseString();
  if (!descr)
    return descr.takeError();
  header.descr = descr->str();
  return Error::success();
}

Expected<NpyHeader> HeaderParser::parse() {
  NpyHeader header;
  SmallVector<StringRef, 3> keys;
  if (!consume("{"))
    return expected("'{'");
  while (!consume("}")) {
    Expected<StringRef> key = parseString();
    if (!key)
      return key.takeError();
    if (llvm::is_contained(keys, *key))
      return createStringError("malformed .npy header: repeated key " + quote(*key));
    keys.push_back(*key);
    if (!consume(":"))
      return expected("':'");
    if (Error error = parseValue(*key, header))
      return std::move(error);
    if (!consume(",") && !rest.ltrim().starts_with("}"))
      return expected("',' or '}'");
  }
  if (!rest.trim().empty())
    return expected("the end of the header");
  for (StringRef key : {"descr", "fortran_order", "shape"})
    if (!llvm::is_contained(keys, key))
      return createStringError("malformed .npy header: expected the key '" + key + "'");
  return header;
}

/// Splits a file into the header's text and the data.
static Error splitFile(StringRef file, StringRef &headerText, StringRef &data) {
  using namespace llvm::support;
  if (!file.consume_front(magic))
    return createStringError("expected a .npy file, which starts with \\x93NUMPY");
  if (file.size() < 2)
    return createStringError("truncated .npy header: expected a version");
  unsigned major = uint8_t(file[0]);
  unsigned minor = uint8_t(file[1]);
  if (major < 1 || major > 3 || minor != 0)
    return createStringError("expected .npy version 1.0, 2.0 or 3.0, got " + Twine(major) + "." +
                             Twine(minor));
  file = file.drop_front(2);
  size_t prefix = major == 1 ? 2 : 4;
  if (file.size() < prefix)
    return createStringError("truncated .npy header: expected its length");
  uint64_t length = major == 1 ? endian::read16le(file.data()) : endian::read32le(file.data());
  file = file.drop_front(prefix);
  if (length > file.size())
    return createStringError("truncated .npy header: expected " + Twine(length) + " bytes, got " +
                             Twine(file.size()));
  headerText = file.take_front(length);
  data = file.drop_front(length);
  return Error::success();
}

/// Copies elements of one size from Fortran to C order.
template <typename Word>
static void copyFromFortranOrder(ArrayRef<int64_t> shape, const char *source, char *target,
                                 int64_t count) {
  SmallVector<int64_t, 4> strides(shape.size(), 1);
  for (size_t d = 1; d < shape.size(); ++d)
    strides[d] = strides[d - 1] * shape[d - 1];
  SmallVector<int64_t, 4> index(shape.size(), 0);
  int64_t from = 0;
  for (int64_t to = 0; to < count; ++to) {
    std::memcpy(target + to * sizeof(Word), source + from * sizeof(Word), sizeof(Word));
    for (size_t d = shape.size(); d-- > 0;) {
      from += strides[d];
      if (++index[d] < shape[d])
        break;
      from -= strides[d] * shape[d];
      index[d] = 0;
    }
  }
}

static HostTensor transposeFromFortranOrder(ElementType type, ArrayRef<int64_t> shape,
                                            StringRef data) {
  HostTensor result = HostTensor::allocate(type, shape);
  char *target = result.mutableBytes().data();
  int64_t count = result.numElements();
  switch (byteSize(type)) {
  case 1:
    copyFromFortranOrder<uint8_t>(shape, data.data(), target, count);
    break;
  case 2:
    copyFromFortranOrder<uint16_t>(shape, data.data(), target, count);
    break;
  case 4:
    copyFromFortranOrder<uint32_t>(shape, data.data(), target, count);
    break;
  default:
    copyFromFortranOrder<uint64_t>(shape, data.data(), target, count);
    break;
  }
  return result;
}

static Expected<HostTensor> readMapped(const MappedFile &file,
                                       std::optional<ElementType> expected) {
  StringRef headerText, data;
  if (Error error = splitFile(file->getBuffer(), headerText, data))
    return std::move(error);
  Expected<NpyHeader> header = HeaderParser(headerText).parse();
  if (!header)
    return header.takeError();
  std::optional<ElementType> type = parseNpyDescr(header->descr, expected);
  if (!type)
    return createStringError("unsupported element type " + quote(header->descr) +
                             (StringRef(header->descr).ends_with("V2")
                                  ? ": two opaque bytes are bf16 only where bf16 is expected"
                                  : ""));
  std::optional<int64_t> size = byteSizeOf(*type, header->shape);
  if (!size)
    return createStringError("malformed .npy header: the shape has a negative size or does not "
                             "fit: " +
                             formatType(*type, header->shape));
  if (uint64_t(*size) != data.size())
    return createStringError("expected " + Twine(*size) + " bytes of data for " +
                             formatType(*type, header->shape) + ", got " + Twine(data.size()));
  HostTensor tensor =
      HostTensor::alias(*type, header->shape, {data.data(), data.size()}, file, isMapped(file));
  if (Error error = checkBooleans(tensor))
    return std::move(error);
  if (header->fortranOrder && header->shape.size() > 1)
    return transposeFromFortranOrder(*type, header->shape, data);
  return tensor;
}

Expected<HostTensor> structlin::readNpy(StringRef path, std::optional<ElementType> expected) {
  Expected<MappedFile> file = mapFile(path);
  if (!file)
    return file.takeError();
  Expected<HostTensor> tensor = readMapped(*file, expected);
  if (!tensor)
    return llvm::createFileError(path, tensor.takeError());
  return tensor;
}

/// Everything before the data, a multiple of 64 bytes long.
static std::string printHeader(ElementType type, ArrayRef<int64_t> shape) {
  std::string dict =
      ("{'descr': '" + npyDescr(type) + "', 'fortran_order': False, 'shape': (").str();
  for (int64_t size : shape)
    dict += std::to_string(size) + (shape.size() == 1 ? "," : ", ");
  if (shape.size() > 1)
    dict.resize(dict.size() - 2);
  dict += "), }";
  // Version 1 has two bytes for the length, version 2 four.
  bool isLong = dict.size() + 128 > UINT16_MAX;
  size_t prefix = magic.size() + 2 + (isLong ? 4 : 2);
  size_t length = llvm::alignTo(prefix + dict.size() + 1, 64) - prefix;
  dict.resize(length - 1, ' ');
  dict += '\n';

  std::string header = magic.str();
  header += isLong ? '\2' : '\1';
  header += '\0';
  for (size_t i = 0, end = isLong ? 4 : 2; i < end; ++i)
    header += char(length >> (8 * i) & 0xff);
  return header + dict;
}

Expected<AtomicFile> structlin::stageNpy(StringRef path, const HostTensor &tensor) {
  Expected<AtomicFile> file = AtomicFile::create(path);
  if (!file)
    return file.takeError();
  std::string header = printHeader(tensor.type(), tensor.shape());
  if (Error error = file->writeAt(0, header))
    return error;
  if (Error error = file->writeAt(header.size(), tensor.bytes()))
    return error;
  return file;
}

Error structlin::writeNpy(StringRef path, const HostTensor &tensor) {
  Expected<AtomicFile> file = stageNpy(path, tensor);
  return file ? file->commit() : file.takeError();
}
