//===- StructlinOpBase.td - types and base classes of the operations --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Structured products derive from Structlin_MatmulOp, which gives them the
// attributes and the interfaces that all of them share.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_OPBASE_TD
#define STRUCTLIN_IR_OPBASE_TD

include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.td"
include "mlir/Dialect/Linalg/IR/LinalgInterfaces.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/RuntimeVerifiableOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/TilingInterface.td"
include "structlin/IR/StructlinAttrs.td"
include "structlin/IR/StructlinDialect.td"
include "structlin/IR/StructuredMatmulInterface.td"

class Structlin_Op<string mnemonic, list<Trait> traits = [], Dialect dialect = StructlinDialect>
    : Op<dialect, mnemonic, traits>;

// Element types of values: IEEE and brain floats, signless integers taken as signed.
defvar Structlin_Number = [F64, F32, F16, BF16, I64, I32, I16, I8];

class Structlin_Ranked<list<Type> types, int rank>
    : AnyTypeOf<[TensorRankOf<types, [rank]>, MemRefRankOf<types, [rank]>]>;

def Structlin_Vector : Structlin_Ranked<Structlin_Number, 1>;
def Structlin_Matrix : Structlin_Ranked<Structlin_Number, 2>;
def Structlin_Cube : Structlin_Ranked<Structlin_Number, 3>;
def Structlin_IndexVector : Structlin_Ranked<[I32, I64], 1>;
def Structlin_IndexCube : Structlin_Ranked<[I8, I16, I32], 3>;
// The values of a sparse part: a vector (unstructured) or a cube (n:m).
def Structlin_SparseValues : AnyTypeOf<[Structlin_Vector, Structlin_Cube]>;
def Structlin_SparseIndices : AnyTypeOf<[Structlin_IndexVector, Structlin_IndexCube]>;

