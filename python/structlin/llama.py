# ===- llama.py - a Llama-shaped decoder of any size -----------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The architecture as linalg on tensors, with weights as tagged arguments, and
# random weights under the names that checkpoints use. No framework, no values in
# memory: what the size of a model asks of the compiler can be tried anywhere.
#
# ===----------------------------------------------------------------------===//
"""The MLIR text of a decoder with RMSNorm, rotary embedding, grouped-query attention
and SwiGLU, for one sequence."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LlamaShape:
    """The sizes of a model, named as in checkpoints' configurations."""

    num_hidden_layers: int
    hidden_size: int
    intermediate_size: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    vocab_size: int
    # bf16 or f32: weights and activations. Norms, rotations and softmax are in f32.
    dtype: str = "bf16"
    tie_word_embeddings: bool = True
    rope_theta: float = 500000.0
    rms_norm_eps: float = 1e-5

    @property
    def head(self) -> str:
        """The name of the output layer; tied, it is that of the embedding table."""
        return "model.embed_tokens" if self.tie_word_embeddings else "lm_head"

    def weights(self) -> dict[str, tuple[int, ...]]:
        """The shape of each weight by name, in the order of the model."""
        h, f, d = self.hidden_size, self.intermediate_size, self.head_dim
        queries, keys = self.num_attention_heads * d, self.num_key_value_heads * d
        shapes: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (self.vocab_size, h)}
        for i in range(self.num_hidden_layers):
            shapes |= {
                f"model.layers.{i}.{name}.weight": shape
                for name, shape in {
                    "input_layernorm": (h,),
                    "self_attn.q_proj": (queries, h),
                    "self_attn.k_proj": (keys, h),
                    "self_attn.v_proj": (keys, h),
                    "self_attn.o_proj": (h, queries),
                    "post_attention_layernorm": (h,),
                    "mlp.gate_proj": (f, h),
                    "mlp.up_proj": (f, h),
                    "mlp.down_proj": (h, f),
                }.items()
            }
        shapes["model.norm.weight"] = (h,)
        if not self.tie_word_embeddings:
            shapes["lm_head.weight"] = (self.vocab_size, h)
        return shapes


# The sizes of Llama 3.2 1B.
LLAMA_1B = LlamaShape(16, 2048, 8192, 32, 8, 64, 128256)
# The same architecture for tests.
TINY = LlamaShape(2, 64, 160, 4, 2, 16, 96)


