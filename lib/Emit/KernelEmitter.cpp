//===- KernelEmitter.cpp - kernels as MLIR --------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Integers, loops and memory; TeamWork.cpp has threads and their memory, VectorTiles.cpp
// and MatrixTiles.cpp have the products.
//
//===----------------------------------------------------------------------===//

#include "structlin/Emit/KernelEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "structlin/Host/HostAttr.h"

using namespace mlir;
using namespace mlir::structlin;
using ::structlin::kernels::CacheLevel;

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

KernelEmitter::Index KernelEmitter::makeIndex(Value value) {
  indices.push_back(value);
  return Index::value(*this, indices.size() - 1);
}

Value KernelEmitter::toValue(Index index) {
  if (index.isConstant())
    return arith::ConstantIndexOp::create(builder, location, index.getConstant());
  return indices[index.getId()];
}

Type KernelEmitter::toType(ElementType type) {
  return getIRElementType(builder.getContext(), type);
}

KernelEmitter::Layout KernelEmitter::layoutOf(Value memref, const Buffer &buffer) {
  auto type = cast<MemRefType>(memref.getType());
  size_t rank = buffer.shape.size();
  Layout layout{0, SmallVector<Index, 4>(rank, 1)};
  if (type.getLayout().isIdentity()) {
    for (size_t dim = rank; dim-- > 1;)
      layout.strides[dim - 1] = layout.strides[dim] * buffer.shape[dim];
    return layout;
  }
  auto [strides, offset] = type.getStridesAndOffset();
  auto metadata = memref::ExtractStridedMetadataOp::create(builder, location, memref);
  auto toIndex = [&](int64_t known, Value value) {
    return ShapedType::isDynamic(known) ? makeIndex(value) : Index(known);
  };
  layout.offset = toIndex(offset, metadata.getOffset());
  for (auto [stride, known, value] :
       llvm::zip_equal(layout.strides, strides, metadata.getStrides()))
    stride = toIndex(known, value);
  return layout;
}

KernelEmitter::Buffer KernelEmitter::add(Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  Buffer buffer{
      static_cast<int64_t>(memrefs.size()), *getHostElementType(type.getElementType()), {}};
  memrefs.push_back(memref);
  for (auto [dim, size] : llvm::enumerate(type.getShape()))
    buffer.shape.push_back(
        ShapedType::isDynamic(size)
            ? makeIndex(memref::DimOp::create(builder, location, memref, int64_t(dim)))
            : Index(size));
  layouts.push_back(layoutOf(memref, buffer));
  return buffer;
}

SmallVector<Value> KernelEmitter::positionOf(const At &place, ArrayRef<int64_t> distance) {
  SmallVector<Value> position;
  size_t outer = place.position.size() - distance.size();
  for (auto [i, index] : llvm::enumerate(place.position))
    position.push_back(toValue(index + (i < outer ? 0 : distance[i - outer])));
  return position;
}