// A structured product `y = init + x W^T`.
//
// Constraints shared by all (docs/Spec.md, MM-C1 .. MM-C6) are checked by
// verifyStructuredMatmul, before each operation's own. `interfaceMethods` are the
// methods of StructuredMatmulOpInterface that the operation overrides; `dialect` is
// another one for a family from outside (docs/AddAStructure.md).
class Structlin_MatmulOp<string mnemonic, list<string> interfaceMethods = [],
                         list<Trait> traits = [], Dialect dialect = StructlinDialect>
    : Structlin_Op<mnemonic, !listconcat([
        DestinationStyleOpInterface,
        DeclareOpInterfaceMethods<StructuredMatmulOpInterface, interfaceMethods>,
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
        DeclareOpInterfaceMethods<ConditionallySpeculatable>,
        DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface, ["reifyResultShapes"]>,
        DeclareOpInterfaceMethods<AggregatedOpInterface, ["decomposeOperation"]>,
        DeclareOpInterfaceMethods<TilingInterface,
          ["getLoopIteratorTypes", "getIterationDomain", "getTiledImplementation",
           "getResultTilePosition", "generateResultTileValue",
           "getIterationDomainTileFromResultTile",
           "getIterationDomainTileFromOperandTiles",
           "getTiledImplementationFromOperandTiles"]>,
        DeclareOpInterfaceMethods<RuntimeVerifiableOpInterface>,
        DeclareOpInterfaceMethods<BufferizableOpInterface,
          ["bufferizesToMemoryRead", "bufferizesToMemoryWrite", "getAliasingValues",
           "bufferize"]>
      ], traits), dialect> {
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
  }];
  // The interfaces are implemented once, over StructuredMatmulOpInterface.
  let extraClassDefinition = [{
    void $cppClass::getEffects(
        ::llvm::SmallVectorImpl<::mlir::MemoryEffects::EffectInstance> &effects) {
      ::mlir::structlin::detail::getStructuredMatmulEffects(*this, effects);
    }
    ::mlir::Speculation::Speculatability $cppClass::getSpeculatability() {
      return ::mlir::structlin::detail::getStructuredMatmulSpeculatability(*this);
    }
    ::llvm::LogicalResult $cppClass::reifyResultShapes(
        ::mlir::OpBuilder &builder, ::mlir::ReifiedRankedShapedTypeDims &shapes) {
      return ::mlir::structlin::detail::reifyStructuredMatmulShapes(*this, builder, shapes);
    }
    ::mlir::FailureOr<::llvm::SmallVector<::mlir::Value>>
    $cppClass::decomposeOperation(::mlir::OpBuilder &builder) {
      return ::mlir::structlin::decomposeStructuredMatmul(builder, *this);
    }
    ::llvm::SmallVector<::mlir::utils::IteratorType> $cppClass::getLoopIteratorTypes() {
      return ::mlir::structlin::detail::getStructuredMatmulIterators(*this);
    }
    ::llvm::SmallVector<::mlir::Range> $cppClass::getIterationDomain(::mlir::OpBuilder &builder) {
      return ::mlir::structlin::detail::getStructuredMatmulDomain(*this, builder);
    }
    ::mlir::FailureOr<::mlir::TilingResult> $cppClass::getTiledImplementation(
        ::mlir::OpBuilder &builder, ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes) {
      return ::mlir::structlin::detail::tileStructuredMatmul(*this, builder, offsets, sizes);
    }
    ::llvm::LogicalResult $cppClass::getResultTilePosition(
        ::mlir::OpBuilder &builder, unsigned resultNumber,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes,
        ::llvm::SmallVector<::mlir::OpFoldResult> &resultOffsets,
        ::llvm::SmallVector<::mlir::OpFoldResult> &resultSizes) {
      return ::mlir::structlin::detail::getStructuredMatmulResultTile(
          *this, builder, offsets, sizes, resultOffsets, resultSizes);
    }
    ::mlir::FailureOr<::mlir::TilingResult> $cppClass::generateResultTileValue(
        ::mlir::OpBuilder &builder, unsigned resultNumber,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes) {
      return ::mlir::structlin::detail::tileStructuredMatmulByResult(*this, builder, offsets,
                                                                     sizes);
    }
    ::llvm::LogicalResult $cppClass::getIterationDomainTileFromResultTile(
        ::mlir::OpBuilder &builder, unsigned resultNumber,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &domainOffsets,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &domainSizes) {
      return ::mlir::structlin::detail::getStructuredMatmulDomainTile(
          *this, builder, offsets, sizes, domainOffsets, domainSizes);
    }
    ::llvm::LogicalResult $cppClass::getIterationDomainTileFromOperandTiles(
        ::mlir::OpBuilder &builder, ::llvm::ArrayRef<unsigned> operandNumbers,
        ::llvm::ArrayRef<::llvm::SmallVector<::mlir::OpFoldResult>> offsets,
        ::llvm::ArrayRef<::llvm::SmallVector<::mlir::OpFoldResult>> sizes,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &domainOffsets,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &domainSizes) {
      return ::mlir::structlin::detail::getStructuredMatmulDomainTileFromOperands(
          *this, builder, operandNumbers, offsets, sizes, domainOffsets, domainSizes);
    }
    ::mlir::FailureOr<::mlir::TilingResult> $cppClass::getTiledImplementationFromOperandTiles(
        ::mlir::OpBuilder &builder, ::llvm::ArrayRef<unsigned> operandNumbers,
        ::llvm::ArrayRef<::llvm::SmallVector<::mlir::OpFoldResult>> offsets,
        ::llvm::ArrayRef<::llvm::SmallVector<::mlir::OpFoldResult>> sizes) {
      return ::mlir::structlin::detail::tileStructuredMatmulByOperands(
          *this, builder, operandNumbers, offsets, sizes);
    }
    void $cppClass::generateRuntimeVerification(
        ::mlir::OpBuilder &builder, ::mlir::Location loc,
        ::llvm::function_ref<std::string(::mlir::Operation *, ::llvm::StringRef)> message) {
      ::mlir::structlin::detail::generateIndexVerification(*this, builder, loc, message);
    }
    bool $cppClass::bufferizesToMemoryRead(::mlir::OpOperand &,
                                           const ::mlir::bufferization::AnalysisState &) {
      return true;  // the init is accumulated into
    }
    bool $cppClass::bufferizesToMemoryWrite(::mlir::OpOperand &operand,
                                            const ::mlir::bufferization::AnalysisState &) {
      return isDpsInit(&operand);
    }
    ::mlir::bufferization::AliasingValueList $cppClass::getAliasingValues(
        ::mlir::OpOperand &operand, const ::mlir::bufferization::AnalysisState &) {
      return ::mlir::structlin::detail::getTiedResult(*this, operand);
    }
    ::llvm::LogicalResult $cppClass::bufferize(
        ::mlir::RewriterBase &rewriter,
        const ::mlir::bufferization::BufferizationOptions &options,
        ::mlir::bufferization::BufferizationState &state) {
      return ::mlir::structlin::detail::bufferizeDestinationStyle(*this, rewriter, options, state);
    }
  }];
}

#endif // STRUCTLIN_IR_OPBASE_TD
