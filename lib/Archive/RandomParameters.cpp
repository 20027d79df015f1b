//===- RandomParameters.cpp - parameters from a seed ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A counter-based generator: element i of a parameter is a function of its name, the
// seed and i. The normal deviates need only operations that IEEE 754 defines to the
// last bit, unlike the C library's, so that every machine gets the same values.
//
//===----------------------------------------------------------------------===//

#include "Quote.h"
#include "structlin/Archive/Convert.h"
#include "structlin/Archive/ParameterSource.h"
#include "llvm/ADT/bit.h"
#include <cmath>

using namespace structlin;
using llvm::ArrayRef;
using llvm::Expected;
using llvm::MutableArrayRef;
using llvm::StringRef;

// A fused multiply-add would round differently.
#pragma clang fp contract(off)

/// A bijection of 64 bits in which every input bit changes every output bit with
/// probability close to 1/2 (the SplitMix64 finalizer; Steele, Lea and Flood,
/// OOPSLA 2014).
static uint64_t mix(uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
  return bits ^ (bits >> 31);
}

/// The stream of a parameter: its position `counter` holds draw(key, counter).
static uint64_t streamKey(uint64_t seed, StringRef name) {
  uint64_t key = mix(seed + 0x9e3779b97f4a7c15);
  for (unsigned char c : name)
    key = mix(key ^ (c + 1));
  return key;
}

static uint64_t draw(uint64_t key, uint64_t counter) {
  return mix(key + (counter + 1) * 0x9e3779b97f4a7c15);
}

/// A polynomial by Horner's rule, the coefficient of the highest power first.
template <size_t N> static double evaluate(const double (&coefficients)[N], double x) {
  double value = coefficients[0];
  for (size_t i = 1; i < N; ++i)
    value = value * x + coefficients[i];
  return value;
}

/// Natural logarithm of a normal double > 0 to about 1e-14, relative to 1.
static double logarithm(double value) {
  // value = 2^e f with f in [sqrt(1/2), sqrt(2)), up to rounding.
  uint64_t bits = llvm::bit_cast<uint64_t>(value);
  constexpr uint64_t sqrtHalf = 0x3fe6a09e667f3bcd;
  uint64_t shifted = bits - sqrtHalf;
  double exponent = double(int32_t(int64_t(shifted) >> 52));
  double f = llvm::bit_cast<double>(bits - (shifted & 0xfff0000000000000));
  // log f = 2 artanh s = 2 (s + s^3/3 + s^5/5 + ...), |s| <= 0.172.
  double s = (f - 1) / (f + 1);
  double z = s * s;
  constexpr double coefficients[] = {1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9,
                                     1.0 / 7,  1.0 / 5,  1.0 / 3,  1.0};
  double series = evaluate(coefficients, z);
  return exponent * 0.69314718055994530942 + 2 * s * series;
}

/// Cosine and sine of 2 pi fraction / 2^32.
static void cosineAndSine(uint32_t fraction, double &cosine, double &sine) {
  // Split off the nearest multiple of pi / 2; the rest is at most pi / 4.
  uint32_t shifted = fraction + 0x20000000;
  uint32_t quadrant = shifted >> 30;
  double rest = double(int32_t(shifted & 0x3fffffff) - 0x20000000);
  double t = rest * (1.57079632679489661923 / 0x40000000);
  double z = t * t;
  constexpr double sineCoefficients[] = {
      -1.0 / 1307674368000, 1.0 / 6227020800, -1.0 / 39916800, 1.0 / 362880,
      -1.0 / 5040,          1.0 / 120,        -1.0 / 6,        1.0};
  constexpr double cosineCoefficients[] = {1.0 / 20922789888000,
                                           -1.0 / 87178291200,
                                           1.0 / 479001600,
                                           -1.0 / 3628800,
                                           1.0 / 40320,
                                           -1.0 / 720,
                                           1.0 / 24,
                                           -0.5,
                                           1.0};
  double s = t * evaluate(sineCoefficients, z);
  double c = evaluate(cosineCoefficients, z);
  bool swap = quadrant & 1;
  double x = swap ? s : c;
  double y = swap ? c : s;
  cosine = (quadrant == 1 || quadrant == 2) ? -x : x;
  sine = quadrant >= 2 ? -y : y;
}

