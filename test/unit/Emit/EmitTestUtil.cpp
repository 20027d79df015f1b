//===- EmitTestUtil.cpp - compiling and calling emitted code --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EmitTestUtil.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "structlin/Emit/EmulateX86.h"
#include <cstring>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace structlin;
using namespace structlin::kernels;
using namespace structlin::kernels::test;

std::unique_ptr<mlir::MLIRContext> test::makeContext() {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllToLLVMIRTranslations(registry);
  auto context =
      std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
  return context;
}

bool test::isNativeOrEmulate(mlir::ModuleOp module, const Target &target) {
  bool native = target.runsOnHost();
  if (!native)
    EXPECT_TRUE(succeeded(mlir::structlin::emulateX86(module)));
  ::testing::Test::RecordProperty("execution", target.name + (native ? " native" : " emulated"));
  return native;
}

GuardedBytes::GuardedBytes(llvm::ArrayRef<char> bytes) {
  size_t page = sysconf(_SC_PAGESIZE);
  size = (bytes.size() + page - 1) / page * page;
  base = static_cast<char *>(
      mmap(nullptr, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  mprotect(base + size, page, PROT_NONE);
  begin = base + size - bytes.size();
  std::memcpy(begin, bytes.data(), bytes.size());
}

GuardedBytes::~GuardedBytes() {
  if (base)
    munmap(base, size + sysconf(_SC_PAGESIZE));
}
