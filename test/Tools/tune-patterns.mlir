// Where there are no parameters, patterns are made up, for each family of sparse weights.
// RUN: structlin-tune %s --num-threads=1 --limit=1 --rounds=1 --seconds=0.001 --hot --tokens=3 --output=%t.json | FileCheck %s
// CHECK: {{^}}blocks block_sparse_matmul {{.*}} m=3: {{.*}} ratio
// CHECK: {{^}}rows sparse_matmul {{.*}} m=3: {{.*}} ratio
// CHECK: {{^}}groups sparse_matmul {{.*}} m=3: {{.*}} ratio
// CHECK: {{^}}both low_rank_sparse_matmul {{.*}} m=3: {{.*}} ratio
// CHECK: {{^}}5 entries

func.func @blocks(%x: tensor<?x128xf32>, %init: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %values = structlin.parameter "values" : tensor<10x16x16xf32>
  %indices = structlin.parameter "indices" : tensor<10xi32>
  %offsets = structlin.parameter "offsets" : tensor<5xi32>
  %y = structlin.block_sparse_matmul
         ins(%x, %values, %indices, %offsets : tensor<?x128xf32>, tensor<10x16x16xf32>, tensor<10xi32>,
             tensor<5xi32>)
         outs(%init : tensor<?x64xf32>) {layer = "blocks"} -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

func.func @rows(%x: tensor<?x128xf32>, %init: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %values = structlin.parameter "values" : tensor<2500xf32>
  %indices = structlin.parameter "indices" : tensor<2500xi32>
  %offsets = structlin.parameter "offsets" : tensor<65xi32>
  %y = structlin.sparse_matmul
         ins(%x, %values, %indices, %offsets : tensor<?x128xf32>, tensor<2500xf32>, tensor<2500xi32>,
             tensor<65xi32>)
         outs(%init : tensor<?x64xf32>) {layer = "rows"} -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

func.func @groups(%x: tensor<?x128xf32>, %init: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %values = structlin.parameter "values" : tensor<64x32x2xf32>
  %indices = structlin.parameter "indices" : tensor<64x32x2xi8>
  %y = structlin.sparse_matmul
         ins(%x, %values, %indices : tensor<?x128xf32>, tensor<64x32x2xf32>, tensor<64x32x2xi8>)
         outs(%init : tensor<?x64xf32>) {group = 4, layer = "groups"} -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

func.func @both(%x: tensor<?x128xf32>, %init: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %u = structlin.parameter "u" : tensor<64x8xf32>
  %v = structlin.parameter "v" : tensor<8x128xf32>
  %values = structlin.parameter "values" : tensor<64x32x1xf32>
  %indices = structlin.parameter "indices" : tensor<64x32x1xi8>
  %y = structlin.low_rank_sparse_matmul
         ins(%x, %u, %v, %values, %indices : tensor<?x128xf32>, tensor<64x8xf32>, tensor<8x128xf32>,
             tensor<64x32x1xf32>, tensor<64x32x1xi8>)
         outs(%init : tensor<?x64xf32>) {group = 4, layer = "both"} -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}
