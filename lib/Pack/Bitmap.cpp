//===- Bitmap.cpp - sparse matrices, a bit per entry ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elements.h"
#include "llvm/ADT/bit.h"

using namespace structlin;
using namespace structlin::pack;
using kernels::PanelLayout;
using llvm::createStringError;

namespace {
/// The stored entries of a sparse matrix, row by row.
struct Rows {
  const BitmapLayout &layout;
  llvm::ArrayRef<HostTensor> factors;

  int64_t count() const { return layout.isNM() ? factors[0].dim(0) : factors[2].numElements() - 1; }
  int64_t numEntries() const { return factors[0].numElements(); }
  /// Where the entries of row `row` begin; row count() begins where the last one ends.
  int64_t begin(int64_t row) const {
    return layout.isNM() ? row * factors[0].dim(1) * factors[0].dim(2) : loadIndex(factors[2], row);
  }
  int64_t column(int64_t entry) const {
    int64_t index = loadIndex(factors[1], entry);
    return layout.isNM() ? entry / factors[0].dim(2) % factors[0].dim(1) * layout.group + index
                         : index;
  }

  /// SP-R1 to SP-R3 for row `row`.
  llvm::Error check(int64_t row) const {
    int64_t first = begin(row), last = begin(row + 1);
    if (first < 0 || last < first || last > numEntries())
      return createStringError(
          "expected offsets that rise from 0 to %lld (SP-R1), got %lld and %lld for row %lld",
          static_cast<long long>(numEntries()), static_cast<long long>(first),
          static_cast<long long>(last), static_cast<long long>(row));
    int64_t limit = layout.isNM() ? layout.group : layout.inputs, before = -1;
    for (int64_t entry = first; entry < last; ++entry) {
      int64_t index = loadIndex(factors[1], entry);
      if (index < 0 || index >= limit)
        return createStringError("expected indices below %lld (SP-R2), got %lld in row %lld",
                                 static_cast<long long>(limit), static_cast<long long>(index),
                                 static_cast<long long>(row));
      if (int64_t next = column(entry); next > before)
        before = next;
      else
        return createStringError(
            "expected indices that rise (SP-R3), got %lld behind %lld in row %lld",
            static_cast<long long>(next), static_cast<long long>(before),
            static_cast<long long>(row));
    }
    return llvm::Error::success();
  }
};

/// One panel: which places hold an entry, and which entry.
class Panel {
public:
  Panel(const BitmapLayout &layout)
      : layout(layout.panels),
        size(layout.panels.numSteps(layout.numColumns()) * layout.panels.stepSize()),
        mask(size / 8), entries(size) {
    for (int64_t row = 0; row < layout.panels.panel; ++row)
      for (int64_t t = 0; t < layout.panels.depth; ++t)
        offsets.push_back(layout.panels.offsetInStep(row, t));
  }

  /// Takes the rows of panel `number`.
  void fill(const Rows &rows, int64_t number) {
    std::fill(mask.begin(), mask.end(), 0);
    int64_t first = number * layout.panel, last = std::min(rows.count(), first + layout.panel);
    for (int64_t row = first; row < last; ++row)
      for (int64_t entry = rows.begin(row); entry < rows.begin(row + 1); ++entry) {
        int64_t column = rows.column(entry);
        int64_t place = column / layout.depth * layout.stepSize() +
                        offsets[(row - first) * layout.depth + column % layout.depth];
        mask[place / 8] = static_cast<char>(mask[place / 8] | 1 << place % 8);
        entries[place] = entry;
      }
  }

  llvm::ArrayRef<char> getMask() const { return mask; }

  /// Calls body(entry) in the order of the places.
  template <typename Body> void forEachEntry(Body body) const {
    forEachBit(mask, [&](int64_t place) { body(entries[place]); });
  }

  /// Calls body(place) for the bits of a mask.
  template <typename Body> static void forEachBit(llvm::ArrayRef<char> mask, Body body) {
    for (auto [index, byte] : llvm::enumerate(mask))
      for (auto bits = static_cast<uint8_t>(byte); bits != 0; bits &= bits - 1)
        body(static_cast<int64_t>(index) * 8 + llvm::countr_zero(bits));
  }

private:
  PanelLayout layout;
  int64_t size;
  std::vector<char> mask;
  std::vector<int64_t> entries;
  /// Where (row, t) lies in a step.
  std::vector<int64_t> offsets;
};
} // namespace

