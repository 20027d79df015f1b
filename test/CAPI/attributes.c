//===- attributes.c - structures in C -------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Builds every attribute, reads it back, and passes what is not valid.
//
//===----------------------------------------------------------------------===//

#include "structlin-c/Attributes.h"
#include "check.h"
#include "structlin-c/Registration.h"

#include <math.h>

#define NUM_KINDS 7

typedef bool (*IsA)(MlirAttribute);
typedef MlirTypeID (*GetTypeID)(void);

static const IsA isA[NUM_KINDS] = {structlinAttributeIsADense,  structlinAttributeIsALowRank,
                                   structlinAttributeIsABlast,  structlinAttributeIsABlockSparse,
                                   structlinAttributeIsASparse, structlinAttributeIsALowRankSparse,
                                   structlinAttributeIsAFit};
static const GetTypeID getTypeID[NUM_KINDS] = {
    structlinDenseAttrGetTypeID,  structlinLowRankAttrGetTypeID,
    structlinBlastAttrGetTypeID,  structlinBlockSparseAttrGetTypeID,
    structlinSparseAttrGetTypeID, structlinLowRankSparseAttrGetTypeID,
    structlinFitAttrGetTypeID};

/// Of the given kind and no other, and equal to what `text` parses to.
static void expectAttribute(MlirAttribute attribute, int kind, const char *text) {
  Text printed = {{0}, 0};
  EXPECT(!mlirAttributeIsNull(attribute));
  if (mlirAttributeIsNull(attribute))
    return;
  mlirAttributePrint(attribute, append, &printed);
  EXPECT_TEXT(printed.data, text);
  MlirContext context = mlirAttributeGetContext(attribute);
  EXPECT(mlirAttributeEqual(attribute, mlirAttributeParseGet(context, str(text))));
  for (int i = 0; i < NUM_KINDS; ++i) {
    EXPECT(isA[i](attribute) == (i == kind));
    EXPECT(mlirTypeIDEqual(getTypeID[i](), mlirAttributeGetTypeID(attribute)) == (i == kind));
  }
  EXPECT(structlinAttributeIsAStructure(attribute) == (kind != 6));
}

static void testValid(MlirLocation loc) {
  MlirContext context = mlirLocationGetContext(loc);
  MlirAttribute none = mlirAttributeGetNull();

  MlirAttribute a = structlinDenseAttrGet(context, str(""));
  expectAttribute(a, 0, "#structlin.dense");
  EXPECT_STR(structlinDenseAttrGetReason(a), "");
  a = structlinDenseAttrGet(context, str("too small"));
  expectAttribute(a, 0, "#structlin.dense<reason = \"too small\">");
  EXPECT_STR(structlinDenseAttrGetReason(a), "too small");

  a = structlinLowRankAttrGetChecked(loc, 64, 0);
  expectAttribute(a, 1, "#structlin.low_rank<rank = 64>");
  EXPECT(structlinLowRankAttrGetRank(a) == 64 && structlinLowRankAttrGetKeep(a) == 0);
  EXPECT_STR(structlinStructureAttrGetFamily(a), "low_rank");
  a = structlinLowRankAttrGetChecked(loc, 0, 0.1);
  expectAttribute(a, 1, "#structlin.low_rank<keep = 0.1>");
  EXPECT(structlinLowRankAttrGetRank(a) == 0 && structlinLowRankAttrGetKeep(a) == 0.1);

  a = structlinBlastAttrGetChecked(loc, 4, 8, 16, 0);
  expectAttribute(a, 2, "#structlin.blast<blocks = [4, 8], rank = 16>");
  EXPECT(structlinBlastAttrGetOutputBlocks(a) == 4 && structlinBlastAttrGetInputBlocks(a) == 8);
  EXPECT(structlinBlastAttrGetRank(a) == 16 && structlinBlastAttrGetKeep(a) == 0);
  EXPECT(structlinBlastAttrGetKeep(structlinBlastAttrGetChecked(loc, 4, 8, 0, 0.5)) == 0.5);

  a = structlinBlockSparseAttrGetChecked(loc, 16, 32, 0.25);
  expectAttribute(a, 3, "#structlin.block_sparse<block = [16, 32], keep = 0.25>");
  EXPECT(structlinBlockSparseAttrGetBlockOutputs(a) == 16);
  EXPECT(structlinBlockSparseAttrGetBlockInputs(a) == 32);
  EXPECT(structlinBlockSparseAttrGetKeep(a) == 0.25);

  MlirAttribute sparse = structlinSparseAttrGetChecked(loc, 0.5);
  expectAttribute(sparse, 4, "#structlin.sparse<keep = 0.5>");
  EXPECT(!structlinSparseAttrIsNM(sparse) && structlinSparseAttrGetKeep(sparse) == 0.5);
  a = structlinSparseAttrNMGetChecked(loc, 2, 4);
  expectAttribute(a, 4, "#structlin.sparse<2 : 4>");
  EXPECT(structlinSparseAttrIsNM(a) && structlinSparseAttrGetKeep(a) == 0);
  EXPECT(structlinSparseAttrGetN(a) == 2 && structlinSparseAttrGetM(a) == 4);

  a = structlinLowRankSparseAttrGetChecked(loc, 8, sparse, 0, 0);
  expectAttribute(a, 5, "#structlin.low_rank_sparse<rank = 8, sparse = <keep = 0.5>>");
  EXPECT(structlinLowRankSparseAttrGetRank(a) == 8);
  EXPECT(mlirAttributeEqual(structlinLowRankSparseAttrGetSparse(a), sparse));
  a = structlinLowRankSparseAttrGetChecked(loc, 0, none, 0.5, 0.3);
  expectAttribute(a, 5, "#structlin.low_rank_sparse<keep = 0.5, rank_share = 0.3>");
  EXPECT(structlinLowRankSparseAttrGetKeep(a) == 0.5);
  EXPECT(structlinLowRankSparseAttrGetRankShare(a) == 0.3);
  EXPECT(mlirAttributeIsNull(structlinLowRankSparseAttrGetSparse(a)));

  a = structlinFitAttrGetChecked(loc, str("fc.weight"), StructlinFitNormGram, 0.03125, -7, 64, 32);
  expectAttribute(a, 6,
                  "#structlin.fit<weight = \"fc.weight\", norm = gram, error = 0.03125, seed = -7, "
                  "dense_shape = [64, 32]>");
  EXPECT_STR(structlinFitAttrGetWeight(a), "fc.weight");
  EXPECT(structlinFitAttrGetNorm(a) == StructlinFitNormGram);
  EXPECT(structlinFitAttrGetError(a) == 0.03125 && structlinFitAttrGetSeed(a) == -7);
  EXPECT(structlinFitAttrGetNumOutputs(a) == 64 && structlinFitAttrGetNumInputs(a) == 32);
}

