//===- ProgressLine.h - how far a long fit is -----------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One line on standard error for all layers:
//
//   [#####---------------] 28/112 24% 1:02 elapsed 3:11 left: layers.3.up low_rank 1/3
//
// On a terminal it updates in place and goes away at the end; elsewhere, without the
// bar, it appears after ten seconds and then at most every thirty.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_COMPRESS_PROGRESSLINE_H
#define STRUCTLIN_LIB_COMPRESS_PROGRESSLINE_H

#include "mlir/Support/LLVM.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <string>

namespace mlir::structlin {

/// What the line shows.
struct ProgressState {
  size_t number = 0, count = 0;
  /// Parts of the whole, in units of work.
  double done = 0, total = 0;
  /// Work that took no time, and the time that the other work took.
  double skipped = 0;
  std::chrono::seconds elapsed{0};
  std::string label;

  /// The time that the rest takes at the rate so far; none before anything is done.
  std::optional<std::chrono::seconds> estimateLeft() const;
};

/// The line, at most `columns` characters (0: any number), with a bar if there is
/// room for one.
std::string formatProgress(const ProgressState &state, bool hasBar, size_t columns);

class ProgressLine {
public:
  explicit ProgressLine(raw_ostream &os);
  ~ProgressLine() { hide(); }

  /// Removes the line from a terminal until the next report, for other text there.
  void hide();

  /// Begins to report on `count` layers of `work` units together.
  void begin(size_t count, double work);

  /// Begins the next layer, of `work` units.
  void start(std::string label, double work);

  /// Reports `done` of `total` steps of the current layer.
  void update(StringRef step, int64_t done, int64_t total);

  /// The current layer needs no work after all.
  void skip();

private:
  using Clock = std::chrono::steady_clock;

  void show(StringRef step, double partOfLayer);

  raw_ostream &os;
  bool isTerminal;
  bool isShown = false;
  ProgressState state;
  std::string label;
  double layerWork = 0;
  Clock::time_point begun, nextUpdate;
};

} // namespace mlir::structlin

#endif // STRUCTLIN_LIB_COMPRESS_PROGRESSLINE_H
