// Structure and fit attributes print in their shortest exact form.
// RUN: structlin-opt %s | FileCheck %s
// RUN: structlin-opt %s | structlin-opt | FileCheck %s
// RUN: structlin-opt %s --emit-bytecode | structlin-opt | FileCheck %s

// CHECK: a = #structlin.dense,
// CHECK-SAME: b = #structlin.dense<reason = "too small">,
// CHECK-SAME: c = #structlin.low_rank<rank = 64>,
// CHECK-SAME: d = #structlin.low_rank<keep = 0.1>,
// CHECK-SAME: e = #structlin.blast<blocks = [16, 8], rank = 1024>,
// CHECK-SAME: f = #structlin.blast<blocks = [3, 3], keep = 0.25>,
// CHECK-SAME: g = #structlin.block_sparse<block = [32, 64], keep = 2.5E-9>,
// CHECK-SAME: h = #structlin.sparse<keep = 0.5>,
// CHECK-SAME: i = #structlin.sparse<2 : 4>,
// CHECK-SAME: j = #structlin.low_rank_sparse<rank = 64, sparse = <keep = 0.4>>,
// CHECK-SAME: k = #structlin.low_rank_sparse<keep = 0.5, rank_share = 0.3>,
// CHECK-SAME: l = #structlin.low_rank_sparse<sparse = <2 : 4>, rank_share = 0.2>,
// CHECK-SAME: m = #structlin.fit<weight = "w", norm = gram, error = 0.0, seed = -1, dense_shape = [4, 8]>,
// CHECK-SAME: n = #structlin.fit<weight = "w", norm = frobenius, error = 1.0E-300, seed = 0, dense_shape = [4, 8]>
module attributes {
  a = #structlin.dense,
  b = #structlin.dense<reason = "too small">,
  c = #structlin.low_rank<rank = 64>,
  d = #structlin.low_rank<keep = 0.1>,
  e = #structlin.blast<blocks = [16, 8], rank = 1024>,
  f = #structlin.blast<blocks = [3, 3], keep = 0.25>,
  g = #structlin.block_sparse<block = [32, 64], keep = 2.5e-9>,
  h = #structlin.sparse<keep = 0.5>,
  i = #structlin.sparse<2:4>,
  j = #structlin.low_rank_sparse<rank = 64, sparse = #structlin.sparse<keep = 0.4>>,
  k = #structlin.low_rank_sparse<keep = 0.5, rank_share = 0.3>,
  l = #structlin.low_rank_sparse<sparse = #structlin.sparse<2:4>, rank_share = 0.2>,
  m = #structlin.fit<weight = "w", norm = gram, error = 0.0, seed = -1, dense_shape = [4, 8]>,
  n = #structlin.fit<weight = "w", norm = frobenius, error = 1.0e-300, seed = 0, dense_shape = [4, 8]>
} {}
