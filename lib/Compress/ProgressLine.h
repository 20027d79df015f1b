//===- ProgressLine.h - how far a long fit is -----------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One line per layer on standard error, `[3/36] encoder.0.fc1 blast sweep 40/300`.
// On a terminal it updates in place; elsewhere it appears once a fit has taken two
// seconds, then every ten.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_COMPRESS_PROGRESSLINE_H
#define STRUCTLIN_LIB_COMPRESS_PROGRESSLINE_H

#include "mlir/Support/LLVM.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <string>

namespace mlir::structlin {

class ProgressLine {
public:
  explicit ProgressLine(raw_ostream &os);
  /// Removes the line from a terminal.
  ~ProgressLine();

  /// Begins to report on another layer.
  void start(std::string label);

  /// Reports `done` of `total` steps of the current layer.
  void update(StringRef step, int64_t done, int64_t total);

private:
  using Clock = std::chrono::steady_clock;

  raw_ostream &os;
  bool isTerminal;
  bool isShown = false;
  std::string label;
  Clock::time_point nextUpdate;
};

} // namespace mlir::structlin

#endif // STRUCTLIN_LIB_COMPRESS_PROGRESSLINE_H
