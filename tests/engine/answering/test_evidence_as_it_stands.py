"""What an answer rests on is held against the library at that moment: removed, shared, superseded meanwhile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

from engine.answering.dialogues import Dialogues
from engine.answering.pipeline import Answerer, _Asked
from engine.requests import AskRequest
from engine.settings import Settings
from engine.values import DocumentInfo, DocumentStatus, Passage, Rung, Span

TEXT = "客户身份资料至少保存五年。"


def passage(document_id: str) -> Passage:
    return Passage(
        f"{document_id}:1:0", document_id, document_id, 1, TEXT, (), (Span(1, 0, 13),), Rung.BRANCH, 1.0, 0.9
    )


def info(document_id: str, superseded_by: str = "") -> DocumentInfo:
    made = DocumentInfo(document_id, document_id, DocumentStatus.INDEXED, Rung.BRANCH, 1, 1, 1, "", "")
    return replace(made, superseded_by=superseded_by)


def answerer(*documents: DocumentInfo) -> Answerer:
    held = {document.document_id: document for document in documents}
    return Answerer(Settings(home=Path("/")), SimpleNamespace(find=held.get), None, None, Dialogues())  # type: ignore[arg-type]


def test_what_was_removed_since_the_search_is_no_evidence_and_what_is_there_or_shared_is() -> None:
    found = [passage("here"), passage("removed"), passage("shared")]
    asked = _Asked(AskRequest("保存几年？"), "保存几年？", "保存几年？", (), 0.0)
    dialogue = answerer(info("here"), info("shared"))._ask(asked, found, len)
    assert [entry.document_id for entry, _ in dialogue.evidence] == ["here", "shared"]


def test_what_was_superseded_since_the_dialogue_began_says_so() -> None:
    now = answerer(info("old", superseded_by="new"))
    assert now._labelled(passage("old")).superseded
    assert not answerer(info("old"))._labelled(replace(passage("old"), superseded=True)).superseded
    assert now._labelled(passage("removed")) == passage("removed")
