//===- Tune.h - measuring the products of a model -------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TUNE_TUNE_H
#define STRUCTLIN_TUNE_TUNE_H

#include "Measure.h"
#include "structlin/Codegen/Choose.h"

namespace mlir::structlin {

struct TuneOptions {
  /// Target, machine and threads; the table is not looked at.
  ChooseOptions choice;
  /// Numbers of tokens for products that leave it open.
  SmallVector<int64_t> tokens;
  /// How many of the candidates that are predicted to be fastest are measured.
  unsigned limit = 8;
  MeasureOptions measure;
  /// Whether each candidate is printed, and not only the best.
  bool printCandidates = false;
  /// Whether weights may stay in caches from call to call.
  bool hot = false;
};

/// Measures each of the distinct products of `module`, and its dense counterpart, and puts
/// the fastest schedules into `table`. `parameters` may be null. Prints a line for each
/// product and number of tokens. Diagnoses what goes wrong.
LogicalResult tuneModel(ModuleOp module, ::structlin::ParameterSource *parameters,
                        const TuneOptions &options, ::structlin::TuningTable &table,
                        raw_ostream &out);

} // namespace mlir::structlin

#endif // STRUCTLIN_TUNE_TUNE_H
