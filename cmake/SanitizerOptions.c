//===- SanitizerOptions.c - how programs run under AddressSanitizer -------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LLVM's bump allocator is inline, and poisons what it has not given away yet. Ours is
// compiled with the sanitizer and libMLIR.so's is not: memory from a slab that ours began
// would stay poisoned for MLIR. LLVM's OpenMP does not free what it allocates for
// threads of a host. Linked into every program of a sanitized build.
//
//===----------------------------------------------------------------------===//

const char *__asan_default_options(void);

__attribute__((visibility("default"))) const char *__asan_default_options(void) {
  return "allow_user_poisoning=0";
}

const char *__lsan_default_suppressions(void);

__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void) {
  return "leak:libomp.so\n";
}
