//===- DropAttributes.cpp - plain function signatures ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Translation to LLVM IR rejects attributes of arguments that it does not know.
//
//===----------------------------------------------------------------------===//

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "structlin/IR/StructlinDialect.h"
#include "structlin/Lowering/Passes.h"

namespace mlir::structlin {
#define GEN_PASS_DEF_STRUCTLINDROPATTRIBUTES
#include "structlin/Lowering/Passes.h.inc"
} // namespace mlir::structlin

using namespace mlir;
using namespace mlir::structlin;

static bool isOurs(NamedAttribute attribute) {
  return isa_and_nonnull<StructlinDialect>(attribute.getNameDialect());
}

static void dropAttributes(FunctionOpInterface function) {
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    for (NamedAttribute attribute : llvm::to_vector(function.getArgAttrs(i)))
      if (isOurs(attribute))
        function.removeArgAttr(i, attribute.getName());
  for (unsigned i = 0; i < function.getNumResults(); ++i)
    for (NamedAttribute attribute : llvm::to_vector(function.getResultAttrs(i)))
      if (isOurs(attribute))
        function.removeResultAttr(i, attribute.getName());
}

namespace {
struct DropAttributesPass : structlin::impl::StructlinDropAttributesBase<DropAttributesPass> {
  void runOnOperation() override { getOperation().walk(dropAttributes); }
};
} // namespace
