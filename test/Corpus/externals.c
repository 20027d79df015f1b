//===- externals.c - what files of the corpus call and do not define ------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Timers and printing: they do not change what a model computes.
//
//===----------------------------------------------------------------------===//

#include <stdint.h>

double rtclock(void) { return 0; }
double _mlir_ciface_rtclock(void) { return 0; }
void record_timing(void *name, double seconds) {}
void _mlir_ciface_record_timing(void *name, double seconds) {}
void printMemrefF32(int64_t rank, void *descriptor) {}
void _mlir_ciface_printMemrefF32(void *descriptor) {}
void printF64(double value) {}
void printNewline(void) {}
