"""Rebuilds the XLM-RoBERTa tokenizer (SentencePiece unigram) from its pieces, scores and normalization map."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

BOS, PAD, EOS, UNK = "<s>", "<pad>", "</s>", "<unk>"
_SPACE = "▁"
_HAS_LEAF = 1 << 8
_LEAF = 1 << 31
_OFFSET_SHIFT = 10


@dataclass(slots=True)
class _Node:
    children: dict[int, _Node] = field(default_factory=dict[int, Any])
    value: int | None = None


def build_tokenizer(pieces: Sequence[str], scores: Sequence[float], replacements: Mapping[str, str]) -> Tokenizer:
    """The tokenizer of a model whose token ids are the places in `pieces`.

    `replacements` maps a character to what the normalizer puts in its place. Raises ValueError when a special
    token is not among the pieces.
    """
    ids = {token: pieces.index(token) for token in (BOS, PAD, EOS, UNK)}
    vocabulary = [(piece, float(score)) for piece, score in zip(pieces, scores, strict=True)]
    tokenizer: Any = Tokenizer(models.Unigram(vocabulary, unk_id=ids[UNK], byte_fallback=False))
    steps = [normalizers.Precompiled(_charsmap(replacements)), normalizers.Replace(Regex(" {2,}"), " ")]
    tokenizer.normalizer = normalizers.Sequence(steps)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=_SPACE, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement=_SPACE, prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BOS} $A {EOS}", special_tokens=[(BOS, ids[BOS]), (EOS, ids[EOS])]
    )
    added = [AddedToken(token, special=True, normalized=False) for token in ids]
    tokenizer.add_special_tokens(added)
    return tokenizer


def _charsmap(replacements: Mapping[str, str]) -> bytes:
    """SentencePiece's precompiled map: trie size, double-array trie from UTF-8 key to offset, NUL-ended texts."""
    texts = bytearray()
    root = _Node()
    for key, text in replacements.items():
        node = root
        for byte in key.encode():
            node = node.children.setdefault(byte, _Node())
        node.value = len(texts)
        texts += text.encode() + b"\0"
    trie = _double_array(root)
    return struct.pack("<I", len(trie)) + trie + bytes(texts)


def _double_array(root: _Node) -> bytes:
    """Lay a byte trie out as a darts-clone double array of little-endian uint32 units.

    A unit holds its label in bits 0-7, whether a leaf follows in bit 8 and its offset in bits 10 up; the child
    for byte c of the node at place p stands at p ^ offset ^ c, and a leaf (c = 0) holds its value.
    Source: S. Yata, darts-clone, `DoubleArrayUnit`.
    """
    units: dict[int, int] = {0: 0}
    first_free = 1
    stack: list[tuple[_Node, int]] = [(root, 0)]
    while stack:
        node, place = stack.pop()
        while first_free in units:
            first_free += 1
        labels = [*node.children, *([] if node.value is None else [0])]
        base = _free_base(units, first_free, labels)
        units[place] |= (place ^ base) << _OFFSET_SHIFT
        for byte, child in node.children.items():
            units[base ^ byte] = byte
            stack.append((child, base ^ byte))
        if node.value is not None:
            units[place] |= _HAS_LEAF
            units[base] = _LEAF | node.value
    size = (max(units) | 0xFF) + 1
    return struct.pack(f"<{size}I", *(units.get(place, 0) for place in range(size)))


def _free_base(units: Mapping[int, int], first_free: int, labels: Sequence[int]) -> int:
    """The first base at which the places of all labels are free."""
    place = first_free
    while True:
        base = place ^ labels[0]
        if all(base ^ label not in units for label in labels):
            return base
        place += 1
