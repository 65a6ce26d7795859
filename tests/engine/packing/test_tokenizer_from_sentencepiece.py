"""Sentencepiece models read without sentencepiece give, token by token, what sentencepiece gives."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from engine.errors import EnvironmentFault, Fault
from engine.packing.tokenizer_from_sentencepiece import (
    NORMAL,
    UNUSED,
    USER_DEFINED,
    model_message,
    read_sentencepiece,
)
from engine.runtime.pack import GENERATOR, SCORES, TOKENIZER, Manifest, PackFile
from engine.runtime.tokenizer import TextStream, Tokenizer

spm = pytest.importorskip("sentencepiece", reason="the reference implementation (extra: dev)")

REPOSITORY = Path(__file__).resolve().parents[3]
PIECES = 4000
ODD = [
    "",
    " ",
    "   ",
    "a",
    " a ",
    "  两个  空格  ",
    "行\n\n\n尾\t制表\r\n",
    "▁已有▁记号▁",
    "</s>Human:你好 </s>Assistant: ",
    "<s>[INST] <<SYS>> <unk> <0x41>",
    "----------------====  ========",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "哈哈哈哈哈哈哈哈哈哈哈",
    "利率3.85%，￥1,000,000.00元（大写：壹佰万元整）",
    "👩‍💻🏦💰🇨🇳 ß œ Ａｂｃ１２３ ㍿ ﬁ é e\u0301",
    "\u200b零宽\ufeff字\u00a0符\u3000全角空格",
    "𠮷野家 𪚥 鿿 龘",
    "混合text与中文mixed没有空格",
    "def f(x):\n    return x ** 2  # 注释\n",
    "\x00\x01\x7f",
]


def texts() -> list[str]:
    files = [*sorted((REPOSITORY / "assets").rglob("*.md")), *sorted((REPOSITORY / "assets").rglob("*.toml"))]
    files += sorted((REPOSITORY / "docs").rglob("*.md")) + sorted((REPOSITORY / "engine" / "runtime").glob("*.py"))
    return [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def strings() -> list[str]:
    """Whole lines, lines glued together, and pieces cut anywhere: some eight hundred."""
    lines, shuffle = texts(), random.Random(3)
    whole = shuffle.sample(lines, 300)
    glued = [shuffle.choice(["", " ", "  ", "\n"]).join(shuffle.sample(lines, 3)) for _ in range(200)]
    cut = [line[shuffle.randrange(len(line)) :][: shuffle.randrange(1, 60)] for line in shuffle.sample(lines, 300)]
    return [*ODD, *whole, *glued, *cut]


def train(normalization: str, keep_spaces: bool, user_defined: tuple[str, ...] = ()) -> Any:
    """A trained model as a message; identity and kept spaces are LLaMA's options."""
    trained = io.BytesIO()
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter(texts()),
        model_writer=trained,
        model_type="bpe",
        vocab_size=PIECES,
        byte_fallback=True,
        character_coverage=0.998,
        normalization_rule_name=normalization,
        remove_extra_whitespaces=not keep_spaces,
        allow_whitespace_only_pieces=keep_spaces,
        split_digits=keep_spaces,
        user_defined_symbols=list(user_defined),
        minloglevel=2,
    )
    message = model_message()
    message.ParseFromString(trained.getvalue())
    return trained.getvalue(), message


def extended() -> bytes:
    """As the Chinese vocabulary of 49,953 pieces was made: many more pieces, all with the score 0."""
    data, message = train("identity", keep_spaces=True)
    held = {piece.piece for piece in message.pieces}
    chinese = "".join(c for text in strings() for c in text if "一" <= c <= "鿿")  # of what is encoded later
    words = sorted({chinese[i : i + n] for n in (2, 3, 4) for i in range(0, len(chinese) - n, 5 - n)} - held)
    grown = model_message()
    grown.ParseFromString(data)
    for word in words[:6000]:
        grown.pieces.add(piece=word, score=0.0, type=NORMAL)
    return grown.SerializeToString()


