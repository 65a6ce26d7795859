"""What the tests of keyboard, names and sizes ask of a window, and a photographer that asks instead of drawing.

python tests/desktop/surveying.py [--language=en]     one JSON object: what sticks out or is cut in any picture
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from desktop.look import catalogue

if __name__ == "__main__" and "--language=en" in sys.argv:
    catalogue.use("en")  # before any word is imported

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QScrollArea,
    QSlider,
    QTextEdit,
    QWidget,
)

from desktop.app import make_application
from desktop.ask.answer_text import AnswerText
from desktop.ask.quote_card import QuoteCard
from desktop.look.controls import ElidedLabel
from desktop.look.theme import Theme
from desktop.viewer.page_area import PageArea
from tests.desktop import proven_pictures
from tests.desktop.proven_pictures import settle
from tests.desktop.screenshots import Photographer

SIZES = ((560, 380), (683, 384), (1024, 600), (2560, 1440))
CONTROLS = (
    *(QAbstractButton, QLineEdit, QComboBox, QAbstractItemView, QAbstractSpinBox, QPlainTextEdit, QTextEdit, QSlider),
)
TRIES = 3  # what is being written pushes controls out of sight
MOST_STEPS_INSIDE = 60  # links of one answer
Faults = Callable[[QWidget], Iterator[str]]
PADDING_PX = 4  # that may be lost without a letter
RING_PX = 4  # around a control, where its focus may be painted


def controls(root: QWidget) -> list[QWidget]:
    """Every visible control below `root`; the parts that Qt makes of a control are not controls of their own."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and widget.isVisible()
        and widget.window() is root.window()
        and not isinstance(widget.parentWidget(), (QComboBox, QAbstractSpinBox, QAbstractItemView))
    ]


def called(widget: QWidget) -> str:
    """How a failure names a control."""
    words = widget.accessibleName() or str(widget.property("text") or "")
    return f"{type(widget).__name__} {widget.objectName()} {words[:24]!r}".replace("  ", " ")


def place(widget: QWidget, root: QWidget) -> QRect:
    return QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())


# ---- the Tab key


def stops(root: QWidget) -> list[QWidget]:
    """The controls that Tab has to reach: of buttons of which one can be chosen, the one that Tab comes to."""
    return [
        widget
        for widget in controls(root)
        if widget.isEnabled()
        and not (isinstance(widget, QAbstractButton) and _one_of_several(widget) and not _takes_tab(widget))
    ]


def _takes_tab(widget: QWidget) -> bool:
    return (widget.focusPolicy() & Qt.FocusPolicy.TabFocus) == Qt.FocusPolicy.TabFocus


def _one_of_several(button: QAbstractButton) -> bool:
    """The arrow keys go from one to the next."""
    if not button.isCheckable():
        return False
    group = button.group()
    return button.autoExclusive() or (group is not None and group.exclusive())


def walk(root: QWidget) -> Iterator[QWidget]:
    """The widgets that Tab goes through, from the first in the window until it comes round; what it returns to
    before it has come round comes twice."""
    root.activateWindow()
    assert QTest.qWaitForWindowActive(root)
    if (focused := QApplication.focusWidget()) is not None:
        focused.clearFocus()
    found: list[QWidget] = []
    stayed = 0
    at: QWidget = root
    while stayed < MOST_STEPS_INSIDE:
        QTest.keyClick(at, Qt.Key.Key_Tab)
        reached = QApplication.focusWidget()
        if reached is None or (found and reached is found[0] and at is not reached):
            return
        if reached is at:  # from link to link in an answer
            stayed += 1
            continue
        yield reached
        if reached in found:
            return
        stayed = 0
        found.append(reached)
        at = reached
    if len(found) > 1:
        yield at


