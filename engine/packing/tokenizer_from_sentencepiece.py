"""Turns a sentencepiece BPE model (`tokenizer.model`, as LLaMA ships it) into `tokenizer.json` and, if need be, scores.

Sentencepiece merges the two neighbours whose union is the piece of the highest score, of equal scores the leftmost
pair. A `tokenizer.json` ranks merges and knows no equal ranks. Vocabularies that were extended, such as the Chinese
one of 49,953 pieces, give all added pieces the score 0: there the order of places decides, and the pack carries the
scores for `engine.runtime.scored_bpe`.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers

from engine.packing.checkpoint import FloatArray, damaged, unsupported

SPACE = "▁"
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = 1, 2, 3, 4, 5, 6  # types of pieces
_BPE = 2
_ALL = 1 << 20  # more spaces than any text begins with
_PACKAGE = "jinpan.sentencepiece"
# the fields of sentencepiece_model.proto that matter here: number, name, type, default
_FIELDS: dict[str, tuple[tuple[int, str, str, str], ...]] = {
    "Piece": ((1, "piece", "STRING", ""), (2, "score", "FLOAT", ""), (3, "type", "INT32", "1")),
    "TrainerSpec": (
        (3, "model_type", "INT32", "1"),
        (24, "treat_whitespace_as_suffix", "BOOL", ""),
        (35, "byte_fallback", "BOOL", ""),
        (41, "bos_id", "INT32", "1"),
        (42, "eos_id", "INT32", "2"),
    ),
    "NormalizerSpec": (
        (1, "name", "STRING", ""),
        (2, "precompiled_charsmap", "BYTES", ""),
        (3, "add_dummy_prefix", "BOOL", "true"),
        (4, "remove_extra_whitespaces", "BOOL", "true"),
        (5, "escape_whitespaces", "BOOL", "true"),
    ),
    "Model": (
        (1, "pieces", "Piece", ""),
        (2, "trainer_spec", "TrainerSpec", ""),
        (3, "normalizer_spec", "NormalizerSpec", ""),
    ),
}


@dataclass(frozen=True, slots=True)
class SentencePieceTokenizer:
    """`scores` float32 (pieces,), NaN for what no merge makes; None when the ranks in `json` say the same."""

    json: str
    scores: FloatArray | None
    bos_token_id: int | None
    eos_token_id: int | None


def read_sentencepiece(path: Path, added: dict[int, tuple[str, bool]] | None = None) -> SentencePieceTokenizer:
    """Convert the model file at `path`.

    Args:
        added: tokens that the checkpoint adds behind the model's own, id → (text, whether it is a control token).

    Raises:
        EnvironmentFault: WEIGHTS_DAMAGED when the file is not a sentencepiece model or has no pieces;
            PACK_UNSUPPORTED for another kind than BPE with byte fallback, or added ids that leave a gap.
    """
    model = model_message()
    try:
        model.ParseFromString(path.read_bytes())
    except (OSError, DecodeError) as error:
        raise damaged(path) from error
    pieces = [(str(p.piece), float(p.score), int(p.type)) for p in model.pieces]
    vocabulary = {piece: i for i, (piece, _, _) in enumerate(pieces)}
    if not pieces or len(vocabulary) != len(pieces) or "" in vocabulary:
        raise damaged(path)
    _check_kind(path, model, vocabulary)
    scores = {piece: score for piece, score, kind in pieces if kind in (NORMAL, USER_DEFINED)}
    merges = _merges(scores, vocabulary)
    unknown = next((piece for piece, _, kind in pieces if kind == UNKNOWN), None)
    bpe = models.BPE(vocabulary, merges, unk_token=unknown, fuse_unk=True, byte_fallback=True)
    tokenizer = Tokenizer(bpe)
    tokenizer.normalizer = _normalizer(model.normalizer_spec)
    tokenizer.decoder = _decoder(model.normalizer_spec)
    own = {
        i: (piece, kind != USER_DEFINED)
        for i, (piece, _, kind) in enumerate(pieces)
        if kind in (UNKNOWN, CONTROL, USER_DEFINED)
    }
    _add_tokens(path, tokenizer, own | (added or {}))
    spec = model.trainer_spec
    return SentencePieceTokenizer(
        tokenizer.to_str(),
        _scores(pieces, scores) if _has_ties(merges, scores) else None,
        _token_id(spec.bos_id, pieces),
        _token_id(spec.eos_id, pieces),
    )


@functools.cache
def _model_class() -> Any:
    file = descriptor_pb2.FileDescriptorProto(name="jinpan_sentencepiece.proto", package=_PACKAGE, syntax="proto2")
    for message, fields in _FIELDS.items():
        described = file.message_type.add(name=message)
        for number, name, kind, default in fields:
            field = described.field.add(number=number, name=name, default_value=default or None)
            field.label = field.LABEL_REPEATED if name == "pieces" else field.LABEL_OPTIONAL
            if kind in _FIELDS:
                field.type, field.type_name = field.TYPE_MESSAGE, f".{_PACKAGE}.{kind}"
            else:
                field.type = getattr(field, f"TYPE_{kind}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.Model"))


def model_message() -> Any:
    """An empty sentencepiece model: `pieces` (piece, score, type), `trainer_spec`, `normalizer_spec`."""
    return _model_class()()


def _check_kind(path: Path, model: Any, vocabulary: dict[str, int]) -> None:
    trainer, normalizer = model.trainer_spec, model.normalizer_spec
    if trainer.model_type != _BPE:
        raise unsupported(path, "sentencepiece model that is not BPE")
    if not trainer.byte_fallback or any(f"<0x{byte:02X}>" not in vocabulary for byte in range(256)):
        raise unsupported(path, "sentencepiece model without byte fallback")
    if trainer.treat_whitespace_as_suffix or not normalizer.escape_whitespaces:
        raise unsupported(path, "sentencepiece model with spaces behind the words")
    if any(piece.type == UNUSED for piece in model.pieces):
        raise unsupported(path, "sentencepiece model with unused pieces")


def _merges(scores: dict[str, float], vocabulary: dict[str, int]) -> list[tuple[str, str]]:
    """Every split of a piece into two others, the best piece first; control and byte pieces take no part."""
    found: list[tuple[float, int, int, tuple[str, str]]] = []
    for piece, score in scores.items():
        for cut in range(1, len(piece)):
            left, right = piece[:cut], piece[cut:]
            if left in scores and right in scores:
                found.append((-score, vocabulary[piece], cut, (left, right)))
    return [merge for *_, merge in sorted(found)]


def _has_ties(merges: list[tuple[str, str]], scores: dict[str, float]) -> bool:
    merged = {left + right for left, right in merges}
    return len({scores[piece] for piece in merged}) < len(merged)


def _scores(pieces: list[tuple[str, float, int]], scores: dict[str, float]) -> FloatArray:
    return np.array([scores.get(piece, np.nan) for piece, _, _ in pieces], np.float32)


def _normalizer(spec: Any) -> normalizers.Normalizer:
    """What sentencepiece does before it merges, in its order (its `Normalizer::Normalize`)."""
    steps: list[normalizers.Normalizer] = []
    if spec.precompiled_charsmap:
        steps.append(normalizers.Precompiled(spec.precompiled_charsmap))
    if spec.remove_extra_whitespaces:
        steps += [normalizers.Replace(Regex(rf"\A +|[ {SPACE}]+\z"), ""), normalizers.Replace(Regex(" {2,}"), " ")]
    if spec.add_dummy_prefix:
        steps.append(normalizers.Prepend(SPACE))
    return normalizers.Sequence([*steps, normalizers.Replace(" ", SPACE)])


def _decoder(spec: Any) -> decoders.Decoder:
    steps: list[Any] = [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse()]
    if spec.add_dummy_prefix or spec.remove_extra_whitespaces:
        steps.append(decoders.Strip(" ", _ALL if spec.remove_extra_whitespaces else 1, 0))
    return decoders.Sequence(steps)


def _add_tokens(path: Path, tokenizer: Tokenizer, tokens: dict[int, tuple[str, bool]]) -> None:
    for i, (text, special) in sorted(tokens.items()):
        token = AddedToken(text, special=special, normalized=False)
        tokenizer.add_tokens([token])  # pyright: ignore[reportUnknownMemberType] (the stub says a bare list)
        if tokenizer.token_to_id(text) != i:
            raise unsupported(path, f"added token {text} at {i}")


def _token_id(i: int, pieces: list[tuple[str, float, int]]) -> int | None:
    return i if 0 <= i < len(pieces) and pieces[i][2] == CONTROL else None
