//===- StructlinAttrs.td - structure and fit attributes --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One attribute per family of structures, and the record of a fit.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_ATTRS_TD
#define STRUCTLIN_IR_ATTRS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "structlin/IR/LayoutAttrs.td"
include "structlin/IR/StructlinDialect.td"
include "structlin/IR/StructureInterfaces.td"

class Structlin_Attr<string name, string attrMnemonic, list<Trait> traits = [],
                     Dialect dialect = StructlinDialect>
    : AttrDef<dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

// The attribute of a family; `dialect` is another one for a family from outside.
class Structlin_StructureAttr<string name, string attrMnemonic,
                              Dialect dialect = StructlinDialect>
    : Structlin_Attr<name, attrMnemonic,
                     [DeclareAttrInterfaceMethods<StructureAttrInterface>], dialect> {
  let genVerifyDecl = 1;
}

// A number in (0, 1] or a magnitude, printed in its shortest exact form.
def Structlin_Real : AttrParameter<"::mlir::structlin::Real", "a real number"> {
  let cppAccessorType = "::mlir::structlin::Real";
}
def Structlin_OptionalReal : AttrParameter<"::mlir::structlin::Real", "a real number"> {
  let cppAccessorType = "::mlir::structlin::Real";
  let defaultValue = "::mlir::structlin::Real()";
}

def Structlin_DenseAttr : Structlin_StructureAttr<"Dense", "dense"> {
  let summary = "the layer stays dense";
  let description = [{
    Leaves the layer as it is. `reason` says why, and reaches the report.

    Example: `#structlin.dense`, `#structlin.dense<reason = "too small">`
  }];
  let parameters = (ins OptionalParameter<"::mlir::StringAttr">:$reason);
  let assemblyFormat = "(`<` `reason` `=` $reason^ `>`)?";
}

