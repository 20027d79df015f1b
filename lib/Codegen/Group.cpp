//===- Group.cpp - products with what finishes them -----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Builds the groups that FindGroup.cpp finds.
//
//===----------------------------------------------------------------------===//

#include "structlin/Codegen/Group.h"
#include "FindGroup.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"
#include "structlin/Codegen/Elementwise.h"
#include "structlin/Codegen/Passes.h"

namespace mlir::structlin {
#define GEN_PASS_DEF_STRUCTLINGROUP
#include "structlin/Codegen/Passes.h.inc"
} // namespace mlir::structlin

using namespace mlir;
using namespace mlir::structlin;

namespace {
/// Copies a group into a kernel, in two dimensions, and collects what it takes from
/// outside.
class GroupBuilder {
public:
  GroupBuilder(RewriterBase &rewriter, const Group &group)
      : rewriter(rewriter), group(group), product(group.product),
        productType(cast<RankedTensorType>(product.getMatmulInit().getType())) {}

  KernelOp build();

private:
  /// A tensor of tokens x outputs.
  RankedTensorType getFlatType(Type element) const {
    return RankedTensorType::get(productType.getShape(), element);
  }
  /// `value`, from outside, as a block argument.
  Value addInput(Value value);
  Value takeScalar(Value value);
  /// `tensor`, from outside, in the dimensions that `access` leaves.
  Value flatten(Value tensor, OperandAccess access);
  /// What stands for `value` in the group.
  Value take(Value value, OperandAccess access);

  Value makeEmpty(Location loc, Type element);
  /// The first two write to `destination`.
  Value copyElementwise(linalg::LinalgOp op, Value destination);
  Value copyProduct(Value destination);
  Value copyMember(Operation *op, Value destination);
  /// Puts the result of the kernel, in the shape of the last operation's, in its place.
  void replaceLast(KernelOp kernel);

  RewriterBase &rewriter;
  const Group &group;
  StructuredMatmulOpInterface product;
  RankedTensorType productType;
  Block *body = nullptr;
  SmallVector<Value> inputs;
  IRMapping mapping;
  /// The sizes outside of the group of the results that have more dimensions there.
  DenseMap<Value, SmallVector<OpFoldResult>> expandedSizes;
};
} // namespace

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

Value GroupBuilder::addInput(Value value) {
  auto found = llvm::find(inputs, value);
  size_t number = found - inputs.begin();
  if (found == inputs.end()) {
    body->insertArgument(number, value.getType(), value.getLoc());
    inputs.push_back(value);
  }
  return body->getArgument(number);
}

Value GroupBuilder::takeScalar(Value value) {
  Operation *def = value.getDefiningOp();
  if (def && def->hasTrait<OpTrait::ConstantLike>())
    return rewriter.clone(*def)->getResult(0);
  return addInput(value);
}

Value GroupBuilder::flatten(Value tensor, OperandAccess access) {
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<ReassociationIndices> groups;
  if (access == OperandAccess::Full)
    groups = getTokenReassociation(type.getRank());
  else if (access == OperandAccess::Row)
    groups = {llvm::to_vector<2>(llvm::seq<int64_t>(0, type.getRank()))};
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(group.last());
  if (int64_t(groups.size()) < type.getRank())
    tensor = tensor::CollapseShapeOp::create(rewriter, tensor.getLoc(), tensor, groups);
  RankedTensorType flat = getFlatType(type.getElementType());
  if (access == OperandAccess::Full && tensor.getType() != flat)
    tensor = tensor::CastOp::create(rewriter, tensor.getLoc(), flat, tensor);
  return tensor;
}

