//===- tools/structlin-opt/structlin-opt.cpp - the pass driver -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mlir-opt with our dialect and passes beside upstream's. A fit takes hours, so the
// file of -o appears when it is complete, however the process ends.
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "structlin/Archive/AtomicFile.h"
#include "structlin/InitAll.h"
#include "structlin/Numerics/BlasKernels.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;

/// MlirOptMain to a file that appears at the end.
static LogicalResult writeFile(StringRef inputName, StringRef outputName, DialectRegistry &registry,
                               const MlirOptMainConfig &config) {
  auto fail = [](const Twine &message) {
    llvm::WithColor::error() << message << "\n";
    return failure();
  };
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> input = openInputFile(inputName, &message);
  if (!input)
    return fail(message);
  llvm::Expected<::structlin::AtomicFile> file = ::structlin::AtomicFile::create(outputName);
  if (!file)
    return fail(llvm::toString(file.takeError()));
  llvm::raw_fd_ostream os(file->descriptor(), /*shouldClose=*/false);
  LogicalResult result = MlirOptMain(os, std::move(input), registry, config);
  os.flush();
  if (std::error_code error = os.error()) {
    os.clear_error();
    return fail("cannot write '" + outputName + "': " + error.message());
  }
  if (failed(result))
    return failure();
  if (llvm::Error error = file->commit())
    return fail(llvm::toString(std::move(error)));
  return success();
}

int main(int argc, char **argv) {
  ::structlin::numerics::selectBlasKernels();
  llvm::InitLLVM init(argc, argv);
  registerAllPasses();
  mlir::structlin::registerAllPasses();
  DialectRegistry registry;
  registerAllDialects(registry);
  registerAllExtensions(registry);
  mlir::structlin::registerAllDialects(registry);

  auto [inputName, outputName] =
      registerAndParseCLIOptions(argc, argv, "structlin optimizer driver\n", registry);
  MlirOptMainConfig config = MlirOptMainConfig::createFromCLOptions();
  bool isFile = outputName != "-" &&
                (!llvm::sys::fs::exists(outputName) || llvm::sys::fs::is_regular_file(outputName));
  if (!isFile || config.shouldShowDialects() || config.shouldListPasses())
    return asMainReturnCode(MlirOptMain(argc, argv, inputName, outputName, registry));
  return asMainReturnCode(writeFile(inputName, outputName, registry, config));
}
