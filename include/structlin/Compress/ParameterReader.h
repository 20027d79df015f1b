//===- ParameterReader.h - the values of parameters -----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads the value of a structlin.parameter from its inline attribute or from a
// parameter source.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_COMPRESS_PARAMETERREADER_H
#define STRUCTLIN_COMPRESS_PARAMETERREADER_H

#include "structlin/Archive/ParameterSource.h"
#include "structlin/Host/HostAttr.h"
#include "structlin/IR/StructlinOps.h"

namespace mlir::structlin {

class ParameterReader {
public:
  /// Opens `spec` (a file, a directory, `random:SEED`); with an empty spec only
  /// inline values can be read. What cannot be opened is diagnosed at `location`.
  static FailureOr<ParameterReader> open(StringRef spec, Location location);

  /// The value of `parameter`; an inline value wins. A tensor that is missing, or
  /// has another type or shape, is diagnosed at the operation.
  FailureOr<HostTensor> read(ParameterOp parameter);

  /// The value of a structlin.parameter or an arith.constant.
  FailureOr<HostTensor> readRoot(Operation *root);

  /// The tensor that is stored as `name`, of any type and shape. On failure `why`
  /// says why not.
  FailureOr<HostTensor> readStored(StringRef name, std::string &why);

  /// The name under which the parameter `name` is stored (see ParameterSource).
  std::string storedName(StringRef name) const {
    return source ? source->storedName(name) : name.str();
  }

private:
  std::unique_ptr<::structlin::ParameterSource> source;
};

} // namespace mlir::structlin

#endif // STRUCTLIN_COMPRESS_PARAMETERREADER_H
