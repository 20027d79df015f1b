//===- EntrySignature.h - what a caller passes to an entry function -------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Read from a module whose entries are prepared (buildPrepareEntriesPipeline),
// before types and attributes are lowered away.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_EXECUTION_ENTRYSIGNATURE_H
#define STRUCTLIN_EXECUTION_ENTRYSIGNATURE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "structlin/Archive/ElementType.h"

namespace mlir::structlin {

/// A tensor as the outside sees it; a scalar has rank 0. Dynamic sizes are
/// `ShapedType::kDynamic`.
struct HostType {
  ::structlin::ElementType element;
  SmallVector<int64_t> shape;
  bool isScalar = false;

  /// Whether a tensor of `sizes` is of this type.
  bool accepts(ArrayRef<int64_t> sizes) const;
  /// As in IR: "3x?xf32".
  std::string str() const;
};

struct EntrySignature {
  struct Input {
    HostType type;
    /// The parameter that the argument is tagged as, or empty.
    std::string parameter;
    /// Where the argument stands, for diagnostics.
    Location loc;
  };

  std::string name;
  /// Without the buffer of parameters, which follows them.
  SmallVector<Input> inputs;
  SmallVector<HostType> results;
  bool takesParameterBuffer = false;

  /// Number of dynamic sizes over all results: what the shape function returns.
  unsigned countDynamicSizes() const;
};

/// The signature of a prepared entry. Diagnoses an argument that has no host type.
FailureOr<EntrySignature> getEntrySignature(func::FuncOp entry);

/// The entry called `name`, or if that is empty the only one of `module`, before
/// preparation. Diagnoses a missing one with the names there are.
FailureOr<func::FuncOp> findEntry(ModuleOp module, StringRef name);

} // namespace mlir::structlin

#endif // STRUCTLIN_EXECUTION_ENTRYSIGNATURE_H
