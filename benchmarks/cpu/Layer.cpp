//===- Layer.cpp - layers with random factors -----------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layer.h"
#include "structlin/Archive/Convert.h"
#include "structlin/Kernels/PanelLayout.h"
#include "llvm/Support/FormatVariadic.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <random>

using namespace structlin;
using namespace structlin::benchmark;
using namespace structlin::kernels;

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

namespace {
/// A small fast generator: weights have tens of millions of elements.
class Numbers {
public:
  explicit Numbers(uint64_t seed) : state(seed * 0x9E3779B97F4A7C15u + 1) {}
  uint64_t next() {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
  }
  /// In [-1, 1), with few enough digits that every type has it exactly.
  float value() { return static_cast<float>(static_cast<int64_t>(next() >> 57) - 64) / 64; }
  bool draw(double probability) { return (next() >> 11) * 0x1p-53 < probability; }

private:
  uint64_t state;
};
} // namespace

/// An exact conversion: the upper half of an f32, or through the archive's.
static void write(char *target, ElementType type, float value) {
  if (type == ElementType::F32) {
    std::memcpy(target, &value, 4);
  } else if (type == ElementType::BF16) {
    uint32_t bits;
    std::memcpy(&bits, &value, 4);
    bits >>= 16;
    std::memcpy(target, &bits, 2);
  } else {
    convertFromFloat(value, type, {target, byteSize(type)});
  }
}

float benchmark::read(const HostTensor &tensor, int64_t index) {
  const char *source = tensor.bytes().data() + index * byteSize(tensor.type());
  if (tensor.type() == ElementType::F32) {
    float value;
    std::memcpy(&value, source, 4);
    return value;
  }
  if (tensor.type() == ElementType::BF16) {
    uint16_t half;
    std::memcpy(&half, source, 2);
    uint32_t bits = static_cast<uint32_t>(half) << 16;
    float value;
    std::memcpy(&value, &bits, 4);
    return value;
  }
  float value;
  convertToFloat({source, byteSize(tensor.type())}, tensor.type(), value);
  return value;
}

HostTensor benchmark::randomTensor(ElementType type, int64_t rows, int64_t cols, unsigned seed) {
  HostTensor tensor = HostTensor::allocate(type, {rows, cols});
  Numbers numbers(seed);
  char *target = tensor.mutableBytes().data();
  for (int64_t i = 0; i < rows * cols; ++i)
    write(target + i * byteSize(type), type, numbers.value());
  return tensor;
}

static HostTensor makeIndices(const std::vector<int32_t> &values) {
  HostTensor tensor = HostTensor::allocate(ElementType::I32, {static_cast<int64_t>(values.size())});
  std::memcpy(tensor.mutableBytes().data(), values.data(), values.size() * 4);
  return tensor;
}

//===----------------------------------------------------------------------===//
// Packing
//===----------------------------------------------------------------------===//

/// `count` matrices of rows x cols one below the other, each packed for itself.
static HostTensor pack(const HostTensor &matrices, int64_t count, const PanelLayout &layout) {
  int64_t rows = matrices.dim(0) / count, cols = matrices.dim(1);
  auto shape = layout.packedShape(rows, cols);
  llvm::SmallVector<int64_t> sizes(shape.begin(), shape.end());
  if (count > 1)
    sizes.insert(sizes.begin(), count);
  HostTensor packed = HostTensor::allocate(matrices.type(), sizes);
  std::memset(packed.mutableBytes().data(), 0, packed.bytes().size());
  int64_t size = byteSize(matrices.type()), total = shape[0] * shape[1] * shape[2];
  for (int64_t e = 0; e < count; ++e) {
    const char *source = matrices.bytes().data() + e * rows * cols * size;
    char *target = packed.mutableBytes().data() + e * total * size;
    forEachPacked(layout, rows, cols, [&](int64_t i, int64_t row, int64_t t) {
      std::memcpy(target + i * size, source + (row * cols + t) * size, size);
    });
  }
  return packed;
}

namespace {
/// What the constructors of layers share.
struct Maker {
  Shape shape;
  ElementType type;
  const Structure &structure;
  PanelLayout layout;
  unsigned seed;

