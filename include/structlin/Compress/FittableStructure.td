//===- FittableStructure.td - structures that weights can be fitted to ----===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The attribute interface through which --structlin-fit reaches the numerics of
// a family. It is apart from StructureAttrInterface so that the dialect does not
// depend on the numerics; models are attached by registerFitModels.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_COMPRESS_FITTABLESTRUCTURE_TD
#define STRUCTLIN_COMPRESS_FITTABLESTRUCTURE_TD

include "mlir/IR/OpBase.td"

def FittableStructureInterface : AttrInterface<"FittableStructureInterface"> {
  let cppNamespace = "::mlir::structlin";
  let description = [{
    A resolved structure to which a dense weight W (`n_out x n_in`) can be fitted.
  }];
  let methods = [
    InterfaceMethod<[{
      The factors of this structure that approximate `weight`, a finite matrix of
      any number type, in the operand order of the family's operation. They are
      computed in f64 for f64 and integers, else in f32, and rounded to the type
      of `weight`. On failure `why` says, as a clause, why this weight cannot have
      this structure.
    }], "::mlir::FailureOr<::mlir::structlin::FittedWeight>", "fitWeight",
      (ins "const ::structlin::HostTensor &":$weight,
           "const ::mlir::structlin::FitSettings &":$settings, "std::string &":$why)>,
    InterfaceMethod<[{
      W', the `numOutputs x numInputs` matrix that `factors` (as returned by
      fitWeight) stand for, computed in f64.
    }], "::structlin::numerics::Matrix<double>", "reconstructWeight",
      (ins "::llvm::ArrayRef<::mlir::structlin::FittedFactor>":$factors,
           "int64_t":$numOutputs, "int64_t":$numInputs)>
  ];
}

#endif // STRUCTLIN_COMPRESS_FITTABLESTRUCTURE_TD
