//===- FactorStore.cpp - where fitted factors go --------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The inline store and the archive store.
//
//===----------------------------------------------------------------------===//

#include "structlin/Compress/FactorStore.h"
#include "mlir/IR/Diagnostics.h"
#include "structlin/Archive/SafetensorsWriter.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::structlin;
namespace fs = llvm::sys::fs;

namespace {
class InlineFactorStore : public FactorStore {
public:
  FailureOr<ElementsAttr> add(Location location, StringRef name,
                              const HostTensor &tensor) override {
    return createElements(location.getContext(), name, tensor);
  }
  void describe(StringRef, StringRef, std::optional<double>) override {}
  LogicalResult finish(Operation *, ParameterReader &) override { return success(); }
};

/// Tensors appended to a temporary file, which goes away with the object.
class Spool {
public:
  static llvm::Expected<Spool> create(StringRef path) {
    llvm::Expected<fs::TempFile> file = fs::TempFile::create(path + ".factors-%%%%%%%%");
    if (!file)
      return file.takeError();
    return Spool(std::move(*file));
  }
  Spool(Spool &&other) : file(std::move(other.file)) { other.file.reset(); }
  ~Spool() {
    if (file)
      llvm::consumeError(file->discard());
  }

  llvm::Error append(StringRef name, const HostTensor &tensor) {
    llvm::raw_fd_ostream os(file->FD, /*shouldClose=*/false);
    os.write(tensor.bytes().data(), tensor.bytes().size());
    os.flush();
    if (std::error_code error = os.error()) {
      os.clear_error();
      return llvm::createStringError(error, "cannot write '" + file->TmpName + "'");
    }
    entries[name] = {tensor.type(), SmallVector<int64_t, 4>(tensor.shape()), size};
    size += tensor.bytes().size();
    return llvm::Error::success();
  }

  bool contains(StringRef name) const { return entries.contains(name); }

  /// A tensor that was appended, as a view of the mapped file.
  llvm::Expected<HostTensor> read(StringRef name) {
    const Entry &entry = entries.find(name)->second;
    uint64_t bytes = *::structlin::byteSizeOf(entry.type, entry.shape);
    if (bytes == 0)
      return HostTensor::allocate(entry.type, entry.shape);
    if (!mapping) {
      std::error_code error;
      mapping = std::make_shared<fs::mapped_file_region>(
          fs::convertFDToNativeFile(file->FD), fs::mapped_file_region::readonly, size, 0, error);
      if (error)
        return llvm::createStringError(error, "cannot map '" + file->TmpName + "'");
    }
    return HostTensor::alias(entry.type, entry.shape, {mapping->const_data() + entry.offset, bytes},
                             mapping);
  }

private:
  struct Entry {
    ElementType type;
    SmallVector<int64_t, 4> shape;
    uint64_t offset;
  };

  explicit Spool(fs::TempFile file) : file(std::move(file)) {}

  std::optional<fs::TempFile> file;
  uint64_t size = 0;
  llvm::StringMap<Entry> entries;
  std::shared_ptr<fs::mapped_file_region> mapping;
};

class ArchiveFactorStore : public FactorStore {
public:
  ArchiveFactorStore(StringRef path, Spool spool) : path(path), spool(std::move(spool)) {}

  FailureOr<ElementsAttr> add(Location location, StringRef name,
                              const HostTensor &tensor) override {
    if (llvm::Error error = spool.append(name, tensor))
      return emitError(location) << llvm::toString(std::move(error));
    return ElementsAttr();
  }

  void describe(StringRef weight, StringRef structure, std::optional<double> error) override {
    metadata[(weight + ".structure").str()] = structure.str();
    if (error)
      metadata[(weight + ".error").str()] = llvm::formatv("{0:e6}", *error);
  }

  LogicalResult finish(Operation *module, ParameterReader &reader) override {
    // One operation for each name, in the order of the module.
    llvm::MapVector<StringAttr, ParameterOp> parameters;
    WalkResult walk = module->walk([&](ParameterOp parameter) {
      ParameterOp first = parameters.try_emplace(parameter.getNameAttr(), parameter).first->second;
      if (first.getType() == parameter.getType())
        return WalkResult::advance();
      emitError(parameter.getLoc())
          << "expected parameter '" << parameter.getName() << "' to have the type "
          << first.getType() << " that it has elsewhere, got " << parameter.getType();
      return WalkResult::interrupt();
    });
    if (walk.wasInterrupted())
      return failure();
    std::vector<::structlin::TensorDecl> declarations;
    for (auto [name, parameter] : parameters) {
      auto type = cast<ShapedType>(parameter.getType());
      std::optional<ElementType> element = getHostElementType(type.getElementType());
      if (!element)
        return emitError(parameter.getLoc())
               << "cannot write parameter '" << parameter.getName() << "' of type " << type;
      declarations.push_back(
          {parameter.getName().str(), *element, SmallVector<int64_t, 4>(type.getShape())});
    }
    auto writer = ::structlin::SafetensorsWriter::create(path, declarations, metadata);
    if (!writer)
      return emitError(module->getLoc()) << llvm::toString(writer.takeError());
    for (auto [name, parameter] : parameters)
      if (failed(writeParameter(parameter, *writer, reader)))
        return failure();
    if (llvm::Error error = writer->finish())
      return emitError(module->getLoc()) << llvm::toString(std::move(error));
    // From here on the file holds the values.
    module->walk([](ParameterOp parameter) { parameter.removeValueAttr(); });
    return success();
  }

private:
  LogicalResult writeParameter(ParameterOp parameter, ::structlin::SafetensorsWriter &writer,
                               ParameterReader &reader) {
    StringRef name = parameter.getName();
    auto write = [&](const HostTensor &tensor) -> LogicalResult {
      if (llvm::Error error = writer.write(name, tensor))
        return emitError(parameter.getLoc()) << llvm::toString(std::move(error));
      return success();
    };
    if (!spool.contains(name)) {
      FailureOr<HostTensor> tensor = reader.read(parameter);
      return failed(tensor) ? failure() : write(*tensor);
    }
    llvm::Expected<HostTensor> tensor = spool.read(name);
    if (!tensor)
      return emitError(parameter.getLoc()) << llvm::toString(tensor.takeError());
    return write(*tensor);
  }

  std::string path;
  Spool spool;
  ::structlin::SafetensorsMetadata metadata;
};
} // namespace

std::unique_ptr<FactorStore> mlir::structlin::createInlineFactorStore() {
  return std::make_unique<InlineFactorStore>();
}

FailureOr<std::unique_ptr<FactorStore>>
mlir::structlin::createArchiveFactorStore(StringRef path, Location location) {
  llvm::Expected<Spool> spool = Spool::create(path);
  if (!spool)
    return emitError(location) << "cannot write '" << path
                               << "': " << llvm::toString(spool.takeError());
  return std::unique_ptr<FactorStore>(new ArchiveFactorStore(path, std::move(*spool)));
}
