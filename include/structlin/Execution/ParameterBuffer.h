//===- ParameterBuffer.h - the buffer that holds a model's parameters -----===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values of parameters, from the IR or from a source of parameters.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_EXECUTION_PARAMETERBUFFER_H
#define STRUCTLIN_EXECUTION_PARAMETERBUFFER_H

#include "structlin/Archive/ParameterSource.h"
#include "structlin/Lowering/ParameterLayout.h"

namespace mlir::structlin {

/// The value of a parameter: `value` if the IR gives it, otherwise from `source`,
/// which may be null. Diagnoses a parameter that has neither.
FailureOr<::structlin::HostTensor> getParameterValue(Location loc, StringRef name,
                                                     RankedTensorType type, ElementsAttr value,
                                                     ::structlin::ParameterSource *source);

/// Where each parameter first stands.
using ParameterLocations = llvm::DenseMap<StringAttr, Location>;

/// The locations of the parameters of `module`, which placing them takes out of it.
ParameterLocations findParameterLocations(ModuleOp module);

/// Fills one buffer as `layout` says. A parameter without a value is diagnosed where
/// it stands.
FailureOr<::structlin::HostTensor> fillParameterBuffer(const ParameterLayout &layout,
                                                       ::structlin::ParameterSource *source,
                                                       const ParameterLocations &locations);

/// Checks the content of every index factor of `module` that is a parameter, before
/// parameters are placed (docs/Spec.md, constraints *-R*).
LogicalResult verifyBoundIndices(ModuleOp module, ::structlin::ParameterSource *source);

} // namespace mlir::structlin

#endif // STRUCTLIN_EXECUTION_PARAMETERBUFFER_H
