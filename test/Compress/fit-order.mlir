// A weight's factors do not depend on the layers around it: the same layers in
// another order, among others, give the same values.
// RUN: rm -rf %t && split-file %s %t
// RUN: structlin-opt %t/two.mlir --structlin-fit='parameters=random:0 output-parameters=%t/two.safetensors sweeps=5 seed=3' -o /dev/null
// RUN: structlin-opt %t/one.mlir --structlin-fit='parameters=random:0 output-parameters=%t/one.safetensors sweeps=5 seed=3' -o /dev/null
// RUN: structlin-opt %t/one.mlir --structlin-fit='parameters=random:0 output-parameters=%t/other.safetensors sweeps=5 seed=4' -o /dev/null
// RUN: %python %S/Inputs/safetensors.py digest %t/two.safetensors | grep 'a\.' > %t/two.txt
// RUN: %python %S/Inputs/safetensors.py digest %t/one.safetensors | grep 'a\.' > %t/one.txt
// RUN: %python %S/Inputs/safetensors.py digest %t/other.safetensors | grep 'a\.' > %t/other.txt
// RUN: cmp %t/one.txt %t/two.txt

// Another seed starts elsewhere.
// RUN: not cmp %t/one.txt %t/other.txt

//--- one.mlir
func.func @f(%x: tensor<?x20xf32>, %init: tensor<?x18xf32>) -> tensor<?x18xf32> {
  %a = structlin.parameter "a" : tensor<18x20xf32>
  %y = structlin.linear ins(%x, %a : tensor<?x20xf32>, tensor<18x20xf32>) outs(%init : tensor<?x18xf32>)
    {structure = #structlin.blast<blocks = [3, 4], rank = 3>} -> tensor<?x18xf32>
  return %y : tensor<?x18xf32>
}

//--- two.mlir
func.func @f(%x: tensor<?x20xf32>, %init: tensor<?x18xf32>) -> tensor<?x18xf32> {
  %b = structlin.parameter "b" : tensor<18x20xf32>
  %0 = structlin.linear ins(%x, %b : tensor<?x20xf32>, tensor<18x20xf32>) outs(%init : tensor<?x18xf32>)
    {structure = #structlin.blast<blocks = [3, 4], rank = 3>} -> tensor<?x18xf32>
  %a = structlin.parameter "a" : tensor<18x20xf32>
  %y = structlin.linear ins(%x, %a : tensor<?x20xf32>, tensor<18x20xf32>) outs(%0 : tensor<?x18xf32>)
    {structure = #structlin.blast<blocks = [3, 4], rank = 3>} -> tensor<?x18xf32>
  return %y : tensor<?x18xf32>
}