  HostTensor random(int64_t rows, int64_t cols) { return randomTensor(type, rows, cols, ++seed); }
  Layer start(double keep) const {
    Layer layer{shape, type, structure, keep, {}, {}, {}};
    return layer;
  }
  Layer dense();
  Layer lowRank();
  Layer blast();
  Layer blockSparse();
  Layer sparse();
  Layer lowRankSparse();

  /// A weight with zeros where the structure has them, row-major.
  HostTensor sparseWeight();
  void addCompressed(Layer &layer, const HostTensor &w);
};
} // namespace

/// Row `row` of a matrix.
static std::vector<float> rowOf(const HostTensor &matrix, int64_t row) {
  std::vector<float> values(matrix.dim(1));
  for (size_t t = 0; t < values.size(); ++t)
    values[t] = read(matrix, row * matrix.dim(1) + t);
  return values;
}

/// sum_k scales[k] v(first + k, :), added to `target`.
static void addCombination(const std::vector<float> &scales, const HostTensor &v, int64_t first,
                           float *target) {
  for (size_t k = 0; k < scales.size(); ++k)
    for (int64_t t = 0; t < v.dim(1); ++t)
      target[t] += scales[k] * read(v, (first + k) * v.dim(1) + t);
}

Layer Maker::dense() {
  Layer layer = start(1);
  HostTensor w = random(shape.outputs, shape.inputs);
  layer.factors = {pack(w, 1, layout)};
  layer.build = [shape = shape](Builder &builder, llvm::ArrayRef<Buffer> in, Index m,
                                const Schedule &schedule) {
    buildDense(builder, {m, shape.inputs, shape.outputs, in[0], in[1]}, schedule);
  };
  layer.row = [w](int64_t output) { return rowOf(w, output); };
  return layer;
}

Layer Maker::lowRank() {
  int64_t rank = structure.rank;
  Layer layer =
      start(double(rank * (shape.inputs + shape.outputs)) / (shape.inputs * shape.outputs));
  HostTensor u = random(shape.outputs, rank), v = random(rank, shape.inputs);
  layer.factors = {pack(u, 1, layout), pack(v, 1, layout)};
  layer.build = [shape = shape, rank, type = type](Builder &builder, llvm::ArrayRef<Buffer> in,
                                                   Index m, const Schedule &schedule) {
    buildLowRank(builder, {m, shape.inputs, shape.outputs, rank, in[0], in[1], in[2], type},
                 schedule);
  };
  layer.row = [u, v](int64_t output) {
    std::vector<float> row(v.dim(1));
    addCombination(rowOf(u, output), v, 0, row.data());
    return row;
  };
  return layer;
}

Layer Maker::blast() {
  int64_t b = structure.blocks, rank = structure.rank;
  int64_t p = numPieces(shape.outputs, b), q = numPieces(shape.inputs, b);
  Layer layer =
      start(double(rank * (shape.inputs + shape.outputs + b * b)) / (shape.inputs * shape.outputs));
  HostTensor u = random(b * p, rank), v = random(b * rank, q), s = random(b * b, rank);
  int64_t panel = layout.panel, panels = layout.numPanels(rank), size = byteSize(type);
  HostTensor scales = HostTensor::allocate(type, {panels, b, b, panel});
  std::memset(scales.mutableBytes().data(), 0, scales.bytes().size());
  for (int64_t e = 0; e < b * b; ++e)
    for (int64_t k = 0; k < rank; k += panel)
      std::memcpy(scales.mutableBytes().data() + (k * b * b + e * panel) * size,
                  s.bytes().data() + (e * rank + k) * size, std::min(panel, rank - k) * size);
  layer.factors = {pack(u, b, layout), scales, pack(v, b, layout)};
  layer.build = [shape = shape, b, rank, type = type](Builder &builder, llvm::ArrayRef<Buffer> in,
                                                      Index m, const Schedule &schedule) {
    buildBlast(builder,
               {m, shape.inputs, shape.outputs, b, b, rank, in[0], in[1], in[2], in[3], type},
               schedule);
  };
  layer.row = [=](int64_t output) {
    std::vector<float> row(b * q);
    for (int64_t j = 0; j < b; ++j) {
      std::vector<float> scaled = rowOf(u, output), lane = rowOf(s, j * b + output / p);
      for (int64_t k = 0; k < rank; ++k)
        scaled[k] *= lane[k];
      addCombination(scaled, v, j * rank, row.data() + j * q);
    }
    return row;
  };
  return layer;
}

