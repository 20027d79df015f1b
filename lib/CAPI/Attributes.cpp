//===- Attributes.cpp - C API to structures -------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Nothing here aborts on what a caller passes: attributes are built by getChecked, and
// parameters are read through dyn_cast.
//
//===----------------------------------------------------------------------===//

#include "structlin-c/Attributes.h"

#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Support.h"
#include "structlin/IR/StructlinAttrs.h"
#include "structlin/IR/StructlinDialect.h"
#include <cstring>

using namespace mlir;
using namespace mlir::structlin;

/// The context of `location`, with the dialect whose attributes are about to be built.
static MLIRContext *loadDialect(Location location) {
  location->getContext()->getOrLoadDialect<StructlinDialect>();
  return location->getContext();
}

template <typename AttrT, typename... Args>
static MlirAttribute getChecked(MlirLocation location, Args &&...args) {
  Location loc = unwrap(location);
  MLIRContext *context = loadDialect(loc);
  return wrap(Attribute(
      AttrT::getChecked([&] { return emitError(loc); }, context, std::forward<Args>(args)...)));
}

template <typename AttrT> static bool isA(MlirAttribute attribute) {
  return isa_and_nonnull<AttrT>(unwrap(attribute));
}

/// What `read` says about an attribute of this kind; of others zero, null or "".
template <typename AttrT, typename ReadT>
static auto read(MlirAttribute attribute, ReadT read) -> decltype(read(AttrT())) {
  if (auto own = dyn_cast_or_null<AttrT>(unwrap(attribute)))
    return read(own);
  return {};
}

/// The text of an optional string.
static MlirStringRef wrapText(StringAttr text) { return wrap(text ? text.getValue() : ""); }

// C has no empty initializer that is a valid string: "" instead of a null pointer.
template <typename AttrT, typename ReadT>
static MlirStringRef readText(MlirAttribute attribute, ReadT read) {
  auto own = dyn_cast_or_null<AttrT>(unwrap(attribute));
  return own ? read(own) : wrap(StringRef(""));
}

//===----------------------------------------------------------------------===//
// Any structure
//===----------------------------------------------------------------------===//

bool structlinAttributeIsAStructure(MlirAttribute attribute) {
  return isA<StructureAttrInterface>(attribute);
}

MlirStringRef structlinStructureAttrGetFamily(MlirAttribute attribute) {
  return readText<StructureAttrInterface>(
      attribute, [](StructureAttrInterface structure) { return wrap(structure.getFamily()); });
}

/// The structure, closed for the shape, or null and why not.
static StructureAttrInterface resolve(MlirAttribute attribute, int64_t numOutputs,
                                      int64_t numInputs, std::string &why) {
  auto structure = dyn_cast_or_null<StructureAttrInterface>(unwrap(attribute));
  if (!structure) {
    llvm::raw_string_ostream text(why);
    text << "expected a structure, got ";
    if (Attribute got = unwrap(attribute))
      text << got;
    else
      text << "the null attribute";
    return {};
  }
  if (numOutputs <= 0 || numInputs <= 0) {
    llvm::raw_string_ostream(why) << "expected a weight of positive sizes, got " << numOutputs
                                  << " x " << numInputs;
    return {};
  }
  return structure.resolve(numOutputs, numInputs, why).value_or(StructureAttrInterface());
}

MlirAttribute structlinStructureAttrResolve(MlirLocation location, MlirAttribute attribute,
                                            int64_t numOutputs, int64_t numInputs) {
  std::string why;
  StructureAttrInterface resolved = resolve(attribute, numOutputs, numInputs, why);
  if (!resolved)
    emitError(unwrap(location)) << why;
  return wrap(Attribute(resolved));
}

double structlinStructureAttrGetKeep(MlirAttribute attribute, int64_t numOutputs,
                                     int64_t numInputs) {
  std::string why;
  StructureAttrInterface resolved = resolve(attribute, numOutputs, numInputs, why);
  return resolved ? resolved.getKeep(numOutputs, numInputs) : -1.0;
}

//===----------------------------------------------------------------------===//
// dense
//===----------------------------------------------------------------------===//

bool structlinAttributeIsADense(MlirAttribute attribute) { return isA<DenseAttr>(attribute); }

MlirTypeID structlinDenseAttrGetTypeID(void) { return wrap(DenseAttr::getTypeID()); }

MlirAttribute structlinDenseAttrGet(MlirContext context, MlirStringRef reason) {
  MLIRContext *loaded = loadDialect(UnknownLoc::get(unwrap(context)));
  StringRef text = unwrap(reason);
  return wrap(
      Attribute(DenseAttr::get(loaded, text.empty() ? nullptr : StringAttr::get(loaded, text))));
}

MlirStringRef structlinDenseAttrGetReason(MlirAttribute attribute) {
  return readText<DenseAttr>(attribute, [](DenseAttr a) { return wrapText(a.getReason()); });
}

