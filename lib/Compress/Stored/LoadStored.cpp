//===- LoadStored.cpp - already compressed weights to factors ------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The list of the formats, and the checks that they share.
//
//===----------------------------------------------------------------------===//

#include "structlin/Compress/LoadStored.h"
#include "StoredFormats.h"
#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace mlir::structlin;

static FailureOr<LoadedWeight> (*getLoader(StoredFormat format))(const StoredTensors &) {
  switch (format) {
  case StoredFormat::low_rank:
    return loadLowRank;
  case StoredFormat::blast:
    return loadBlast;
  case StoredFormat::sparse:
    return loadSparse;
  case StoredFormat::masked:
    return loadMasked;
  case StoredFormat::oats:
    return loadOats;
  case StoredFormat::peft:
    return loadPeft;
  }
  llvm_unreachable("expected a format");
}

FailureOr<LoadedWeight> mlir::structlin::loadStoredWeight(const WeightGroup &group,
                                                          StoredAttr stored,
                                                          ParameterReader &reader) {
  // In IR written by hand names may still be templates; bound ones stay.
  stored = stored.bindNames(getLayerName(group.layers.front()), group.getWeightName());
  StoredTensors tensors(group, stored, reader);
  auto type = dyn_cast<RankedTensorType>(group.getWeight().getType());
  if (!type || !type.hasStaticShape())
    return tensors.emitError() << "expected the weight as a tensor of static shape, got "
                               << group.getWeight().getType();
  return getLoader(stored.getFormat())(tensors);
}

FailureOr<LoadedWeight> mlir::structlin::finishLoading(const StoredTensors &tensors,
                                                       StructureAttrInterface structure,
                                                       SmallVector<FittedFactor> factors) {
  std::string why;
  if (failed(structure.resolve(tensors.getNumOutputs(), tensors.getNumInputs(), why)))
    return tensors.emitError() << why;
  // STO-R10
  StructureAttrInterface expected = tensors.getAttr().getExpected();
  if (expected && expected != structure)
    return tensors.emitError() << "expected " << expected << ", got " << structure;
  return LoadedWeight{structure, std::move(factors), std::nullopt};
}
