//===- HostEval.cpp - layout operations on host data ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All operations that move elements are one strided gather; conversions go
// through double, which holds every element type but 64-bit integers exactly.
//
//===----------------------------------------------------------------------===//

#include "structlin/Compress/HostEval.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/OperationSupport.h"
#include "structlin/IR/StructlinOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::structlin;

//===----------------------------------------------------------------------===//
// Which operations
//===----------------------------------------------------------------------===//

/// Operations that convert each number to the nearest of another type.
static bool isNumericCast(Operation *op) {
  if (!isa<arith::ExtFOp, arith::TruncFOp, arith::ExtSIOp, arith::SIToFPOp>(op))
    return false;
  // Numbers pass through double.
  return !getElementTypeOrSelf(op->getOperand(0).getType()).isInteger(64);
}

/// The casts from the input to the yielded value, in order; nothing if the body
/// computes anything else.
static std::optional<SmallVector<Operation *>> getBodyCasts(linalg::GenericOp op) {
  SmallVector<Operation *> casts;
  Value value = op.getBody()->getTerminator()->getOperand(0);
  while (Operation *definition = value.getDefiningOp()) {
    if (!isNumericCast(definition))
      return std::nullopt;
    casts.push_back(definition);
    value = definition->getOperand(0);
  }
  if (value != op.getBody()->getArgument(0))
    return std::nullopt;
  return SmallVector<Operation *>(llvm::reverse(casts));
}

/// One tensor, permuted or repeated, each element at most cast.
static bool isLayoutGeneric(linalg::GenericOp op) {
  return op.getNumDpsInputs() == 1 && op.getNumDpsInits() == 1 && op->getNumResults() == 1 &&
         op.getNumParallelLoops() == op.getNumLoops() &&
         op.getMatchingIndexingMap(op.getDpsInputOperand(0))
             .isProjectedPermutation(/*allowZeroInResults=*/true) &&
         op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isPermutation() &&
         getBodyCasts(op).has_value();
}

static bool isStatic(tensor::ExtractSliceOp op) {
  return op.getOffsets().empty() && op.getSizes().empty() && op.getStrides().empty();
}

OpOperand *mlir::structlin::getEvaluableOperand(Operation *op) {
  auto firstOperandIf = [&](bool condition) -> OpOperand * {
    return condition ? &op->getOpOperand(0) : nullptr;
  };
  return TypeSwitch<Operation *, OpOperand *>(op)
      .Case([&](linalg::GenericOp generic) { return firstOperandIf(isLayoutGeneric(generic)); })
      .Case([&](tensor::ExtractSliceOp slice) { return firstOperandIf(isStatic(slice)); })
      .Case([&](linalg::CopyOp copy) {
        return firstOperandIf(copy->getNumResults() == 1 &&
                              getElementTypeOrSelf(copy.getInputs()[0]) ==
                                  getElementTypeOrSelf(copy->getResult(0)));
      })
      .Case<linalg::TransposeOp, linalg::BroadcastOp, tensor::CollapseShapeOp,
            tensor::ExpandShapeOp, tensor::CastOp>(
          [&](Operation *) { return firstOperandIf(op->getNumResults() == 1); })
      .Default([&](Operation *) { return firstOperandIf(isNumericCast(op)); });
}

Operation *mlir::structlin::findRoot(Value value, std::string &why) {
  Operation *op = value.getDefiningOp();
  if (!op) {
    why = "the weight comes from a block argument, not from a parameter";
    return nullptr;
  }
  if (isa<ParameterOp, arith::ConstantOp>(op))
    return op;
  if (OpOperand *source = getEvaluableOperand(op))
    return findRoot(source->get(), why);
  why = ("the weight is computed by '" + op->getName().getStringRef() + "'").str();
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Evaluation
//===----------------------------------------------------------------------===//

template <typename Word>
static void gather(ArrayRef<char> source, MutableArrayRef<char> target, ArrayRef<int64_t> shape,
                   ArrayRef<int64_t> strides, int64_t offset) {
  // The last dimension is the inner loop, the others are an odometer.
  SmallVector<int64_t> index(shape.size(), 0);
  int64_t inner = shape.empty() ? 1 : shape.back();
  int64_t step = strides.empty() ? 0 : strides.back();
  for (char *out = target.data(); out != target.data() + target.size();) {
    const char *in = source.data() + offset * static_cast<int64_t>(sizeof(Word));
    for (int64_t i = 0; i < inner; ++i, out += sizeof(Word), in += step * sizeof(Word))
      std::memcpy(out, in, sizeof(Word));
    for (int64_t d = static_cast<int64_t>(shape.size()) - 2; d >= 0; --d) {
      offset += strides[d];
      if (++index[d] < shape[d])
        break;
      offset -= index[d] * strides[d];
      index[d] = 0;
    }
  }
}

HostTensor mlir::structlin::gatherStrided(const HostTensor &tensor, ArrayRef<int64_t> shape,
                                          ArrayRef<int64_t> strides, int64_t offset) {
  HostTensor result = HostTensor::allocate(tensor.type(), shape);
  MutableArrayRef<char> target = result.mutableBytes();
  switch (::structlin::byteSize(tensor.type())) {
  case 1:
    gather<uint8_t>(tensor.bytes(), target, shape, strides, offset);
    break;
  case 2:
    gather<uint16_t>(tensor.bytes(), target, shape, strides, offset);
    break;
  case 4:
    gather<uint32_t>(tensor.bytes(), target, shape, strides, offset);
    break;
  default:
    gather<uint64_t>(tensor.bytes(), target, shape, strides, offset);
  }
  return result;
}

HostTensor mlir::structlin::convertElements(const HostTensor &tensor, ElementType type) {
  if (tensor.type() == type)
    return tensor;
  return HostTensor::fromDoubles(type, tensor.shape(), tensor.toDoubles());
}

/// Elements between neighbours along each dimension of a row-major tensor.
static SmallVector<int64_t> rowMajorStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (int64_t d = static_cast<int64_t>(shape.size()) - 2; d >= 0; --d)
    strides[d] = strides[d + 1] * shape[d + 1];
  return strides;
}

