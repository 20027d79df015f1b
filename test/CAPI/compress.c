//===- compress.c - import, assign, fit and report in C -------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A host that chooses the structure of each layer itself, one that leaves it to a
// pipeline, and what both hear about mistakes.
//
//===----------------------------------------------------------------------===//

#include "check.h"
#include "mlir-c/Dialect/Arith.h"
#include "mlir-c/Dialect/Func.h"
#include "mlir-c/Dialect/Linalg.h"
#include "mlir-c/Dialect/Tensor.h"
#include "mlir-c/Pass.h"
#include "structlin-c/Attributes.h"
#include "structlin-c/Passes.h"
#include "structlin-c/Registration.h"
#include "structlin-c/Report.h"

#include <math.h>

// A product of two activations, and layers x W^T with a W that is one number everywhere:
// of rank 1, and of which a part that keeps k entries misses sqrt(1 - k).
#define WEIGHT(n) "  %w" n " = arith.constant dense<" n ".0> : tensor<64x32xf32>\n"
#define LAYER(n)                                                                                   \
  "  %" n " = linalg.matmul indexing_maps = [#x, #w, #y]\n"                                        \
  "    ins(%x, %w" n " : tensor<?x32xf32>, tensor<64x32xf32>) outs(%y : tensor<?x64xf32>)"         \
  " -> tensor<?x64xf32>\n"                                                                         \
  "  call @use(%" n ") : (tensor<?x64xf32>) -> ()\n"

static const char *const kModel = "#x = affine_map<(m, n, k) -> (m, k)>\n"
                                  "#w = affine_map<(m, n, k) -> (n, k)>\n"
                                  "#y = affine_map<(m, n, k) -> (m, n)>\n"
                                  "func.func private @use(tensor<?x64xf32>)\n"
                                  "func.func @f(%x: tensor<?x32xf32>, %y: tensor<?x64xf32>, %z: "
                                  "tensor<32x64xf32>) {\n" // clang-format off
    WEIGHT("1") WEIGHT("2") WEIGHT("3") WEIGHT("4") WEIGHT("5") WEIGHT("6") WEIGHT("7")
    "  %a = linalg.matmul ins(%x, %z : tensor<?x32xf32>, tensor<32x64xf32>)\n"
    "         outs(%y : tensor<?x64xf32>) -> tensor<?x64xf32>\n"
    "  call @use(%a) : (tensor<?x64xf32>) -> ()\n"
    LAYER("1") LAYER("2") LAYER("3") LAYER("4") LAYER("5") LAYER("6") LAYER("7")
    "  return\n"
    "}\n"; // clang-format on

#define NUM_LAYERS 7

static bool isNear(double got, double expected) { return fabs(got - expected) < 1e-6; }

static MlirContext createContext(Text *messages) {
  MlirDialectRegistry registry = mlirDialectRegistryCreate();
  structlinRegisterAllDialects(registry);
  mlirDialectHandleInsertDialect(mlirGetDialectHandle__arith__(), registry);
  mlirDialectHandleInsertDialect(mlirGetDialectHandle__func__(), registry);
  mlirDialectHandleInsertDialect(mlirGetDialectHandle__linalg__(), registry);
  mlirDialectHandleInsertDialect(mlirGetDialectHandle__tensor__(), registry);
  MlirContext context = mlirContextCreateWithRegistry(registry, /*threadingEnabled=*/false);
  mlirDialectRegistryDestroy(registry);
  mlirContextAttachDiagnosticHandler(context, keepMessage, messages, NULL);
  return context;
}

/// Runs a pipeline given as text; what is wrong with the text goes to `messages`.
static bool runPipeline(MlirModule module, const char *pipeline, Text *messages) {
  MlirContext context = mlirModuleGetContext(module);
  MlirPassManager manager = mlirPassManagerCreateOnOperation(context, str("builtin.module"));
  bool done =
      mlirLogicalResultIsSuccess(mlirOpPassManagerAddPipeline(
          mlirPassManagerGetAsOpPassManager(manager), str(pipeline), append, messages)) &&
      mlirLogicalResultIsSuccess(mlirPassManagerRunOnOp(manager, mlirModuleGetOperation(module)));
  mlirPassManagerDestroy(manager);
  return done;
}

typedef struct Choice {
  MlirAttribute structures[NUM_LAYERS];
  int numLayers;
} Choice;

static MlirWalkResult choose(MlirOperation op, void *data) {
  Choice *choice = data;
  if (!mlirStringRefEqual(mlirIdentifierStr(mlirOperationGetName(op)), str("structlin.linear")))
    return MlirWalkResultAdvance;
  if (choice->numLayers < NUM_LAYERS)
    mlirOperationSetAttributeByName(op, str("structure"), choice->structures[choice->numLayers]);
  ++choice->numLayers;
  return MlirWalkResultAdvance;
}

