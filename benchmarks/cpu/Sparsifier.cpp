//===- Sparsifier.cpp - MLIR's own sparsifier as a peer -------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The product that a user of the sparse_tensor dialect writes: the weight in rows
// (CSR), or in blocks (BSR), and upstream's pipeline with its vectorization.
//
//===----------------------------------------------------------------------===//

#include "Compile.h"
#include "Memory.h"
#include "Peers.h"
#include "mlir/Dialect/SparseTensor/Pipelines/Passes.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FormatVariadic.h"
#include <cstring>

using namespace structlin;
using namespace structlin::benchmark;
using mlir::structlin::CallArgument;
using mlir::structlin::JITModule;

namespace {
/// A weight as the sparse_tensor dialect stores it: blocks of height x width, each
/// row-major, of which those are stored that are not zero; 1 x 1 for CSR.
struct Storage {
  int64_t height, width;
  std::vector<int32_t> positions{0}, columns;
  std::vector<float> values;
};
} // namespace

static Storage store(const Layer &layer) {
  bool blocks = layer.structure.family == Structure::Family::BlockSparse;
  Storage storage{blocks ? layer.structure.height : 1, blocks ? layer.structure.width : 1};
  for (int64_t row = 0; row < layer.shape.outputs; row += storage.height) {
    std::vector<std::vector<float>> rows;
    for (int64_t i = 0; i < storage.height; ++i)
      rows.push_back(layer.row(row + i));
    for (int64_t col = 0; col < layer.shape.inputs; col += storage.width) {
      bool isStored = llvm::any_of(rows, [&](const std::vector<float> &values) {
        return std::any_of(values.begin() + col, values.begin() + col + storage.width,
                           [](float value) { return value != 0; });
      });
      if (!isStored)
        continue;
      storage.columns.push_back(col / storage.width);
      for (const std::vector<float> &values : rows)
        storage.values.insert(storage.values.end(), values.begin() + col,
                              values.begin() + col + storage.width);
    }
    storage.positions.push_back(storage.columns.size());
  }
  return storage;
}

/// %0 inputs, %1 outputs, %2 positions, %3 columns, %4 values, %5 the encoding's map.
static constexpr const char *kSource = R"(
#W = #sparse_tensor.encoding<{{ map = (i, j) -> ({5}), posWidth = 32, crdWidth = 32 }>
func.func @kernel(%x: memref<?x{0}xf32>, %pos: memref<{2}xi32>, %crd: memref<{3}xi32>,
                  %val: memref<{4}xf32>, %y: memref<?x{1}xf32>)
    attributes {{llvm.emit_c_interface} {{
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<?x{1}xf32>)
  %xt = bufferization.to_tensor %x restrict : memref<?x{0}xf32> to tensor<?x{0}xf32>
  %post = bufferization.to_tensor %pos restrict : memref<{2}xi32> to tensor<{2}xi32>
  %crdt = bufferization.to_tensor %crd restrict : memref<{3}xi32> to tensor<{3}xi32>
  %valt = bufferization.to_tensor %val restrict : memref<{4}xf32> to tensor<{4}xf32>
  %yt = bufferization.to_tensor %y restrict writable : memref<?x{1}xf32> to tensor<?x{1}xf32>
  %w = sparse_tensor.assemble (%post, %crdt), %valt
         : (tensor<{2}xi32>, tensor<{3}xi32>), tensor<{4}xf32> to tensor<{1}x{0}xf32, #W>
  %r = linalg.generic {{
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>,
                       affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%xt, %w : tensor<?x{0}xf32>, tensor<{1}x{0}xf32, #W>) outs(%yt : tensor<?x{1}xf32>) {{
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<?x{1}xf32>
  bufferization.materialize_in_destination %r in restrict writable %y
    : (tensor<?x{1}xf32>, memref<?x{1}xf32>) -> ()
  return
}
)";

static std::string print(const Layer &layer, const Storage &storage) {
  std::string map = "i : dense, j : compressed";
  if (storage.height * storage.width > 1)
    map = llvm::formatv("i floordiv {0} : dense, j floordiv {1} : compressed, i mod {0} : dense, "
                        "j mod {1} : dense",
                        storage.height, storage.width)
              .str();
  return llvm::formatv(kSource, layer.shape.inputs, layer.shape.outputs, storage.positions.size(),
                       storage.columns.size(), storage.values.size(), map)
      .str();
}

static std::shared_ptr<JITModule> compile(const std::string &source, int64_t lanes) {
  auto module = mlir::parseSourceString<mlir::ModuleOp>(source, &getContext());
  mlir::PassManager manager(&getContext());
  mlir::sparse_tensor::SparsifierOptions options;
  options.enableRuntimeLibrary = false;
  options.createSparseDeallocs = false;
  options.reassociateFPReductions = true;
  options.vectorLength = lanes;
  mlir::sparse_tensor::buildSparsifier(manager, options);
  if (!module || failed(manager.run(*module)))
    llvm::report_fatal_error("the sparsifier failed", /*gen_crash_diag=*/false);
  return llvm::cantFail(JITModule::create(*module, {}));
}

Peer benchmark::makeSparsifier(const Layer &layer, const kernels::Target &target, int64_t m,
                               void *x, void *y, int64_t copies) {
  using Family = Structure::Family;
  Family family = layer.structure.family;
  bool isSparse = family == Family::Sparse || family == Family::BlockSparse;
  bool isWhole =
      family != Family::BlockSparse || (layer.shape.outputs % layer.structure.height == 0 &&
                                        layer.shape.inputs % layer.structure.width == 0);
  if (layer.type != ElementType::F32 || !isSparse || !isWhole)
    return {};
  struct State {
    std::shared_ptr<JITModule> module;
    JITModule::Function function = nullptr;
    Storage storage;
    Pages pages;
  };
  auto state = std::make_shared<State>();
  state->storage = store(layer);
  const Storage &storage = state->storage;
  state->module = compile(print(layer, storage), target.lanes(layer.type));
  state->function = llvm::cantFail(state->module->lookup("kernel"));
  size_t columnBytes = (storage.columns.size() * 4 + 63) / 64 * 64;
  size_t bytes = columnBytes + storage.values.size() * 4;
  bytes = (bytes + 63) / 64 * 64;
  state->pages = allocatePages(bytes * copies);
  for (int64_t copy = 0; copy < copies; ++copy) {
    char *memory = state->pages.get() + copy * bytes;
    std::memcpy(memory, storage.columns.data(), storage.columns.size() * 4);
    std::memcpy(memory + columnBytes, storage.values.data(), storage.values.size() * 4);
  }
  auto run = [state, m, x, y, bytes, columnBytes, shape = layer.shape](int64_t copy) {
    Storage &storage = state->storage;
    char *memory = state->pages.get() + copy * bytes;
    auto size = [](const auto &values) { return static_cast<int64_t>(values.size()); };
    llvm::SmallVector<CallArgument> arguments{
        CallArgument::buffer(x, {m, shape.inputs}),
        CallArgument::buffer(storage.positions.data(), {size(storage.positions)}),
        CallArgument::buffer(memory, {size(storage.columns)}),
        CallArgument::buffer(memory + columnBytes, {size(storage.values)}),
        CallArgument::buffer(y, {m, shape.outputs})};
    JITModule::call(state->function, arguments);
  };
  return {"MLIR sparsifier, " + layer.structure.name(), run};
}
