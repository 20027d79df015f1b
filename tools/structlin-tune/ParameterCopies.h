//===- ParameterCopies.h - weights that are in no cache -------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The layers of a model displace each other from the caches. So calls go through copies of
// the parameters that are four times as large as the last cache.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TUNE_PARAMETERCOPIES_H
#define STRUCTLIN_TUNE_PARAMETERCOPIES_H

#include "structlin/Execution/JIT.h"

namespace mlir::structlin {

class ParameterCopies {
public:
  /// Weights that are `hot` are not copied.
  explicit ParameterCopies(bool hot);

  /// Makes copies of `parameters`, if these are not what there is.
  void fill(const ::structlin::HostTensor &parameters);

  /// The copy whose turn it is.
  CallArgument getNext();

private:
  /// Bytes of all copies, of one, from one to the next, and how many there are.
  int64_t bytes, size = 0, stride = 0, count = 0;
  int64_t next = 0;
  std::optional<::structlin::HostTensor> current, memory;
};

} // namespace mlir::structlin

#endif // STRUCTLIN_TUNE_PARAMETERCOPIES_H
