// Structure and fit attributes print in their shortest exact form.
// RUN: structlin-opt %s | FileCheck %s
// RUN: structlin-opt %s | structlin-opt | FileCheck %s
// RUN: structlin-opt %s --emit-bytecode | structlin-opt | FileCheck %s

// CHECK: structlin.a = #structlin.dense,
// CHECK-SAME: structlin.b = #structlin.dense<reason = "too small">,
// CHECK-SAME: structlin.c = #structlin.low_rank<rank = 64>,
// CHECK-SAME: structlin.d = #structlin.low_rank<keep = 0.1>,
// CHECK-SAME: structlin.e = #structlin.blast<blocks = [16, 8], rank = 1024>,
// CHECK-SAME: structlin.f = #structlin.blast<blocks = [3, 3], keep = 0.25>,
// CHECK-SAME: structlin.g = #structlin.block_sparse<block = [32, 64], keep = 2.5e-09>,
// CHECK-SAME: structlin.h = #structlin.sparse<keep = 0.5>,
// CHECK-SAME: structlin.i = #structlin.sparse<2 : 4>,
// CHECK-SAME: structlin.j = #structlin.low_rank_sparse<rank = 64, sparse = <keep = 0.4>>,
// CHECK-SAME: structlin.k = #structlin.low_rank_sparse<keep = 0.5, rank_share = 0.3>,
// CHECK-SAME: structlin.l = #structlin.low_rank_sparse<sparse = <2 : 4>, rank_share = 0.2>,
// CHECK-SAME: structlin.m = #structlin.fit<weight = "w", norm = gram, error = 0.0, seed = -1, dense_shape = [4, 8]>,
// CHECK-SAME: structlin.n = #structlin.fit<weight = "w", norm = frobenius, error = 1.0e-300, seed = 0, dense_shape = [4, 8]>,
// CHECK-SAME: structlin.o = #structlin.stored<format = sparse>,
// CHECK-SAME: structlin.p = #structlin.stored<format = blast, tensors = {B = "{layer}.B", D = "{weight}-D"}, layout = rank_first, blocks = [16, 8], origin = #loc{{[0-9]*}}>,
// CHECK-SAME: structlin.q = #structlin.stored<format = peft, scale = 0.5, expected = #structlin.low_rank_sparse<rank = 4, sparse = <2 : 4>>>
module attributes {
  structlin.a = #structlin.dense,
  structlin.b = #structlin.dense<reason = "too small">,
  structlin.c = #structlin.low_rank<rank = 64>,
  structlin.d = #structlin.low_rank<keep = 0.1>,
  structlin.e = #structlin.blast<blocks = [16, 8], rank = 1024>,
  structlin.f = #structlin.blast<blocks = [3, 3], keep = 0.25>,
  structlin.g = #structlin.block_sparse<block = [32, 64], keep = 2.5e-9>,
  structlin.h = #structlin.sparse<keep = 0.5>,
  structlin.i = #structlin.sparse<2:4>,
  structlin.j = #structlin.low_rank_sparse<rank = 64, sparse = #structlin.sparse<keep = 0.4>>,
  structlin.k = #structlin.low_rank_sparse<keep = 0.5, rank_share = 0.3>,
  structlin.l = #structlin.low_rank_sparse<sparse = #structlin.sparse<2:4>, rank_share = 0.2>,
  structlin.m = #structlin.fit<weight = "w", norm = gram, error = 0.0, seed = -1, dense_shape = [4, 8]>,
  structlin.n = #structlin.fit<weight = "w", norm = frobenius, error = 1.0e-300, seed = 0, dense_shape = [4, 8]>,
  structlin.o = #structlin.stored<format = sparse, layout = detect>,
  structlin.p = #structlin.stored<format = blast, tensors = {D = "{weight}-D", B = "{layer}.B"}, layout = rank_first, blocks = [16, 8], origin = loc("recipe.yaml":3:5)>,
  structlin.q = #structlin.stored<format = peft, scale = 0.5, expected = #structlin.low_rank_sparse<rank = 4, sparse = #structlin.sparse<2 : 4>>>
} {}
