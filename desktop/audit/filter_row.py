"""Which entries are wanted: the action, and the days on this computer's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from PySide6.QtCore import QDate, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QWidget

from desktop.look import audit_text, audit_view_text, icons
from desktop.look.controls import ComboBox, label
from engine.api import AuditFilter

_ALL, _CHOSEN = -1, -2  # instead of a number of days
_PERIODS = (
    (audit_view_text.ALL_TIME, _ALL),
    (audit_view_text.TODAY, 1),
    (audit_view_text.WEEK, 7),
    (audit_view_text.MONTH, 30),
    (audit_view_text.CHOSEN_DAYS, _CHOSEN),
)


class FilterRow(QWidget):
    changed = Signal(object)  # AuditFilter

    def __init__(self) -> None:
        super().__init__()
        self.action = ComboBox()
        self.action.setAccessibleName(audit_view_text.ACTION)
        self.action.addItem(audit_view_text.ALL_ACTIONS, "")
        for name, words in audit_text.ACTIONS.items():
            self.action.addItem(words, str(name))
        self.period = ComboBox()
        self.period.setAccessibleName(audit_view_text.PERIOD)
        for words, days in _PERIODS:
            self.period.addItem(words, days)
        self.first = _DayField(audit_view_text.FROM)
        self.last = _DayField(audit_view_text.UNTIL)
        self._days = QWidget()
        row = QHBoxLayout(self._days)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for name, field in ((audit_view_text.FROM, self.first), (audit_view_text.UNTIL, self.last)):
            row.addWidget(label(name, "muted"))
            row.addWidget(field)
            field.dateChanged.connect(self._tell)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        for widget in (self.action, self.period, self._days):
            line.addWidget(widget)
        line.addStretch()
        self._days.hide()
        self.action.currentIndexChanged.connect(self._tell)
        self.period.currentIndexChanged.connect(self._choose_period)

    def wanted(self, today: date | None = None) -> AuditFilter:
        action, days = str(self.action.currentData()), int(self.period.currentData())
        if days == _ALL:
            return AuditFilter(action=action)
        last = today or date.today()
        first = last - timedelta(days=days - 1)
        if days == _CHOSEN:
            first, last = self.first.day, self.last.day
        return AuditFilter(action=action, since=_utc(first, time.min), until=_utc(last, time.max))

    def _choose_period(self) -> None:
        self._days.setVisible(self.period.currentData() == _CHOSEN)
        self._tell()

    def _tell(self) -> None:
        self.changed.emit(self.wanted())


class _DayField(QDateEdit):
    """The style sheet paints the field; the arrow is one of our icons."""

    def __init__(self, name: str) -> None:
        super().__init__(QDate.currentDate())
        self.setAccessibleName(name)
        self.setDisplayFormat("yyyy-MM-dd")
        self.setCalendarPopup(True)

    @property
    def day(self) -> date:
        chosen = self.date()
        return date(chosen.year(), chosen.month(), chosen.day())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.width() - 24, (self.height() - 14) / 2, 14, 14)
        icons.paint(painter, "down", place, self.palette().color(QPalette.ColorRole.PlaceholderText).name())
        painter.end()


def _utc(day: date, at: time) -> str:
    """The log's form of a time of day on this computer's clock, to the millisecond."""
    local = datetime.combine(day, at).astimezone()
    return local.astimezone(UTC).isoformat(timespec="milliseconds")[:23]
