//===- FoldDense.h - dense weights of structured products -----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A structured product can always be computed with the dense weight that its factors
// stand for. Where that is faster, the weight is made at compile time, as a parameter.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_CODEGEN_FOLDDENSE_H
#define STRUCTLIN_CODEGEN_FOLDDENSE_H

#include "structlin/Compress/FactorStore.h"
#include "structlin/IR/StructlinOps.h"

namespace mlir::structlin {

class DenseFolder {
public:
  /// Reads factors from `parameters`, and puts weights to `store`. They take at most
  /// `limit` bytes more than the factors that they replace.
  DenseFolder(ParameterReader parameters, std::unique_ptr<FactorStore> store, int64_t limit)
      : parameters(std::move(parameters)), store(std::move(store)), limit(limit) {}

  /// The dense weight of `product` in `kernel`, as a parameter in front of `kernel`,
  /// rounded to the type of the factors. `keepsFactors` says that these stay in use. On
  /// failure `why` says, as a clause, why there is none.
  FailureOr<Value> fold(RewriterBase &rewriter, KernelOp kernel,
                        StructuredMatmulOpInterface product, bool keepsFactors, std::string &why);

  /// Called when all weights are made. Errors are diagnosed.
  LogicalResult finish(Operation *root);

private:
  ParameterReader parameters;
  std::unique_ptr<FactorStore> store;
  int64_t limit;
  llvm::StringMap<ElementsAttr> folded;
};

/// A copy of `kernel` in front of it whose only product is that with `weight`.
KernelOp cloneWithDense(RewriterBase &rewriter, KernelOp kernel, Value weight);

/// Bytes of the factors of `product`.
int64_t getFactorBytes(StructuredMatmulOpInterface product);

} // namespace mlir::structlin

#endif // STRUCTLIN_CODEGEN_FOLDDENSE_H
