"""Files that answers and texts are saved to: the dialog that asks where, the job that writes, and how it went."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop import errors
from desktop.errors import Sentence
from desktop.jobs import Job, QueueLane
from desktop.look import export_text
from engine.api import CancelToken, Engine, EnvironmentFault, Fault, JobFailed

SUFFIXES = tuple(suffix for suffix, _ in export_text.FORMATS)
Write = Callable[[Engine, Path, CancelToken], None]


class Exporter(QObject):
    """Writes one file at a time, beside answers and library work. Emits `saved` with its path, or `failed` with what
    the user is told."""

    saved = Signal(object)  # Path
    failed = Signal(object)  # Sentence

    def __init__(self, lane: QueueLane) -> None:
        super().__init__()
        self._lane = lane
        self._engine: Engine | None = None

    def set_engine(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, path: Path, write: Write) -> None:
        engine = self._engine
        if engine is None:
            return

        def work(token: CancelToken) -> Iterator[object]:
            write(engine, path, token)
            yield path

        def tell(event: object) -> None:
            if isinstance(event, Path):
                self.saved.emit(event)
            elif isinstance(event, JobFailed):
                self.failed.emit(_sentence(path, event))

        self._lane.submit(Job(work, tell))


def ask_where(parent: QWidget, caption: str, title: str, chosen: Callable[[Path], None]) -> None:
    """Let the user choose folder, name and format; `chosen` gets a path with one of `SUFFIXES`."""
    dialog = QFileDialog(parent, caption)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    filters = {f"{name} (*{suffix})": suffix for suffix, name in export_text.FORMATS}
    dialog.setNameFilters(list(filters))
    dialog.setDefaultSuffix(SUFFIXES[0])
    dialog.filterSelected.connect(lambda name: dialog.setDefaultSuffix(filters[name]))
    dialog.selectFile(export_text.file_name(title, date.today()))
    dialog.fileSelected.connect(lambda name: chosen(with_suffix(Path(name), filters[dialog.selectedNameFilter()])))
    dialog.open()


def with_suffix(path: Path, suffix: str) -> Path:
    """A name that ends in none of our formats (公告 1.2) gets `suffix`; then no file that exists is replaced, for the
    dialog has asked about another name."""
    if path.suffix.lower() in SUFFIXES:
        return path
    name, number = path.name, 1
    while (found := path.with_name(f"{name}{suffix}")).exists():
        number += 1
        name = f"{path.name} ({number})"
    return found


def _sentence(path: Path, failure: JobFailed) -> Sentence:
    """The engine's errors speak of its home folder; here it is the folder that the user has chosen."""
    sentence = errors.describe(failure.error)
    reason, action = sentence.text, sentence.action
    if isinstance(failure.error, EnvironmentFault):
        if failure.error.code == Fault.HOME_UNWRITABLE:
            reason, action = export_text.FOLDER_UNWRITABLE
        elif failure.error.code == Fault.DISK_FULL:
            action = export_text.DISK_FULL_ACTION
    return Sentence(export_text.not_saved(path.name, reason), action, f"{sentence.detail}\n{failure.traceback}".strip())