static void testShapes(MlirLocation loc, Text *messages) {
  // floor(0.5 * 64 * 32 / (64 + 32)) = 10, which stores 10 (64 + 32) / (64 * 32).
  MlirAttribute open = structlinLowRankAttrGetChecked(loc, 0, 0.5);
  MlirAttribute closed = structlinStructureAttrResolve(loc, open, 64, 32);
  EXPECT(mlirAttributeEqual(closed, structlinLowRankAttrGetChecked(loc, 10, 0)));
  EXPECT(structlinStructureAttrGetKeep(open, 64, 32) == 0.46875);
  EXPECT(structlinStructureAttrGetKeep(closed, 64, 32) == 0.46875);
  EXPECT(mlirAttributeEqual(structlinStructureAttrResolve(loc, closed, 64, 32), closed));
  EXPECT_TEXT(messages->data, "");

  MlirAttribute fit =
      structlinFitAttrGetChecked(loc, str("w"), StructlinFitNormFrobenius, 0, 0, 1, 1);
  EXPECT(mlirAttributeIsNull(structlinStructureAttrResolve(loc, closed, 8, 32)));
  EXPECT(mlirAttributeIsNull(structlinStructureAttrResolve(loc, open, 0, 32)));
  EXPECT(mlirAttributeIsNull(structlinStructureAttrResolve(loc, mlirAttributeGetNull(), 8, 32)));
  EXPECT(mlirAttributeIsNull(structlinStructureAttrResolve(loc, fit, 8, 32)));
  EXPECT(structlinStructureAttrGetKeep(closed, 8, 32) < 0);
  EXPECT(structlinStructureAttrGetKeep(fit, 8, 32) < 0);
  EXPECT_TEXT(messages->data,
              "rank 10 is above the smaller side of the weight, 8\n"
              "expected a weight of positive sizes, got 0 x 32\n"
              "expected a structure, got the null attribute\n"
              "expected a structure, got #structlin.fit<weight = \"w\", norm = frobenius, "
              "error = 0.0, seed = 0, dense_shape = [1, 1]>\n");
}

/// The null attribute, and one diagnostic.
#define EXPECT_REFUSED(attribute, message)                                                         \
  do {                                                                                             \
    messages->size = 0;                                                                            \
    messages->data[0] = '\0';                                                                      \
    EXPECT(mlirAttributeIsNull(attribute));                                                        \
    EXPECT_TEXT(messages->data, message "\n");                                                     \
  } while (0)

