"""The model pack: a folder with `manifest.json`, graph, weights and tokenizer; all that packing shares with runtime.

Manifest (JSON, UTF-8): format, name, version, kind, architecture, quantization, context_length, embedding_size,
vocabulary_size, layers, kv_heads, head_size, special_tokens, chat_template, prefixes, licence, source, files.

Graph of a generator (weights beside it as external data), N layers, batch 1:

    inputs   input_ids               int64   (1, S)         tokens of this step
             seqlens_k               int32   (1,)           total length - 1, as GroupQueryAttention wants it
             total_sequence_length   int32   ()             past + S
             logit_positions         int64   (P,)           rows of this step whose logits are wanted
             past_key_values.{i}.key / .value    float  (1, kv_heads, slots, head_size)  shared buffer
    outputs  logits                  float32 (1, P, vocabulary_size)
             present.{i}.key / .value            the same buffers, written in place

`slots` is one more than the tokens to be held: a graph may use the slot behind the last token as scratch.

It comes in up to three files with the same inputs, outputs and weights:

- `model.onnx`: standard operators (MatMulNBits, GroupQueryAttention), runs anywhere; the only one that must be there.
- `model.native.onnx`: MatMulNBits and GroupQueryAttention in the domain "jinpan", opset 1, for quantized packs; same
  inputs and attributes, but the products read the scales as they are stored, in float16.
- `model.cuda.onnx`: past and present are float16, for the CUDA provider.

A graph whose metadata hold `row_independent` = "1" gives for each token bit-identical logits however a text is cut
into steps, so that a draft may be verified, or a prefix reused, without changing an answer.

Graph of an embedder: inputs `input_ids`, `attention_mask` int64 (B, T); output `embedding` float32 (B, D),
mean-pooled and L2-normalized.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Fault

FORMAT = 1
MANIFEST = "manifest.json"
GRAPH = "model.onnx"
NATIVE_GRAPH = "model.native.onnx"
CUDA_GRAPH = "model.cuda.onnx"
NATIVE_DOMAIN = "jinpan"
ROW_INDEPENDENT = "row_independent"  # key in a graph's metadata
WEIGHTS = "model.onnx.data"
TOKENIZER = "tokenizer.json"
SCORES = "tokenizer.scores"  # float32 (V,), little-endian; only where merges of equal score go by their place
GENERATOR = "generator"
EMBEDDER = "embedder"
_HASH_BLOCK_BYTES = 1024 * 1024  # some milliseconds of hashing: how soon a cancelled check ends


@dataclass(frozen=True, slots=True)
class PackFile:
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ChatTemplate:
    """A chat template as data: each role's text before and after the content, and what opens an answer.

    `system` may be empty for a model without a system role; its content is then put before the first user turn.
    """

    begin: str
    system: tuple[str, str]
    user: tuple[str, str]
    assistant: tuple[str, str]
    answer: str  # what stands before a generated answer
    stop: tuple[str, ...]  # stop strings besides the end-of-sequence tokens


@dataclass(frozen=True, slots=True)
class Manifest:
    name: str
    version: str
    kind: str  # GENERATOR or EMBEDDER
    architecture: str  # llama, qwen2, bert
    quantization: str  # e.g. int8-block32, fp32
    context_length: int
    embedding_size: int
    vocabulary_size: int
    layers: int
    licence: str
    source: str  # what the weights were made from, with its SHA-256
    kv_heads: int = 0
    head_size: int = 0
    kv_dtype: str = "float32"
    bos_token_id: int | None = None
    add_bos: bool = False
    eos_token_ids: tuple[int, ...] = ()
    chat_template: ChatTemplate | None = None
    prefixes: dict[str, str] = field(default_factory=dict[str, str])  # embedder: query, passage
    files: dict[str, PackFile] = field(default_factory=dict[str, PackFile])


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write `manifest.json`; the caller has filled `files` by `describe_files`."""
    data = {"format": FORMAT, **asdict(manifest)}
    text = json.dumps(data, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def describe_files(folder: Path) -> dict[str, PackFile]:
    """SHA-256 and size of every file of the folder but the manifest."""
    paths = sorted(p for p in folder.iterdir() if p.is_file() and p.name != MANIFEST and not p.name.startswith("."))
    return {p.name: PackFile(sha256_file(p), p.stat().st_size) for p in paths}


def read_manifest(folder: Path) -> Manifest:
    """Raises EnvironmentFault: PACK_MISSING without a manifest, PACK_DAMAGED when it cannot be read."""
    try:
        content = (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise EnvironmentFault(Fault.PACK_MISSING, pack=folder.name) from error
    try:
        data: dict[str, Any] = json.loads(content.decode("utf-8"))
        if data.pop("format") != FORMAT:
            raise EnvironmentFault(Fault.PACK_UNSUPPORTED, pack=folder.name, architecture="format")
        template = data.pop("chat_template")
        files = {str(name): PackFile(**entry) for name, entry in data.pop("files").items()}
        eos = tuple(data.pop("eos_token_ids"))
        template = None if template is None else parse_template(template)
        manifest = Manifest(**data, eos_token_ids=eos, files=files, chat_template=template)
        _require_plausible(manifest)
        return manifest
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EnvironmentFault(Fault.PACK_DAMAGED, pack=folder.name, file=MANIFEST) from error


def _require_plausible(manifest: Manifest) -> None:
    """Raises ValueError for a value of the wrong type, or a number far beyond any model's."""
    for name in ("name", "version", "kind", "architecture", "quantization", "licence", "source", "kv_dtype"):
        if not isinstance(getattr(manifest, name), str):
            raise ValueError(f"{name} is no text")
    least = 1 if manifest.kind == GENERATOR else 0
    ranges = {
        "context_length": (1, 10**7),
        "embedding_size": (1, 10**6),
        "vocabulary_size": (1, 10**7),
        "layers": (1, 1000),
        "kv_heads": (least, 1000),
        "head_size": (least, 10**4),
    }
    for name, (low, high) in ranges.items():
        value = getattr(manifest, name)
        if type(value) is not int or not low <= value <= high:
            raise ValueError(f"{name} is not between {low} and {high}")
    sizes = [file.size_bytes for file in manifest.files.values()]
    tokens = [*manifest.eos_token_ids, *([] if manifest.bos_token_id is None else [manifest.bos_token_id])]
    if any(type(number) is not int or number < 0 for number in (*sizes, *tokens)):
        raise ValueError("a size or a token id is not a natural number")


def parse_template(data: Any) -> ChatTemplate:
    """A chat template from its JSON form: `begin`, `answer`, pairs for the roles, a list `stop`.

    Raises ValueError saying what is missing, unknown or of the wrong kind.
    """
    names = {"begin", "system", "user", "assistant", "answer", "stop"}
    table = cast("dict[str, Any]", data) if isinstance(data, dict) else dict[str, Any]()
    if set(table) != names:
        raise ValueError(f"not exactly the fields {', '.join(sorted(names))}")
    system, user, assistant = (_texts(table, role, 2) for role in ("system", "user", "assistant"))
    stop = _texts(table, "stop")
    begin, answer = _texts({"both": [table["begin"], table["answer"]]}, "both", 2)
    if "" in stop:
        raise ValueError("an empty stop string")
    return ChatTemplate(begin, (system[0], system[1]), (user[0], user[1]), (assistant[0], assistant[1]), answer, stop)


def _texts(table: dict[str, Any], name: str, count: int | None = None) -> tuple[str, ...]:
    entries = cast("list[Any]", table[name]) if isinstance(table[name], list) else [None]
    texts = tuple(str(text) for text in entries if isinstance(text, str))
    if len(texts) != len(entries) or count not in (None, len(texts)):
        raise ValueError(f"{name} is not a list of {count or 'some'} texts")
    return texts


def find_pack(name: str, folders: tuple[Path, ...]) -> Path:
    """The first folder that holds the pack. Raises EnvironmentFault PACK_MISSING."""
    for folder in folders:
        if (folder / name / MANIFEST).is_file():
            return folder / name
    raise EnvironmentFault(Fault.PACK_MISSING, pack=name)


def verify_pack(folder: Path, cancel: CancelToken | None = None) -> Manifest:
    """Check size and SHA-256 of every file of the pack.

    Raises EnvironmentFault: PACK_MISSING, or PACK_DAMAGED naming the first file that is wrong or missing; Cancelled.
    """
    manifest = read_manifest(folder)
    for name, expected in manifest.files.items():
        path = folder / name
        try:
            whole = path.stat().st_size == expected.size_bytes and sha256_file(path, cancel) == expected.sha256
        except OSError:  # it is not there, or no longer, or cannot be read
            whole = False
        if not whole:
            raise EnvironmentFault(Fault.PACK_DAMAGED, pack=folder.name, file=name)
    return manifest


def fingerprint(folder: Path) -> str:
    """SHA-256 of the pack's weights as its manifest states it; vectors of equal fingerprints are comparable."""
    manifest = read_manifest(folder)
    weights = manifest.files.get(WEIGHTS) or manifest.files.get(GRAPH)
    if weights is None:
        raise EnvironmentFault(Fault.PACK_DAMAGED, pack=folder.name, file=WEIGHTS)
    return weights.sha256


def sha256_file(path: Path, cancel: CancelToken | None = None) -> str:
    """Hexadecimal SHA-256 of a file's bytes. Raises OSError, and Cancelled between two blocks."""
    digest = hashlib.sha256()
    block = memoryview(bytearray(_HASH_BLOCK_BYTES))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(block):
            digest.update(block[:count])
            if cancel is not None:
                cancel.raise_if_cancelled()
    return digest.hexdigest()
