//===- PackedParameters.h - parameters that are packs of others -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A pack of parameters is a parameter itself. What it is made of is recorded on the
// module until an archive holds its value, so that it can be computed at any time.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_CODEGEN_PACKEDPARAMETERS_H
#define STRUCTLIN_CODEGEN_PACKEDPARAMETERS_H

#include "mlir/IR/BuiltinOps.h"
#include "structlin/Archive/ParameterSource.h"
#include "structlin/IR/StructlinAttrs.h"

namespace mlir::structlin {

/// Name of the module attribute with the record.
inline constexpr llvm::StringLiteral kPackedParametersAttrName = "structlin.packed_parameters";

struct NamedTensor {
  StringAttr name;
  RankedTensorType type;

  bool operator==(const NamedTensor &other) const {
    return name == other.name && type == other.type;
  }
};

/// The parameters `packed` hold `factors` in `layout`.
struct ParameterPack {
  LayoutAttrInterface layout;
  SmallVector<NamedTensor, 3> factors, packed;

  bool hasSameSource(const ParameterPack &other) const {
    return layout == other.layout && factors == other.factors;
  }
};

/// The record of `module`, empty if it has none. Diagnoses a malformed one.
FailureOr<SmallVector<ParameterPack>> getParameterPacks(ModuleOp module);
/// Replaces the record; an empty one is removed.
void setParameterPacks(ModuleOp module, ArrayRef<ParameterPack> packs);

/// Parameters of `source`, and the packed ones of `module`, which are computed from
/// those when they are asked for. One pack is in memory at a time.
FailureOr<std::unique_ptr<::structlin::ParameterSource>>
createPackedParameters(ModuleOp module, std::unique_ptr<::structlin::ParameterSource> source);

} // namespace mlir::structlin

#endif // STRUCTLIN_CODEGEN_PACKEDPARAMETERS_H