Pattern benchmark::randomPattern(int64_t rows, int64_t cols, double density, unsigned seed) {
  int64_t count = std::max<int64_t>(1, std::llround(rows * cols * density));
  std::vector<int64_t> places(rows * cols);
  std::iota(places.begin(), places.end(), 0);
  std::shuffle(places.begin(), places.end(), std::mt19937(seed));
  places.resize(count);
  std::sort(places.begin(), places.end());
  std::vector<int32_t> indices, offsets(rows + 1);
  for (int64_t place : places) {
    indices.push_back(place % cols);
    ++offsets[place / cols + 1];
  }
  std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
  return {makeIndices(indices), makeIndices(offsets)};
}

/// The elements of an array of indices.
static llvm::ArrayRef<int32_t> indicesOf(const HostTensor &tensor) {
  return {reinterpret_cast<const int32_t *>(tensor.bytes().data()),
          static_cast<size_t>(tensor.dim(0))};
}

Layer Maker::blockSparse() {
  int64_t height = structure.height, width = structure.width;
  int64_t rows = numPieces(shape.outputs, height), cols = numPieces(shape.inputs, width);
  Pattern pattern = randomPattern(rows, cols, structure.density, ++seed);
  int64_t count = pattern.indices.dim(0);
  Layer layer = start(double(count * height * width) / (shape.inputs * shape.outputs));
  HostTensor blocks = random(count * height, width);
  HostTensor packed = pack(blocks, count, layout);
  if (count == 1) // One block is still an array of blocks.
    packed = packed.reshaped({1, packed.dim(0), packed.dim(1), packed.dim(2)});
  layer.factors = {packed, pattern.indices, pattern.offsets};
  layer.build = [shape = shape, height, width,
                 mean = double(count) / rows](Builder &builder, llvm::ArrayRef<Buffer> in, Index m,
                                              const Schedule &schedule) {
    buildBlockSparse(
        builder, {m, shape.inputs, shape.outputs, height, width, in[0], in[1], in[2], in[3], mean},
        schedule);
  };
  layer.row = [=](int64_t output) {
    std::vector<float> row(cols * width);
    auto indices = indicesOf(pattern.indices), offsets = indicesOf(pattern.offsets);
    for (int32_t e = offsets[output / height]; e < offsets[output / height + 1]; ++e) {
      std::vector<float> part = rowOf(blocks, e * height + output % height);
      std::copy(part.begin(), part.end(), row.begin() + indices[e] * width);
    }
    return row;
  };
  return layer;
}

HostTensor Maker::sparseWeight() {
  HostTensor w = random(shape.outputs, shape.inputs);
  Numbers numbers(++seed);
  int64_t size = byteSize(type);
  char *bytes = w.mutableBytes().data();
  int64_t taken = 0;
  for (int64_t i = 0; i < shape.outputs * shape.inputs; ++i) {
    // Of a group of m elements, each draw has as many left to take as it needs.
    bool kept;
    if (structure.m == 0) {
      kept = numbers.draw(structure.density);
    } else {
      int64_t place = i % shape.inputs % structure.m;
      taken = place == 0 ? 0 : taken;
      kept = numbers.draw(double(structure.n - taken) / (structure.m - place));
      taken += kept;
    }
    if (!kept)
      std::memset(bytes + i * size, 0, size);
    else if (read(w, i) == 0)
      write(bytes + i * size, type, 1);
  }
  return w;
}

