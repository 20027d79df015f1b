//===- DefaultSchedule.h - schedules that are not estimated ---------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_CODEGEN_DEFAULTSCHEDULE_H
#define STRUCTLIN_CODEGEN_DEFAULTSCHEDULE_H

#include "structlin/IR/StructuredMatmul.h"
#include "structlin/Kernels/Schedule.h"

namespace mlir::structlin {

/// A legal schedule of `product` for `target`: the largest register tile whose panels are
/// filled best. On failure `why` says, as a clause without a capital or a final period,
/// why there is none.
FailureOr<::structlin::kernels::Schedule>
getDefaultSchedule(StructuredMatmulOpInterface product, const ::structlin::kernels::Target &target,
                   std::string &why);

} // namespace mlir::structlin

#endif // STRUCTLIN_CODEGEN_DEFAULTSCHEDULE_H
