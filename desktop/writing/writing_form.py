"""What a text needs: the template's fields, the documents it may rest on, further instructions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.look import text, writing_text
from desktop.look.controls import CheckBox, ComboBox, label
from desktop.writing.writing_model import WritingModel
from engine.api import DraftRequest, FieldInput, Template, TemplateField

LONG_PX, DOCUMENTS_PX = 84, 132


class WritingForm(QWidget):
    """Builds its fields from the template that is chosen."""

    def __init__(self, model: WritingModel) -> None:
        super().__init__()
        self._model = model
        self.fields: dict[str, QWidget] = {}
        self.choice = _combo_box()
        self.choice.setAccessibleName(writing_text.TEMPLATE)
        self.choice.currentIndexChanged.connect(self._build_fields)
        self._fields = QVBoxLayout()
        self._fields.setSpacing(5)
        self.documents = QListWidget()
        self.documents.setAccessibleName(writing_text.DOCUMENTS)
        self.documents.setFixedHeight(DOCUMENTS_PX)
        self.documents.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._no_documents = label(writing_text.DOCUMENTS_NONE, "caption", wrap=True)
        self.builtin = CheckBox(writing_text.BUILTIN)
        self.instructions = _long(writing_text.INSTRUCTIONS, "")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(8)
        column.addWidget(self.choice)
        column.addLayout(self._fields)
        column.addWidget(label(writing_text.DOCUMENTS, "muted"))
        column.addWidget(self._no_documents)
        column.addWidget(self.documents)
        column.addWidget(self.builtin)
        column.addWidget(label(writing_text.INSTRUCTIONS, "muted"))
        column.addWidget(self.instructions)
        column.addStretch()

    @property
    def template(self) -> Template | None:
        index = self.choice.currentIndex()
        return self._model.templates[index] if 0 <= index < len(self._model.templates) else None

    def fill(self) -> None:
        """Offer the templates and the documents that there are now; what was typed stays."""
        if self.choice.count() != len(self._model.templates):
            self.choice.clear()
            self.choice.addItems([template.title for template in self._model.templates])
        chosen = set(self.chosen_documents())
        self.documents.clear()
        for document in self._model.documents:
            item = QListWidgetItem(document.name)
            item.setData(Qt.ItemDataRole.UserRole, document.document_id)
            checked = document.document_id in chosen
            item.setCheckState(Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)
            item.setToolTip(text.tooltip(document.name))
            self.documents.addItem(item)
        self.documents.setVisible(bool(self._model.documents))
        self._no_documents.setVisible(not self._model.documents)

    def chosen_documents(self) -> tuple[str, ...]:
        items = [self.documents.item(row) for row in range(self.documents.count())]
        return tuple(
            str(item.data(Qt.ItemDataRole.UserRole)) for item in items if item.checkState() is Qt.CheckState.Checked
        )

    def request(self) -> DraftRequest | None:
        template = self.template
        if template is None:
            return None
        values = {name: _value(editor) for name, editor in self.fields.items()}
        return DraftRequest(
            template.name,
            {name: value for name, value in values.items() if value},
            self.chosen_documents(),
            self.instructions.toPlainText().strip(),
            include_builtin=self.builtin.isChecked(),
        )

    def _build_fields(self) -> None:
        while (item := self._fields.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.fields = {}
        for field in self.template.fields if self.template else ():
            editor = _editor(field)
            editor.setAccessibleName(field.label)
            if field.help:
                editor.setToolTip(text.tooltip(field.help))
            self.fields[field.name] = editor
            self._fields.addWidget(label(field.label, "muted", wrap=True))
            self._fields.addWidget(editor)


def _editor(field: TemplateField) -> QWidget:
    if field.kind is FieldInput.CHOICE:
        choice = _combo_box()
        choice.setObjectName("compact")
        choice.addItems(list(field.choices))
        choice.setCurrentText(field.default or (field.choices[0] if field.choices else ""))
        return choice
    hint = "" if field.required else writing_text.OPTIONAL
    if field.kind in (FieldInput.LONG, FieldInput.LIST):
        return _long(writing_text.ONE_PER_LINE if field.kind is FieldInput.LIST else hint, field.default)
    line = QLineEdit(field.default)
    line.setObjectName("compact")
    line.setPlaceholderText("2026-01-31" if field.kind is FieldInput.DATE else hint)
    return line


def _combo_box() -> ComboBox:
    """As wide as the form, however long its entries are."""
    choice = ComboBox()
    choice.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return choice


def _long(hint: str, words: str) -> QPlainTextEdit:
    editor = QPlainTextEdit(words)
    editor.setObjectName("longField")
    editor.setPlaceholderText(hint)
    editor.setAccessibleName(hint)
    editor.setTabChangesFocus(True)
    editor.setFixedHeight(LONG_PX)
    return editor


def _value(editor: QWidget) -> str:
    if isinstance(editor, ComboBox):
        return editor.currentText()
    if isinstance(editor, QPlainTextEdit):
        return editor.toPlainText().strip()
    return editor.text().strip() if isinstance(editor, QLineEdit) else ""