llvm::Error structlin::packBitmap(const BitmapLayout &layout, llvm::ArrayRef<HostTensor> factors,
                                  ElementType starts, PackSink sink) {
  Rows rows{layout, factors};
  for (int64_t row = 0; row < rows.count(); ++row)
    if (llvm::Error error = rows.check(row))
      return error;

  Stream masks(0, sink), values(1, sink), positions(2, sink);
  unsigned size = byteSize(factors[0].type());
  llvm::ArrayRef<char> source = factors[0].bytes();
  auto appendValues = [&](int64_t begin, int64_t end) {
    return values.append(source.slice(begin * size, (end - begin) * size));
  };
  auto appendStart = [&](int64_t start) {
    std::vector<char> bytes(byteSize(starts));
    storeIndex(bytes, starts, 0, start);
    return positions.append(bytes);
  };

  // Entries of no row keep their places.
  if (llvm::Error error = appendValues(0, rows.begin(0)))
    return error;
  Panel panel(layout);
  std::vector<char> ordered;
  for (int64_t number = 0; number < layout.panels.numPanels(rows.count()); ++number) {
    panel.fill(rows, number);
    ordered.clear();
    panel.forEachEntry([&](int64_t entry) {
      const char *value = source.data() + entry * size;
      ordered.insert(ordered.end(), value, value + size);
    });
    if (llvm::Error error = appendStart(rows.begin(number * layout.panels.panel)))
      return error;
    if (llvm::Error error = masks.append(panel.getMask()))
      return error;
    if (llvm::Error error = values.append(ordered))
      return error;
  }
  if (llvm::Error error = appendStart(rows.begin(rows.count())))
    return error;
  if (llvm::Error error = appendValues(rows.begin(rows.count()), rows.numEntries()))
    return error;
  if (llvm::Error error = values.append(std::vector<char>(layout.panels.stepSize() * size)))
    return error;
  for (Stream *stream : {&masks, &values, &positions})
    if (llvm::Error error = stream->flush())
      return error;
  return llvm::Error::success();
}

std::vector<HostTensor> structlin::unpackBitmap(const BitmapLayout &layout,
                                                llvm::ArrayRef<HostTensor> packed,
                                                llvm::ArrayRef<TensorShape> factors) {
  std::vector<HostTensor> results;
  for (const TensorShape &factor : factors)
    results.push_back(HostTensor::allocate(factor.type, factor.shape));
  const PanelLayout &panels = layout.panels;
  int64_t numRows = layout.isNM() ? factors[0].shape[0] : factors[2].shape[0] - 1;
  int64_t maskSize = panels.numSteps(layout.numColumns()) * panels.stepSize() / 8;
  unsigned size = byteSize(packed[1].type());
  llvm::MutableArrayRef<char> values = results[0].mutableBytes(),
                              indices = results[1].mutableBytes();
  // What the rows do not overwrite stays: entries of no row.
  std::copy_n(packed[1].bytes().data(), values.size(), values.data());
  std::fill(indices.begin(), indices.end(), 0);

  // The place of each element of a step.
  std::vector<std::pair<int64_t, int64_t>> placeOf(panels.stepSize());
  for (int64_t row = 0; row < panels.panel; ++row)
    for (int64_t t = 0; t < panels.depth; ++t)
      placeOf[panels.offsetInStep(row, t)] = {row, t};

  auto setOffset = [&](int64_t row, int64_t offset) {
    if (!layout.isNM())
      storeIndex(results[2].mutableBytes(), factors[2].type, row, offset);
  };
  int64_t next = loadIndex(packed[2], 0);
  setOffset(0, next);
  for (int64_t number = 0; number < panels.numPanels(numRows); ++number) {
    llvm::ArrayRef<char> mask = packed[0].bytes().slice(number * maskSize, maskSize);
    std::vector<int64_t> length(panels.panel), target(panels.panel);
    Panel::forEachBit(mask,
                      [&](int64_t place) { ++length[placeOf[place % panels.stepSize()].first]; });
    int64_t first = number * panels.panel, source = next;
    for (int64_t row = first; row < std::min(numRows, first + panels.panel); ++row) {
      target[row - first] = next;
      next += length[row - first];
      setOffset(row + 1, next);
    }
    Panel::forEachBit(mask, [&](int64_t place) {
      auto [row, t] = placeOf[place % panels.stepSize()];
      int64_t column = place / panels.stepSize() * panels.depth + t, entry = target[row]++;
      std::copy_n(packed[1].bytes().data() + source++ * size, size, values.data() + entry * size);
      storeIndex(indices, factors[1].type, entry, layout.isNM() ? column % layout.group : column);
    });
  }
  return results;
}
