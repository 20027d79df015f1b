//===- PackValues.h - values of packed parameters -------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From the values of factors to those of packed parameters, in memory or in pieces.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_CODEGEN_PACKVALUES_H
#define STRUCTLIN_LIB_CODEGEN_PACKVALUES_H

#include "structlin/Codegen/HostLayoutInterface.h"
#include "structlin/Codegen/PackedParameters.h"
#include "structlin/Host/HostAttr.h"

namespace mlir::structlin {

llvm::Expected<std::vector<HostTensor>> readFactors(const ParameterPack &pack,
                                                    ::structlin::ParameterSource &source);
llvm::Error packTo(const ParameterPack &pack, ArrayRef<HostTensor> factors,
                   ::structlin::PackSink sink);
llvm::Expected<std::vector<HostTensor>> packInMemory(const ParameterPack &pack,
                                                     ArrayRef<HostTensor> factors);

} // namespace mlir::structlin

#endif // STRUCTLIN_LIB_CODEGEN_PACKVALUES_H
