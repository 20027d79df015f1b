// RUN: structlin-opt --structlin-group --split-input-file %s | FileCheck %s
// RUN: structlin-opt --structlin-group --structlin-decompose --split-input-file %s | FileCheck %s --check-prefix=OPEN
// RUN: structlin-opt --structlin-group --remarks-filter=structlin-group %s --split-input-file -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// Groups can be opened again.
// OPEN-NOT: structlin.

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>

// A bias and its activation.

// REMARK: [Analysis] Grouped{{.*}}layer=fc, operations=3
// CHECK-LABEL: func.func @bias_relu
// CHECK-SAME: (%[[X:.*]]: tensor<?x8xf32>, %[[W:.*]]: tensor<4x8xf32>, %[[B:.*]]: tensor<4xf32>)
// CHECK: %[[M:.*]] = tensor.dim %[[X]], %{{.*}}
// CHECK: %[[E:.*]] = tensor.empty(%[[M]]) : tensor<?x4xf32>
// CHECK: %[[Y:.*]] = structlin.kernel ins(%[[X]], %[[W]], %[[B]] : {{.*}}) outs(%[[E]] : tensor<?x4xf32>) attributes {layer = "fc"} {
// CHECK-NEXT: ^bb0(%[[X1:.*]]: tensor<?x8xf32>, %[[W1:.*]]: tensor<4x8xf32>, %[[B1:.*]]: tensor<4xf32>, %[[O:.*]]: tensor<?x4xf32>):
// CHECK: %[[F:.*]] = linalg.fill
// CHECK: %[[P:.*]] = structlin.linear ins(%[[X1]], %[[W1]] : {{.*}}) outs(%[[F]] : tensor<?x4xf32>)
// CHECK: %[[S:.*]] = linalg.generic {{.*}} ins(%[[P]], %[[B1]] : tensor<?x4xf32>, tensor<4xf32>)
// CHECK: %[[R:.*]] = linalg.generic {{.*}} ins(%[[S]] : tensor<?x4xf32>) outs(%[[O]] : tensor<?x4xf32>)
// CHECK: arith.maximumf
// CHECK: structlin.yield %[[R]]
// CHECK: return %[[Y]]
func.func @bias_relu(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %b: tensor<4xf32>) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x8xf32>
  %e = tensor.empty(%m) : tensor<?x4xf32>
  %0 = linalg.fill ins(%zero : f32) outs(%e : tensor<?x4xf32>) -> tensor<?x4xf32>
  %1 = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>)
         outs(%0 : tensor<?x4xf32>) {layer = "fc"} -> tensor<?x4xf32>
  %2 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
         ins(%1, %b : tensor<?x4xf32>, tensor<4xf32>) outs(%e : tensor<?x4xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %3 = arith.addf %p, %q : f32
    linalg.yield %3 : f32
  } -> tensor<?x4xf32>
  %4 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
         ins(%2 : tensor<?x4xf32>) outs(%e : tensor<?x4xf32>) {
  ^bb0(%p: f32, %o: f32):
    %5 = arith.maximumf %p, %zero : f32
    linalg.yield %5 : f32
  } -> tensor<?x4xf32>
  return %4 : tensor<?x4xf32>
}

// -----

// A product that nothing finishes adds to its init.

