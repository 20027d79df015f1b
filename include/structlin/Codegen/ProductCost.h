//===- ProductCost.h - what the kernel of a product takes -----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From structured products to costs and candidates, through the interface of products
// that have kernels.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_CODEGEN_PRODUCTCOST_H
#define STRUCTLIN_CODEGEN_PRODUCTCOST_H

#include "structlin/Analysis/Candidates.h"
#include "structlin/Analysis/TuningTable.h"
#include "structlin/Codegen/KernelOpInterface.h"

namespace mlir::structlin {

/// A product for which schedules are looked for.
struct ProductProblem {
  StructuredMatmulOpInterface product;
  ::structlin::kernels::Target target;
  ::structlin::Machine machine;
  int64_t threads = 1;
  /// The type of the elements that are written.
  ::structlin::ElementType result = ::structlin::ElementType::F32;
};

/// The first factor that holds numbers, whose element type is that of a dense weight.
Value getValueFactor(StructuredMatmulOpInterface product);

/// Why no kernel computes `product` on any target; empty if one may.
std::string checkHasKernel(StructuredMatmulOpInterface product);

/// What measurements of the product are filed under.
::structlin::TuningKey getTuningKey(const ProductProblem &problem, int64_t tokens);

/// What measurements of the dense product of the same sizes and types are filed under.
::structlin::TuningKey getDenseTuningKey(const ProductProblem &problem, int64_t tokens);

/// The product's kernel under `schedule`, counted, or why there is none.
std::optional<::structlin::kernels::KernelCost>
getProductCost(const ProductProblem &problem, const ::structlin::kernels::Schedule &schedule,
               int64_t tokens, std::string &why);

/// Schedules for the product with `tokens` tokens, best first; without any, `why` says
/// why the last one that was tried is none.
std::vector<::structlin::Candidate> getProductCandidates(const ProductProblem &problem,
                                                         int64_t tokens, std::string &why);

/// The kernel of the dense product of the same sizes and types under `schedule`, counted,
/// or nothing if that is none of its schedules.
std::optional<::structlin::kernels::KernelCost>
getDenseCost(const ProductProblem &problem, const ::structlin::kernels::Schedule &schedule,
             int64_t tokens);

/// The same for the dense product of the same sizes and types, of which there always are
/// some.
std::vector<::structlin::Candidate> getDenseCandidates(const ProductProblem &problem,
                                                       int64_t tokens);

} // namespace mlir::structlin

#endif // STRUCTLIN_CODEGEN_PRODUCTCOST_H
