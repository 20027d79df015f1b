//===- TeamWork.cpp - threads of a kernel, and their memory ---------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All threads run the same code. What is outside of parallel bodies every thread does
// for itself; the iterations of a parallel body are cut into one run for each thread.
//
//===----------------------------------------------------------------------===//

#include "RuntimeCalls.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "structlin-runtime/Runtime.h"
#include "structlin/Emit/KernelEmitter.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace mlir::structlin;

/// Memory of known size up to this lies on the stack, where registers survive the
/// request for it.
static constexpr int64_t kMaxStackBytes = 16 << 10;

//===----------------------------------------------------------------------===//
// Threads
//===----------------------------------------------------------------------===//

void KernelEmitter::barrier() {
  if (!team)
    return;
  // A kernel on one thread does not touch OpenMP.
  Value one = arith::ConstantIndexOp::create(builder, location, 1);
  Value several =
      arith::CmpIOp::create(builder, location, arith::CmpIPredicate::sgt, team->numThreads, one);
  auto branch = scf::IfOp::create(builder, location, several, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  omp::BarrierOp::create(builder, location);
  lastBarrier = branch;
}

KernelEmitter::Index KernelEmitter::beginOfShare(Value thread, Index count, const Buffer *weights) {
  Index part = makeIndex(thread), parts = makeIndex(team->numThreads);
  if (!weights)
    return count * part / parts;
  // The first piece of work that has a `part / parts` of all weight before it. Each piece
  // weighs one more than it says: without weight it is still work, and sums rise.
  Index none = index(at(*weights, {0}));
  auto weightBefore = [&](Index number) { return index(at(*weights, {number})) - none + number; };
  Value target = toValue(weightBefore(count) * part);
  Type type = builder.getIndexType();
  auto search = scf::WhileOp::create(
      builder, location, TypeRange{type, type}, ValueRange{toValue(0), toValue(count)},
      [&](OpBuilder &, Location, ValueRange range) {
        Value isOpen =
            arith::CmpIOp::create(builder, location, arith::CmpIPredicate::slt, range[0], range[1]);
        scf::ConditionOp::create(builder, location, isOpen, range);
      },
      [&](OpBuilder &, Location, ValueRange range) {
        Index first = makeIndex(range[0]), last = makeIndex(range[1]);
        Index middle = (first + last) / 2;
        Value isReached = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::sge,
                                                toValue(weightBefore(middle) * parts), target);
        Value nextFirst =
            arith::SelectOp::create(builder, location, isReached, range[0], toValue(middle + 1));
        Value nextLast =
            arith::SelectOp::create(builder, location, isReached, toValue(middle), range[1]);
        scf::YieldOp::create(builder, location, ValueRange{nextFirst, nextLast});
      });
  return makeIndex(search.getResult(0));
}

void KernelEmitter::parallel(Index count, llvm::function_ref<void(Index)> body,
                             const Buffer *weights) {
  assert(!inParallel && "expected no parallel body inside another");
  Index begin = 0, end = count;
  if (team) {
    Value one = arith::ConstantIndexOp::create(builder, location, 1);
    Value next = arith::AddIOp::create(builder, location, team->thread, one);
    begin = beginOfShare(team->thread, count, weights);
    end = beginOfShare(next, count, weights);
  }
  {
    llvm::SaveAndRestore guard(inParallel, true);
    forEach(begin, end, body);
  }
  barrier();
}

void KernelEmitter::write(llvm::function_ref<void(KernelEmitter &)> kernel) {
  Operation *parent = builder.getInsertionBlock()->getParentOp();
  function = isa<FunctionOpInterface>(parent) ? cast<FunctionOpInterface>(parent)
                                              : parent->getParentOfType<FunctionOpInterface>();
  inScope([&] { kernel(*this); });
  // The end of the parallel region waits as well.
  if (lastBarrier && lastBarrier->getBlock() == builder.getInsertionBlock() &&
      std::next(lastBarrier->getIterator()) == builder.getInsertionPoint())
    lastBarrier->erase();
  lastBarrier = nullptr;
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

void KernelEmitter::inScope(llvm::function_ref<void()> body) {
  size_t numUsed = usedStack.size();
  auto numCachedBefore = numCached;
  body();
  freeStack.append(usedStack.begin() + numUsed, usedStack.end());
  usedStack.truncate(numUsed);
  numCached = numCachedBefore;
}

Value KernelEmitter::stack(MemRefType type) {
  auto *found = llvm::find_if(freeStack, [&](Value value) { return value.getType() == type; });
  Value memref;
  if (found != freeStack.end()) {
    memref = *found;
    freeStack.erase(found);
  } else {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&function.getFunctionBody().front());
    memref = memref::AllocaOp::create(builder, location, type, builder.getI64IntegerAttr(64));
  }
  usedStack.push_back(memref);
  return memref;
}

Value KernelEmitter::cached(MemRefType type, ValueRange sizes, Index bytes, Scope scope) {
  bool ofTeam = team && scope == Scope::Team;
  int64_t slot = numCached[ofTeam]++;
  assert(slot < STRUCTLIN_MAX_SCRATCH && "expected fewer pieces of scratch memory");
  SmallVector<Value> operands{toValue(slot), toValue(bytes)};
  if (ofTeam)
    operands.insert(operands.begin(), team->handle);
  auto module = function->getParentOfType<ModuleOp>();
  Value memory = callRuntime(
      builder, location, module, ofTeam ? "structlin_team_scratch" : "structlin_thread_scratch",
      MemRefType::get({ShapedType::kDynamic}, builder.getI8Type()), operands);
  return memref::ViewOp::create(builder, location, type, memory, toValue(0), sizes);
}

KernelEmitter::Buffer KernelEmitter::scratch(ElementType type, llvm::ArrayRef<Index> shape,
                                             Scope scope) {
  assert(!(inParallel && scope == Scope::Team) && "expected the team's memory outside of bodies");
  SmallVector<int64_t> extents;
  SmallVector<Value> sizes;
  Index bytes = ::structlin::byteSize(type);
  for (Index extent : shape) {
    extents.push_back(extent.isConstant() ? extent.getConstant() : ShapedType::kDynamic);
    if (!extent.isConstant())
      sizes.push_back(toValue(extent));
    bytes = bytes * extent;
  }
  auto memrefType = MemRefType::get(extents, toType(type));
  bool onStack =
      scope == Scope::Thread && bytes.isConstant() && bytes.getConstant() <= kMaxStackBytes;
  return add(onStack ? stack(memrefType) : cached(memrefType, sizes, bytes, scope));
}
