//===- SafetensorsFuzzer.cpp - fuzz target of the safetensors reader ------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An accepted file's tensors lie side by side in it, have the bytes that type and shape
// say, and are the same after they were written and read again.
//
//===----------------------------------------------------------------------===//

#include "ArchiveFuzzUtil.h"
#include "structlin/Archive/Safetensors.h"
#include "structlin/Archive/SafetensorsWriter.h"
#include "llvm/Support/Endian.h"

using namespace structlin;
using namespace structlin::fuzz;
using llvm::StringRef;

/// The file that an input stands for: a header up to the first byte 0 and data, whose
/// length is then right; or, where the first byte is 0, the file itself.
static std::string makeFile(StringRef input) {
  if (input.consume_front(StringRef("\0", 1)))
    return input.str();
  auto [header, data] = input.split('\0');
  std::string file(sizeof(uint64_t), '\0');
  llvm::support::endian::write64le(file.data(), header.size());
  return file + header.str() + data.str();
}

static void checkAccepted(const SafetensorsFile &file, StringRef contents) {
  uint64_t end = 0;
  std::vector<std::pair<std::string, HostTensor>> tensors;
  for (const SafetensorsEntry &entry : file.entries()) {
    FUZZ_CHECK(entry.begin == end && entry.end >= entry.begin);
    end = entry.end;
    FUZZ_CHECK(file.find(entry.name) == &entry);
    HostTensor tensor = file.tensor(entry);
    FUZZ_CHECK(tensor.bytes().size() == entry.end - entry.begin);
    FUZZ_CHECK(byteSizeOf(entry.type, entry.shape) == int64_t(tensor.bytes().size()));
    // Reads every byte, at whatever alignment.
    FUZZ_CHECK(tensor.toDoubles().size() == size_t(tensor.numElements()));
    FUZZ_CHECK(isSame(tensor.aligned(), tensor) &&
               tensor.aligned().isAligned(byteSize(entry.type)));
    tensors.emplace_back(entry.name, tensor);
  }
  FUZZ_CHECK(sizeof(uint64_t) + llvm::support::endian::read64le(contents.data()) + end ==
             contents.size());

  static Folder folder;
  std::string path = folder.path("again.safetensors");
  FUZZ_CHECK(!writeSafetensors(path, tensors, file.metadata()));
  llvm::Expected<SafetensorsFile> again = SafetensorsFile::open(path);
  FUZZ_CHECK(succeeded(again));
  FUZZ_CHECK(again->metadata() == file.metadata());
  FUZZ_CHECK(again->entries().size() == tensors.size());
  for (const auto &[name, tensor] : tensors) {
    const SafetensorsEntry *entry = again->find(name);
    FUZZ_CHECK(entry && isSame(again->tensor(*entry), tensor));
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static MemoryFile memory;
  std::string contents = makeFile({reinterpret_cast<const char *>(data), size});
  llvm::Expected<SafetensorsFile> file = SafetensorsFile::open(memory.put(contents));
  if (succeeded(file))
    checkAccepted(*file, contents);
  return 0;
}