MODELS: dict[str, Callable[[], bytes]] = {
    "llama": lambda: train("identity", keep_spaces=True)[0],
    "chinese": extended,
    "collapsed": lambda: train("identity", keep_spaces=False)[0],
    "normalized": lambda: train("nmt_nfkc", keep_spaces=False)[0],
}


@pytest.fixture(scope="module", params=MODELS)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Tokenizer]:
    """Sentencepiece itself, and our reading of the same file."""
    return open_both(MODELS[request.param](), tmp_path_factory.mktemp(request.param))


def open_both(data: bytes, folder: Path) -> tuple[Any, Tokenizer]:
    (folder / "tokenizer.model").write_bytes(data)
    read = read_sentencepiece(folder / "tokenizer.model")
    (folder / TOKENIZER).write_text(read.json, encoding="utf-8")
    files = {TOKENIZER: PackFile("", 0)}
    if read.scores is not None:
        (folder / SCORES).write_bytes(read.scores.tobytes())
        files[SCORES] = PackFile("", 0)
    reference = spm.SentencePieceProcessor(model_proto=data)
    manifest = Manifest(
        *("t", "1", GENERATOR, "llama", "fp32", 64, 16, reference.vocab_size(), 1, "MIT", "test"),
        bos_token_id=read.bos_token_id,
        eos_token_ids=(read.eos_token_id or 0,),
        files=files,
    )
    assert (read.bos_token_id, read.eos_token_id) == (reference.bos_id(), reference.eos_id())
    return reference, Tokenizer.open(folder, manifest)


def test_hundreds_of_texts_have_the_ids_of_sentencepiece(pair: tuple[Any, Tokenizer]) -> None:
    reference, tokenizer = pair
    tested = strings()
    assert len(tested) > 800
    wrong = [text for text in tested if tokenizer.encode(text, parse_special=False) != reference.encode(text)]
    assert not wrong, f"{len(wrong)} of {len(tested)}: {wrong[:5]!r}"


def test_ids_become_the_text_again_as_sentencepiece_says_it(pair: tuple[Any, Tokenizer]) -> None:
    reference, tokenizer = pair
    for text in strings():
        ids = reference.encode(text)
        assert tokenizer.decode(ids) == reference.decode(ids)
        stream = TextStream(tokenizer)
        assert "".join([*map(stream.push, ids), stream.flush()]) == reference.decode(ids)


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.sampled_from("  ▁\n--==aab中国人民银行存款利率，。0123<s>/é👍𠮷"), max_size=60))
def test_any_text_has_the_ids_of_sentencepiece(pair: tuple[Any, Tokenizer], text: str) -> None:
    reference, tokenizer = pair
    assert tokenizer.encode(text, parse_special=False) == reference.encode(text)


def test_only_a_vocabulary_with_equal_scores_carries_them(tmp_path: Path) -> None:
    for name in ("llama", "chinese"):
        (tmp_path / name).write_bytes(MODELS[name]())
    assert read_sentencepiece(tmp_path / "llama").scores is None
    scores = read_sentencepiece(tmp_path / "chinese").scores
    assert scores is not None
    assert scores.dtype == np.float32
    assert np.isnan(scores[:259]).all()  # unknown, controls and bytes
    assert (scores[-100:] == 0).all()


def test_ranks_alone_would_cut_an_extended_vocabulary_otherwise(tmp_path: Path) -> None:
    """Why the scores are carried: the library's own encoding of the same file differs in many texts."""
    reference, tokenizer = open_both(MODELS["chinese"](), tmp_path)
    ranked = Tokenizer(tokenizer._tokenizer)
    wrong = [text for text in strings() if ranked.encode(text, parse_special=False) != reference.encode(text)]
    assert len(wrong) > 20


def test_control_tokens_count_only_where_they_may(pair: tuple[Any, Tokenizer]) -> None:
    reference, tokenizer = pair
    end = reference.eos_id()
    assert end not in tokenizer.encode("你好</s>再见", parse_special=False)
    assert tokenizer.encode("你好</s>再见") == [*reference.encode("你好"), end, *reference.encode("再见")]
    assert tokenizer.decode([*reference.encode("你好"), end]) == "你好"