/// The result's elements of a linalg operation with one input and one init.
static HostTensor moveElements(linalg::LinalgOp op, const HostTensor &input,
                               ArrayRef<int64_t> shape) {
  AffineMap inputMap = op.getMatchingIndexingMap(op.getDpsInputOperand(0));
  AffineMap resultMap = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  SmallVector<int64_t> loopStrides(op.getNumLoops(), 0);
  for (auto [expr, stride] : llvm::zip_equal(inputMap.getResults(), rowMajorStrides(input.shape())))
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      loopStrides[dim.getPosition()] = stride;
  SmallVector<int64_t> strides;
  for (AffineExpr expr : resultMap.getResults())
    strides.push_back(loopStrides[cast<AffineDimExpr>(expr).getPosition()]);
  return gatherStrided(input, shape, strides);
}

static HostTensor slice(tensor::ExtractSliceOp op, const HostTensor &input,
                        ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides = rowMajorStrides(input.shape());
  int64_t offset = 0;
  for (auto [stride, start, step] :
       llvm::zip_equal(strides, op.getStaticOffsets(), op.getStaticStrides())) {
    offset += start * stride;
    stride *= step;
  }
  return gatherStrided(input, op.getStaticSizes(), strides, offset).reshaped(shape);
}

static FailureOr<HostTensor> applyLayoutOp(Operation *op, const HostTensor &input,
                                           std::string &why) {
  auto type = cast<ShapedType>(op->getResult(0).getType());
  std::optional<ElementType> element = getHostElementType(type.getElementType());
  // A cast to a dynamic type forgets the shape, the data keeps it.
  ArrayRef<int64_t> shape =
      isa<tensor::CastOp>(op) || isNumericCast(op) ? input.shape() : type.getShape();
  if (!element || ShapedType::isDynamicShape(shape)) {
    llvm::raw_string_ostream(why) << "'" << op->getName() << "' to " << type
                                  << " cannot be evaluated on the host";
    return failure();
  }
  return TypeSwitch<Operation *, HostTensor>(op)
      .Case<tensor::CollapseShapeOp, tensor::ExpandShapeOp, tensor::CastOp>(
          [&](Operation *) { return input.reshaped(shape); })
      .Case([&](tensor::ExtractSliceOp extract) { return slice(extract, input, shape); })
      .Case([&](linalg::GenericOp generic) {
        HostTensor result = moveElements(generic, input, shape);
        SmallVector<Operation *> casts = *getBodyCasts(generic);
        for (Operation *cast : casts)
          result = convertElements(result, *getHostElementType(cast->getResult(0).getType()));
        return result;
      })
      .Case([&](linalg::LinalgOp linalgOp) { return moveElements(linalgOp, input, shape); })
      .Default([&](Operation *) { return convertElements(input, *element); });
}

FailureOr<HostTensor> mlir::structlin::evaluateFromRoot(Value value, const HostTensor &root,
                                                        std::string &why) {
  Operation *op = value.getDefiningOp();
  if (isa<ParameterOp, arith::ConstantOp>(op))
    return root;
  FailureOr<HostTensor> input = evaluateFromRoot(getEvaluableOperand(op)->get(), root, why);
  if (failed(input))
    return failure();
  return applyLayoutOp(op, *input, why);
}

bool mlir::structlin::isSameTensor(Value lhs, Value rhs) {
  if (lhs == rhs)
    return true;
  Operation *left = lhs.getDefiningOp(), *right = rhs.getDefiningOp();
  if (!left || !right)
    return false;
  if (auto parameter = dyn_cast<ParameterOp>(left)) {
    auto other = dyn_cast<ParameterOp>(right);
    return other && parameter.getNameAttr() == other.getNameAttr();
  }
  OpOperand *leftSource = getEvaluableOperand(left);
  // The other operands (inits) only give shapes, which the result types compare.
  return OperationEquivalence::isEquivalentTo(left, right,
                                              OperationEquivalence::ignoreValueEquivalence, nullptr,
                                              OperationEquivalence::IgnoreLocations) &&
         (!leftSource || isSameTensor(leftSource->get(), getEvaluableOperand(right)->get()));
}
