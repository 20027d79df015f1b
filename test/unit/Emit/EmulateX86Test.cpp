//===- EmulateX86Test.cpp - rounding of emulated instructions -------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Emulated instructions against a model on integers and, on a machine that has them,
// against the instructions, bit for bit.
//
//===----------------------------------------------------------------------===//

#include "structlin/Emit/EmulateX86.h"
#include "EmitTestUtil.h"
#include "ExactFloat.h"
#include "mlir/Parser/Parser.h"
#include "structlin/Archive/Convert.h"
#include "structlin/Emit/LowerEmitted.h"
#include "structlin/Execution/JIT.h"
#include "llvm/ADT/bit.h"
#include <cstring>
#include <gtest/gtest.h>
#include <random>

using namespace structlin;
using namespace structlin::kernels;
using namespace structlin::kernels::test;
using mlir::structlin::CallArgument;
using mlir::structlin::JITModule;

namespace {

constexpr llvm::StringLiteral kDots = R"mlir(
func.func @dot8(%acc: memref<8xf32>, %a: memref<16xbf16>, %b: memref<16xbf16>)
    attributes {llvm.emit_c_interface} {
  %0 = arith.constant 0 : index
  %c = vector.load %acc[%0] : memref<8xf32>, vector<8xf32>
  %x = vector.load %a[%0] : memref<16xbf16>, vector<16xbf16>
  %y = vector.load %b[%0] : memref<16xbf16>, vector<16xbf16>
  %r = x86vector.avx512.dot %c, %x, %y : vector<16xbf16> -> vector<8xf32>
  vector.store %r, %acc[%0] : memref<8xf32>, vector<8xf32>
  return
}
func.func @dot16(%acc: memref<16xf32>, %a: memref<32xbf16>, %b: memref<32xbf16>)
    attributes {llvm.emit_c_interface} {
  %0 = arith.constant 0 : index
  %c = vector.load %acc[%0] : memref<16xf32>, vector<16xf32>
  %x = vector.load %a[%0] : memref<32xbf16>, vector<32xbf16>
  %y = vector.load %b[%0] : memref<32xbf16>, vector<32xbf16>
  %r = x86vector.avx512.dot %c, %x, %y : vector<32xbf16> -> vector<16xf32>
  vector.store %r, %acc[%0] : memref<16xf32>, vector<16xf32>
  return
}
)mlir";

constexpr llvm::StringLiteral kExpand = R"mlir(
func.func @expand(%values: memref<32xi16>, %mask: memref<1xi32>, %to: memref<32xi16>)
    attributes {llvm.emit_c_interface} {
  %0 = arith.constant 0 : index
  %v = vector.load %values[%0] : memref<32xi16>, vector<32xi16>
  %p = vector.load %to[%0] : memref<32xi16>, vector<32xi16>
  %w = vector.load %mask[%0] : memref<1xi32>, vector<1xi32>
  %m = vector.bitcast %w : vector<1xi32> to vector<32xi1>
  %r = llvm.call_intrinsic "llvm.x86.avx512.mask.expand"(%v, %p, %m)
      : (vector<32xi16>, vector<32xi16>, vector<32xi1>) -> vector<32xi16>
  vector.store %r, %to[%0] : memref<32xi16>, vector<32xi16>
  return
}
)mlir";

constexpr llvm::StringLiteral kRound = R"mlir(
func.func @round(%from: memref<16xf32>, %to: memref<16xbf16>) attributes {llvm.emit_c_interface} {
  %0 = arith.constant 0 : index
  %v = vector.load %from[%0] : memref<16xf32>, vector<16xf32>
  %r = arith.truncf %v : vector<16xf32> to vector<16xbf16>
  vector.store %r, %to[%0] : memref<16xbf16>, vector<16xbf16>
  return
}
)mlir";

