//===- BlastConvert.h - public BLAST factors and solver states -*- C++ -*--===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The stored order (b2, r, q) of V against the solver's transposed one, and the
// scales that U, s and V share freely.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_NUMERICS_BLASTCONVERT_H
#define STRUCTLIN_LIB_NUMERICS_BLASTCONVERT_H

#include "BlastSolver.h"

namespace structlin::numerics {

template <typename T>
BlastFactors<T> fromState(const BlastShape &shape, const BlastState<T> &state);
template <typename T> BlastState<T> toState(const BlastFactors<T> &factors);

/// Gives U, s and V of each lane about the same largest magnitude and
/// multiplies W' by 2^exponent. Only powers of two move, so W' changes in
/// nothing else.
template <typename T> void balance(BlastFactors<T> &factors, int exponent);

} // namespace structlin::numerics

#endif // STRUCTLIN_LIB_NUMERICS_BLASTCONVERT_H
