//===- Main.cpp - benchmark of kernels on this machine's CPU --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Measures cell by cell and writes the results after each; what the file has already is
// not measured again. scripts/benchmark.sh runs this for one thread and for all, and
// makes tables of the results.
//
//===----------------------------------------------------------------------===//

#include "Ceilings.h"
#include "Cell.h"
#include "GatedMlp.h"
#include "Memory.h"
#include "structlin-runtime/Runtime.h"
#include "structlin/Codegen/KernelTarget.h"
#include "structlin/Numerics/BlasKernels.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/TargetParser/Host.h"
#include <unistd.h>

using namespace structlin;
using namespace structlin::benchmark;
namespace json = llvm::json;
namespace cl = llvm::cl;

static cl::OptionCategory category("Options of the benchmark");
static cl::opt<std::string> outputPath("output", cl::desc("JSON file, extended if it is there"),
                                       cl::Required, cl::cat(category));
static cl::opt<int> teamSize("team", cl::init(1), cl::desc("Threads that a product runs on"),
                             cl::cat(category));
static cl::opt<Extent>
    extent("extent", cl::init(Extent::Default), cl::desc("How much is measured"),
           cl::values(clEnumValN(Extent::Quick, "quick", "a check that everything runs"),
                      clEnumValN(Extent::Default, "default", "the rows of the tables"),
                      clEnumValN(Extent::Full, "full", "the papers' cases as well")),
           cl::cat(category));
static cl::list<std::string> typeNames("type", cl::CommaSeparated,
                                       cl::desc("Element types (f32,bf16 if none is named)"),
                                       cl::cat(category));
static cl::opt<std::string> only("only", cl::desc("Only cells whose name contains this"),
                                 cl::cat(category));
static cl::opt<bool> again("again", cl::desc("Measure what the file has already, too"),
                           cl::cat(category));
static cl::opt<int> rounds("rounds", cl::init(9), cl::desc("Rounds of a race"), cl::cat(category));

static json::Object readResults(llvm::StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return {};
  llvm::Expected<json::Value> value = json::parse((*buffer)->getBuffer());
  if (!value || !value->getAsObject()) {
    llvm::errs() << "error: " << path << " is no JSON object\n";
    std::exit(1);
  }
  return *value->getAsObject();
}

/// Replaces the file at once: who interrupts a run keeps what it has measured.
static void writeResults(llvm::StringRef path, const json::Object &results) {
  std::string temporary = (path + ".new").str();
  std::error_code error;
  {
    llvm::raw_fd_ostream os(temporary, error);
    if (!error)
      os << llvm::formatv("{0:1}", json::Value(json::Object(results))) << "\n";
  }
  if (!error)
    error = llvm::sys::fs::rename(temporary, path);
  if (error) {
    llvm::errs() << "error: " << path << ": " << error.message() << "\n";
    std::exit(1);
  }
}

static json::Object &member(json::Object &object, llvm::StringRef name) {
  json::Value &value = object.try_emplace(name, json::Object()).first->second;
  return *value.getAsObject();
}

static json::Object measureCeilings(int threads, Extent extent) {
  json::Object reading;
  for (size_t kilobytes : {16, 512, 8192, 262144})
    if (extent != Extent::Quick || kilobytes < 8192)
      reading[std::to_string(kilobytes)] = measureReading(kilobytes << 10, threads);
  return json::Object{{"gflops", measureProducts(threads)}, {"reading", std::move(reading)}};
}

/// The larger of each two numbers: a ceiling is what was reached at best.
static json::Value keepLarger(const json::Value &old, const json::Value &next) {
  const json::Object *olds = old.getAsObject(), *nexts = next.getAsObject();
  if (!nexts)
    return std::max(old.getAsNumber().value_or(0), next.getAsNumber().value_or(0));
  if (!olds)
    return next;
  json::Object result = *nexts;
  for (auto &[name, value] : result)
    if (const json::Value *known = olds->get(name))
      value = keepLarger(*known, json::Value(value));
  return std::move(result);
}

