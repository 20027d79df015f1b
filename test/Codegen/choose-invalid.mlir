// Options of structlin-choose that mean nothing.
// RUN: not structlin-opt %s --structlin-choose=cpu=vax 2>&1 | FileCheck %s --check-prefix=CPU
// RUN: not structlin-opt %s --structlin-choose="cpu=avx2 tokens=4,4" 2>&1 | FileCheck %s --check-prefix=TOKENS
// RUN: not structlin-opt %s --structlin-choose="cpu=avx2 threads=0" 2>&1 | FileCheck %s --check-prefix=THREADS
// RUN: echo '{"version": 1, "entries": [{"target": "vax"}]}' > %t.json
// RUN: not structlin-opt %s --structlin-choose="cpu=avx2 table=%t.json" 2>&1 | FileCheck %s --check-prefix=TABLE
// RUN: printf '{"version": 1,\n "entries": [}' > %t.json
// RUN: not structlin-opt %s --structlin-choose="cpu=avx2 table=%t.json" 2>&1 | FileCheck %s --check-prefix=SYNTAX
// RUN: not structlin-opt %s --structlin-choose="cpu=avx2 table=%t.none" 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: echo '{"target": "amx"}' > %t.json
// RUN: not structlin-opt %s --structlin-choose="cpu=avx2 machine=%t.json" 2>&1 | FileCheck %s --check-prefix=MACHINE
// CPU:     error: structlin-choose: expected a CPU of native, avx2, avx512, avx512_bf16, amx or neon, got 'vax'
// TOKENS:  error: structlin-choose: expected ends of ranges of tokens that rise from 1 on, got 4 behind 4
// THREADS: error: structlin-choose: expected at least one thread, got 0
// TABLE:   error: structlin-choose: {{.*}}.json: missing value at table.entries[0].kernel
// SYNTAX:  error: structlin-choose: {{.*}}.json: [2:{{[0-9]+}}, byte={{[0-9]+}}]:
// MISSING: error: structlin-choose: cannot open '{{.*}}.none': No such file or directory
// MACHINE: error: structlin-choose: {{.*}}.json: expected a machine of target 'avx2', got one of 'amx'
