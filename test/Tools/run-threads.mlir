// The number of threads is what was asked for, and changes no bit of the result.
// RUN: rm -rf %t && mkdir -p %t
// DEFINE: %{count} = 1
// DEFINE: %{run} = env OMP_DISPLAY_AFFINITY=true OMP_AFFINITY_FORMAT="thread %%n of %%N" structlin-run %s \
// DEFINE:   --lowering=kernels --num-threads=%{count} --inputs=random:1 --dynamic-size=37 \
// DEFINE:   --parameters=random:2 --outputs=%t/%{count}.npy
// RUN: %{run} 2>&1 | FileCheck %s --check-prefix=ONE --allow-empty
// REDEFINE: %{count} = 2
// RUN: %{run} 2>&1 | sort | FileCheck %s --check-prefix=TWO
// REDEFINE: %{count} = 4
// RUN: %{run} 2>&1 | sort | FileCheck %s --check-prefix=FOUR
// RUN: cmp %t/1.npy %t/2.npy
// RUN: cmp %t/1.npy %t/4.npy

// Loops of the reference lowering obey as well.
// RUN: env OMP_DISPLAY_AFFINITY=true OMP_AFFINITY_FORMAT="thread %%n of %%N" structlin-run %s --num-threads=3 \
// RUN:   --inputs=random:1 --dynamic-size=200 --parameters=random:2 2>&1 | sort | FileCheck %s --check-prefix=THREE

// A kernel on one thread has no parallel region, of which OpenMP would tell.
// ONE-NOT: thread
// TWO: thread 0 of 2
// TWO-NEXT: thread 1 of 2
// THREE: thread 0 of 3
// THREE-NEXT: thread 1 of 3
// THREE-NEXT: thread 2 of 3
// FOUR: thread 0 of 4
// FOUR-NEXT: thread 1 of 4
// FOUR-NEXT: thread 2 of 4
// FOUR-NEXT: thread 3 of 4

func.func @f(%x: tensor<?x256xf32>) -> tensor<?x256xf32> {
  %u = structlin.parameter "fc1.U" : tensor<512x64xf32>
  %v = structlin.parameter "fc1.V" : tensor<64x256xf32>
  %w = structlin.parameter "fc2.weight" : tensor<256x512xf32>
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x256xf32>
  %e1 = tensor.empty(%m) : tensor<?x512xf32>
  %i1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<?x512xf32>) -> tensor<?x512xf32>
  %h = structlin.low_rank_matmul
         ins(%x, %u, %v : tensor<?x256xf32>, tensor<512x64xf32>, tensor<64x256xf32>)
         outs(%i1 : tensor<?x512xf32>) -> tensor<?x512xf32>
  %e2 = tensor.empty(%m) : tensor<?x256xf32>
  %i2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<?x256xf32>) -> tensor<?x256xf32>
  %y = structlin.linear ins(%h, %w : tensor<?x512xf32>, tensor<256x512xf32>)
         outs(%i2 : tensor<?x256xf32>) -> tensor<?x256xf32>
  return %y : tensor<?x256xf32>
}
