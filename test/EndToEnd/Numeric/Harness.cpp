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
#include "structlin/IR/StructuredMatmul.h"
#include "structlin/InitAll.h"
#include "structlin/Lowering/EntryFunctions.h"
#include "structlin/Lowering/Pipelines.h"
#include "llvm/Support/raw_ostream.h"
#include <cstring>
#include <gtest/gtest.h>
#include <limits>

using namespace structlin;
using namespace structlin::test;
using mlir::structlin::CallArgument;
using mlir::structlin::JITModule;

llvm::ArrayRef<Path> test::allPaths() {
  static const Path paths[] = {Path::Decompose,    Path::Reconstruct,     Path::Reference,
                               Path::TileUsingFor, Path::TileUsingForall, Path::Fuse};
  return paths;
}

const char *test::nameOf(Path path) {
  static const char *names[] = {"decompose",      "reconstruct",       "reference",
                                "tile_using_for", "tile_using_forall", "fuse"};
  return names[int(path)];
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
  for (auto [i, factor] : llvm::enumerate(problem.factors))
    text += ", %f" + std::to_string(i) + ": " + formatType(factor, false);
  text += ", %init: " + initType + ") -> " + initType + " {\n";
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

std::unique_ptr<JITModule> test::compile(mlir::MLIRContext &context, llvm::StringRef text,
                                         Path path) {
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  if (!module || (isTiled(path) && mlir::failed(applyScript(*module))) ||
      (path == Path::Reconstruct && mlir::failed(densify(*module))))
    return nullptr;
  mlir::structlin::LowerToCPUOptions options;
  options.threads = path == Path::Reference || path == Path::TileUsingForall;
  if (path != Path::Reference) {
    options.vectorBytes = 0;
    options.tileTokens = std::numeric_limits<int64_t>::max();
  }
  mlir::PassManager manager(&context);
  manager.enableVerifier(isTiled(path) || path == Path::Reconstruct);
  mlir::structlin::buildLowerToCPUPipeline(manager, options);
  if (mlir::failed(manager.run(*module)))
    return nullptr;
  auto jit = JITModule::create(*module, {/*optLevel=*/1, {}});
  if (!jit) {
    llvm::errs() << llvm::toString(jit.takeError()) << "\n";
    return nullptr;
  }
  return std::move(*jit);
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

HostTensor test::run(const JITModule &module, const NamedProblem &named) {
  const Problem &problem = named.problem;
  llvm::SmallVector<CallArgument> arguments = {CallArgument::buffer(problem.x)};
  for (const HostTensor &factor : problem.factors)
    arguments.push_back(CallArgument::buffer(factor));
  arguments.push_back(CallArgument::buffer(problem.init));

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
