"""The original of a document outside this program: opened where it still lies unchanged, or saved from the library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop import errors
from desktop.ask.address_dialog import AddressDialog
from desktop.ask.turn import Source
from desktop.errors import Sentence
from desktop.jobs import Job, QueueLane
from desktop.look import export_text, text, viewer_text
from desktop.look.controls import label, push_button
from desktop.secret_dialog import fit_height
from engine.api import CancelToken, Engine, EnvironmentFault, Fault, JobFailed, Original, openable

_WIDTH_PX, _MARGIN_PX = 480, 24
_LONGEST_NAME = 120
_UNSAFE = frozenset('/\\:*?"<>|')


class OpenOriginalDialog(QDialog):
    """Names the file and its folder in full; nothing is opened before the button is pressed."""

    def __init__(self, parent: QWidget, path: Path) -> None:
        super().__init__(parent)
        self.setWindowTitle(viewer_text.OPEN_TITLE)
        self.setFixedWidth(_WIDTH_PX)
        leave = push_button(text.CANCEL)
        leave.clicked.connect(self.reject)
        self.open_button = push_button(viewer_text.OPEN, "primary")
        self.open_button.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(leave)
        buttons.addWidget(self.open_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN_PX, 22, _MARGIN_PX, 20)
        layout.setSpacing(8)
        layout.addWidget(label(viewer_text.OPEN_TITLE, "title"))
        for name, words in ((viewer_text.FILE_NAME, path.name), (viewer_text.FOLDER_NAME, str(path.parent))):
            layout.addWidget(label(name, "caption"))
            layout.addWidget(_whole(name, words))
        layout.addWidget(label(viewer_text.OPEN_NOTE, "muted", wrap=True))
        layout.addLayout(buttons)
        fit_height(self, _WIDTH_PX - 2 * _MARGIN_PX)
        self.open_button.setFocus()


class Originals(QObject):
    """Opens and saves originals on behalf of the viewer. `told` is a message to show there."""

    told = Signal(object, str)  # Sentence, tone

    def __init__(self, parent: QWidget, lane: QueueLane) -> None:
        super().__init__(parent)
        self._parent = parent
        self._lane = lane
        self._engine: Engine | None = None

    def set_engine(self, engine: Engine) -> None:
        self._engine = engine

    def open(self, source: Source) -> None:
        """A page of the web: its address is shown. A file: it is compared with the library's, then asked about."""
        if source.web:
            AddressDialog(self._parent, source.web).open()
        else:
            self._look(source, self._ask_to_open)

    def save(self, source: Source) -> None:
        self._look(source, self._ask_where)

    def _look(self, source: Source, then: object) -> None:
        engine = self._engine
        if engine is None:
            return

        def work(token: CancelToken) -> Iterator[object]:
            yield engine.viewing.original(source.document_id, token)

        def tell(event: object) -> None:
            if isinstance(event, Original):
                then(event)  # type: ignore[operator]
            elif isinstance(event, JobFailed):
                self._tell_failure(event)

        self._lane.submit(Job(work, tell))

    def _ask_to_open(self, original: Original) -> None:
        if not openable(original):
            reason = viewer_text.ORIGINAL_SAVED_ONLY if original.path else viewer_text.ORIGINAL_GONE
            self.told.emit(Sentence(reason, ""), "plain")
            self._ask_where(original)
            return
        dialog = OpenOriginalDialog(self._parent, Path(original.path))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._open(original.path))
        dialog.open()

    def _open(self, path: str) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(path)):
            self.told.emit(Sentence(viewer_text.ORIGINAL_NOT_OPENED, ""), "warning")

    def _ask_where(self, original: Original) -> None:
        dialog = QFileDialog(self._parent, viewer_text.SAVE_TITLE)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDirectory(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        name = safe_name(original.name)
        if suffix := Path(name).suffix:
            dialog.setDefaultSuffix(suffix)
        dialog.selectFile(name)
        dialog.fileSelected.connect(lambda chosen: self._save(original, Path(chosen)))
        dialog.open()

    def _save(self, original: Original, path: Path) -> None:
        engine = self._engine
        if engine is None:
            return

        def work(token: CancelToken) -> Iterator[object]:
            engine.viewing.save_original(original.document_id, path)
            yield path

        def tell(event: object) -> None:
            if isinstance(event, Path):
                words, action = viewer_text.saved(path.name, str(path.parent))
                self.told.emit(Sentence(words, action), "done")
            elif isinstance(event, JobFailed):
                self._tell_failure(event, path)

        self._lane.submit(Job(work, tell))

    def _tell_failure(self, failure: JobFailed, path: Path | None = None) -> None:
        sentence = errors.describe(failure.error)
        words, action = sentence.text, sentence.action
        if path is not None:
            if isinstance(failure.error, EnvironmentFault) and failure.error.code == Fault.HOME_UNWRITABLE:
                words, action = export_text.FOLDER_UNWRITABLE
            words = viewer_text.not_saved(path.name, words)
        self.told.emit(Sentence(words, action, f"{sentence.detail}\n{failure.traceback}".strip()), "danger")


def safe_name(name: str) -> str:
    """A document's name as a file's: no folder, no invisible character, not hidden, not too long for any disk."""
    kept = "".join("_" if char in _UNSAFE else char for char in name if char.isprintable()).strip(" .")
    path = Path(kept or "document")
    return path.stem[: _LONGEST_NAME - len(path.suffix)] + path.suffix


def _whole(name: str, words: str) -> QPlainTextEdit:
    field = QPlainTextEdit(words)
    field.setObjectName("longField")
    field.setReadOnly(True)
    field.setAccessibleName(name)
    field.setTabChangesFocus(True)
    field.setFixedHeight(56)
    return field
