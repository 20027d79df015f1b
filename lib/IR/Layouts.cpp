//===- Layouts.cpp - packed layouts --------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which tensors a layout packs, and to which types.
//
//===----------------------------------------------------------------------===//

#include "structlin/IR/KernelAttrs.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::structlin;
using ::structlin::kernels::PanelLayout;

using Types = FailureOr<SmallVector<RankedTensorType>>;

static LogicalResult verifyPositive(function_ref<InFlightDiagnostic()> emitError, StringRef what,
                                    int64_t got) {
  if (got < 1)
    return emitError() << "expected a positive " << what << ", got " << got;
  return success();
}

/// Fails, saying why, unless there are `count` factors of static shape, but for the first
/// size of the first `numOpen`: outlined kernels leave open what a pattern decides.
static LogicalResult checkFactors(ArrayRef<RankedTensorType> factors, size_t count,
                                  std::string &why, size_t numOpen = 0) {
  if (factors.size() != count) {
    why = llvm::formatv("expected {0} tensors, got {1}", count, factors.size());
    return failure();
  }
  for (auto [number, type] : llvm::enumerate(factors))
    if (ShapedType::isDynamicShape(type.getShape().drop_front(number < numOpen)) ||
        type.getEncoding()) {
      why = llvm::formatv("expected static shapes without encoding, got {0}", Type(type));
      return failure();
    }
  return success();
}

//===----------------------------------------------------------------------===//
// #structlin.panels
//===----------------------------------------------------------------------===//

PanelLayout mlir::structlin::getPanelLayout(PanelsAttr attribute) {
  int64_t columns = attribute.getColumns();
  return {attribute.getPanel(), attribute.getDepth(), columns ? columns : attribute.getPanel(),
          attribute.getGroup()};
}

PanelsAttr mlir::structlin::getPanelsAttr(MLIRContext *context, const PanelLayout &layout) {
  int64_t columns = layout.columns == layout.panel ? 0 : layout.columns;
  return PanelsAttr::get(context, layout.panel, layout.depth, columns, layout.group);
}

LogicalResult PanelsAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t panel,
                                 int64_t depth, int64_t columns, int64_t group) {
  // LAY-C1
  if (failed(verifyPositive(emitError, "panel", panel)) ||
      failed(verifyPositive(emitError, "depth", depth)) ||
      failed(verifyPositive(emitError, "group", group)))
    return failure();
  // LAY-C2
  if (columns < 0 || (columns > 0 && panel % columns != 0))
    return emitError() << "expected columns that divide the panel of " << panel << ", got "
                       << columns;
  // LAY-C3
  if (depth % group != 0)
    return emitError() << "expected a group that divides the depth of " << depth << ", got "
                       << group;
  return success();
}

Types PanelsAttr::getPackedTypes(ArrayRef<RankedTensorType> factors, std::string &why) const {
  bool hasSeveral = !factors.empty() && factors.front().getRank() > 2;
  if (failed(checkFactors(factors, 1, why, /*numOpen=*/hasSeveral)))
    return failure();
  ArrayRef<int64_t> shape = factors[0].getShape();
  if (shape.size() < 2) {
    why = llvm::formatv("expected a matrix or several, got {0}", Type(factors[0]));
    return failure();
  }
  SmallVector<int64_t> packed(shape.drop_back(2));
  llvm::append_range(
      packed, getPanelLayout(*this).packedShape(shape[shape.size() - 2], shape[shape.size() - 1]));
  return SmallVector<RankedTensorType>{RankedTensorType::get(packed, factors[0].getElementType())};
}

std::string PanelsAttr::getText() const {
  std::string text = llvm::formatv("panels{0}", getPanel());
  if (getDepth() != 1)
    text += llvm::formatv("-depth{0}", getDepth());
  if (getColumns() != 0 && getColumns() != getPanel())
    text += llvm::formatv("-columns{0}", getColumns());
  if (getGroup() != 1)
    text += llvm::formatv("-group{0}", getGroup());
  return text;
}

//===----------------------------------------------------------------------===//
// #structlin.lanes
//===----------------------------------------------------------------------===//

LogicalResult LanesAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t panel) {
  return verifyPositive(emitError, "panel", panel); // LAY-C1
}

