//===- compress.c - a host in C -------------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// compress-c MODEL PIPELINE: runs a pipeline and prints what became of the layers.
//
//===----------------------------------------------------------------------===//

#include "mlir-c/IR.h"
#include "mlir-c/Pass.h"
#include "mlir-c/RegisterEverything.h"
#include "structlin-c/Registration.h"
#include "structlin-c/Report.h"

#include <stdio.h>

static void print(MlirStringRef text, void *file) { fwrite(text.data, 1, text.length, file); }

int main(int argc, char **argv) {
  if (argc != 3)
    return fprintf(stderr, "usage: compress-c MODEL PIPELINE\n"), 2;
  structlinRegisterAllPasses();
  MlirDialectRegistry registry = mlirDialectRegistryCreate();
  mlirRegisterAllDialects(registry);
  structlinRegisterAllDialects(registry);
  MlirContext context = mlirContextCreateWithRegistry(registry, /*threadingEnabled=*/true);

  MlirModule model =
      mlirModuleCreateParseFromFile(context, mlirStringRefCreateFromCString(argv[1]));
  if (mlirModuleIsNull(model))
    return 1;

  MlirPassManager passes =
      mlirPassManagerCreateOnOperation(context, mlirStringRefCreateFromCString("builtin.module"));
  MlirStringRef pipeline = mlirStringRefCreateFromCString(argv[2]);
  if (mlirLogicalResultIsFailure(mlirOpPassManagerAddPipeline(
          mlirPassManagerGetAsOpPassManager(passes), pipeline, print, stderr)) ||
      mlirLogicalResultIsFailure(mlirPassManagerRunOnOp(passes, mlirModuleGetOperation(model))))
    return 1;

  StructlinReport report = structlinReportCreate(mlirModuleGetOperation(model));
  structlinReportPrint(report, print, stdout);
  structlinReportDestroy(report);
  mlirPassManagerDestroy(passes);
  mlirModuleDestroy(model);
  mlirContextDestroy(context);
  mlirDialectRegistryDestroy(registry);
  return 0;
}
