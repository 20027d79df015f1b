// RUN: structlin-opt --structlin-outline-kernels --split-input-file %s | FileCheck %s
// RUN: structlin-opt --structlin-outline-kernels --remarks-filter=structlin-outline-kernels --split-input-file %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// One function for any number of tokens.

#s = #structlin.cpu_schedule<target = "avx2", rows = 4, cols = 8>
#t = #structlin.cpu_schedule<target = "avx2", rows = 2, cols = 8>

// CHECK-LABEL: func.func @f
// CHECK: structlin.call_kernel @k_linear_8x4 ins(%{{.*}}, %{{.*}} : tensor<3x8xf32>, tensor<1x8x8xf32>) outs(%{{.*}} : tensor<3x4xf32>) -> tensor<3x4xf32>
// CHECK: structlin.call_kernel @k_linear_8x4 ins(%{{.*}}, %{{.*}} : tensor<?x8xf32>, tensor<1x8x8xf32>) outs(%{{.*}} : tensor<?x4xf32>) -> tensor<?x4xf32>
// CHECK: structlin.call_kernel @k_linear_8x4_0 ins(%{{.*}}, %{{.*}} : tensor<?x8xf32>, tensor<1x8x8xf32>) outs(%{{.*}} : tensor<?x4xf32>) -> tensor<?x4xf32>
// CHECK: structlin.kernel_func private @k_linear_8x4 ins(%[[X:.*]]: tensor<?x8xf32>, %[[W:.*]]: tensor<1x8x8xf32>) outs(%[[O:.*]]: tensor<?x4xf32>) attributes {schedule = #structlin.cpu_schedule<target = "avx2", rows = 4, cols = 8>} {
// CHECK-NEXT: %[[U:.*]] = structlin.unpack %[[W]]
// CHECK-NEXT: %[[P:.*]] = structlin.linear ins(%[[X]], %[[U]] : tensor<?x8xf32>, tensor<4x8xf32>) outs(%[[O]] : tensor<?x4xf32>) -> tensor<?x4xf32>
// CHECK-NEXT: structlin.yield %[[P]] : tensor<?x4xf32>
// CHECK: structlin.kernel_func private @k_linear_8x4_0 {{.*}}rows = 2
// CHECK-NOT: kernel_func
func.func @f(%x: tensor<3x8xf32>, %w: tensor<1x8x8xf32>, %o: tensor<3x4xf32>,
             %xd: tensor<?x8xf32>, %od: tensor<?x4xf32>) -> (tensor<3x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>) {
  %0 = structlin.kernel ins(%x, %w : tensor<3x8xf32>, tensor<1x8x8xf32>) outs(%o : tensor<3x4xf32>)
         attributes {layer = "a", schedule = #s} {
  ^bb0(%kx: tensor<3x8xf32>, %kw: tensor<1x8x8xf32>, %ko: tensor<3x4xf32>):
    %u = structlin.unpack %kw {layout = #structlin.panels<panel = 8>} : (tensor<1x8x8xf32>) -> tensor<4x8xf32>
    %p = structlin.linear ins(%kx, %u : tensor<3x8xf32>, tensor<4x8xf32>)
           outs(%ko : tensor<3x4xf32>) {layer = "a"} -> tensor<3x4xf32>
    structlin.yield %p : tensor<3x4xf32>
  } -> tensor<3x4xf32>
  %1 = structlin.kernel ins(%xd, %w : tensor<?x8xf32>, tensor<1x8x8xf32>) outs(%od : tensor<?x4xf32>)
         attributes {layer = "b", schedule = #s} {
  ^bb0(%kx: tensor<?x8xf32>, %kw: tensor<1x8x8xf32>, %ko: tensor<?x4xf32>):
    %u = structlin.unpack %kw {layout = #structlin.panels<panel = 8>} : (tensor<1x8x8xf32>) -> tensor<4x8xf32>
    %p = structlin.linear ins(%kx, %u : tensor<?x8xf32>, tensor<4x8xf32>)
           outs(%ko : tensor<?x4xf32>) {layer = "b"} -> tensor<?x4xf32>
    structlin.yield %p : tensor<?x4xf32>
  } -> tensor<?x4xf32>
  %2 = structlin.kernel ins(%xd, %w : tensor<?x8xf32>, tensor<1x8x8xf32>) outs(%1 : tensor<?x4xf32>)
         attributes {schedule = #t} {
  ^bb0(%kx: tensor<?x8xf32>, %kw: tensor<1x8x8xf32>, %ko: tensor<?x4xf32>):
    %u = structlin.unpack %kw {layout = #structlin.panels<panel = 8>} : (tensor<1x8x8xf32>) -> tensor<4x8xf32>
    %p = structlin.linear ins(%kx, %u : tensor<?x8xf32>, tensor<4x8xf32>)
           outs(%ko : tensor<?x4xf32>) -> tensor<?x4xf32>
    structlin.yield %p : tensor<?x4xf32>
  } -> tensor<?x4xf32>
  return %0, %1, %2 : tensor<3x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
}

// -----

// The number of stored blocks belongs to the pattern; what finishes a product, to the key.

// CHECK-LABEL: func.func @patterns
// CHECK: call_kernel @[[K:k_block_sparse_16x16]] ins({{.*}} : tensor<3x16xf32>, tensor<2x1x8x8xf32>,
// CHECK: call_kernel @[[K]] ins({{.*}} : tensor<3x16xf32>, tensor<3x1x8x8xf32>,
// CHECK: structlin.kernel_func private @[[K]] ins(%{{.*}}: tensor<?x16xf32>, %{{.*}}: tensor<?x1x8x8xf32>, %{{.*}}: tensor<?xi32>, %{{.*}}: tensor<3xi32>, %{{.*}}: tensor<16xf32>) outs(%{{.*}}: tensor<?x16xf32>)
// CHECK: tensor.empty(%{{.*}}) : tensor<?x16xf32>
// CHECK: linalg.fill {{.*}} -> tensor<?x16xf32>
// CHECK: structlin.unpack {{.*}} : (tensor<?x1x8x8xf32>) -> tensor<?x8x8xf32>
// CHECK: structlin.block_sparse_matmul {{.*}} -> tensor<?x16xf32>
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<?x16xf32>)
// CHECK-NOT: kernel_func
#s = #structlin.cpu_schedule<target = "avx2", rows = 4, cols = 8>
#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
func.func @patterns(%x: tensor<3x16xf32>, %v: tensor<2x1x8x8xf32>, %i: tensor<2xi32>, %w: tensor<3x1x8x8xf32>, %j: tensor<3xi32>,
                    %f: tensor<3xi32>, %b: tensor<16xf32>) -> tensor<3x16xf32> {
  %o = tensor.empty() : tensor<3x16xf32>
  %0 = structlin.kernel ins(%x, %v, %i, %f, %b : tensor<3x16xf32>, tensor<2x1x8x8xf32>, tensor<2xi32>, tensor<3xi32>, tensor<16xf32>)
                        outs(%o : tensor<3x16xf32>) attributes {schedule = #s} {
  ^bb0(%kx: tensor<3x16xf32>, %kv: tensor<2x1x8x8xf32>, %ki: tensor<2xi32>, %kf: tensor<3xi32>, %kb: tensor<16xf32>, %ko: tensor<3x16xf32>):
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<3x16xf32>
    %z = linalg.fill ins(%zero : f32) outs(%e : tensor<3x16xf32>) -> tensor<3x16xf32>
    %u = structlin.unpack %kv {layout = #structlin.panels<panel = 8>} : (tensor<2x1x8x8xf32>) -> tensor<2x8x8xf32>
    %p = structlin.block_sparse_matmul ins(%kx, %u, %ki, %kf : tensor<3x16xf32>, tensor<2x8x8xf32>, tensor<2xi32>, tensor<3xi32>)
           outs(%z : tensor<3x16xf32>) -> tensor<3x16xf32>
    %q = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
           ins(%p, %kb : tensor<3x16xf32>, tensor<16xf32>) outs(%ko : tensor<3x16xf32>) {
    ^bb0(%c: f32, %d: f32, %g: f32):
      %h = arith.addf %c, %d : f32
      linalg.yield %h : f32
    } -> tensor<3x16xf32>
    structlin.yield %q : tensor<3x16xf32>
  } -> tensor<3x16xf32>
  %1 = structlin.kernel ins(%0, %w, %j, %f, %b : tensor<3x16xf32>, tensor<3x1x8x8xf32>, tensor<3xi32>, tensor<3xi32>, tensor<16xf32>)
                        outs(%o : tensor<3x16xf32>) attributes {schedule = #s} {
  ^bb0(%kx: tensor<3x16xf32>, %kv: tensor<3x1x8x8xf32>, %ki: tensor<3xi32>, %kf: tensor<3xi32>, %kb: tensor<16xf32>, %ko: tensor<3x16xf32>):
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<3x16xf32>
    %z = linalg.fill ins(%zero : f32) outs(%e : tensor<3x16xf32>) -> tensor<3x16xf32>
    %u = structlin.unpack %kv {layout = #structlin.panels<panel = 8>} : (tensor<3x1x8x8xf32>) -> tensor<3x8x8xf32>
    %p = structlin.block_sparse_matmul ins(%kx, %u, %ki, %kf : tensor<3x16xf32>, tensor<3x8x8xf32>, tensor<3xi32>, tensor<3xi32>)
           outs(%z : tensor<3x16xf32>) -> tensor<3x16xf32>
    %q = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
           ins(%p, %kb : tensor<3x16xf32>, tensor<16xf32>) outs(%ko : tensor<3x16xf32>) {
    ^bb0(%c: f32, %d: f32, %g: f32):
      %h = arith.addf %c, %d : f32
      linalg.yield %h : f32
    } -> tensor<3x16xf32>
    structlin.yield %q : tensor<3x16xf32>
  } -> tensor<3x16xf32>
  return %1 : tensor<3x16xf32>
}

// -----

// What stays says why.

// REMARK: NotOutlined{{.*}}Reason="the kernel is left to the reference lowering: it has no schedule", layer=a
// REMARK: the kernel is left to the reference lowering: its factors are not packed for its schedule
// CHECK-LABEL: func.func @stays
// CHECK-COUNT-2: structlin.kernel ins
// CHECK-NOT: kernel_func
#s = #structlin.cpu_schedule<target = "avx2", rows = 4, cols = 8>
func.func @stays(%x: tensor<3x8xf32>, %w: tensor<4x8xf32>, %o: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %0 = structlin.kernel ins(%x, %w : tensor<3x8xf32>, tensor<4x8xf32>) outs(%o : tensor<3x4xf32>) attributes {layer = "a"} {
  ^bb0(%kx: tensor<3x8xf32>, %kw: tensor<4x8xf32>, %ko: tensor<3x4xf32>):
    %p = structlin.linear ins(%kx, %kw : tensor<3x8xf32>, tensor<4x8xf32>)
           outs(%ko : tensor<3x4xf32>) -> tensor<3x4xf32>
    structlin.yield %p : tensor<3x4xf32>
  } -> tensor<3x4xf32>
  %1 = structlin.kernel ins(%x, %w : tensor<3x8xf32>, tensor<4x8xf32>) outs(%0 : tensor<3x4xf32>) attributes {schedule = #s} {
  ^bb0(%kx: tensor<3x8xf32>, %kw: tensor<4x8xf32>, %ko: tensor<3x4xf32>):
    %p = structlin.linear ins(%kx, %kw : tensor<3x8xf32>, tensor<4x8xf32>)
           outs(%ko : tensor<3x4xf32>) -> tensor<3x4xf32>
    structlin.yield %p : tensor<3x4xf32>
  } -> tensor<3x4xf32>
  return %1 : tensor<3x4xf32>
}