def keyboard_faults(root: QWidget) -> Iterator[str]:
    """What is not reached, what holds the focus, what comes in another order than it is read."""
    wanted = stops(root)
    places = {widget: place(widget, root) for widget in root.findChildren(QWidget) if widget.isVisible()}
    areas = {widget: _areas(widget) for widget in places}
    reached = list(walk(root))
    for widget in wanted:
        if widget not in reached and widget in stops(root):  # and has not gone meanwhile
            yield f"not reached: {called(widget)}"
    if len(reached) > 1 and reached[-1] in reached[:-1]:
        yield f"a trap: {called(reached[-1])}"
    for one, other in pairwise(reached):
        if one in places and other in places:
            before, after = (_apart(each, areas[each], areas[rest]) for each, rest in ((one, other), (other, one)))
            if _backwards(places[before], places[after]):
                yield f"out of order: {called(one)} -> {called(other)}"


def _areas(widget: QWidget) -> list[QWidget]:
    """What scrolls around `widget`, the outermost first."""
    parent = widget.parentWidget()
    around = [] if parent is None else _areas(parent)
    return [*around, parent] if isinstance(parent, QScrollArea) else around


def _apart(widget: QWidget, areas: list[QWidget], others: list[QWidget]) -> QWidget:
    """The scroll area that holds only `widget` of the two: where it stands inside does not count."""
    return next((area for area in areas if area not in others), widget)


def _backwards(one: QRect, other: QRect) -> bool:
    """`other` stands above `one` in the same column, or before it in the same row."""
    columns = min(one.right(), other.right()) - max(one.left(), other.left())
    rows = min(one.bottom(), other.bottom()) - max(one.top(), other.top())
    above = other.bottom() < one.top() and columns > 0
    before = other.right() < one.left() and rows > min(one.height(), other.height()) // 2
    return above or before


def focus_faults(root: QWidget) -> Iterator[str]:
    """Controls that look the same with and without the focus."""
    for widget in walk(root):
        if not isinstance(widget, AnswerText):
            _let_cards_go(root)
        if not any(_differs(widget, root) for _ in range(TRIES)):
            yield f"focus not seen: {called(widget)}"


def _differs(widget: QWidget, root: QWidget) -> bool:
    with_focus = _picture(widget, root)
    widget.clearFocus()
    without = _picture(widget, root)
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    return with_focus != without


def _let_cards_go(root: QWidget) -> None:
    """A quote stays for a moment, over what comes next."""
    for _ in range(200):
        if not any(card.isVisible() for card in root.findChildren(QuoteCard)):
            return
        QTest.qWait(10)


def _picture(widget: QWidget, root: QWidget) -> QImage:
    QApplication.processEvents()
    margins = (-RING_PX, -RING_PX, RING_PX, RING_PX)
    return root.grab(place(widget, root).adjusted(*margins).intersected(root.rect())).toImage()


# ---- names


def name_faults(root: QWidget) -> Iterator[str]:
    """Controls without a name, pictures without words, and two buttons side by side with one name."""
    if isinstance(root, QMenu):
        yield from (f"menu entry without words in {called(root)}" for each in root.actions() if _wordless(each))
        return
    for widget in root.findChildren(QWidget):
        if (
            widget.isVisible()
            and _takes_tab(widget)
            and widget.focusProxy() is None
            and not widget.accessibleName()
            and not widget.property("text")
        ):
            yield f"no name: {called(widget)} in {called(widget.parentWidget())}"
    beside: dict[tuple[QWidget, str], QWidget] = {}
    for widget in controls(root):
        words = widget.accessibleName() or str(widget.property("text") or "")
        if not words.strip():
            yield f"no name: {called(widget)} in {called(widget.parentWidget())}"
        if not isinstance(widget, QAbstractButton) or widget.property("kind") == "link":
            continue
        if not widget.text().strip() and not isinstance(widget, QCheckBox) and not widget.toolTip().strip():
            yield f"no tooltip: {called(widget)}"
        key = (widget.parentWidget(), words)
        if key in beside:
            yield f"twice in one row: {called(widget)}"
        beside[key] = widget


def _wordless(action: object) -> bool:
    return not action.isSeparator() and not action.text().strip()  # type: ignore[attr-defined]


