//===- ProgressLine.cpp - how far a long fit is ---------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the line says, and how often it is written.
//
//===----------------------------------------------------------------------===//

#include "ProgressLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Process.h"
#include <algorithm>
#include <cmath>
#include <utility>

using namespace mlir;
using namespace mlir::structlin;
using namespace std::chrono_literals;

/// Returns to the first column and erases the line (ECMA-48: CR, EL).
static constexpr StringLiteral kEraseLine = "\r\x1b[K";
static constexpr int kBarWidth = 20;

//===----------------------------------------------------------------------===//
// The line
//===----------------------------------------------------------------------===//

std::optional<std::chrono::seconds> ProgressState::estimateLeft() const {
  double worked = done - skipped;
  if (worked <= 0 || elapsed <= 0s)
    return std::nullopt;
  return std::chrono::seconds(
      std::llround(double(elapsed.count()) * std::max(total - done, 0.0) / worked));
}

/// 42 s as 0:42, an hour as 1:00:00.
static std::string formatDuration(std::chrono::seconds duration) {
  int64_t seconds = duration.count();
  std::string text;
  llvm::raw_string_ostream os(text);
  if (seconds >= 3600)
    os << llvm::format("%lld:%02lld:%02lld", (long long)(seconds / 3600),
                       (long long)(seconds / 60 % 60), (long long)(seconds % 60));
  else
    os << llvm::format("%lld:%02lld", (long long)(seconds / 60), (long long)(seconds % 60));
  return text;
}

std::string mlir::structlin::formatProgress(const ProgressState &state, bool hasBar,
                                            size_t columns) {
  double share = state.total > 0 ? std::clamp(state.done / state.total, 0.0, 1.0) : 1;
  std::string line = llvm::formatv("{0}/{1} {2}% {3} elapsed", state.number, state.count,
                                   int(share * 100), formatDuration(state.elapsed));
  if (std::optional<std::chrono::seconds> left = state.estimateLeft())
    line += " " + formatDuration(*left) + " left";
  line += ": " + state.label;
  if (hasBar && (columns == 0 || columns >= 3 * kBarWidth)) {
    int filled = int(share * kBarWidth);
    line = "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '-') + "] " + line;
  }
  // A line that wraps cannot be erased.
  if (columns > 0 && line.size() >= columns)
    line.resize(columns - 1);
  return line;
}

//===----------------------------------------------------------------------===//
// When
//===----------------------------------------------------------------------===//

ProgressLine::ProgressLine(raw_ostream &os) : os(os), isTerminal(os.is_displayed()) {}

void ProgressLine::hide() {
  if (std::exchange(isShown, false) && isTerminal)
    (os << kEraseLine).flush();
}

void ProgressLine::begin(size_t count, double work) {
  state = ProgressState();
  state.count = count;
  state.total = work;
  layerWork = 0;
  begun = Clock::now();
  nextUpdate = begun + (isTerminal ? 0s : 10s);
}

void ProgressLine::start(std::string newLabel, double work) {
  state.done += layerWork;
  ++state.number;
  label = std::move(newLabel);
  layerWork = work;
  show("", 0);
}

void ProgressLine::skip() {
  state.skipped += layerWork;
  // The rate is that of work, and finding it done takes time too.
  show("taken from an earlier run", 1);
}

void ProgressLine::update(StringRef step, int64_t done, int64_t total) {
  show(llvm::formatv("{0} {1}/{2}", step, done, total).str(),
       total > 0 ? double(done) / double(total) : 0);
}

void ProgressLine::show(StringRef step, double partOfLayer) {
  Clock::time_point now = Clock::now();
  if (now < nextUpdate)
    return;
  nextUpdate = now + (isTerminal ? Clock::duration(100ms) : Clock::duration(30s));
  isShown = true;
  ProgressState shown = state;
  shown.done += layerWork * partOfLayer;
  shown.elapsed = std::chrono::duration_cast<std::chrono::seconds>(now - begun);
  shown.label = step.empty() ? label : (label + " " + step).str();
  if (isTerminal)
    os << kEraseLine
       << formatProgress(shown, /*hasBar=*/true, llvm::sys::Process::StandardErrColumns());
  else
    os << formatProgress(shown, /*hasBar=*/false, /*columns=*/0) << "\n";
  os.flush();
}
