"""Writing an export: the suffix of the file says which format."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.cancel import CancelToken
from engine.durable import write_durably, writing_home
from engine.errors import Rejection, RequestRejected
from engine.exporting.conversation import ExportedTurn, to_markdown
from engine.exporting.markdown import markdown_file
from engine.exporting.pdf import pdf_file
from engine.settings import ParserLimits

SUFFIXES = (".md", ".docx", ".pdf")


def export_conversation(
    turns: Sequence[ExportedTurn], path: Path, title: str, limits: ParserLimits, cancel: CancelToken
) -> None:
    """Write a conversation as Markdown, Word or PDF, labelled as made by AI; an older file is replaced.

    Raises:
        RequestRejected: OPTION_INVALID (option, value) for another suffix or no turn.
        EnvironmentFault: DISK_FULL, HOME_UNWRITABLE, PARSER_UNUSABLE.
    """
    export_text(to_markdown(turns, title) if turns else "", path, title, limits, cancel)


def export_text(text: str, path: Path, title: str, limits: ParserLimits, cancel: CancelToken) -> None:
    """As `export_conversation`, of Markdown that carries its visible label already (`engine.labels.labelled`)."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES or not text:
        raise RequestRejected(Rejection.OPTION_INVALID, option="export", value=path.name)
    if suffix == ".md":
        data = markdown_file(text)
    elif suffix == ".docx":
        from engine.exporting.word import word_file  # python-docx takes a while to load

        data = word_file(text, title)
    else:
        data = pdf_file(text, limits, cancel)
    with writing_home(path.parent):
        write_durably(path, data)
