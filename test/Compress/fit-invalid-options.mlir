// RUN: not structlin-opt %s --structlin-fit 2>&1 | FileCheck %s --check-prefix=NO-SOURCE
// RUN: not structlin-opt %s --structlin-fit=parameters=%t.none 2>&1 | FileCheck %s --check-prefix=NO-FILE
// RUN: not structlin-opt %s --structlin-fit=parameters=random:x 2>&1 | FileCheck %s --check-prefix=NO-SEED
// RUN: not structlin-opt %s --structlin-fit='parameters=random:1 output-parameters=%t.none/out.safetensors' 2>&1 | FileCheck %s --check-prefix=NO-FOLDER
// RUN: not structlin-opt %s --structlin-report 2>&1 | FileCheck %s --check-prefix=NO-REPORT
// RUN: not structlin-opt %s --structlin-report=file=%t.none/report.json 2>&1 | FileCheck %s --check-prefix=REPORT-FOLDER

// NO-SOURCE: [[@LINE+7]]:8: error: cannot read parameter 'w': it has no value and no parameters were given
// NO-FILE: error: cannot open the parameters: {{.*}}.none
// NO-SEED: error: cannot open the parameters: {{.*}}random:x
// NO-FOLDER: error: cannot write '{{.*}}.none/out.safetensors': No such file or directory
// NO-REPORT: error: expected the option 'file'
// REPORT-FOLDER: error: {{.*}}report.json
func.func @negative_options(%x: tensor<?x3xf32>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %w = structlin.parameter "w" : tensor<3x3xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x3xf32>, tensor<3x3xf32>) outs(%init : tensor<?x3xf32>)
    {structure = #structlin.low_rank<rank = 1>} -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
