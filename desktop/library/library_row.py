"""One line of the library: what a document, or the work on it, is called and says of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import PurePath

from desktop import errors
from desktop.look import library_text, text
from engine.api import DocumentFault, DocumentFormat, DocumentInfo, PageFailure

_LISTED_PAGES = 12
_LOCKED = (DocumentFault.ENCRYPTED, DocumentFault.PASSWORD_WRONG)
_ICONS = {
    DocumentFormat.XLSX: "sheet",
    DocumentFormat.PPTX: "slides",
    DocumentFormat.HTML: "browser",
}
CRASHED = "crashed"  # the reason of a file in the middle of which the program ended twice
FOLDER_GONE = "folder_gone"  # the reason of a file that went together with its folder


class RowState(StrEnum):
    QUEUED = "queued"
    WORKING = "working"
    READY = "ready"
    PARTIAL = "partial"
    FAILED = "failed"
    REMOVING = "removing"


UNFINISHED = (RowState.QUEUED, RowState.WORKING)


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """`path` is the key while it is worked on by the job `job`, `document_id` afterwards."""

    name: str
    state: RowState
    note: str = ""
    path: str = ""
    document_id: str = ""
    done: int = 0
    total: int = 0
    hint: str = ""  # what the note has no room for: every failed page with its reason, the whole sentence
    detail: str = ""  # for IT
    job: str = ""
    reason: str = ""  # a DocumentFault code when it failed
    icon: str = "document"
    pack: str = ""  # the knowledge pack it came with
    superseded: bool = False
    from_pack: str = ""  # the title of `pack`
    replaces: str = ""  # the document whose place it is to take
    remark: str = ""  # said in place of the note until the library is left: it was there already
    info: DocumentInfo | None = None  # of a stored document
    words: str = ""  # what a search looks in

    @property
    def key(self) -> tuple[str, str]:
        """What stays the same while the row changes."""
        return ("", self.document_id) if self.document_id else (self.path, "")

    @property
    def can_cancel(self) -> bool:
        return self.state in UNFINISHED

    @property
    def can_remove(self) -> bool:
        return self.state in (RowState.READY, RowState.PARTIAL) and not self.pack

    @property
    def can_open(self) -> bool:
        return bool(self.document_id) and self.state in (RowState.READY, RowState.PARTIAL)

    @property
    def can_unlock(self) -> bool:
        """Whether a password may open it; Office's own encryption is not read."""
        return self.state is RowState.FAILED and self.reason in _LOCKED and self.path.lower().endswith(".pdf")

    @property
    def has_button(self) -> bool:
        return self.can_cancel or self.can_remove or self.state is RowState.FAILED

    @property
    def in_trouble(self) -> bool:
        """Not finished, or not finished well."""
        return self.state in (*UNFINISHED, RowState.FAILED, RowState.PARTIAL)

    @property
    def shown_note(self) -> str:
        return self.remark or self.note

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        return text.spoken(self.name, text.SUPERSEDED if self.superseded else "", self.shown_note)


def document_row(document: DocumentInfo, names: Mapping[str, str], pack_titles: Mapping[str, str]) -> LibraryRow:
    """A stored document; `names` are those of all documents by id, for the one that replaces it."""
    facts = [text.FORMATS[document.format.value], text.version(document.version), text.pages(document.page_count)]
    lines = [text.joined(facts)]
    if document.superseded_by:
        lines.append(text.superseded_by(names.get(document.superseded_by, "")))
    pack_title = pack_titles.get(document.pack, document.pack)
    if document.pack:
        lines.append(text.of_pack(pack_title))
    state, note = RowState.READY, _note(document)
    if document.failures:
        state = RowState.PARTIAL
        note, reasons = failed_pages(document.failures)
        lines.append(reasons)
    name = library_text.one_line(document.name)
    return LibraryRow(
        name,
        state,
        note,
        document.source_path,
        document.document_id,
        hint="\n".join(lines),
        icon="strata" if document.pack else _ICONS.get(document.format, "document"),
        pack=document.pack,
        superseded=bool(document.superseded_by),
        from_pack=pack_title,
        info=document,
        words=f"{name} {document.title}".casefold(),
    )


def _note(document: DocumentInfo) -> str:
    origin = text.KNOWLEDGE_PACK if document.pack else ""
    return text.joined([origin, text.version(document.version), text.pages(document.page_count)])


def queued_row(path: str, job: str, icon: str = "document", name: str = "", replaces: str = "") -> LibraryRow:
    """Something that waits for its turn."""
    shown = library_text.one_line(name or PurePath(path).name or path)
    words = shown.casefold()
    return LibraryRow(shown, RowState.QUEUED, text.QUEUED, path, job=job, icon=icon, replaces=replaces, words=words)


def failed_row(
    path: str, name: str, sentence: errors.Sentence, reason: str = "", icon: str = "document", replaces: str = ""
) -> LibraryRow:
    """Something that could not be taken in, with the reason."""
    shown = library_text.one_line(name)
    row = LibraryRow(
        shown,
        RowState.FAILED,
        sentence.text,
        path,
        hint="\n".join(filter(None, (sentence.text, sentence.action))),
        detail=sentence.detail,
        reason=reason,
        icon=icon,
        replaces=replaces,
        words=shown.casefold(),
    )
    if not row.can_unlock:
        return row
    note = text.LOCKED if reason == DocumentFault.ENCRYPTED else text.PASSWORD_WRONG_NOTE  # a link follows
    return replace(row, note=note)


def refusal(reason: str, details: Mapping[str, str | int | float], path: str) -> errors.Sentence:
    """Why a file could not be taken in, in words that fit what was dropped."""
    if reason == DocumentFault.UNSUPPORTED:
        return errors.Sentence(*library_text.unsupported(str(details.get("suffix", ""))), detail=f"{reason} {path}")
    if reason == FOLDER_GONE:
        folder = library_text.one_line(PurePath(path).parent.name or str(PurePath(path).parent))
        words = library_text.DRIVE_GONE.format(folder=folder)
        return errors.Sentence(words, library_text.DRIVE_GONE_ACTION, f"{reason} {path}")
    if reason == CRASHED:
        return errors.Sentence(library_text.CRASHED, library_text.CRASHED_ACTION, f"{reason} {path}")
    return errors.describe_document(reason, details)


def failed_pages(failures: Sequence[PageFailure]) -> tuple[str, str]:
    """The note that counts them, and a line for each of the first with its reason."""
    lines = [
        text.failed_page_reason(failure.page_no, errors.describe_document(failure.reason).text)
        for failure in failures[:_LISTED_PAGES]
    ]
    if len(failures) > _LISTED_PAGES:
        lines.append(text.more_failed_pages(len(failures) - _LISTED_PAGES))
    return text.failed_pages([failure.page_no for failure in failures]), "\n".join(lines)
