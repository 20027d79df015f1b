//===- HostEval.h - layout operations on host data ------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Between a parameter and the layer that reads it there may be operations that
// move its elements or convert their type: transposes, reshapes, slices,
// broadcasts, casts. They are evaluated here, one at a time, when the weight is
// needed.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_COMPRESS_HOSTEVAL_H
#define STRUCTLIN_COMPRESS_HOSTEVAL_H

#include "mlir/IR/Operation.h"
#include "structlin/Host/HostAttr.h"

namespace mlir::structlin {

/// The operand whose elements `op` lays out anew or converts, or null if `op` is
/// not such an operation: linalg.transpose, linalg.broadcast, linalg.copy, a
/// linalg.generic that permutes, repeats or casts one tensor,
/// tensor.collapse_shape, tensor.expand_shape, tensor.cast, a static
/// tensor.extract_slice, arith.extf, truncf, extsi and sitofp.
OpOperand *getEvaluableOperand(Operation *op);

/// The operation that `value` comes from through layout operations alone: a
/// structlin.parameter or an arith.constant; null if there is none, `why` then
/// says what is there instead.
Operation *findRoot(Value value, std::string &why);

/// The elements of `value` given those of its root. Conversions round once, to
/// nearest even.
FailureOr<HostTensor> evaluateFromRoot(Value value, const HostTensor &root, std::string &why);

/// Elements `offset + sum_d i_d strides[d]` of `tensor`, over all indices i of
/// `shape`; strides count elements and may be zero.
HostTensor gatherStrided(const HostTensor &tensor, ArrayRef<int64_t> shape,
                         ArrayRef<int64_t> strides, int64_t offset = 0);

/// The same numbers as elements of `type`.
HostTensor convertElements(const HostTensor &tensor, ElementType type);

/// Whether both values hold the same elements for a reason visible in the IR:
/// the same layout operations applied to the parameter of the same name.
bool isSameTensor(Value lhs, Value rhs);

} // namespace mlir::structlin

#endif // STRUCTLIN_COMPRESS_HOSTEVAL_H