/// Masks, values and starts of `w`.
void Maker::addCompressed(Layer &layer, const HostTensor &w) {
  HostTensor dense = pack(w, 1, layout);
  int64_t panels = dense.dim(0), steps = dense.dim(1), step = dense.dim(2);
  int64_t size = byteSize(type), total = panels * steps * step;
  HostTensor masks = HostTensor::allocate(ElementType::I8, {panels, steps, step / 8});
  char *bits = masks.mutableBytes().data();
  std::memset(bits, 0, masks.bytes().size());
  std::vector<char> values;
  std::vector<int32_t> starts;
  values.reserve(total * size);
  for (int64_t i = 0; i < total; ++i) {
    if (i % (steps * step) == 0)
      starts.push_back(values.size() / size);
    if (read(dense, i) == 0)
      continue;
    bits[i / 8] = static_cast<char>(bits[i / 8] | (1 << (i % 8)));
    const char *element = dense.bytes().data() + i * size;
    values.insert(values.end(), element, element + size);
  }
  starts.push_back(values.size() / size);
  // A vector is read whole: its last values are followed by others.
  values.resize(values.size() + 64 * size);
  layer.factors.push_back(masks);
  layer.factors.push_back(
      HostTensor::copyOf(type, {static_cast<int64_t>(values.size() / size)}, values));
  layer.factors.push_back(makeIndices(starts));
}

Layer Maker::sparse() {
  Layer layer = start(structure.density);
  HostTensor w = sparseWeight();
  addCompressed(layer, w);
  layer.build = [shape = shape](Builder &builder, llvm::ArrayRef<Buffer> in, Index m,
                                const Schedule &schedule) {
    buildSparse(builder, {m, shape.inputs, shape.outputs, in[0], in[1], in[2], in[3]}, schedule);
  };
  layer.row = [w](int64_t output) { return rowOf(w, output); };
  return layer;
}

Layer Maker::lowRankSparse() {
  int64_t rank = structure.rank;
  Layer layer = start(structure.density + double(rank * (shape.inputs + shape.outputs)) /
                                              (shape.inputs * shape.outputs));
  HostTensor w = sparseWeight(), u = random(shape.outputs, rank), v = random(rank, shape.inputs);
  addCompressed(layer, w);
  layer.factors.push_back(pack(u, 1, layout));
  layer.factors.push_back(pack(v, 1, layout));
  layer.build = [shape = shape, rank, type = type](Builder &builder, llvm::ArrayRef<Buffer> in,
                                                   Index m, const Schedule &schedule) {
    buildLowRankSparse(
        builder,
        {{m, shape.inputs, shape.outputs, in[0], in[1], in[2], in[3]}, rank, in[4], in[5], type},
        schedule);
  };
  layer.row = [w, u, v](int64_t output) {
    std::vector<float> row = rowOf(w, output);
    addCombination(rowOf(u, output), v, 0, row.data());
    return row;
  };
  return layer;
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

std::string Structure::name() const {
  auto percent = [](double share) { return std::to_string(std::lround(share * 100)) + "%"; };
  switch (family) {
  case Family::Dense:
    return "dense";
  case Family::LowRank:
    return llvm::formatv("low-rank r{0}", rank).str();
  case Family::Blast:
    return llvm::formatv("BLAST b{0} r{1}", blocks, rank).str();
  case Family::BlockSparse:
    return llvm::formatv("block-sparse {0}x{1} {2}", height, width, percent(density)).str();
  case Family::Sparse:
    return m != 0 ? llvm::formatv("sparse {0}:{1}", n, m).str() : "sparse " + percent(density);
  case Family::LowRankSparse:
    return llvm::formatv("low-rank r{0} + sparse {1}", rank, percent(density)).str();
  }
  llvm_unreachable("unknown family");
}

size_t Layer::bytes() const {
  size_t sum = 0;
  for (const HostTensor &factor : factors)
    sum += factor.bytes().size();
  return sum;
}

Layer benchmark::makeLayer(Shape shape, ElementType type, const Structure &structure,
                           const Target &target, int64_t cols, unsigned seed) {
  PanelLayout layout = PanelLayout::get(target.getProductForm(type), cols);
  Maker maker{shape, type, structure, layout, seed * 16};
  switch (structure.family) {
  case Structure::Family::Dense:
    return maker.dense();
  case Structure::Family::LowRank:
    return maker.lowRank();
  case Structure::Family::Blast:
    return maker.blast();
  case Structure::Family::BlockSparse:
    return maker.blockSparse();
  case Structure::Family::Sparse:
    return maker.sparse();
  case Structure::Family::LowRankSparse:
    return maker.lowRankSparse();
  }
  llvm_unreachable("unknown family");
}
