"""From an empty home to a cited page in three clicks of the real mouse: samples, question, source.

Run by `test_first_run.py` in a process of its own, on a display of its own:
`python first_run_session.py HOME PASSPHRASE_FILE SCREENSHOT_FOLDER`. Prints one JSON object of what was seen.
"""

from __future__ import annotations

import json
import sys
import time

from engine.api import sample_documents
from tests.flows.window_driver import Driver


def main(home: str, passphrase_file: str, screenshots: str) -> None:
    started = time.monotonic()
    driver = Driver(home, passphrase_file, screenshots)
    window = driver.window
    driver.until(lambda: window._welcome.page is not None and window._welcome.page.isVisible(), "the first run")
    driver.wait(0.3)
    card = window._welcome.page.samples
    driver.click(card.take)
    driver.until(lambda: card.question.isVisible(), "the samples")
    driver.wait(0.3)
    driver.picture("samples")
    driver.click(card.question)
    driver.answered()
    driver.picture("answer")
    (turn,) = window.conversation.turns
    view = window.conversation_view.views[-1]
    driver.click(view.source_list.cards[0])
    page = window.page_view
    driver.until(lambda: page.isVisible() and not page.canvas.outline().isEmpty(), "the boxed page")
    driver.wait(0.5)
    driver.picture("source")
    names = {path.name for path in sample_documents()}
    seen = {
        "found": turn.found,
        "answer": turn.text,
        "cites_samples": {citation.name for citation in turn.citations} <= names and bool(turn.citations),
        "welcomed_again": window._welcome.page.isVisible(),
        "seconds": round(time.monotonic() - started, 1),
    }
    window.close()
    print(json.dumps(seen | {"joined": window.all_joined, "warnings": driver.warnings}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
