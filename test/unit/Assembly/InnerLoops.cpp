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
  static constexpr StringLiteral prefixes[] = {"vfmadd", "vdpbf16ps", "tdpb", "vpmulld", "vpmaddwd",
                                               "vpdp",   "fmla",      "mla",  "smlal"};
  return any_of(prefixes, [&](StringRef prefix) { return line.mnemonic.starts_with(prefix); });
}

/// Whether it reads vectors or their elements from memory.
static bool isLoad(const Line &line) {
  // AArch64: into q, d, s, h, b and v registers.
  if (line.mnemonic.starts_with("ld"))
    return !line.operands.starts_with("x") && !line.operands.starts_with("w");
  if (!line.mnemonic.starts_with("v") && !line.mnemonic.starts_with("tileload") &&
      !line.mnemonic.starts_with("movz"))
    return false;
  // The last operand is where the result goes.
  size_t memory = line.operands.rfind(')');
  return memory != StringRef::npos && line.operands.find(',', memory) != StringRef::npos;
}

std::vector<AssemblyLoop> test::findInnerLoops(StringRef assembly) {
  MapVector<StringRef, AssemblyLoop> loops;
  StringSet<> innermost;
  // The block and the header of the loop around it, as comments name them: BB0_2.
  StringRef block, header;
  SmallVector<StringRef> lines;
  assembly.split(lines, '\n');
  for (StringRef text : lines) {
    Line line = splitLine(text);
    bool isLabel = line.mnemonic.ends_with(":");
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
    loop.products += isProduct(line);
    loop.loads += isLoad(line) && !spills;
    loop.text += text.str() + "\n";
  }
  std::vector<AssemblyLoop> found;
  for (auto &[name, loop] : loops)
    if (innermost.contains(name) && loop.products > 0)
      found.push_back(std::move(loop));
  return found;
}
