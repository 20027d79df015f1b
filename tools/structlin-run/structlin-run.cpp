//===- structlin-run.cpp - compile a model and run it ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lowers a model for this machine, binds its parameters, and calls one of its
// functions on tensors from files.
//
//===----------------------------------------------------------------------===//

#include "Bench.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/Remarks.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "structlin/Codegen/PackedParameters.h"
#include "structlin/Execution/CallTensors.h"
#include "structlin/Execution/LowerModel.h"
#include "structlin/InitAll.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/SourceMgr.h"
#include <chrono>

using namespace mlir;
using namespace mlir::structlin;
using ::structlin::HostTensor;
using ::structlin::ParameterSource;
namespace cl = llvm::cl;

static cl::OptionCategory category("structlin-run options");
static cl::opt<std::string> modelPath(cl::Positional, cl::Required, cl::desc("MODEL.mlir"),
                                      cl::cat(category));
static cl::opt<std::string> entryName("entry",
                                      cl::desc("Function to call (default: the only "
                                               "public one)"),
                                      cl::cat(category));
static cl::list<std::string> inputPaths("inputs", cl::CommaSeparated, cl::cat(category),
                                        cl::desc("One .npy file per input, or random:SEED"));
static cl::list<std::string> outputPaths("outputs", cl::CommaSeparated, cl::cat(category),
                                         cl::desc("One .npy file per result"));
static cl::opt<std::string>
    parametersSpec("parameters", cl::cat(category),
                   cl::desc("A safetensors file, an index, a folder, or random:SEED"));
static cl::opt<unsigned> benchRuns("bench", cl::init(0), cl::cat(category),
                                   cl::desc("Time that many calls, and the compilation"));
static cl::opt<int64_t> dynamicSize("dynamic-size", cl::init(1), cl::cat(category),
                                    cl::desc("Dynamic sizes of random inputs"));
static cl::list<std::string> sharedLibraries("shared-libs", cl::CommaSeparated, cl::cat(category),
                                             cl::desc("Libraries that define the model's "
                                                      "external functions"));
static cl::opt<Lowering> lowering(
    "lowering", cl::init(Lowering::Kernels), cl::cat(category), cl::desc("How to lower"),
    cl::values(clEnumValN(Lowering::Kernels, "kernels",
                          "Structured products by kernels of their own, where "
                          "this machine has any (default)"),
               clEnumValN(Lowering::Reference, "reference", "Tiles, vectors and threads"),
               clEnumValN(Lowering::Plain, "plain", "Decomposed to scalar loops, one thread")));
static cl::opt<std::string> cpu("cpu", cl::init("native"), cl::cat(category),
                                cl::desc("The machine of kernels: native, avx2, avx512, "
                                         "avx512_bf16, amx, neon"));
static cl::opt<std::string> machinePath("machine", cl::cat(category),
                                        cl::desc("A file that describes the machine, for the "
                                                 "choice of kernels"));
static cl::opt<std::string> tablePath("table", cl::cat(category),
                                      cl::desc("A file of times that structlin-tune measured"));
static cl::opt<Densify> densify(
    "densify", cl::init(Densify::never), cl::cat(category),
    cl::desc("Whether products that lose to their dense weight are computed with it"),
    cl::values(clEnumValN(Densify::never, "never", "Never"),
               clEnumValN(Densify::limit, "limit", "Within --densify-limit"),
               clEnumValN(Densify::automatic, "auto", "Within a tenth of the factors' bytes")));
static cl::opt<int64_t> densifyLimit("densify-limit", cl::init(0), cl::cat(category),
                                     cl::desc("Bytes that dense weights may take beyond the "
                                              "factors that they replace"));
static cl::opt<bool> threads("parallel", cl::init(true), cl::cat(category),
                             cl::desc("Run tiles on several threads"));
// The name that is shorter is LLVM's.
static cl::opt<unsigned> numThreads("num-threads", cl::init(0), cl::cat(category),
                                    cl::desc("At most how many threads; 0: as OpenMP says"));
// Kernels are vectors already: -O3 adds minutes of loop analysis to one large function
// (140 s against 9 s for a BERT of 6 layers).
static cl::opt<unsigned> optLevel("O", cl::Prefix, cl::init(2), cl::cat(category),
                                  cl::desc("Optimization level of LLVM, 0 to 3"));
static cl::opt<bool> printReport("print-report", cl::cat(category),
                                 cl::desc("Print the signature and the size of the parameters"));

static cl::opt<std::string>
    remarksFilter("remarks-filter", cl::cat(category),
                  cl::desc("Print the remarks of passes that match, such as structlin-choose: "
                           "which products lose to their dense weights, and which have no kernel"));

static int fail(const llvm::Twine &message) {
  llvm::errs() << "error: " << message << "\n";
  return 1;
}

