"""A question that only the web answers, in the real window: read what would be sent, send it, open the source, save.

Run by `test_window_web.py` in a process of its own, on a display of its own:
`python web_session.py HOME PASSPHRASE_FILE QUESTION SCREENSHOT_FOLDER`. Prints one JSON object of what was seen.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLineEdit, QPushButton, QWidget

from desktop.ask.answer_text import AnswerText
from desktop.look.proof_text import SEND_QUERY
from tests.flows.window_driver import Driver


def main(home: str, passphrase_file: str, question: str, screenshots: str) -> None:
    driver = Driver(home, passphrase_file, screenshots)
    window = driver.window
    driver.until(lambda: window.engine_ready, "the model")
    driver.type(window.question_box.edit, question)
    driver.xdotool("key", "Return")
    driver.answered()
    seen: dict[str, object] = {"found_at_home": window.conversation.turns[-1].found}
    card = window.conversation_view.views[-1].web
    assert card.isVisible(), "what would be sent is shown"
    driver.wait(0.5)
    driver.picture("consent")
    print(json.dumps({"asks": card.field.text()}, ensure_ascii=False), flush=True)  # nothing may have been sent yet
    sys.stdin.readline()
    send = next(each for each in card.findChildren(QPushButton) if each.text() == SEND_QUERY)
    driver.click(send)
    driver.answered()
    (turn,) = window.conversation.turns
    seen["answer"], seen["found"] = turn.text, turn.found
    seen["citations"] = [asdict(citation) for citation in turn.citations]
    driver.picture("answer")
    view = window.conversation_view.views[-1]
    seen["coloured"] = _shows(view.findChild(AnswerText), driver.theme.tokens.web_soft)
    driver.click(view.source_list.cards[0])
    page = window.page_view
    driver.until(lambda: page.isVisible() and not page.canvas.outline().isEmpty(), "the boxed snapshot")
    driver.wait(0.5)
    driver.picture("snapshot")
    for name in ("answer.pdf", "answer.docx", "answer.md"):
        _save(driver, Path(screenshots) / name)
        seen[name] = (Path(screenshots) / name).is_file()
    driver.picture("saved")
    window.close()
    seen["joined"], seen["warnings"] = window.all_joined, driver.warnings
    print(json.dumps(seen, ensure_ascii=False), flush=True)


def _save(driver: Driver, path: Path) -> None:
    """Ctrl+S, a name, the dialog's own button."""
    driver.click(driver.window.question_box.edit)
    driver.xdotool("key", "ctrl+s")
    driver.until(lambda: driver.window.findChildren(QFileDialog), "the dialog")
    (dialog,) = driver.window.findChildren(QFileDialog)
    driver.wait(0.5)
    line, buttons = dialog.findChild(QLineEdit), dialog.findChild(QDialogButtonBox)
    assert line is not None and buttons is not None
    line.setText(str(path))
    driver.wait(0.3)
    driver.click(buttons.button(QDialogButtonBox.StandardButton.Save))
    driver.until(path.is_file, path.name)
    driver.until(lambda: not driver.window.findChildren(QFileDialog), "the dialog's end")
    driver.wait(0.5)


def _shows(widget: QWidget, color: str) -> bool:
    """Whether any pixel of the widget has this colour."""
    image, wanted = widget.grab().toImage(), QColor(color)
    return any(image.pixelColor(x, y) == wanted for y in range(image.height()) for x in range(image.width()))


if __name__ == "__main__":
    main(*sys.argv[1:])
