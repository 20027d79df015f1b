// RUN: structlin-opt --structlin-lower-to-cpu %s | FileCheck %s

// Arithmetic on whole tensors, as some front ends leave it.

// CHECK: llvm.func @f(
// CHECK-NOT: tensor<
func.func @f(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %0 = math.cos %x : tensor<?x8xf32>
  %1 = arith.addf %0, %x : tensor<?x8xf32>
  return %1 : tensor<?x8xf32>
}