Types LanesAttr::getPackedTypes(ArrayRef<RankedTensorType> factors, std::string &why) const {
  if (failed(checkFactors(factors, 1, why)))
    return failure();
  RankedTensorType s = factors[0];
  if (s.getRank() != 3) {
    why = llvm::formatv("expected three dimensions, got {0}", Type(s));
    return failure();
  }
  int64_t panels = llvm::divideCeilSigned(s.getDimSize(2), getPanel());
  return SmallVector<RankedTensorType>{RankedTensorType::get(
      {panels, s.getDimSize(1), s.getDimSize(0), getPanel()}, s.getElementType())};
}

std::string LanesAttr::getText() const { return llvm::formatv("lanes{0}", getPanel()); }

//===----------------------------------------------------------------------===//
// #structlin.bitmap
//===----------------------------------------------------------------------===//

int64_t BitmapAttr::getNumColumns() const {
  return isNM() ? llvm::divideCeilSigned(getInputs(), getGroup()) * getGroup() : getInputs();
}

LogicalResult BitmapAttr::verify(function_ref<InFlightDiagnostic()> emitError, PanelsAttr panels,
                                 int64_t inputs, int64_t group) {
  // LAY-C4
  if (inputs < 0)
    return emitError() << "expected a number of inputs, got " << inputs;
  // LAY-C5
  if (group < 0 || group > 128)
    return emitError() << "expected groups of 1 to 128 entries, got " << group;
  // LAY-C6
  if (int64_t bits = getPanelLayout(panels).stepSize(); bits % 8 != 0)
    return emitError() << "expected steps of whole bytes, got panel times depth of " << bits;
  return success();
}

Types BitmapAttr::getPackedTypes(ArrayRef<RankedTensorType> factors, std::string &why) const {
  if (failed(checkFactors(factors, isNM() ? 2 : 3, why, /*numOpen=*/isNM() ? 0 : 2)))
    return failure();
  RankedTensorType values = factors[0], indices = factors[1];
  if (values.getShape() != indices.getShape() || values.getRank() != (isNM() ? 3 : 1)) {
    why = llvm::formatv("expected {0} and as many indices, got {1} and {2}",
                        isNM() ? "values (n_out, groups, n)" : "a vector of values", Type(values),
                        Type(indices));
    return failure();
  }
  if (isNM() && values.getDimSize(1) != getNumColumns() / getGroup()) {
    why = llvm::formatv("expected {0} groups for {1} inputs, got {2}", getNumColumns() / getGroup(),
                        getInputs(), values.getDimSize(1));
    return failure();
  }
  Builder builder(getContext());
  // Positions of the values of an n:m matrix take 32 bits unless there are too many.
  bool isOpen = !values.hasStaticShape();
  Type position =
      !isOpen && values.getNumElements() > INT32_MAX ? builder.getI64Type() : builder.getI32Type();
  int64_t rows = values.getShape().front();
  if (!isNM()) {
    if (factors[2].getRank() != 1 || factors[2].getDimSize(0) < 1) {
      why = llvm::formatv("expected a vector of offsets, got {0}", Type(factors[2]));
      return failure();
    }
    rows = factors[2].getDimSize(0) - 1;
    position = factors[2].getElementType();
  }
  PanelLayout layout = getPanelLayout(getPanels());
  SmallVector<int64_t, 3> masks = layout.packedShape(rows, getNumColumns());
  masks.back() /= 8;
  int64_t numValues = isOpen ? ShapedType::kDynamic : values.getNumElements() + layout.stepSize();
  return SmallVector<RankedTensorType>{
      RankedTensorType::get(masks, builder.getI8Type()),
      RankedTensorType::get({numValues}, values.getElementType()),
      RankedTensorType::get({layout.numPanels(rows) + 1}, position)};
}

SmallVector<StringRef> BitmapAttr::getPackedNames() const { return {"masks", "values", "starts"}; }

std::string BitmapAttr::getText() const {
  std::string text = "bitmap-" + getPanels().getText() + llvm::formatv("-in{0}", getInputs()).str();
  return isNM() ? text + llvm::formatv("-of{0}", getGroup()).str() : text;
}
