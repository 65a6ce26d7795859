"""The recovery key: shown once when a home is made, and typed where the home's own lock is lost."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.look import recovery_text
from desktop.look.controls import CheckBox, label, push_button
from desktop.secret_dialog import SecretDialog, fit_height
from engine.api import Cancelled

WIDTH_PX = 480
_MARGIN_PX = 24
_GROUPS_A_LINE = 4


class RecoveryKeyDialog(QDialog):
    """The key with ways to keep it. Closes only when the user says that it is kept."""

    def __init__(self, parent: QWidget, recovery_key: str) -> None:
        super().__init__(parent)
        self.setObjectName("recoveryKeyDialog")
        self.setWindowTitle(recovery_text.RECOVERY_TITLE)
        self.setFixedWidth(WIDTH_PX)
        self._key = recovery_key
        self._kept = CheckBox(recovery_text.RECOVERY_KEPT)
        self._done = push_button(recovery_text.RECOVERY_DONE, "primary")
        self._done.setEnabled(False)
        self._done.clicked.connect(self.accept)
        self._kept.toggled.connect(self._done.setEnabled)
        self._told = label("", "caption", wrap=True)
        self._told.hide()
        closing = QHBoxLayout()
        closing.addStretch()
        closing.addWidget(self._done)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN_PX, 22, _MARGIN_PX, 20)
        layout.setSpacing(12)
        layout.addWidget(label(recovery_text.RECOVERY_TITLE, "title"))
        layout.addWidget(label(recovery_text.RECOVERY_WORDS, "muted", wrap=True))
        layout.addWidget(self._key_frame())
        layout.addWidget(self._told)
        layout.addWidget(self._kept)
        layout.addSpacing(4)
        layout.addLayout(closing)
        fit_height(self, WIDTH_PX - 2 * _MARGIN_PX)

    def _key_frame(self) -> QFrame:
        groups = self._key.split("-")
        lines = [groups[at : at + _GROUPS_A_LINE] for at in range(0, len(groups), _GROUPS_A_LINE)]
        words = label("\n".join("-".join(line) for line in lines), "key", selectable=True)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words.setAccessibleName(self._key)
        copy = push_button(recovery_text.RECOVERY_COPY, "link")
        copy.clicked.connect(self._copy)
        save = push_button(recovery_text.RECOVERY_SAVE, "link")
        save.clicked.connect(self._choose_file)
        links = QHBoxLayout()
        links.setSpacing(20)
        links.addStretch()
        links.addWidget(copy)
        links.addWidget(save)
        links.addStretch()
        frame = QFrame()
        frame.setObjectName("notice")
        frame.setProperty("tone", "plain")
        column = QVBoxLayout(frame)
        column.setContentsMargins(14, 16, 14, 12)
        column.setSpacing(12)
        column.addWidget(words)
        column.addLayout(links)
        return frame

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._key)
        self._tell(recovery_text.RECOVERY_COPIED, "caption")

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, recovery_text.RECOVERY_SAVE)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.selectFile(recovery_text.RECOVERY_FILE_NAME)
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.open()

    def save(self, path: Path) -> None:
        """Write the key and what it is for to a file, and say how that went."""
        try:
            path.write_text(recovery_text.recovery_file(self._key), encoding="utf-8")
        except OSError:
            self._tell(recovery_text.recovery_not_saved(str(path)), "danger")
        else:
            self._tell(recovery_text.recovery_saved(str(path)), "caption")

    def _tell(self, words: str, role: str) -> None:
        self._told.setProperty("role", role)
        self.style().unpolish(self._told)
        self.style().polish(self._told)
        self._told.setText(words)
        self._told.show()
        fit_height(self, WIDTH_PX - 2 * _MARGIN_PX)

    def reject(self) -> None:
        """Escape and the title bar's button close it only when the key is kept: it cannot be shown again."""
        if self._kept.isChecked():
            self.accept()


class RecoveryKeyShower(QObject):
    """`show` blocks the engine's thread until the user has the key, or `give_up` is called."""

    _made = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._taken: Future[None] = Future()
        self._closing = False
        self._dialog: RecoveryKeyDialog | None = None
        self._made.connect(self._open, Qt.ConnectionType.QueuedConnection)

    def show(self, recovery_key: str) -> None:
        """Raises Cancelled when the window closes first: the key is then void. Called on the engine's thread."""
        if self._closing:
            raise Cancelled
        self._taken = Future()
        self._made.emit(recovery_key)
        self._taken.result()

    def give_up(self) -> None:
        """The window closes: nobody has taken note of the key."""
        self._closing = True
        if self._dialog is not None:
            self._dialog.hide()
        if not self._taken.done():
            self._taken.set_exception(Cancelled())

    def _open(self, recovery_key: str) -> None:
        if not self._closing:
            self._dialog = RecoveryKeyDialog(self._window, recovery_key)
            self._dialog.accepted.connect(self._take)
            self._dialog.open()

    def _take(self) -> None:
        if not self._taken.done():
            self._taken.set_result(None)


class RecoverDialog(SecretDialog):
    """Asks for the recovery key. `reason` says why it is needed, `problem` what was wrong with the last one."""

    def __init__(self, parent: QWidget, reason: str, problem: str = "", typed: str = "") -> None:
        super().__init__(
            parent,
            recovery_text.RECOVER_TITLE,
            recovery_text.recover_words(reason),
            field=recovery_text.RECOVER_FIELD,
            problem=problem,
        )
        self.setObjectName("recoverDialog")
        self._first.setText(typed)
        self._first.setEchoMode(QLineEdit.EchoMode.Normal)  # forty characters from paper: seen, they can be checked
