//===- HostLayouts.cpp - the dialect's layouts on arrays ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Codegen/HostLayoutInterface.h"
#include "structlin/Host/HostAttr.h"
#include "structlin/IR/KernelAttrs.h"
#include "structlin/IR/StructlinDialect.h"

using namespace mlir;
using namespace mlir::structlin;
using ::structlin::PackSink;

#include "structlin/Codegen/HostLayoutInterface.cpp.inc"

namespace {
struct HostPanels : HostLayoutInterface::ExternalModel<HostPanels, PanelsAttr> {
  llvm::Error packTensors(Attribute attribute, ArrayRef<HostTensor> factors, PackSink sink) const {
    return ::structlin::packPanels(getPanelLayout(cast<PanelsAttr>(attribute)), factors[0], sink);
  }
};

struct HostLanes : HostLayoutInterface::ExternalModel<HostLanes, LanesAttr> {
  llvm::Error packTensors(Attribute attribute, ArrayRef<HostTensor> factors, PackSink sink) const {
    return ::structlin::packLanes(cast<LanesAttr>(attribute).getPanel(), factors[0], sink);
  }
};

struct HostBitmap : HostLayoutInterface::ExternalModel<HostBitmap, BitmapAttr> {
  llvm::Error packTensors(Attribute attribute, ArrayRef<HostTensor> factors, PackSink sink) const {
    auto layout = cast<BitmapAttr>(attribute);
    SmallVector<RankedTensorType> types = llvm::map_to_vector(factors, [&](const HostTensor &t) {
      return RankedTensorType::get(t.shape(), getIRElementType(layout.getContext(), t.type()));
    });
    std::string why;
    auto packed = layout.getPackedTypes(types, why);
    if (failed(packed))
      return llvm::createStringError(why);
    ElementType starts = *getHostElementType(packed->back().getElementType());
    return ::structlin::packBitmap(
        {getPanelLayout(layout.getPanels()), layout.getInputs(), layout.getGroup()}, factors,
        starts, sink);
  }
};
} // namespace

void mlir::structlin::registerHostLayoutModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, StructlinDialect *) {
    PanelsAttr::attachInterface<HostPanels>(*context);
    LanesAttr::attachInterface<HostLanes>(*context);
    BitmapAttr::attachInterface<HostBitmap>(*context);
  });
}
