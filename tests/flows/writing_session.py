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

from desktop.writing.writing_dialog import WritingDialog
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
    driver.until(lambda: window.tools.writing is not None, "the dialog")
    dialog = window.tools.writing
    assert dialog is not None
    _fill(dialog)
    driver.wait(0.5)
    driver.click(dialog.write)
    driver.until(lambda: window.writing.busy, "the draft's begin")
    driver.until(lambda: not window.writing.busy, "the draft's end")
    draft = window.writing.finished
    assert draft is not None, window.writing.problem
    seen: dict[str, object] = {"draft": draft.text, "missing_disclosures": draft.check.missing_disclosures}
    seen["sources"] = [citation.name for citation in draft.citations]
    driver.wait(0.5)
    dialog.grab().save(f"{folder}/draft.png")

    driver.click(dialog.edit)
    driver.until(dialog.editor.isVisible, "the editor")
    dialog.editor.moveCursor(QTextCursor.MoveOperation.End)
    dialog.editor.insertPlainText(f"\n{ADDED}\n")
    driver.until(lambda: "保本" in dialog.checks.accessibleName(), "the word that is found while typing")
    driver.wait(0.5)
    dialog.grab().save(f"{folder}/editing.png")
    driver.click(dialog.check)
    driver.until(lambda: window.writing.edited, "the check")
    driver.wait(0.5)
    seen["checked"] = dialog.checks.accessibleName()
    for name in ("notice.docx", "notice.pdf", "notice.md"):
        window.writing.save(Path(folder) / name)
        driver.until(lambda name=name: name in dialog.saved.accessibleName(), name)  # type: ignore[misc]
        seen[name] = dialog.saved.property("tone")
    driver.wait(0.5)
    dialog.grab().save(f"{folder}/checked.png")
    window.close()
    seen["joined"], seen["warnings"] = window.all_joined, driver.warnings
    print(json.dumps(seen, ensure_ascii=False), flush=True)


def _fill(dialog: WritingDialog) -> None:
    form = dialog.form
    names = [form.choice.itemText(index) for index in range(form.choice.count())]
    form.choice.setCurrentIndex(names.index(TEMPLATE))
    for name, words in FIELDS.items():
        editor = form.fields[name]
        assert isinstance(editor, QLineEdit)
        editor.setText(words)
    form.documents.item(0).setCheckState(Qt.CheckState.Checked)


if __name__ == "__main__":
    main(*sys.argv[1:])
