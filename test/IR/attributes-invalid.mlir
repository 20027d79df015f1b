// Structure and fit attributes refuse what makes no sense.
// RUN: structlin-opt %s --split-input-file --verify-diagnostics

// FIT-C1
// expected-error @below {{expected the name of the dense weight}}
module @negative_fit_without_weight attributes {structlin.a = #structlin.fit<weight = "", norm = frobenius, error = 0.5, seed = 0, dense_shape = [4, 9]>} {}

// -----

// FIT-C2
// expected-error @below {{expected a finite error of at least 0}}
module @negative_fit_negative_error attributes {structlin.a = #structlin.fit<weight = "w", norm = frobenius, error = -0.5, seed = 0, dense_shape = [4, 9]>} {}

// -----

// FIT-C3
// expected-error @below {{expected dense_shape to be [n_out, n_in], got [4]}}
module @negative_fit_dense_shape attributes {structlin.a = #structlin.fit<weight = "w", norm = frobenius, error = 0.5, seed = 0, dense_shape = [4]>} {}

// -----

// expected-error @below {{expected a positive rank, got -1}}
module @negative_low_rank_negative attributes {structlin.a = #structlin.low_rank<rank = -1>} {}

// -----

// expected-error @below {{expected either rank or keep}}
module @negative_low_rank_rank_and_keep attributes {structlin.a = #structlin.low_rank<rank = 1, keep = 0.5>} {}

// -----

// expected-error @below {{expected keep to be in (0, 1], got 1.5}}
module @negative_low_rank_keep attributes {structlin.a = #structlin.low_rank<keep = 1.5>} {}

// -----

// expected-error @below {{expected blocks to be two positive numbers, got [4]}}
module @negative_blast_blocks attributes {structlin.a = #structlin.blast<blocks = [4], rank = 2>} {}

// -----

// expected-error @below {{expected blocks to be two positive numbers, got [4, 0]}}
module @negative_blast_zero_block attributes {structlin.a = #structlin.blast<blocks = [4, 0], rank = 2>} {}

// -----

// expected-error @below {{expected block to be two positive numbers, got [0, 4]}}
module @negative_block_sparse_block attributes {structlin.a = #structlin.block_sparse<block = [0, 4], keep = 0.5>} {}

// -----

// expected-error @below {{expected n : m with 0 < n <= m, got 4 : 2}}
module @negative_sparse_n_above_m attributes {structlin.a = #structlin.sparse<4 : 2>} {}

// -----

// expected-error @below {{expected keep to be in [0, 1], got 2}}
module @negative_sparse_keep attributes {structlin.a = #structlin.sparse<keep = 2.0>} {}

// -----

// expected-error @below {{expected a sparse part beside the rank}}
module @negative_low_rank_sparse_nothing attributes {structlin.a = #structlin.low_rank_sparse<rank = 3>} {}

// -----

// expected-error @below {{expected rank_share to be in (0, 1), got 1.5}}
module @negative_low_rank_sparse_share attributes {structlin.a = #structlin.low_rank_sparse<keep = 0.5, rank_share = 1.5>} {}

// -----

// STO-C1
// expected-error @below {{expected the tensors of format blast to be B, C, D, got U}}
module @negative_stored_tensor attributes {structlin.a = #structlin.stored<format = blast, tensors = {U = "u"}>} {}

// -----

// STO-C2
// expected-error @below {{expected the name of tensor B to be a string that is not empty, got 3 : i64}}
module @negative_stored_tensor_name attributes {structlin.a = #structlin.stored<format = blast, tensors = {B = 3}>} {}

// -----

// STO-C2
// expected-error @below {{expected the placeholders of '{w}' to be {layer} and {weight}, got {w}}}
module @negative_stored_placeholder attributes {structlin.a = #structlin.stored<format = blast, tensors = {B = "{w}"}>} {}

// -----

// STO-C3
// expected-error @below {{expected a layout only with format blast, got format oats}}
module @negative_stored_layout attributes {structlin.a = #structlin.stored<format = oats, layout = rank_last>} {}

// -----

// STO-C3
// expected-error @below {{expected blocks to be two positive numbers, got [4, 0]}}
module @negative_stored_blocks attributes {structlin.a = #structlin.stored<format = blast, blocks = [4, 0]>} {}

// -----

// STO-C4
// expected-error @below {{expected a scale other than 0 with format peft and only there, got none with format peft}}
module @negative_stored_scale attributes {structlin.a = #structlin.stored<format = peft>} {}

// -----

// STO-C5
// expected-error @below {{expected the structure of a compressed weight, got #structlin.dense}}
module @negative_stored_expected attributes {structlin.a = #structlin.stored<format = sparse, expected = #structlin.dense>} {}
