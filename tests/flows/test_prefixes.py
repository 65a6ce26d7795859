"""With a real model: no unchanged prefix is read twice, and nothing that was read outlives a removed document."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.api import (
    AnswerFinished,
    AskRequest,
    CancelToken,
    Engine,
    Message,
    PassagesFound,
    PromptRead,
    load_settings,
)
from engine.knowledge.prefix_files import FOLDER
from tests.flows.running import LAW, QUESTION, SMALL

pytestmark = pytest.mark.slow

FOLLOW_UP = "外币存款也保吗？"
OTHER = "残缺的人民币怎么兑换？"
MAX_TOKENS = 24


@pytest.fixture
def own_home(law_home: tuple[Path, Path], qwen05_pack: Path, tmp_path: Path) -> Path:
    """A copy of the home with the two laws, for a test that changes it."""
    return Path(shutil.copytree(law_home[0], tmp_path / "home"))


@pytest.fixture
def engine(own_home: Path, law_home: tuple[Path, Path]) -> Iterator[Engine]:
    with opened(own_home, law_home[1]) as engine:
        yield engine


def opened(home: Path, passphrase_file: Path, **options: int) -> Engine:
    settings = load_settings(home, passphrase_file=passphrase_file, generator_pack=SMALL)
    return Engine.open(replace(settings, **options))


def ask(engine: Engine, question: str, history: tuple[Message, ...] = ()) -> tuple[AnswerFinished, int, int]:
    """The answer, how many tokens were read for it, and how many its prompt has."""
    events = list(engine.ask(AskRequest(question, history, MAX_TOKENS), CancelToken()))
    read = [event for event in events if isinstance(event, PromptRead)]
    finished = events[-1]
    assert isinstance(finished, AnswerFinished)
    return finished, read[-1].total_tokens - read[0].done_tokens, read[-1].total_tokens


def told(question: str, answer: AnswerFinished) -> tuple[Message, Message]:
    return Message("user", question), Message("assistant", answer.text)


def test_no_unchanged_prefix_is_read_twice(engine: Engine) -> None:
    first, cost, length = ask(engine, QUESTION)
    assert cost < length - 60, "the system prompt is read while the model is loaded"
    again, cost, _ = ask(engine, QUESTION)
    assert cost == 1
    history = told(QUESTION, again)
    second, cost, length = ask(engine, FOLLOW_UP, history)
    new_evidence = cost
    assert cost < length - 300, "system prompt, evidence, question and answer of the first turn are known"
    _, cost, other_length = ask(engine, OTHER)
    assert cost < other_length
    _, cost, _ = ask(engine, FOLLOW_UP, history)  # back in the first conversation
    assert cost == 1
    _, cost, _ = ask(engine, "外币存款保险吗？", history)  # the question edited: its passages may differ
    assert cost <= new_evidence + 60
    _, cost, _ = ask(engine, OTHER)
    assert cost == 1
    assert first.found and second.text


def test_passages_keep_their_markers_in_a_follow_up(engine: Engine) -> None:
    first, _, _ = ask(engine, QUESTION)
    events = list(engine.ask(AskRequest(FOLLOW_UP, told(QUESTION, first), MAX_TOKENS), CancelToken()))
    found, by_marker = [event.passages for event in events if isinstance(event, PassagesFound)]
    assert {passage.chunk_id for passage in found} <= {passage.chunk_id for passage in by_marker}
    dialogue = engine._dialogues.resume((*told(QUESTION, first), *told(FOLLOW_UP, events[-1])), len)  # type: ignore[arg-type]
    assert [p.chunk_id for p, _ in dialogue.evidence] == [p.chunk_id for p in by_marker[: len(dialogue.evidence)]]


def test_the_beginning_survives_a_restart_and_is_read_from_its_file(
    own_home: Path, law_home: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(own_home, law_home[1]) as engine:
        list(engine.warm_up(CancelToken()))
        expected, _, _ = ask(engine, QUESTION)
        slots = engine._model._generator._cache.snapshot(0, 60)  # type: ignore[union-attr]
    (path,) = (own_home / FOLDER).iterdir()
    written_at = path.stat().st_mtime_ns

    def no_prefill(*_: object) -> None:
        raise AssertionError("the beginning was read again")

    with opened(own_home, law_home[1]) as engine:
        with monkeypatch.context() as patch:
            patch.setattr("engine.runtime.generator.Generator._prefill", no_prefill)
            list(engine.warm_up(CancelToken()))
        answer, cost, length = ask(engine, QUESTION)
        assert cost < length - 60
        np.testing.assert_array_equal(engine._model._generator._cache.snapshot(0, 60), slots)  # type: ignore[union-attr]
        assert answer.text == expected.text
    assert path.stat().st_mtime_ns > written_at, "it counts as used"
    with opened(own_home, law_home[1], threads=1) as engine:  # other kernels may give other bits
        list(engine.warm_up(CancelToken()))
    assert len(list((own_home / FOLDER).iterdir())) == 2


def test_removing_a_document_purges_what_was_read_of_it(engine: Engine, own_home: Path) -> None:
    first, _, _ = ask(engine, QUESTION)
    ask(engine, FOLLOW_UP, told(QUESTION, first))
    ask(engine, OTHER)
    generator = engine._model._generator
    assert generator is not None and generator._cache is not None
    files = {path: path.read_bytes() for path in (own_home / FOLDER).iterdir()}
    law = next(document for document in engine.documents() if document.name == LAW)
    for _ in engine.remove([law.document_id], CancelToken()):
        beginning = len(generator._beginning)
        assert len(generator._cache) == beginning > 60
        assert not generator._cache.snapshot(beginning, 2000).any(), "no key or value of a passage is left"
        assert generator._prefixes.size_bytes <= beginning * generator._cache.slot_bytes
        assert engine._dialogues.resume(told(QUESTION, first), len).evidence == ()
    assert files == {path: path.read_bytes() for path in (own_home / FOLDER).iterdir()}, "only the beginning was there"
    _, cost, length = ask(engine, OTHER)
    assert cost >= length - beginning


def test_no_key_or_value_and_no_word_lies_on_the_disk(engine: Engine, own_home: Path) -> None:
    """Floats of the beginning and of the evidence, as they are in memory, stand in no file of the home."""
    ask(engine, QUESTION)
    cache = engine._model._generator._cache  # type: ignore[union-attr]
    slots = cache.snapshot(0, len(cache)).astype(np.float32)  # type: ignore[union-attr]
    heads = slots.reshape(-1, slots.shape[-1])
    canaries = {row.tobytes()[:16] for row in heads[:: len(heads) // 500] if row.any()}
    files = [path.read_bytes() for path in own_home.rglob("*") if path.is_file()]
    assert any(len(content) > 1_000_000 for content in files)
    assert not [canary for canary in canaries if any(canary in content for content in files)]
    assert not [content for content in files if "最高偿付限额".encode() in content or "知识助手".encode() in content]


def test_a_document_removed_after_the_search_enters_no_prompt(engine: Engine) -> None:
    events = engine.ask(AskRequest(QUESTION, (), MAX_TOKENS), CancelToken())
    found = next(event for event in events if isinstance(event, PassagesFound))
    law = next(document for document in engine.documents() if document.name == LAW)
    assert law.document_id in {passage.document_id for passage in found.passages}
    list(engine.remove([law.document_id], CancelToken()))
    *_, finished = events
    assert isinstance(finished, AnswerFinished)
    generator = engine._model._generator
    read = generator._tokenizer.decode(generator._cache.tokens)  # type: ignore[union-attr]
    assert QUESTION in read and LAW not in read
