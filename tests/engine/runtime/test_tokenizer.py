"""Text to tokens and back: no character is split, no space is lost, a foreign tokenizer is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import tokenizers
from hypothesis import given, settings, strategies as st
from tokenizers import decoders, models, normalizers, pre_tokenizers

from engine.errors import EnvironmentFault, Fault
from engine.runtime.pack import GENERATOR, TOKENIZER, Manifest, read_manifest
from engine.runtime.tokenizer import TextStream, Tokenizer

TEXT = "存款保险最高偿付50万元。👩‍💻 Café “ok”\n第二行\t末"


def manifest_for(vocabulary_size: int) -> Manifest:
    return Manifest("tiny", "1", GENERATOR, "llama", "fp32", 64, 16, vocabulary_size, 1, "MIT", "test")


@pytest.fixture(scope="module")
def byte_level(tiny_pack: Path) -> Tokenizer:
    """One token a byte."""
    return Tokenizer.open(tiny_pack, read_manifest(tiny_pack))


@pytest.fixture(scope="module")
def sentencepiece() -> Tokenizer:
    """As LLaMA's: words carry the space before them, bytes stand in for characters without a token."""
    pieces = ["<unk>", "▁", "▁存款", "保险", "▁a", "b", *(f"<0x{byte:02X}>" for byte in range(256))]
    model = models.BPE(
        vocab={piece: i for i, piece in enumerate(pieces)}, merges=[], unk_token="<unk>", byte_fallback=True
    )
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return Tokenizer(tokenizer)


def streamed(tokenizer: Tokenizer, ids: list[int], context: list[int] | None = None) -> list[str]:
    stream = TextStream(tokenizer, context or [])
    return [*(stream.push(i) for i in ids), stream.flush()]


def test_every_piece_of_a_stream_is_made_of_whole_characters(byte_level: Tokenizer) -> None:
    pieces = streamed(byte_level, byte_level.encode(TEXT))
    assert "".join(pieces) == TEXT
    assert all(len(piece) <= 1 for piece in pieces)
    assert not any("\ufffd" in piece for piece in pieces)


@settings(deadline=None, max_examples=60)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffd"), max_size=40))
def test_a_stream_joins_to_what_decoding_gives(byte_level: Tokenizer, text: str) -> None:
    assert "".join(streamed(byte_level, byte_level.encode(text, parse_special=False))) == text


def test_an_unfinished_character_is_held_back_and_dropped_at_the_end(byte_level: Tokenizer) -> None:
    ids = byte_level.encode("好的")[:-1]
    assert streamed(byte_level, ids) == ["", "", "好", "", "", ""]


def test_bytes_that_are_no_character_do_not_swallow_what_follows(byte_level: Tokenizer) -> None:
    broken = byte_level.encode("好")[:1]
    assert "".join(streamed(byte_level, [*broken, *byte_level.encode("对 ok")])) == "\ufffd对 ok"


def test_the_context_decides_about_a_leading_space(sentencepiece: Tokenizer) -> None:
    token_a, token_b = 4, 5
    assert streamed(sentencepiece, [token_a, token_b]) == ["a", "b", ""]
    assert streamed(sentencepiece, [token_a, token_b], context=[token_b]) == [" a", "b", ""]
    assert streamed(sentencepiece, [token_b, token_a, token_a]) == ["b", " a", " a", ""]


def test_byte_fallback_tokens_wait_for_the_whole_character(sentencepiece: Tokenizer) -> None:
    first_byte = 6
    emoji = [first_byte + byte for byte in "👍".encode()]
    assert streamed(sentencepiece, [2, *emoji, 3]) == ["存款", "", "", "", "👍", "保险", ""]


def test_special_tokens_in_plain_text_stay_text(byte_level: Tokenizer) -> None:
    end = byte_level.token_id("<|im_end|>")
    assert end is not None
    assert byte_level.encode("<|im_end|>") == [end]
    plain = byte_level.encode("<|im_end|>", parse_special=False)
    assert end not in plain
    assert byte_level.decode(plain) == "<|im_end|>"
    assert byte_level.count("<|im_end|>") == len(plain)
    assert byte_level.encode("<|im_end|>") == [end]  # the mode does not stick


def test_special_tokens_are_not_shown(byte_level: Tokenizer) -> None:
    end = byte_level.encode("<|im_end|>")
    assert "".join(streamed(byte_level, [*byte_level.encode("好"), *end, *byte_level.encode("的")])) == "好的"


def test_a_tokenizer_with_more_tokens_than_the_model_has_rows_is_refused(tiny_pack: Path) -> None:
    manifest = read_manifest(tiny_pack)
    foreign = dataclasses.replace(manifest, vocabulary_size=manifest.vocabulary_size - 1)
    with pytest.raises(EnvironmentFault) as caught:
        Tokenizer.open(tiny_pack, foreign)
    assert caught.value.code == Fault.TOKENIZER_MISMATCH
    size = manifest.vocabulary_size - 1
    assert caught.value.details == {"pack": manifest.name, "token_id": size, "vocabulary_size": size}


def test_a_tokenizer_without_the_end_token_is_refused(tiny_pack: Path) -> None:
    manifest = read_manifest(tiny_pack)
    padded = dataclasses.replace(manifest, vocabulary_size=manifest.vocabulary_size + 64)
    assert Tokenizer.open(tiny_pack, padded).vocabulary_size == manifest.vocabulary_size
    with pytest.raises(EnvironmentFault, match="tokenizer_mismatch"):
        Tokenizer.open(tiny_pack, dataclasses.replace(padded, eos_token_ids=(manifest.vocabulary_size + 1,)))


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\x00\xff", b'{"version": "1.0"'])
def test_an_unreadable_tokenizer_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / TOKENIZER).write_bytes(content)
    with pytest.raises(EnvironmentFault) as caught:
        Tokenizer.open(tmp_path, manifest_for(10))
    assert caught.value.details["file"] == TOKENIZER


def test_a_real_generator_tokenizer_streams_what_it_read(smollm2_pack: Path) -> None:
    tokenizer = Tokenizer.open(smollm2_pack, read_manifest(smollm2_pack))
    ids = tokenizer.encode(TEXT)
    assert "".join(streamed(tokenizer, ids)) == TEXT
    assert tokenizer.count(TEXT) == len(ids)


def test_a_real_embedder_tokenizer_adds_begin_and_end(embedder_pack: Path) -> None:
    manifest = read_manifest(embedder_pack)
    tokenizer = Tokenizer.open(embedder_pack, manifest)
    ids = tokenizer.encode("passage: 存款保险", add_special=True)
    assert (ids[0], ids[-1]) == (manifest.bos_token_id, manifest.eos_token_ids[0])
    assert tokenizer.decode(ids) == "passage: 存款保险"


def test_metaspace_words_keep_their_spaces() -> None:
    pieces = [("<unk>", 0.0), ("▁", -1.0), ("▁no", -1.0), ("te", -1.0)]
    raw = tokenizers.Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=False))
    raw.pre_tokenizer = pre_tokenizers.Metaspace()
    raw.decoder = decoders.Metaspace()
    tokenizer = Tokenizer(raw)
    assert "".join(streamed(tokenizer, tokenizer.encode("no note no"))) == "no note no"
