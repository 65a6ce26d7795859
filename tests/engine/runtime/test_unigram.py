from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from engine.runtime.pack import TOKENIZER, Manifest, read_manifest
from engine.runtime.tokenizer import Tokenizer
from engine.runtime.unigram import Unigram, open_unigram

PIECES = ("<unk>", "▁", "存", "款", "存款", "保险", "保", "险", "a", "ab", "b")
SCORES = (0.0, -2.0, -6.0, -6.0, -7.0, -7.5, -4.0, -4.0, -3.0, -5.0, -2.0)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("", []),
        ("存款保险", [4, 5]),
        ("存保", [2, 6]),
        ("ab", [9]),  # -5 both ways: the piece that begins first stays
        ("aab", [8, 9]),
        ("😀𠮷存款㼆", [0, 4, 0]),  # neighbours that no piece covers are one token
        ("<unk>", [0]),
    ],
)
def test_the_most_probable_pieces(word: str, expected: list[int]) -> None:
    assert Unigram(PIECES, SCORES, 0).encode(word) == expected


def test_texts_of_every_kind_get_the_tokens_that_the_library_gives_them(embedder_pack: Path) -> None:
    manifest = read_manifest(embedder_pack)
    encode, library = open_unigram(embedder_pack, manifest), Tokenizer.open(embedder_pack, manifest)
    assert encode is not None
    dice = random.Random(7)
    ranges = ((32, 126), (0x4E00, 0x9FFF), (0xA0, 0x2FFF), (0x3000, 0x30FF), (0x1F300, 0x1F6FF), (0x20000, 0x20200))
    texts = ["".join(chr(dice.randint(*dice.choice(ranges))) for _ in range(dice.randint(0, 80))) for _ in range(1500)]
    texts += [
        "query: 存款保险最高赔多少？",
        "<s>你好</s>",
        "<unk><unk>a",
        "<mask> x",
        " a  b\n\t",
        "▁▁",
        "第　一条 ㍿ ﬁ",
    ]
    texts += ["中国人民银行 年度报告 2023 deposit insurance " * 40]
    for text in texts:
        assert encode(text) == library.encode(text, add_special=True, parse_special=False), text


def described(**changes: object) -> dict[str, object]:
    model = {"type": "Unigram", "unk_id": 0, "vocab": [[p, s] for p, s in zip(PIECES, SCORES, strict=True)]}
    template = {
        "type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "[", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [],
        "special_tokens": {"[": {"id": "[", "ids": [7], "tokens": ["["]}},
    }
    space = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    return {
        "version": "1.0",
        "added_tokens": [],
        "normalizer": {"type": "NFKC"},
        "pre_tokenizer": space,
        "post_processor": template,
        "decoder": None,
        "model": {**model, **changes},
    }


def opened(folder: Path, manifest: Manifest, text: str) -> object:
    (folder / TOKENIZER).write_text(text, encoding="utf-8")
    return open_unigram(folder, manifest)


def test_what_stands_around_a_text_and_how_a_file_is_laid_out(tmp_path: Path, embedder_pack: Path) -> None:
    manifest = read_manifest(embedder_pack)
    for indent in (None, 2):
        encode = opened(tmp_path, manifest, json.dumps(described(), indent=indent))
        assert callable(encode)
        assert encode("存款 ab") == [7, 1, 4, 1, 9]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        json.dumps(described(type="BPE")),
        json.dumps(described(byte_fallback=True)),
        json.dumps(described(unk_id=99)),
        json.dumps(described(unk_id=None)),
        json.dumps(described(vocab=[])),
        json.dumps(described(vocab=[["a", 1], ["b"]])),
        json.dumps(described())[:-200],
        json.dumps({**described(), "normalizer": {"type": "Unheard"}}),
        json.dumps({**described(), "post_processor": None}),
        json.dumps({**described(), "added_tokens": [{"id": 1, "content": "a", "special": False}]}),
    ],
)
def test_anything_else_is_left_to_the_library(tmp_path: Path, embedder_pack: Path, text: str) -> None:
    assert opened(tmp_path, read_manifest(embedder_pack), text) is None


def test_a_model_without_rows_for_all_pieces_is_left_to_the_library(embedder_pack: Path) -> None:
    manifest = read_manifest(embedder_pack)
    assert open_unigram(embedder_pack, replace(manifest, vocabulary_size=1000)) is None
    assert open_unigram(embedder_pack / "nowhere", manifest) is None
