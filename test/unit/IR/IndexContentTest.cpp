//===- IndexContentTest.cpp - tests of the checks of index factors --------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each constraint on content, held and violated, in each width of index.
//
//===----------------------------------------------------------------------===//

#include "structlin/IR/IndexContent.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "structlin/IR/StructlinDialect.h"
#include "gtest/gtest.h"

#include <map>

using namespace mlir;
using namespace mlir::structlin;

namespace {

constexpr const char *kBlockSparse = R"mlir(
func.func @f(%x: tensor<?x9xf32>, %values: tensor<4x4x2xf32>, %indices: tensor<?xi32>,
             %offsets: tensor<4xi64>, %init: tensor<?x10xf32>) {
  %y = structlin.block_sparse_matmul
    ins(%x, %values, %indices, %offsets : tensor<?x9xf32>, tensor<4x4x2xf32>, tensor<?xi32>,
        tensor<4xi64>) outs(%init : tensor<?x10xf32>) -> tensor<?x10xf32>
  return
})mlir";

constexpr const char *kSparseNM = R"mlir(
func.func @f(%x: tensor<?x8xf32>, %values: tensor<2x2x2xf32>, %indices: tensor<2x2x2xi8>,
             %init: tensor<?x2xf32>) {
  %y = structlin.sparse_matmul
    ins(%x, %values, %indices : tensor<?x8xf32>, tensor<2x2x2xf32>, tensor<2x2x2xi8>)
    outs(%init : tensor<?x2xf32>) {group = 4} -> tensor<?x2xf32>
  return
})mlir";

/// One parsed operation, and what is said about its content.
class Checked {
public:
  explicit Checked(const char *source) {
    context.loadDialect<StructlinDialect, func::FuncDialect>();
    module = parseSourceString<ModuleOp>(source, &context);
    module->walk([&](StructuredMatmulOpInterface found) { op = found; });
  }

  template <typename T>
  void set(unsigned operand, const std::vector<T> &entries, std::vector<int64_t> shape) {
    auto &bytes = storage[operand];
    bytes.assign(reinterpret_cast<const char *>(entries.data()),
                 reinterpret_cast<const char *>(entries.data() + entries.size()));
    widths[operand] = sizeof(T) * 8;
    shapes[operand] = std::move(shape);
  }

  /// The diagnostic, or nothing if all is well.
  std::string verify() {
    std::string text;
    ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diag) { text = diag.str(); });
    LogicalResult result = verifyIndexContent(
        op,
        [&](unsigned operand) -> std::optional<IndexContent> {
          auto it = storage.find(operand);
          if (it == storage.end())
            return std::nullopt;
          return IndexContent(it->second.data(), widths[operand], shapes[operand]);
        },
        [&] { return op->emitOpError(); });
    EXPECT_EQ(succeeded(result), text.empty());
    return text;
  }

  MLIRContext context;

private:
  OwningOpRef<ModuleOp> module;
  StructuredMatmulOpInterface op;
  std::map<unsigned, std::vector<char>> storage;
  std::map<unsigned, unsigned> widths;
  std::map<unsigned, std::vector<int64_t>> shapes;
};

std::string verifyBlockSparse(const std::vector<int32_t> &indices,
                              const std::vector<int64_t> &offsets) {
  Checked checked(kBlockSparse);
  checked.set(2, indices, {static_cast<int64_t>(indices.size())});
  checked.set(3, offsets, {static_cast<int64_t>(offsets.size())});
  return checked.verify();
}

std::string verifyNM(const std::vector<int8_t> &indices) {
  Checked checked(kSparseNM);
  checked.set(2, indices, {2, 2, 2});
  return checked.verify();
}

bool mentions(const std::string &text, const char *part) {
  return text.find(part) != std::string::npos;
}

TEST(IndexContent, AcceptsValidBlocks) {
  EXPECT_EQ(verifyBlockSparse({0, 4, 1, 2}, {0, 2, 2, 4}), "");
}

