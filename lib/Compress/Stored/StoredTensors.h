//===- StoredTensors.h - the tensors of one stored weight ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Through this the formats read a checkpoint: tensors by their role, checked, with
// diagnostics that name tensor, layer and recipe entry.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_COMPRESS_STORED_STOREDTENSORS_H
#define STRUCTLIN_LIB_COMPRESS_STORED_STOREDTENSORS_H

#include "structlin/Compress/LoadStored.h"

namespace mlir::structlin {

class StoredTensors {
public:
  StoredTensors(const WeightGroup &group, StoredAttr stored, ParameterReader &reader);

  MLIRContext *getContext() const { return stored.getContext(); }
  StoredAttr getAttr() const { return stored; }
  int64_t getNumOutputs() const { return numOutputs; }
  int64_t getNumInputs() const { return numInputs; }
  /// The type in which the layer forms its sums.
  Type getAccType() const;

  /// Starts `cannot load layer 'fc' as blast: `; with a role, goes on `tensor
  /// 'fc.B': `. A note tells where the recipe says so.
  InFlightDiagnostic emitError() const;
  InFlightDiagnostic emitError(StringRef role) const;

  /// A factor: finite numbers, of the layer's kind (floating-point or integer) and
  /// no wider than its sums, of rank `rank`.
  FailureOr<HostTensor> readFactor(StringRef role, int64_t rank) const;

  /// A tensor that stands for the weight: of the type and shape of the layer's
  /// parameter, finite.
  FailureOr<HostTensor> readParameter(StringRef role) const;

  /// A tensor of the parameter's shape and any type.
  FailureOr<HostTensor> readOfParameterShape(StringRef role) const;

  /// The (n_out, n_in) matrix that the layer sees of a value of its parameter.
  FailureOr<HostTensor> layOut(const HostTensor &parameter, StringRef role) const;

  /// The parameter that the layer's weight is made from, or null.
  ParameterOp getParameter() const { return dyn_cast_or_null<ParameterOp>(group.root); }

private:
  FailureOr<HostTensor> read(StringRef role) const;
  LogicalResult checkFinite(StringRef role, const HostTensor &tensor) const;
  RankedTensorType getParameterType() const;

  const WeightGroup &group;
  StoredAttr stored;
  ParameterReader &reader;
  int64_t numOutputs, numInputs;
};

} // namespace mlir::structlin

#endif // STRUCTLIN_LIB_COMPRESS_STORED_STOREDTENSORS_H
