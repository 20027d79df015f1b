//===- Files.h - inputs and outputs of structlin-run ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares how tensors come from and go to files.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_RUN_FILES_H
#define STRUCTLIN_RUN_FILES_H

#include "structlin/Archive/ParameterSource.h"
#include "structlin/Execution/EntrySignature.h"

namespace mlir::structlin {

/// The arguments of `entry`: untagged ones from the .npy files `paths` in order, or
/// all random where that is the one path "random:SEED" (dynamic sizes become
/// `dynamicSize`); tagged ones from `parameters`. What is wrong with an argument is
/// diagnosed where it stands, with what it expects and what it got; else at `loc`.
FailureOr<std::vector<::structlin::HostTensor>>
readInputs(Location loc, const EntrySignature &entry, ArrayRef<std::string> paths,
           ::structlin::ParameterSource *parameters, int64_t dynamicSize);

/// Writes every result or none: errors leave no file behind that was not there.
llvm::Error writeOutputs(ArrayRef<std::string> paths, ArrayRef<::structlin::HostTensor> results);

} // namespace mlir::structlin

#endif // STRUCTLIN_RUN_FILES_H
