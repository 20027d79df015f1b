/*===- AMX.h - the permission to use matrix registers ---------------------------===*\
|*                                                                              *|
|* Part of structlin, under the Apache License v2.0 with LLVM Exceptions.       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                      *|
|*                                                                              *|
|* Inline, since the compiler asks as well, and does not load the runtime.      *|
|*                                                                              *|
\*===------------------------------------------------------------------------===*/

#ifndef STRUCTLIN_RUNTIME_AMX_H
#define STRUCTLIN_RUNTIME_AMX_H

#if defined(__linux__) && defined(__x86_64__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

/** Linux gives matrix registers to a process that asks for them, all its threads
    included. Returns whether it does. */
static inline int structlin_request_amx(void) {
#if defined(__linux__) && defined(__x86_64__)
  enum { requestPermission = 0x1023, tileData = 18 };
  return syscall(SYS_arch_prctl, requestPermission, tileData) == 0;
#else
  return 0;
#endif
}

#endif /* STRUCTLIN_RUNTIME_AMX_H */