constexpr llvm::StringLiteral kTiles = R"mlir(
func.func @mulf(%acc: memref<16x16xf32>, %a: memref<16x32xbf16>, %b: memref<16x32xbf16>)
    attributes {llvm.emit_c_interface} {
  %0 = arith.constant 0 : index
  %c = amx.tile_load %acc[%0, %0] : memref<16x16xf32> into !amx.tile<16x16xf32>
  %x = amx.tile_load %a[%0, %0] : memref<16x32xbf16> into !amx.tile<16x32xbf16>
  %y = amx.tile_load %b[%0, %0] : memref<16x32xbf16> into !amx.tile<16x32xbf16>
  %r = amx.tile_mulf %x, %y, %c
      : !amx.tile<16x32xbf16>, !amx.tile<16x32xbf16>, !amx.tile<16x16xf32>
  amx.tile_store %acc[%0, %0], %r : memref<16x16xf32>, !amx.tile<16x16xf32>
  return
}
func.func @muli(%acc: memref<16x16xi32>, %a: memref<16x64xi8>, %b: memref<16x64xi8>)
    attributes {llvm.emit_c_interface} {
  %0 = arith.constant 0 : index
  %c = amx.tile_load %acc[%0, %0] : memref<16x16xi32> into !amx.tile<16x16xi32>
  %x = amx.tile_load %a[%0, %0] : memref<16x64xi8> into !amx.tile<16x64xi8>
  %y = amx.tile_load %b[%0, %0] : memref<16x64xi8> into !amx.tile<16x64xi8>
  %s = amx.tile_muli %x, %y, %c : !amx.tile<16x64xi8>, !amx.tile<16x64xi8>, !amx.tile<16x16xi32>
  %r = amx.tile_muli %x zext, %y, %s
      : !amx.tile<16x64xi8>, !amx.tile<16x64xi8>, !amx.tile<16x16xi32>
  amx.tile_store %acc[%0, %0], %r : memref<16x16xi32>, !amx.tile<16x16xi32>
  return
}
)mlir";

/// One module, compiled with its instructions emulated or as they are.
struct Compiled {
  std::unique_ptr<mlir::MLIRContext> context = makeContext();
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::unique_ptr<JITModule> jit;

  Compiled(llvm::StringRef text, bool emulated) {
    module = mlir::parseSourceString<mlir::ModuleOp>(text, context.get());
    if (emulated)
      EXPECT_TRUE(succeeded(mlir::structlin::emulateX86(*module)));
    EXPECT_TRUE(succeeded(mlir::structlin::lowerEmittedKernels(*module)));
    jit = llvm::cantFail(JITModule::create(*module, {/*optLevel=*/1, {}}));
  }
  void call(llvm::StringRef name, std::vector<CallArgument> arguments) {
    JITModule::call(llvm::cantFail(jit->lookup(name)), arguments);
  }
};

/// The module, as this machine runs it, and natively where it can.
struct BothWays {
  Compiled emulated;
  std::optional<Compiled> native;

  BothWays(llvm::StringRef text, llvm::StringRef target) : emulated(text, /*emulated=*/true) {
    bool hasInstructions = Target::get(target)->runsOnHost();
    if (hasInstructions)
      native.emplace(text, /*emulated=*/false);
    ::testing::Test::RecordProperty(
        "execution", (target + (hasInstructions ? " native and emulated" : " emulated")).str());
  }
};

template <typename T> CallArgument memory(std::vector<T> &data, llvm::ArrayRef<int64_t> shape) {
  return CallArgument::buffer(data.data(), shape);
}

/// Bits, with one pattern for all NaNs.
uint32_t bitsOf(float value) {
  return std::isnan(value) ? 0x7fc00000u : llvm::bit_cast<uint32_t>(value);
}
std::vector<uint32_t> bitsOf(const std::vector<float> &values) {
  std::vector<uint32_t> bits;
  for (float value : values)
    bits.push_back(bitsOf(value));
  return bits;
}

/// Operands for which rounding, cancelling and flushing happen often.
class Operands {
public:
  using Random = std::mt19937;

  /// Magnitudes around 2^exponent.
  float number(int exponent, int bits) {
    switch (pick(12)) {
    case 0: // Powers of two meet halfway cases.
      return sign() * std::ldexp(1.0f, exponent);
    case 1:
      return sign() * 0.0f;
    case 2: // Subnormal in f32 and in bf16.
      return sign() * std::ldexp(1.0f + pick(64) / 64.0f, -133 + pick(6));
    case 3:
      return sign() * std::ldexp(1.0f, -126);
    case 4:
      return pick(40) != 0 ? 1.0f : sign() * std::numeric_limits<float>::infinity();
    case 5:
      return pick(40) != 0 ? -1.0f : std::numeric_limits<float>::quiet_NaN();
    case 6:
      return pick(20) != 0 ? 3.0f : sign() * 0x1.fep127f;
    default:
      int range = 1 << (bits - 1);
      return sign() *
             std::ldexp(1.0f + pick(range) / static_cast<float>(range), exponent + pick(5) - 2);
    }
  }
  int pick(int count) { return std::uniform_int_distribution<int>(0, count - 1)(random); }

private:
  float sign() { return pick(2) ? 1.0f : -1.0f; }
  Random random{11};
};

uint16_t toBfloat(float value) { return doubleToBfloat(value); }

/// VDPBF16PS, from its pseudo-code.
std::vector<float> modelOfDot(std::vector<float> acc, const std::vector<uint16_t> &a,
                              const std::vector<uint16_t> &b) {
  for (size_t i = 0; i < acc.size(); ++i)
    for (size_t t : {2 * i + 1, 2 * i})
      acc[i] = exactMultiplyAdd(bfloatToFloat(a[t]), bfloatToFloat(b[t]), acc[i]);
  return acc;
}