static void testReport(MlirModule module, const Choice *choice) {
  static const double keep[NUM_LAYERS] = {1,   96. / 2048, (64 + 32 + 16) / 2048., 0.25,
                                          0.5, 0.5,        96. / 2048 + 0.5};
  const double error[NUM_LAYERS] = {0, 0, 0, sqrt(0.75), sqrt(0.5), sqrt(0.5), 0};

  StructlinReport report = structlinReportCreate(mlirModuleGetOperation(module));
  EXPECT(!structlinReportIsNull(report));
  EXPECT(structlinReportGetNumLayers(report) == NUM_LAYERS);
  for (int i = 0; i < NUM_LAYERS; ++i) {
    char name[16];
    snprintf(name, sizeof name, "f.const_%d", i);
    EXPECT_STR(structlinReportLayerGetName(report, i), name);
    EXPECT_STR(structlinReportLayerGetWeight(report, i), name);
    EXPECT(mlirAttributeEqual(structlinReportLayerGetStructure(report, i), choice->structures[i]));
    EXPECT(mlirTypeIsAF32(structlinReportLayerGetElementType(report, i)));
    EXPECT(structlinReportLayerGetNumOutputs(report, i) == 64);
    EXPECT(structlinReportLayerGetNumInputs(report, i) == 32);
    EXPECT(structlinReportLayerGetNumUses(report, i) == 1);
    EXPECT(structlinReportLayerGetNumTokens(report, i) == -1);
    EXPECT(isNear(structlinReportLayerGetKeep(report, i), keep[i]));
    EXPECT(structlinReportLayerHasError(report, i) == (i != 0));
    EXPECT(isNear(structlinReportLayerGetError(report, i), error[i]));
    EXPECT(structlinReportLayerGetParametersBefore(report, i) == 2048);
    EXPECT(structlinReportLayerGetParametersAfter(report, i) == (int64_t)(keep[i] * 2048 + 0.5));
  }
  EXPECT(structlinReportGetNumNotRaised(report) == 1);
  EXPECT_STR(structlinReportNotRaisedGetReason(report, 0), "it multiplies two activations");
  EXPECT(structlinReportNotRaisedGetLocation(report, 0).length > 0);

  static Text json;
  structlinReportPrint(report, append, &json);
  EXPECT(strstr(json.data, "\"structure\": \"#structlin.sparse<2 : 4>\"") != NULL);
  EXPECT(strstr(json.data, "\"reason\": \"asked for\"") != NULL);

  for (intptr_t none = -1; none <= NUM_LAYERS; none += NUM_LAYERS + 1) {
    EXPECT_STR(structlinReportLayerGetName(report, none), "");
    EXPECT(mlirAttributeIsNull(structlinReportLayerGetStructure(report, none)));
    EXPECT(structlinReportLayerGetKeep(report, none) == 0);
    EXPECT_STR(structlinReportNotRaisedGetReason(report, none), "");
  }
  structlinReportDestroy(report);
}

/// Import by name, structures by attribute, fit as a pass object, and the report.
static void testOwnChoice(MlirContext context, Text *messages) {
  MlirLocation loc = mlirLocationUnknownGet(context);
  MlirAttribute half = structlinSparseAttrGetChecked(loc, 0.5);
  Choice choice = {{structlinDenseAttrGet(context, str("asked for")),
                    structlinLowRankAttrGetChecked(loc, 1, 0),
                    structlinBlastAttrGetChecked(loc, 4, 4, 1, 0),
                    structlinBlockSparseAttrGetChecked(loc, 16, 16, 0.25), half,
                    structlinSparseAttrNMGetChecked(loc, 2, 4),
                    structlinLowRankSparseAttrGetChecked(loc, 1, half, 0, 0)},
                   0};

  MlirModule module = mlirModuleCreateParse(context, str(kModel));
  EXPECT(!mlirModuleIsNull(module));
  EXPECT(runPipeline(module, "structlin-import", messages));
  mlirOperationWalk(mlirModuleGetOperation(module), choose, &choice, MlirWalkPreOrder);
  EXPECT(choice.numLayers == NUM_LAYERS);
  EXPECT(mlirOperationVerify(mlirModuleGetOperation(module)));

  MlirPassManager manager = mlirPassManagerCreateOnOperation(context, str("builtin.module"));
  mlirPassManagerAddOwnedPass(manager, mlirCreateStructlinCompressFitStructures());
  EXPECT(
      mlirLogicalResultIsSuccess(mlirPassManagerRunOnOp(manager, mlirModuleGetOperation(module))));
  mlirPassManagerDestroy(manager);
  testReport(module, &choice);
  EXPECT_TEXT(messages->data, "");
  mlirModuleDestroy(module);
}

