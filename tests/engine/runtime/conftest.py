"""A generator pack of two random layers that keeps the graph contract: most tests need no downloaded weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import tokenizers
from numpy.typing import NDArray

from engine.runtime.generator import Generator
from engine.runtime.pack import (
    GENERATOR,
    GRAPH,
    TOKENIZER,
    WEIGHTS,
    ChatTemplate,
    Manifest,
    describe_files,
    write_manifest,
)
from engine.settings import Settings

LAYERS, HEADS, KV_HEADS, HEAD_SIZE, HIDDEN, CONTEXT = 2, 4, 2, 16, 64, 256
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
END = 2  # the id of <|im_end|>
TEMPLATE = ChatTemplate(
    begin="",
    system=("<|im_start|>system\n", "<|im_end|>\n"),
    user=("<|im_start|>user\n", "<|im_end|>\n"),
    assistant=("<|im_start|>assistant\n", "<|im_end|>\n"),
    answer="<|im_start|>assistant\n",
    stop=(),
)
MakePack = Callable[..., Path]


def byte_tokenizer() -> tokenizers.Tokenizer:
    """One token a byte after the special tokens, so that every character beyond ASCII takes several tokens."""
    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: i for i, token in enumerate([*SPECIAL, *alphabet])}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    tokenizer.add_special_tokens([tokenizers.AddedToken(token, special=True) for token in SPECIAL])
    return tokenizer


@pytest.fixture(scope="session")
def make_pack(tmp_path_factory: pytest.TempPathFactory) -> MakePack:
    """make_pack(says=None, answer_from=0): a new pack; with `says` it writes that text from that position on."""
    pytest.importorskip("onnx", reason="the tiny graph is built with onnx (extra: packing)")

    def make(says: str | None = None, answer_from: int = 0) -> Path:
        folder = tmp_path_factory.mktemp("packs") / "tiny"
        folder.mkdir()
        tokenizer = byte_tokenizer()
        tokenizer.save(str(folder / TOKENIZER))
        size = tokenizer.get_vocab_size()
        script = np.zeros((CONTEXT, size), np.float32)
        if says is not None:
            ids = [*tokenizer.encode(says, add_special_tokens=False).ids, END]
            for position, token in zip(range(answer_from - 1, CONTEXT), ids, strict=False):
                script[position, token] = 1e4
        _write_graph(folder, size, script)
        write_manifest(folder, _manifest(folder, size))
        return folder

    return make


@pytest.fixture(scope="session")
def tiny_pack(make_pack: MakePack) -> Path:
    return make_pack()


@pytest.fixture
def open_generator(tmp_path: Path) -> Iterator[Callable[..., Generator]]:
    """open_generator(folder, **settings): a loaded generator, closed after the test."""
    opened: list[Generator] = []

    def open_pack(folder: Path, **settings: int) -> Generator:
        options = Settings(home=tmp_path, threads=2, device="cpu", **settings)  # type: ignore[arg-type]
        opened.append(Generator.open(folder, options))
        return opened[-1]

    yield open_pack
    for generator in opened:
        generator.close()


def _manifest(folder: Path, vocabulary_size: int) -> Manifest:
    return Manifest(
        name="tiny",
        version="1",
        kind=GENERATOR,
        architecture="llama",
        quantization="fp32",
        context_length=CONTEXT,
        embedding_size=HIDDEN,
        vocabulary_size=vocabulary_size,
        layers=LAYERS,
        licence="AGPL-3.0-or-later",
        source="random",
        kv_heads=KV_HEADS,
        head_size=HEAD_SIZE,
        eos_token_ids=(END,),
        chat_template=TEMPLATE,
        files=describe_files(folder),
    )


class _Graph:
    """Collects nodes and initializers; every method returns the name of its result."""

    def __init__(self) -> None:
        self.nodes: list[object] = []
        self.initializers: list[object] = []
        self._random = np.random.default_rng(7)

    def constant(self, name: str, array: NDArray[np.generic]) -> str:
        from onnx import numpy_helper

        self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def random(self, name: str, *shape: int) -> str:
        scale = 1.5 / np.sqrt(shape[0])
        return self.constant(name, (self._random.standard_normal(shape) * scale).astype(np.float32))

    def node(self, operator: str, inputs: list[str], result: str, domain: str = "", **attributes: object) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(operator, inputs, [result], domain=domain, **attributes))
        return result


def _write_graph(folder: Path, vocabulary_size: int, script: NDArray[np.float32]) -> None:
    import onnx
    from onnx import TensorProto, helper

    graph = _Graph()
    angles = np.outer(np.arange(CONTEXT), 1.0 / 10000.0 ** (np.arange(0, HEAD_SIZE, 2) / HEAD_SIZE))
    graph.constant("cos", np.cos(angles).astype(np.float32))
    graph.constant("sin", np.sin(angles).astype(np.float32))
    graph.random("embedding", vocabulary_size, HIDDEN)
    hidden = graph.node("Gather", ["embedding", "input_ids"], "hidden")
    for layer in range(LAYERS):
        hidden = _layer(graph, layer, hidden)
    _head(graph, hidden, vocabulary_size, script)

    def value(name: str, kind: int, shape: list[object]) -> object:
        return helper.make_tensor_value_info(name, kind, shape)

    kv_shape: list[object] = [1, KV_HEADS, "capacity", HEAD_SIZE]
    names = [(f"{i}.{part}") for i in range(LAYERS) for part in ("key", "value")]
    inputs = [
        value("input_ids", TensorProto.INT64, [1, "S"]),
        value("seqlens_k", TensorProto.INT32, [1]),
        value("total_sequence_length", TensorProto.INT32, []),
        value("logit_positions", TensorProto.INT64, ["P"]),
        *[value(f"past_key_values.{name}", TensorProto.FLOAT, kv_shape) for name in names],
    ]
    outputs = [
        value("logits", TensorProto.FLOAT, [1, "P", vocabulary_size]),
        *[value(f"present.{name}", TensorProto.FLOAT, kv_shape) for name in names],
    ]
    proto = helper.make_graph(graph.nodes, "tiny", inputs, outputs, graph.initializers)
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(proto, opset_imports=opsets, ir_version=10)
    onnx.save_model(model, folder / GRAPH, save_as_external_data=True, location=WEIGHTS, size_threshold=1024)


def _layer(graph: _Graph, layer: int, hidden: str) -> str:
    from onnx import helper

    def name(part: str) -> str:
        return f"layer{layer}.{part}"

    def project(source: str, part: str, width: int, out: int) -> str:
        return graph.node("MatMul", [source, graph.random(name(part + "_weight"), width, out)], name(part))

    kv_size = KV_HEADS * HEAD_SIZE
    query, key, value = (
        project(hidden, part, HIDDEN, size) for part, size in (("q", HIDDEN), ("k", kv_size), ("v", kv_size))
    )
    past = [f"past_key_values.{layer}.key", f"past_key_values.{layer}.value"]
    results = [name("attention"), f"present.{layer}.key", f"present.{layer}.value"]
    graph.nodes.append(
        helper.make_node(
            "GroupQueryAttention",
            [query, key, value, *past, "seqlens_k", "total_sequence_length", "cos", "sin"],
            results,
            domain="com.microsoft",
            num_heads=HEADS,
            kv_num_heads=KV_HEADS,
            do_rotary=1,
        )
    )
    residual = graph.node("Add", [hidden, project(name("attention"), "o", HIDDEN, HIDDEN)], name("residual"))
    up = graph.node("Tanh", [project(residual, "up", HIDDEN, 2 * HIDDEN)], name("tanh"))
    return graph.node("Add", [residual, project(up, "down", 2 * HIDDEN, HIDDEN)], name("out"))


def _head(graph: _Graph, hidden: str, vocabulary_size: int, script: NDArray[np.float32]) -> None:
    """logits = head(rows asked for) + script[absolute position of each row]."""
    rows = graph.node("Gather", [hidden, "logit_positions"], "rows", axis=1)
    plain = graph.node("MatMul", [rows, graph.random("head", HIDDEN, vocabulary_size)], "plain_logits")
    length = graph.node("Shape", ["input_ids"], "step_length", start=1, end=2)
    total = graph.node("Cast", ["total_sequence_length"], "total", to=7)
    first = graph.node("Sub", [total, length], "first_position")
    positions = graph.node("Add", [first, "logit_positions"], "positions")
    scripted = graph.node("Gather", [graph.constant("script", script), positions], "scripted")
    graph.node("Add", [plain, scripted], "logits")
