"""What a model has read and written is forgotten with the documents and conversations that it stems from."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Sequence

from engine.answering.dialogues import Dialogues
from engine.pacing import Pacer
from engine.runtime.model_slot import ModelSlot
from engine.viewing import Viewing


class Forgetting:
    """One per engine. Any thread."""

    def __init__(self, model: ModelSlot, dialogues: Dialogues, pacer: Pacer, viewing: Viewing) -> None:
        self._model = model
        self._dialogues = dialogues
        self._pacer = pacer
        self._viewing = viewing
        self._asked: set[str] = set()  # conversations that the model has read of
        self._due = False  # one of them was erased, and the model still knows it

    def documents(self) -> None:
        """Nothing that the model has read or written outlives a document it may stem from; waits for an answer."""
        self._viewing.forget()
        with self._model.between_answers() as generator:
            self._dialogues.forget()
            if generator is not None:
                generator.forget_documents()

    def conversations(self, conversation_ids: Sequence[str]) -> None:
        """As `documents`, where the model has read of one of them; what is due waits for the end of an answer, the
        caller does not."""
        self._due |= not self._asked.isdisjoint(conversation_ids)
        self._catch_up()

    @contextlib.contextmanager
    def after(self, conversation_id: str) -> Generator[None]:
        """Within it an answer to this conversation is made; before and behind it is forgotten what is due."""
        self._catch_up()
        self._asked.add(conversation_id)
        try:
            yield
        finally:
            self._catch_up()

    def _catch_up(self) -> None:
        if self._due and not self._pacer.busy:
            self._due = False
            self.documents()
