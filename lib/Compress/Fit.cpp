//===- Fit.cpp - the pass that fits ---------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// --structlin-fit: its options and where its factors go.
//
//===----------------------------------------------------------------------===//

#include "structlin/Compress/Fit.h"
#include "structlin/Compress/Passes.h"

using namespace mlir;
using namespace mlir::structlin;

namespace mlir::structlin {
#define GEN_PASS_DEF_FITSTRUCTURES
#include "structlin/Compress/Passes.h.inc"
} // namespace mlir::structlin

LogicalResult mlir::structlin::verifyFitOptions(const FitOptions &options,
                                                function_ref<InFlightDiagnostic()> emitError) {
  // Negated, so that nan is refused too.
  auto check = [&](StringRef what, auto value, int least) -> LogicalResult {
    if (!(value >= least))
      return emitError() << "expected " << what << " to be at least " << least << ", got " << value;
    return success();
  };
  const FitSettings &settings = options.settings;
  return success(succeeded(check("sweeps", settings.sweeps, 0)) &&
                 succeeded(check("restarts", settings.restarts, 1)) &&
                 succeeded(check("oats-iterations", settings.oatsIterations, 0)) &&
                 succeeded(check("flop-limit", settings.flopLimit, 0)) &&
                 succeeded(check("max-error", options.maxError, 0)));
}

namespace {
struct FitStructures : mlir::structlin::impl::FitStructuresBase<FitStructures> {
  using FitStructuresBase::FitStructuresBase;

  FailureOr<std::unique_ptr<FactorStore>> createStore() {
    if (outputParameters.empty())
      return createInlineFactorStore();
    return createArchiveFactorStore(outputParameters, getOperation().getLoc());
  }

  void runOnOperation() override {
    FitOptions options;
    options.settings = {
        static_cast<uint64_t>(int64_t(seed)), sweeps, restarts, oatsIterations, flopLimit, {}};
    options.maxError = maxError;
    if (failed(verifyFitOptions(options, [&] { return emitError(getOperation().getLoc()); })))
      return signalPassFailure();
    FailureOr<ParameterReader> reader = ParameterReader::open(parameters, getOperation().getLoc());
    if (failed(reader))
      return signalPassFailure();
    FailureOr<ParameterReader> dense =
        ParameterReader::open(denseParameters, getOperation().getLoc());
    if (failed(dense))
      return signalPassFailure();
    if (!denseParameters.empty())
      options.denseReader = &*dense;
    FailureOr<std::unique_ptr<FactorStore>> store = createStore();
    if (failed(store) || failed(fitStructures(getOperation(), options, *reader, **store)))
      signalPassFailure();
  }
};
} // namespace
