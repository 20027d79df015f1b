//===- Cases.cpp - what is measured ---------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cases.h"

using namespace structlin;
using namespace structlin::benchmark;
using Family = Structure::Family;

static Structure lowRank(int64_t rank) { return {Family::LowRank, rank}; }
static Structure blast(int64_t blocks, int64_t rank) { return {Family::Blast, rank, blocks}; }
static Structure blocks(int64_t size, double density) {
  return {Family::BlockSparse, 0, 0, size, size, density};
}
static Structure sparse(double density) { return {Family::Sparse, 0, 0, 0, 0, density}; }
static Structure ofEvery(int64_t n, int64_t m) {
  return {Family::Sparse, 0, 0, 0, 0, double(n) / m, n, m};
}
static Structure lowRankSparse(int64_t rank, double density) {
  return {Family::LowRankSparse, rank, 0, 0, 0, density};
}

std::vector<Group> benchmark::getGroups(Extent extent) {
  if (extent == Extent::Quick)
    // Sizes that tiles, blocks and panels do not divide.
    return {{{200, 328},
             {lowRank(40), blast(4, 24), blocks(32, .3), blocks(16, .3), sparse(.5), ofEvery(2, 4),
              lowRankSparse(16, .3)}}};
  std::vector<Group> groups{
      {{1024, 1024}, {lowRank(256), blast(16, 256), blocks(32, .1), ofEvery(2, 4)}},
      {{768, 2304}, {blast(3, 128)}},
      {{768, 3072},
       {lowRank(307), blast(6, 192), blocks(32, .2), blocks(32, .1), blocks(32, .05), ofEvery(2, 4),
        lowRankSparse(64, .4)}},
      {{2048, 8192}, {blast(16, 512), blocks(32, .2), blocks(32, .1), blocks(32, .05)}},
      {{4096, 4096},
       {lowRank(1024), blast(16, 1024), blocks(32, .5), blocks(32, .2), blocks(32, .1),
        blocks(32, .05), blocks(64, .5), blocks(64, .1), blocks(64, .05), blocks(16, .1),
        sparse(.5), ofEvery(2, 4), lowRankSparse(320, .35)}}};
  if (extent == Extent::Full) {
    // Projections of models of one and of eight billion parameters.
    groups.push_back({{2048, 2048}, {blast(16, 512), blocks(32, .1), lowRank(512)}});
    groups.push_back({{8192, 2048}, {blast(16, 512), blocks(32, .1), lowRank(512)}});
    groups.push_back({{4096, 1024}, {blast(16, 512), blocks(32, .1), lowRank(409)}});
    groups.push_back({{4096, 14336},
                      {blast(16, 1024), blocks(32, .5), blocks(32, .1), ofEvery(2, 4),
                       lowRank(1593), lowRankSparse(320, .35)}});
    groups.push_back({{14336, 4096}, {blast(16, 1024), blocks(32, .1), lowRank(1593)}});
  }
  return groups;
}

std::vector<Tokens> benchmark::getTokens(Extent extent) {
  if (extent == Extent::Quick)
    return {{1, false}, {16, true}, {37, false}};
  // From 128 tokens on it does not matter where weights come from.
  return {{1, false}, {1, true}, {16, false}, {16, true}, {128, false}, {512, false}};
}

/// Whether only what is not zero is stored of each vector.
static bool expands(const Structure &structure) {
  return structure.family == Family::Sparse || structure.family == Family::LowRankSparse;
}

int64_t benchmark::getPanel(const Structure &structure, ElementType type,
                            const kernels::Target &target) {
  kernels::ProductForm form = target.getProductForm(type);
  if (form.usesTiles())
    return 2 * form.columns;
  int64_t lanes = target.lanes(form.accumulator);
  if (target.vectorRegisters > 16 || type != ElementType::F32)
    return 2 * lanes;
  // Sixteen registers: what is widened should serve many rows. What is not goes with few
  // rows, of which more numbers of tokens are multiples; masks of 32 bits are one word.
  if (expands(structure))
    return 4 * lanes;
  bool hasSmallPanels =
      structure.family == Family::Blast || structure.family == Family::BlockSparse;
  return (hasSmallPanels ? 2 : 3) * lanes;
}
