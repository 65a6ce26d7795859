"""Tokens of an embedder whose tokenizer is a SentencePiece unigram model, without building the library's own model.

The library builds a trie of all 250,000 pieces in one call that holds the interpreter for a second: a window that has
just opened takes no key meanwhile. Here the pieces are read one after the other into a dictionary, which other threads
interrupt at will. Normalizer and pre-tokenizer stay the library's. Measured: a passage of 300 characters costs half a
millisecond, against some 50 ms for its vector.

The segmentation is the most probable one (T. Kudo, "Subword Regularization", ACL 2018, section 3), with the details of
`tokenizers` 0.23, `models/unigram`: what no piece covers costs 10 more than the least probable piece, neighbours of
that kind become one token, and of equal scores the segmentation found first stays.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tokenizers

from engine.runtime.pack import TOKENIZER, Manifest

Encoder = Callable[[str], list[int]]

_UNKNOWN_PENALTY = 10.0
_VOCABULARY = re.compile(r'"vocab"\s*:\s*\[')
_ITEM = re.compile(r'\s*\[\s*("(?:[^"\\]|\\.)*")\s*,\s*(-?[0-9][0-9.eE+-]*)\s*\]\s*([,\]])')


class Unigram:
    """`pieces[i]` is the text of token i, `scores[i]` its logarithmic probability. Safe to use from several threads."""

    def __init__(self, pieces: Sequence[str], scores: Sequence[float], unknown_id: int) -> None:
        self._ids: dict[str, int] = {}
        self._scores = scores
        self._unknown_id = unknown_id
        self._unknown_score = min(scores) - _UNKNOWN_PENALTY
        self._longest: dict[str, int] = {}  # first character -> length of the longest piece that begins with it
        for i, piece in enumerate(pieces):
            self._ids[piece] = i
            if len(piece) > self._longest.get(piece[:1], 0):
                self._longest[piece[:1]] = len(piece)

    def encode(self, word: str) -> list[int]:
        """Ids of the most probable pieces of a normalized word."""
        size = len(word)
        best = [0.0] + [-math.inf] * size  # score of the best path that ends here
        begins = [0] * (size + 1)  # where its last piece begins
        last = [self._unknown_id] * (size + 1)  # the id of that piece
        ids, scores, longest = self._ids, self._scores, self._longest
        for at in range(size):
            here = best[at]
            for end in range(at + 1, min(size, at + longest.get(word[at], 0)) + 1):
                found = ids.get(word[at:end])
                if found is not None and here + scores[found] > best[end]:
                    best[end], begins[end], last[end] = here + scores[found], at, found
            if word[at] not in ids and here + self._unknown_score > best[at + 1]:
                best[at + 1], begins[at + 1], last[at + 1] = here + self._unknown_score, at, self._unknown_id
        path: list[int] = []
        end = size
        while end > 0:
            if not (path and path[-1] == last[end] == self._unknown_id):
                path.append(last[end])
            end = begins[end]
        path.reverse()
        return path


def open_unigram(folder: Path, manifest: Manifest) -> Encoder | None:
    """Ids of a text with the tokens that the model wants before and after it; special tokens written out are text.

    None where the pack's tokenizer is of another kind or not in order: `Tokenizer.open` reads it or says what is wrong.
    """
    try:
        source = (folder / TOKENIZER).read_text(encoding="utf-8")
        pieces, scores, rest = _read_pieces(source)
        described: Mapping[str, Any] = json.loads(rest)
        model: Mapping[str, Any] = described["model"]
        unknown_id: int = model["unk_id"]
        if model["type"] != "Unigram" or model.get("byte_fallback") or not 0 <= unknown_id < len(pieces):
            return None
        if not all(token["special"] for token in described["added_tokens"]):
            return None
        before, after = _template(described["post_processor"])
        if not pieces or max(len(pieces) - 1, *before, *after) >= manifest.vocabulary_size:
            return None
        shell = _shell(described)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    unigram = Unigram(pieces, scores, unknown_id)

    def encode(text: str) -> list[int]:
        words = shell.pre_tokenizer.pre_tokenize_str(shell.normalizer.normalize_str(text))
        return [*before, *(i for word, _ in words for i in unigram.encode(word)), *after]

    return encode


def _read_pieces(source: str) -> tuple[list[str], list[float], str]:
    """Pieces and scores of a tokenizer.json, and its text without them. Raises ValueError where it is none."""
    begin = _VOCABULARY.search(source)
    if begin is None:
        raise ValueError("no vocabulary")
    pieces: list[str] = []
    scores: list[float] = []
    at = begin.end()
    for item in _ITEM.finditer(source, at):
        if item.start() != at:
            raise ValueError("not a list of pieces")
        quoted, score, separator = item.groups()
        pieces.append(json.loads(quoted) if "\\" in quoted else quoted[1:-1])
        scores.append(float(score))
        at = item.end()
        if separator == "]":
            return pieces, scores, source[: begin.end()] + "]" + source[at:]
    raise ValueError("the list of pieces does not end")


def _template(post_processor: Mapping[str, Any]) -> tuple[list[int], list[int]]:
    """Ids before and after a single text."""
    if post_processor["type"] != "TemplateProcessing":
        raise ValueError("another post-processor")
    parts: tuple[list[int], list[int]] = ([], [])
    behind = 0
    for step in post_processor["single"]:
        if "Sequence" in step:
            behind += 1
        else:
            parts[behind].extend(post_processor["special_tokens"][step["SpecialToken"]["id"]]["ids"])
    if behind != 1:
        raise ValueError("not one text")
    return parts


def _shell(described: Mapping[str, Any]) -> Any:
    """The library's tokenizer with everything but the pieces. Raises ValueError where the library cannot read it."""
    model = {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0]], "byte_fallback": False}
    try:
        shell = tokenizers.Tokenizer.from_str(
            json.dumps({**described, "model": model, "added_tokens": [], "post_processor": None})
        )
    except Exception as error:  # the library raises bare Exception for whatever is wrong with the file
        raise ValueError("unreadable") from error
    if shell.normalizer is None or shell.pre_tokenizer is None:
        raise ValueError("no normalizer")
    return shell
