// RUN: not structlin-opt %s --structlin-fit 2>&1 | FileCheck %s --check-prefix=NO-SOURCE
// RUN: not structlin-opt %s --structlin-fit=parameters=%t.none 2>&1 | FileCheck %s --check-prefix=NO-FILE
// RUN: not structlin-opt %s --structlin-fit=parameters=random:x 2>&1 | FileCheck %s --check-prefix=NO-SEED
// RUN: not structlin-opt %s --structlin-fit='parameters=random:1 output-parameters=%t.none/out.safetensors' 2>&1 | FileCheck %s --check-prefix=NO-FOLDER
// RUN: not structlin-opt %s --structlin-report 2>&1 | FileCheck %s --check-prefix=NO-REPORT
// RUN: not structlin-opt %s --structlin-report=file=%t.none/report.json 2>&1 | FileCheck %s --check-prefix=REPORT-FOLDER
// RUN: not structlin-opt %s --structlin-fit='parameters=random:1 sweeps=-1' 2>&1 | FileCheck %s --check-prefix=SWEEPS
// RUN: not structlin-opt %s --structlin-fit='parameters=random:1 restarts=0 output-parameters=%t.safetensors' 2>&1 | FileCheck %s --check-prefix=RESTARTS
// RUN: not ls %t.safetensors.partial
// RUN: not structlin-opt %s --structlin-fit='parameters=random:1 oats-iterations=-2' 2>&1 | FileCheck %s --check-prefix=OATS
// RUN: not structlin-opt %s --structlin-fit='parameters=random:1 flop-limit=nan' 2>&1 | FileCheck %s --check-prefix=FLOPS
// RUN: not structlin-opt %s --structlin-fit='parameters=random:1 max-error=-0.5' 2>&1 | FileCheck %s --check-prefix=ERROR

// SWEEPS: error: expected sweeps to be at least 0, got -1
// RESTARTS: error: expected restarts to be at least 1, got 0
// OATS: error: expected oats-iterations to be at least 0, got -2
// FLOPS: error: expected flop-limit to be at least 0, got nan
// ERROR: error: expected max-error to be at least 0, got -5.000000e-01
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
