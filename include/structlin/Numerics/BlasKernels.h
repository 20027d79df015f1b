//===- BlasKernels.h - OpenBLAS's choice of kernels -------------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// OpenBLAS chooses its kernels by the processor's model number when it is loaded.
// One that is older than the processor does not know the number, and takes kernels
// of 2004, without AVX: a BLAST fit is then two to three times slower.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_NUMERICS_BLASKERNELS_H
#define STRUCTLIN_NUMERICS_BLASKERNELS_H

namespace structlin::numerics {

/// Makes OpenBLAS choose again, by the processor's features, if it chose kernels
/// without AVX on a processor that has AVX2 or AVX-512. Leaves it alone where
/// OPENBLAS_CORETYPE is set, and any other BLAS.
///
/// For the main function of a program, before anything uses BLAS: the choice is
/// one for the whole process, so it is not a library's to make.
void selectBlasKernels();

} // namespace structlin::numerics

#endif // STRUCTLIN_NUMERICS_BLASKERNELS_H
