// RUN: structlin-opt --structlin-emulate-x86 --split-input-file --verify-diagnostics %s | FileCheck %s

// The product of the odd elements is added first; subnormals are zeros.

// CHECK-LABEL: func.func @dot
// CHECK-SAME: %[[C:.*]]: vector<16xf32>, %[[A:.*]]: vector<32xbf16>, %[[B:.*]]: vector<32xbf16>
// CHECK: call @structlin_emulated_vdpbf16ps_16(%[[C]], %[[A]], %[[B]])
// CHECK: call @structlin_emulated_vdpbf16ps_8
// CHECK: call @structlin_emulated_vdpbf16ps_16
func.func @dot(%c: vector<16xf32>, %a: vector<32xbf16>, %b: vector<32xbf16>,
               %d: vector<8xf32>, %e: vector<16xbf16>) -> (vector<16xf32>, vector<8xf32>) {
  %0 = x86vector.avx512.dot %c, %a, %b : vector<32xbf16> -> vector<16xf32>
  %1 = x86vector.avx512.dot %d, %e, %e : vector<16xbf16> -> vector<8xf32>
  %2 = x86vector.avx512.dot %0, %a, %a : vector<32xbf16> -> vector<16xf32>
  return %2, %1 : vector<16xf32>, vector<8xf32>
}

// CHECK: func.func private @structlin_emulated_vdpbf16ps_16(%[[C:.*]]: vector<16xf32>, %[[A:.*]]: vector<32xbf16>, %[[B:.*]]: vector<32xbf16>) -> vector<16xf32> attributes {no_inline}
// CHECK: %[[WORDS:.*]] = vector.bitcast %[[A]] : vector<32xbf16> to vector<16xi32>
// CHECK: %[[HIGH:.*]] = arith.constant dense<-65536> : vector<16xi32>
// CHECK: arith.andi %[[WORDS]], %[[HIGH]]
// CHECK: vector.fma
// CHECK: arith.cmpf olt, %{{.*}}, %{{.*}} : vector<16xf64>
// CHECK: arith.shli
// CHECK: vector.fma
// CHECK: return
// CHECK: func.func private @structlin_emulated_vdpbf16ps_8
// CHECK-NOT: func.func

// -----

// Tiles are vectors wherever they go.

// CHECK-LABEL: func.func @tiles
// CHECK-SAME: %[[X:.*]]: memref<?x96xbf16>, %[[W:.*]]: memref<3x512xbf16>, %[[Y:.*]]: memref<?x16xf32>
func.func @tiles(%x: memref<?x96xbf16>, %w: memref<3x512xbf16>, %y: memref<?x16xf32>,
                 %which: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c32 = arith.constant 32 : index
  // CHECK: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<16x16xf32>
  %zero = amx.tile_zero : !amx.tile<16x16xf32>
  // CHECK: scf.for %[[K:.*]] = {{.*}} iter_args(%[[ACC:.*]] = %[[ZERO]]) -> (vector<16x16xf32>)
  %sum = scf.for %k = %c0 to %c3 step %c1 iter_args(%acc = %zero) -> (!amx.tile<16x16xf32>) {
    %col = arith.muli %k, %c32 : index
    // Rows of the memref.
    // CHECK: %[[ROW:.*]] = arith.addi %{{.*}}, %{{.*}} : index
    // CHECK: vector.load %[[X]][%[[ROW]], %{{.*}}] : memref<?x96xbf16>, vector<32xbf16>
    // CHECK: vector.insert
    %a = amx.tile_load %x[%c0, %col] : memref<?x96xbf16> into !amx.tile<16x32xbf16>
    // Rows 32 elements apart.
    // CHECK: %[[STEP:.*]] = arith.muli %{{.*}}, %{{.*}} : index
    // CHECK: %[[PLACE:.*]] = arith.addi %{{.*}}, %[[STEP]] : index
    // CHECK: vector.load %[[W]][%[[K]], %[[PLACE]]] : memref<3x512xbf16>, vector<32xbf16>
    %b = amx.tile_load %w[%k, %c0], %c32 : memref<3x512xbf16> into !amx.tile<16x32xbf16>
    // CHECK: %[[NEXT:.*]] = func.call @structlin_emulated_tdpbf16ps_16x16x32(%[[ACC]], %{{.*}}, %{{.*}})
    // CHECK: scf.yield %[[NEXT]] : vector<16x16xf32>
    %next = amx.tile_mulf %a, %b, %acc
        : !amx.tile<16x32xbf16>, !amx.tile<16x32xbf16>, !amx.tile<16x16xf32>
    scf.yield %next : !amx.tile<16x16xf32>
  }
  // CHECK: %[[CHOSEN:.*]] = scf.index_switch %{{.*}} -> vector<16x16xf32>
  %chosen = scf.index_switch %which -> !amx.tile<16x16xf32>
  case 0 {
    scf.yield %zero : !amx.tile<16x16xf32>
  }
  default {
    scf.yield %sum : !amx.tile<16x16xf32>
  }
  // CHECK: vector.extract %[[CHOSEN]][0]
  // CHECK: vector.store %{{.*}}, %[[Y]]
  amx.tile_store %y[%c0, %c0], %chosen : memref<?x16xf32>, !amx.tile<16x16xf32>
  return
}

