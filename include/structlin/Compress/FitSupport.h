//===- FitSupport.h - what the families' fitters share --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Between host tensors, which have a stored type, and the matrices of the
// numerics, which are float or double. Used by the fitters here and by those of
// families of other dialects (docs/AddAStructure.md).
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_COMPRESS_FITSUPPORT_H
#define STRUCTLIN_COMPRESS_FITSUPPORT_H

#include "structlin/Archive/Convert.h"
#include "structlin/Compress/FittableStructure.h"
#include "structlin/Numerics/FitOptions.h"
#include "structlin/Numerics/Result.h"

namespace mlir::structlin {

/// A rank-2 tensor in double.
inline numerics::Matrix<double> toMatrix(const HostTensor &tensor) {
  numerics::Matrix<double> matrix;
  matrix.rows = tensor.dim(0), matrix.cols = tensor.dim(1), matrix.data = tensor.toDoubles();
  return matrix;
}

/// Calls `fit` with the weight as a Matrix<double> if its numbers need it (f64,
/// integers), else as a Matrix<float>.
template <typename Fn> auto inFitPrecision(const HostTensor &weight, Fn &&fit) {
  if (weight.type() == ElementType::F64 || !::structlin::isFloat(weight.type()))
    return fit(toMatrix(weight));
  numerics::Matrix<float> matrix;
  matrix.rows = weight.dim(0), matrix.cols = weight.dim(1), matrix.data = weight.toFloats();
  return fit(matrix);
}

/// Fails with a reason for integer weights, whose factors would not be integers.
inline LogicalResult refuseIntegers(const HostTensor &weight, std::string &why) {
  if (::structlin::isFloat(weight.type()))
    return success();
  why = ("factors of " + ::structlin::mlirName(weight.type()) +
         " weights are not integers; use a structure that keeps entries as they are")
            .str();
  return failure();
}

/// The error of a numerics result as a reason; false if there is none.
template <typename T> bool succeededOr(const numerics::Result<T> &result, std::string &why) {
  why = result.error();
  return bool(result);
}

inline void convertTo(ElementType type, ArrayRef<float> values, MutableArrayRef<char> target) {
  ::structlin::convertFromFloat(values, type, target);
}
inline void convertTo(ElementType type, ArrayRef<double> values, MutableArrayRef<char> target) {
  ::structlin::convertFromDouble(values, type, target);
}

/// `values` rounded to `type`.
template <typename T>
FittedFactor makeFactor(StringRef name, ElementType type, ArrayRef<int64_t> shape,
                        const std::vector<T> &values) {
  HostTensor tensor = HostTensor::allocate(type, shape);
  convertTo(type, ArrayRef<T>(values), tensor.mutableBytes());
  return {name.str(), std::move(tensor)};
}

/// Positions, as i32 where they fit.
FittedFactor makeIndexFactor(StringRef name, ArrayRef<int64_t> values);

/// The entries of an index factor.
std::vector<int64_t> readIndices(const HostTensor &tensor);

/// The options that every iterative fit takes. `step` is what one of its steps is
/// called; `planned` gets the number of steps it settled on.
void setCommonOptions(numerics::FitOptions &options, const FitSettings &settings, StringRef step,
                      int64_t &planned);

/// What to tell a user when fewer steps were planned than asked for.
std::string noteFewerSteps(StringRef steps, int64_t planned, int64_t asked);

} // namespace mlir::structlin

#endif // STRUCTLIN_COMPRESS_FITSUPPORT_H
