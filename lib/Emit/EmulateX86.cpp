//===- EmulateX86.cpp - x86 instructions as plain code --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tiles become vectors; what computes becomes a call.
//
//===----------------------------------------------------------------------===//

#include "structlin/Emit/EmulateX86.h"
#include "EmulatedInstructions.h"
#include "FlushedArithmetic.h"
#include "mlir/Dialect/AMX/AMXDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/Transforms/FuncConversions.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/Transforms/Patterns.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/X86Vector/X86VectorDialect.h"
#include "mlir/Transforms/DialectConversion.h"
#include "structlin/Emit/Passes.h"

namespace mlir::structlin {
#define GEN_PASS_DEF_STRUCTLINEMULATEX86
#include "structlin/Emit/Passes.h.inc"
} // namespace mlir::structlin

using namespace mlir;
using namespace mlir::structlin;

static VectorType toVector(amx::TileType type) {
  return VectorType::get(type.getShape(), type.getElementType());
}

/// The place of a tile's row: `stride` elements apart, or the memref's rows.
static SmallVector<Value> placeOfRow(OpBuilder &builder, Location location, ValueRange indices,
                                     Value stride, int64_t row) {
  SmallVector<Value> place(indices);
  Value distance = arith::ConstantIndexOp::create(builder, location, row);
  if (stride)
    distance = arith::MulIOp::create(builder, location, distance, stride);
  Value &index = place[place.size() - (stride ? 1 : 2)];
  index = arith::AddIOp::create(builder, location, index, distance);
  return place;
}

namespace {
struct ConvertTileZero : OpConversionPattern<amx::TileZeroOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(amx::TileZeroOp op, OpAdaptor,
                                ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(
        op, rewriter.getZeroAttr(toVector(op.getTileType())));
    return success();
  }
};

struct ConvertTileLoad : OpConversionPattern<amx::TileLoadOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(amx::TileLoadOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location location = op.getLoc();
    VectorType type = toVector(op.getTileType());
    auto row = VectorType::get(type.getShape().drop_front(), type.getElementType());
    Value tile = arith::ConstantOp::create(rewriter, location, rewriter.getZeroAttr(type));
    for (int64_t i = 0; i < type.getDimSize(0); ++i) {
      SmallVector<Value> place =
          placeOfRow(rewriter, location, adaptor.getIndices(), adaptor.getStride(), i);
      Value vector = vector::LoadOp::create(rewriter, location, row, adaptor.getBase(), place);
      tile = vector::InsertOp::create(rewriter, location, vector, tile, i);
    }
    rewriter.replaceOp(op, tile);
    return success();
  }
};

struct ConvertTileStore : OpConversionPattern<amx::TileStoreOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(amx::TileStoreOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location location = op.getLoc();
    for (int64_t i = 0; i < op.getTileType().getDimSize(0); ++i) {
      SmallVector<Value> place =
          placeOfRow(rewriter, location, adaptor.getIndices(), adaptor.getStride(), i);
      Value row = vector::ExtractOp::create(rewriter, location, adaptor.getVal(), i);
      vector::StoreOp::create(rewriter, location, row, adaptor.getBase(), place);
    }
    rewriter.eraseOp(op);
    return success();
  }
};

/// An operation that becomes a call.
template <typename Op> struct ConvertToCall : OpConversionPattern<Op> {
  ConvertToCall(const TypeConverter &types, MLIRContext *context,
                EmulatedInstructions &instructions)
      : OpConversionPattern<Op>(types, context), instructions(instructions) {}

  EmulatedInstructions &instructions;
};

struct ConvertDotBF16 : ConvertToCall<x86vector::DotBF16Op> {
  using ConvertToCall::ConvertToCall;

  LogicalResult matchAndRewrite(x86vector::DotBF16Op op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    func::FuncOp function = instructions.dotBF16(rewriter, op.getSrc().getType());
    rewriter.replaceOpWithNewOp<func::CallOp>(
        op, function, ValueRange{adaptor.getSrc(), adaptor.getA(), adaptor.getB()});
    return success();
  }
};

struct ConvertTileMulF : ConvertToCall<amx::TileMulFOp> {
  using ConvertToCall::ConvertToCall;

