//===- InnerLoops.cpp - innermost loops in assembly -----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InnerLoops.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;
using namespace structlin::kernels;
using namespace structlin::kernels::test;

namespace {
/// An instruction or a label, operands, and the comment behind them.
struct Line {
  StringRef mnemonic, operands, comment;
};
} // namespace

static Line splitLine(StringRef line) {
  // AArch64's immediates begin with #, too.
  size_t comment = std::min(line.find("# "), std::min(line.find("#\t"), line.find("// ")));
  StringRef code = line.substr(0, comment).trim();
  auto [mnemonic, operands] = code.split('\t');
  return {mnemonic.trim(), operands.trim(),
          comment == StringRef::npos ? StringRef() : line.substr(comment)};
}

static bool isProduct(const Line &line) {
  static constexpr StringLiteral prefixes[] = {"vfmadd",   "vdpbf16ps", "tdpb", "vpmulld",
                                               "vpmaddwd", "vpmullw",   "vpdp", "fmla",
                                               "mla",      "smlal"};
  return any_of(prefixes, [&](StringRef prefix) { return line.mnemonic.starts_with(prefix); });
}

/// x86's instructions that only write to an operand in memory: all others read it.
static bool onlyWrites(StringRef mnemonic) {
  static constexpr StringLiteral prefixes[] = {"mov",        "vmov",      "vextract",  "vpextr",
                                               "vpmov",      "vcompress", "vcvtps2ph", "kmov",
                                               "tilestored", "set"};
  return any_of(prefixes, [&](StringRef prefix) { return mnemonic.starts_with(prefix); });
}

/// How many registers or operands it reads from memory.
static int countLoads(const Line &line) {
  if (line.mnemonic.starts_with("ld")) // AArch64, maybe a pair.
    return line.mnemonic.starts_with("ldp") || line.mnemonic.starts_with("ldnp") ? 2 : 1;
  size_t memory = line.operands.rfind(')');
  if (memory == StringRef::npos || line.mnemonic.starts_with("lea") ||
      line.mnemonic.starts_with("prefetch"))
    return 0;
  // The last operand is where the result goes.
  bool isLast = line.operands.find(',', memory) == StringRef::npos;
  return !isLast || !onlyWrites(line.mnemonic);
}

/// Of `.loc file line column`.
static int64_t getLine(const Line &line) {
  SmallVector<StringRef> numbers;
  line.operands.split(numbers, ' ');
  int64_t number = 0;
  return numbers.size() > 1 && to_integer(numbers[1], number) ? number : 0;
}

/// Whether it neither reads nor writes vectors, masks or matrix registers, on x86.
static bool isOfIntegers(const Line &line) {
  static constexpr StringLiteral registers[] = {"%xmm", "%ymm", "%zmm", "%tmm", "%k"};
  return none_of(registers, [&](StringRef name) { return line.operands.contains(name); });
}

std::vector<AssemblyLoop> test::findInnerLoops(StringRef assembly) {
  MapVector<StringRef, AssemblyLoop> loops;
  StringSet<> innermost;
  // The block and the header of the loop around it, as comments name them: BB0_2.
  StringRef block, header;
  int64_t source = 0;
  SmallVector<StringRef> lines;
  assembly.split(lines, '\n');
  for (StringRef text : lines) {
    Line line = splitLine(text);
    if (line.mnemonic == ".loc")
      source = getLine(line);
    bool isLabel = line.mnemonic.ends_with(":");
    if (isLabel && line.mnemonic.starts_with(".Ltmp")) // Of lines, not of blocks.
      continue;
    if (isLabel || line.comment.contains("%bb.")) {
      block = line.mnemonic.drop_back(isLabel ? 1 : 0);
      block.consume_front(".L");
      header = StringRef();
    }
    if (line.comment.contains("Inner Loop Header:")) {
      header = block;
      innermost.insert(block);
    } else if (line.comment.contains("in Loop: Header=")) {
      header = line.comment.split("Header=").second.split(' ').first;
    }
    if (header.empty() || isLabel || line.mnemonic.empty() || line.mnemonic.starts_with("."))
      continue;
    AssemblyLoop &loop = loops[header];
    bool spills = line.comment.contains("Spill") || line.comment.contains("Reload");
    loop.spills += spills;
    if (isProduct(line)) {
      ++loop.products;
      loop.lines.insert(source);
    }
    loop.integers += isOfIntegers(line);
    loop.loads += spills ? 0 : countLoads(line);
    loop.text += text.str() + "\n";
  }
  std::vector<AssemblyLoop> found;
  for (auto &[name, loop] : loops)
    if (innermost.contains(name) && loop.products > 0)
      found.push_back(std::move(loop));
  return found;
}
