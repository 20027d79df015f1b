//===- StructureInterfaces.td - the attribute interface of structures --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One attribute per family of structures implements StructureAttrInterface.
// Passes talk to it and never to a list of families.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_STRUCTUREINTERFACES_TD
#define STRUCTLIN_IR_STRUCTUREINTERFACES_TD

include "mlir/IR/OpBase.td"

def StructureAttrInterface : AttrInterface<"StructureAttrInterface"> {
  let cppNamespace = "::mlir::structlin";
  let description = [{
    How the weight of a linear layer is represented. A structure may leave a
    size open (a rank given as a fraction to keep); `resolve` closes it for the
    shape of one layer.
  }];
  let methods = [
    InterfaceMethod<[{
      The family's name, as in the attribute's mnemonic.
    }], "::llvm::StringRef", "getFamily", (ins)>,
    InterfaceMethod<[{
      This structure for a weight of `numOutputs x numInputs`, with every size
      fixed. On failure `why` says, as a clause without a capital or a final
      period, why the structure does not fit the shape.
    }], "::mlir::FailureOr<::mlir::structlin::StructureAttrInterface>", "resolve",
      (ins "int64_t":$numOutputs, "int64_t":$numInputs, "std::string &":$why)>,
    InterfaceMethod<[{
      Stored parameters, padding counted, over `numOutputs * numInputs`. The
      structure must be resolved; index tensors are not parameters.
    }], "double", "getKeep", (ins "int64_t":$numOutputs, "int64_t":$numInputs)>,
    InterfaceMethod<[{
      Builds the operation of this family: `init + x W^T` with W given by
      `factors`, in the order in which fitting returns them.
    }], "::mlir::Operation *", "buildMatmul",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc,
           "::mlir::Value":$input, "::mlir::ValueRange":$factors,
           "::mlir::Value":$init,
           "const ::mlir::structlin::MatmulAttributes &":$attributes)>
  ];
}

#endif // STRUCTLIN_IR_STRUCTUREINTERFACES_TD
