//===- FamilySupport.cpp - building and checking family operations -------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operations from their parts, and diagnostics about sizes.
//
//===----------------------------------------------------------------------===//

#include "FamilySupport.h"

using namespace mlir;
using namespace mlir::structlin;

Operation *structlin::detail::buildStructuredOp(OpBuilder &builder, Location loc, StringRef name,
                                     Value input, ValueRange factors, Value init,
                                     const MatmulAttributes &attributes,
                                     ArrayRef<NamedAttribute> extra) {
  OperationState state(loc, name);
  state.addOperands(input);
  state.addOperands(factors);
  state.addOperands(init);
  if (isa<RankedTensorType>(init.getType()))
    state.addTypes(init.getType());
  if (attributes.acc)
    state.addAttribute("acc", TypeAttr::get(attributes.acc));
  if (attributes.mid)
    state.addAttribute("mid", TypeAttr::get(attributes.mid));
  if (attributes.layer)
    state.addAttribute("layer", attributes.layer);
  if (attributes.fit)
    state.addAttribute("fit", attributes.fit);
  state.addAttributes(extra);
  return builder.create(state);
}

std::string structlin::detail::formatDim(int64_t size) {
  return ShapedType::isDynamic(size) ? "?" : std::to_string(size);
}

LogicalResult structlin::detail::verifyDim(Operation *op, const Twine &what, int64_t expected, int64_t got) {
  if (succeeded(verifyCompatibleDims({expected, got})))
    return success();
  return op->emitOpError() << "expected " << what << " to be " << formatDim(expected) << ", got "
                           << formatDim(got);
}
