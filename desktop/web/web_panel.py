"""The web search as a part of a page: its switch, its key, and every request that was ever made."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.look import text, web_text
from desktop.look.controls import CheckBox, ComboBox, IconLabel, Notice, label, push_button
from desktop.look.theme import Theme
from desktop.web.web_model import WebFacts, WebModel

_CONTENT = 3  # the column of what was sent


class WebPanel(QWidget):
    """Listens to the model. What policy has locked off is said, with the reason, and cannot be switched here."""

    def __init__(self, theme: Theme, model: WebModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._shown: WebFacts | None = None
        self._build(theme)
        model.changed.connect(self._refresh)
        self._refresh()
        model.refresh()

    def _build(self, theme: Theme) -> None:
        self._reason = label("", wrap=True, selectable=True)
        self._locked = _locked_row(theme, self._reason)
        self.switch = CheckBox(web_text.SWITCH)
        self.switch.clicked.connect(lambda on: self._model.switch(bool(on), self._provider))
        self.choice = ComboBox()
        self.choice.setAccessibleName(web_text.PROVIDER)
        self.choice.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.activated.connect(self._choose)
        self._key = self._build_key()
        self._notice = Notice(theme)
        self.table = _requests_table()
        self._empty = label(web_text.NO_REQUESTS, "muted", wrap=True)
        provider = QHBoxLayout()
        provider.setSpacing(10)
        provider.addWidget(label(web_text.PROVIDER, "muted"))
        provider.addWidget(self.choice, 1)
        self._provider_row = QWidget()
        self._provider_row.setLayout(provider)
        provider.setContentsMargins(0, 0, 0, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(label(web_text.WEB_WORDS, "muted", wrap=True))
        for widget in (self._locked, self.switch, self._provider_row, self._key, self._notice):
            layout.addWidget(widget)
        layout.addWidget(label(web_text.REQUESTS, "heading"))
        layout.addWidget(self._empty)
        layout.addWidget(self.table, 1)

    def _build_key(self) -> QWidget:
        row = QWidget()
        self.key = QLineEdit()
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setAccessibleName(web_text.KEY)
        self.key.returnPressed.connect(self._keep_key)
        self._keep = push_button(web_text.KEEP_KEY)
        self._keep.clicked.connect(self._keep_key)
        self.forget = push_button(web_text.FORGET_KEY)
        self.forget.clicked.connect(lambda: self._model.remove_key(self._provider))
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        line.addWidget(label(web_text.KEY, "muted"))
        line.addWidget(self.key, 1)
        line.addWidget(self._keep)
        line.addWidget(self.forget)
        return row

    @property
    def _provider(self) -> str:
        return str(self.choice.currentData() or "")

    def _refresh(self) -> None:
        facts, problem = self._model.facts, self._model.problem
        if problem:
            self._notice.show_message(problem.text, problem.action, problem.detail, tone="danger")
        else:
            self._notice.hide()
        allowed = facts is not None and facts.state.allowed
        self._locked.setVisible(facts is not None and (facts.fixed or not allowed))
        for widget in (self.switch, self._provider_row):
            widget.setVisible(allowed)
        if facts is None:
            self._key.hide()
            return
        if facts != self._shown:
            self._show_facts(facts)
        if not self._model.busy:
            self.switch.setChecked(facts.state.switched_on)
        self.switch.setEnabled(not facts.fixed)

    def _show_facts(self, facts: WebFacts) -> None:
        self._shown = facts
        self._reason.setText(web_text.FIXED if facts.state.allowed else web_text.locked(facts.state.policy_path))
        self.choice.clear()
        for known in facts.state.providers:
            self.choice.addItem(web_text.provider(known.name, known.host), known.name)
        self.choice.setCurrentIndex(max(0, self.choice.findData(facts.state.provider)))
        keyed = next((known for known in facts.state.providers if known.name == self._provider), None)
        self._key.setVisible(facts.state.allowed and keyed is not None and keyed.key_required)
        has_key = self._provider in facts.keyed
        self.key.clear()
        self.key.setPlaceholderText(web_text.KEY_KEPT if has_key else web_text.KEY_MISSING)
        self.forget.setVisible(has_key)
        self._fill(facts)

    def _fill(self, facts: WebFacts) -> None:
        self.table.setRowCount(len(facts.requests))
        for row, request in enumerate(facts.requests):
            for column, words in enumerate(web_text.request(request)):
                item = QTableWidgetItem(words)
                item.setToolTip(text.tooltip(f"{words}\n{request.url}" if column == _CONTENT else words))
                self.table.setItem(row, column, item)
        self.table.setVisible(bool(facts.requests))
        self._empty.setVisible(not facts.requests)

    def _choose(self) -> None:
        if self._shown:
            self._model.switch(self._shown.state.switched_on, self._provider)

    def _keep_key(self) -> None:
        if self.key.text().strip():
            self._model.set_key(self._provider, self.key.text().strip())
            self.key.clear()


def _locked_row(theme: Theme, reason: QWidget) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(10)
    line.addWidget(IconLabel(theme, "lock", "warning", 18), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(reason, 1)
    return row


def _requests_table() -> QTableWidget:
    table = QTableWidget(0, len(web_text.COLUMNS))
    table.setHorizontalHeaderLabels(list(web_text.COLUMNS))
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(28)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setMaximumSectionSize(170)
    header.setSectionResizeMode(_CONTENT, QHeaderView.ResizeMode.Stretch)
    table.setAccessibleName(web_text.REQUESTS)
    return table