def Structlin_LowRankAttr : Structlin_StructureAttr<"LowRank", "low_rank"> {
  let summary = "W = U V";
  let description = [{
    `U` is `n_out x r`, `V` is `r x n_in`. The rank `r` is given, or follows
    from `keep`: `r = floor(keep n_out n_in / (n_out + n_in))`, at least 1.

    Example: `#structlin.low_rank<rank = 64>`, `#structlin.low_rank<keep = 0.5>`
  }];
  let parameters = (ins OptionalParameter<"int64_t">:$rank, Structlin_OptionalReal:$keep);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Structlin_BlastAttr : Structlin_StructureAttr<"Blast", "blast"> {
  let summary = "block-level adaptive structured matrix";
  let description = [{
    W is cut into `b1 x b2` blocks, and block `(i, j)` is
    `U_i diag(s_ij) V_j` (Lee, Kwon, Qu, Kim 2024, arXiv 2410.21262, eq. 1, with
    `V_j` already transposed). `blocks` is `[b1, b2]`. The rank is given or
    follows from `keep`: `floor(keep n_out n_in / (b1 p + b2 q + b1 b2))` with
    `p = ceil(n_out / b1)`, `q = ceil(n_in / b2)`, at least 1.

    Example: `#structlin.blast<blocks = [16, 16], rank = 1024>`
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$blocks,
                        OptionalParameter<"int64_t">:$rank, Structlin_OptionalReal:$keep);
  let assemblyFormat = [{
    `<` `blocks` `=` `[` $blocks `]` `,` struct($rank, $keep) `>`
  }];
}

def Structlin_BlockSparseAttr : Structlin_StructureAttr<"BlockSparse", "block_sparse"> {
  let summary = "whole blocks of W are zero";
  let description = [{
    W is cut into blocks of `block[0] x block[1]`; a fraction `keep` of them is
    stored. Ragged edges are padded to whole blocks with zeros.

    Example: `#structlin.block_sparse<block = [32, 32], keep = 0.25>`
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$block, Structlin_OptionalReal:$keep);
  let assemblyFormat = [{
    `<` `block` `=` `[` $block `]` (`,` `keep` `=` $keep^)? `>`
  }];
}

def Structlin_SparseAttr : Structlin_StructureAttr<"Sparse", "sparse"> {
  let summary = "single entries of W are zero, anywhere or n of every m";
  let description = [{
    Either unstructured, a fraction `keep` of the entries stored, or `n : m`:
    along `n_in`, of every group of `m` consecutive entries `n` are stored; a
    ragged last group is padded.

    Example: `#structlin.sparse<keep = 0.5>`, `#structlin.sparse<2 : 4>`
  }];
  let parameters = (ins OptionalParameter<"int64_t">:$n, OptionalParameter<"int64_t">:$m,
                        Structlin_OptionalReal:$keep);
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = [{
    /// Whether entries are chosen n of every m, against anywhere.
    bool isNM() const { return getM() != 0; }
  }];
}

def Structlin_LowRankSparseAttr
    : Structlin_StructureAttr<"LowRankSparse", "low_rank_sparse"> {
  let summary = "W = U V + S";
  let description = [{
    A low-rank part plus a sparse part (Zhang, Papyan 2025, arXiv 2409.13652).
    Either both are given (`rank`, `sparse`), or they follow from `keep` and
    `rank_share` (kappa, default 0.25): `r = floor(kappa keep n_out n_in /
    (n_out + n_in))` and a sparse part that keeps `(1 - kappa) keep`. With an
    `n : m` sparse part and no rank, keep is `(n / m) / (1 - kappa)`.

    Example: `#structlin.low_rank_sparse<rank = 64, sparse = #structlin.sparse<keep = 0.4>>`,
    `#structlin.low_rank_sparse<keep = 0.5, rank_share = 0.3>`
  }];
  let parameters = (ins OptionalParameter<"int64_t">:$rank,
                        OptionalParameter<"::mlir::structlin::SparseAttr">:$sparse,
                        Structlin_OptionalReal:$keep, Structlin_OptionalReal:$rank_share);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Structlin_StoredFormat : I32EnumAttr<"StoredFormat", "how an already compressed weight is stored", [
    I32EnumAttrCase<"low_rank", 0>, I32EnumAttrCase<"blast", 1>, I32EnumAttrCase<"sparse", 2>,
    I32EnumAttrCase<"masked", 3>, I32EnumAttrCase<"oats", 4>, I32EnumAttrCase<"peft", 5>]> {
  let cppNamespace = "::mlir::structlin";
}

def Structlin_BlastLayout : I32EnumAttr<"BlastLayout", "the order of the sizes of BLAST's D", [
    I32EnumAttrCase<"detect", 0>, I32EnumAttrCase<"rank_last", 1>,
    I32EnumAttrCase<"rank_first", 2>]> {
  let cppNamespace = "::mlir::structlin";
}

def Structlin_BlastLayoutParameter : EnumParameter<Structlin_BlastLayout> {
  let defaultValue = "::mlir::structlin::BlastLayout::detect";
}

def Structlin_StoredAttr : Structlin_StructureAttr<"Stored", "stored"> {
  let summary = "the weight is stored in compressed form";
  let description = [{
    The checkpoint has this weight not dense but in `format`. --structlin-fit reads
    its tensors and gives the layer the structure that they have, with factors
    equal to the stored numbers; docs/Spec.md, "Stored formats", has what each
    format expects.

    `tensors` maps the format's names of its tensors to their names in the
    checkpoint, in which `{layer}` stands for the layer's name and `{weight}` for
    its parameter's, and `{{` for a brace; those that are absent have the format's
    usual names. `layout`
    and `blocks` belong to BLAST, `scale` to PEFT. `expected` is a structure that
    the weight must turn out to have. `origin` is the place in the recipe, for
    diagnostics.

    Example: `#structlin.stored<format = blast, tensors = {B = "{layer}.B"}, layout = rank_first>`
  }];
  let parameters = (ins EnumParameter<Structlin_StoredFormat>:$format,
                        OptionalParameter<"::mlir::DictionaryAttr">:$tensors,
                        Structlin_BlastLayoutParameter:$layout,
                        OptionalParameter<"::mlir::DenseI64ArrayAttr">:$blocks,
                        Structlin_OptionalReal:$scale,
                        OptionalParameter<"::mlir::structlin::StructureAttrInterface">:$expected,
                        OptionalParameter<"::mlir::LocationAttr">:$origin);
  let assemblyFormat = "`<` struct(params) `>`";
  let extraClassDeclaration = [{
    /// A tensor that a format consists of, and its usual name in a checkpoint.
    struct Role {
      ::llvm::StringRef name, defaultTensor;
    };
    static ::llvm::ArrayRef<Role> getRoles(StoredFormat format);

    /// This attribute with the names of all tensors for one layer.
    StoredAttr bindNames(::llvm::StringRef layer, ::llvm::StringRef weight) const;

    /// The name of a tensor; the names must be bound.
    std::string getTensorName(::llvm::StringRef role) const;
  }];
}

def Structlin_FitNorm : I32EnumAttr<"FitNorm", "the norm of a fit's error", [
    I32EnumAttrCase<"frobenius", 0>, I32EnumAttrCase<"gram", 1>]> {
  let cppNamespace = "::mlir::structlin";
}

def Structlin_FitAttr : Structlin_Attr<"Fit", "fit"> {
  let summary = "the measured error of a fit";
  let description = [{
    `error` is `||W - W'|| / ||W||` in the named norm (Frobenius, or weighted by
    the Gram matrix of the layer's inputs), computed in f64 after the factors
    were rounded to their stored type. `weight` names the dense parameter,
    `dense_shape` is `[n_out, n_in]`, `seed` the seed of the fit.

    Example: `#structlin.fit<weight = "fc.weight", norm = frobenius, error = 0.031, seed = 0, dense_shape = [3072, 768]>`
  }];
  let parameters = (ins "::mlir::StringAttr":$weight, EnumParameter<Structlin_FitNorm>:$norm,
                        Structlin_Real:$error, "int64_t":$seed,
                        ArrayRefParameter<"int64_t">:$denseShape);
  let assemblyFormat = [{
    `<` `weight` `=` $weight `,` `norm` `=` $norm `,` `error` `=` $error `,`
        `seed` `=` $seed `,` `dense_shape` `=` `[` $denseShape `]` `>`
  }];
  let genVerifyDecl = 1;
}

#endif // STRUCTLIN_IR_ATTRS_TD