int main(int argc, char **argv) {
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, "Kernels against dense libraries\n");
  int threads = useCores(teamSize);
  if (threads != teamSize) {
    llvm::errs() << "error: expected " << teamSize << " cores, got " << threads << "\n";
    return 1;
  }
  structlin_set_num_threads(threads);
  numerics::selectBlasKernels();
  llvm::Expected<kernels::Target> native = mlir::structlin::findKernelTarget("native");
  if (!native) {
    llvm::errs() << "error: " << llvm::toString(native.takeError()) << "\n";
    return 1;
  }
  const kernels::Target &target = *native;
  json::Object results = readResults(outputPath);
  results["version"] = 1;
  json::Object &machine = member(results, "machine");
  machine["cpu"] = llvm::sys::getHostCPUName();
  machine["cores"] = static_cast<int64_t>(sysconf(_SC_NPROCESSORS_ONLN));
  machine["target"] = target.name;
  machine["cache"] = static_cast<int64_t>(lastLevelCacheBytes());
  std::string team = "T" + std::to_string(threads);
  json::Value &ceilings = member(results, "ceilings")[team];
  if (again || !ceilings.getAsObject())
    ceilings = keepLarger(ceilings, measureCeilings(threads, extent));
  writeResults(outputPath, results);

  RaceOptions options;
  options.rounds = rounds;
  options.oneThread = threads == 1;
  options.pause = threads > 1 ? 0.003 : 0;
  if (extent == Extent::Quick)
    options.secondsPerTurn = 0.0001;
  std::vector<std::string> types = typeNames, wrong;
  if (types.empty())
    types = {"f32", "bf16"};
  for (llvm::StringRef typeName : types) {
    std::optional<ElementType> type = parseMlirName(typeName);
    if (!type || (*type != ElementType::F32 && *type != ElementType::BF16)) {
      llvm::errs() << "error: expected f32 or bf16, got " << typeName << "\n";
      return 1;
    }
    for (const Group &group : getGroups(extent)) {
      std::vector<Cell> cells;
      for (Tokens tokens : getTokens(extent)) {
        Cell cell{group.shape, *type, tokens, threads};
        bool wanted = llvm::StringRef(cell.key()).contains(only);
        if (wanted && (again || !member(results, "cells").get(cell.key())))
          cells.push_back(cell);
      }
      if (cells.empty())
        continue;
      std::vector<Entrant> entrants;
      entrants.emplace_back(group.shape, *type, Structure(), target);
      for (const Structure &structure : group.structures)
        entrants.emplace_back(group.shape, *type, structure, target);
      HostTensor weight = randomTensor(*type, group.shape.outputs, group.shape.inputs, 5);
      for (const Cell &cell : cells) {
        llvm::outs() << cell.key() << "\n";
        llvm::outs().flush();
        member(results, "cells")[cell.key()] = runCell(cell, entrants, weight, options, wrong);
        writeResults(outputPath, results);
      }
    }
  }
  // The quick check runs it at a size that blocks and panels divide, but tiles do not.
  MlpShape mlp = extent == Extent::Quick ? MlpShape{96, 160} : MlpShape{2048, 8192};
  for (llvm::StringRef typeName : types)
    for (Tokens tokens : getTokens(extent)) {
      ElementType type = *parseMlirName(typeName);
      std::string key = getMlpKey(mlp, type, tokens, threads);
      if (!llvm::StringRef(key).contains(only) || (!again && member(results, "cells").get(key)))
        continue;
      llvm::outs() << key << "\n";
      llvm::outs().flush();
      member(results, "cells")[key] = runMlpCell(mlp, type, tokens, threads, options, wrong);
      writeResults(outputPath, results);
    }
  for (const std::string &what : wrong)
    llvm::errs() << "error: " << what << "\n";
  return wrong.empty() ? 0 : 1;
}