// Two sums from zero on, their sum, and then the accumulator.

// CHECK: func.func private @structlin_emulated_tdpbf16ps_16x16x32
// CHECK: scf.for
// CHECK: %[[SUMS:.*]]:2 = scf.for {{.*}} -> (vector<16xf32>, vector<16xf32>)
// CHECK: arith.addf
// CHECK: arith.addf
// CHECK: vector.store
// CHECK-NOT: func.func

// -----

// CHECK-LABEL: func.func @arguments(
// CHECK-SAME: %[[C:.*]]: vector<2x16xi32>, %[[A:.*]]: vector<2x64xi8>, %[[B:.*]]: vector<16x64xi8>) -> vector<2x16xi32>
// CHECK: %[[R:.*]] = call @structlin_emulated_tdpbusd_2x16x64(%[[C]], %[[A]], %[[B]])
// CHECK: return %[[R]]
func.func @arguments(%c: !amx.tile<2x16xi32>, %a: !amx.tile<2x64xi8>, %b: !amx.tile<16x64xi8>)
    -> !amx.tile<2x16xi32> {
  %r = amx.tile_muli %a zext, %b, %c
      : !amx.tile<2x64xi8>, !amx.tile<16x64xi8>, !amx.tile<2x16xi32>
  return %r : !amx.tile<2x16xi32>
}

// CHECK: func.func private @structlin_emulated_tdpbusd_2x16x64
// CHECK: arith.shrui
// CHECK: arith.shrsi

// -----

// Rounded by integer operations; subnormals are zeros.

// CHECK-LABEL: func.func @round
// CHECK: %[[BITS:.*]] = arith.bitcast %{{.*}} : vector<16xf32> to vector<16xi32>
// CHECK: %[[FLUSHED:.*]] = arith.select %{{.*}}, %{{.*}}, %[[BITS]]
// CHECK: arith.trunci %{{.*}} : vector<16xi32> to vector<16xi16>
// CHECK: arith.truncf %{{.*}} : f64 to f32
func.func @round(%v: vector<16xf32>, %s: f64) -> (vector<16xbf16>, f32) {
  %0 = arith.truncf %v : vector<16xf32> to vector<16xbf16>
  %1 = arith.truncf %s : f64 to f32
  return %0, %1 : vector<16xbf16>, f32
}

// -----

// CHECK-LABEL: func.func @expand
// CHECK: call @structlin_emulated_vpexpand_32x16
func.func @expand(%v: vector<32xi16>, %p: vector<32xi16>, %m: vector<32xi1>) -> vector<32xi16> {
  %0 = llvm.call_intrinsic "llvm.x86.avx512.mask.expand"(%v, %p, %m)
      : (vector<32xi16>, vector<32xi16>, vector<32xi1>) -> vector<32xi16>
  return %0 : vector<32xi16>
}

// CHECK: func.func private @structlin_emulated_vpexpand_32x16
// CHECK: vector.expandload

// -----

func.func @negative_instruction_of_no_kernel(%v: vector<8xf32>) -> vector<8xf32> {
  // expected-error @below {{failed to legalize operation 'x86vector.avx.rsqrt'}}
  %0 = x86vector.avx.rsqrt %v : vector<8xf32>
  return %0 : vector<8xf32>
}

// -----

func.func @negative_tiles_of_f16(%a: !amx.tile<16x32xf16>, %c: !amx.tile<16x16xf32>)
    -> !amx.tile<16x16xf32> {
  // expected-error @below {{failed to legalize operation 'amx.tile_mulf'}}
  %0 = amx.tile_mulf %a, %a, %c
      : !amx.tile<16x32xf16>, !amx.tile<16x32xf16>, !amx.tile<16x16xf32>
  return %0 : !amx.tile<16x16xf32>
}