static void testInvalid(MlirLocation loc, Text *messages) {
  MlirAttribute none = mlirAttributeGetNull();
  MlirAttribute blast = structlinBlastAttrGetChecked(loc, 4, 4, 8, 0);
  EXPECT_REFUSED(structlinLowRankAttrGetChecked(loc, 0, 0), "expected either rank or keep");
  EXPECT_REFUSED(structlinLowRankAttrGetChecked(loc, 4, 0.5), "expected either rank or keep");
  EXPECT_REFUSED(structlinLowRankAttrGetChecked(loc, -1, 0), "expected a positive rank, got -1");
  EXPECT_REFUSED(structlinLowRankAttrGetChecked(loc, 0, NAN),
                 "expected keep to be in (0, 1], got nan");
  EXPECT_REFUSED(structlinBlastAttrGetChecked(loc, 0, 4, 8, 0),
                 "expected blocks to be two positive numbers, got [0, 4]");
  EXPECT_REFUSED(structlinBlastAttrGetChecked(loc, 4, 4, 0, INFINITY),
                 "expected keep to be in (0, 1], got INF");
  EXPECT_REFUSED(structlinBlockSparseAttrGetChecked(loc, 16, -16, 0.5),
                 "expected block to be two positive numbers, got [16, -16]");
  EXPECT_REFUSED(structlinBlockSparseAttrGetChecked(loc, 16, 16, NAN),
                 "expected keep not to be negative, got nan");
  EXPECT_REFUSED(structlinSparseAttrGetChecked(loc, 1.5),
                 "expected keep to be in [0, 1], got 1.500000e+00");
  EXPECT_REFUSED(structlinSparseAttrNMGetChecked(loc, 5, 4),
                 "expected n : m with 0 < n <= m, got 5 : 4");
  EXPECT_REFUSED(structlinSparseAttrNMGetChecked(loc, 0, 0),
                 "expected n : m with 0 < n <= m, got 0 : 0");
  EXPECT_REFUSED(structlinLowRankSparseAttrGetChecked(loc, 4, none, 0, 0),
                 "expected a sparse part beside the rank");
  EXPECT_REFUSED(structlinLowRankSparseAttrGetChecked(loc, 0, none, 0.5, NAN),
                 "expected rank_share to be in (0, 1), got nan");
  EXPECT_REFUSED(
      structlinLowRankSparseAttrGetChecked(loc, 4, blast, 0, 0),
      "expected a #structlin.sparse part, got #structlin.blast<blocks = [4, 4], rank = 8>");
  EXPECT_REFUSED(structlinFitAttrGetChecked(loc, str(""), StructlinFitNormFrobenius, 0, 0, 1, 1),
                 "expected the name of the dense weight");
  EXPECT_REFUSED(structlinFitAttrGetChecked(loc, str("w"), StructlinFitNormFrobenius, NAN, 0, 1, 1),
                 "expected a finite error of at least 0, got nan");
  EXPECT_REFUSED(structlinFitAttrGetChecked(loc, str("w"), (StructlinFitNorm)9, 0, 0, 1, 1),
                 "expected a norm of StructlinFitNorm, got 9");
}

/// Whatever is asked of an attribute of another kind or of none, there is an answer.
static void testOtherKinds(MlirContext context) {
  const MlirAttribute others[] = {mlirAttributeGetNull(), mlirUnitAttrGet(context)};
  for (int i = 0; i < 2; ++i) {
    MlirAttribute a = others[i];
    for (int kind = 0; kind < NUM_KINDS; ++kind)
      EXPECT(!isA[kind](a));
    EXPECT(!structlinAttributeIsAStructure(a));
    EXPECT_STR(structlinStructureAttrGetFamily(a), "");
    EXPECT_STR(structlinDenseAttrGetReason(a), "");
    EXPECT(structlinLowRankAttrGetRank(a) == 0 && structlinBlastAttrGetOutputBlocks(a) == 0);
    EXPECT(structlinBlockSparseAttrGetBlockInputs(a) == 0 && structlinSparseAttrGetKeep(a) == 0);
    EXPECT(mlirAttributeIsNull(structlinLowRankSparseAttrGetSparse(a)));
    EXPECT_STR(structlinFitAttrGetWeight(a), "");
    EXPECT(structlinFitAttrGetNorm(a) == StructlinFitNormFrobenius);
    EXPECT(structlinStructureAttrGetKeep(a, 8, 8) < 0);
  }
}

int main(void) {
  // The dialect is not registered: attributes load it themselves.
  MlirContext context = mlirContextCreate();
  Text messages = {{0}, 0};
  mlirContextAttachDiagnosticHandler(context, keepMessage, &messages, NULL);
  MlirLocation loc = mlirLocationUnknownGet(context);

  EXPECT(mlirContextGetNumLoadedDialects(context) == 1);
  testValid(loc);
  EXPECT_TEXT(messages.data, "");
  EXPECT_STR(mlirDialectHandleGetNamespace(mlirGetDialectHandle__structlin__()), "structlin");
  EXPECT(!mlirDialectIsNull(mlirContextGetOrLoadDialect(context, str("structlin"))));
  testShapes(loc, &messages);
  testInvalid(loc, &messages);
  testOtherKinds(context);

  mlirContextDestroy(context);
  if (numFailures == 0)
    printf("all expectations of attributes.c hold\n");
  return numFailures != 0;
}