// CHECK-LABEL: func.func @alone
// CHECK-SAME: %[[INIT:[^:]*]]: tensor<3x4xf32>)
// CHECK: structlin.kernel ins({{.*}}) outs(%[[INIT]] : tensor<3x4xf32>)
// CHECK: ^bb0({{.*}}, %[[O:.*]]: tensor<3x4xf32>):
// CHECK-NEXT: %[[P:.*]] = structlin.low_rank_matmul {{.*}} outs(%[[O]] : tensor<3x4xf32>)
// CHECK-NEXT: structlin.yield %[[P]]
func.func @alone(%x: tensor<3x8xf32>, %u: tensor<4x2xf32>, %v: tensor<2x8xf32>,
                 %init: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %0 = structlin.low_rank_matmul ins(%x, %u, %v : tensor<3x8xf32>, tensor<4x2xf32>, tensor<2x8xf32>)
         outs(%init : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>

// What has a user outside ends the group; an operation that reads the result twice
// does not.

// CHECK-LABEL: func.func @several_users
// CHECK: %[[Y:.*]] = structlin.kernel
// CHECK: structlin.linear
// CHECK: linalg.generic
// CHECK: arith.mulf
// CHECK: linalg.generic
// CHECK: arith.mulf
// CHECK: structlin.yield
// CHECK: %[[Z:.*]] = linalg.exp ins(%[[Y]]
// CHECK: return %[[Y]], %[[Z]]
func.func @several_users(%x: tensor<3x8xf32>, %w: tensor<4x8xf32>, %init: tensor<3x4xf32>)
    -> (tensor<3x4xf32>, tensor<3x4xf32>) {
  %e = tensor.empty() : tensor<3x4xf32>
  %0 = structlin.linear ins(%x, %w : tensor<3x8xf32>, tensor<4x8xf32>)
         outs(%init : tensor<3x4xf32>) -> tensor<3x4xf32>
  %1 = linalg.square ins(%0 : tensor<3x4xf32>) outs(%e : tensor<3x4xf32>) -> tensor<3x4xf32>
  %2 = linalg.mul ins(%0, %1 : tensor<3x4xf32>, tensor<3x4xf32>) outs(%e : tensor<3x4xf32>) -> tensor<3x4xf32>
  %3 = linalg.exp ins(%2 : tensor<3x4xf32>) outs(%e : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %2, %3 : tensor<3x4xf32>, tensor<3x4xf32>
}

// -----

#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d2)>
#unit = affine_map<(d0, d1, d2) -> (0, 0, d2)>

// Bias, scale and residual on tokens in two dimensions.

// CHECK-LABEL: func.func @expanded
// CHECK-SAME: (%[[X:.*]]: tensor<?x8xf32>, %[[W:.*]]: tensor<4x8xf32>, %[[B:.*]]: tensor<4xf32>, %[[S:.*]]: tensor<1x1x4xf32>, %[[R:.*]]: tensor<?x?x4xf32>, %[[M0:.*]]: index, %[[M1:.*]]: index)
// CHECK-DAG: %[[S1:.*]] = tensor.collapse_shape %[[S]] {{\[\[}}0, 1, 2]] : tensor<1x1x4xf32> into tensor<4xf32>
// CHECK-DAG: %[[R1:.*]] = tensor.collapse_shape %[[R]] {{\[\[}}0, 1], [2]] : tensor<?x?x4xf32> into tensor<?x4xf32>
// CHECK: %[[Y:.*]] = structlin.kernel ins(%[[X]], %[[W]], %[[B]], %[[S1]], %[[R1]] : {{.*}}) outs(%{{.*}} : tensor<?x4xbf16>)
// CHECK: structlin.linear
// CHECK: arith.addf
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: arith.truncf
// CHECK: tensor.expand_shape %[[Y]] {{\[\[}}0, 1], [2]] output_shape [%[[M0]], %[[M1]], 4] : tensor<?x4xbf16> into tensor<?x?x4xbf16>
func.func @expanded(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %b: tensor<4xf32>,
                    %s: tensor<1x1x4xf32>, %r: tensor<?x?x4xf32>,
                    %m0: index, %m1: index) -> tensor<?x?x4xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x8xf32>
  %e = tensor.empty(%m) : tensor<?x4xf32>
  %0 = linalg.fill ins(%zero : f32) outs(%e : tensor<?x4xf32>) -> tensor<?x4xf32>
  %1 = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>)
         outs(%0 : tensor<?x4xf32>) -> tensor<?x4xf32>
  %2 = tensor.expand_shape %1 [[0, 1], [2]] output_shape [%m0, %m1, 4]
         : tensor<?x4xf32> into tensor<?x?x4xf32>
  %e3 = tensor.empty(%m0, %m1) : tensor<?x?x4xf32>
  %3 = linalg.generic {indexing_maps = [#row, #unit, #id, #id],
                       iterator_types = ["parallel", "parallel", "parallel"]}
         ins(%b, %s, %2 : tensor<4xf32>, tensor<1x1x4xf32>, tensor<?x?x4xf32>)
         outs(%e3 : tensor<?x?x4xf32>) {
  ^bb0(%p: f32, %q: f32, %v: f32, %o: f32):
    %5 = arith.addf %v, %p : f32
    %6 = arith.mulf %5, %q : f32
    linalg.yield %6 : f32
  } -> tensor<?x?x4xf32>
  %7 = linalg.generic {indexing_maps = [#id, #id],
                       iterator_types = ["parallel", "parallel", "parallel"]}
         ins(%3 : tensor<?x?x4xf32>) outs(%r : tensor<?x?x4xf32>) {
  ^bb0(%v: f32, %o: f32):
    %8 = arith.addf %v, %o : f32
    linalg.yield %8 : f32
  } -> tensor<?x?x4xf32>
  %e4 = tensor.empty(%m0, %m1) : tensor<?x?x4xbf16>
  %9 = linalg.generic {indexing_maps = [#id, #id],
                       iterator_types = ["parallel", "parallel", "parallel"]}
         ins(%7 : tensor<?x?x4xf32>) outs(%e4 : tensor<?x?x4xbf16>) {
  ^bb0(%v: f32, %o: bf16):
    %10 = arith.truncf %v : f32 to bf16
    linalg.yield %10 : bf16
  } -> tensor<?x?x4xbf16>
  return %9 : tensor<?x?x4xbf16>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>

// A bias that is made a matrix before it is added is a row in the group.

// CHECK-LABEL: func.func @broadcast_bias
// CHECK-SAME: %[[B:[^:]*]]: tensor<4xf32>)
// CHECK: structlin.kernel ins(%{{.*}}, %{{.*}}, %[[B]] :
// CHECK: linalg.fill
// CHECK: structlin.linear
// CHECK: linalg.generic
// CHECK: linalg.generic
// CHECK: arith.addf
func.func @broadcast_bias(%x: tensor<3x8xf32>, %w: tensor<4x8xf32>, %b: tensor<4xf32>) -> tensor<3x4xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<3x4xf32>
  %0 = linalg.fill ins(%zero : f32) outs(%e : tensor<3x4xf32>) -> tensor<3x4xf32>
  %1 = structlin.linear ins(%x, %w : tensor<3x8xf32>, tensor<4x8xf32>)
         outs(%0 : tensor<3x4xf32>) -> tensor<3x4xf32>
  %2 = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]}
         ins(%b : tensor<4xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%p: f32, %o: f32):
    linalg.yield %p : f32
  } -> tensor<3x4xf32>
  %3 = linalg.add ins(%1, %2 : tensor<3x4xf32>, tensor<3x4xf32>) outs(%e : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %3 : tensor<3x4xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#transposed = affine_map<(d0, d1) -> (d1, d0)>
#first = affine_map<(d0, d1) -> (0, d1)>

// Neither a transpose, nor a reduction, nor a repetition of the product finishes it.

// CHECK-LABEL: func.func @not_elementwise
// CHECK-COUNT-3: structlin.yield
// CHECK: linalg.transpose
// CHECK: linalg.reduce
// CHECK: linalg.generic
func.func @not_elementwise(%x: tensor<4x8xf32>, %x1: tensor<1x8xf32>, %w: tensor<4x8xf32>,
                           %init: tensor<4x4xf32>, %init1: tensor<1x4xf32>, %v: tensor<4xf32>)
    -> (tensor<4x4xf32>, tensor<4xf32>, tensor<4x4xf32>) {
  %e = tensor.empty() : tensor<4x4xf32>
  %0 = structlin.linear ins(%x, %w : tensor<4x8xf32>, tensor<4x8xf32>)
         outs(%init : tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = structlin.linear ins(%x, %w : tensor<4x8xf32>, tensor<4x8xf32>)
         outs(%init : tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = structlin.linear ins(%x1, %w : tensor<1x8xf32>, tensor<4x8xf32>)
         outs(%init1 : tensor<1x4xf32>) -> tensor<1x4xf32>
  %3 = linalg.transpose ins(%0 : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) permutation = [1, 0]
  %4 = linalg.reduce {arith.addf} ins(%1 : tensor<4x4xf32>) outs(%v : tensor<4xf32>) dimensions = [1]
  %5 = linalg.generic {indexing_maps = [#first, #id], iterator_types = ["parallel", "parallel"]}
         ins(%2 : tensor<1x4xf32>) outs(%e : tensor<4x4xf32>) {
  ^bb0(%p: f32, %o: f32):
    linalg.yield %p : f32
  } -> tensor<4x4xf32>
  return %3, %4, %5 : tensor<4x4xf32>, tensor<4xf32>, tensor<4x4xf32>
}

// -----

// Of two products that an operation joins the first one's group has it, and reads the
// other's result.

// CHECK-LABEL: func.func @gated
// CHECK-SAME: (%[[X:.*]]: tensor<3x8xf32>, %[[WG:.*]]: tensor<4x8xf32>, %[[WU:.*]]: tensor<4x8xf32>)
// CHECK: %[[U:.*]] = structlin.kernel ins(%[[X]], %[[WU]] :
// CHECK: structlin.kernel ins(%[[X]], %[[WG]], %[[U]] :
// CHECK: math.exp
// CHECK: arith.mulf
#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @gated(%x: tensor<3x8xf32>, %wg: tensor<4x8xf32>, %wu: tensor<4x8xf32>) -> tensor<3x4xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<3x4xf32>
  %0 = linalg.fill ins(%zero : f32) outs(%e : tensor<3x4xf32>) -> tensor<3x4xf32>
  %1 = structlin.linear ins(%x, %wg : tensor<3x8xf32>, tensor<4x8xf32>)
         outs(%0 : tensor<3x4xf32>) -> tensor<3x4xf32>
  %2 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
         ins(%1 : tensor<3x4xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%p: f32, %o: f32):
    %5 = math.exp %p : f32
    linalg.yield %5 : f32
  } -> tensor<3x4xf32>
  %3 = structlin.linear ins(%x, %wu : tensor<3x8xf32>, tensor<4x8xf32>)
         outs(%0 : tensor<3x4xf32>) -> tensor<3x4xf32>
  %4 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
         ins(%2, %3 : tensor<3x4xf32>, tensor<3x4xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %6 = arith.mulf %p, %q : f32
    linalg.yield %6 : f32
  } -> tensor<3x4xf32>
  return %4 : tensor<3x4xf32>
}
