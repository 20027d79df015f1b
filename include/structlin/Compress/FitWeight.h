//===- FitWeight.h - one weight to factors --------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A fit of one matrix, without any IR around it.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_COMPRESS_FITWEIGHT_H
#define STRUCTLIN_COMPRESS_FITWEIGHT_H

#include "structlin/Compress/FittableStructure.h"
#include "structlin/IR/StructlinAttrs.h"

namespace mlir::structlin {

/// A weight's factors and the error they leave.
struct MeasuredFit {
  FittedWeight fitted;
  /// ||W - W'||_F / ||W||_F in f64, of the factors as they are stored.
  double error = 0;
};

/// Fits `weight` (n_out, n_in) to a resolved structure. On failure `why` says, as
/// a clause, why the weight cannot have this structure.
FailureOr<MeasuredFit> fitAndMeasure(StructureAttrInterface structure, const HostTensor &weight,
                                     const FitSettings &settings, std::string &why);

/// The error ||W - W'||_F / ||W||_F, in f64, of `factors` for `weight` (n_out, n_in).
/// On failure `why` says, as a clause, why there is none.
FailureOr<double> measureError(StructureAttrInterface structure, ArrayRef<FittedFactor> factors,
                               const HostTensor &weight, std::string &why);

/// The seed for one weight: `seed` mixed with the weight's name, so that the fit
/// of a weight does not depend on what else is fitted.
uint64_t mixSeed(int64_t seed, StringRef weight);

/// The first entry of `tensor` that is not finite, as in "nan at [3, 5]"; none if
/// all are.
std::optional<std::string> findNonFinite(const HostTensor &tensor);

} // namespace mlir::structlin

#endif // STRUCTLIN_COMPRESS_FITWEIGHT_H