# ---- sizes


def size_faults(root: QWidget) -> Iterator[str]:
    """What sticks out of the widget that it stands in, and words that are cut."""
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not root.window() or not widget.width() * widget.height():
            continue
        parent = widget.parentWidget()
        if widget.isWindow() or _belongs_to_qt(widget):
            continue
        box, room = widget.geometry(), parent.rect()
        if widget.objectName() == "canvas" and isinstance(parent.parentWidget(), PageArea):
            continue  # scrolls both ways
        if _scrolls(parent):
            area = parent.parentWidget()
            assert isinstance(area, QScrollArea)
            if area.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff and box.width() > room.width():
                yield f"wider by {box.width() - room.width()} than its view: {called(widget)} in {called(area)}"
        elif not room.adjusted(-1, -1, 1, 1).contains(box):
            yield f"sticks out {room.width()}x{room.height()} {box.getRect()}: {called(widget)} of {called(parent)}"
        if cut := _cut(widget):
            yield f"cut by {cut}: {called(widget)} of {called(parent)}"


def _belongs_to_qt(widget: QWidget) -> bool:
    names = ("qt_scrollarea", "qt_spinbox", "qt_toolbar")
    inside = (QAbstractItemView, QComboBox, QAbstractSpinBox, QPlainTextEdit, QTextEdit)
    return widget.objectName().startswith(names) or isinstance(widget.parentWidget(), inside)


def _scrolls(parent: QWidget) -> bool:
    return isinstance(parent.parentWidget(), QScrollArea) and parent.objectName() == "qt_scrollarea_viewport"


def _cut(widget: QWidget) -> int:
    """By how many pixels the words are wider or higher than the label or button that shows them."""
    if not str(widget.property("text") or "") or isinstance(widget.parentWidget(), ElidedLabel):
        return 0
    if isinstance(widget, QAbstractButton) or (isinstance(widget, QFrame) and widget.inherits("QLabel")):
        if widget.property("wordWrap"):
            missing = widget.heightForWidth(widget.width()) - widget.height()
            return missing if missing > widget.fontMetrics().height() // 3 else 0
        wanted = widget.sizeHint()
        missing = max(wanted.width() - widget.width(), wanted.height() - widget.height())
        return missing if missing > PADDING_PX else 0
    return 0


MOVING = ("4_writing",)  # text grows and pushes what stands below it while it is looked at


class Surveyor(Photographer):
    """Asks `faults` of whatever the photographer would have drawn, in a window of each of `sizes`."""

    def __init__(
        self, application: QApplication, theme: Theme, faults: Faults, sizes: tuple[tuple[int, int], ...]
    ) -> None:
        self._scratch = tempfile.TemporaryDirectory()
        super().__init__(application, theme, Path(self._scratch.name), sizes[0])
        self._faults = faults
        self._sizes = sizes
        self.found: dict[str, list[str]] = {}
        self.seen: list[str] = []

    def keep(self, widget: QWidget, name: str) -> None:
        if name in MOVING:
            return
        self.seen.append(name)
        whole = widget.inherits("QMainWindow")
        for size in self._sizes if whole else self._sizes[:1]:
            if whole:
                widget.resize(*size)
                settle(self.application)
            for fault in self._faults(widget):
                key = f"{size[0]}x{size[1]} {fault}" if len(self._sizes) > 1 else fault
                self.found.setdefault(key, []).append(name)

    def lines(self) -> list[str]:
        """Each fault, and in how many pictures and which it is."""
        return [f"{fault} [{len(names)}: {', '.join(names[:3])}]" for fault, names in self.found.items()]


def main() -> None:
    proven_pictures.PAINTING_S = 0.12
    application = make_application()
    surveyor = Surveyor(application, Theme(application, "light"), size_faults, SIZES)
    surveyor.all()
    print(json.dumps({"faults": surveyor.lines(), "seen": len(surveyor.seen) * len(SIZES)}, ensure_ascii=False))


if __name__ == "__main__":
    main()
