//===- TuningTable.h - what was measured ----------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Times of kernels under schedules that were measured on a machine, as a readable
// file, and the search for what resembles a new problem most.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_ANALYSIS_TUNINGTABLE_H
#define STRUCTLIN_ANALYSIS_TUNINGTABLE_H

#include "structlin/Kernels/Schedule.h"
#include "llvm/Support/Error.h"
#include <vector>

namespace structlin {

/// What a measurement is of. The operation, the target and the types have to be the
/// same for a measurement to say anything of another problem.
struct TuningKey {
  std::string target;
  /// The operation, and the element types of its operands.
  std::string kernel, types;
  /// What else there is to say of the structure, such as the shapes of factors.
  std::string structure;
  int64_t threads = 1;
  int64_t tokens = 1, inputs = 1, outputs = 1;
  double keep = 1;

  friend bool operator==(const TuningKey &lhs, const TuningKey &rhs);
};

struct TuningEntry {
  TuningKey key;
  kernels::Schedule schedule;
  /// The median time of a call, in ns.
  double time = 0;
};

class TuningTable {
public:
  /// Reads what `print` wrote. Errors say where in the text they are.
  static llvm::Expected<TuningTable> parse(llvm::StringRef text);
  std::string print() const;

  /// The CPU that all entries were measured on, as LLVM calls it; empty if not known.
  llvm::StringRef getCPU() const { return cpu; }
  void setCPU(llvm::StringRef name) { cpu = name.str(); }

  const std::vector<TuningEntry> &getEntries() const { return entries; }
  /// Adds an entry, in place of one for the same key.
  void insert(TuningEntry entry);
  /// The entry for `key`, or the nearest one: numbers of tokens, sizes and keep that
  /// differ by at most a factor of two each, in all by as little as possible; of those
  /// at one distance the first.
  const TuningEntry *find(const TuningKey &key) const;

private:
  std::string cpu;
  std::vector<TuningEntry> entries;
};

} // namespace structlin

#endif // STRUCTLIN_ANALYSIS_TUNINGTABLE_H
