//===- ParameterSource.h - where a model's parameters come from -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parameters by name: from files, or random where only the computation matters.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_ARCHIVE_PARAMETERSOURCE_H
#define STRUCTLIN_ARCHIVE_PARAMETERSOURCE_H

#include "structlin/Archive/HostTensor.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>

namespace structlin {

class ParameterSource {
public:
  virtual ~ParameterSource();

  /// The parameter `name`. Errors: no such name (with the closest ones), or
  /// another type or shape than expected, or booleans other than 0 and 1; values
  /// are never converted.
  virtual llvm::Expected<HostTensor> lookup(llvm::StringRef name, ElementType expectedType,
                                            llvm::ArrayRef<int64_t> expectedShape) = 0;

  /// The parameter `name` as it is stored. Errors: no such name, or a source that
  /// has values for any shape and so stores none.
  virtual llvm::Expected<HostTensor> read(llvm::StringRef name) = 0;

  /// The name under which the parameter `name` is stored: another one where `name`
  /// is that of a tied weight (see SafetensorsModel::find).
  virtual std::string storedName(llvm::StringRef name) const { return name.str(); }

  /// The names it holds, sorted; empty if it answers every name.
  virtual std::vector<std::string> names() const = 0;
};

/// Parameters from a .safetensors file, a safetensors index, or a directory with
/// safetensors files (see SafetensorsModel) and `<name>.npy` files. The data
/// stays mapped. A name found twice is an error.
llvm::Expected<std::unique_ptr<ParameterSource>> openParameterFiles(llvm::StringRef path);

/// Values that depend only on (seed, name, shape), not on the machine or on the
/// order of lookups. Floats: N(0, 1) / sqrt(last size), computed in double and
/// rounded to f32, the same f32 values for every float type, which then rounds
/// them. Signed integers: uniform in [-3, 3]; unsigned: in [0, 3]; I1: in {0, 1}.
std::unique_ptr<ParameterSource> createRandomParameters(uint64_t seed);

/// `DIR`, `FILE` or `random:SEED` with a decimal seed.
llvm::Expected<std::unique_ptr<ParameterSource>> openParameterSource(llvm::StringRef spec);

} // namespace structlin

#endif // STRUCTLIN_ARCHIVE_PARAMETERSOURCE_H
