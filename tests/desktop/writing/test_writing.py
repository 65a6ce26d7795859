"""Writing a text, over a scripted engine and the real templates."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from desktop.look import writing_text
from engine.api import Rejection, RequestRejected
from tests.desktop import proven


@pytest.fixture
def dialog(open_window, engine, wait):
    window = open_window(engine.hold("甲.pdf", "乙.pdf"))
    wait(lambda: window.engine_ready)
    window.tools.open_writing()
    return window.tools.writing


def test_every_template_has_a_form(dialog, engine):
    for index, template in enumerate(engine.writing.templates):
        dialog.form.choice.setCurrentIndex(index)
        assert set(dialog.form.fields) == {field.name for field in template.fields}
        assert all(editor.accessibleName() for editor in dialog.form.fields.values())


def test_a_draft_rests_on_the_documents_that_were_ticked(dialog, engine, wait):
    dialog.form.documents.item(1).setCheckState(Qt.CheckState.Checked)
    dialog.form.builtin.setChecked(True)
    dialog.write.click()
    wait(lambda: dialog._model.finished)
    request = engine.writing.requests[0]
    assert request.document_ids == (list(engine.holdings)[1],) and request.include_builtin
    assert request.template == engine.writing.templates[0].name
    assert dialog.draft.toPlainText() == "全文。" and writing_text.ALL_WELL in dialog.checks.accessibleName()


def test_what_the_checks_found_stands_above_the_draft(dialog, engine, wait):
    engine.writing.finished = proven.DRAFT
    dialog.write.click()
    wait(lambda: dialog._model.finished)
    told = dialog.checks.accessibleName()
    assert "保本" in told and "指导意见" in told and "投资须谨慎" in told and "9%" in told and "起存金额" in told
    opened: list[object] = []
    dialog.source_opened.connect(opened.append)
    dialog.draft.marker_clicked.emit(1)
    assert len(opened) == 1
    dialog._copy.click()
    assert "~~9%~~" in QGuiApplication.clipboard().text()


def test_a_draft_can_be_stopped_and_keeps_what_is_written(dialog, engine, wait):
    engine.writing.held = True
    dialog.write.click()
    wait(lambda: dialog._model.section and dialog._model.section.number == 2)
    assert "2/2" in dialog._doing.text() and not dialog.write.isVisible()
    dialog._stop.click()
    wait(lambda: not dialog._model.busy)
    assert dialog._model.text.startswith("第一部分。") and dialog.write.isVisible()


def test_a_field_that_is_missing_is_told(dialog, engine, wait):
    engine.writing.error = RequestRejected(Rejection.OPTION_INVALID, option="标题", field="title", value="空")
    dialog.write.click()
    wait(lambda: dialog._model.problem)
    assert dialog._problem.isVisible() and "标题" in dialog._problem.accessibleName()
