//===- Target.cpp - what a kernel has to know of the machine --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Kernels/Target.h"
#include "structlin-runtime/AMX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/TargetParser/Host.h"

using namespace structlin;
using namespace structlin::kernels;

namespace {
/// A target with the LLVM features that its kernels use, worst first.
struct Entry {
  Target target;
  std::vector<llvm::StringRef> features;
};
} // namespace

static const std::vector<Entry> &allTargets() {
  static const std::vector<Entry> entries = [] {
    Target neon{"neon", 32, 16}, avx2{"avx2", 16, 32}, avx512{"avx512", 32, 64};
    Target bf16 = avx512, amx = avx512;
    bf16.name = "avx512_bf16";
    bf16.dotBF16 = bf16.expand16 = true;
    amx = bf16;
    amx.name = "amx";
    amx.tileRegisters = 8;
    amx.tilesBF16 = amx.tilesI8 = true;
    std::vector<llvm::StringRef> f512{"avx512f", "avx512bw", "avx512vl", "avx512dq", "fma"};
    std::vector<llvm::StringRef> fBF16 = f512, fAMX;
    fBF16.insert(fBF16.end(), {"avx512bf16", "avx512vbmi2"});
    fAMX = fBF16;
    fAMX.insert(fAMX.end(), {"amx-tile", "amx-bf16", "amx-int8"});
    return std::vector<Entry>{{neon, {"neon"}},
                              {avx2, {"avx2", "fma", "f16c"}},
                              {avx512, f512},
                              {bf16, fBF16},
                              {amx, fAMX}};
  }();
  return entries;
}

std::optional<Target> Target::get(llvm::StringRef name) {
  for (const Entry &entry : allTargets())
    if (entry.target.name == name)
      return entry.target;
  return std::nullopt;
}

std::string Target::getFeatures() const {
  std::string text;
  for (const Entry &entry : allTargets())
    if (entry.target == *this)
      for (llvm::StringRef feature : entry.features)
        text += (text.empty() ? "+" : ",+") + feature.str();
  return text;
}

std::optional<Target> Target::fromFeatures(llvm::StringRef features) {
  llvm::StringSet<> enabled;
  for (llvm::StringRef feature : llvm::split(features, ","))
    if (feature.consume_front("+"))
      enabled.insert(feature);
  std::optional<Target> best;
  for (const Entry &entry : allTargets())
    if (llvm::all_of(entry.features, [&](llvm::StringRef f) { return enabled.contains(f); }))
      best = entry.target;
  return best;
}

bool Target::runsOnHost() const {
  llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
  for (const Entry &entry : allTargets())
    if (entry.target == *this)
      return llvm::all_of(entry.features,
                          [&](llvm::StringRef feature) { return host.lookup(feature); }) &&
             (tileRegisters == 0 || structlin_request_amx());
  return false;
}

bool Target::usesTiles(ElementType type) const {
  return (type == ElementType::BF16 && tilesBF16) || (type == ElementType::I8 && tilesI8);
}

ProductForm Target::getProductForm(ElementType a, ElementType b) const {
  ProductForm form;
  form.accumulator = a == ElementType::F64 || b == ElementType::F64 ? ElementType::F64
                     : isFloat(a) || isFloat(b)                     ? ElementType::F32
                                                                    : ElementType::I32;
  if (a != b)
    return form;
  // A group of products that is summed fills the 32 bits of an accumulator.
  if (usesTiles(a) || (a == ElementType::BF16 && dotBF16) || (a == ElementType::I8 && dotI8))
    form.depth = form.group = 4 / byteSize(a);
  if (usesTiles(a)) {
    form.depth = 64 / byteSize(a);
    form.columns = 16;
  }
  return form;
}

Expansion Target::getExpansion(ElementType type, int64_t size) const {
  int64_t bytes = byteSize(type);
  if (vectorBytes == 64)
    return bytes >= 4 || expand16 ? Expansion::Elements : Expansion::Words;
  bool hasShuffle = vectorBytes == 32 && bytes <= 4 && size == 8;
  return hasShuffle ? Expansion::Shuffle : Expansion::Lanes;
}

int64_t Target::expandedLanes(ElementType type) const {
  bool inWords = getExpansion(type, lanes(type)) == Expansion::Words;
  bool inShuffles = getExpansion(type, 8) == Expansion::Shuffle;
  return inShuffles ? 8 : lanes(inWords ? ElementType::I32 : type);
}

int64_t Target::maskWord(ElementType type, int64_t numBits, int64_t size) const {
  // Bytes that are loaded one by one would be made a vector by LLVM, which then has to be
  // taken apart. Masks of an instruction go to registers of their own.
  bool isPower = (numBits & (numBits - 1)) == 0;
  if (getExpansion(type, size) != Expansion::Shuffle || !isPower)
    return size;
  return std::max(size, std::min<int64_t>(numBits, 64));
}
