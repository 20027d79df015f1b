//===- SafetensorsWriter.cpp - writing a safetensors file piece by piece --===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where each byte goes is known from the declarations, so that pieces are written to
// their place at once.
//
//===----------------------------------------------------------------------===//

#include "structlin/Archive/SafetensorsWriter.h"
#include "Quote.h"
#include "llvm/ADT/STLExtras.h"

using namespace structlin;
using llvm::ArrayRef;
using llvm::createFileError;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;

static Error tensorError(const AtomicFile &file, StringRef name, const Twine &message) {
  return createFileError(file.path(), createStringError("tensor " + quote(name) + ": " + message));
}

SafetensorsWriter::SafetensorsWriter(AtomicFile file, SafetensorsHeader laidOut, uint64_t dataStart,
                                     ArrayRef<TensorDecl> declared)
    : file(std::move(file)), header(std::move(laidOut)), dataStart(dataStart),
      written(header.entries.size()) {
  for (const auto &[i, entry] : llvm::enumerate(header.entries))
    entryOfName[entry.name] = i;
  for (const TensorDecl &tensor : declared)
    declaredOrder.push_back(entryOfName.lookup(tensor.name));
}

Expected<SafetensorsWriter> SafetensorsWriter::create(StringRef path, ArrayRef<TensorDecl> tensors,
                                                      SafetensorsMetadata metadata) {
  Expected<SafetensorsHeader> header = layOutSafetensors(tensors, std::move(metadata));
  if (!header)
    return createFileError(path, header.takeError());
  Expected<std::string> text = printSafetensorsHeader(*header);
  if (!text)
    return createFileError(path, text.takeError());
  Expected<AtomicFile> file = AtomicFile::create(path);
  if (!file)
    return file.takeError();
  if (Error error = file->writeAt(0, *text))
    return std::move(error);
  uint64_t dataSize = header->entries.empty() ? 0 : header->entries.back().end;
  if (Error error = file->resize(text->size() + dataSize))
    return std::move(error);
  return SafetensorsWriter(std::move(*file), std::move(*header), text->size(), tensors);
}

/// Adds [begin, end) to disjoint ranges, merging what touches it.
static void addRange(std::map<uint64_t, uint64_t> &ranges, uint64_t begin, uint64_t end) {
  auto next = ranges.upper_bound(begin);
  if (next != ranges.begin() && std::prev(next)->second >= begin)
    --next;
  while (next != ranges.end() && next->first <= end) {
    begin = std::min(begin, next->first);
    end = std::max(end, next->second);
    next = ranges.erase(next);
  }
  ranges[begin] = end;
}

Error SafetensorsWriter::writeEntry(size_t index, uint64_t offset, ArrayRef<char> bytes) {
  const SafetensorsEntry &entry = header.entries[index];
  uint64_t size = entry.end - entry.begin;
  if (offset > size || bytes.size() > size - offset)
    return tensorError(file, entry.name,
                       "expected data within " + Twine(size) + " bytes, got " +
                           Twine(bytes.size()) + " at offset " + Twine(offset));
  if (bytes.empty())
    return Error::success();
  if (Error error = file.writeAt(dataStart + entry.begin + offset, bytes))
    return error;
  addRange(written[index], offset, offset + bytes.size());
  return Error::success();
}

Error SafetensorsWriter::writeAt(StringRef name, uint64_t offset, ArrayRef<char> bytes) {
  auto entry = entryOfName.find(name);
  if (entry == entryOfName.end())
    return tensorError(file, name, "not declared");
  return writeEntry(entry->second, offset, bytes);
}

Error SafetensorsWriter::write(StringRef name, const HostTensor &tensor) {
  auto found = entryOfName.find(name);
  if (found == entryOfName.end())
    return tensorError(file, name, "not declared");
  const SafetensorsEntry &entry = header.entries[found->second];
  if (tensor.type() != entry.type || tensor.shape() != ArrayRef<int64_t>(entry.shape))
    return tensorError(file, name,
                       "expected " + formatType(entry.type, entry.shape) + ", got " +
                           formatType(tensor.type(), tensor.shape()));
  return writeEntry(found->second, 0, tensor.bytes());
}

Error SafetensorsWriter::append(ArrayRef<char> bytes) {
  if (bytes.empty())
    return Error::success();
  auto sizeOf = [&](size_t declared) {
    const SafetensorsEntry &entry = header.entries[declaredOrder[declared]];
    return entry.end - entry.begin;
  };
  while (appendEntry < declaredOrder.size() && appendOffset == sizeOf(appendEntry)) {
    ++appendEntry;
    appendOffset = 0;
  }
  if (appendEntry == declaredOrder.size())
    return createFileError(file.path(), createStringError("expected no data after the last "
                                                          "tensor, got " +
                                                          Twine(bytes.size()) + " bytes"));
  if (Error error = writeEntry(declaredOrder[appendEntry], appendOffset, bytes))
    return error;
  appendOffset += bytes.size();
  return Error::success();
}

Error SafetensorsWriter::finish() {
  for (const auto &[entry, ranges] : llvm::zip_equal(header.entries, written)) {
    uint64_t size = entry.end - entry.begin;
    uint64_t count = 0;
    for (const auto &[begin, end] : ranges)
      count += end - begin;
    if (count != size)
      return tensorError(file, entry.name,
                         "expected " + Twine(size) + " bytes of data, got " + Twine(count));
  }
  return file.commit();
}

Error structlin::writeSafetensors(StringRef path,
                                  ArrayRef<std::pair<std::string, HostTensor>> tensors,
                                  SafetensorsMetadata metadata) {
  std::vector<TensorDecl> declared;
  for (const auto &[name, tensor] : tensors)
    declared.push_back({name, tensor.type(), llvm::to_vector<4>(tensor.shape())});
  auto writer = SafetensorsWriter::create(path, declared, std::move(metadata));
  if (!writer)
    return writer.takeError();
  for (const auto &[name, tensor] : tensors)
    if (Error error = writer->write(name, tensor))
      return error;
  return writer->finish();
}