KernelEmitter::Place KernelEmitter::placeOf(const At &place, ArrayRef<int64_t> distance,
                                            int64_t size) {
  const Layout &layout = layouts[place.buffer.id];
  Index offset = layout.offset;
  for (auto [index, stride] : llvm::zip_equal(place.position, layout.strides))
    offset = offset + index * stride;
  auto fold = [&](Index index) -> OpFoldResult {
    return index.isConstant() ? OpFoldResult(builder.getIndexAttr(index.getConstant()))
                              : OpFoldResult(toValue(index));
  };
  auto known = [](Index index) {
    return index.isConstant() ? index.getConstant() : ShapedType::kDynamic;
  };
  auto strides = ArrayRef<Index>(layout.strides).take_back(distance.size());
  auto sizes = llvm::map_to_vector(distance, [](int64_t index) { return index + 1; });
  sizes.back() += size - 1;
  auto element = cast<MemRefType>(memrefOf(place.buffer).getType()).getElementType();
  auto type = MemRefType::get(sizes, element,
                              StridedLayoutAttr::get(builder.getContext(), known(offset),
                                                     llvm::map_to_vector(strides, known)));
  Value view = memref::ReinterpretCastOp::create(
      builder, location, type, memrefOf(place.buffer), fold(offset),
      llvm::map_to_vector(sizes, [&](int64_t size) { return fold(size); }),
      llvm::map_to_vector(strides, fold));
  return {view, llvm::map_to_vector(distance, [&](int64_t index) { return toValue(index); })};
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

KernelEmitter::Index KernelEmitter::apply(IndexOp op, Index lhs, Index rhs) {
  Value a = toValue(lhs), b = toValue(rhs);
  auto make = [&](auto tag) { return makeIndex(decltype(tag)::create(builder, location, a, b)); };
  switch (op) {
  case IndexOp::Add:
    return make(arith::AddIOp());
  case IndexOp::Sub:
    return make(arith::SubIOp());
  case IndexOp::Mul:
    return make(arith::MulIOp());
  // LLVM takes no unsigned division by what might be zero out of a loop, and would compute
  // addresses that contain one again and again. Of signed ones it knows nothing.
  case IndexOp::Div:
    return rhs.isConstant() ? make(arith::DivUIOp()) : make(arith::DivSIOp());
  case IndexOp::Rem:
    return rhs.isConstant() ? make(arith::RemUIOp()) : make(arith::RemSIOp());
  case IndexOp::Min:
    return make(arith::MinSIOp());
  case IndexOp::Max:
    return make(arith::MaxSIOp());
  }
  llvm_unreachable("unknown operation");
}

KernelEmitter::Index KernelEmitter::index(const At &position, int64_t) {
  Value value =
      memref::LoadOp::create(builder, location, memrefOf(position.buffer), positionOf(position));
  return makeIndex(arith::IndexCastOp::create(builder, location, builder.getIndexType(), value));
}

//===----------------------------------------------------------------------===//
// Control
//===----------------------------------------------------------------------===//

SmallVector<Value> KernelEmitter::flatten(const Carried &carried) {
  SmallVector<Value> values;
  for (Tile tile : carried.tiles)
    llvm::append_range(values, registersOf(tile).values);
  for (Index index : carried.indices)
    values.push_back(toValue(index));
  return values;
}

KernelEmitter::Carried KernelEmitter::rebuild(const Carried &like, ValueRange values) {
  Carried carried;
  for (Tile tile : like.tiles) {
    Registers registers = registersOf(tile);
    registers.values = llvm::to_vector(values.take_front(registers.values.size()));
    values = values.drop_front(registers.values.size());
    carried.tiles.push_back(makeTile(tile.rows, tile.cols, std::move(registers)));
  }
  for (Value value : values)
    carried.indices.push_back(makeIndex(value));
  return carried;
}

KernelEmitter::Carried KernelEmitter::loop(Index begin, Index end, const Carried &init,
                                           llvm::function_ref<Carried(Index, const Carried &)> body,
                                           double) {
  if (begin.isConstant() && end.isConstant() && end.getConstant() - begin.getConstant() <= 1)
    return begin.getConstant() < end.getConstant() ? body(begin, init) : init;
  SmallVector<Value> yielded;
  auto op = scf::ForOp::create(builder, location, toValue(begin), toValue(end),
                               arith::ConstantIndexOp::create(builder, location, 1), flatten(init),
                               [&](OpBuilder &, Location, Value iv, ValueRange carried) {
                                 OpBuilder::InsertionGuard guard(builder);
                                 builder.setInsertionPointToEnd(iv.getParentBlock());
                                 inScope([&] {
                                   Carried after = body(makeIndex(iv), rebuild(init, carried));
                                   yielded = flatten(after);
                                 });
                                 scf::YieldOp::create(builder, location, yielded);
                               });
  // How much is unrolled is the schedule's matter.
  MLIRContext *context = builder.getContext();
  auto unroll = LLVM::LoopUnrollAttr::get(context, /*disable=*/builder.getBoolAttr(true), {}, {},
                                          {}, {}, {}, {});
  op->setAttr("loop_annotation", LLVM::LoopAnnotationAttr::get(context, {}, {}, {}, unroll, {}, {},
                                                               {}, {}, {}, {}, {}, {}, {}, {}, {}));
  return rebuild(init, op.getResults());
}

KernelEmitter::Carried KernelEmitter::select(Index value, int64_t first, int64_t last,
                                             llvm::function_ref<Carried(int64_t)> body) {
  if (value.isConstant() || first == last)
    return body(value.isConstant() ? value.getConstant() : first);
  // The types of the results are known once the last case, the default, is written.
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<int64_t> cases;
  for (int64_t constant = first; constant < last; ++constant)
    cases.push_back(constant);
  auto probe = scf::IndexSwitchOp::create(builder, location, TypeRange(), toValue(value), cases,
                                          cases.size());
  auto write = [&](Region &region, int64_t constant) {
    builder.createBlock(&region);
    Carried result;
    inScope([&] { result = body(constant); });
    scf::YieldOp::create(builder, location, flatten(result));
    return result;
  };
  Carried like;
  for (auto [region, constant] : llvm::zip_equal(probe.getCaseRegions(), cases))
    like = write(region, constant);
  like = write(probe.getDefaultRegion(), last);
  builder.setInsertionPointAfter(probe);
  if (flatten(like).empty())
    return like;
  auto op = scf::IndexSwitchOp::create(builder, location, TypeRange(ValueRange(flatten(like))),
                                       probe.getArg(), cases, cases.size());
  for (auto [target, source] : llvm::zip_equal(op->getRegions(), probe->getRegions()))
    target.takeBody(source);
  probe.erase();
  return rebuild(like, op.getResults());
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

void KernelEmitter::copyRows(const At &to, const At &from, Index rows, int64_t cols) {
  int64_t lanes = lanesOf(to.buffer.type);
  forEach(0, rows, [&](Index row) {
    auto copy = [&](Index col, int64_t size) {
      auto place = [&](const At &matrix) { return moved(moved(matrix, -2, row), -1, col); };
      Value vector = widen(loadFirstElements(place(from), size, lanes), to.buffer.type);
      storeVector(vector, place(to), {0}, size);
    };
    forEach(0, cols / lanes, [&](Index number) { copy(number * lanes, lanes); });
    if (int64_t rest = cols % lanes)
      copy(cols - rest, rest);
  });
}

void KernelEmitter::prefetch(const At &position, CacheLevel level) {
  memref::PrefetchOp::create(builder, location, memrefOf(position.buffer), positionOf(position),
                             /*isWrite=*/false, /*localityHint=*/level == CacheLevel::L1 ? 3 : 2,
                             /*isDataCache=*/true);
}
