//===- Harness.cpp - compiling and calling problems -----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every path ends in the same conversion to LLVM and in this process.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"
#include "mlir/Dialect/Transform/Interfaces/TransformInterfaces.h"
#include "mlir/Dialect/Transform/Transforms/Passes.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "structlin/Archive/ParameterSource.h"
#include "structlin/Codegen/Choose.h"
#include "structlin/Codegen/PackedParameters.h"
#include "structlin/Codegen/Passes.h"
#include "structlin/Codegen/Pipelines.h"
#include "structlin/Emit/EmulateX86.h"
#include "structlin/Execution/ParameterBuffer.h"
#include "structlin/IR/KernelAttrs.h"
#include "structlin/IR/StructlinOps.h"
#include "structlin/InitAll.h"
#include "structlin/Lowering/EntryFunctions.h"
#include "structlin/Lowering/Pipelines.h"
#include "llvm/Support/raw_ostream.h"
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <map>

using namespace structlin;
using namespace structlin::test;
using mlir::structlin::CallArgument;
using mlir::structlin::JITModule;

std::vector<Path> test::referencePaths() {
  return {Path::Decompose,    Path::Reconstruct,     Path::Reference,
          Path::TileUsingFor, Path::TileUsingForall, Path::Fuse};
}

std::vector<Path> test::kernelPaths(bool emulated) {
  std::vector<Path> paths = {Path::KernelsAVX2, Path::KernelsAVX512, Path::KernelsAVX512BF16,
                             Path::KernelsAMX};
  llvm::erase_if(paths, [&](Path path) { return targetOf(path)->runsOnHost() == emulated; });
  return paths;
}

const char *test::nameOf(Path path) {
  static const char *names[] = {
      "decompose", "reconstruct",  "reference",      "tile_using_for",      "tile_using_forall",
      "fuse",      "kernels_avx2", "kernels_avx512", "kernels_avx512_bf16", "kernels_amx"};
  return names[int(path)];
}

