"""A user's first minutes in the real window, driven from outside: drop a file, type a question, click the source.

Run by `test_window.py` in a process of its own, on a display of its own:
`python window_session.py HOME PASSPHRASE_FILE PDF SCREENSHOT_FOLDER`. Mouse and keyboard are moved by xdotool, the
file is dragged from another process. Prints one JSON object of what was seen.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QPoint, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QWidget

from desktop.app import make_application
from desktop.ask.source_list import SourceCard
from desktop.look.theme import Theme
from desktop.main_window import MainWindow
from engine.api import load_settings
from tests.flows.running import QUESTION, SMALL

TIMEOUT_S = 240.0
warnings: list[str] = []


def note_warning(kind: QtMsgType, _: QMessageLogContext, message: str) -> None:
    if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg):
        warnings.append(message)


def main(home: str, passphrase_file: str, pdf: str, screenshots: str) -> None:
    qInstallMessageHandler(note_warning)
    application = make_application()
    settings = load_settings(Path(home), passphrase_file=Path(passphrase_file), generator_pack=SMALL)
    window = MainWindow(settings, Theme(application, "light"))
    window.setGeometry(140, 80, 1280, 800)
    window.show()

    def until(condition: Callable[[], object], what: str) -> None:
        end = time.monotonic() + TIMEOUT_S
        while not condition():
            if time.monotonic() > end:
                window.grab().save(f"{screenshots}/stuck.png")
                raise TimeoutError(what)
            application.processEvents()
            time.sleep(0.002)

    def wait(seconds: float) -> None:
        end = time.monotonic() + seconds
        until(lambda: time.monotonic() > end, "a pause")

    def xdotool(*arguments: str) -> None:
        running = subprocess.Popen(["xdotool", *arguments])
        until(lambda: running.poll() is not None, "xdotool")

    def centre(widget: QWidget) -> tuple[str, str]:
        point = widget.mapToGlobal(QPoint(widget.width() // 2, widget.height() // 2))
        return str(point.x()), str(point.y())

    def find(name: str) -> QWidget:
        shown = [w for w in window.findChildren(QWidget, name) if w.isVisible()]
        return shown[-1]

    seen: dict[str, object] = {}
    source = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("drag_source.py")), pdf], stdout=subprocess.PIPE, text=True
    )
    assert source.stdout is not None
    x, y = source.stdout.readline().split()
    wait(0.5)
    xdotool("mousemove", x, y, "mousedown", "1")
    wait(0.3)
    for step in range(1, 11):  # a hand moves gradually; one jump is no drag
        to_x, to_y = centre(find("dropArea"))
        dx, dy = int(to_x) - int(x), int(to_y) - int(y)
        xdotool("mousemove", str(int(x) + dx * step // 10), str(int(y) + dy * step // 10))
        wait(0.05)
    xdotool("mouseup", "1")
    until(lambda: window.library.document_count == 1, "the dropped document")
    source.terminate()
    source.wait()

    xdotool("mousemove", *centre(find("questionBox")), "click", "1")
    edit = window.question_box.edit
    for typed in range(1, len(QUESTION) + 1):
        # xdotool maps each character to a spare key for a moment; one at a time, or a busy machine loses some
        while edit.toPlainText() != QUESTION[:typed]:
            missing = edit.toPlainText() == QUESTION[: typed - 1]
            xdotool(*(("type", QUESTION[typed - 1]) if missing else ("key", "BackSpace")))
            wait(0.3)
    seen["typed"] = edit.toPlainText()
    xdotool("key", "Return")
    until(lambda: window.conversation.busy, "the answer's begin")
    until(lambda: not window.conversation.busy, "the answer's end")
    turn = window.conversation.turns[-1]
    seen["answer"] = turn.text
    seen["sources"] = [{"name": s.name, "page_no": s.page_no} for s in turn.sources]
    wait(0.5)
    cards = [card for card in window.findChildren(SourceCard) if card.isVisible()][: len(turn.citations)]
    xdotool("mousemove", *centre(cards[-1]), "click", "1")
    until(lambda: window.page_view.isVisible() and not window.page_view.canvas.outline().isEmpty(), "the boxed page")
    seen["page_no"] = window.page_view.page_no
    wait(0.5)
    window.grab().save(f"{screenshots}/window.png")

    window.conversation.ask("人民币怎么保护？请详细说明。")
    until(lambda: window.conversation.busy, "another answer's begin")
    wait(1.0)
    window.close()
    seen["joined"] = window.all_joined
    seen["warnings"] = warnings
    print(json.dumps(seen, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
