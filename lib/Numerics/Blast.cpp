//===- Blast.cpp - fit BLAST factors --------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs every start through the solver and keeps the best iterate of all.
//
//===----------------------------------------------------------------------===//

#include "structlin/Numerics/Blast.h"

#include "Blas.h"
#include "BlastConvert.h"
#include "BlastStarts.h"
#include "Prepare.h"
#include "structlin/Numerics/LowRank.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace structlin::numerics {

double blastSweepFlops(const BlastShape &shape) {
  double m = shape.b1 * shape.p(), n = shape.b2 * shape.q(), r = shape.rank;
  double blocks = static_cast<double>(shape.b1) * shape.b2;
  double products = 4 * m * n * r + 4 * (m * shape.b2 + n * shape.b1) * r;
  double grams = 4 * (m + n) * r * r + 10 * blocks * r * r;
  double solves = (shape.b1 + shape.b2 + blocks) * r * r * r / 3 + 2 * (m + n + blocks) * r * r;
  return products + grams + solves;
}

namespace {

/// How many sweeps each start may take.
struct Plan {
  int64_t restarts, sweeps, polish, refine;
  bool structured;
};

Plan planSweeps(const BlastShape &shape, const BlastOptions &options) {
  Plan plan{std::max<int64_t>(options.restarts, 1), std::max<int64_t>(options.sweeps, 1),
            std::max<int64_t>(options.polishSweeps, 0),
            10 * std::max<int64_t>(options.polishSweeps, 0), options.structuredStarts};
  if (options.flopLimit <= 0)
    return plan;
  // The singular value decompositions of the structured starts come first.
  double budget = options.flopLimit;
  double decompositions = 3 * svdFlops(shape.nOut, shape.nIn);
  plan.structured &= decompositions <= budget / 4;
  if (plan.structured)
    budget -= decompositions;
  double allowed = budget / blastSweepFlops(shape);
  plan.restarts = std::clamp<int64_t>(std::min(allowed, 1e9), 1, plan.restarts);
  // Refinement gets as much as the polish, and what is left over; its sweeps,
  // from the residual, cost twice as much.
  double starts = plan.restarts + (plan.structured ? 3 : 0);
  double wanted = plan.restarts * plan.sweeps + 2 * starts * plan.polish;
  double share = std::min(1.0, allowed / wanted);
  plan.sweeps = std::max<int64_t>(plan.sweeps * share, 1);
  plan.polish = plan.polish * share;
  double spare = std::max(allowed - wanted, 0.0) / starts;
  plan.refine = std::min<double>(plan.refine, (plan.polish + spare) / 2);
  return plan;
}

template <typename T> class Fitter {
public:
  Fitter(const Matrix<T> &a, const BlastShape &shape, const BlastOptions &options)
      : options(options), plan(planSweeps(shape, options)), solver(a, shape) {
    total = plan.restarts * (plan.sweeps + plan.polish);
    best = BlastState<T>(shape);

    if (plan.structured) {
      total += 3 * plan.polish;
      run(lowRankStart(a, shape, options.seed), 0);
      if (!atRounding())
        run(blockDiagonalsStart(a, shape), 0);
      if (!atRounding())
        run(algebraicStart(a, shape, options.seed), 0);
    }
    for (int64_t k = 0; k < plan.restarts && !atRounding(); ++k)
      run(randomStart<T>(shape, options.seed, k), plan.sweeps);
    options.report(total, total);
  }

  BlastState<T> best;
  double bestError = 1; // of zero factors
  int64_t plannedSweeps() const { return plan.sweeps; }

private:
  static constexpr double epsilon = std::numeric_limits<T>::epsilon();
  bool atRounding() const { return bestError <= 64 * epsilon; }

  /// Keeps the solver's state if it is the start's best so far.
  void keep(double error) {
    if (!(error < runError))
      return;
    runError = error;
    runBest = solver.state();
  }

  void run(std::optional<BlastState<T>> start, int64_t sweeps) {
    int64_t end = done + sweeps + plan.polish;
    if (start) {
      solver.load(std::move(*start));
      runError = std::numeric_limits<double>::infinity();
      keep(solver.error());
      schedule(sweeps);
      polish();
      refine();
      if (runError < bestError) {
        bestError = runError;
        best = std::move(runBest);
      }
    }
    done = std::min(end, total);
  }

  void schedule(int64_t sweeps) {
    for (int64_t t = 0; t < sweeps; ++t) {
      double eta = 2 * (1 - static_cast<double>(t) / sweeps);
      keep(solver.sweep(eta, options.delta));
      options.report(++done, total);
      if (runError <= std::sqrt(epsilon))
        return;
    }
  }

  /// Exact alternating least squares from the best iterate.
  void polish() {
    solver.load(runBest);
    double last = solver.error();
    for (int64_t t = 0; t < plan.polish; ++t) {
      double error = solver.sweep(1, 0);
      keep(error);
      options.report(++done, total);
      if (runError <= std::sqrt(epsilon) || !(last - error > options.tolerance * error))
        return;
      last = error;
    }
  }

  /// Near an exact fit the sweeps' own error estimate drowns in rounding:
  /// continue from the residual itself, extrapolating along each sweep, since
  /// alternating steps close in on a narrow valley only slowly. Worth many
  /// sweeps: W has this structure.
  void refine() {
    solver.load(runBest);
    runError = solver.error();
    constexpr double near = 0.02;
    double reach = 1;
    for (int64_t t = 0; t < plan.refine && runError < near; ++t) {
      double before = runError;
      BlastState<T> start = runBest;
      for (BlastFactor which : {BlastFactor::U, BlastFactor::V, BlastFactor::S})
        solver.exactStep(which);
      double swept = solver.error();
      keep(swept);
      solver.load(extrapolate(start, solver.state(), static_cast<T>(reach)));
      double extrapolated = solver.error();
      keep(extrapolated);
      bool further = extrapolated < swept;
      reach = further ? 2 * reach : std::max(reach / 4, 0.5);
      if (!further)
        solver.load(runBest);
      if (runError <= epsilon || runError > before * (1 - options.tolerance))
        return;
    }
  }

  /// to + reach (to - from), factor by factor.
  static BlastState<T> extrapolate(const BlastState<T> &from, const BlastState<T> &to, T reach) {
    BlastState<T> result = to;
    for (Matrix<T> BlastState<T>::*factor :
         {&BlastState<T>::u, &BlastState<T>::vt, &BlastState<T>::s})
      for (size_t e = 0; e < (to.*factor).data.size(); ++e)
        (result.*factor).data[e] += reach * ((to.*factor).data[e] - (from.*factor).data[e]);
    return result;
  }

  const BlastOptions &options;
  Plan plan;
  BlastSolver<T> solver;
  BlastState<T> runBest;
  double runError = 0;
  int64_t done = 0, total = 0;
};

} // namespace

