/*===- Runtime.h - what compiled kernels call ---------------------------------===*\
|*                                                                              *|
|* Part of structlin, under the Apache License v2.0 with LLVM Exceptions.       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                      *|
|*                                                                              *|
|* Threads and scratch memory, over LLVM's OpenMP. The library holds no LLVM    *|
|* and no MLIR. Kernels call its functions by name, from memory or from object  *|
|* files; a host calls those that set the number of threads.                    *|
|*                                                                              *|
\*===------------------------------------------------------------------------===*/

#ifndef STRUCTLIN_RUNTIME_RUNTIME_H
#define STRUCTLIN_RUNTIME_RUNTIME_H

#include <stdint.h>

#if defined(__GNUC__)
#define STRUCTLIN_RUNTIME_EXPORTED __attribute__((visibility("default")))
#else
#define STRUCTLIN_RUNTIME_EXPORTED
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*===--------------------------------------------------------------------===*\
|* For hosts                                                                *|
\*===--------------------------------------------------------------------===*/

/** At most how many threads a kernel runs on, in calls from any thread of the
    process. 0, the initial value: as many as OpenMP would use (OMP_NUM_THREADS, else
    the CPUs that the process may run on). Results do not depend on it. */
STRUCTLIN_RUNTIME_EXPORTED void structlin_set_num_threads(int32_t count);
/** The same for calls from this thread, over the setting of the process; 0: none. */
STRUCTLIN_RUNTIME_EXPORTED void structlin_set_num_threads_local(int32_t count);
/** At most how many threads a kernel that this thread calls runs on. */
STRUCTLIN_RUNTIME_EXPORTED int32_t structlin_get_num_threads(void);

/** Asks the system for the matrix registers (AMX), for this process; once is enough.
    Returns whether it has them. */
STRUCTLIN_RUNTIME_EXPORTED int32_t structlin_enable_amx(void);

/*===--------------------------------------------------------------------===*\
|* For compiled kernels                                                     *|
\*===--------------------------------------------------------------------===*/

/** The threads that run one kernel together, and their common memory. */
typedef struct StructlinTeam StructlinTeam;

/** Grants a team to a kernel that `work` multiplications are to be done in. Each call
    is followed by structlin_team_end on the same thread; teams do not nest. */
STRUCTLIN_RUNTIME_EXPORTED StructlinTeam *structlin_team_begin(int64_t work);
STRUCTLIN_RUNTIME_EXPORTED void structlin_team_end(StructlinTeam *team);
/** How many threads were granted. Inside the parallel region OpenMP says how many
    there are; it may have fewer. */
STRUCTLIN_RUNTIME_EXPORTED int64_t structlin_team_size(StructlinTeam *team);

/** In the parallel region: this thread's number, and the number of threads. */
STRUCTLIN_RUNTIME_EXPORTED int64_t structlin_thread_number(void);
STRUCTLIN_RUNTIME_EXPORTED int64_t structlin_num_threads(void);

/** How many pieces of scratch memory of one kind a kernel has at the same time. */
#define STRUCTLIN_MAX_SCRATCH 32

/** An array of bytes, as MLIR hands it out: memref<?xi8>. */
typedef struct StructlinBytes {
  void *allocated, *aligned;
  int64_t offset, size, stride;
} StructlinBytes;

/** Piece `slot` of the calling thread's scratch memory: at least `size` bytes,
    64-byte aligned, until the same slot is asked for again. Memory is kept for later
    calls and freed when the thread ends. The names are those that MLIR gives to
    external functions that return a memref. */
STRUCTLIN_RUNTIME_EXPORTED void _mlir_ciface_structlin_thread_scratch(StructlinBytes *result,
                                                                      int64_t slot, int64_t size);
/** Piece `slot` of the team's scratch memory, the same for all threads of the team.
    They all ask for it, for the same size; between two sizes lies a barrier. */
STRUCTLIN_RUNTIME_EXPORTED void _mlir_ciface_structlin_team_scratch(StructlinBytes *result,
                                                                    StructlinTeam *team,
                                                                    int64_t slot, int64_t size);

#ifdef __cplusplus
}
#endif

#endif /* STRUCTLIN_RUNTIME_RUNTIME_H */
