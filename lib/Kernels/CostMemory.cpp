//===- CostMemory.cpp - what a kernel moves between caches ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a loop touches of a buffer is a box, from the ranges of its positions. Of
// data that all iterations touch, a cache keeps what it can: if it holds what one
// iteration touches, each byte comes once for the whole loop, and otherwise again in
// each iteration.
//
//===----------------------------------------------------------------------===//

#include "structlin/Kernels/Cost.h"
#include "llvm/ADT/STLExtras.h"

using namespace structlin;
using namespace structlin::kernels;

/// Memory that is written comes into a cache and leaves it again.
static double transfers(bool written) { return written ? 2 : 1; }

void Cost::touch(const At &place, llvm::ArrayRef<int64_t> extents, double bytes, bool written) {
  Touched &touched = frames.back().footprint[place.buffer.id];
  touched.accesses.push_back({place, llvm::SmallVector<int64_t, 4>(extents)});
  touched.written |= written;
  touched.bytes += bytes;
  for (double &traffic : touched.traffic)
    traffic += bytes * transfers(written);
}

double Cost::boxBytes(const Touched &touched) const {
  const Buffer &buffer = touched.accesses.front().place.buffer;
  double bytes = byteSize(buffer.type);
  for (size_t dim = 0; dim < buffer.shape.size(); ++dim) {
    Interval box{std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()};
    for (const Access &access : touched.accesses) {
      Interval position = range(access.place.position[dim]);
      box.first = std::min(box.first, position.first);
      box.last = std::max(box.last, position.last + access.extents[dim]);
    }
    box.first = std::max<int64_t>(box.first, 0);
    box.last = std::min(box.last, range(buffer.shape[dim]).last);
    bytes *= std::max<int64_t>(box.last - box.first, 0);
  }
  return bytes;
}

double Cost::totalBytes(const Footprint &footprint) {
  double total = 0;
  for (const auto &[buffer, touched] : footprint)
    total += touched.bytes;
  return total;
}

void Cost::settle(Footprint &footprint, std::optional<double> workingSet) const {
  for (auto &[buffer, touched] : footprint)
    touched.bytes = std::min(touched.bytes, boxBytes(touched));
  double resident = workingSet.value_or(totalBytes(footprint));
  for (auto &[buffer, touched] : footprint)
    for (auto [traffic, size] : llvm::zip_equal(touched.traffic, caches))
      if (resident <= size)
        traffic = touched.bytes * transfers(touched.written);
}

/// Whether two places are the same expressions.
static bool equal(const At &lhs, const At &rhs) {
  return llvm::equal(lhs.position, rhs.position, [](Index a, Index b) {
    if (a.isConstant() != b.isConstant())
      return false;
    return a.isConstant() ? a.getConstant() == b.getConstant() : a.getId() == b.getId();
  });
}

void Cost::append(Footprint &footprint, const Footprint &other, double times) {
  for (const auto &[buffer, touched] : other) {
    Touched &target = footprint[buffer];
    for (const Access &access : touched.accesses)
      if (llvm::none_of(target.accesses, [&](const Access &known) {
            return known.extents == access.extents && equal(known.place, access.place);
          }))
        target.accesses.push_back(access);
    target.written |= touched.written;
    target.bytes += touched.bytes * times;
    for (auto [sum, traffic] : llvm::zip_equal(target.traffic, touched.traffic))
      sum += traffic * times;
  }
}