std::optional<kernels::Target> test::targetOf(Path path) {
  llvm::StringRef name = nameOf(path);
  if (!name.consume_front("kernels_"))
    return std::nullopt;
  return kernels::Target::get(name);
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

static std::string formatType(const HostTensor &tensor, bool isDynamic) {
  std::string text = formatType(tensor.type(), tensor.shape());
  return "tensor<" + (isDynamic ? "?" + text.substr(text.find('x')) : text) + ">";
}

/// Whether a transform script makes the path's tiles.
static bool isTiled(Path path) {
  return path == Path::TileUsingFor || path == Path::TileUsingForall || path == Path::Fuse;
}

/// The statements that tile what is tagged with the family's name.
static std::string formatTiling(const NamedProblem &named, Path path) {
  static const std::string any = "!transform.any_op";
  const Family &family = *named.family;
  std::string op = std::string("%") + family.name;
  std::string match = "  " + op + " = transform.structured.match attributes{tag = \"" +
                      family.name + "\"} in %root : (" + any + ") -> " + any + "\n";
  std::string sizes = path == Path::Fuse ? family.consumerTiles(named.problem.shape)
                                         : family.tiles(named.problem.shape);
  if (path == Path::TileUsingForall)
    return match + "  " + op + "_t:2 = transform.structured.tile_using_forall " + op +
           " tile_sizes " + sizes + " : (" + any + ") -> (" + any + ", " + any + ")\n";
  int64_t numLoops = 0;
  for (llvm::StringRef rest = sizes; !rest.empty(); rest = rest.split(',').second)
    numLoops += rest.split(',').first.trim(" []") != "0";
  std::string types = any;
  for (int64_t i = 0; i < numLoops; ++i)
    types += ", " + any;
  return match + "  " + op + "_t:" + std::to_string(numLoops + 1) + " = transform.structured." +
         (path == Path::Fuse ? "fuse " : "tile_using_for ") + op + " tile_sizes " + sizes + " : (" +
         any + ") -> (" + types + ")\n";
}

static std::string formatFunction(const NamedProblem &named, Path path) {
  const Problem &problem = named.problem;
  std::string initType = formatType(problem.init, problem.shape.isDynamic);
  std::string text = std::string("  func.func @") + named.family->name +
                     "(%x: " + formatType(problem.x, problem.shape.isDynamic);
  std::string parameters;
  for (auto [i, factor] : llvm::enumerate(problem.factors)) {
    std::string name = "f" + std::to_string(i), type = formatType(factor, false);
    if (targetOf(path))
      parameters += "    %" + name + " = structlin.parameter \"" + named.family->name + "." + name +
                    "\" : " + type + "\n";
    else
      text += ", %" + name + ": " + type;
  }
  text += ", %init: " + initType + ") -> " + initType + " {\n" + parameters;
  // What is tiled carries the tag: the products, or the consumer that they go into.
  std::string tag = std::string("tag = \"") + named.family->name + "\"";
  std::string body = problem.body;
  for (size_t at; (at = body.find("TAG")) != std::string::npos;)
    body.replace(at, 3, path == Path::Fuse ? "part" : tag);
  text += body;
  if (path == Path::Fuse)
    text += "    %z = linalg.copy {" + tag + "} ins(%y : " + initType +
            ") outs(%init : " + initType + ") -> " + initType + "\n    return %z : ";
  else
    text += "    return %y : ";
  return text + initType + "\n  }\n";
}

std::string test::formatModule(llvm::ArrayRef<NamedProblem> problems, Path path) {
  std::string functions, tilings;
  for (const NamedProblem &problem : problems) {
    functions += formatFunction(problem, path);
    tilings += formatTiling(problem, path);
  }
  if (!isTiled(path))
    return functions;
  return "module attributes {transform.with_named_sequence} {\n" + functions +
         "  transform.named_sequence @__transform_main("
         "%root: !transform.any_op {transform.readonly}) {\n" +
         tilings + "  transform.yield\n  }\n}\n";
}

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

std::unique_ptr<mlir::MLIRContext> test::makeContext() {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::structlin::registerAllDialects(registry);
  mlir::registerAllToLLVMIRTranslations(registry);
  auto context =
      std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
  return context;
}

/// Tiles as the module's script says, and forgets the script.
static mlir::LogicalResult applyScript(mlir::ModuleOp module) {
  mlir::PassManager manager(module.getContext());
  // A script cannot reach into a group.
  mlir::structlin::buildFlattenPipeline(manager);
  manager.addPass(mlir::transform::createInterpreterPass());
  if (mlir::failed(manager.run(module)))
    return mlir::failure();
  module->removeAttr("transform.with_named_sequence");
  for (auto sequence :
       llvm::make_early_inc_range(module.getOps<mlir::transform::TransformOpInterface>()))
    sequence->erase();
  if (auto *main = module.lookupSymbol("__transform_main"))
    main->erase();
  return mlir::success();
}

/// Replaces every structured product by the dense layer of the weight that its
/// factors stand for.
static mlir::LogicalResult densify(mlir::ModuleOp module) {
  using namespace mlir::structlin;
  llvm::SmallVector<StructuredMatmulOpInterface> products;
  module.walk([&](StructuredMatmulOpInterface op) { products.push_back(op); });
  mlir::IRRewriter rewriter(module.getContext());
  for (StructuredMatmulOpInterface op : products) {
    rewriter.setInsertionPoint(op);
    mlir::FailureOr<mlir::Value> weight = reconstructWeight(rewriter, op.getLoc(), op);
    if (mlir::failed(weight))
      return op.emitError("its weight cannot be reconstructed");
    MatmulAttributes attributes;
    attributes.acc = op.getAccType();
    mlir::Operation *dense = DenseAttr::get(module.getContext(), mlir::StringAttr())
                                 .buildMatmul(rewriter, op.getLoc(), op.getMatmulInput(), *weight,
                                              op.getMatmulInit(), attributes);
    rewriter.replaceOp(op, dense->getResults());
  }
  return mlir::success();
}

/// One schedule per group, for all numbers of tokens: variants of it would take as long to
/// compile again, and run the same code.
static void scheduleGroups(mlir::ModuleOp module, const kernels::Target &target, Rows rows) {
  mlir::structlin::ChooseOptions options;
  options.target = target;
  options.machine = ::structlin::Machine::getDefault(target);
  mlir::IRRewriter rewriter(module.getContext());
  llvm::SmallVector<mlir::structlin::KernelOp> groups;
  module.walk([&](mlir::structlin::KernelOp group) { groups.push_back(group); });
  for (mlir::structlin::KernelOp group : groups) {
    // What has no kernel stays without a schedule, which tests notice.
    std::string why;
    (void)mlir::structlin::scheduleKernel(rewriter, group, options, /*folder=*/nullptr, why);
  }
  if (rows == Rows::Most)
    return;
  module.walk([&](mlir::structlin::KernelOp group) {
    if (!group.getScheduleAttr())
      return;
    kernels::Schedule schedule = mlir::structlin::getKernelSchedule(group.getScheduleAttr());
    // The rows of matrix registers are multiples of theirs.
    schedule.rows = std::min<int64_t>(schedule.rows, schedule.rows % 16 == 0 ? 16 : 2);
    group.setScheduleAttr(mlir::structlin::getScheduleAttr(module.getContext(), target, schedule));
  });
}

/// Kernels up to outlined ones, and which functions call them.
static mlir::LogicalResult outlineKernels(Compiled &compiled, const kernels::Target &target,
                                          Rows rows) {
  mlir::PassManager groups(compiled.module->getContext()), manager(compiled.module->getContext());
  mlir::structlin::buildFlattenPipeline(groups, /*keepScheduled=*/true);
  mlir::structlin::buildGroupPipeline(groups);
  if (mlir::failed(groups.run(*compiled.module)))
    return mlir::failure();
  scheduleGroups(*compiled.module, target, rows);
  mlir::structlin::StructlinChooseOptions choice;
  choice.cpu = target.name;
  mlir::structlin::buildKernelsPipeline(manager, choice);
  if (mlir::failed(manager.run(*compiled.module)))
    return mlir::failure();
  compiled.module->walk([&](mlir::structlin::CallKernelOp call) {
    auto function = call->getParentOfType<mlir::func::FuncOp>();
    compiled.kernelCalls.push_back(function.getName().str());
  });
  return mlir::success();
}

std::unique_ptr<Compiled> test::compile(mlir::MLIRContext &context, llvm::StringRef text, Path path,
                                        Rows rows, unsigned optLevel) {
  auto compiled = std::make_unique<Compiled>();
  compiled->module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  mlir::ModuleOp module = *compiled->module;
  std::optional<kernels::Target> target = targetOf(path);
  if (!module || (isTiled(path) && mlir::failed(applyScript(module))) ||
      (path == Path::Reconstruct && mlir::failed(densify(module))) ||
      (target && mlir::failed(outlineKernels(*compiled, *target, rows))))
    return nullptr;
  mlir::structlin::LowerToCPUOptions options;
  options.threads = path == Path::Reference || path == Path::TileUsingForall || target;
  if (path != Path::Reference) {
    options.vectorBytes = 0;
    options.tileTokens = std::numeric_limits<int64_t>::max();
  }
  mlir::PassManager manager(&context), conversion(&context);
  manager.enableVerifier(isTiled(path) || path == Path::Reconstruct);
  conversion.enableVerifier(isTiled(path) || path == Path::Reconstruct);
  if (!target)
    mlir::structlin::buildFlattenPipeline(manager);
  mlir::structlin::buildPrepareEntriesPipeline(manager);
  mlir::structlin::buildBufferizeEntriesPipeline(manager, options);
  if (target)
    manager.addPass(mlir::structlin::createStructlinEmitKernels());
  mlir::structlin::buildConvertToLLVMPipeline(conversion, options, target.has_value());
  bool isEmulated = target && !target->runsOnHost();
  if (mlir::failed(manager.run(module)) ||
      (isEmulated && mlir::failed(mlir::structlin::emulateX86(module))) ||
      mlir::failed(conversion.run(module)))
    return nullptr;
  auto layout = mlir::structlin::ParameterLayout::fromModule(module);
  if (mlir::failed(layout))
    return nullptr;
  compiled->layout = *layout;
  auto jit = JITModule::create(module, {optLevel, {}});
  if (!jit) {
    llvm::errs() << llvm::toString(jit.takeError()) << "\n";
    return nullptr;
  }
  compiled->jit = std::move(*jit);
  return compiled;
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

namespace {
/// The factors of problems, as "family.f0".
class ProblemParameters : public ParameterSource {
public:
  explicit ProblemParameters(llvm::ArrayRef<NamedProblem> problems) {
    for (const NamedProblem &named : problems)
      for (auto [i, factor] : llvm::enumerate(named.problem.factors))
        tensors.insert({std::string(named.family->name) + ".f" + std::to_string(i), factor});
  }

  llvm::Expected<HostTensor> lookup(llvm::StringRef name, ElementType type,
                                    llvm::ArrayRef<int64_t> shape) override {
    llvm::Expected<HostTensor> tensor = read(name);
    if (tensor)
      EXPECT_EQ(formatType(tensor->type(), tensor->shape()), formatType(type, shape));
    return tensor;
  }
  llvm::Expected<HostTensor> read(llvm::StringRef name) override {
    auto found = tensors.find(name.str());
    if (found == tensors.end())
      return llvm::createStringError("no parameter " + name);
    return found->second;
  }
  std::vector<std::string> names() const override {
    auto keys = llvm::make_first_range(tensors);
    return {keys.begin(), keys.end()};
  }

private:
  std::map<std::string, HostTensor> tensors;
};
} // namespace

HostTensor test::bindParameters(const Compiled &compiled, llvm::ArrayRef<NamedProblem> problems) {
  if (compiled.layout.parameters.empty())
    return HostTensor::allocate(ElementType::I8, {0});
  auto source = mlir::structlin::createPackedParameters(
      *compiled.module, std::make_unique<ProblemParameters>(problems));
  EXPECT_TRUE(mlir::succeeded(source));
  auto buffer = mlir::structlin::fillParameterBuffer(compiled.layout, source->get(),
                                                     mlir::structlin::ParameterLocations());
  EXPECT_TRUE(mlir::succeeded(buffer));
  return *buffer;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

namespace {
/// y between two stretches of bytes that nothing may touch.
struct GuardedResult {
  static constexpr size_t guard = 256;
  static constexpr char mark = 0x5a;
  HostTensor memory;
  size_t size;

  explicit GuardedResult(size_t size)
      : memory(HostTensor::allocate(ElementType::I8, {int64_t(size + 2 * guard)})), size(size) {
    std::memset(memory.mutableBytes().data(), mark, size + 2 * guard);
  }
  llvm::ArrayRef<char> payload() const { return memory.bytes().slice(guard, size); }
  bool isIntact() const {
    auto isMark = [](char byte) { return byte == mark; };
    return llvm::all_of(memory.bytes().take_front(guard), isMark) &&
           llvm::all_of(memory.bytes().take_back(guard), isMark);
  }
};
} // namespace

HostTensor test::run(const Compiled &compiled, const NamedProblem &named,
                     const HostTensor &parameters) {
  const JITModule &module = *compiled.jit;
  const Problem &problem = named.problem;
  llvm::SmallVector<CallArgument> arguments = {CallArgument::buffer(problem.x)};
  bool hasParameters = !compiled.layout.parameters.empty();
  for (const HostTensor &factor : problem.factors)
    if (!hasParameters)
      arguments.push_back(CallArgument::buffer(factor));
  arguments.push_back(CallArgument::buffer(problem.init));
  if (hasParameters)
    arguments.push_back(CallArgument::buffer(parameters));

  std::string name = named.family->name;
  if (problem.shape.isDynamic) {
    auto shapes = llvm::cantFail(module.lookup(name + mlir::structlin::kShapesSuffix.str()));
    int64_t rows = -1;
    JITModule::call(shapes, arguments, rows);
    EXPECT_EQ(rows, problem.shape.m);
  }
  GuardedResult result(problem.init.bytes().size());
  arguments.push_back(
      CallArgument::buffer(const_cast<char *>(result.payload().data()), problem.init.shape()));
  std::vector<double> x = problem.x.toDoubles(), init = problem.init.toDoubles();
  JITModule::call(llvm::cantFail(module.lookup(name)), arguments);
  EXPECT_TRUE(result.isIntact()) << "wrote outside of y";
  EXPECT_EQ(x, problem.x.toDoubles()) << "wrote to x";
  EXPECT_EQ(init, problem.init.toDoubles()) << "wrote to init";
  return HostTensor::copyOf(problem.init.type(), problem.init.shape(), result.payload());
}
