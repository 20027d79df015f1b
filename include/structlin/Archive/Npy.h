//===- Npy.h - .npy files -------------------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reading and writing of NumPy's .npy format, versions 1, 2 and 3.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_ARCHIVE_NPY_H
#define STRUCTLIN_ARCHIVE_NPY_H

#include "structlin/Archive/AtomicFile.h"
#include "structlin/Archive/HostTensor.h"
#include "llvm/Support/Error.h"

namespace structlin {

/// Maps the .npy file at `path`. The tensor aliases the file, unless the file is
/// in Fortran order, which is transposed into a copy. bf16 is read only when
/// `expected` is BF16; other than that `expected` does not restrict the type.
/// Errors name the file: unreadable, not a little-endian .npy file of a
/// supported type, or data that is not as long as type and shape say.
llvm::Expected<HostTensor> readNpy(llvm::StringRef path,
                                   std::optional<ElementType> expected = std::nullopt);

/// Writes `tensor`, in C order, to a temporary file that becomes `path` when it is
/// committed: several files are written before the first one appears.
llvm::Expected<AtomicFile> stageNpy(llvm::StringRef path, const HostTensor &tensor);

/// Writes `tensor` to `path` in C order, atomically.
llvm::Error writeNpy(llvm::StringRef path, const HostTensor &tensor);

} // namespace structlin

#endif // STRUCTLIN_ARCHIVE_NPY_H