def test_tokens_that_the_checkpoint_adds_follow_the_models_own(tmp_path: Path) -> None:
    file = tmp_path / "tokenizer.model"
    file.write_bytes(MODELS["llama"]())
    read = read_sentencepiece(file, {PIECES: ("[PAD]", True), PIECES + 1: ("<|cite|>", False)})
    (tmp_path / TOKENIZER).write_text(read.json, encoding="utf-8")
    manifest = Manifest("t", "1", GENERATOR, "llama", "fp32", 64, 16, PIECES + 2, 1, "MIT", "test")
    tokenizer = Tokenizer.open(tmp_path, manifest)
    assert tokenizer.encode("[PAD]<|cite|>") == [PIECES, PIECES + 1]
    assert PIECES not in tokenizer.encode("[PAD]", parse_special=False)
    with pytest.raises(EnvironmentFault) as caught:
        read_sentencepiece(file, {PIECES + 5: ("[PAD]", True)})
    assert caught.value.code == Fault.PACK_UNSUPPORTED


def test_a_symbol_of_the_user_is_one_token(tmp_path: Path) -> None:
    data, message = train("identity", keep_spaces=True, user_defined=("<sep>",))
    assert [piece.type for piece in message.pieces if piece.piece == "<sep>"] == [USER_DEFINED]
    reference, tokenizer = open_both(data, tmp_path)
    assert tokenizer.encode("你好<sep>", parse_special=False) == reference.encode("你好<sep>")


def changed(**fields: Any) -> bytes:
    """A small model with other options of training or normalizing."""
    message = model_message()
    for piece in ("<unk>", *(f"<0x{byte:02X}>" for byte in range(256)), "▁", "a"):
        message.pieces.add(piece=piece, score=0.0, type=NORMAL)
    message.trainer_spec.model_type, message.trainer_spec.byte_fallback = 2, True
    for name, value in fields.items():
        spec, _, field = name.partition("__")
        setattr(getattr(message, f"{spec}_spec"), field, value)
    return message.SerializeToString()


@pytest.mark.parametrize(
    "fields",
    [
        {"trainer__model_type": 1},
        {"trainer__byte_fallback": False},
        {"trainer__treat_whitespace_as_suffix": True},
        {"normalizer__escape_whitespaces": False},
    ],
)
def test_other_kinds_of_models_are_unsupported(tmp_path: Path, fields: dict[str, Any]) -> None:
    file = tmp_path / "tokenizer.model"
    file.write_bytes(changed())
    read_sentencepiece(file)
    file.write_bytes(changed(**fields))
    with pytest.raises(EnvironmentFault) as caught:
        read_sentencepiece(file)
    assert caught.value.code == Fault.PACK_UNSUPPORTED


def test_unused_pieces_are_unsupported(tmp_path: Path) -> None:
    message = model_message()
    message.ParseFromString(changed())
    message.pieces.add(piece="aa", score=-1.0, type=UNUSED)
    (tmp_path / "tokenizer.model").write_bytes(message.SerializeToString())
    with pytest.raises(EnvironmentFault) as caught:
        read_sentencepiece(tmp_path / "tokenizer.model")
    assert caught.value.code == Fault.PACK_UNSUPPORTED


@pytest.mark.parametrize("content", [b"", b"x", b"\xff" * 100, b"version https://git-lfs.github.com/spec/v1\n", None])
def test_what_is_no_model_is_damaged(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "tokenizer.model"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(EnvironmentFault) as caught:
        read_sentencepiece(file)
    assert caught.value.code == Fault.WEIGHTS_DAMAGED
    assert caught.value.details == {"file": "tokenizer.model"}


def test_a_prompt_is_cut_as_in_training(pair: tuple[Any, Tokenizer]) -> None:
    """A template's pieces and a user's text are one text between control tokens; one written by the user is text."""
    reference, tokenizer = pair
    pieces = [("</s>Human:", True), ("存款 </s>利率", False), (" ", True), ("</s>Assistant: ", True)]
    end = reference.eos_id()
    expected = [end, *reference.encode("Human:存款 </s>利率 "), end, *reference.encode("Assistant: ")]
    assert tokenizer.encode_pieces(pieces) == expected