Value GroupBuilder::take(Value value, OperandAccess access) {
  if (Value inside = mapping.lookupOrNull(value); inside && access == OperandAccess::Full)
    return inside;
  if (!isa<TensorType>(value.getType()))
    return takeScalar(value);
  auto broadcast = value.getDefiningOp<linalg::LinalgOp>();
  if (!broadcast || access != OperandAccess::Full || !isBroadcast(broadcast))
    return addInput(flatten(value, access));
  // Other groups may read the same row or number: each copies what repeats it.
  Type element = getElementTypeOrSelf(value.getType());
  Value inside = copyElementwise(broadcast, makeEmpty(value.getLoc(), element));
  mapping.map(value, inside);
  return inside;
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

Value GroupBuilder::makeEmpty(Location loc, Type element) {
  SmallVector<Value> sizes;
  Value x = mapping.lookup(product.getMatmulInput());
  if (productType.isDynamicDim(0))
    sizes.push_back(tensor::DimOp::create(rewriter, loc, x, 0));
  return tensor::EmptyOp::create(rewriter, loc, getFlatType(element), sizes);
}

Value GroupBuilder::copyElementwise(linalg::LinalgOp op, Value destination) {
  Location loc = op.getLoc();
  if (auto fill = dyn_cast<linalg::FillOp>(op.getOperation()))
    return linalg::FillOp::create(rewriter, loc, takeScalar(fill.value()), destination)
        .getResult(0);

  SmallVector<Value> operands;
  SmallVector<AffineMap> maps;
  SmallVector<BlockArgument> arguments;
  MLIRContext *context = rewriter.getContext();
  auto addOperand = [&](OpOperand *operand) {
    OperandAccess access = *getOperandAccess(op.getMatchingIndexingMap(operand));
    unsigned rank = access == OperandAccess::Full ? 2 : access == OperandAccess::Row ? 1 : 0;
    operands.push_back(take(operand->get(), access));
    maps.push_back(AffineMap::getMinorIdentityMap(2, rank, context));
    arguments.push_back(op.getMatchingBlockArgument(operand));
  };
  for (OpOperand *operand : op.getDpsInputOperands())
    addOperand(operand);
  if (op.payloadUsesValueFromOperand(op.getDpsInitOperand(0)))
    addOperand(op.getDpsInitOperand(0));
  maps.push_back(AffineMap::getMultiDimIdentityMap(2, context));

  // Numbers that the body takes from around it.
  IRMapping inside;
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  for (Value value : captured)
    inside.map(value, takeScalar(value));
  SmallVector<utils::IteratorType> iterators(2, utils::IteratorType::parallel);
  auto buildBody = [&](OpBuilder &builder, Location, ValueRange values) {
    for (auto [argument, value] : llvm::zip(arguments, values))
      inside.map(argument, value);
    for (Operation &nested : *op.getBlock())
      builder.clone(nested, inside);
  };
  return linalg::GenericOp::create(rewriter, loc, TypeRange(destination.getType()), operands,
                                   destination, maps, iterators, buildBody)
      .getResult(0);
}

Value GroupBuilder::copyProduct(Value destination) {
  for (Value operand : product->getOperands().drop_back())
    mapping.map(operand, addInput(operand));
  Value init = product.getMatmulInit();
  auto broadcast = init.getDefiningOp<linalg::LinalgOp>();
  IRMapping operands = mapping;
  if (broadcast && isBroadcast(broadcast))
    operands.map(init,
                 copyElementwise(broadcast, destination ? destination
                                                        : makeEmpty(init.getLoc(),
                                                                    productType.getElementType())));
  else
    operands.map(init, destination ? destination : addInput(init));
  return rewriter.clone(*product, operands)->getResult(0);
}

Value GroupBuilder::copyMember(Operation *op, Value destination) {
  if (op == product)
    return copyProduct(destination);
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    expandedSizes[expand.getResult()] = expand.getMixedOutputShape();
  // A tensor and its reshape are one thing inside.
  if (isTokenReshape(op))
    return mapping.lookup(op->getOperand(0));
  for (Value operand : op->getOperands())
    if (auto sizes = expandedSizes.find(operand); sizes != expandedSizes.end()) {
      expandedSizes[op->getResult(0)] = SmallVector<OpFoldResult>(sizes->second);
      break;
    }
  if (!destination)
    destination = makeEmpty(op->getLoc(), getElementTypeOrSelf(op->getResult(0).getType()));
  return copyElementwise(cast<linalg::LinalgOp>(op), destination);
}

//===----------------------------------------------------------------------===//
// The kernel
//===----------------------------------------------------------------------===//

void GroupBuilder::replaceLast(KernelOp kernel) {
  Operation *last = group.last();
  Value result = kernel.getResult(0);
  auto type = cast<RankedTensorType>(last->getResult(0).getType());
  SmallVector<ReassociationIndices> groups = getTokenReassociation(type.getRank());
  RankedTensorType flat = tensor::CollapseShapeOp::inferCollapsedType(type, groups);
  if (result.getType() != flat)
    result = tensor::CastOp::create(rewriter, last->getLoc(), flat, result);
  if (type.getRank() > 2)
    result = tensor::ExpandShapeOp::create(rewriter, last->getLoc(), type, result, groups,
                                           expandedSizes.lookup(last->getResult(0)));
  for (Operation *op : llvm::reverse(group.members)) {
    if (op == last)
      rewriter.replaceOp(op, result);
    else
      rewriter.eraseOp(op);
  }
}

KernelOp GroupBuilder::build() {
  Operation *last = group.last();
  Location loc = last->getLoc();
  Region region;
  body = &region.emplaceBlock();
  Type element = getElementTypeOrSelf(last->getResult(0).getType());
  RankedTensorType resultType = getFlatType(element);
  Value destination = body->addArgument(resultType, loc);
  rewriter.setInsertionPointToEnd(body);
  for (Operation *op : group.members)
    mapping.map(op->getResult(0), copyMember(op, op == last ? destination : Value()));
  YieldOp::create(rewriter, loc, mapping.lookup(last->getResult(0)));

  rewriter.setInsertionPoint(last);
  // A product that nothing finishes adds to its init in place.
  Value init = product.getMatmulInit();
  auto broadcast = init.getDefiningOp<linalg::LinalgOp>();
  if (last != product || (broadcast && isBroadcast(broadcast))) {
    SmallVector<Value> sizes;
    if (resultType.isDynamicDim(0))
      sizes.push_back(tensor::DimOp::create(rewriter, loc, product.getMatmulInput(), 0));
    init = tensor::EmptyOp::create(rewriter, loc, resultType, sizes);
  }
  auto kernel = KernelOp::create(rewriter, loc, TypeRange(resultType), inputs, ValueRange(init),
                                 product.getLayerAttr(), CpuScheduleAttr());
  kernel.getBody().takeBody(region);
  replaceLast(kernel);
  return kernel;
}

KernelOp structlin::groupProduct(RewriterBase &rewriter, StructuredMatmulOpInterface product) {
  OpBuilder::InsertionGuard guard(rewriter);
  Group group = findGroup(product);
  auto function = product->getParentOfType<FunctionOpInterface>();
  remark::analysis(product->getLoc(), remark::RemarkOpts::name("Grouped")
                                          .category("structlin-group")
                                          .function(function ? function.getName() : ""))
      << remark::metric("layer", product.getLayerAttr() ? product.getLayerAttr().getValue() : "")
      << remark::metric("operations", int64_t(group.members.size()));
  return GroupBuilder(rewriter, group).build();
}

void structlin::groupProducts(RewriterBase &rewriter, Operation *root) {
  SmallVector<StructuredMatmulOpInterface> products;
  root->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isa<KernelOp>(op))
      return WalkResult::skip();
    auto product = dyn_cast<StructuredMatmulOpInterface>(op);
    if (product && product->getNumResults() == 1)
      products.push_back(product);
    return WalkResult::advance();
  });
  for (StructuredMatmulOpInterface product : products)
    groupProduct(rewriter, product);
  (void)runRegionDCE(rewriter, root->getRegions());
}

namespace {
struct GroupPass : structlin::impl::StructlinGroupBase<GroupPass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    groupProducts(rewriter, getOperation());
  }
};
} // namespace
