"""Tiny safetensors files for the tests, with the standard library alone.

    safetensors.py write FILE name:dtype:shape:kind ...   kinds: rank1, mixed, nan, inf,
                                                          zero, ints, mask, rising, columns,
                                                          blocks/2/4 (a checkerboard), or
                                                          values: 1,-0.0,3
                                                          @key=value is metadata
    safetensors.py check FILE DENSE                        recomputes every error
    safetensors.py list FILE                               names, types, shapes, metadata
    safetensors.py print FILE NAME                         type, shape and values of one tensor
    safetensors.py digest FILE                             names and checksums of the values
    safetensors.py offsets FILE                            whether tensors are aligned in it
"""

import json
import math
import struct
import sys
import zlib

FORMATS = {"F64": "d", "F32": "f", "F16": "e", "I64": "q", "I32": "i", "I16": "h", "I8": "b",
           "U8": "B", "BOOL": "?", "F8_E4M3": "b"}
KINDS = ("rank1", "mixed", "nan", "inf", "zero", "ints", "mask", "rising", "columns")


def entries(kind, rows, cols):
    """Row-major values of a rows x cols matrix, small enough to be exact in bf16."""
    for i in range(rows):
        for j in range(cols):
            if kind == "rank1":
                yield float((i % 5 - 2) * (j % 3 + 1))
            elif kind == "zero":
                yield 0.0
            elif kind == "nan":
                yield math.nan if (i, j) == (1, 2) else 1.0
            elif kind == "inf":
                yield -math.inf if (i, j) == (2, 0) else 1.0
            elif kind == "mask":
                yield (i + j) % 2 == 0
            elif kind == "rising":
                yield j
            elif kind == "columns":
                yield j % 3
            elif kind.startswith("blocks/"):
                height, width = map(int, kind.split("/")[1:])
                yield float((i // height + j // width) % 2 == 0 and 1 + (i + j) % 3)
            elif kind == "ints":
                yield (7 * i + 11 * j) % 13 - 6
            else:
                yield ((i * 37 + j * 101) % 64 - 32) / 8.0


def encode(dtype, values):
    if dtype == "BF16":  # the values need no rounding
        return b"".join(struct.pack("<f", v)[2:] for v in values)
    if dtype not in ("F64", "F32", "F16"):
        values = [int(v) for v in values]
    return struct.pack("<%d%s" % (len(values), FORMATS[dtype]), *values)


def decode(dtype, data):
    if dtype == "BF16":
        return [struct.unpack("<f", b"\0\0" + data[i : i + 2])[0] for i in range(0, len(data), 2)]
    return list(struct.unpack("<%d%s" % (len(data) // struct.calcsize(FORMATS[dtype]),
                                         FORMATS[dtype]), data))


def write(path, specs):
    header, body = {}, b""
    for spec in specs:
        if spec.startswith("@"):  # @key=value
            key, value = spec[1:].split("=")
            header.setdefault("__metadata__", {})[key] = value
            continue
        name, dtype, shape, kind = spec.split(":")
        dims = [int(size) for size in shape.split("x")]
        if kind in KINDS or kind.startswith("blocks/"):
            values = list(entries(kind, math.prod(dims[:-1]), dims[-1]))
        else:
            values = [float(v) for v in kind.split(",") if v]
            assert len(values) == math.prod(dims), spec
        data = encode(dtype, values)
        header[name] = {"dtype": dtype, "shape": dims,
                        "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)


def read(path):
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header, body = json.loads(file.read(size)), file.read()
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = (entry["dtype"], entry["shape"], decode(entry["dtype"], body[begin:end]))
    return tensors, metadata


def product(u, v, n_out, rank, n_in):
    return [[sum(u[i * rank + k] * v[k * n_in + j] for k in range(rank)) for j in range(n_in)]
            for i in range(n_out)]


def reconstruct(factor, n_out, n_in, structure):
    """W' from the factors, by the formulas of docs/Spec.md."""
    w = [[0.0] * n_in for _ in range(n_out)]
    if "s" in factor:
        _, (b1, p, r), u = factor["U"]
        _, (b2, _, q), v = factor["V"]
        s = factor["s"][2]
        for i in range(n_out):
            for j in range(n_in):
                bi, bj = i // p, j // q
                w[i][j] = sum(u[i * r + k] * s[(bi * b2 + bj) * r + k] *
                              v[(bj * r + k) * q + j % q] for k in range(r))
        return w
    if "U" in factor:
        rank = factor["U"][1][1]
        w = product(factor["U"][2], factor["V"][2], n_out, rank, n_in)
    if "values" not in factor:
        return w
    _, shape, values = factor["values"]
    indices = factor["indices"][2]
    if "offsets" in factor:
        offsets = factor["offsets"][2]
        bh, bw = shape[1:] if len(shape) == 3 else (1, 1)
        for row in range(len(offsets) - 1):
            for k in range(offsets[row], offsets[row + 1]):
                for a in range(bh):
                    for b in range(bw):
                        i, j = row * bh + a, indices[k] * bw + b
                        if i < n_out and j < n_in:
                            w[i][j] += values[(k * bh + a) * bw + b]
        return w
    _, groups, n = shape
    m = int(structure.split(":")[1].split(">")[0])
    for k, value in enumerate(values):
        i, g = k // (groups * n), k // n % groups
        if g * m + indices[k] < n_in:
            w[i][g * m + indices[k]] += value
    return w


def check(path, dense_path):
    tensors, metadata = read(path)
    dense, _ = read(dense_path)
    for key in sorted(metadata):
        if not key.endswith(".error"):
            continue
        name = key[: -len(".error")]
        factor = {full[len(name) + 1 :]: tensor for full, tensor in tensors.items()
                  if full.startswith(name + ".")}
        _, (n_out, n_in), values = dense[name]
        w = reconstruct(factor, n_out, n_in, metadata[name + ".structure"])
        difference = math.sqrt(sum((values[i * n_in + j] - w[i][j]) ** 2
                                   for i in range(n_out) for j in range(n_in)))
        error = difference / (math.sqrt(sum(v * v for v in values)) or 1.0)
        recorded = float(metadata[key])
        same = abs(error - recorded) <= 1e-5 * recorded + 1e-12
        print(name, "matches" if same else "differs: recorded %g, recomputed %g" % (recorded, error))


def digest(path):
    tensors, _ = read(path)
    for name, (_, _, values) in sorted(tensors.items()):
        print(name, zlib.crc32(repr(values).encode()))


def offsets(path):
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
    header.pop("__metadata__", None)
    for name, entry in header.items():
        position = 8 + size + entry["data_offsets"][0]
        element = 2 if entry["dtype"] == "BF16" else struct.calcsize(FORMATS[entry["dtype"]])
        if element > 1:
            print(name, "odd" if position % 2 else "even" if position % element else "aligned")


def list_file(path):
    tensors, metadata = read(path)
    for name, (dtype, shape, _) in sorted(tensors.items()):
        print(name, dtype, "x".join(map(str, shape)))
    for key in sorted(metadata):
        print(key, "=", metadata[key])


def print_tensor(path, name):
    dtype, shape, values = read(path)[0][name]
    print(name, dtype, "x".join(map(str, shape)), values)


if __name__ == "__main__":
    command, arguments = sys.argv[1], sys.argv[2:]
    if command == "write":
        write(arguments[0], arguments[1:])
    else:
        {"check": check, "digest": digest, "list": list_file, "offsets": offsets,
         "print": print_tensor}[command](*arguments)
