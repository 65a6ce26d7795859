"""One window for each home: a second start hands its documents to the first window, which comes to the front.

    single = SingleWindow(home)
    if single.hand_over(documents):
        return 0
    single.listen()

The address is a local socket (a named pipe on Windows) whose name stands for the user and the home. On Unix it lies in
a folder that nobody else may enter, so that nobody else can answer in the first window's place. A socket that a crash
left behind answers nobody and is replaced. Who holds the home is decided by its lock, never here: where the first
window hangs, the second opens and says that the home is in use.
"""

from __future__ import annotations

import getpass
import json
import os
import stat
import sys
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

CONNECT_MS = 500
ANSWER_MS = 3000  # a window that paints answers within a few milliseconds; one that starts up within a second
SENDER_MS = 5000
LIMIT_BYTES = 2**20
LIMIT_PATHS = 2000
LIMIT_PATH_CHARS = 4096
_END = b"\n"
_TAKEN = b"taken\n"


class SingleWindow(QObject):
    called = Signal(list)  # list[Path]: what another start was given; empty for a plain start

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._address = address(home)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._welcome)

    def hand_over(self, documents: Sequence[Path] = ()) -> bool:
        """True when another window has taken the documents over and comes to the front."""
        socket = self._connected()
        if socket is None:
            return False
        message = json.dumps([str(path.absolute()) for path in documents]).encode() + _END
        socket.write(message)
        taken = socket.waitForBytesWritten(ANSWER_MS) or not socket.bytesToWrite()
        while taken and not socket.canReadLine():
            taken = socket.waitForReadyRead(ANSWER_MS)
        return taken and socket.readLine().data() == _TAKEN

    def listen(self) -> bool:
        """Take calls from now on; False where another process does, or where no socket can be made."""
        if self._server.isListening():
            return True
        if not self._address:
            return False
        lock = QLockFile(f"{self._address}.lock" if sys.platform != "win32" else f"{tempfile.gettempdir()}/jinpan.lock")
        if not lock.tryLock(CONNECT_MS):
            return False
        try:
            if self._connected() is not None:
                return False
            QLocalServer.removeServer(self._address)  # left behind by a crash
            return self._server.listen(self._address)
        finally:
            lock.unlock()

    def close(self) -> None:
        self._server.close()

    def _connected(self) -> QLocalSocket | None:
        if not self._address:
            return None
        socket = QLocalSocket(self)
        socket.connectToServer(self._address)
        return socket if socket.waitForConnected(CONNECT_MS) else None

    # ---- the first window's side

    def _welcome(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            _Call(caller, self)


class _Call(QObject):
    """One caller, until its line is complete or it is sent away."""

    def __init__(self, socket: QLocalSocket, single: SingleWindow) -> None:
        super().__init__(socket)
        self._socket = socket
        self._single = single
        self._untrusted = b""
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(socket.deleteLater)
        self._read()

    def _read(self) -> None:
        self._untrusted += self._socket.read(LIMIT_BYTES + 1 - len(self._untrusted)).data()
        if len(self._untrusted) > LIMIT_BYTES:
            self._socket.abort()
        elif self._untrusted.endswith(_END):
            documents = documents_of(self._untrusted)
            self._untrusted = b""
            if documents is None:
                self._socket.abort()
                return
            self._socket.write(_TAKEN)
            self._socket.flush()
            self._single.called.emit(documents)


def documents_of(untrusted_message: bytes) -> list[Path] | None:
    """The paths of a call; None unless it is a list of at most 2,000 absolute paths of at most 4,096 characters."""
    try:
        untrusted = json.loads(untrusted_message)
    except (ValueError, RecursionError):
        return None
    if not isinstance(untrusted, list) or len(untrusted) > LIMIT_PATHS:
        return None
    paths: list[Path] = []
    for each in untrusted:
        if not isinstance(each, str) or not 0 < len(each) <= LIMIT_PATH_CHARS or not each.isprintable():
            return None
        paths.append(Path(each))
    return paths if all(path.is_absolute() for path in paths) else None


def address(home: Path) -> str:
    """The socket's path (Unix) or the pipe's name (Windows); empty where no folder is safe to put it in."""
    name = sha256(f"{getpass.getuser()}\0{home.absolute()}".encode()).hexdigest()[:16]
    if sys.platform == "win32":
        return f"jinpan-{name}"
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    for folder in (*([Path(runtime)] if runtime else []), Path(tempfile.gettempdir(), f"jinpan-{os.getuid()}")):
        if _is_private(folder):
            return str(folder / f"jinpan-{name}")
    return ""


def _is_private(folder: Path) -> bool:
    """Ours, no link, and closed to everybody else; made when it is not there."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        facts = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.getuid() and not stat.S_IMODE(facts.st_mode) & 0o077
