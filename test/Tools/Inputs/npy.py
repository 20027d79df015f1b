"""Small .npy files without NumPy: `write FILE TYPE SHAPE VALUE...`, `print FILE`.

TYPE is f4, i8 (64 bits) or V2 (bf16, given and shown as its 16 bits).
"""
import ast
import struct
import sys

FORMATS = {"<f4": "f", "<i8": "q", "|V2": "H", "|b1": "?"}
DESCR = {"f4": "<f4", "i8": "<i8", "V2": "|V2"}


def write(path, kind, shape, *values):
    descr = DESCR[kind]
    sizes = tuple(int(size) for size in shape.split(",") if size)
    header = "{'descr': %r, 'fortran_order': False, 'shape': %r, }" % (descr, sizes)
    header += " " * (-(len(header) + 11) % 64) + "\n"
    parse = float if kind == "f4" else int
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
        file.write(struct.pack("<%d%s" % (len(values), FORMATS[descr]), *map(parse, values)))


def show(path):
    with open(path, "rb") as file:
        data = file.read()
    length = struct.unpack_from("<H", data, 8)[0]
    header = ast.literal_eval(data[10 : 10 + length].decode())
    values = data[10 + length :]
    code = FORMATS[header["descr"]]
    count = len(values) // struct.calcsize("<" + code)
    print(header["descr"], header["shape"], list(struct.unpack("<%d%s" % (count, code), values)))


if sys.argv[1] == "write":
    write(*sys.argv[2:])
else:
    show(sys.argv[2])
