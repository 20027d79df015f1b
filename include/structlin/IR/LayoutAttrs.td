//===- LayoutAttrs.td - packed layouts, and the schedule of a kernel -----===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What kernels read, as attributes: the order of packed factors, and the parameters
// that a kernel leaves open.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_LAYOUTATTRS_TD
#define STRUCTLIN_IR_LAYOUTATTRS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "structlin/IR/LayoutInterface.td"
include "structlin/IR/StructlinDialect.td"

class Structlin_LayoutAttr<string name, string attrMnemonic, list<string> interfaceMethods = []>
    : AttrDef<StructlinDialect, name,
              [DeclareAttrInterfaceMethods<LayoutAttrInterface, interfaceMethods>]> {
  let mnemonic = attrMnemonic;
  let genVerifyDecl = 1;
}

def Structlin_PanelsAttr : Structlin_LayoutAttr<"Panels", "panels"> {
  let summary = "a matrix in panels of rows";
  let description = [{
    A matrix `n x k`, or several of one shape (`... x n x k`), is cut into panels of
    `panel` rows and steps of `depth` columns, both filled up with zeros. One step of
    one panel lies together, in the order

        [panel / columns][depth / group][columns][group]

    so that a kernel reads a panel front to back. The packed type is
    `... x ceil(n / panel) x ceil(k / depth) x (panel depth)`. `columns` is `panel`
    where it is not given, `depth` and `group` are 1.

    Example: `#structlin.panels<panel = 24>`,
    `#structlin.panels<panel = 32, depth = 32, columns = 16, group = 2>`
  }];
  let parameters = (ins "int64_t":$panel, DefaultValuedParameter<"int64_t", "1">:$depth,
                        DefaultValuedParameter<"int64_t", "0">:$columns,
                        DefaultValuedParameter<"int64_t", "1">:$group);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Structlin_LanesAttr : Structlin_LayoutAttr<"Lanes", "lanes"> {
  let summary = "BLAST's s, a lane per rank";
  let description = [{
    `b1 x b2 x r` becomes `ceil(r / panel) x b2 x b1 x panel`: panel by panel of the
    ranks, for all pairs of blocks. What lies beyond `r` is zero.

    Example: `#structlin.lanes<panel = 24>`
  }];
  let parameters = (ins "int64_t":$panel);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Structlin_BitmapAttr : Structlin_LayoutAttr<"Bitmap", "bitmap", ["getPackedNames"]> {
  let summary = "a sparse matrix in panels, a bit per entry";
  let description = [{
    A sparse matrix `n x inputs`, unstructured (values, indices, offsets) or, with
    `group`, n:m (values, indices), in the order of `panels` and without the entries
    that are not stored. It becomes

    - masks, `ceil(n / panel) x steps x (panel depth / 8)` bytes: bit `i` of a step says
      whether its element `i` is stored. There are `ceil(k / depth)` steps, where `k`
      is `inputs`, for n:m rounded up to whole groups;
    - values, in that order, and at least `panel depth` zeros behind them, since vectors
      are read whole;
    - starts, `ceil(n / panel) + 1` positions: where the values of each panel begin.

    Entries that belong to no row, before the first offset and behind the last, keep
    their places among the values.

    Example: `#structlin.bitmap<panels = <panel = 16>, inputs = 768>`,
    `#structlin.bitmap<panels = <panel = 16>, inputs = 768, group = 4>`
  }];
  let parameters = (ins "::mlir::structlin::PanelsAttr":$panels, "int64_t":$inputs,
                        DefaultValuedParameter<"int64_t", "0">:$group);
  let assemblyFormat = "`<` struct(params) `>`";
  let extraClassDeclaration = [{
    /// Whether entries are chosen n of every `group`, against anywhere.
    bool isNM() const { return getGroup() != 0; }
    /// The columns that the masks cover.
    int64_t getNumColumns() const;
  }];
}

def Structlin_Split : I32EnumAttr<"Split", "what the threads of a team share out", [
    I32EnumAttrCase<"outputs", 0>, I32EnumAttrCase<"tokens", 1>]> {
  let cppNamespace = "::mlir::structlin";
}

def Structlin_Order : I32EnumAttr<"Order", "the order in which a kernel works", [
    I32EnumAttrCase<"panels", 0>, I32EnumAttrCase<"memory", 1>]> {
  let cppNamespace = "::mlir::structlin";
}

def Structlin_CpuScheduleAttr : AttrDef<StructlinDialect, "CpuSchedule"> {
  let mnemonic = "cpu_schedule";
  let summary = "the parameters of a kernel for a CPU";
  let description = [{
    What the kernel of a group leaves open (structlin/Kernels/Schedule.h), for the
    target that is named (structlin/Kernels/Target.h): a register tile of `rows` tokens
    and `cols` outputs; `unroll` accumulators per tile; `chunk` steps of the reduction
    per pass over the tokens and `block` tokens per pass over the stages, 0 for all;
    what threads `split`; the bytes that prefetching is `ahead`, and whether a tile
    prefetches its share of the `next_panel`; and the `order` of kernels that have two:
    panel by panel, or as factors lie in memory. Every schedule computes the same.

    Example: `#structlin.cpu_schedule<target = "avx2", rows = 4, cols = 24>`,
    `#structlin.cpu_schedule<target = "amx", rows = 32, cols = 32, block = 256, split = tokens, next_panel>`
  }];
  let parameters = (ins StringRefParameter<>:$target, "int64_t":$rows, "int64_t":$cols,
                        DefaultValuedParameter<"int64_t", "1">:$unroll,
                        DefaultValuedParameter<"int64_t", "0">:$chunk,
                        DefaultValuedParameter<"int64_t", "0">:$block,
                        DefaultValuedParameter<"::mlir::structlin::Split",
                                               "::mlir::structlin::Split::outputs">:$split,
                        DefaultValuedParameter<"int64_t", "0">:$ahead,
                        DefaultValuedParameter<"bool", "false">:$nextPanel,
                        DefaultValuedParameter<"::mlir::structlin::Order",
                                               "::mlir::structlin::Order::panels">:$order);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

#endif // STRUCTLIN_IR_LAYOUTATTRS_TD