/// TDPBF16PS, from its pseudo-code.
std::vector<float> modelOfTileDot(std::vector<float> acc, const std::vector<uint16_t> &a,
                                  const std::vector<uint16_t> &b) {
  for (int m = 0; m < 16; ++m)
    for (int n = 0; n < 16; ++n) {
      float sums[2] = {0, 0};
      for (int k = 0; k < 16; ++k)
        for (int odd : {0, 1})
          sums[odd] = exactMultiplyAdd(bfloatToFloat(a[m * 32 + 2 * k + odd]),
                                       bfloatToFloat(b[k * 32 + 2 * n + odd]), sums[odd]);
      float both = exactMultiplyAdd(sums[0], 1, sums[1]);
      acc[m * 16 + n] = exactMultiplyAdd(acc[m * 16 + n], 1, both);
    }
  return acc;
}

/// Exponents of the accumulator and of products, at which both matter.
struct Exponents {
  int acc, a, b;
};
constexpr Exponents kExponents[] = {
    {0, 0, 0},        // The usual sums.
    {0, -12, -12},    // Products of half a unit in the last place.
    {-126, -75, -76}, // Around the smallest normal number, and half a unit below it.
    {-126, -63, -63}, // Cancelling near it.
    {-120, -70, -60}, // Products that vanish or are subnormal.
    {127, 63, 64},    // Overflow.
};

TEST(ExactFloat, RoundsOnce) {
  EXPECT_EQ(exactMultiplyAdd(1, 0x1p-24f, 1), 1.0f);
  EXPECT_EQ(exactMultiplyAdd(1, 0x1p-24f, 1 + 0x1p-23f), 1 + 0x1p-22f);
  EXPECT_EQ(exactMultiplyAdd(0x1p-60f, -0x1p-91f, 0x1p-126f), 0x1p-126f);
  // 24 bits below the normal range: flushed, though subnormals would have rounded up.
  EXPECT_EQ(exactMultiplyAdd(0x1.02p-60f, -0x1p-91f, 0x1p-126f), 0.0f);
  EXPECT_EQ(exactMultiplyAdd(0x1p-127f, 1, 0x1p-130f), 0.0f);
  EXPECT_TRUE(std::signbit(exactMultiplyAdd(0x1p-70f, -0x1p-70f, 0)));
  EXPECT_EQ(exactMultiplyAdd(0x1p64f, 0x1p64f, 0), std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(exactMultiplyAdd(std::numeric_limits<float>::infinity(), 0x1p-130f, 0)));
}

TEST(EmulateX86, DotRoundsAsTheInstruction) {
  BothWays dots(kDots, "avx512_bf16");
  Operands operands;
  for (int64_t lanes : {8, 16})
    for (Exponents exponents : kExponents)
      for (int round = 0; round < 150; ++round) {
        std::vector<float> acc;
        std::vector<uint16_t> a, b;
        for (int i = 0; i < lanes; ++i)
          acc.push_back(operands.number(exponents.acc, 24));
        for (int i = 0; i < 2 * lanes; ++i) {
          a.push_back(toBfloat(operands.number(exponents.a, 8)));
          b.push_back(toBfloat(operands.number(exponents.b, 8)));
        }
        auto run = [&](Compiled &compiled) {
          std::vector<float> result = acc;
          compiled.call("dot" + std::to_string(lanes),
                        {memory(result, {lanes}), memory(a, {2 * lanes}), memory(b, {2 * lanes})});
          return bitsOf(result);
        };
        std::vector<uint32_t> emulated = run(dots.emulated);
        ASSERT_EQ(emulated, bitsOf(modelOfDot(acc, a, b))) << "exponent " << exponents.acc;
        if (dots.native) {
          ASSERT_EQ(emulated, run(*dots.native));
        }
      }
}

TEST(EmulateX86, TileProductOfBF16RoundsAsTheInstruction) {
  BothWays tiles(kTiles, "amx");
  Operands operands;
  for (Exponents exponents : kExponents)
    for (int round = 0; round < 4; ++round) {
      std::vector<float> acc;
      std::vector<uint16_t> a, b;
      for (int i = 0; i < 16 * 16; ++i)
        acc.push_back(operands.number(exponents.acc, 24));
      // Infinities and NaNs would reach every sum: they are in one row and column.
      auto finite = [&](int exponent, bool any) {
        while (true) {
          float value = operands.number(exponent, 8);
          if (any || std::isfinite(value))
            return toBfloat(value);
        }
      };
      for (int i = 0; i < 16 * 32; ++i) {
        a.push_back(finite(exponents.a, i / 32 == 3));
        b.push_back(finite(exponents.b, i % 32 / 2 == 5));
      }
      auto run = [&](Compiled &compiled) {
        std::vector<float> result = acc;
        compiled.call("mulf", {memory(result, {16, 16}), memory(a, {16, 32}), memory(b, {16, 32})});
        return bitsOf(result);
      };
      std::vector<uint32_t> emulated = run(tiles.emulated);
      ASSERT_EQ(emulated, bitsOf(modelOfTileDot(acc, a, b))) << "exponent " << exponents.acc;
      if (tiles.native) {
        ASSERT_EQ(emulated, run(*tiles.native));
      }
    }
}

