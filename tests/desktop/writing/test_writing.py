"""Writing a text, over a scripted engine and the real templates."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from desktop.look import writing_text
from desktop.shell.places import Place
from engine.api import Claim, DraftCheck, Rejection, RequestRejected, Verdict
from tests.desktop import proven


@pytest.fixture
def dialog(open_window, engine, wait):
    window = open_window(engine.hold("甲.pdf", "乙.pdf"))
    wait(lambda: window.engine_ready)
    window.show_place(Place.WRITING)
    return window.pages.page(Place.WRITING)


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


@pytest.fixture
def drafted(dialog, engine, wait):
    engine.writing.finished = proven.DRAFT
    dialog.write.click()
    wait(lambda: dialog._model.finished)
    return dialog


def test_an_edited_text_is_checked_while_typing_and_as_a_whole(drafted, engine, wait):
    drafted.edit.click()
    assert drafted.editor.isVisible() and not drafted.draft.isVisible() and not drafted.write.isVisible()
    assert drafted.editor.toPlainText() == proven.DRAFT.text
    drafted.editor.setPlainText("收益不错。")
    wait(lambda: writing_text.ALL_WELL in drafted.checks.accessibleName())
    drafted.editor.setPlainText("# 改过的公告\n\n收益不错，保本。~~9%~~ 存款 [1]。【未找到依据】")
    wait(lambda: "某办法第三条" in drafted.checks.accessibleName())
    engine.writing.checked = DraftCheck((), (), (Claim("收益不错。", Verdict.UNSUPPORTED, (), ("9%",)),))
    drafted.check.setFocus()
    drafted.check.click()
    wait(lambda: not drafted._model.busy)
    assert drafted.focusWidget() is drafted.edit
    told = drafted.checks.accessibleName()
    assert "“收益不错。”" in told and "9%" in told and "还有 2 处" in told
    assert drafted.draft.isVisible() and not drafted.editor.isVisible() and "改过的公告" in drafted.draft.toPlainText()
    assert drafted._model.title == "改过的公告"


def test_dropping_what_was_edited_brings_the_draft_back(drafted):
    drafted.edit.click()
    drafted.editor.setPlainText("别的")
    drafted.drop.click()
    assert drafted.draft.isVisible() and drafted._model.text == proven.DRAFT.text
    assert "投资须谨慎" in drafted.checks.accessibleName()


def test_drafting_again_says_that_it_loses_what_was_edited(drafted, engine, wait):
    drafted.edit.click()
    drafted.editor.setPlainText("别的")
    drafted.check.click()
    wait(lambda: not drafted._model.busy)
    drafted.write.click()
    assert drafted.write.text() == writing_text.REDRAFT and len(engine.writing.requests) == 1
    drafted.write.click()
    wait(lambda: len(engine.writing.requests) == 2)


def test_a_text_is_saved_with_the_sources_that_it_still_cites(drafted, wait, tmp_path):
    for edited, sources in (("# 公告\n\n存款 [1]。", "1"), ("没有出处", "0")):
        drafted.edit.click()
        drafted.editor.setPlainText(edited)
        drafted.check.click()
        wait(lambda: not drafted._model.busy)
        drafted.save.click()
        dialog = next(each for each in drafted.findChildren(QFileDialog) if each.isVisible())
        dialog.fileSelected.emit(str(tmp_path / f"{sources}.md"))
        dialog.done(0)
        wait(lambda sources=sources: f"已保存「{sources}.md」" in drafted.saved.accessibleName())
        words = (tmp_path / f"{sources}.md").read_text(encoding="utf-8")
        assert words.startswith(proven.DRAFT.template) and edited in words and words.endswith(sources)
    drafted._model.save(tmp_path / "没有" / "公告.md")
    wait(lambda: "没有保存「公告.md」" in drafted.saved.accessibleName())
