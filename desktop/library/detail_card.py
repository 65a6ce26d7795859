"""The card about what is chosen: a document's facts, its versions, how its pages ended; or why a file failed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop import errors
from desktop.library.library_row import LibraryRow, RowState
from desktop.library.page_accounts import PagesCounted
from desktop.look import library_text, text
from desktop.look.controls import ElidedLabel, IconLabel, Notice, label, line, push_button
from desktop.look.flow_layout import FlowLayout
from desktop.look.theme import Theme
from engine.api import DocumentInfo

_LISTED_PAGES = 200


@dataclass(frozen=True, slots=True)
class Subject:
    """What the card is about: the chosen rows, and of a single document its versions and collections."""

    rows: tuple[LibraryRow, ...] = ()
    versions: tuple[LibraryRow, ...] = ()
    collections: tuple[str, ...] = ()  # names
    within: bool = False  # a collection is being looked at


class DetailCard(QScrollArea):
    """Built anew for every subject: there are few widgets in it."""

    open_wanted = Signal(object)  # LibraryRow
    replace_wanted = Signal(object)
    unlock_wanted = Signal(object)
    cancel_wanted = Signal(object)
    version_wanted = Signal(str)  # document_id
    remove_wanted = Signal()  # what is chosen
    retry_wanted = Signal()
    dismiss_wanted = Signal()
    collections_wanted = Signal(object)  # the button that was pressed
    take_out_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("libraryCard")
        self.setAccessibleName(library_text.CARD)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._theme = theme
        self.subject: Subject | None = None
        self._account = label(role="muted", wrap=True)
        self.show_subject(Subject())

    def show_subject(self, subject: Subject) -> None:
        if subject == self.subject:
            return
        self.subject = subject
        canvas = QWidget()
        canvas.setObjectName("canvas")
        column = QVBoxLayout(canvas)
        column.setContentsMargins(18, 18, 14, 18)
        column.setSpacing(12)
        self._account = label(role="muted", wrap=True)
        rows = list(subject.rows)
        if not rows:
            column.addWidget(label(library_text.CHOOSE_ONE, "muted", wrap=True))
        elif len(rows) > 1:
            self._build_many(column, subject)
        elif rows[0].info is not None:
            self._build_document(column, subject, rows[0], rows[0].info)
        else:
            self._build_work(column, rows[0])
        column.addStretch()
        self.setWidget(canvas)

    def show_account(self, counted: PagesCounted) -> None:
        """How the pages of the document ended, when they have been counted."""
        if self.subject and [row.document_id for row in self.subject.rows] == [counted.document_id]:
            self._account.setText(text.unbroken(text.page_account(counted.counts)))

    # ---- one document

    def _build_document(self, column: QVBoxLayout, subject: Subject, row: LibraryRow, info: DocumentInfo) -> None:
        column.addLayout(self._title(row))
        if info.title and info.title != row.name and text.without_suffix(row.name) != info.title:
            column.addWidget(label(library_text.one_line(info.title), "muted", wrap=True, selectable=True))
        column.addLayout(self._document_buttons(subject, row))
        column.addWidget(line())
        column.addLayout(_facts(row, info, subject.collections))
        if len(subject.versions) > 1:
            column.addWidget(line())
            column.addLayout(self._versions(subject.versions, row))
        column.addWidget(line())
        column.addLayout(self._pages(info))

    def _title(self, row: LibraryRow) -> QLayout:
        name = label(_breakable(text.without_suffix(row.name)), "heading", wrap=True)
        name.setAccessibleName(row.name)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(name)
        if row.superseded or row.remark:
            words.addWidget(label(row.remark or row.hint.split("\n")[1], "caution", wrap=True))
        if row.pack:
            words.addWidget(label(text.of_pack(row.from_pack), "caption", wrap=True))
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(IconLabel(self._theme, row.icon, "accent", 22), 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        return line

    def _document_buttons(self, subject: Subject, row: LibraryRow) -> QLayout:
        show = push_button(library_text.OPEN, "primary")
        show.setObjectName("openDocument")
        show.clicked.connect(lambda: self.open_wanted.emit(row))
        first = [show]
        if row.can_remove:
            swap = push_button(library_text.REPLACE)
            swap.setObjectName("replaceDocument")
            swap.clicked.connect(lambda: self.replace_wanted.emit(row))
            first += [swap, self._remove_button(text.REMOVE)]
        buttons = QVBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(_row(*first))
        buttons.addWidget(self._collection_links(subject))
        return buttons

    def _collection_links(self, subject: Subject) -> QWidget:
        into = push_button(library_text.PUT_INTO, "link")
        into.setObjectName("putIntoCollection")
        into.clicked.connect(lambda: self.collections_wanted.emit(into))
        links = [into]
        if subject.within:
            out = push_button(library_text.TAKE_OUT, "link")
            out.clicked.connect(self.take_out_wanted)
            links.append(out)
        return _row(*links, spacing_px=14)

    def _remove_button(self, words: str) -> QPushButton:
        button = push_button(words)
        button.setObjectName("removeDocuments")
        button.clicked.connect(self.remove_wanted)
        return button

    def _versions(self, versions: Sequence[LibraryRow], shown: LibraryRow) -> QLayout:
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(label(library_text.VERSIONS, "heading"))
        for row in versions:
            date = (row.info.version if row.info else "") or library_text.NO_DATE
            standing = library_text.OLDER_VERSION if row.superseded else library_text.PRESENT_VERSION
            here = library_text.THIS_ONE if row.document_id == shown.document_id else ""
            words = text.joined([date, standing, here])
            if here:
                column.addWidget(label(words, wrap=True))
                continue
            link = push_button(words, "link")
            link.setToolTip(text.tooltip(row.name))
            link.setAccessibleName(text.spoken(row.name, words))
            link.clicked.connect(lambda _=False, key=row.document_id: self.version_wanted.emit(key))
            holder = QHBoxLayout()
            holder.addWidget(link)
            holder.addStretch()
            column.addLayout(holder)
        return column

    def _pages(self, info: DocumentInfo) -> QLayout:
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(label(library_text.PAGE_ACCOUNT, "heading"))
        column.addWidget(self._account)
        if not info.failures:
            column.addWidget(label(library_text.ALL_PAGES_READ, "caption", wrap=True))
            return column
        column.addWidget(label(library_text.MISSING_PAGES, "caution"))
        for failure in info.failures[:_LISTED_PAGES]:
            sentence = errors.describe_document(failure.reason)
            words = text.failed_page_reason(failure.page_no, f"{sentence.text}{sentence.action}")
            column.addWidget(label(words, "caption", wrap=True, selectable=True))
        if len(info.failures) > _LISTED_PAGES:
            column.addWidget(label(text.more_failed_pages(len(info.failures) - _LISTED_PAGES), "caption"))
        return column

    # ---- something that waits or failed

    def _build_work(self, column: QVBoxLayout, row: LibraryRow) -> None:
        column.addLayout(self._title(row))
        if row.can_cancel:
            words = library_text.WAITS if row.state is RowState.QUEUED else row.note
            column.addWidget(label(words, "muted", wrap=True))
            cancel = push_button(library_text.CANCEL_ONE)
            cancel.clicked.connect(lambda: self.cancel_wanted.emit(row))
            column.addWidget(_row(cancel))
        elif row.state is RowState.FAILED:
            reason = Notice(self._theme, compact=True)
            column.addWidget(reason)  # before it is shown, or it would be a window of its own
            words, _, action = row.hint.partition("\n")
            reason.show_message(words or row.note, action, row.detail, tone="danger")
            column.addWidget(self._failure_buttons(row))
        path = label(_breakable(library_text.one_line(row.path)), "caption", wrap=True)
        column.addWidget(path)

    def _failure_buttons(self, row: LibraryRow) -> QWidget:
        if row.can_unlock:
            again = push_button(text.ENTER_PASSWORD, "primary")
            again.clicked.connect(lambda: self.unlock_wanted.emit(row))
        else:
            again = push_button(text.RETRY, "primary")
            again.clicked.connect(self.retry_wanted)
        again.setObjectName("retryDocument")
        away = push_button(library_text.DISMISS)
        away.clicked.connect(self.dismiss_wanted)
        return _row(again, away)

    # ---- several

    def _build_many(self, column: QVBoxLayout, subject: Subject) -> None:
        rows = subject.rows
        column.addWidget(label(library_text.selected(len(rows)), "heading"))
        for row in rows[:6]:
            name = ElidedLabel("muted")
            name.set_text(text.without_suffix(row.name))
            column.addWidget(name)
        if len(rows) > 6:
            column.addWidget(label("…", "muted"))
        if any(row.can_remove for row in rows):
            column.addWidget(_row(self._remove_button(library_text.REMOVE_MANY)))
        if any(row.document_id for row in rows):
            column.addWidget(self._collection_links(subject))
        if failed := sum(row.state is RowState.FAILED for row in rows):
            again = push_button(library_text.retry_all(failed), "primary")
            again.clicked.connect(self.retry_wanted)
            away = push_button(library_text.DISMISS)
            away.clicked.connect(self.dismiss_wanted)
            column.addWidget(_row(again, away))


def _facts(row: LibraryRow, info: DocumentInfo, collections: Sequence[str]) -> QGridLayout:
    facts = (
        (library_text.FORMAT, text.FORMATS[info.format.value]),
        (library_text.PAGES, text.pages(info.page_count)),
        (library_text.SIZE, library_text.size(info.size_bytes)),
        (library_text.VERSION, info.version),
        (library_text.ADDED, library_text.local_moment(info.added_at)),
        (library_text.COLLECTIONS, library_text.joined_names(collections)),
        (library_text.ORIGIN, "" if row.pack else _breakable(library_text.one_line(info.source_path))),
    )
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(7)
    grid.setColumnStretch(1, 1)
    for at, (name, value) in enumerate(fact for fact in facts if fact[1]):
        grid.addWidget(label(name, "caption"), at, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(value, wrap=True), at, 1)
    return grid


def _row(*buttons: QPushButton, spacing_px: int = 8) -> QWidget:
    """Side by side, or below each other where they find no room."""
    row = QWidget()
    layout = FlowLayout(row, spacing_px)
    for button in buttons:
        layout.addWidget(button)
    return row


def _breakable(words: str) -> str:
    """The same with places where a long name or path may break: a card must not become wider than it is."""
    return re.sub(r"(?<=[/\\_.-])(?=[!-~])|(?<=[!-~]{20})(?=[!-~])", "\u200b", words)
