"""Prints name, type and shape of the tensors of a safetensors file, by name."""

import json
import struct
import sys

with open(sys.argv[1], "rb") as file:
    header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
for name, entry in sorted(header.items()):
    if name != "__metadata__":
        print(name, entry["dtype"], entry["shape"])
