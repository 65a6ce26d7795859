"""A notice to customers in the real window: drafted from a sample document, changed by hand, checked again, saved.

Run by `test_window_writing.py` in a process of its own, on a display of its own:
`python writing_session.py HOME PASSPHRASE_FILE DOCUMENT FOLDER`. Prints one JSON object of what was seen.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLineEdit

from desktop.shell.places import Place
from desktop.writing.writing_page import WritingPage
from tests.flows.window_driver import Driver

TEMPLATE = "客户通知"
FIELDS = {"subject": "定期存款提前支取", "branch": "城东支行", "phone": "0512-6000000", "date": "2026-11-23"}
ADDED = "本产品保本，年利率为8.88%。"


def main(home: str, passphrase_file: str, document: str, folder: str) -> None:
    driver = Driver(home, passphrase_file, folder)
    window = driver.window
    driver.until(lambda: window.engine_ready, "the model")
    window.take_in([Path(document)])
    driver.until(lambda: window.library.document_count == 1, "the document")
    driver.click(window.question_box.edit)  # without a window manager a window has no keys before it is clicked
    driver.xdotool("key", "ctrl+j")
    driver.until(lambda: window.pages.place is Place.WRITING, "the page")
    page = window.pages.page(Place.WRITING)
    assert isinstance(page, WritingPage)
    _fill(page)
    driver.wait(0.5)
    driver.click(page.write)
    driver.until(lambda: window.models.writing.busy, "the draft's begin")
    driver.until(lambda: not window.models.writing.busy, "the draft's end")
    draft = window.models.writing.finished
    assert draft is not None, window.models.writing.problem
    seen: dict[str, object] = {"draft": draft.text, "missing_disclosures": draft.check.missing_disclosures}
    seen["sources"] = [citation.name for citation in draft.citations]
    driver.wait(0.5)
    page.grab().save(f"{folder}/draft.png")

    driver.click(page.edit)
    driver.until(page.editor.isVisible, "the editor")
    page.editor.moveCursor(QTextCursor.MoveOperation.End)
    page.editor.insertPlainText(f"\n{ADDED}\n")
    driver.until(lambda: "保本" in page.checks.accessibleName(), "the word that is found while typing")
    driver.wait(0.5)
    page.grab().save(f"{folder}/editing.png")
    driver.click(page.check)
    driver.until(lambda: window.models.writing.edited, "the check")
    driver.wait(0.5)
    seen["checked"] = page.checks.accessibleName()
    for name in ("notice.docx", "notice.pdf", "notice.md"):
        window.models.writing.save(Path(folder) / name)
        driver.until(lambda name=name: name in page.saved.accessibleName(), name)  # type: ignore[misc]
        seen[name] = page.saved.property("tone")
    driver.wait(0.5)
    page.grab().save(f"{folder}/checked.png")
    window.close()
    seen["joined"], seen["warnings"] = window.all_joined, driver.warnings
    print(json.dumps(seen, ensure_ascii=False), flush=True)


def _fill(page: WritingPage) -> None:
    form = page.form
    names = [form.choice.itemText(index) for index in range(form.choice.count())]
    form.choice.setCurrentIndex(names.index(TEMPLATE))
    for name, words in FIELDS.items():
        editor = form.fields[name]
        assert isinstance(editor, QLineEdit)
        editor.setText(words)
    form.documents.item(0).setCheckState(Qt.CheckState.Checked)


if __name__ == "__main__":
    main(*sys.argv[1:])
