//===- SafetensorsIndexFuzzer.cpp - fuzz target of sharded models ---------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An index over two fixed files: whatever it says, a name leads to the tensor of that
// name, or of the one that it is another name of.
//
//===----------------------------------------------------------------------===//

#include "ArchiveFuzzUtil.h"
#include "structlin/Archive/Safetensors.h"
#include "structlin/Archive/SafetensorsWriter.h"
#include <fstream>

using namespace structlin;
using namespace structlin::fuzz;

namespace {
/// Tensors of one byte, each its own name.
struct Model : Folder {
  Model() {
    put("1.safetensors", {"a", "b"}, {{"d", "a"}});
    put("2.safetensors", {"c"}, {});
    // Holds what another file does.
    put("3.safetensors", {"b", "e"}, {});
  }

  void put(const char *name, std::vector<std::string> names, SafetensorsMetadata metadata) {
    std::vector<std::pair<std::string, HostTensor>> tensors;
    for (const std::string &tensor : names)
      tensors.emplace_back(tensor, HostTensor::copyOf(ElementType::U8, {1}, tensor[0]));
    FUZZ_CHECK(!writeSafetensors(path(name), tensors, metadata));
  }
};
} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static Model folder;
  std::string path = folder.path("model.safetensors.index.json");
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char *>(data), size);
  llvm::Expected<SafetensorsModel> model = SafetensorsModel::open(path);
  if (!succeeded(model))
    return 0;
  std::vector<llvm::StringRef> names = model->names();
  FUZZ_CHECK(std::is_sorted(names.begin(), names.end()));
  FUZZ_CHECK(names.size() <= 5 && model->files().size() <= 3);
  for (llvm::StringRef name : names) {
    auto location = model->find(name);
    FUZZ_CHECK(location && location->entry->name == name);
    FUZZ_CHECK(location->file->tensor(*location->entry).bytes()[0] == name[0]);
    for (const SafetensorsFile &file : model->files())
      FUZZ_CHECK(&file == location->file || !file.find(name));
  }
  FUZZ_CHECK(!model->find("none"));
  if (auto tied = model->find("d"))
    FUZZ_CHECK(tied->entry == model->find(tied->entry->name)->entry);
  return 0;
}
