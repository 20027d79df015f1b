//===- structlin-tune.cpp - measure the kernels of a model ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles the products of a model under the schedules that are predicted to be fastest,
// measures them on this machine, and keeps the best in a table for structlin-choose.
//
//===----------------------------------------------------------------------===//

#include "Tune.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "structlin/Archive/TextFile.h"
#include "structlin/InitAll.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/TargetParser/Host.h"
#include <cstdlib>

using namespace mlir;
using namespace mlir::structlin;
using ::structlin::ParameterSource;
using ::structlin::TuningTable;
namespace cl = llvm::cl;

static cl::OptionCategory category("structlin-tune options");
static cl::opt<std::string> modelPath(cl::Positional, cl::Required, cl::desc("MODEL.mlir"),
                                      cl::cat(category));
static cl::opt<std::string> outputPath("output", cl::Required, cl::cat(category),
                                       cl::desc("The table; what is in it already is kept"));
static cl::opt<std::string>
    parametersSpec("parameters", cl::cat(category),
                   cl::desc("A safetensors file, an index or a folder (default: random values)"));
static cl::opt<std::string> cpu("cpu", cl::init("native"), cl::cat(category),
                                cl::desc("The target of kernels: native, avx2, avx512, "
                                         "avx512_bf16, amx, neon"));
static cl::opt<std::string> machinePath("machine", cl::cat(category),
                                        cl::desc("A file that describes the machine, by which "
                                                 "candidates are found"));
static cl::list<int64_t> tokens("tokens", cl::CommaSeparated, cl::cat(category),
                                cl::desc("Numbers of tokens, where the model leaves them open "
                                         "(default: 1,10,128, for the usual ranges)"));
static cl::opt<unsigned> numThreads("num-threads", cl::init(0), cl::cat(category),
                                    cl::desc("How many threads; 0: as OpenMP says"));
static cl::opt<unsigned> limit("limit", cl::init(8), cl::cat(category),
                               cl::desc("How many candidates are measured, best predicted first"));
static cl::opt<unsigned> rounds("rounds", cl::init(5), cl::cat(category),
                                cl::desc("How often each candidate has its turn"));
static cl::opt<double> seconds("seconds", cl::init(1), cl::cat(category),
                               cl::desc("The time of all calls for a product and a number of "
                                        "tokens"));
static cl::opt<bool> hot("hot", cl::cat(category),
                         cl::desc("Let weights stay in caches between calls"));

static cl::opt<bool> printCandidates("print-candidates", cl::cat(category),
                                     cl::desc("Print what each candidate takes, and what was "
                                              "predicted"));

static int fail(const llvm::Twine &message) {
  llvm::errs() << "error: " << message << "\n";
  return 1;
}

/// How many processes want to run, on average of the last minute.
static double getLoad() {
  double load = 0;
  return getloadavg(&load, 1) == 1 ? load : 0;
}

static int tune(MLIRContext &context) {
  for (int64_t number : tokens)
    if (number < 1)
      return fail("expected numbers of tokens from 1 on, got " + llvm::Twine(number));
  if (limit < 1 || rounds < 1 || !(seconds > 0))
    return fail("expected --limit, --rounds and --seconds to be positive");
  bool exists = llvm::sys::fs::exists(outputPath);
  auto choice = readChooseOptions(cpu, machinePath, exists ? outputPath : std::string());
  if (!choice)
    return fail(llvm::toString(choice.takeError()));
  if (!choice->target.runsOnHost())
    return fail("this machine does not run kernels for '" + cpu + "'");
  StringRef name = llvm::sys::getHostCPUName();
  TuningTable table = choice->table;
  if (!table.getEntries().empty() && table.getCPU() != name)
    return fail("'" + outputPath + "': expected a table of '" + name + "', got one of '" +
                (table.getCPU().empty() ? "unknown" : table.getCPU()) + "'");
  table.setCPU(name);
  std::unique_ptr<ParameterSource> parameters;
  if (!parametersSpec.empty()) {
    auto source = ::structlin::openParameterSource(parametersSpec);
    if (!source)
      return fail(llvm::toString(source.takeError()));
    parameters = std::move(*source);
  }
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(modelPath, &context);
  if (!module)
    return 1;

  setNumThreads(numThreads);
  TuneOptions options{*choice, {}, limit, {getNumThreads(), rounds, seconds}, printCandidates, hot};
  options.choice.threads = getNumThreads();
  options.tokens.assign(tokens.begin(), tokens.end());
  if (tokens.empty())
    options.tokens = getTypicalTokens(kDefaultUpperBounds);
  double before = getLoad();
  if (failed(tuneModel(*module, parameters.get(), options, table, llvm::outs())))
    return 1;
  if (llvm::Error error = ::structlin::writeTextFile(outputPath, table.print()))
    return fail(llvm::toString(std::move(error)));
  llvm::outs() << llvm::formatv("{0} entries, cpu {1}, threads {2}, load {3:f2} before and "
                                "{4:f2} after\n",
                                table.getEntries().size(), name, options.choice.threads, before,
                                getLoad());
  return 0;
}

int main(int argc, char **argv) {
  llvm::InitLLVM initializer(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, "measures the kernels of a model on this machine\n");
  DialectRegistry registry;
  mlir::structlin::registerAllDialects(registry);
  registerAllExtensions(registry);
  mlir::registerAllDialects(registry);
  mlir::registerAllToLLVMIRTranslations(registry);
  MLIRContext context(registry);
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context, llvm::errs());
  return tune(context);
}
