"""Functions on finished products against the C library's.

    functions.py write X.npy             rows of numbers from -20 to 20, small ones included
    functions.py check X.npy EXP.npy TANH.npy ERF.npy LOG.npy

The bound is that of docs/Rationale.md, "Kernels".
"""

import math
import sys

import numpy as np

BOUND = 2.0**-20


def write(path):
    wide = np.linspace(-20, 20, 6400)
    small = np.concatenate([np.geomspace(1e-30, 1, 800), -np.geomspace(1e-30, 1, 800)])
    np.save(path, np.concatenate([wide, small]).astype(np.float32).reshape(-1, 16))


def check(name, function, x, got):
    assert got.shape == x.shape, name
    exact = np.array([function(float(v)) for v in x.ravel()]).reshape(x.shape)
    error = np.abs(got - exact) / np.maximum(np.abs(exact), 1 if name != "exp" else 0)
    assert np.all(error <= BOUND), f"{name}: {error.max()} at {x.ravel()[error.argmax()]}"


if sys.argv[1] == "write":
    write(sys.argv[2])
else:
    x, *results = (np.load(path) for path in sys.argv[2:])
    check("exp", math.exp, x, results[0])
    check("tanh", math.tanh, x, results[1])
    check("erf", math.erf, x, results[2])
    check("log", lambda v: math.log(abs(v)), x, results[3])
