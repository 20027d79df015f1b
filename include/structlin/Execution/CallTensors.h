//===- CallTensors.h - inputs and outputs of a call -----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares how tensors come from and go to files, and how results get their memory.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_EXECUTION_CALLTENSORS_H
#define STRUCTLIN_EXECUTION_CALLTENSORS_H

#include "structlin/Archive/ParameterSource.h"
#include "structlin/Execution/EntrySignature.h"
#include "structlin/Execution/JIT.h"

namespace mlir::structlin {

/// The arguments of `entry`: untagged ones from the .npy files `paths` in order, or
/// all random where that is the one path "random:SEED" (dynamic sizes become
/// `dynamicSize`); tagged ones from `parameters`. What is wrong with an argument is
/// diagnosed where it stands, with what it expects and what it got; else at `loc`.
FailureOr<std::vector<::structlin::HostTensor>>
readInputs(Location loc, const EntrySignature &entry, ArrayRef<std::string> paths,
           ::structlin::ParameterSource *parameters, int64_t dynamicSize);

/// What `entry` is called with for `inputs`, and `parameters` if it takes them.
SmallVector<CallArgument> getCallArguments(const EntrySignature &entry,
                                           ArrayRef<::structlin::HostTensor> inputs,
                                           const ::structlin::HostTensor &parameters);

/// Memory for the results of a call with `arguments`, of the sizes that the shape
/// function gives.
llvm::Expected<std::vector<::structlin::HostTensor>>
allocateResults(const EntrySignature &entry, const JITModule &jit,
                SmallVector<CallArgument> arguments);

/// Writes every result or none: errors leave no file behind that was not there.
llvm::Error writeOutputs(ArrayRef<std::string> paths, ArrayRef<::structlin::HostTensor> results);

} // namespace mlir::structlin

#endif // STRUCTLIN_EXECUTION_CALLTENSORS_H