class _Text:
    """Writes operations; each method returns the name of its result."""

    def __init__(self):
        self.lines: list[str] = []
        self.types: dict[str, str] = {}

    def op(self, text: str, result: str) -> str:
        name = f"%{len(self.types)}"
        self.types[name] = result
        self.lines.append(f"    {name} = {text}")
        return name

    def empty(self, shape, element: str) -> str:
        kind = tensor(shape, element)
        return self.op(f"tensor.empty() : {kind}", kind)

    def filled(self, value: str, shape, element: str) -> str:
        constant = self.op(f"arith.constant {value} : {element}", element)
        init, kind = self.empty(shape, element), tensor(shape, element)
        return self.op(f"linalg.fill ins({constant} : {element}) outs({init} : {kind}) -> {kind}", kind)

    def generic(self, loops: str, ins, init: str, init_map: str, body: str, reductions: str = "") -> str:
        """A linalg.generic over `loops` ("t h"); `ins` pairs values with maps ("t"). In
        `body` the inputs are %a, %b, ..., the init is %o, and %r is what it yields."""
        dims = loops.split()
        space = ", ".join(dims)
        maps = [f"affine_map<({space}) -> ({', '.join(m.split())})>" for _, m in ins]
        maps.append(f"affine_map<({space}) -> ({', '.join(init_map.split())})>")
        kinds = ['"reduction"' if d in reductions.split() else '"parallel"' for d in dims]
        values = ", ".join(v for v, _ in ins)
        types = ", ".join(self.types[v] for v, _ in ins)
        target = self.types[init]
        arguments = [f"%{'abcdef'[i]}: {element_of(self.types[v])}" for i, (v, _) in enumerate(ins)]
        arguments.append(f"%o: {element_of(target)}")
        lines = "\n".join(f"      {line.strip()}" for line in body.strip().splitlines())
        inputs = f" ins({values} : {types})" if ins else ""
        return self.op(
            f"linalg.generic {{indexing_maps = [{', '.join(maps)}], "
            f"iterator_types = [{', '.join(kinds)}]}}{inputs} outs({init} : {target}) {{\n"
            f"    ^bb0({', '.join(arguments)}):\n{lines}\n"
            f"      linalg.yield %r : {element_of(target)}\n    }} -> {target}",
            target)  # fmt: skip

    def cast(self, value: str, element: str) -> str:
        """Every element rounded or widened to another float type."""
        shape, source = shape_of(self.types[value]), element_of(self.types[value])
        if source == element:
            return value
        name = "truncf" if source == "f32" else "extf"
        dims = " ".join(f"d{i}" for i in range(len(shape)))
        return self.generic(dims, [(value, dims)], self.empty(shape, element), dims,
                            f"%r = arith.{name} %a : {source} to {element}")  # fmt: skip

    def reshape(self, value: str, groups: str, shape) -> str:
        """expand_shape or collapse_shape to `shape`."""
        kind, source = tensor(shape, element_of(self.types[value])), self.types[value]
        if len(shape) < len(shape_of(source)):
            return self.op(f"tensor.collapse_shape {value} {groups} : {source} into {kind}", kind)
        return self.op(
            f"tensor.expand_shape {value} {groups} output_shape {list(shape)} : {source} into {kind}", kind
        )

    def slice(self, value: str, offset: int, size: int) -> str:
        """A part of the last dimension."""
        *outer, _ = shape_of(self.types[value])
        kind = tensor([*outer, size], element_of(self.types[value]))
        return self.op(
            f"tensor.extract_slice {value}{[0] * len(outer) + [offset]}{[*outer, size]}"
            f"{[1] * (len(outer) + 1)} : {self.types[value]} to {kind}", kind)  # fmt: skip

    def insert(self, part: str, whole: str, offset: int) -> str:
        """`whole` with `part` at `offset` of its last dimension."""
        shape, kind = shape_of(self.types[part]), self.types[whole]
        return self.op(
            f"tensor.insert_slice {part} into {whole}{[0] * (len(shape) - 1) + [offset]}"
            f"{list(shape)}{[1] * len(shape)} : {self.types[part]} into {kind}", kind)  # fmt: skip


def tensor(shape, element: str) -> str:
    return f"tensor<{'x'.join(map(str, [*shape, element]))}>"


def element_of(kind: str) -> str:
    return kind[len("tensor<") : -1].split("x")[-1]


def shape_of(kind: str) -> tuple[int, ...]:
    return tuple(int(size) for size in kind[len("tensor<") : -1].split("x")[:-1])


