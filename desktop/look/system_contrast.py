"""Whether the desktop asks for high contrast: Windows' setting, or that of the XDG desktop portal.

Qt 6.9 does not tell. Sources: SystemParametersInfo, SPI_GETHIGHCONTRAST (Win32); org.freedesktop.appearance, key
`contrast`, of the XDG desktop portal's settings: 1 is higher contrast.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

_SPI_GETHIGHCONTRAST, _HCF_HIGHCONTRASTON = 0x0042, 0x1
_NAMESPACE, _KEY = "org.freedesktop.appearance", "contrast"


class SystemContrast(QObject):
    """`wanted` is False until the desktop has said otherwise; asked after the first paint and when the window wakes."""

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self.wanted = False
        self._reply: QObject | None = None
        application.applicationStateChanged.connect(self._ask)
        QTimer.singleShot(0, self, self._ask)

    def _ask(self) -> None:
        if sys.platform == "win32":
            self._take(_windows_high_contrast())
        elif os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
            self._ask_portal()

    def _take(self, wanted: bool) -> None:
        if wanted != self.wanted:
            self.wanted = wanted
            self.changed.emit()

    def _ask_portal(self) -> None:
        from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

        message = QDBusMessage.createMethodCall(
            "org.freedesktop.portal.Desktop",
            "/org/freedesktop/portal/desktop",
            "org.freedesktop.portal.Settings",
            "Read",
        )
        message.setArguments([_NAMESPACE, _KEY])
        message.setAutoStartService(False)
        watcher = QDBusPendingCallWatcher(QDBusConnection.sessionBus().asyncCall(message), self)
        watcher.finished.connect(self._hear)
        self._reply = watcher

    def _hear(self, watcher: QObject) -> None:
        from PySide6.QtDBus import QDBusMessage, QDBusPendingCallWatcher

        assert isinstance(watcher, QDBusPendingCallWatcher)
        reply = watcher.reply()
        if reply.type() is QDBusMessage.MessageType.ReplyMessage and reply.arguments():
            self._take(_plain(reply.arguments()[0]) == 1)
        watcher.deleteLater()


def _plain(value: Any) -> object:
    """What variants within variants hold."""
    while hasattr(value, "variant"):
        value = value.variant()
    return value


def _windows_high_contrast() -> bool:
    import ctypes

    class HighContrast(ctypes.Structure):
        _fields_ = (("size", ctypes.c_uint), ("flags", ctypes.c_uint), ("scheme", ctypes.c_wchar_p))

    state = HighContrast(ctypes.sizeof(HighContrast), 0, None)
    user32 = ctypes.WinDLL("user32")  # type: ignore[attr-defined]  # exists on Windows only
    asked = user32.SystemParametersInfoW(_SPI_GETHIGHCONTRAST, state.size, ctypes.byref(state), 0)
    return bool(asked) and bool(state.flags & _HCF_HIGHCONTRASTON)
