//===- structlin-c/Attributes.h - C API to structures ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The attributes of docs/Spec.md: one per family of structures, and the
// record of a fit. A structure is given to a layer, a `structlin.linear`, as
// its attribute `structure`:
//
//   mlirOperationSetAttributeByName(
//       layer, mlirStringRefCreateFromCString("structure"), structure);
//
// `...GetChecked` returns the null attribute for parameters that are not
// valid, and emits a diagnostic at the location. Its context gets the
// dialect if it has not loaded it. A number that stands for "not given" is 0.
//
// The other functions take any attribute, the null attribute included. For
// one of another kind `IsA` is false, and the parameters are 0, null or "".
// Strings live as long as the context.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_C_ATTRIBUTES_H
#define STRUCTLIN_C_ATTRIBUTES_H

#include "mlir-c/IR.h"

#ifdef __cplusplus
extern "C" {
#endif

//===----------------------------------------------------------------------===//
// Any structure, those of families from other dialects included.
//===----------------------------------------------------------------------===//

MLIR_CAPI_EXPORTED bool structlinAttributeIsAStructure(MlirAttribute attribute);

/// The family's name, as in the attribute's text: "low_rank".
MLIR_CAPI_EXPORTED MlirStringRef structlinStructureAttrGetFamily(MlirAttribute attribute);

/// The structure for a weight of numOutputs x numInputs with every size closed: a
/// fraction to keep becomes a rank. Null, with a diagnostic at `location` that says why,
/// if it does not fit that shape or is no structure.
MLIR_CAPI_EXPORTED MlirAttribute structlinStructureAttrResolve(MlirLocation location,
                                                               MlirAttribute attribute,
                                                               int64_t numOutputs,
                                                               int64_t numInputs);

/// The parameters that the structure stores for a weight of this shape, over those of
/// the dense weight; padding counts, indices do not. Negative if it does not fit.
MLIR_CAPI_EXPORTED double structlinStructureAttrGetKeep(MlirAttribute attribute, int64_t numOutputs,
                                                        int64_t numInputs);

//===----------------------------------------------------------------------===//
// #structlin.dense<reason = "...">
//===----------------------------------------------------------------------===//

MLIR_CAPI_EXPORTED bool structlinAttributeIsADense(MlirAttribute attribute);
MLIR_CAPI_EXPORTED MlirTypeID structlinDenseAttrGetTypeID(void);

/// `reason` may be empty.
MLIR_CAPI_EXPORTED MlirAttribute structlinDenseAttrGet(MlirContext context, MlirStringRef reason);
MLIR_CAPI_EXPORTED MlirStringRef structlinDenseAttrGetReason(MlirAttribute attribute);

//===----------------------------------------------------------------------===//
// #structlin.low_rank<rank = 64>, #structlin.low_rank<keep = 0.5>
//===----------------------------------------------------------------------===//

MLIR_CAPI_EXPORTED bool structlinAttributeIsALowRank(MlirAttribute attribute);
MLIR_CAPI_EXPORTED MlirTypeID structlinLowRankAttrGetTypeID(void);

/// Either the rank is given, or the fraction in (0, 1] to keep.
MLIR_CAPI_EXPORTED MlirAttribute structlinLowRankAttrGetChecked(MlirLocation location, int64_t rank,
                                                                double keep);
MLIR_CAPI_EXPORTED int64_t structlinLowRankAttrGetRank(MlirAttribute attribute);
MLIR_CAPI_EXPORTED double structlinLowRankAttrGetKeep(MlirAttribute attribute);

//===----------------------------------------------------------------------===//
// #structlin.blast<blocks = [16, 16], rank = 1024>
//===----------------------------------------------------------------------===//

MLIR_CAPI_EXPORTED bool structlinAttributeIsABlast(MlirAttribute attribute);
MLIR_CAPI_EXPORTED MlirTypeID structlinBlastAttrGetTypeID(void);

/// The weight is cut into outputBlocks x inputBlocks. Either the rank is given, or the
/// fraction in (0, 1] to keep.
MLIR_CAPI_EXPORTED MlirAttribute structlinBlastAttrGetChecked(MlirLocation location,
                                                              int64_t outputBlocks,
                                                              int64_t inputBlocks, int64_t rank,
                                                              double keep);
MLIR_CAPI_EXPORTED int64_t structlinBlastAttrGetOutputBlocks(MlirAttribute attribute);
MLIR_CAPI_EXPORTED int64_t structlinBlastAttrGetInputBlocks(MlirAttribute attribute);
MLIR_CAPI_EXPORTED int64_t structlinBlastAttrGetRank(MlirAttribute attribute);
MLIR_CAPI_EXPORTED double structlinBlastAttrGetKeep(MlirAttribute attribute);

//===----------------------------------------------------------------------===//
// #structlin.block_sparse<block = [32, 32], keep = 0.25>
//===----------------------------------------------------------------------===//

MLIR_CAPI_EXPORTED bool structlinAttributeIsABlockSparse(MlirAttribute attribute);
MLIR_CAPI_EXPORTED MlirTypeID structlinBlockSparseAttrGetTypeID(void);

/// Blocks of blockOutputs x blockInputs entries, of which the fraction `keep` is stored.
MLIR_CAPI_EXPORTED MlirAttribute structlinBlockSparseAttrGetChecked(MlirLocation location,
                                                                    int64_t blockOutputs,
                                                                    int64_t blockInputs,
                                                                    double keep);
MLIR_CAPI_EXPORTED int64_t structlinBlockSparseAttrGetBlockOutputs(MlirAttribute attribute);
MLIR_CAPI_EXPORTED int64_t structlinBlockSparseAttrGetBlockInputs(MlirAttribute attribute);
MLIR_CAPI_EXPORTED double structlinBlockSparseAttrGetKeep(MlirAttribute attribute);

//===----------------------------------------------------------------------===//
// #structlin.sparse<keep = 0.5>, #structlin.sparse<2 : 4>
//===----------------------------------------------------------------------===//

MLIR_CAPI_EXPORTED bool structlinAttributeIsASparse(MlirAttribute attribute);
MLIR_CAPI_EXPORTED MlirTypeID structlinSparseAttrGetTypeID(void);

/// Unstructured: the fraction `keep` of the entries is stored.
MLIR_CAPI_EXPORTED MlirAttribute structlinSparseAttrGetChecked(MlirLocation location, double keep);
/// Of every m consecutive entries along the inputs, n are stored.
MLIR_CAPI_EXPORTED MlirAttribute structlinSparseAttrNMGetChecked(MlirLocation location, int64_t n,
                                                                 int64_t m);
MLIR_CAPI_EXPORTED bool structlinSparseAttrIsNM(MlirAttribute attribute);
MLIR_CAPI_EXPORTED int64_t structlinSparseAttrGetN(MlirAttribute attribute);
MLIR_CAPI_EXPORTED int64_t structlinSparseAttrGetM(MlirAttribute attribute);
MLIR_CAPI_EXPORTED double structlinSparseAttrGetKeep(MlirAttribute attribute);

//===----------------------------------------------------------------------===//
// #structlin.low_rank_sparse<rank = 64, sparse = ...>,
// #structlin.low_rank_sparse<keep = 0.5, rank_share = 0.3>
//===----------------------------------------------------------------------===//

MLIR_CAPI_EXPORTED bool structlinAttributeIsALowRankSparse(MlirAttribute attribute);
MLIR_CAPI_EXPORTED MlirTypeID structlinLowRankSparseAttrGetTypeID(void);

/// The rank and a sparse part, or the fraction to keep, or an n:m sparse part alone. The
/// last two may give the low-rank part's share of the stored parameters. `sparse` is a
/// #structlin.sparse or null.
MLIR_CAPI_EXPORTED MlirAttribute structlinLowRankSparseAttrGetChecked(
    MlirLocation location, int64_t rank, MlirAttribute sparse, double keep, double rankShare);
MLIR_CAPI_EXPORTED int64_t structlinLowRankSparseAttrGetRank(MlirAttribute attribute);
MLIR_CAPI_EXPORTED MlirAttribute structlinLowRankSparseAttrGetSparse(MlirAttribute attribute);
MLIR_CAPI_EXPORTED double structlinLowRankSparseAttrGetKeep(MlirAttribute attribute);
MLIR_CAPI_EXPORTED double structlinLowRankSparseAttrGetRankShare(MlirAttribute attribute);

//===----------------------------------------------------------------------===//
// #structlin.fit<weight = "fc.weight", norm = frobenius, error = 0.03,
//                seed = 0, dense_shape = [64, 32]>
//===----------------------------------------------------------------------===//

/// The norm that a fit's error is measured in.
typedef enum StructlinFitNorm {
  StructlinFitNormFrobenius = 0,
  /// Weighted by the Gram matrix of the layer's inputs.
  StructlinFitNormGram = 1
} StructlinFitNorm;

MLIR_CAPI_EXPORTED bool structlinAttributeIsAFit(MlirAttribute attribute);
MLIR_CAPI_EXPORTED MlirTypeID structlinFitAttrGetTypeID(void);

/// `weight` names the dense parameter of numOutputs x numInputs; `error` is relative.
MLIR_CAPI_EXPORTED MlirAttribute structlinFitAttrGetChecked(MlirLocation location,
                                                            MlirStringRef weight,
                                                            StructlinFitNorm norm, double error,
                                                            int64_t seed, int64_t numOutputs,
                                                            int64_t numInputs);
MLIR_CAPI_EXPORTED MlirStringRef structlinFitAttrGetWeight(MlirAttribute attribute);
MLIR_CAPI_EXPORTED StructlinFitNorm structlinFitAttrGetNorm(MlirAttribute attribute);
MLIR_CAPI_EXPORTED double structlinFitAttrGetError(MlirAttribute attribute);
MLIR_CAPI_EXPORTED int64_t structlinFitAttrGetSeed(MlirAttribute attribute);
MLIR_CAPI_EXPORTED int64_t structlinFitAttrGetNumOutputs(MlirAttribute attribute);
MLIR_CAPI_EXPORTED int64_t structlinFitAttrGetNumInputs(MlirAttribute attribute);

#ifdef __cplusplus
}
#endif

#endif // STRUCTLIN_C_ATTRIBUTES_H
