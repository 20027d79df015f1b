//===- JIT.cpp - compiled modules in this process -------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A thin layer over upstream's execution engine.
//
//===----------------------------------------------------------------------===//

#include "structlin/Execution/JIT.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "structlin-runtime/Runtime.h"
#include "structlin/Archive/Convert.h"
#include "llvm/ADT/bit.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include <cstring>

using namespace mlir;
using namespace mlir::structlin;

/// LLVM's OpenMP: its functions have a symbol version of their own, which the linker binds.
extern "C" int omp_get_max_threads();
extern "C" void omp_set_num_threads(int count);

void mlir::structlin::setNumThreads(unsigned count) {
  structlin_set_num_threads_local(count);
  // 0 is no number for OpenMP, which has kept its own.
  static const int initial = omp_get_max_threads();
  omp_set_num_threads(count == 0 ? initial : static_cast<int>(count));
}

unsigned mlir::structlin::getNumThreads() { return std::max(1, structlin_get_num_threads()); }

CallArgument CallArgument::buffer(void *data, ArrayRef<int64_t> shape) {
  CallArgument argument;
  argument.isBuffer = true;
  auto address = static_cast<int64_t>(reinterpret_cast<intptr_t>(data));
  argument.words = {address, address, 0};
  argument.words.append(shape.begin(), shape.end());
  argument.words.resize(3 + 2 * shape.size());
  int64_t stride = 1;
  for (size_t dim = shape.size(); dim-- > 0; stride *= shape[dim])
    argument.words[3 + shape.size() + dim] = stride;
  return argument;
}

CallArgument CallArgument::buffer(const ::structlin::HostTensor &tensor) {
  return buffer(const_cast<char *>(tensor.bytes().data()), tensor.shape());
}

CallArgument CallArgument::scalar(ArrayRef<char> bytes) {
  assert(bytes.size() <= sizeof(int64_t) && "expected a scalar of at most eight bytes");
  CallArgument argument;
  argument.words = {0};
  std::memcpy(argument.words.data(), bytes.data(), bytes.size());
  return argument;
}

/// Registers the code generator of this machine, once per process.
static void initializeTarget() {
  static const bool initialized = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)initialized;
}

/// What LLVM calls to round single numbers to bf16 on machines without an instruction. Not
/// every compiler's run-time library has it. The result is in the register's low half.
static float truncateToBF16(float value) {
  uint32_t bits = ::structlin::doubleToBfloat(value);
  return llvm::bit_cast<float>(bits);
}

llvm::Expected<std::unique_ptr<JITModule>> JITModule::create(ModuleOp module,
                                                             const JITOptions &options) {
  initializeTarget();
  auto builder = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!builder)
    return builder.takeError();
  auto optLevel = static_cast<llvm::CodeGenOptLevel>(options.optLevel);
  builder->setCodeGenOptLevel(optLevel);
  auto machine = builder->createTargetMachine();
  if (!machine)
    return machine.takeError();

  ExecutionEngineOptions engineOptions;
  auto transformer = makeOptimizingTransformer(options.optLevel, /*sizeLevel=*/0, machine->get());
  engineOptions.transformer = transformer;
  engineOptions.jitCodeGenOptLevel = optLevel;
  engineOptions.enableGDBNotificationListener = false;
  engineOptions.enablePerfNotificationListener = false;
  SmallVector<StringRef> libraries(options.sharedLibraries.begin(), options.sharedLibraries.end());
  engineOptions.sharedLibPaths = libraries;
  auto engine = ExecutionEngine::create(module, engineOptions, std::move(*machine));
  if (!engine)
    return engine.takeError();
  (*engine)->registerSymbols([](llvm::orc::MangleAndInterner interner) {
    llvm::orc::SymbolMap symbols;
    symbols[interner("__truncsfbf2")] = {llvm::orc::ExecutorAddr::fromPtr(&truncateToBF16),
                                         llvm::JITSymbolFlags::Exported};
    return symbols;
  });
  return std::unique_ptr<JITModule>(new JITModule(std::move(*engine)));
}

llvm::Expected<JITModule::Function> JITModule::lookup(StringRef name) const {
  return engine->lookupPacked(("_mlir_ciface_" + name).str());
}

void JITModule::call(Function function, MutableArrayRef<CallArgument> arguments,
                     MutableArrayRef<int64_t> results) {
  SmallVector<void *> packed;
  // The C interface returns one value, and writes several through a first argument.
  int64_t *target = results.data();
  if (results.size() > 1)
    packed.push_back(&target);
  for (CallArgument &argument : arguments) {
    argument.settle();
    packed.push_back(argument.pointer());
  }
  packed.push_back(target);
  function(packed.data());
}