static int fail(llvm::Error error) { return fail(llvm::toString(std::move(error))); }

static void printSignature(const Model &model) {
  llvm::outs() << "entry " << model.entry.name << "\n";
  for (const EntrySignature::Input &input : model.entry.inputs)
    llvm::outs() << "input " << input.type.str() << " " << input.parameter << "\n";
  for (const HostType &type : model.entry.results)
    llvm::outs() << "result " << type.str() << "\n";
  llvm::outs() << "parameters " << model.layout.parameters.size() << " bytes " << model.layout.size
               << "\n";
}

static int runModel(MLIRContext &context) {
  auto begin = std::chrono::steady_clock::now();
  std::unique_ptr<ParameterSource> parameters;
  if (!parametersSpec.empty()) {
    auto source = ::structlin::openParameterSource(parametersSpec);
    if (!source)
      return fail(source.takeError());
    parameters = std::move(*source);
  }
  setNumThreads(numThreads);
  StructlinChooseOptions choice;
  choice.cpu = cpu;
  choice.threads = getNumThreads();
  choice.machine = machinePath;
  choice.table = tablePath;
  choice.densify = densify;
  choice.densifyLimit = densifyLimit;
  choice.parameters = parametersSpec;
  LowerOptions options{entryName, lowering, choice, threads, !sharedLibraries.empty()};
  Model model;
  model.module = parseSourceFile<ModuleOp>(modelPath, &context);
  if (!model.module || failed(lowerModel(model, parameters.get(), options)))
    return 1;
  if (parameters) {
    auto packed = createPackedParameters(*model.module, std::move(parameters));
    if (failed(packed))
      return 1;
    parameters = std::move(*packed);
  }
  if (printReport)
    printSignature(model);
  if (!outputPaths.empty() && outputPaths.size() != model.entry.results.size())
    return fail("'" + model.entry.name + "' has " + llvm::Twine(model.entry.results.size()) +
                " results, got " + llvm::Twine(outputPaths.size()) + " outputs");

  auto inputs =
      readInputs(UnknownLoc::get(&context), model.entry, inputPaths, parameters.get(), dynamicSize);
  if (failed(inputs))
    return 1;
  auto buffer = fillParameterBuffer(model.layout, parameters.get(), model.parameterLocations);
  if (failed(buffer))
    return 1;
  JITOptions jitOptions{optLevel,
                        SmallVector<std::string>(sharedLibraries.begin(), sharedLibraries.end())};
  auto jit = JITModule::create(*model.module, jitOptions);
  if (!jit)
    return fail(jit.takeError());

  SmallVector<CallArgument> arguments = getCallArguments(model.entry, *inputs, *buffer);
  auto results = allocateResults(model.entry, **jit, arguments);
  if (!results)
    return fail(results.takeError());
  for (const HostTensor &result : *results)
    arguments.push_back(CallArgument::buffer(result));
  auto function = (*jit)->lookup(model.entry.name);
  if (!function)
    return fail(function.takeError());
  std::chrono::duration<double, std::milli> ready = std::chrono::steady_clock::now() - begin;

  auto call = [&] { JITModule::call(*function, arguments); };
  if (benchRuns == 0) {
    call();
  } else {
    Timing timing = timeCalls(call, benchRuns);
    llvm::outs() << llvm::format("median_us=%.3f min_us=%.3f runs=%u compile_ms=%.0f\n",
                                 timing.median, timing.minimum, benchRuns.getValue(),
                                 ready.count());
  }
  if (!outputPaths.empty())
    if (llvm::Error error = writeOutputs(outputPaths, *results))
      return fail(std::move(error));
  return 0;
}

int main(int argc, char **argv) {
  llvm::InitLLVM initializer(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, "compiles a model for this machine and runs it\n");
  if (optLevel > 3)
    return fail("expected -O0 to -O3, got -O" + llvm::Twine(optLevel));

  DialectRegistry registry;
  mlir::structlin::registerAllDialects(registry);
  registerAllExtensions(registry);
  mlir::registerAllDialects(registry);
  mlir::registerAllToLLVMIRTranslations(registry);
  MLIRContext context(registry);
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context, llvm::errs());
  if (!remarksFilter.empty()) {
    std::string error;
    if (!llvm::Regex(remarksFilter).isValid(error))
      return fail("--remarks-filter: '" + remarksFilter + "' is no regular expression: " + error);
    // `all` alone enables none of them.
    remark::RemarkCategories categories;
    categories.passed = categories.missed = categories.analysis = categories.failed = remarksFilter;
    if (failed(remark::enableOptimizationRemarks(
            context, /*streamer=*/nullptr, std::make_unique<remark::RemarkEmittingPolicyAll>(),
            categories, /*printAsEmitRemarks=*/true)))
      return 1;
  }
  return runModel(context);
}
