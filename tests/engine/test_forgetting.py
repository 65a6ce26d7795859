"""What a model has read of an erased conversation outlives no answer, and nobody waits for its end."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from engine.answering.dialogues import Dialogue, Dialogues
from engine.forgetting import Forgetting
from engine.pacing import Pacer
from engine.values import Message

HISTORY = (Message("user", "存款保险保多少？"), Message("assistant", "50 万元"))


class Slot:
    """Stands where the generator's slot is; notes what was forgotten."""

    def __init__(self) -> None:
        self.forgotten = 0

    @contextlib.contextmanager
    def between_answers(self) -> Iterator[Any]:
        yield self

    def forget_documents(self) -> None:
        self.forgotten += 1


@pytest.fixture
def slot() -> Slot:
    return Slot()


@pytest.fixture
def dialogues() -> Dialogues:
    known = Dialogues()
    known.remember(HISTORY, Dialogue((Message("user", "长的原文"),)))
    return known


@pytest.fixture
def pacer() -> Pacer:
    return Pacer()


@pytest.fixture
def forgetting(slot: Slot, dialogues: Dialogues, pacer: Pacer) -> Forgetting:
    viewing: Any = SimpleNamespace(forget=lambda: None)
    model: Any = slot
    return Forgetting(model, dialogues, pacer, viewing)


def knows(dialogues: Dialogues) -> bool:
    return dialogues.resume(HISTORY, len).messages == (Message("user", "长的原文"),)


def test_what_was_never_asked_here_costs_nothing(forgetting: Forgetting, slot: Slot, dialogues: Dialogues) -> None:
    with forgetting.after("talk"):
        pass
    forgetting.conversations(["other"])
    assert slot.forgotten == 0 and knows(dialogues)


def test_an_erased_conversation_is_forgotten_at_once(forgetting: Forgetting, slot: Slot, dialogues: Dialogues) -> None:
    with forgetting.after("talk"):
        pass
    forgetting.conversations(["talk"])
    assert slot.forgotten == 1 and not knows(dialogues)
    forgetting.conversations([])
    assert slot.forgotten == 1


def test_while_an_answer_runs_it_is_forgotten_behind_it(
    forgetting: Forgetting, slot: Slot, pacer: Pacer, dialogues: Dialogues
) -> None:
    with pytest.raises(ValueError, match="stopped"), forgetting.after("talk"), pacer.answering():
        forgetting.conversations(["talk"])
        assert slot.forgotten == 0
        raise ValueError("stopped")
    assert slot.forgotten == 1 and not knows(dialogues)


def test_removing_a_document_always_forgets(forgetting: Forgetting, slot: Slot, dialogues: Dialogues) -> None:
    forgetting.documents()
    assert slot.forgotten == 1 and not knows(dialogues)