/// Two independent N(0, 1) values (Box and Muller, Ann. Math. Stat. 1958).
static void normalPair(uint64_t bits, double &first, double &second) {
  // In (0, 1), centred in its interval: the logarithm is finite.
  double uniform = (double(uint32_t(bits >> 32)) + 0.5) * 0x1p-32;
  double radius = std::sqrt(-2 * logarithm(uniform));
  double cosine, sine;
  cosineAndSine(uint32_t(bits), cosine, sine);
  first = radius * cosine;
  second = radius * sine;
}

/// Elements [begin, begin + values.size()), begin even.
static void fillNormal(uint64_t key, int64_t begin, double scale, MutableArrayRef<float> values) {
  size_t pairs = values.size() / 2;
  for (size_t i = 0; i < pairs; ++i) {
    double first, second;
    normalPair(draw(key, begin / 2 + i), first, second);
    values[2 * i] = float(first * scale);
    values[2 * i + 1] = float(second * scale);
  }
  if (values.size() % 2) {
    double first, second;
    normalPair(draw(key, begin / 2 + pairs), first, second);
    values.back() = float(first * scale);
  }
}

/// Elements [begin, begin + values.size()), uniform in low, ..., low + count - 1.
static void fillIntegers(uint64_t key, int64_t begin, int low, uint64_t count,
                         MutableArrayRef<float> values) {
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = float(low + int((draw(key, begin + i) >> 32) * count >> 32));
}

static void fillChunk(uint64_t key, ElementType type, int64_t begin, double scale,
                      MutableArrayRef<float> values) {
  switch (type) {
  case ElementType::F64:
  case ElementType::F32:
  case ElementType::F16:
  case ElementType::BF16:
    return fillNormal(key, begin, scale, values);
  case ElementType::I64:
  case ElementType::I32:
  case ElementType::I16:
  case ElementType::I8:
    return fillIntegers(key, begin, -3, 7, values);
  case ElementType::U64:
  case ElementType::U32:
  case ElementType::U16:
  case ElementType::U8:
    return fillIntegers(key, begin, 0, 4, values);
  case ElementType::I1:
    return fillIntegers(key, begin, 0, 2, values);
  }
}

namespace {
class RandomParameters : public ParameterSource {
public:
  explicit RandomParameters(uint64_t seed) : seed(seed) {}

  Expected<HostTensor> lookup(StringRef name, ElementType expectedType,
                              ArrayRef<int64_t> expectedShape) override;
  Expected<HostTensor> read(StringRef name) override {
    return llvm::createStringError("random parameters have no tensor '" + name +
                                   "' of a type and shape of its own");
  }
  std::vector<std::string> names() const override { return {}; }

private:
  uint64_t seed;
};
} // namespace

Expected<HostTensor> RandomParameters::lookup(StringRef name, ElementType type,
                                              ArrayRef<int64_t> shape) {
  if (!byteSizeOf(type, shape))
    return llvm::createStringError(
        "parameter " + quote(name) +
        ": the shape has a negative size or does not fit: " + formatType(type, shape));
  HostTensor tensor = HostTensor::allocate(type, shape);
  uint64_t key = streamKey(seed, name);
  double scale = shape.empty() ? 1.0 : 1.0 / std::sqrt(double(std::max<int64_t>(shape.back(), 1)));
  // An even count, so that no pair is split.
  float chunk[2048];
  int64_t count = tensor.numElements();
  for (int64_t begin = 0; begin < count; begin += std::size(chunk)) {
    MutableArrayRef<float> values(chunk, std::min<int64_t>(std::size(chunk), count - begin));
    fillChunk(key, type, begin, scale, values);
    convertFromFloat(
        values, type,
        tensor.mutableBytes().slice(begin * byteSize(type), values.size() * byteSize(type)));
  }
  return tensor;
}

std::unique_ptr<ParameterSource> structlin::createRandomParameters(uint64_t seed) {
  return std::make_unique<RandomParameters>(seed);
}
