// RUN: rm -rf %t && mkdir -p %t
// RUN: %python %S/Inputs/npy.py write %t/x.npy f4 2,3 1 2 3 4 5 6
// RUN: %python %S/Inputs/npy.py write %t/w.npy f4 2,3 1 0 -1 2 2 2
// RUN: structlin-run %s --entry=layer --inputs=%t/x.npy --parameters=%t --outputs=%t/y.npy
// RUN: %python %S/Inputs/npy.py print %t/y.npy | FileCheck %s --check-prefix=LAYER
// RUN: structlin-run %s --entry=layer --inputs=%t/x.npy --parameters=%t --outputs=%t/y.npy --lowering=reference
// RUN: %python %S/Inputs/npy.py print %t/y.npy | FileCheck %s --check-prefix=LAYER
// RUN: structlin-run %s --entry=layer --inputs=%t/x.npy --parameters=%t --outputs=%t/y.npy --lowering=plain --O0
// RUN: %python %S/Inputs/npy.py print %t/y.npy | FileCheck %s --check-prefix=LAYER
// LAYER: <f4 (2, 2) [98.0, 112.0, 98.0, 130.0]

// A tagged argument is bound by name; scalars are results of rank 0.
// RUN: structlin-run %s --entry=tagged --inputs=%t/x.npy --parameters=%t --outputs=%t/y.npy,%t/n.npy
// RUN: %python %S/Inputs/npy.py print %t/y.npy | FileCheck %s --check-prefix=TAGGED
// RUN: %python %S/Inputs/npy.py print %t/n.npy | FileCheck %s --check-prefix=COUNT
// TAGGED: <f4 (2, 3) [2.0, 2.0, 2.0, 6.0, 7.0, 8.0]
// COUNT: <i8 () [2]

// Several sizes are asked for at once.
// RUN: structlin-run %s --entry=two --inputs=%t/x.npy,%t/w.npy --outputs=%t/y.npy,%t/two.npy
// RUN: %python %S/Inputs/npy.py print %t/y.npy | FileCheck %s --check-prefix=FIRST
// RUN: %python %S/Inputs/npy.py print %t/two.npy | FileCheck %s --check-prefix=SECOND
// FIRST: <f4 (2, 3) [2.0, 4.0, 6.0, 8.0, 10.0, 12.0]
// SECOND: <f4 (2, 3) [2.0, 0.0, -2.0, 4.0, 4.0, 4.0]

// bf16 is two opaque bytes.
// RUN: %python %S/Inputs/npy.py write %t/b.npy V2 2 16256 16384
// RUN: structlin-run %s --entry=brain --inputs=%t/b.npy --outputs=%t/c.npy
// RUN: %python %S/Inputs/npy.py print %t/c.npy | FileCheck %s --check-prefix=BRAIN
// BRAIN: |V2 (2,) [16384, 16512]

// RUN: structlin-run %s --entry=layer --inputs=random:1 --dynamic-size=5 --parameters=random:2 --bench=3 --print-report | FileCheck %s --check-prefix=BENCH
// BENCH: entry layer
// BENCH-NEXT: input ?x3xf32
// BENCH-NEXT: result ?x2xf32
// BENCH-NEXT: parameters 2 bytes {{[0-9]+$}}
// BENCH-NEXT: {{^}}median_us={{[0-9.]+}} min_us={{[0-9.]+}} runs=3 compile_ms={{[0-9]+}}{{$}}

