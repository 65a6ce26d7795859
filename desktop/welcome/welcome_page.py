"""What stands in the place of the conversation on the first run."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from desktop.ask.conversation_view import Mark
from desktop.look import preferences_text, text, welcome_text
from desktop.look.controls import IconLabel, Notice, Spinner, label, push_button
from desktop.look.theme import Theme
from desktop.packs.pack_model import PackModel
from desktop.preferences.device_group import advised
from desktop.preferences.preferences_model import PreferencesModel
from desktop.welcome.welcome_model import WelcomeModel
from engine.api import DEFAULT_GENERATOR

COLUMN_PX = 620
_STEP_ICON_PX = 26


class WelcomePage(QScrollArea):
    """Follows its models; `question_chosen` is the sample question."""

    question_chosen = Signal(str)

    def __init__(self, theme: Theme, model: WelcomeModel, preferences: PreferencesModel, packs: PackModel) -> None:
        super().__init__()
        self._model = model
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(welcome_text.TITLE)
        self._missing = Notice(theme)
        self.samples = SamplesCard(theme, model)
        self.samples.question_chosen.connect(self.question_chosen)
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addStretch(2)
        column.addWidget(_Title())
        column.addSpacing(4)
        for icon, words in welcome_text.LINES:
            column.addWidget(_IconLine(theme, icon, words))
        column.addWidget(_IconLine(theme, "lock", welcome_text.place(str(model.home))))
        column.addSpacing(8)
        column.addWidget(Steps(theme))
        column.addWidget(self._missing)
        column.addWidget(self.samples)
        column.addWidget(ModelLine(preferences, packs))
        column.addStretch(3)
        holder = QWidget()
        holder.setMaximumWidth(COLUMN_PX)
        holder.setLayout(column)
        canvas = QWidget()
        canvas.setObjectName("canvas")
        row = QHBoxLayout(canvas)
        row.setContentsMargins(28, 8, 28, 8)
        row.addWidget(holder)
        self.setWidget(canvas)
        model.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        missing, folder = self._model.missing, str(self._model.folder)
        self.samples.setVisible(not missing)  # nothing can be taken in without them
        if not missing:
            self._missing.hide()
            return
        self._missing.show_message(
            welcome_text.MISSING.format(packs=text.listed(missing)),
            welcome_text.MISSING_ACTION.format(folder=folder),
            welcome_text.missing_steps(missing, folder),
        )


class _Title(QWidget):
    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addWidget(Mark(40))
        row.addWidget(label(welcome_text.TITLE, "display", wrap=True), 1)


class _IconLine(QWidget):
    def __init__(self, theme: Theme, icon: str, words: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(11)
        row.addWidget(IconLabel(theme, icon, "accent", 18), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label(words, "muted", wrap=True, selectable=True), 1)


class Steps(QFrame):
    """The three actions as a drawn row."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName(welcome_text.STEPS_NAME)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        for number, (icon, words) in enumerate(welcome_text.STEPS):
            if number:
                row.addWidget(IconLabel(theme, "right", "text_faint", 16))
            step = QVBoxLayout()
            step.setSpacing(5)
            step.addWidget(IconLabel(theme, icon, "accent", _STEP_ICON_PX), 0, Qt.AlignmentFlag.AlignHCenter)
            told = label(f"{number + 1}　{words}", wrap=True)
            told.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            step.addWidget(told)
            row.addLayout(step, 1)


class SamplesCard(QWidget):
    """Takes the samples in, then offers a question that they answer."""

    question_chosen = Signal(str)

    def __init__(self, theme: Theme, model: WelcomeModel) -> None:
        super().__init__()
        self._model = model
        self._pressed = False  # the question gets the focus that the button had
        self.take = push_button(welcome_text.TAKE_SAMPLES, "primary")
        self.take.clicked.connect(self._take)
        self.question = push_button(model.question, "example")
        self.question.clicked.connect(lambda: self.question_chosen.emit(model.question))
        self._spinner = Spinner(theme)
        self._words = label("", "muted", wrap=True)
        told = QHBoxLayout()
        told.setSpacing(9)
        told.addWidget(self._spinner)
        told.addWidget(self._words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(8)
        column.addWidget(self.take, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(told)
        column.addWidget(self.question)
        model.changed.connect(self._refresh)
        self._refresh()

    def _take(self) -> None:
        self._pressed = True
        self._model.take_samples()

    def _refresh(self) -> None:
        samples = self._model.samples
        busy = samples.working > 0
        self.take.setVisible(not samples.ready and not busy)
        self.question.setVisible(samples.ready)
        self._spinner.setVisible(busy)
        self._words.setText(self._told())
        if self._pressed and samples.ready:
            self._pressed = False
            if not isinstance(self.window().focusWidget(), QPlainTextEdit):  # the user types meanwhile
                self.question.setFocus()

    def _told(self) -> str:
        samples = self._model.samples
        if samples.ready:
            return welcome_text.TRY_QUESTION
        if samples.working:
            return welcome_text.taking(samples.taken, samples.total)
        return welcome_text.SAMPLES_FAILED if samples.failed else welcome_text.OWN_FILES


class ModelLine(QWidget):
    """Which model answers and why; measures the machine when asked and lets the user take what suits it."""

    def __init__(self, preferences: PreferencesModel, packs: PackModel) -> None:
        super().__init__()
        self._preferences = preferences
        self._packs = packs
        self._words = label("", "caption", wrap=True)
        self.measure = push_button(preferences_text.MEASURE, "link")
        self.measure.clicked.connect(preferences.measure)
        self.use = push_button("", "link")
        self.use.clicked.connect(lambda: packs.choose(self._better))
        links = QHBoxLayout()
        links.setSpacing(16)
        for button in (self.measure, self.use):
            links.addWidget(button)
        links.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._words)
        column.addLayout(links)
        for changed in (preferences.changed, packs.enabled_changed, packs.reported):
            changed.connect(self._refresh)
        self._refresh()

    @property
    def _better(self) -> str:
        """An installed pack that suits this machine better than the one in use; empty where there is none."""
        advice = self._preferences.advice
        best = (advice.best_private or advice.best) if advice else ""
        return next((pack.name for pack in self._packs.packs if pack.name == best and not pack.chosen), "")

    def _refresh(self) -> None:
        chosen = next(
            (pack.name for pack in self._packs.packs if pack.chosen), self._preferences.settings.generator_pack
        )
        known = self._preferences.advice is not None or self._preferences.measuring
        unmeasured = welcome_text.MODEL_DEFAULT if chosen == DEFAULT_GENERATOR else welcome_text.NOT_MEASURED
        why = advised(self._preferences, self._packs) if known else unmeasured
        self._words.setText(welcome_text.model(preferences_text.pack_name(chosen), why))
        self.measure.setVisible(not self._preferences.measuring)
        locked = "generator_pack" in self._preferences.locks
        self.use.setText(welcome_text.USE.format(name=self._better))
        self.use.setVisible(bool(self._better) and self._packs.enabled and not locked)
