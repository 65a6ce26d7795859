"""A field that is wrong or still empty says so in words: the colour of its edge is not the only sign."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from desktop.calculate.calculators_page import CalculatorsPage


@pytest.mark.parametrize(("typed", "state", "role"), [("", "wanted", "warning"), ("九年", "wrong", "danger")])
def test_what_is_wrong_or_missing_is_said(application: QApplication, typed: str, state: str, role: str) -> None:
    page = CalculatorsPage()
    page.show()
    row = page.form.row("term_months")
    assert isinstance(row.editor, QLineEdit)
    for words in ("360", typed):
        row.editor.setText(words)
        row.commit()
    assert row.editor.property("state") == state
    told = [label.text() for label in page.findChildren(QLabel) if label.isVisible() and label.property("role") == role]
    assert any(row.field.label in words for words in told), told
    page.close()
