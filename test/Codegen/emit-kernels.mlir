// RUN: structlin-opt --structlin-emit-kernels %s | FileCheck %s
// RUN: structlin-opt --structlin-emit-kernels --structlin-expand-copies --canonicalize %s | FileCheck %s --check-prefix=AGAIN

// The code of a kernel on vectors of 8, for 4 outputs of which panels have 8.

// CHECK-LABEL: func.func @f
// CHECK: %[[X:.*]] = memref.cast %{{.*}} : memref<3x8xf32> to memref<?x8xf32, strided<[?, 1], offset: ?>>
// CHECK: %[[R:.*]] = memref.cast %{{.*}} : memref<3x4xf32> to memref<?x4xf32, strided<[?, 1], offset: ?>>
// CHECK: %[[B:.*]] = memref.cast %{{.*}} : memref<4xf32> to memref<4xf32, strided<[1], offset: ?>>
// CHECK: %[[Y:.*]] = memref.cast %{{.*}} : memref<3x4xbf16> to memref<?x4xbf16, strided<[?, 1], offset: ?>>
// CHECK: call @k(%[[X]], %{{.*}}, %[[R]], %[[B]], %{{.*}}, %[[Y]])
// CHECK-NOT: structlin.
func.func @f(%x: memref<3x8xf32>, %w: memref<1x8x8xf32>, %r: memref<3x4xf32>, %b: memref<4xf32>, %s: f32, %y: memref<3x4xbf16>) {
  structlin.call_kernel @k ins(%x, %w, %r, %b, %s : memref<3x8xf32>, memref<1x8x8xf32>, memref<3x4xf32>, memref<4xf32>, f32)
    outs(%y : memref<3x4xbf16>)
  return
}

// The init is loaded, the bias once for all rows; exp is a polynomial; one result is
// rounded and written.
// CHECK: func.func private @k_body(%{{.*}}: index, %{{.*}}: index, %{{.*}}: !llvm.ptr, %[[X:.*]]: memref<?x8xf32, strided<[?, 1], offset: ?>>, %[[W:.*]]: memref<1x8x8xf32>, %[[R:.*]]: memref<?x4xf32, strided<[?, 1], offset: ?>>, %[[B:.*]]: memref<4xf32, strided<[1], offset: ?>>, %[[S:.*]]: f32, %[[Y:.*]]: memref<?x4xbf16, strided<[?, 1], offset: ?>>)
// CHECK: scf.for
// CHECK: %[[V:.*]] = memref.reinterpret_cast %[[W]] to offset: [%{{.*}}], sizes: [8], strides: [1]
// CHECK: vector.load %[[V]]
// CHECK: %[[A:.*]] = memref.reinterpret_cast %[[X]] to offset: [%{{.*}}], sizes: [1, 1], strides: [%{{.*}}, 1]
// CHECK: memref.load %[[A]]
// CHECK: vector.fma
// CHECK: vector.load %[[R]]
// CHECK: arith.addf
// CHECK: vector.load %[[B]]
// CHECK: arith.addf
// CHECK-NOT: math.exp
// CHECK: vector.broadcast %[[S]]
// CHECK: arith.mulf
// CHECK: arith.truncf %{{.*}} : vector<8xf32> to vector<8xbf16>
// CHECK: vector.store %{{.*}}, %[[Y]]{{.*}} vector<4xbf16>
// CHECK: return
// CHECK: func.func private @k(
// CHECK: call @structlin_team_begin
// CHECK: call @k_body
// CHECK: omp.parallel
// AGAIN: call @k_body
#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
structlin.kernel_func private @k ins(%x: tensor<?x8xf32>, %w: tensor<1x8x8xf32>, %r: tensor<?x4xf32>, %b: tensor<4xf32>, %s: f32)
                                 outs(%o: tensor<?x4xbf16>)
    attributes {schedule = #structlin.cpu_schedule<target = "avx2", rows = 4, cols = 8>} {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x8xf32>
  %e = tensor.empty(%m) : tensor<?x4xf32>
  %u = structlin.unpack %w {layout = #structlin.panels<panel = 8>} : (tensor<1x8x8xf32>) -> tensor<4x8xf32>
  %p = structlin.linear ins(%x, %u : tensor<?x8xf32>, tensor<4x8xf32>)
         outs(%r : tensor<?x4xf32>) -> tensor<?x4xf32>
  %q = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
         ins(%p, %b : tensor<?x4xf32>, tensor<4xf32>) outs(%e : tensor<?x4xf32>) {
  ^bb0(%c: f32, %d: f32, %g: f32):
    %h = arith.addf %c, %d : f32
    %i = math.exp %h : f32
    %j = arith.mulf %i, %s : f32
    linalg.yield %j : f32
  } -> tensor<?x4xf32>
  %t = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
         ins(%q : tensor<?x4xf32>) outs(%o : tensor<?x4xbf16>) {
  ^bb0(%c: f32, %g: bf16):
    %h = arith.truncf %c : f32 to bf16
    linalg.yield %h : bf16
  } -> tensor<?x4xbf16>
  structlin.yield %t : tensor<?x4xbf16>
}
