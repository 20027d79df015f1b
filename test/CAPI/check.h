//===- check.h - what the C programs share --------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Expectations that are counted, and text that is collected from callbacks.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TEST_CAPI_CHECK_H
#define STRUCTLIN_TEST_CAPI_CHECK_H

#include "mlir-c/BuiltinAttributes.h"
#include "mlir-c/BuiltinTypes.h"
#include "mlir-c/Diagnostics.h"
#include "mlir-c/IR.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int numFailures = 0;

/// Text from callbacks; the rest of what does not fit is dropped.
typedef struct Text {
  char data[16384];
  size_t size;
} Text;

static inline void append(MlirStringRef piece, void *text) {
  Text *into = text;
  size_t room = sizeof(into->data) - 1 - into->size;
  size_t count = piece.length < room ? piece.length : room;
  memcpy(into->data + into->size, piece.data, count);
  into->size += count;
  into->data[into->size] = '\0';
}

/// A diagnostic handler that keeps the messages, a line each.
static inline MlirLogicalResult keepMessage(MlirDiagnostic diagnostic, void *text) {
  mlirDiagnosticPrint(diagnostic, append, text);
  append(mlirStringRefCreateFromCString("\n"), text);
  return mlirLogicalResultSuccess();
}

static inline MlirStringRef str(const char *text) { return mlirStringRefCreateFromCString(text); }

static inline void expect(bool holds, const char *what, const char *file, int line) {
  if (holds)
    return;
  fprintf(stderr, "%s:%d: expected %s\n", file, line, what);
  ++numFailures;
}

static inline void expectText(const char *got, const char *expected, const char *file, int line) {
  if (strcmp(got, expected) == 0)
    return;
  fprintf(stderr, "%s:%d: expected:\n%s\ngot:\n%s\n", file, line, expected, got);
  ++numFailures;
}

#define EXPECT(condition) expect(condition, #condition, __FILE__, __LINE__)
#define EXPECT_TEXT(got, expected) expectText(got, expected, __FILE__, __LINE__)
#define EXPECT_STR(got, expected) EXPECT(mlirStringRefEqual(got, str(expected)))

#endif // STRUCTLIN_TEST_CAPI_CHECK_H
