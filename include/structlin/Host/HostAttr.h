//===- HostAttr.h - tensors in host memory and in attributes --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Between the tensors of the archive library, which know nothing of MLIR, and the
// types and attributes of the IR.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_HOST_HOSTATTR_H
#define STRUCTLIN_HOST_HOSTATTR_H

#include "mlir/IR/BuiltinAttributes.h"
#include "structlin/Archive/HostTensor.h"

namespace mlir::structlin {

using ::structlin::ElementType;
using ::structlin::HostTensor;

/// The host's name of an IR element type, or none: signless integers are signed,
/// index is i64.
std::optional<ElementType> getHostElementType(Type type);

/// The IR's name of a host element type; signed integers become signless.
Type getIRElementType(MLIRContext *context, ElementType type);

/// The elements of a dense or resource attribute. They alias the attribute's
/// storage, which the context keeps, unless the attribute is a splat or of i1.
/// On failure `why` says, as a clause, what cannot be read.
FailureOr<HostTensor> readElements(ElementsAttr attribute, std::string &why);

/// An attribute with the tensor's elements: `dense<>` up to `inlineBytes` bytes,
/// beyond that a resource whose key derives from `name`.
ElementsAttr createElements(MLIRContext *context, StringRef name, const HostTensor &tensor,
                            size_t inlineBytes = 1024);

} // namespace mlir::structlin

#endif // STRUCTLIN_HOST_HOSTATTR_H
