//===- NpyFuzzer.cpp - fuzz target of the .npy reader ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is accepted has the bytes that its type and shape say, and is the same after it
// was written and read again.
//
//===----------------------------------------------------------------------===//

#include "ArchiveFuzzUtil.h"
#include "structlin/Archive/Npy.h"

using namespace structlin;
using namespace structlin::fuzz;

static void checkAccepted(const HostTensor &tensor, size_t fileSize) {
  static Folder folder;
  FUZZ_CHECK(byteSizeOf(tensor.type(), tensor.shape()) == int64_t(tensor.bytes().size()));
  FUZZ_CHECK(tensor.bytes().size() <= fileSize);
  FUZZ_CHECK(tensor.toDoubles().size() == size_t(tensor.numElements()));
  std::string path = folder.path("again.npy");
  FUZZ_CHECK(!writeNpy(path, tensor));
  llvm::Expected<HostTensor> again = readNpy(path, tensor.type());
  FUZZ_CHECK(succeeded(again) && isSame(*again, tensor));
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static MemoryFile file;
  std::string path = file.put({reinterpret_cast<const char *>(data), size});
  llvm::Expected<HostTensor> tensor = readNpy(path);
  bool isAccepted = succeeded(tensor);
  if (isAccepted)
    checkAccepted(*tensor, size);
  // Two bytes are bf16 only where that is expected; all else is as before.
  llvm::Expected<HostTensor> expected = readNpy(path, ElementType::BF16);
  if (!succeeded(expected))
    FUZZ_CHECK(!isAccepted);
  else if (isAccepted)
    FUZZ_CHECK(isSame(*tensor, *expected));
  else
    checkAccepted(*expected, size);
  return 0;
}
