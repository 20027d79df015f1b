# ===- summarize_tests.py - one line for all test suites ------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ctest, lit and pytest all write JUnit XML, each in its own dialect.
#
# ===----------------------------------------------------------------------===//
"""Counts the tests of several suites: summarize_tests.py NAME=JUNIT.xml...

Exits with 1 if a test failed, or if a suite left no report or ran no test.
"""

import sys
import xml.etree.ElementTree as ElementTree


def count(report):
    """The numbers of passed, failed and skipped tests of a report."""
    passed = failed = skipped = 0
    for case in ElementTree.parse(report).iter("testcase"):
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"} or case.get("status") == "fail":
            failed += 1
        elif "skipped" in kinds or case.get("status") in ("notrun", "disabled"):
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def main():
    total = [0, 0, 0]
    print()
    for argument in sys.argv[1:]:
        name, _, report = argument.partition("=")
        try:
            counts = count(report)
        except (OSError, ElementTree.ParseError) as error:
            print(f"{name}: no report ({error})")
            counts = (0, 1, 0)
        if not any(counts):
            print(f"{name}: no test ran")
            counts = (0, 1, 0)
        print("{}: {} passed, {} failed, {} skipped".format(name, *counts))
        total = [a + b for a, b in zip(total, counts)]
    passed, failed, skipped = total
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
