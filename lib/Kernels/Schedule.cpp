//===- Schedule.cpp - the parameters of a kernel --------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Kernels/Schedule.h"
#include "llvm/Support/FormatVariadic.h"

using namespace structlin;
using namespace structlin::kernels;

/// Registers that a register tile takes: accumulators, and what a step needs beside.
static int64_t countVectors(const Schedule &schedule, const ProductForm &form, int64_t lanes) {
  int64_t across = schedule.cols / lanes;
  // The operand with fewer vectors is held, the other one comes vector by vector. What
  // serves one row is multiplied from memory.
  int64_t operands = schedule.rows == 1 ? 0 : std::min(schedule.rows, across);
  // Products of integers, unless summed in groups, lie in registers until they are added.
  int64_t products = form.group == 1 && !isFloat(form.accumulator) ? across : 0;
  return schedule.rows * across * schedule.unroll + operands + products + 1;
}

std::string kernels::checkSchedule(const Schedule &schedule, ElementType type,
                                   const Target &target) {
  ProductForm form = target.getProductForm(type);
  int64_t lanes = target.lanes(form.accumulator);
  auto expected = [](llvm::StringRef what, int64_t got) {
    return llvm::formatv("expected {0}, got {1}", what, got).str();
  };
  if (schedule.rows < 1)
    return expected("at least one row", schedule.rows);
  if (schedule.unroll < 1)
    return expected("unroll of at least 1", schedule.unroll);
  if (schedule.chunk < 0 || schedule.block < 0 || schedule.ahead < 0)
    return "expected chunk, block and ahead that are not negative";
  if (schedule.split == Split::Tokens && schedule.block == 0)
    return "expected a block of tokens to split by tokens";
  int64_t width = target.usesTiles(type) ? form.columns : lanes;
  if (schedule.cols < width || schedule.cols % width != 0)
    return expected(llvm::formatv("a multiple of {0} columns", width).str(), schedule.cols);
  if (target.usesTiles(type) && schedule.unroll != 1)
    return expected("unroll of 1 on matrix registers, which cannot be added", schedule.unroll);
  if (target.usesTiles(type) && schedule.rows > 16 && schedule.rows % 16 != 0)
    return expected("a multiple of 16 rows above 16", schedule.rows);
  if (target.usesTiles(type)) {
    int64_t down = (schedule.rows + 15) / 16, across = schedule.cols / 16;
    // Accumulators, B's registers, and one of A's at a time.
    int64_t registers = down * across + across + 1;
    if (registers > target.tileRegisters)
      return expected(llvm::formatv("at most {0} tile registers", target.tileRegisters).str(),
                      registers);
    return {};
  }
  int64_t vectors = countVectors(schedule, form, lanes);
  if (vectors > target.vectorRegisters)
    return expected(llvm::formatv("at most {0} vector registers", target.vectorRegisters).str(),
                    vectors);
  return {};
}

bool kernels::operator==(const Schedule &lhs, const Schedule &rhs) {
  auto fields = [](const Schedule &s) {
    return std::make_tuple(s.rows, s.cols, s.unroll, s.chunk, s.block, s.split, s.ahead,
                           s.nextPanel, s.order);
  };
  return fields(lhs) == fields(rhs);
}
