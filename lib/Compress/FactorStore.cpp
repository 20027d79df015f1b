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
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::structlin;

namespace {
class InlineFactorStore : public FactorStore {
public:
  FailureOr<ElementsAttr> add(Location location, StringRef name,
                              const HostTensor &tensor) override {
    return createElements(location.getContext(), name, tensor);
  }
  void describe(StringRef, StringRef, std::optional<double>) override {}
  LogicalResult finish(Operation *, ParameterReader &,
                       function_ref<void(int64_t, int64_t)>) override {
    return success();
  }
};

/// Tensors of fewer bytes may stay in memory.
constexpr size_t kSmall = 1 << 16;

class ArchiveFactorStore : public FactorStore {
public:
  ArchiveFactorStore(StringRef path, std::unique_ptr<PartialFits> fits)
      : path(path), fits(std::move(fits)) {}

  std::optional<MeasuredFit> recall(Location location, const FitKey &key) override {
    std::string why;
    std::optional<MeasuredFit> fit = fits->find(key, why);
    // Once: what differs for one weight mostly differs for all.
    if (!why.empty() && !warned) {
      warned = true;
      emitWarning(location) << "fits '" << key.weight << "' again: what '" << fits->path()
                            << "' holds of it " << why
                            << "; other weights of which that is so are fitted again too";
    }
    return fit;
  }

  FailureOr<MeasuredFit> remember(Location location, const FitKey &key, MeasuredFit fit) override {
    llvm::Expected<MeasuredFit> mapped = fits->add(key, fit);
    if (!mapped)
      return emitError(location) << llvm::toString(mapped.takeError());
    return std::move(*mapped);
  }

  FailureOr<ElementsAttr> add(Location location, StringRef name,
                              const HostTensor &tensor) override {
    // What is in memory did not come through remember().
    llvm::Expected<HostTensor> mapped = tensor.isMapped() || tensor.bytes().size() < kSmall
                                            ? llvm::Expected<HostTensor>(tensor)
                                            : fits->moveToDisk(tensor);
    if (!mapped)
      return emitError(location) << llvm::toString(mapped.takeError());
    factors.insert_or_assign(name, *mapped);
    return ElementsAttr();
  }

  void describe(StringRef weight, StringRef structure, std::optional<double> error) override {
    metadata[(weight + ".structure").str()] = structure.str();
    if (error)
      metadata[(weight + ".error").str()] = llvm::formatv("{0:e6}", *error);
  }

  LogicalResult finish(Operation *module, ParameterReader &reader,
                       function_ref<void(int64_t, int64_t)> progress) override {
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
    int64_t done = 0, total = 0;
    for (auto [name, parameter] : parameters) {
      auto type = cast<ShapedType>(parameter.getType());
      std::optional<ElementType> element = getHostElementType(type.getElementType());
      if (!element)
        return emitError(parameter.getLoc())
               << "cannot write parameter '" << parameter.getName() << "' of type " << type;
      declarations.push_back(
          {parameter.getName().str(), *element, SmallVector<int64_t, 4>(type.getShape())});
      total += ::structlin::byteSizeOf(*element, type.getShape()).value_or(0);
    }
    auto writer = ::structlin::SafetensorsWriter::create(path, declarations, metadata);
    if (!writer)
      return emitError(module->getLoc()) << llvm::toString(writer.takeError());
    for (auto [name, parameter] : parameters) {
      progress(done, total);
      FailureOr<int64_t> bytes = writeParameter(parameter, *writer, reader);
      if (failed(bytes))
        return failure();
      done += *bytes;
    }
    progress(total, total);
    if (llvm::Error error = writer->finish())
      return emitError(module->getLoc()) << llvm::toString(std::move(error));
    // From here on the file holds the values.
    fits->remove();
    module->walk([](ParameterOp parameter) { parameter.removeValueAttr(); });
    return success();
  }

private:
  /// Returns the number of bytes.
  FailureOr<int64_t> writeParameter(ParameterOp parameter, ::structlin::SafetensorsWriter &writer,
                                    ParameterReader &reader) {
    StringRef name = parameter.getName();
    auto factor = factors.find(name);
    FailureOr<HostTensor> tensor =
        factor == factors.end() ? reader.read(parameter) : FailureOr<HostTensor>(factor->second);
    if (failed(tensor))
      return failure();
    if (llvm::Error error = writer.write(name, *tensor))
      return emitError(parameter.getLoc()) << llvm::toString(std::move(error));
    tensor->releasePages();
    return tensor->bytes().size();
  }

  std::string path;
  std::unique_ptr<PartialFits> fits;
  bool warned = false;
  /// Factors by the names of their parameters, mapped.
  llvm::StringMap<HostTensor> factors;
  ::structlin::SafetensorsMetadata metadata;
};
} // namespace

std::unique_ptr<FactorStore> mlir::structlin::createInlineFactorStore() {
  return std::make_unique<InlineFactorStore>();
}

FailureOr<std::unique_ptr<FactorStore>>
mlir::structlin::createArchiveFactorStore(StringRef path, Location location) {
  llvm::Expected<std::unique_ptr<PartialFits>> fits = PartialFits::open(path);
  if (!fits)
    return emitError(location) << "cannot write " << llvm::toString(fits.takeError());
  return std::unique_ptr<FactorStore>(new ArchiveFactorStore(path, std::move(*fits)));
}
