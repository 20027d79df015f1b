//===- KernelAttrs.h - layouts and schedules as kernels know them ---------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Between the attributes and the types of structlin/Kernels. Apart from
// StructlinAttrs.h, so that whoever includes the dialect does not have the
// namespace ::structlin beside mlir::structlin.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_KERNELATTRS_H
#define STRUCTLIN_IR_KERNELATTRS_H

#include "structlin/IR/StructlinAttrs.h"
#include "structlin/Kernels/PanelLayout.h"
#include "structlin/Kernels/Schedule.h"

namespace mlir::structlin {

::structlin::kernels::PanelLayout getPanelLayout(PanelsAttr attribute);
PanelsAttr getPanelsAttr(MLIRContext *context, const ::structlin::kernels::PanelLayout &layout);

::structlin::kernels::Target getKernelTarget(CpuScheduleAttr attribute);
::structlin::kernels::Schedule getKernelSchedule(CpuScheduleAttr attribute);
CpuScheduleAttr getScheduleAttr(MLIRContext *context, const ::structlin::kernels::Target &target,
                                const ::structlin::kernels::Schedule &schedule);

} // namespace mlir::structlin

#endif // STRUCTLIN_IR_KERNELATTRS_H