//===----------------------------------------------------------------------===//
// low_rank
//===----------------------------------------------------------------------===//

bool structlinAttributeIsALowRank(MlirAttribute attribute) { return isA<LowRankAttr>(attribute); }

MlirTypeID structlinLowRankAttrGetTypeID(void) { return wrap(LowRankAttr::getTypeID()); }

MlirAttribute structlinLowRankAttrGetChecked(MlirLocation location, int64_t rank, double keep) {
  return getChecked<LowRankAttr>(location, rank, Real(keep));
}

int64_t structlinLowRankAttrGetRank(MlirAttribute attribute) {
  return read<LowRankAttr>(attribute, [](LowRankAttr a) { return a.getRank(); });
}

double structlinLowRankAttrGetKeep(MlirAttribute attribute) {
  return read<LowRankAttr>(attribute, [](LowRankAttr a) { return a.getKeep().value; });
}

//===----------------------------------------------------------------------===//
// blast
//===----------------------------------------------------------------------===//

bool structlinAttributeIsABlast(MlirAttribute attribute) { return isA<BlastAttr>(attribute); }

MlirTypeID structlinBlastAttrGetTypeID(void) { return wrap(BlastAttr::getTypeID()); }

MlirAttribute structlinBlastAttrGetChecked(MlirLocation location, int64_t outputBlocks,
                                           int64_t inputBlocks, int64_t rank, double keep) {
  return getChecked<BlastAttr>(location, ArrayRef<int64_t>{outputBlocks, inputBlocks}, rank,
                               Real(keep));
}

int64_t structlinBlastAttrGetOutputBlocks(MlirAttribute attribute) {
  return read<BlastAttr>(attribute, [](BlastAttr a) { return a.getBlocks()[0]; });
}

int64_t structlinBlastAttrGetInputBlocks(MlirAttribute attribute) {
  return read<BlastAttr>(attribute, [](BlastAttr a) { return a.getBlocks()[1]; });
}

int64_t structlinBlastAttrGetRank(MlirAttribute attribute) {
  return read<BlastAttr>(attribute, [](BlastAttr a) { return a.getRank(); });
}

double structlinBlastAttrGetKeep(MlirAttribute attribute) {
  return read<BlastAttr>(attribute, [](BlastAttr a) { return a.getKeep().value; });
}

//===----------------------------------------------------------------------===//
// block_sparse
//===----------------------------------------------------------------------===//

bool structlinAttributeIsABlockSparse(MlirAttribute attribute) {
  return isA<BlockSparseAttr>(attribute);
}

MlirTypeID structlinBlockSparseAttrGetTypeID(void) { return wrap(BlockSparseAttr::getTypeID()); }

MlirAttribute structlinBlockSparseAttrGetChecked(MlirLocation location, int64_t blockOutputs,
                                                 int64_t blockInputs, double keep) {
  return getChecked<BlockSparseAttr>(location, ArrayRef<int64_t>{blockOutputs, blockInputs},
                                     Real(keep));
}

int64_t structlinBlockSparseAttrGetBlockOutputs(MlirAttribute attribute) {
  return read<BlockSparseAttr>(attribute, [](BlockSparseAttr a) { return a.getBlock()[0]; });
}

int64_t structlinBlockSparseAttrGetBlockInputs(MlirAttribute attribute) {
  return read<BlockSparseAttr>(attribute, [](BlockSparseAttr a) { return a.getBlock()[1]; });
}

double structlinBlockSparseAttrGetKeep(MlirAttribute attribute) {
  return read<BlockSparseAttr>(attribute, [](BlockSparseAttr a) { return a.getKeep().value; });
}

//===----------------------------------------------------------------------===//
// sparse
//===----------------------------------------------------------------------===//

bool structlinAttributeIsASparse(MlirAttribute attribute) { return isA<SparseAttr>(attribute); }

MlirTypeID structlinSparseAttrGetTypeID(void) { return wrap(SparseAttr::getTypeID()); }

MlirAttribute structlinSparseAttrGetChecked(MlirLocation location, double keep) {
  return getChecked<SparseAttr>(location, int64_t(0), int64_t(0), Real(keep));
}

MlirAttribute structlinSparseAttrNMGetChecked(MlirLocation location, int64_t n, int64_t m) {
  // 0 : 0 would be taken for "not n : m".
  if (n == 0 && m == 0) {
    emitError(unwrap(location)) << "expected n : m with 0 < n <= m, got 0 : 0";
    return {nullptr};
  }
  return getChecked<SparseAttr>(location, n, m, Real());
}

bool structlinSparseAttrIsNM(MlirAttribute attribute) {
  return read<SparseAttr>(attribute, [](SparseAttr a) { return a.isNM(); });
}

