# ===- summarize_tests.py - one line for all test suites ------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ctest, lit and pytest all write JUnit XML, each in its own dialect.
#
# ===----------------------------------------------------------------------===//
"""Counts the tests of several suites: summarize_tests.py NAME=FOLDER=STATUS...

FOLDER holds the suite's JUnit reports, STATUS is the exit status of its command.
A suite that failed without a failed test, or ran no test, counts as one failure.
Tests of kernels say how they ran a target, natively or emulated, in a property
"execution"; the last line repeats it for each target.
Exits with 1 if anything failed.
"""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def count(report):
    """The numbers of passed, failed and skipped tests of a report."""
    passed = failed = skipped = 0
    for case in ElementTree.parse(report).iter("testcase"):
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            failed += 1
        elif "skipped" in kinds or case.get("status") == "notrun":
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def executions(report):
    """How the tests of a report ran their targets: "avx2 native", "amx emulated"."""
    try:
        properties = ElementTree.parse(report).iter("property")
    except ElementTree.ParseError:
        return set()  # count_suite reports it.
    return {p.get("value") for p in properties if p.get("name") == "execution"}


def count_suite(name, folder, status):
    """The numbers of a suite; prints them, and what is wrong with the suite itself."""
    passed = failed = skipped = 0
    for report in sorted(Path(folder).glob("*.xml")):
        try:
            p, f, s = count(report)
        except ElementTree.ParseError as error:
            print(f"{name}: no report: {report}: {error}")
            p, f, s = 0, 1, 0
        passed, failed, skipped = passed + p, failed + f, skipped + s
    if not failed and status != 0:
        print(f"{name}: exit status {status} without a failed test")
        failed = 1
    if not passed + failed + skipped:
        print(f"{name}: no test ran")
        failed = 1
    print(f"{name}: {passed} passed, {failed} failed, {skipped} skipped")
    return passed, failed, skipped


def main():
    print()
    total, targets = [0, 0, 0], set()
    for argument in sys.argv[1:]:
        name, folder, status = argument.split("=")
        for report in Path(folder).glob("*.xml"):
            targets |= executions(report)
        total = [a + b for a, b in zip(total, count_suite(name, folder, int(status)))]
    passed, failed, skipped = total
    line = f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")
    print(line + (f"; kernels: {', '.join(sorted(targets))}" if targets else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
