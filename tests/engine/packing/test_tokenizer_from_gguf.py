"""Tokenizers rebuilt from GGUF metadata."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, pre_tokenizers

from engine.errors import EnvironmentFault, Fault
from engine.packing.gguf_reader import GgufCheckpoint
from engine.packing.tokenizer_from_gguf import build_tokenizer
from engine.runtime.pack import TOKENIZER

TEXTS = (
    "存款保险实行限额偿付，最高偿付限额为人民币50万元。",
    "What is 3,150.75% of £20?  Two  spaces,\ttab\nand\r\n\r\nlines.",
    "I'll say: don't! (UPPER) _under_ x**2 != 4;",
    "混排mixed文字 2024年11月22日 №7，½，①②③",
    "emoji 👨‍👩‍👧‍👦 🏦🇨🇳 and 𠮷 rare",
    "",
    "   leading and trailing   ",
)


def metadata(pre: str, **changes: Any) -> dict[str, Any]:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = ["<|endoftext|>", "<|im_start|>", "<tool>", *alphabet, "ab", "12", "[PAD]"]
    values = {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": pre,
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [3, 3, 4, *[1] * len(alphabet), 1, 1, 5],
        "tokenizer.ggml.merges": ["a b", "1 2"],
    }
    return {**values, **{f"tokenizer.ggml.{key}": value for key, value in changes.items()}}


def build(pre: str, **changes: Any) -> Tokenizer:
    return Tokenizer.from_str(build_tokenizer(Path("tiny.gguf"), metadata(pre, **changes)))


@pytest.mark.parametrize("pre", ["qwen2", "smollm", "gpt-2"])
@pytest.mark.parametrize("text", TEXTS)
def test_text_survives_encoding_and_decoding(pre: str, text: str) -> None:
    tokenizer = build(pre)
    assert tokenizer.decode(tokenizer.encode(text, add_special_tokens=False).ids) == text


@pytest.mark.parametrize(("pre", "merged"), [("qwen2", False), ("smollm", False), ("gpt-2", True)])
def test_digits_stand_alone_where_the_model_was_trained_so(pre: str, merged: bool) -> None:
    tokens = build(pre).encode("ab12").tokens
    assert tokens == (["ab", "12"] if merged else ["ab", "1", "2"])


def test_special_tokens_keep_their_ids_and_padding_is_left_out() -> None:
    tokenizer = build("qwen2")
    encoded = tokenizer.encode("<|im_start|>ab<tool>")
    assert encoded.ids[0] == 1
    assert encoded.ids[-1] == 2
    assert tokenizer.decode(encoded.ids) == "ab<tool>"  # control tokens vanish, user-defined ones are text
    assert tokenizer.token_to_id("[PAD]") is None


def test_qwen2_composes_characters_and_the_others_keep_them() -> None:
    decomposed = "e\u0301"
    assert build("qwen2").encode(decomposed).ids == build("qwen2").encode("é").ids
    assert build("smollm").encode(decomposed).ids != build("smollm").encode("é").ids


@pytest.mark.parametrize("changes", [{"tokenizer.ggml.model": "llama"}, {"tokenizer.ggml.pre": "unheard-of"}])
def test_an_unknown_tokenizer_is_unsupported(changes: dict[str, str]) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        build_tokenizer(Path("tiny.gguf"), {**metadata("qwen2"), **changes})
    assert caught.value.code == Fault.PACK_UNSUPPORTED


@pytest.mark.parametrize("changes", [{"merges": ["a b c"]}, {"merges": ["a zzz"]}, {"token_type": [1]}, {"tokens": 3}])
def test_a_vocabulary_that_does_not_fit_is_damage(changes: dict[str, Any]) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        build("qwen2", **changes)
    assert caught.value.code == Fault.WEIGHTS_DAMAGED


@pytest.mark.parametrize("text", TEXTS)
def test_the_packaged_qwen_tokenizer_keeps_text(qwen05_pack: Path, text: str) -> None:
    tokenizer = Tokenizer.from_file(str(qwen05_pack / TOKENIZER))
    assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_the_packaged_qwen_tokenizer_gives_the_published_ids(qwen05_pack: Path) -> None:
    tokenizer = Tokenizer.from_file(str(qwen05_pack / TOKENIZER))
    assert tokenizer.encode("<|im_start|>user\nHello, world!<|im_end|>").ids == [
        151644,
        872,
        198,
        9707,
        11,
        1879,
        0,
        151645,
    ]
    assert len(tokenizer.encode("123456").ids) == 6


def test_the_packaged_smollm2_tokenizer_splits_digits(smollm2_pack: Path) -> None:
    tokenizer = Tokenizer.from_file(str(smollm2_pack / TOKENIZER))
    assert tokenizer.encode("<|im_start|>").ids == [1]
    assert len(tokenizer.encode("123456").ids) == 6
    text = "Deposits of $250,000 are insured; don't worry."
    assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_weights_and_packaged_tokenizer_agree(weights_folder: Path, qwen05_pack: Path) -> None:
    rebuilt = GgufCheckpoint(weights_folder / "qwen05.gguf").tokenizer_files()["tokenizer.json"].decode()
    assert rebuilt == (qwen05_pack / TOKENIZER).read_text(encoding="utf-8")