/// Everything by one pipeline with options, down to linalg.
static void testPipeline(MlirContext context, Text *messages) {
  MlirModule module = mlirModuleCreateParse(context, str(kModel));
  EXPECT(runPipeline(module,
                     "structlin-compress{structure=\"#structlin.low_rank<keep = 0.25>\"},"
                     "structlin-decompose",
                     messages));
  StructlinReport report = structlinReportCreate(mlirModuleGetOperation(module));
  EXPECT(structlinReportGetNumLayers(report) == 0);
  structlinReportDestroy(report);

  static Text text;
  mlirOperationPrint(mlirModuleGetOperation(module), append, &text);
  EXPECT(strstr(text.data, "structlin.parameter \"f.const_6.U\"") != NULL);
  EXPECT(strstr(text.data, "structlin.low_rank_matmul") == NULL);
  EXPECT_TEXT(messages->data, "");
  mlirModuleDestroy(module);
}

static void expectFailure(MlirContext context, const char *ir, const char *pipeline,
                          const char *message, Text *messages) {
  MlirModule module = mlirModuleCreateParse(context, str(ir));
  EXPECT(!mlirModuleIsNull(module));
  EXPECT(!runPipeline(module, pipeline, messages));
  if (!strstr(messages->data, message))
    EXPECT_TEXT(messages->data, message);
  messages->size = 0;
  messages->data[0] = '\0';
  mlirModuleDestroy(module);
}

/// Mistakes are diagnostics and failures, not crashes.
static void testMistakes(MlirContext context, Text *messages) {
  static const char *const kUnbound =
      "func.func @f(%x: tensor<4x32xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {\n"
      "  %w = structlin.parameter \"fc.weight\" : tensor<64x32xf32>\n"
      "  %0 = structlin.linear ins(%x, %w : tensor<4x32xf32>, tensor<64x32xf32>)\n"
      "         outs(%y : tensor<4x64xf32>) {structure = #structlin.low_rank<rank = 4>}\n"
      "         -> tensor<4x64xf32>\n"
      "  return %0 : tensor<4x64xf32>\n"
      "}\n";
  expectFailure(context, kUnbound, "structlin-fit", "'fc.weight'", messages);
  expectFailure(context, kUnbound, "structlin-fit{parameters=/nonexistent/file.safetensors}",
                "/nonexistent/file.safetensors", messages);
  expectFailure(context, kModel, "structlin-fit{sweeps=many}", "many", messages);
  expectFailure(context, kModel, "structlin-fits", "structlin-fits", messages);
  expectFailure(context, kModel, "structlin-compress{structure=\"#structlin.low_rank<rank = 0>\"}",
                "expected either rank or keep", messages);

  // The report takes what has not been resolved or does not fit.
  MlirModule module = mlirModuleCreateParse(context, str(kUnbound));
  MlirLocation loc = mlirLocationUnknownGet(context);
  Choice open = {{structlinLowRankSparseAttrGetChecked(loc, 0, mlirAttributeGetNull(), 0.5, 0)}, 0};
  mlirOperationWalk(mlirModuleGetOperation(module), choose, &open, MlirWalkPreOrder);
  StructlinReport report = structlinReportCreate(mlirModuleGetOperation(module));
  double keep = structlinReportLayerGetKeep(report, 0);
  EXPECT(keep > 0.4 && keep <= 0.5);
  EXPECT(structlinReportLayerGetNumTokens(report, 0) == 4);
  structlinReportDestroy(report);
  // MLIR takes what is no structure for none.
  Choice wrong = {{mlirUnitAttrGet(context)}, 0};
  mlirOperationWalk(mlirModuleGetOperation(module), choose, &wrong, MlirWalkPreOrder);
  report = structlinReportCreate(mlirModuleGetOperation(module));
  EXPECT(structlinAttributeIsADense(structlinReportLayerGetStructure(report, 0)));
  structlinReportDestroy(report);
  EXPECT_TEXT(messages->data, "");
  mlirModuleDestroy(module);

  StructlinReport none = structlinReportCreate((MlirOperation){NULL});
  EXPECT(structlinReportIsNull(none));
  EXPECT(structlinReportGetNumLayers(none) == 0 && structlinReportGetNumNotRaised(none) == 0);
  EXPECT_STR(structlinReportLayerGetName(none, 0), "");
  static Text nothing;
  structlinReportPrint(none, append, &nothing);
  EXPECT_TEXT(nothing.data, "");
  structlinReportDestroy(none);
}

int main(void) {
  static Text messages;
  // Once more does no harm, all together or by group.
  structlinRegisterAllPasses();
  structlinRegisterAllPasses();
  mlirRegisterStructlinImportPasses();
  mlirRegisterStructlinCompressPasses();
  mlirRegisterStructlinLoweringPasses();
  MlirContext context = createContext(&messages);
  testOwnChoice(context, &messages);
  testPipeline(context, &messages);
  testMistakes(context, &messages);
  mlirContextDestroy(context);
  if (numFailures == 0)
    printf("all expectations of compress.c hold\n");
  return numFailures != 0;
}