TEST(EmulateX86, TileProductOfI8WrapsAround) {
  BothWays tiles(kTiles, "amx");
  Operands operands;
  for (int round = 0; round < 8; ++round) {
    std::vector<int32_t> acc;
    std::vector<int8_t> a, b;
    for (int i = 0; i < 16 * 16; ++i)
      acc.push_back(operands.pick(2) ? std::numeric_limits<int32_t>::max() - operands.pick(1000)
                                     : operands.pick(1000));
    for (int i = 0; i < 16 * 64; ++i) {
      a.push_back(static_cast<int8_t>(operands.pick(3) ? operands.pick(256) : -128));
      b.push_back(static_cast<int8_t>(operands.pick(3) ? operands.pick(256) : 127));
    }
    std::vector<int32_t> expected = acc;
    for (int m = 0; m < 16; ++m)
      for (int n = 0; n < 16; ++n) {
        int64_t sum = acc[m * 16 + n];
        for (int k = 0; k < 64; ++k) {
          int64_t x = a[m * 64 + k], y = b[k / 4 * 64 + 4 * n + k % 4];
          // The function multiplies twice, the second time with A unsigned.
          sum += x * y + static_cast<uint8_t>(x) * y;
        }
        expected[m * 16 + n] = static_cast<int32_t>(static_cast<uint64_t>(sum));
      }
    auto run = [&](Compiled &compiled) {
      std::vector<int32_t> result = acc;
      compiled.call("muli", {memory(result, {16, 16}), memory(a, {16, 64}), memory(b, {16, 64})});
      return result;
    };
    ASSERT_EQ(run(tiles.emulated), expected);
    if (tiles.native) {
      ASSERT_EQ(run(*tiles.native), expected);
    }
  }
}

TEST(EmulateX86, RoundsToBF16AsTheInstruction) {
  BothWays rounding(kRound, "avx512_bf16");
  std::mt19937 random(3);
  for (int round = 0; round < 2000; ++round) {
    std::vector<float> values, expected;
    for (int i = 0; i < 16; ++i) {
      auto bits = static_cast<uint32_t>(random());
      // Halfway cases, and numbers around the smallest normal one.
      if (i % 4 == 0)
        bits = (bits & 0xffff0000) | 0x8000;
      if (i % 4 == 1)
        bits &= 0x80ffffff;
      values.push_back(llvm::bit_cast<float>(bits));
      expected.push_back(bfloatToFloat(toBfloat(flushed(values.back()))));
    }
    auto run = [&](Compiled &compiled) {
      std::vector<uint16_t> result(16);
      compiled.call("round", {memory(values, {16}), memory(result, {16})});
      std::vector<float> widened;
      for (uint16_t word : result)
        widened.push_back(bfloatToFloat(word));
      return bitsOf(widened);
    };
    ASSERT_EQ(run(rounding.emulated), bitsOf(expected));
    if (rounding.native) {
      ASSERT_EQ(run(*rounding.native), bitsOf(expected));
    }
  }
}

TEST(EmulateX86, ExpandTakesTheNextValueForEachBit) {
  BothWays expand(kExpand, "avx512_bf16");
  Operands operands;
  for (int round = 0; round < 64; ++round) {
    std::vector<int16_t> values, passthrough;
    std::vector<uint32_t> mask{0};
    for (int i = 0; i < 32; ++i) {
      values.push_back(100 + i);
      passthrough.push_back(-i);
      mask[0] |= static_cast<uint32_t>(operands.pick(4) < round % 5) << i;
    }
    std::vector<int16_t> expected = passthrough;
    for (int i = 0, next = 0; i < 32; ++i)
      if (mask[0] >> i & 1)
        expected[i] = values[next++];
    auto run = [&](Compiled &compiled) {
      std::vector<int16_t> result = passthrough;
      compiled.call("expand", {memory(values, {32}), memory(mask, {1}), memory(result, {32})});
      return result;
    };
    ASSERT_EQ(run(expand.emulated), expected);
    if (expand.native) {
      ASSERT_EQ(run(*expand.native), expected);
    }
  }
}

} // namespace
