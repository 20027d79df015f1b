//===- Random.h - counter-based random numbers -----------------*- C++ -*--===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Draws depend on (seed, stream, index) alone: the same on every machine with
// the same libm, in whatever order they are asked for.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_NUMERICS_RANDOM_H
#define STRUCTLIN_LIB_NUMERICS_RANDOM_H

#include <cmath>
#include <cstdint>

namespace structlin::numerics {

class Random {
public:
  explicit Random(uint64_t seed, uint64_t stream = 0)
      : key(mix(mix(seed) + 0x632be59bd9b4e019ull * (stream + 1))) {}

  /// Uniform in (0, 1].
  double uniform() { return static_cast<double>((next() >> 11) + 1) * 0x1p-53; }

  /// Standard normal (Box and Muller, 1958).
  double normal() {
    double radius = std::sqrt(-2 * std::log(uniform()));
    return radius * std::cos(6.283185307179586 * uniform());
  }

private:
  /// The finaliser of splitmix64 (Steele, Lea and Flood, OOPSLA 2014).
  static uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  uint64_t next() { return mix(key + 0x9e3779b97f4a7c15ull * ++counter); }

  uint64_t key;
  uint64_t counter = 0;
};

} // namespace structlin::numerics

#endif // STRUCTLIN_LIB_NUMERICS_RANDOM_H
