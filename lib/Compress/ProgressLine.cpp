//===- ProgressLine.cpp - how far a long fit is ---------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Limits how often the line is written.
//
//===----------------------------------------------------------------------===//

#include "ProgressLine.h"

using namespace mlir;
using namespace mlir::structlin;
using namespace std::chrono_literals;

/// Returns to the first column and erases the line (ECMA-48: CR, EL).
static constexpr StringLiteral kEraseLine = "\r\x1b[K";

ProgressLine::ProgressLine(raw_ostream &os) : os(os), isTerminal(os.is_displayed()) {}

ProgressLine::~ProgressLine() {
  if (isShown && isTerminal)
    (os << kEraseLine).flush();
}

void ProgressLine::start(std::string newLabel) {
  label = std::move(newLabel);
  nextUpdate = Clock::now() + (isTerminal ? 0s : 2s);
}

void ProgressLine::update(StringRef step, int64_t done, int64_t total) {
  Clock::time_point now = Clock::now();
  if (now < nextUpdate)
    return;
  nextUpdate = now + (isTerminal ? Clock::duration(100ms) : Clock::duration(10s));
  isShown = true;
  os << (isTerminal ? StringRef(kEraseLine) : StringRef()) << label << " " << step << " " << done
     << "/" << total << (isTerminal ? "" : "\n");
  os.flush();
}
