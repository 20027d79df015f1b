//===- GroupParameters.h - the parameters of one group --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TUNE_GROUPPARAMETERS_H
#define STRUCTLIN_TUNE_GROUPPARAMETERS_H

#include "structlin/Archive/ParameterSource.h"
#include "structlin/IR/StructlinOps.h"

namespace mlir::structlin {

/// The parameters of `kernel`, each read or made once: the model's where they are `given`,
/// random ones otherwise. Random sparsity patterns are valid, with entries in all rows
/// alike. `given` outlives the result.
std::shared_ptr<::structlin::ParameterSource>
createGroupParameters(KernelOp kernel, ::structlin::ParameterSource *given);

/// A source for one of several users of `source`.
std::unique_ptr<::structlin::ParameterSource>
shareParameters(std::shared_ptr<::structlin::ParameterSource> source);

} // namespace mlir::structlin

#endif // STRUCTLIN_TUNE_GROUPPARAMETERS_H