  LogicalResult matchAndRewrite(amx::TileMulFOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    if (!op.getLhsTileType().getElementType().isBF16())
      return rewriter.notifyMatchFailure(op, "expected a product of bf16");
    func::FuncOp function =
        instructions.tileDotBF16(rewriter, toVector(op.getTileType()),
                                 toVector(op.getLhsTileType()), toVector(op.getRhsTileType()));
    rewriter.replaceOpWithNewOp<func::CallOp>(
        op, function, ValueRange{adaptor.getAcc(), adaptor.getLhs(), adaptor.getRhs()});
    return success();
  }
};

struct ConvertTileMulI : ConvertToCall<amx::TileMulIOp> {
  using ConvertToCall::ConvertToCall;

  LogicalResult matchAndRewrite(amx::TileMulIOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    func::FuncOp function =
        instructions.tileDotI8(rewriter, toVector(op.getTileType()), toVector(op.getLhsTileType()),
                               toVector(op.getRhsTileType()), op.getIsZextLhs(), op.getIsZextRhs());
    rewriter.replaceOpWithNewOp<func::CallOp>(
        op, function, ValueRange{adaptor.getAcc(), adaptor.getLhs(), adaptor.getRhs()});
    return success();
  }
};

/// VCVTNEPS2BF16, which LLVM selects for it.
struct ConvertRoundToBF16 : OpConversionPattern<arith::TruncFOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(arith::TruncFOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    rewriter.replaceOp(op, roundToBF16Flushed(builder, adaptor.getIn()));
    return success();
  }
};

struct ConvertExpand : ConvertToCall<LLVM::CallIntrinsicOp> {
  using ConvertToCall::ConvertToCall;

  LogicalResult matchAndRewrite(LLVM::CallIntrinsicOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    if (!op.getIntrin().starts_with("llvm.x86.avx512.mask.expand"))
      return rewriter.notifyMatchFailure(op, "expected an expansion by a mask");
    func::FuncOp function =
        instructions.expand(rewriter, cast<VectorType>(op.getResult(0).getType()));
    rewriter.replaceOpWithNewOp<func::CallOp>(op, function, adaptor.getArgs());
    return success();
  }
};
} // namespace

LogicalResult structlin::emulateX86(ModuleOp module) {
  MLIRContext *context = module.getContext();
  EmulatedInstructions instructions(module);
  TypeConverter types;
  types.addConversion([](Type type) { return type; });
  types.addConversion([](amx::TileType type) { return toVector(type); });

  RewritePatternSet patterns(context);
  ConversionTarget target(*context);
  target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
  target.addIllegalDialect<amx::AMXDialect, x86vector::X86VectorDialect>();
  target.addDynamicallyLegalOp<LLVM::CallIntrinsicOp>(
      [](LLVM::CallIntrinsicOp op) { return !op.getIntrin().starts_with("llvm.x86."); });
  target.addDynamicallyLegalOp<arith::TruncFOp>([](arith::TruncFOp op) {
    return !getElementTypeOrSelf(op.getIn()).isF32() ||
           !getElementTypeOrSelf(op.getType()).isBF16();
  });
  patterns.add<ConvertTileZero, ConvertTileLoad, ConvertTileStore, ConvertRoundToBF16>(types,
                                                                                       context);
  patterns.add<ConvertDotBF16, ConvertTileMulF, ConvertTileMulI, ConvertExpand>(types, context,
                                                                                instructions);
  scf::populateSCFStructuralTypeConversionsAndLegality(types, patterns, target);
  populateFunctionOpInterfaceTypeConversionPattern<func::FuncOp>(patterns, types);
  populateCallOpTypeConversionPattern(patterns, types);
  populateReturnOpTypeConversionPattern(patterns, types);
  target.addDynamicallyLegalOp<func::FuncOp>([&](func::FuncOp op) {
    return types.isSignatureLegal(op.getFunctionType()) && types.isLegal(&op.getBody());
  });
  target.addDynamicallyLegalOp<func::CallOp, func::ReturnOp>(
      [&](Operation *op) { return types.isLegal(op); });
  return applyPartialConversion(module, target, std::move(patterns));
}

namespace {
struct EmulateX86Pass : structlin::impl::StructlinEmulateX86Base<EmulateX86Pass> {
  void runOnOperation() override {
    if (failed(emulateX86(getOperation())))
      signalPassFailure();
  }
};
} // namespace