TEST(IndexContent, AcceptsAbsoluteOffsets) {
  // The first block belongs to no row, so its order does not matter.
  EXPECT_EQ(verifyBlockSparse({4, 4, 1, 2}, {1, 2, 2, 3}), "");
}

TEST(IndexContent, OffsetsNeverFall) {
  std::string text = verifyBlockSparse({0, 4, 1, 2}, {0, 2, 1, 4});
  EXPECT_TRUE(mentions(text, "BS-R1")) << text;
  EXPECT_TRUE(mentions(text, "got 1 after 2 at position 2")) << text;
}

TEST(IndexContent, OffsetsEndWithinTheBlocks) {
  std::string text = verifyBlockSparse({0, 4, 1, 2}, {0, 2, 2, 5});
  EXPECT_TRUE(mentions(text, "BS-R1")) << text;
  EXPECT_TRUE(mentions(text, "got 5 at position 3 with the bound 5")) << text;
}

TEST(IndexContent, OffsetsAreNotNegative) {
  EXPECT_TRUE(mentions(verifyBlockSparse({0, 4, 1, 2}, {-1, 2, 2, 4}), "BS-R1"));
}

TEST(IndexContent, BlockColumnsAreInRange) {
  // ceil(9 / 2) = 5 block columns.
  EXPECT_TRUE(mentions(verifyBlockSparse({0, 5, 1, 2}, {0, 2, 2, 4}), "BS-R2"));
  EXPECT_TRUE(mentions(verifyBlockSparse({-1, 4, 1, 2}, {0, 2, 2, 4}), "BS-R2"));
}

TEST(IndexContent, BlockColumnsRise) {
  EXPECT_TRUE(mentions(verifyBlockSparse({4, 0, 1, 2}, {0, 2, 2, 4}), "BS-R3"));
  EXPECT_TRUE(mentions(verifyBlockSparse({4, 4, 1, 2}, {0, 2, 2, 4}), "BS-R3"));
}

TEST(IndexContent, UnknownContentIsSkipped) {
  Checked checked(kBlockSparse);
  checked.set<int32_t>(2, {4, 0, 1, 2}, {4});
  EXPECT_EQ(checked.verify(), "");
}

TEST(IndexContent, PositionsInGroups) {
  EXPECT_EQ(verifyNM({0, 3, 1, 2, 2, 3, 0, 1}), "");
  EXPECT_TRUE(mentions(verifyNM({0, 4, 1, 2, 2, 3, 0, 1}), "SP-R2"));
  EXPECT_TRUE(mentions(verifyNM({0, 3, 1, 2, 2, 3, -1, 1}), "SP-R2"));
  std::string text = verifyNM({0, 3, 1, 2, 3, 2, 0, 1});
  EXPECT_TRUE(mentions(text, "rise strictly within a group (SP-R3), got 2 after 3")) << text;
}

TEST(IndexContent, ReadsEveryWidth) {
  const int8_t i8[] = {-1, 2};
  const int16_t i16[] = {-1, 300};
  const int32_t i32[] = {-1, 70000};
  const int64_t i64[] = {-1, int64_t(1) << 40};
  EXPECT_EQ(IndexContent(i8, 8, {2})[0], -1);
  EXPECT_EQ(IndexContent(i16, 16, {2})[1], 300);
  EXPECT_EQ(IndexContent(i32, 32, {2})[1], 70000);
  EXPECT_EQ(IndexContent(i64, 64, {2})[1], int64_t(1) << 40);
  EXPECT_EQ(IndexContent(i64, 64, {2})[0], -1);
}

TEST(IndexContent, ReadsUnalignedMemory) {
  std::vector<char> bytes(9);
  const int32_t entries[] = {7, -5};
  std::copy_n(reinterpret_cast<const char *>(entries), 8, bytes.begin() + 1);
  IndexContent content(bytes.data() + 1, 32, {2});
  EXPECT_EQ(content[0], 7);
  EXPECT_EQ(content[1], -5);
}

} // namespace