int64_t structlinSparseAttrGetN(MlirAttribute attribute) {
  return read<SparseAttr>(attribute, [](SparseAttr a) { return a.getN(); });
}

int64_t structlinSparseAttrGetM(MlirAttribute attribute) {
  return read<SparseAttr>(attribute, [](SparseAttr a) { return a.getM(); });
}

double structlinSparseAttrGetKeep(MlirAttribute attribute) {
  return read<SparseAttr>(attribute, [](SparseAttr a) { return a.getKeep().value; });
}

//===----------------------------------------------------------------------===//
// low_rank_sparse
//===----------------------------------------------------------------------===//

bool structlinAttributeIsALowRankSparse(MlirAttribute attribute) {
  return isA<LowRankSparseAttr>(attribute);
}

MlirTypeID structlinLowRankSparseAttrGetTypeID(void) {
  return wrap(LowRankSparseAttr::getTypeID());
}

MlirAttribute structlinLowRankSparseAttrGetChecked(MlirLocation location, int64_t rank,
                                                   MlirAttribute sparse, double keep,
                                                   double rankShare) {
  Attribute part = unwrap(sparse);
  if (part && !isa<SparseAttr>(part)) {
    emitError(unwrap(location)) << "expected a #structlin.sparse part, got " << part;
    return {nullptr};
  }
  return getChecked<LowRankSparseAttr>(location, rank, dyn_cast_or_null<SparseAttr>(part),
                                       Real(keep), Real(rankShare));
}

int64_t structlinLowRankSparseAttrGetRank(MlirAttribute attribute) {
  return read<LowRankSparseAttr>(attribute, [](LowRankSparseAttr a) { return a.getRank(); });
}

MlirAttribute structlinLowRankSparseAttrGetSparse(MlirAttribute attribute) {
  return read<LowRankSparseAttr>(
      attribute, [](LowRankSparseAttr a) { return wrap(Attribute(a.getSparse())); });
}

double structlinLowRankSparseAttrGetKeep(MlirAttribute attribute) {
  return read<LowRankSparseAttr>(attribute, [](LowRankSparseAttr a) { return a.getKeep().value; });
}

double structlinLowRankSparseAttrGetRankShare(MlirAttribute attribute) {
  return read<LowRankSparseAttr>(attribute,
                                 [](LowRankSparseAttr a) { return a.getRankShare().value; });
}

//===----------------------------------------------------------------------===//
// fit
//===----------------------------------------------------------------------===//

static_assert(int(FitNorm::frobenius) == StructlinFitNormFrobenius &&
                  int(FitNorm::gram) == StructlinFitNormGram,
              "the C enumeration follows the attribute's");

bool structlinAttributeIsAFit(MlirAttribute attribute) { return isA<FitAttr>(attribute); }

MlirTypeID structlinFitAttrGetTypeID(void) { return wrap(FitAttr::getTypeID()); }

MlirAttribute structlinFitAttrGetChecked(MlirLocation location, MlirStringRef weight,
                                         StructlinFitNorm norm, double error, int64_t seed,
                                         int64_t numOutputs, int64_t numInputs) {
  // In C any integer converts to an enumeration, which C++ may not even read then.
  int32_t value;
  static_assert(sizeof(value) == sizeof(norm));
  std::memcpy(&value, &norm, sizeof(value));
  std::optional<FitNorm> known = symbolizeFitNorm(uint32_t(value));
  if (!known) {
    emitError(unwrap(location)) << "expected a norm of StructlinFitNorm, got " << value;
    return {nullptr};
  }
  MLIRContext *context = unwrap(location)->getContext();
  return getChecked<FitAttr>(location, StringAttr::get(context, unwrap(weight)), *known,
                             Real(error), seed, ArrayRef<int64_t>{numOutputs, numInputs});
}

MlirStringRef structlinFitAttrGetWeight(MlirAttribute attribute) {
  return readText<FitAttr>(attribute, [](FitAttr a) { return wrapText(a.getWeight()); });
}

StructlinFitNorm structlinFitAttrGetNorm(MlirAttribute attribute) {
  return read<FitAttr>(attribute, [](FitAttr a) { return StructlinFitNorm(a.getNorm()); });
}

double structlinFitAttrGetError(MlirAttribute attribute) {
  return read<FitAttr>(attribute, [](FitAttr a) { return a.getError().value; });
}

int64_t structlinFitAttrGetSeed(MlirAttribute attribute) {
  return read<FitAttr>(attribute, [](FitAttr a) { return a.getSeed(); });
}

int64_t structlinFitAttrGetNumOutputs(MlirAttribute attribute) {
  return read<FitAttr>(attribute, [](FitAttr a) { return a.getDenseShape()[0]; });
}

int64_t structlinFitAttrGetNumInputs(MlirAttribute attribute) {
  return read<FitAttr>(attribute, [](FitAttr a) { return a.getDenseShape()[1]; });
}