// What is wrong is said, nothing is written, the exit status is 1.
// RUN: not structlin-run %s 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: expected one public function, got 'layer', 'tagged', 'two', 'brain', 'sparse'
// RUN: not structlin-run %s --entry=nothing 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: error: no public function 'nothing' among 'layer', 'tagged'
// RUN: not structlin-run %s --entry=layer --inputs=%t/b.npy --parameters=%t --outputs=%t/z.npy 2>&1 | FileCheck %s --check-prefix=TYPE
// TYPE: error: {{.*}}b.npy
// RUN: %python %S/Inputs/npy.py write %t/short.npy f4 2,2 1 2 3 4
// RUN: not structlin-run %s --entry=layer --inputs=%t/short.npy --parameters=%t --outputs=%t/z.npy 2>&1 | FileCheck %s --check-prefix=SHAPE
// SHAPE: error: input 0: expected ?x3xf32, got 2x2xf32 from '{{.*}}short.npy'
// RUN: not structlin-run %s --entry=layer --parameters=%t --outputs=%t/z.npy 2>&1 | FileCheck %s --check-prefix=COUNTS
// COUNTS: error: 'layer' expects 1 inputs, got 0
// RUN: not structlin-run %s --entry=layer --inputs=%t/x.npy --parameters=%t --outputs=%t/z.npy,%t/zz.npy 2>&1 | FileCheck %s --check-prefix=OUTPUTS
// OUTPUTS: error: 'layer' has 1 results, got 2 outputs
// RUN: not structlin-run %s --entry=layer --inputs=%t/x.npy --outputs=%t/z.npy 2>&1 | FileCheck %s --check-prefix=SOURCE
// SOURCE: error: parameter 'w' has no value and no source is given
// RUN: not structlin-run %s --entry=tagged --inputs=%t/x.npy --outputs=%t/z.npy,%t/zz.npy 2>&1 | FileCheck %s --check-prefix=TAG
// TAG: error: input 1 is the parameter 'w' and no parameters are given
// RUN: not structlin-run %s --entry=sparse --inputs=random:1 --outputs=%t/z.npy 2>&1 | FileCheck %s --check-prefix=INDEX
// INDEX: SP-R
// All results are written or none: the second one cannot be.
// RUN: not structlin-run %s --entry=tagged --inputs=%t/x.npy --parameters=%t --outputs=%t/z.npy,%t 2>&1 | FileCheck %s --check-prefix=REGULAR
// REGULAR: error: {{.*}}expected a regular file or none
// RUN: not ls %t/z.npy

func.func @layer(%x: tensor<?x3xf32>) -> tensor<?x2xf32> {
  %w = structlin.parameter "w" : tensor<2x3xf32>
  %bias = structlin.parameter "bias" = dense<[100.0, 100.0]> : tensor<2xf32>
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x3xf32>
  %e = tensor.empty(%m) : tensor<?x2xf32>
  %init = linalg.broadcast ins(%bias : tensor<2xf32>) outs(%e : tensor<?x2xf32>) dimensions = [0]
  %y = structlin.linear ins(%x, %w : tensor<?x3xf32>, tensor<2x3xf32>)
         outs(%init : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

func.func @tagged(%x: tensor<?x3xf32>, %w: tensor<2x3xf32> {structlin.param = "w"})
    -> (tensor<?x3xf32>, index) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x3xf32>
  %e = tensor.empty(%m) : tensor<?x3xf32>
  %dense = tensor.cast %w : tensor<2x3xf32> to tensor<?x3xf32>
  %y = linalg.add ins(%x, %dense : tensor<?x3xf32>, tensor<?x3xf32>)
         outs(%e : tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y, %m : tensor<?x3xf32>, index
}

func.func @two(%x: tensor<?x3xf32>, %w: tensor<2x?xf32>) -> (tensor<?x3xf32>, tensor<2x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x3xf32>
  %n = tensor.dim %w, %c1 : tensor<2x?xf32>
  %ex = tensor.empty(%m) : tensor<?x3xf32>
  %ew = tensor.empty(%n) : tensor<2x?xf32>
  %y = linalg.add ins(%x, %x : tensor<?x3xf32>, tensor<?x3xf32>) outs(%ex : tensor<?x3xf32>) -> tensor<?x3xf32>
  %z = linalg.add ins(%w, %w : tensor<2x?xf32>, tensor<2x?xf32>) outs(%ew : tensor<2x?xf32>) -> tensor<2x?xf32>
  return %y, %z : tensor<?x3xf32>, tensor<2x?xf32>
}

func.func @brain(%x: tensor<2xbf16>) -> tensor<2xbf16> {
  %e = tensor.empty() : tensor<2xbf16>
  %y = linalg.add ins(%x, %x : tensor<2xbf16>, tensor<2xbf16>)
         outs(%e : tensor<2xbf16>) -> tensor<2xbf16>
  return %y : tensor<2xbf16>
}

func.func @sparse(%x: tensor<1x3xf32>, %init: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %values = structlin.parameter "values" = dense<1.0> : tensor<2xf32>
  %indices = structlin.parameter "indices" = dense<[0, 3]> : tensor<2xi32>
  %offsets = structlin.parameter "offsets" = dense<[0, 1, 2]> : tensor<3xi32>
  %y = structlin.sparse_matmul
         ins(%x, %values, %indices, %offsets : tensor<1x3xf32>, tensor<2xf32>, tensor<2xi32>,
             tensor<3xi32>)
         outs(%init : tensor<1x2xf32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
