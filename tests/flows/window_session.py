"""A user's first minutes in the real window, driven from outside: drop a file, type a question, click the source; and
the same again with another file.

Run by `test_window.py` in a process of its own, on a display of its own, without a network:
`python window_session.py HOME PASSPHRASE_FILE SCREENSHOT_FOLDER PDF QUESTION [PDF QUESTION …]`. Files are dragged from
another process. Prints one JSON object of what was seen.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

from desktop.ask.source_list import SourceCard
from tests.flows.window_driver import Driver, centre


def main(home: str, passphrase_file: str, screenshots: str, *files_and_questions: str) -> None:
    driver = Driver(home, passphrase_file, screenshots)
    window = driver.window
    seen: dict[str, object] = {"interfaces": [name for _, name in socket.if_nameindex()]}
    rounds = list(zip(files_and_questions[::2], files_and_questions[1::2], strict=True))
    seen["rounds"] = [_round(driver, *each, number) for number, each in enumerate(rounds, 1)]

    window.conversation.ask("人民币怎么保护？请详细说明。")
    driver.until(lambda: window.conversation.busy, "another answer's begin")
    driver.wait(1.0)
    window.close()
    seen["joined"] = window.all_joined
    seen["warnings"] = driver.warnings
    print(json.dumps(seen, ensure_ascii=False), flush=True)


def _round(driver: Driver, pdf: str, question: str, number: int) -> dict[str, object]:
    """Drop, ask, click."""
    window = driver.window
    if number > 1:
        driver.xdotool("key", "ctrl+n")
        driver.until(lambda: not window.conversation.turns, "a new conversation")
    _drag(driver, pdf)
    driver.until(lambda: window.library.document_count == number, "the dropped document")
    driver.type(window.question_box.edit, question)
    seen: dict[str, object] = {"typed": window.question_box.edit.toPlainText()}
    driver.xdotool("key", "Return")
    driver.answered()
    turn = window.conversation.turns[-1]
    seen["answer"] = turn.text
    seen["sources"] = [{"name": s.name, "page_no": s.page_no} for s in turn.sources]
    cards = [card for card in window.findChildren(SourceCard) if card.isVisible()][: len(turn.citations)]
    driver.click(cards[-1])
    page = window.page_view
    driver.until(lambda: page.isVisible() and not page.canvas.outline().isEmpty(), "the boxed page")
    seen["page_no"] = page.page_no
    driver.wait(0.5)
    driver.picture(f"window_{number}")
    return seen


def _drag(driver: Driver, pdf: str) -> None:
    """From another process onto the middle of the page."""
    script = str(Path(__file__).with_name("drag_source.py"))
    source = subprocess.Popen([sys.executable, script, pdf], stdout=subprocess.PIPE, text=True)
    assert source.stdout is not None
    x, y = source.stdout.readline().split()
    driver.wait(0.5)
    driver.xdotool("mousemove", x, y, "mousedown", "1")
    driver.wait(0.3)
    to_x, to_y = centre(driver.window.ask_page)
    dx, dy = int(to_x) - int(x), int(to_y) - int(y)
    for step in range(1, 11):  # a hand moves gradually; one jump is no drag
        driver.xdotool("mousemove", str(int(x) + dx * step // 10), str(int(y) + dy * step // 10))
        driver.wait(0.05)
    driver.xdotool("mouseup", "1")
    driver.wait(0.5)
    source.terminate()
    source.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