template <typename T>
Result<BlastFit<T>> fitBlast(MatrixView<const T> w, int64_t b1, int64_t b2, int64_t rank,
                             const BlastOptions &options) {
  if (b1 < 1 || b2 < 1 || rank < 1)
    return Error{"expected block counts and a rank of at least 1, got " + std::to_string(b1) +
                 " x " + std::to_string(b2) + " blocks of rank " + std::to_string(rank)};
  if (std::optional<Error> error = checkWeight(w))
    return *error;
  BlastShape shape{w.rows, w.cols, b1, b2, rank};
  Result<PreparedWeight<T>> prepared = prepareWeight(w, b1 * shape.p(), b2 * shape.q());
  if (!prepared)
    return prepared.takeError();

  BlastFit<T> fit;
  fit.factors = BlastFactors<T>(shape);
  fit.plannedSweeps = planSweeps(shape, options).sweeps;
  if (prepared->isZero)
    return fit;

  // The reference divides by the standard deviation; the root mean square is
  // the same for centred weights and does not vanish for constant ones.
  Matrix<T> &a = prepared->values;
  T scale = std::sqrt(dot<T>(a, a) / (double(w.rows) * w.cols));
  for (T &value : a.data)
    value /= scale;
  Fitter<T> fitter(a, shape, options);
  fit.error = fitter.bestError;
  for (T &value : fitter.best.s.data)
    value *= scale;
  fit.factors = fromState(shape, fitter.best);
  balance(fit.factors, prepared->exponent);
  return fit;
}

template <typename T>
void blastExactStep(MatrixView<const T> w, BlastFactor which, BlastFactors<T> &factors) {
  const BlastShape &shape = factors.shape;
  Result<PreparedWeight<T>> prepared = prepareWeight(w, shape.b1 * shape.p(), shape.b2 * shape.q());
  if (!prepared || prepared->isZero)
    return;
  BlastSolver<T> solver(prepared->values, shape);
  BlastState<T> state = toState(factors);
  scaleByPowerOfTwo(state.s.data, -prepared->exponent);
  solver.load(std::move(state));
  solver.exactStep(which);
  state = solver.state();
  scaleByPowerOfTwo(state.s.data, prepared->exponent);
  factors = fromState(shape, state);
}

#define STRUCTLIN_INSTANTIATE(T)                                                                   \
  template Result<BlastFit<T>> fitBlast(MatrixView<const T>, int64_t, int64_t, int64_t,            \
                                        const BlastOptions &);                                     \
  template void blastExactStep(MatrixView<const T>, BlastFactor, BlastFactors<T> &);
STRUCTLIN_INSTANTIATE(float)
STRUCTLIN_INSTANTIATE(double)
#undef STRUCTLIN_INSTANTIATE

} // namespace structlin::numerics
