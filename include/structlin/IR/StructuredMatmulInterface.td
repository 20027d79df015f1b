//===- StructuredMatmulInterface.td - the interface of structured products --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one operation interface that passes use. See docs/Spec.md, "Structured
// products", for the constraints that all implementations share.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_STRUCTUREDMATMULINTERFACE_TD
#define STRUCTLIN_IR_STRUCTUREDMATMULINTERFACE_TD

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"

def StructuredMatmulOpInterface
    : OpInterface<"StructuredMatmulOpInterface", [DestinationStyleOpInterface]> {
  let cppNamespace = "::mlir::structlin";
  let description = [{
    `y = init + x W^T`, with `W` (`n_out x n_in`) given by factors. Operands are
    the input `x`, then the factors, then the init.
  }];
  let methods = [
    InterfaceMethod<[{The type in which products are accumulated.}],
      "::mlir::Type", "getAccType", (ins), [{
        return ::mlir::structlin::detail::getAccTypeOrDefault($_op);
      }]>,
    InterfaceMethod<[{
      The type to which inner results are rounded; the accumulation type where
      the operation has none.
    }], "::mlir::Type", "getMidType", (ins), [{
        return ::mlir::structlin::detail::getMidTypeOrDefault($_op);
      }]>,
    InterfaceMethod<[{
      Whether products of factors are rounded to `mid` on the way.
    }], "bool", "hasInnerResults", (ins), "", [{ return false; }]>,
    InterfaceMethod<[{
      The structure of the weight, resolved; sizes that are dynamic in the
      factors' types are left open.
    }], "::mlir::structlin::StructureAttrInterface", "getWeightStructure", (ins)>,
    InterfaceMethod<[{
      Name and role of each factor, in operand order.
    }], "::llvm::SmallVector<::mlir::structlin::FactorInfo>", "getFactorInfos", (ins)>,
    InterfaceMethod<[{
      What the content of the index factors must satisfy.
    }], "::llvm::SmallVector<::mlir::structlin::IndexCheck>", "getIndexChecks", (ins),
      "", [{ return {}; }]>,
    InterfaceMethod<[{
      How the rows of W are blocked: the number of blocks and the rows in each.
      A family without blocks has one block of `n_out` rows.
    }], "::mlir::structlin::OutputBlocking", "getOutputBlocking",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc), "", [{
        return ::mlir::structlin::detail::getUnblockedOutput($_op, builder, loc);
      }]>,
    InterfaceMethod<[{
      The factors of the rows of W in `tile`.
    }], "::llvm::SmallVector<::mlir::Value>", "sliceFactors",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc,
           "const ::mlir::structlin::RowTile &":$tile)>,
    InterfaceMethod<[{
      The inputs, that is the columns of x, that the rows of W in `tile` read: all
      of them unless the structure says which others are zero. A tile of the
      operation gets just these columns of x.
    }], "::mlir::structlin::Extent", "getInputsOfTile",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc,
           "const ::mlir::structlin::RowTile &":$tile), "", [{
        return ::mlir::structlin::detail::getAllInputs($_op, builder, loc);
      }]>,
    InterfaceMethod<[{
      Builds `acc + x W^T` from plain linalg, tensor, arith and scf operations.
      `x`, `factors` and `acc` are tensors; `acc` has the accumulation type.
      Rounds to `mid` where Semantics 1 says so and nowhere else.
    }], "::mlir::Value", "buildProduct",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc,
           "::mlir::Value":$x, "::mlir::ValueRange":$factors, "::mlir::Value":$acc)>,
    InterfaceMethod<[{
      Floating-point or integer operations for `numTokens` tokens (a
      multiply-add is two), or nothing where a factor's size is dynamic.
    }], "std::optional<int64_t>", "getFlops", (ins "int64_t":$numTokens), "", [{
        return ::mlir::structlin::detail::getFlopsFromStoredParameters($_op, numTokens);
      }]>,
    InterfaceMethod<[{
      Bytes read and written once for `numTokens` tokens: input, factors
      (indices included), init and result; nothing where a size is dynamic.
    }], "std::optional<int64_t>", "getBytes", (ins "int64_t":$numTokens), "", [{
        return ::mlir::structlin::detail::getBytesMovedOnce($_op, numTokens);
      }]>
  ];
  let extraSharedClassDeclaration = [{
    ::mlir::Value getMatmulInput() { return $_op->getOperand(0); }
    ::mlir::Value getMatmulInit() { return $_op->getOperand($_op->getNumOperands() - 1); }
    ::mlir::OperandRange getFactors() {
      return $_op->getOperands().drop_front().drop_back();
    }
    /// m, n_in and n_out as the types of input and init give them; may be
    /// `ShapedType::kDynamic`.
    int64_t getNumTokens() {
      return ::llvm::cast<::mlir::ShapedType>(getMatmulInput().getType()).getDimSize(0);
    }
    int64_t getNumInputs() {
      return ::llvm::cast<::mlir::ShapedType>(getMatmulInput().getType()).getDimSize(1);
    }
    int64_t getNumOutputs() {
      return ::llvm::cast<::mlir::ShapedType>(getMatmulInit().getType()).getDimSize(1);
    }
    ::mlir::StringAttr getLayerAttr() {
      return $_op->template getAttrOfType<::mlir::StringAttr>("layer");
    }
  }];
}

#endif // STRUCTLIN_IR_STRUCTUREDMATMULINTERFACE_TD
