"""What retrieval and model made of each question, kept so that the score can be trained and judged without them."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gold_questions import GoldQuestion

from engine.answering.checking import CheckedAnswer, check
from engine.answering.citations import complete
from engine.answering.evidence import choose_evidence
from engine.answering.prompt import NOT_FOUND, system_message, user_message
from engine.cancel import CancelToken
from engine.events import GenerationFinished
from engine.runtime.sampling import Sampling
from engine.values import Passage

if TYPE_CHECKING:
    from engine.answering.retrieval import Retriever
    from engine.knowledge.store import KnowledgeBase
    from engine.runtime.generator import Generator

PASSAGES = 8
ANSWER_TOKENS = 120
QUESTION_CHARS = 2000
LAY = "lay"  # folder and half of the lay questions about laws


@dataclass(frozen=True, slots=True)
class Record:
    """`raw` is None where no model wrote an answer, `checked` also where it refused by itself."""

    question: GoldQuestion
    passages: tuple[Passage, ...]
    evidence: tuple[Passage, ...] = ()
    raw: str | None = None
    checked: CheckedAnswer | None = None

    @property
    def quotes(self) -> list[str]:
        return [citation.quote for citation in self.checked.citations] if self.checked else []


def read_records(folder: Path) -> list[Record]:
    """All records of a folder, made by this program on this machine."""
    return [pickle.loads(path.read_bytes()) for path in sorted(folder.glob("*.pkl"))]


def retrieve(folder: Path, retriever: Retriever, questions: Sequence[GoldQuestion]) -> list[Record]:
    """A record of each question, made where there is none or the question was worded anew."""
    folder.mkdir(parents=True, exist_ok=True)
    found: list[Record] = []
    for question in questions:
        path = folder / f"{question.id}.pkl"
        kept: Record | None = pickle.loads(path.read_bytes()) if path.exists() else None
        if kept is None or kept.question.question != question.question:
            words = any(character.isalnum() for character in question.question)
            passages = retriever.retrieve(question.question, PASSAGES, QUESTION_CHARS) if words else ()
            kept = Record(question, passages)
        kept = replace(kept, question=question)
        path.write_bytes(pickle.dumps(kept))
        found.append(kept)
    return found


def answer(folder: Path, generator: Generator, records: Sequence[Record], seconds: float) -> Iterator[Record]:
    """Has the model write what is not recorded yet, until `seconds` have passed; yields each record that was made."""
    ends = time.perf_counter() + seconds
    for record in records:
        if record.raw is not None:
            continue
        if time.perf_counter() > ends:
            return
        question = record.question.question
        evidence = choose_evidence(question, record.passages, generator.count_tokens)
        messages = (system_message(), user_message(question, evidence))
        *_, last = generator.generate(messages, Sampling(temperature=0.0), ANSWER_TOKENS, CancelToken())
        assert isinstance(last, GenerationFinished)
        made = replace(record, evidence=tuple(passage for passage, _ in evidence), raw=last.text.strip())
        (folder / f"{record.question.id}.pkl").write_bytes(pickle.dumps(made))
        yield made


def keep(folder: Path, records: Sequence[Record]) -> None:
    for record in records:
        (folder / f"{record.question.id}.pkl").write_bytes(pickle.dumps(record))


def checked(record: Record, knowledge: KnowledgeBase) -> Record:
    """The record with its answer checked as the product checks it today."""
    if not record.raw or NOT_FOUND in record.raw or not record.evidence:
        return replace(record, checked=None)
    question = record.question.question
    whole = complete(record.raw, question, record.evidence, knowledge)
    return replace(record, checked=check(whole, record.evidence, knowledge, question=question))
