// What a recipe or an option can get wrong, one thing each; exit status 1.
// RUN: split-file %s %t
// RUN: not structlin-opt %t/model.mlir --structlin-assign 2>&1 | FileCheck %s --check-prefix=NEITHER
// RUN: not structlin-opt %t/model.mlir --structlin-assign='recipe=%t/empty.yaml structure="#structlin.dense"' 2>&1 | FileCheck %s --check-prefix=NEITHER
// RUN: not structlin-opt %t/model.mlir --structlin-assign='structure="#structlin.low_rank<rank = 0, keep = 2.0>"' 2>&1 | FileCheck %s --check-prefix=STRUCTURE
// RUN: not structlin-opt %t/model.mlir --structlin-assign='structure="42 : i64"' 2>&1 | FileCheck %s --check-prefix=NOT-STRUCTURE
// RUN: not structlin-opt %t/model.mlir --structlin-assign=recipe=%t/none.yaml 2>&1 | FileCheck %s --check-prefix=NO-FILE
// RUN: not structlin-opt %t/model.mlir --structlin-assign=recipe=%t/empty.yaml 2>&1 | FileCheck %s --check-prefix=EMPTY
// RUN: not structlin-opt %t/model.mlir --structlin-assign=recipe=%t/malformed.yaml 2>&1 | FileCheck %s --check-prefix=MALFORMED
// RUN: not structlin-opt %t/model.mlir --structlin-assign=recipe=%t/key.yaml 2>&1 | FileCheck %s --check-prefix=KEY
// RUN: not structlin-opt %t/model.mlir --structlin-assign=recipe=%t/required.yaml 2>&1 | FileCheck %s --check-prefix=REQUIRED
// RUN: not structlin-opt %t/model.mlir --structlin-assign=recipe=%t/attribute.yaml 2>&1 | FileCheck %s --check-prefix=ATTRIBUTE
// RUN: not structlin-opt %t/model.mlir --structlin-assign=recipe=%t/glob.yaml 2>&1 | FileCheck %s --check-prefix=GLOB
// RUN: not structlin-opt %t/model.mlir --structlin-assign=recipe=%t/unquoted.yaml 2>&1 | FileCheck %s --check-prefix=UNQUOTED

// NEITHER: error: expected exactly one of the options 'recipe' and 'structure'
// STRUCTURE: error: invalid structure '#structlin.low_rank<rank = 0, keep = 2.0>': {{.}}
// NOT-STRUCTURE: error: invalid structure '42 : i64': expected a structure, such as #structlin.low_rank<keep = 0.5>
// NO-FILE: none.yaml{{.*}}: error: cannot read the recipe: No such file or directory

//--- model.mlir
module {}

//--- empty.yaml
# EMPTY: empty.yaml:1:1: error: expected a recipe with 'ignore', 'layers' or 'default', got none of them

//--- malformed.yaml
# MALFORMED: malformed.yaml:3:{{[0-9]+}}: error:
layers:
  - match: "a
    structure: [

//--- key.yaml
# KEY: key.yaml:4:5: error: unknown key 'structur'
layers:
  - match: "a"
    structur: "#structlin.dense"
    structure: "#structlin.dense"

//--- required.yaml
# REQUIRED: required.yaml:3:13: error: expected 'structure' or 'format' beside 'match'
layers:
  - match: "a"

//--- attribute.yaml
# ATTRIBUTE: attribute.yaml:4:17: error: invalid structure '#structlin.low_rank<ramk = 3>': {{.}}
layers:
  - match: "a"
    structure: "#structlin.low_rank<ramk = 3>"

//--- glob.yaml
# GLOB: glob.yaml:2:11: error: invalid pattern 'a[': {{.}}
ignore: ["a["]

//--- unquoted.yaml
# UNQUOTED: unquoted.yaml:{{[0-9]+}}:{{[0-9]+}}: error: {{.}}
default: #structlin.dense
