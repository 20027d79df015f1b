//===- SparseFormats.cpp - weights with zeros, and masked weights --------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A weight stored dense, with zeros, or beside a mask that makes zeros.
//
//===----------------------------------------------------------------------===//

#include "StoredFormats.h"
#include "ZeroPattern.h"
#include "mlir/IR/Diagnostics.h"
#include "structlin/Archive/Convert.h"

using namespace mlir;
using namespace mlir::structlin;

/// Splits the weight by its zeros. `parameter` is its value in the shape of the
/// layer's parameter, kept where the layer stays dense and the parameter itself is
/// not in the checkpoint.
static FailureOr<LoadedWeight> loadByZeros(const StoredTensors &tensors, StringRef role,
                                           const HostTensor &parameter) {
  FailureOr<HostTensor> weight = tensors.layOut(parameter, role);
  if (failed(weight))
    return failure();
  ZeroPattern pattern(*weight);
  StructureAttrInterface structure;
  // STO-R10
  if (StructureAttrInterface expected = tensors.getAttr().getExpected()) {
    std::string why;
    FailureOr<StructureAttrInterface> matched = pattern.match(expected, why);
    if (failed(matched))
      return tensors.emitError(role) << why;
    structure = *matched;
  } else {
    structure = pattern.detect(tensors.getContext(), /*allowBlocks=*/true);
  }
  if (!isa<DenseAttr>(structure))
    return LoadedWeight{structure, pattern.split(structure), std::nullopt};
  ParameterOp target = tensors.getParameter();
  if (!target)
    return tensors.emitError(role)
           << "expected zeros that make a structure, since the layer has no "
              "parameter that a dense weight could be the value of";
  LoadedWeight result{structure, {}, std::nullopt};
  if (target.getName() != tensors.getAttr().getTensorName(role))
    result.dense = parameter;
  return result;
}

FailureOr<LoadedWeight> mlir::structlin::loadSparse(const StoredTensors &tensors) {
  FailureOr<HostTensor> weight = tensors.readParameter("weight");
  if (failed(weight))
    return failure();
  return loadByZeros(tensors, "weight", *weight);
}

FailureOr<LoadedWeight> mlir::structlin::loadMasked(const StoredTensors &tensors) {
  FailureOr<HostTensor> weight = tensors.readParameter("weight");
  FailureOr<HostTensor> mask = tensors.readOfParameterShape("mask");
  if (failed(weight) || failed(mask))
    return failure();
  // A product with 0 or 1 needs no multiplication: the entry stays or becomes zero.
  HostTensor product = HostTensor::copyOf(weight->type(), weight->shape(), weight->bytes());
  MutableArrayRef<char> bytes = product.mutableBytes();
  size_t entryBytes = ::structlin::byteSize(weight->type());
  size_t maskBytes = ::structlin::byteSize(mask->type());
  // Piece by piece: as doubles a mask takes several times the weight.
  std::vector<double> piece;
  int64_t size = mask->numElements(), pieceSize = 1 << 16;
  for (int64_t begin = 0; begin < size; begin += pieceSize) {
    piece.resize(std::min(pieceSize, size - begin));
    ::structlin::convertToDouble(mask->bytes().slice(begin * maskBytes, piece.size() * maskBytes),
                                 mask->type(), piece);
    for (auto [offset, factor] : llvm::enumerate(piece)) {
      int64_t position = begin + offset;
      // STO-R5
      if (factor != 0 && factor != 1)
        return tensors.emitError("mask")
               << "expected 0 or 1, got " << factor << " at position " << position;
      if (factor == 0)
        llvm::fill(bytes.slice(position * entryBytes, entryBytes), 0);
    }
  }
  return loadByZeros(tensors, "weight", product);
}