class _Decoder:
    """The computation for a sequence of `tokens`."""

    def __init__(self, shape: LlamaShape, tokens: int):
        self.shape, self.tokens, self.text = shape, tokens, _Text()
        self.arguments = {"ids": "%ids"}
        self.text.types["%ids"] = tensor([tokens], "i64")
        for i, (name, size) in enumerate(shape.weights().items()):
            self.arguments[name] = f"%w{i}"
            self.text.types[f"%w{i}"] = tensor(size, shape.dtype)

    def module(self) -> str:
        logits = self.forward()
        parameters = [f"%ids: {self.text.types['%ids']}"]
        parameters += [f'{value}: {self.text.types[value]} {{structlin.param = "{name}"}}'
                       for name, value in self.arguments.items() if name != "ids"]  # fmt: skip
        kind = self.text.types[logits]
        signature = ",\n    ".join(parameters)
        body = "\n".join(self.text.lines)
        return (f"module {{\n  func.func @forward({signature}) -> {kind} {{\n{body}\n"
                f"    return {logits} : {kind}\n  }}\n}}\n")  # fmt: skip

    def forward(self) -> str:
        x = self.embed()
        for i in range(self.shape.num_hidden_layers):
            prefix = f"model.layers.{i}."
            x = self.add(x, self.attention(self.norm(x, prefix + "input_layernorm"), prefix + "self_attn."))
            x = self.add(x, self.gated(self.norm(x, prefix + "post_attention_layernorm"), prefix + "mlp."))
        return self.linear(self.norm(x, "model.norm"), self.shape.head)

    def weight(self, layer: str) -> str:
        return self.arguments[layer + ".weight"]

    def embed(self) -> str:
        table = self.weight("model.embed_tokens")
        kind, element = self.text.types[table], self.shape.dtype
        init = self.text.empty([self.tokens, self.shape.hidden_size], element)
        return self.text.generic("t j", [("%ids", "t")], init, "t j", f"""
            %row = arith.index_cast %a : i64 to index
            %column = linalg.index 1 : index
            %r = tensor.extract {table}[%row, %column] : {kind}""")  # fmt: skip

    def linear(self, x: str, layer: str) -> str:
        """x W^T, summed in f32."""
        text, w = self.text, self.weight(layer)
        outputs, inputs = shape_of(text.types[w])
        flipped = text.empty([inputs, outputs], self.shape.dtype)
        kind = text.types[flipped]
        wt = text.op(f"linalg.transpose ins({w} : {text.types[w]}) outs({flipped} : {kind}) "
                     "permutation = [1, 0]", kind)  # fmt: skip
        zero = text.filled("0.0", [self.tokens, outputs], "f32")
        total = text.types[zero]
        y = text.op(f"linalg.matmul ins({x}, {wt} : {text.types[x]}, {kind}) "
                    f"outs({zero} : {total}) -> {total}", total)  # fmt: skip
        return text.cast(y, self.shape.dtype)

    def add(self, x: str, y: str) -> str:
        text, element = self.text, self.shape.dtype
        init = text.empty(shape_of(text.types[x]), element)
        return text.generic("t j", [(x, "t j"), (y, "t j")], init, "t j",
                            f"%r = arith.addf %a, %b : {element}")  # fmt: skip

    def norm(self, x: str, layer: str) -> str:
        """x / sqrt(mean x^2 + eps) times the weight."""
        text, hidden = self.text, self.shape.hidden_size
        wide, weight = text.cast(x, "f32"), text.cast(self.weight(layer), "f32")
        squares = text.generic("t j", [(wide, "t j")], text.filled("0.0", [self.tokens], "f32"), "t", """
            %square = arith.mulf %a, %a : f32
            %r = arith.addf %o, %square : f32""", "j")  # fmt: skip
        y = text.generic("t j", [(wide, "t j"), (squares, "t"), (weight, "j")],
                         text.empty([self.tokens, hidden], "f32"), "t j", f"""
            %count = arith.constant {float(hidden)!r} : f32
            %eps = arith.constant {self.shape.rms_norm_eps:e} : f32
            %mean = arith.divf %b, %count : f32
            %shifted = arith.addf %mean, %eps : f32
            %scale = math.rsqrt %shifted : f32
            %scaled = arith.mulf %a, %scale : f32
            %r = arith.mulf %scaled, %c : f32""")  # fmt: skip
        return text.cast(y, self.shape.dtype)

    def angles(self, function: str) -> str:
        """The cosine or sine of t theta^(-2 j / d), (tokens, d / 2)."""
        half = self.shape.head_dim // 2
        return self.text.generic("t j", [], self.text.empty([self.tokens, half], "f32"), "t j", f"""
            %t = linalg.index 0 : index
            %j = linalg.index 1 : index
            %ti = arith.index_cast %t : index to i32
            %ji = arith.index_cast %j : index to i32
            %tf = arith.sitofp %ti : i32 to f32
            %jf = arith.sitofp %ji : i32 to f32
            %theta = arith.constant {self.shape.rope_theta:e} : f32
            %log = math.log %theta : f32
            %half = arith.constant {float(-half)!r} : f32
            %part = arith.divf %jf, %half : f32
            %exponent = arith.mulf %part, %log : f32
            %frequency = math.exp %exponent : f32
            %angle = arith.mulf %tf, %frequency : f32
            %r = math.{function} %angle : f32""")  # fmt: skip

    def rotate(self, x: str, heads: int) -> str:
        """The rotary embedding of (tokens, heads d), as (tokens, heads, d)."""
        text, d = self.text, self.shape.head_dim
        split = text.reshape(text.cast(x, "f32"), "[[0], [1, 2]]", [self.tokens, heads, d])
        low, high = text.slice(split, 0, d // 2), text.slice(split, d // 2, d // 2)
        cosine, sine = self.angles("cos"), self.angles("sin")
        whole = text.empty([self.tokens, heads, d], "f32")
        for offset, (first, second, name) in enumerate([(low, high, "subf"), (high, low, "addf")]):
            part = text.generic(
                "t h j", [(first, "t h j"), (second, "t h j"), (cosine, "t j"), (sine, "t j")],
                text.empty([self.tokens, heads, d // 2], "f32"), "t h j", f"""
                %first = arith.mulf %a, %c : f32
                %second = arith.mulf %b, %d : f32
                %r = arith.{name} %first, %second : f32""")  # fmt: skip
            whole = text.insert(part, whole, offset * (d // 2))
        return text.cast(whole, self.shape.dtype)

    def attention(self, x: str, prefix: str) -> str:
        """Causal attention; `u` of the query heads share one key head `g`."""
        text, t, d, e = self.text, self.tokens, self.shape.head_dim, self.shape.dtype
        keys = self.shape.num_key_value_heads
        group = self.shape.num_attention_heads // keys
        q = self.rotate(self.linear(x, prefix + "q_proj"), keys * group)
        q = text.reshape(q, "[[0], [1, 2], [3]]", [t, keys, group, d])
        k = self.rotate(self.linear(x, prefix + "k_proj"), keys)
        v = text.reshape(self.linear(x, prefix + "v_proj"), "[[0], [1, 2]]", [t, keys, d])
        multiply_add = "\n".join(
            [f"%wide{n} = arith.extf %{n} : {e} to f32" for n in "ab"] if e != "f32" else []
        ) + "\n" + "\n".join([
            f"%product = arith.mulf {'%a, %b' if e == 'f32' else '%widea, %wideb'} : f32",
            "%r = arith.addf %o, %product : f32",
        ])  # fmt: skip
        scores = text.generic("g u t s j", [(q, "t g u j"), (k, "s g j")],
                              text.filled("0.0", [keys, group, t, t], "f32"), "g u t s",
                              multiply_add, "j")  # fmt: skip
        space = [keys, group, t, t]
        scores = text.generic("g u t s", [(scores, "g u t s")], text.empty(space, "f32"), "g u t s", f"""
            %scale = arith.constant {d**-0.5:e} : f32
            %never = arith.constant 0xFF800000 : f32
            %t = linalg.index 2 : index
            %s = linalg.index 3 : index
            %visible = arith.cmpi ule, %s, %t : index
            %scaled = arith.mulf %a, %scale : f32
            %r = arith.select %visible, %scaled, %never : f32""")  # fmt: skip
        highest = text.generic("g u t s", [(scores, "g u t s")],
                               text.filled("0xFF800000", space[:3], "f32"), "g u t",
                               "%r = arith.maximumf %o, %a : f32", "s")  # fmt: skip
        powers = text.generic("g u t s", [(scores, "g u t s"), (highest, "g u t")],
                              text.empty(space, "f32"), "g u t s", """
            %shifted = arith.subf %a, %b : f32
            %r = math.exp %shifted : f32""")  # fmt: skip
        sums = text.generic("g u t s", [(powers, "g u t s")], text.filled("0.0", space[:3], "f32"),
                            "g u t", "%r = arith.addf %o, %a : f32", "s")  # fmt: skip
        shares = text.generic("g u t s", [(powers, "g u t s"), (sums, "g u t")],
                              text.empty(space, "f32"), "g u t s", "%r = arith.divf %a, %b : f32")  # fmt: skip
        mixed = text.generic("t g u j s", [(text.cast(shares, e), "g u t s"), (v, "s g j")],
                             text.filled("0.0", [t, keys, group, d], "f32"), "t g u j",
                             multiply_add, "s")  # fmt: skip
        rows = text.reshape(text.cast(mixed, e), "[[0], [1, 2, 3]]", [t, keys * group * d])
        return self.linear(rows, prefix + "o_proj")

    def gated(self, x: str, prefix: str) -> str:
        """down(silu(gate x) * up x), the activation in f32."""
        text, element = self.text, self.shape.dtype
        gate, up = (text.cast(self.linear(x, prefix + name), "f32") for name in ("gate_proj", "up_proj"))
        y = text.generic("t j", [(gate, "t j"), (up, "t j")], text.empty(shape_of(text.types[gate]), "f32"),
                         "t j", """
            %one = arith.constant 1.0 : f32
            %negated = arith.negf %a : f32
            %power = math.exp %negated : f32
            %sum = arith.addf %one, %power : f32
            %silu = arith.divf %a, %sum : f32
            %r = arith.mulf %silu, %b : f32""")  # fmt: skip
        return self.linear(text.cast(y, element), prefix + "down_proj")


def to_mlir(shape: LlamaShape, tokens: int) -> str:
    """The module of `@forward(ids: tensor<tokens x i64>) -> logits (tokens, vocab)`,
    whose weights are tagged arguments."""
    return _Decoder(shape, tokens).module()
