// Other writers put data at any offset: one byte before every tensor here, and a header
// of odd length. Fitting and running give what aligned data give.
// DEFINE: %{archive} = %python %S/../Compress/Inputs/safetensors.py
// RUN: rm -rf %t && mkdir %t
// RUN: %{archive} write %t/odd.safetensors pp:I8:1:ints f32:F32:4x3:mixed f64:F64:4x3:mixed f16:F16:4x3:mixed b16:BF16:4x3:mixed i32:I32:4x3:ints i64:I64:4x3:ints values:F32:4:mixed indices:I32:4:columns offsets:I64:5:rising
// RUN: %{archive} offsets %t/odd.safetensors | FileCheck %s --check-prefix=ODD
// ODD-COUNT-9: odd

// Copied into a file of ours, where everything is aligned.
// RUN: structlin-opt %s --structlin-fit='parameters=%t/odd.safetensors output-parameters=%t/even.safetensors' -o /dev/null
// RUN: %{archive} offsets %t/even.safetensors | FileCheck %s --check-prefix=EVEN
// EVEN-NOT: odd
// EVEN-COUNT-9: aligned
// EVEN-NOT: odd

// RUN: structlin-run %s --inputs=random:1 --parameters=%t/odd.safetensors --outputs=%t/odd.npy
// RUN: structlin-run %s --inputs=random:1 --parameters=%t/even.safetensors --outputs=%t/even.npy
// RUN: cmp %t/odd.npy %t/even.npy

// RUN: structlin-opt %s --structlin-assign='structure="#structlin.low_rank<rank = 1>" min-parameters=1' --structlin-fit='parameters=%t/odd.safetensors output-parameters=%t/odd-fit.safetensors' | FileCheck %s
// RUN: structlin-opt %s --structlin-assign='structure="#structlin.low_rank<rank = 1>" min-parameters=1' --structlin-fit='parameters=%t/even.safetensors output-parameters=%t/even-fit.safetensors' -o /dev/null
// RUN: cmp %t/odd-fit.safetensors %t/even-fit.safetensors
// RUN: %{archive} check %t/odd-fit.safetensors %t/odd.safetensors | FileCheck %s --check-prefix=FIT
// FIT: b16 matches
// FIT: f16 matches
// FIT: f32 matches
// FIT: f64 matches
// CHECK-COUNT-4: structlin.low_rank_matmul

func.func @f(%x: tensor<2x3xf32>) -> tensor<2x4xf32> {
  %f32 = structlin.parameter "f32" : tensor<4x3xf32>
  %f64 = structlin.parameter "f64" : tensor<4x3xf64>
  %f16 = structlin.parameter "f16" : tensor<4x3xf16>
  %b16 = structlin.parameter "b16" : tensor<4x3xbf16>
  %i32 = structlin.parameter "i32" : tensor<4x3xi32>
  %i64 = structlin.parameter "i64" : tensor<4x3xi64>
  %values = structlin.parameter "values" : tensor<4xf32>
  %indices = structlin.parameter "indices" : tensor<4xi32>
  %offsets = structlin.parameter "offsets" : tensor<5xi64>
  %zero = arith.constant dense<0.0> : tensor<2x4xf32>
  %zero64 = arith.constant dense<0.0> : tensor<2x4xf64>
  %x64 = arith.extf %x : tensor<2x3xf32> to tensor<2x3xf64>
  %0 = structlin.linear ins(%x, %f32 : tensor<2x3xf32>, tensor<4x3xf32>) outs(%zero : tensor<2x4xf32>) -> tensor<2x4xf32>
  %1 = structlin.linear ins(%x, %f16 : tensor<2x3xf32>, tensor<4x3xf16>) outs(%0 : tensor<2x4xf32>) -> tensor<2x4xf32>
  %2 = structlin.linear ins(%x, %b16 : tensor<2x3xf32>, tensor<4x3xbf16>) outs(%1 : tensor<2x4xf32>) -> tensor<2x4xf32>
  %3 = structlin.linear ins(%x64, %f64 : tensor<2x3xf64>, tensor<4x3xf64>) outs(%zero64 : tensor<2x4xf64>) -> tensor<2x4xf64>
  %4 = structlin.sparse_matmul ins(%x, %values, %indices, %offsets : tensor<2x3xf32>, tensor<4xf32>, tensor<4xi32>, tensor<5xi64>) outs(%2 : tensor<2x4xf32>) -> tensor<2x4xf32>
  %5 = arith.truncf %3 : tensor<2x4xf64> to tensor<2x4xf32>
  %6 = arith.addf %4, %5 : tensor<2x4xf32>
  %7 = arith.trunci %i64 : tensor<4x3xi64> to tensor<4x3xi32>
  %8 = arith.addi %7, %i32 : tensor<4x3xi32>
  %9 = arith.sitofp %8 : tensor<4x3xi32> to tensor<4x3xf32>
  %10 = tensor.extract_slice %9[0, 0] [2, 1] [1, 1] : tensor<4x3xf32> to tensor<2x1xf32>
  %11 = tensor.insert_slice %10 into %6[0, 0] [2, 1] [1, 1] : tensor<2x1xf32> into tensor<2x4xf32>
  return %11 : tensor<2x4xf32>
}
