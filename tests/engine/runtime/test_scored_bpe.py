"""Merges by score, then by place; the comparison with sentencepiece itself is in tests/engine/packing."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest
import tokenizers
from tokenizers import decoders, models, normalizers

from engine.errors import EnvironmentFault, Fault
from engine.runtime.pack import GENERATOR, SCORES, TOKENIZER, Manifest, PackFile
from engine.runtime.scored_bpe import ScoredBpe
from engine.runtime.tokenizer import Tokenizer

BYTES = [f"<0x{byte:02X}>" for byte in range(256)]


def scored(**scores: float) -> ScoredBpe:
    pieces = ["<unk>", *BYTES, *scores]
    values = [math.nan] * (len(pieces) - len(scores)) + list(scores.values())
    return ScoredBpe({piece: i for i, piece in enumerate(pieces)}, values)


def pieces(bpe: ScoredBpe, text: str, **scores: float) -> list[str]:
    names = ["<unk>", *BYTES, *scores]
    return [names[i] for i in bpe.encode(text)]


def cut(text: str, **scores: float) -> list[str]:
    return pieces(scored(**scores), text, **scores)


LETTERS = {"中": 0.0, "国": 0.0, "人": 0.0, "民": 0.0}


def test_the_highest_score_is_merged_first() -> None:
    assert cut("中国人民", **LETTERS, 中国=-2.0, 国人=-1.0, 人民=-3.0) == ["中", "国人", "民"]


def test_of_equal_scores_the_leftmost_is_merged_first() -> None:
    assert cut("中国人民", **LETTERS, 人民=0.0, 国人=0.0, 中国=0.0) == ["中国", "人民"]
    assert cut("国人民", **LETTERS, 人民=0.0, 国人=0.0, 中国=0.0) == ["国人", "民"]
    assert cut("民民民民民", **LETTERS, 民民=0.0, 民民民=0.0) == ["民民民", "民民"]


def test_merges_grow_on_both_sides() -> None:
    assert cut("中国人民", **LETTERS, 国人=-1.0, 国人民=-2.0, 中国人民=-3.0) == ["中国人民"]


def test_a_character_without_a_piece_becomes_its_bytes() -> None:
    assert cut("中é", **LETTERS) == ["中", "<0xC3>", "<0xA9>"]
    assert cut("", **LETTERS) == []


@pytest.fixture
def pack(tmp_path: Path) -> tuple[Path, Manifest]:
    names = ["<unk>", *BYTES, "▁", *LETTERS, "人民", "国人", "中国"]
    vocabulary = {piece: i for i, piece in enumerate(names)}
    merges = [("人", "民"), ("国", "人"), ("中", "国")]
    tokenizer = tokenizers.Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_special_tokens(["</s>"])
    tokenizer.save(str(tmp_path / TOKENIZER))
    np.array([math.nan] * 257 + [0.0] * 8, "<f4").tofile(tmp_path / SCORES)
    files = {TOKENIZER: PackFile("", 0), SCORES: PackFile("", 0)}
    manifest = Manifest(*("t", "1", GENERATOR, "llama", "fp32", 64, 16, 266, 1, "MIT", "test"), files=files)
    return tmp_path, manifest


def test_a_pack_with_scores_is_cut_by_them(pack: tuple[Path, Manifest]) -> None:
    folder, manifest = pack
    tokenizer = Tokenizer.open(folder, manifest)
    ranked = Tokenizer.open(folder, dataclasses.replace(manifest, files={}))
    assert [tokenizer.decode([i]) for i in tokenizer.encode("国人民")] == ["国人", "民"]
    assert [ranked.decode([i]) for i in ranked.encode("国人民")] == ["国", "人民"]
    assert tokenizer.encode("中 国</s>")[-1] == 265 != tokenizer.encode("</s>", parse_special=False)[-1]
    assert tokenizer.decode(tokenizer.encode("中 é国")) == "中 é国"


@pytest.mark.parametrize("change", ["missing", "short", "no bytes"])
def test_scores_that_do_not_fit_are_damage(pack: tuple[Path, Manifest], change: str) -> None:
    folder, manifest = pack
    if change == "missing":
        (folder / SCORES).unlink()
    elif change == "short":
        (folder / SCORES).write_bytes((folder / SCORES).read_bytes()[:-4])
    else:
        text = (folder / TOKENIZER).read_text(encoding="utf-8").replace("<0x41>", "<0xzz>")
        (folder / TOKENIZER).write_text(text, encoding="utf-8")
    with pytest.raises(EnvironmentFault) as caught:
        Tokenizer.open(folder, manifest)
    assert (caught.value.code, caught.value.details["file"]) == (Fault.PACK_DAMAGED, SCORES)


def test_pieces_are_one_text_between_control_tokens(pack: tuple[Path, Manifest]) -> None:
    tokenizer = Tokenizer.open(*pack)
    whole = tokenizer.encode_pieces([("</s>中", True), ("国人", False), ("民</s>", True)])
    assert whole == [265, *tokenizer.encode("中国人民"), 265]
    assert 265 not in tokenizer.encode_pieces([("中</s>", False)])
    assert tokenizer.encode_pieces([]) == tokenizer.encode_pieces([("", True)]) == []
