//===- Result.h - a value or the reason there is none -----------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Numerics is built without exceptions and without LLVM, so that it can be used
// from Python without a compiler. Every fallible function returns a Result.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_NUMERICS_RESULT_H
#define STRUCTLIN_NUMERICS_RESULT_H

#include <cassert>
#include <optional>
#include <string>
#include <utility>

namespace structlin::numerics {

/// The reason for a failure: lower case, got against expected, no final period.
struct Error {
  std::string message;
};

/// A value of type T, or an Error. Test it before use.
template <typename T> class [[nodiscard]] Result {
public:
  Result(T value) : value(std::move(value)) {}
  Result(Error error) : message(std::move(error.message)) {}

  explicit operator bool() const { return value.has_value(); }
  T &operator*() { return get(); }
  const T &operator*() const { return const_cast<Result *>(this)->get(); }
  T *operator->() { return &get(); }
  const T *operator->() const { return &**this; }

  /// The message; empty for a success.
  const std::string &error() const { return message; }
  Error takeError() { return Error{std::move(message)}; }

private:
  T &get() {
    assert(value && "read of a failed result");
    return *value;
  }

  std::optional<T> value;
  std::string message;
};

} // namespace structlin::numerics

#endif // STRUCTLIN_NUMERICS_RESULT_H
