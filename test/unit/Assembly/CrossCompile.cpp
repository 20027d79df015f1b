//===- CrossCompile.cpp - kernels as assembly of any target ---------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CrossCompile.h"
#include "EmitTestUtil.h"
#include "EmittedProblem.h"
#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "structlin/Emit/LowerEmitted.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace structlin::kernels;
using namespace structlin::kernels::test;

static void initializeTargets() {
  static const bool initialized = [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeAArch64TargetInfo();
    LLVMInitializeAArch64Target();
    LLVMInitializeAArch64TargetMC();
    LLVMInitializeAArch64AsmPrinter();
    return true;
  }();
  (void)initialized;
}

static std::unique_ptr<llvm::TargetMachine> makeMachine(const Target &target) {
  initializeTargets();
  bool isX86 = target.name != "neon";
  llvm::Triple triple(isX86 ? "x86_64-unknown-linux-gnu" : "aarch64-unknown-linux-gnu");
  std::string error;
  const llvm::Target *found = llvm::TargetRegistry::lookupTarget(triple, error);
  EXPECT_NE(found, nullptr) << error;
  llvm::TargetOptions options;
  options.MCOptions.AsmVerbose = true;
  // The machines that have a target's vectors have, among others, an instruction that
  // counts bits.
  const char *cpu = !isX86 ? "generic" : target.vectorBytes == 32 ? "x86-64-v3" : "x86-64-v4";
  return std::unique_ptr<llvm::TargetMachine>(
      found->createTargetMachine(triple, cpu, target.getFeatures(), options, llvm::Reloc::PIC_,
                                 std::nullopt, llvm::CodeGenOptLevel::Aggressive));
}

static std::string generate(llvm::Module &module, llvm::TargetMachine &machine,
                            llvm::CodeGenFileType type) {
  // Generating code changes a module.
  std::unique_ptr<llvm::Module> copy = llvm::CloneModule(module);
  llvm::SmallString<0> text;
  llvm::raw_svector_ostream stream(text);
  llvm::legacy::PassManager passes;
  EXPECT_FALSE(machine.addPassesToEmitFile(passes, stream, nullptr, type));
  passes.run(*copy);
  return text.str().str();
}

Compiled test::crossCompile(const Problem &problem) {
  auto context = makeContext();
  mlir::OpBuilder builder(context.get());
  mlir::OwningOpRef<mlir::ModuleOp> module(mlir::ModuleOp::create(builder.getUnknownLoc()));
  builder.setInsertionPointToStart(module->getBody());
  emitProblem(builder, "kernel", problem);
  EXPECT_TRUE(succeeded(mlir::structlin::lowerEmittedKernels(*module)));
  // Instructions keep the lines of what they come from only in functions that have any.
  mlir::PassManager manager(context.get());
  manager.addPass(mlir::LLVM::createDIScopeForLLVMFuncOpPass());
  EXPECT_TRUE(succeeded(manager.run(*module)));
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> translated = mlir::translateModuleToLLVMIR(*module, llvmContext);
  std::unique_ptr<llvm::TargetMachine> machine = makeMachine(problem.setting.target);
  translated->setDataLayout(machine->createDataLayout());
  translated->setTargetTriple(machine->getTargetTriple());
  auto optimize = mlir::makeOptimizingTransformer(/*optLevel=*/3, /*sizeLevel=*/0, machine.get());
  llvm::cantFail(optimize(translated.get()));
  return {generate(*translated, *machine, llvm::CodeGenFileType::AssemblyFile),
          generate(*translated, *machine, llvm::CodeGenFileType::ObjectFile)};
}
