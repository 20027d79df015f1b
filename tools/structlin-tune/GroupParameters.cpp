//===- GroupParameters.cpp - the parameters of one group ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernels take as long for one set of values as for another, and nearly as long for one
// pattern as for another of the same size: time is what candidates are compared by.
//
//===----------------------------------------------------------------------===//

#include "GroupParameters.h"
#include "Isolate.h"
#include "structlin/Host/HostAttr.h"
#include "structlin/IR/IndexContent.h"
#include <random>

using namespace mlir;
using namespace mlir::structlin;
using ::structlin::ElementType;
using ::structlin::ParameterSource;

//===----------------------------------------------------------------------===//
// Patterns
//===----------------------------------------------------------------------===//

/// `count` entries that rise strictly, below `bound`: one in each of as many equal parts.
static void fillRising(MutableArrayRef<double> entries, int64_t bound, std::mt19937_64 &random) {
  int64_t count = entries.size();
  for (int64_t i = 0; i < count; ++i) {
    int64_t begin = i * bound / count, end = (i + 1) * bound / count;
    entries[i] = static_cast<double>(begin + random() % std::max<int64_t>(end - begin, 1));
  }
}

static RankedTensorType getType(StructuredMatmulOpInterface product, unsigned operand) {
  return cast<RankedTensorType>(product->getOperand(operand).getType());
}

/// Offsets that share out what they point to among the rows.
static SmallVector<double> makeOffsets(StructuredMatmulOpInterface product,
                                       const IndexCheck &check) {
  int64_t rows = getType(product, check.operand).getNumElements() - 1;
  int64_t stored = getIndexBound(product, check).value_or(1) - 1;
  SmallVector<double> offsets;
  for (int64_t row = 0; row <= rows; ++row)
    offsets.push_back(static_cast<double>(row * stored / std::max<int64_t>(rows, 1)));
  return offsets;
}

/// The content of the index factors of `product`, by operand.
static std::map<unsigned, SmallVector<double>> makePattern(StructuredMatmulOpInterface product) {
  std::map<unsigned, SmallVector<double>> content;
  std::map<unsigned, int64_t> bounds;
  for (const IndexCheck &check : product.getIndexChecks()) {
    if (check.kind == IndexCheck::Kind::Offsets)
      content[check.operand] = makeOffsets(product, check);
    else if (check.kind == IndexCheck::Kind::InRange)
      bounds[check.operand] = getIndexBound(product, check).value_or(1);
  }
  std::mt19937_64 random(1);
  for (const IndexCheck &check : product.getIndexChecks()) {
    if (check.kind != IndexCheck::Kind::Increasing)
      continue;
    RankedTensorType type = getType(product, check.operand);
    SmallVector<double> entries(type.getNumElements());
    MutableArrayRef<double> all(entries);
    if (check.rows) {
      const SmallVector<double> &offsets = content[*check.rows];
      for (size_t row = 0; row + 1 < offsets.size(); ++row)
        fillRising(all.slice(offsets[row], offsets[row + 1] - offsets[row]), bounds[check.operand],
                   random);
    } else {
      int64_t group = type.getShape().back();
      for (int64_t begin = 0; begin < type.getNumElements(); begin += group)
        fillRising(all.slice(begin, group), bounds[check.operand], random);
    }
    content[check.operand] = entries;
  }
  return content;
}

//===----------------------------------------------------------------------===//
// Sources
//===----------------------------------------------------------------------===//

namespace {
class GroupParameters : public ParameterSource {
public:
  GroupParameters(KernelOp kernel, ParameterSource *given)
      : given(given), random(::structlin::createRandomParameters(1)) {
    if (given)
      return;
    auto product = *kernel.getBody().getOps<StructuredMatmulOpInterface>().begin();
    for (const auto &[operand, content] : makePattern(product)) {
      auto inside = cast<BlockArgument>(product->getOperand(operand));
      auto parameter = kernel->getOperand(inside.getArgNumber()).getDefiningOp<ParameterOp>();
      RankedTensorType type = getType(product, operand);
      known.try_emplace(parameter.getName(),
                        HostTensor::fromDoubles(*getHostElementType(type.getElementType()),
                                                type.getShape(), content));
    }
  }

  llvm::Expected<HostTensor> lookup(StringRef name, ElementType type,
                                    ArrayRef<int64_t> shape) override {
    if (auto found = known.find(name); found != known.end())
      return found->second;
    bool isOurs = !given || name == kDenseWeightName;
    llvm::Expected<HostTensor> tensor = (isOurs ? random.get() : given)->lookup(name, type, shape);
    if (tensor)
      known.try_emplace(name, *tensor);
    return tensor;
  }

  llvm::Expected<HostTensor> read(StringRef name) override {
    return (given ? given : random.get())->read(name);
  }
  std::vector<std::string> names() const override { return {}; }

private:
  ParameterSource *given;
  std::unique_ptr<ParameterSource> random;
  llvm::StringMap<HostTensor> known;
};

class SharedParameters : public ParameterSource {
public:
  explicit SharedParameters(std::shared_ptr<ParameterSource> source) : source(std::move(source)) {}

  llvm::Expected<HostTensor> lookup(StringRef name, ElementType type,
                                    ArrayRef<int64_t> shape) override {
    return source->lookup(name, type, shape);
  }
  llvm::Expected<HostTensor> read(StringRef name) override { return source->read(name); }
  std::vector<std::string> names() const override { return source->names(); }

private:
  std::shared_ptr<ParameterSource> source;
};
} // namespace

std::shared_ptr<ParameterSource> mlir::structlin::createGroupParameters(KernelOp kernel,
                                                                        ParameterSource *given) {
  return std::make_shared<GroupParameters>(kernel, given);
}

std::unique_ptr<ParameterSource>
mlir::structlin::shareParameters(std::shared_ptr<ParameterSource> source) {
  return std::make_unique<SharedParameters>(std::move(source));
}
