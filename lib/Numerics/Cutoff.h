//===- Cutoff.h - which of many magnitudes are the largest -----*- C++ -*--===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pruning by magnitude with a stated tie rule, in linear time.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_NUMERICS_CUTOFF_H
#define STRUCTLIN_LIB_NUMERICS_CUTOFF_H

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

namespace structlin::numerics {

/// Decides, asked once for each magnitude in order, whether it is among the
/// `count` largest; of equal ones the first are.
template <typename T> class Cutoff {
public:
  Cutoff(std::vector<T> magnitudes, int64_t count) {
    if (count == 0)
      return;
    auto nth = magnitudes.begin() + (count - 1);
    std::nth_element(magnitudes.begin(), nth, magnitudes.end(), std::greater<T>());
    smallest = *nth;
    // Whatever precedes the nth is at least as large.
    ties = std::count(magnitudes.begin(), nth + 1, smallest);
  }

  bool keeps(T magnitude) { return magnitude > smallest || (magnitude == smallest && ties-- > 0); }

private:
  T smallest = std::numeric_limits<T>::infinity();
  int64_t ties = 0;
};

} // namespace structlin::numerics

#endif // STRUCTLIN_LIB_NUMERICS_CUTOFF_H
