// Constraints of structlin.variants (docs/Spec.md, VAR), and its form.
// RUN: structlin-opt %s --split-input-file --verify-diagnostics

// VAR-C1
func.func @negative_ranges(%m: index) {
  // expected-error @below {{expected ranges of rising numbers of tokens, got one up to 4 behind one up to 4}}
  "structlin.variants"(%m) <{upperBounds = array<i64: 4, 4>}> ({
    structlin.yield
  }, {
    structlin.yield
  }, {
    structlin.yield
  }) : (index) -> ()
  return
}

// -----

// VAR-C2
func.func @negative_number_of_regions(%m: index) {
  // expected-error @below {{expected one region per range (3), got 2}}
  structlin.variants %m [1, 2 to 8, 9 up] {
  }, {
  }
  return
}

// -----

// VAR-C3
func.func @negative_yield(%m: index, %a: tensor<4xf32>, %b: tensor<5xf32>) {
  // expected-error @below {{expected region #1 to yield the results' types ('tensor<4xf32>'), got ('tensor<5xf32>')}}
  %0 = structlin.variants %m [1, 2 up] -> tensor<4xf32> {
    structlin.yield %a : tensor<4xf32>
  }, {
    structlin.yield %b : tensor<5xf32>
  }
  return
}

// -----

func.func @negative_gap(%m: index) {
  // expected-error @below {{expected a range from 2 on, got one from 3}}
  structlin.variants %m [1, 3 up] {
  }, {
  }
  return
}

// -----

func.func @negative_empty_range(%m: index) {
  // expected-error @below {{expected a range that ends at 1 or later, got 0}}
  structlin.variants %m [1 to 0, 1 up] {
  }, {
  }
  return
}

// -----

func.func @negative_without_end(%m: index) {
  // expected-error @below {{expected a last range without end}}
  structlin.variants %m [1] {
  }
  return
}

// -----

func.func @negative_behind_the_last(%m: index) {
  // expected-error @below {{expected no range behind the one without end}}
  structlin.variants %m [1 up, 2 up] {
  }, {
  }
  return
}
