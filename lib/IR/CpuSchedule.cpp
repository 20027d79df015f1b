//===- CpuSchedule.cpp - the schedule of a kernel as an attribute --------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/DialectImplementation.h"
#include "structlin/IR/KernelAttrs.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mlir::structlin;
namespace kernels = ::structlin::kernels;

CpuScheduleAttr mlir::structlin::getScheduleAttr(MLIRContext *context,
                                                 const kernels::Target &target,
                                                 const kernels::Schedule &schedule) {
  Split split = schedule.split == kernels::Split::Tokens ? Split::tokens : Split::outputs;
  Order order = schedule.order == kernels::Order::Memory ? Order::memory : Order::panels;
  return CpuScheduleAttr::get(context, target.name, schedule.rows, schedule.cols, schedule.unroll,
                              schedule.chunk, schedule.block, split, schedule.ahead,
                              schedule.nextPanel, order);
}

kernels::Target mlir::structlin::getKernelTarget(CpuScheduleAttr attribute) {
  return *kernels::Target::get(attribute.getTarget());
}

kernels::Schedule mlir::structlin::getKernelSchedule(CpuScheduleAttr attribute) {
  bool tokens = attribute.getSplit() == Split::tokens;
  bool memory = attribute.getOrder() == Order::memory;
  return {attribute.getRows(),
          attribute.getCols(),
          attribute.getUnroll(),
          attribute.getChunk(),
          attribute.getBlock(),
          tokens ? kernels::Split::Tokens : kernels::Split::Outputs,
          attribute.getAhead(),
          attribute.getNextPanel(),
          memory ? kernels::Order::Memory : kernels::Order::Panels};
}

LogicalResult CpuScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                      StringRef target, int64_t rows, int64_t cols, int64_t unroll,
                                      int64_t chunk, int64_t block, Split split, int64_t ahead,
                                      bool, Order) {
  // SCH-C1
  if (!kernels::Target::get(target))
    return emitError() << "expected a target of kernels (avx2, avx512, avx512_bf16, amx, neon), "
                          "got '"
                       << target << "'";
  // SCH-C2
  if (rows < 1 || cols < 1 || unroll < 1)
    return emitError() << "expected positive rows, cols and unroll, got " << rows << ", " << cols
                       << " and " << unroll;
  // SCH-C3
  if (chunk < 0 || block < 0 || ahead < 0)
    return emitError() << "expected chunk, block and ahead of at least 0, got " << chunk << ", "
                       << block << " and " << ahead;
  // SCH-C4
  if (split == Split::tokens && block == 0)
    return emitError() << "expected a block of tokens to split by tokens";
  return success();
}

template <typename T> static ParseResult parseEnum(AsmParser &parser, T &value) {
  FailureOr<T> parsed = FieldParser<T>::parse(parser);
  if (failed(parsed))
    return failure();
  value = *parsed;
  return success();
}

Attribute CpuScheduleAttr::parse(AsmParser &parser, Type) {
  std::string target;
  int64_t rows = 0, cols = 0, unroll = 1, chunk = 0, block = 0, ahead = 0;
  Split split = Split::outputs;
  bool nextPanel = false;
  Order order = Order::panels;
  llvm::StringSet<> seen;
  SMLoc begin = parser.getCurrentLocation();
  auto parseField = [&]() -> ParseResult {
    SMLoc loc = parser.getCurrentLocation();
    StringRef field;
    if (parser.parseKeyword(&field))
      return failure();
    if (!seen.insert(field).second)
      return parser.emitError(loc) << "'" << field << "' is given twice";
    if (field == "next_panel") {
      nextPanel = true;
      return success();
    }
    if (parser.parseEqual())
      return failure();
    if (field == "target")
      return parser.parseString(&target);
    if (field == "split")
      return parseEnum(parser, split);
    if (field == "order")
      return parseEnum(parser, order);
    int64_t *number = llvm::StringSwitch<int64_t *>(field)
                          .Case("rows", &rows)
                          .Case("cols", &cols)
                          .Case("unroll", &unroll)
                          .Case("chunk", &chunk)
                          .Case("block", &block)
                          .Case("ahead", &ahead)
                          .Default(nullptr);
    if (!number)
      return parser.emitError(loc) << "a schedule has no '" << field << "'";
    return parser.parseInteger(*number);
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::LessGreater, parseField))
    return {};
  for (StringRef field : {"target", "rows", "cols"})
    if (!seen.contains(field)) {
      parser.emitError(begin) << "expected a schedule with '" << field << "'";
      return {};
    }
  return CpuScheduleAttr::getChecked([&] { return parser.emitError(begin); }, parser.getContext(),
                                     StringRef(target), rows, cols, unroll, chunk, block, split,
                                     ahead, nextPanel, order);
}

void CpuScheduleAttr::print(AsmPrinter &printer) const {
  printer << "<target = ";
  printer.printString(getTarget());
  printer << ", rows = " << getRows() << ", cols = " << getCols();
  auto printIf = [&](StringRef field, int64_t value, int64_t usual) {
    if (value != usual)
      printer << ", " << field << " = " << value;
  };
  printIf("unroll", getUnroll(), 1);
  printIf("chunk", getChunk(), 0);
  printIf("block", getBlock(), 0);
  if (getSplit() != Split::outputs)
    printer << ", split = " << stringifySplit(getSplit());
  printIf("ahead", getAhead(), 0);
  if (getNextPanel())
    printer << ", next_panel";
  if (getOrder() != Order::panels)
    printer << ", order = " << stringifyOrder(getOrder());
  printer << '>';
}
