"""Tab goes in reading order: that of the layouts, whenever their widgets were made.

Qt's own order is that in which widgets come to be. Pages are made when they are first shown and answers grow, so that
Tab would go from the question box up into the answer and from the status line back into a page.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLayout, QScrollArea, QWidget


def step(root: QWidget, forwards: bool) -> bool:
    """Move the focus within the window `root`, as `QWidget.focusNextPrevChild` does; False if there is nowhere."""
    at = QApplication.focusWidget()
    if at is None or not root.isAncestorOf(at):
        at = root
    target = next(_after(at, root) if forwards else _before(at, root), None)
    if target is None:
        return False
    target.setFocus(Qt.FocusReason.TabFocusReason if forwards else Qt.FocusReason.BacktabFocusReason)
    around = target.parentWidget()
    while around is not None and around is not root:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(target)
        around = around.parentWidget()
    return True


def _after(widget: QWidget, root: QWidget) -> Iterator[QWidget]:
    for child in _children(widget):
        yield from _stops(child)
    while widget is not root and (parent := widget.parentWidget()) is not None:
        siblings = _children(parent)
        for sibling in siblings[siblings.index(widget) + 1 :] if widget in siblings else ():
            yield from _stops(sibling)
        widget = parent
    yield from _stops(root)


def _before(widget: QWidget, root: QWidget) -> Iterator[QWidget]:
    while widget is not root and (parent := widget.parentWidget()) is not None:
        siblings = _children(parent)
        for sibling in reversed(siblings[: siblings.index(widget)] if widget in siblings else ()):
            yield from _stops_backwards(sibling)
        if _takes_focus(parent):
            yield parent
        widget = parent
    yield from _stops_backwards(root)


def _stops(widget: QWidget) -> Iterator[QWidget]:
    if _takes_focus(widget):
        yield widget
    for child in _children(widget):
        yield from _stops(child)


def _stops_backwards(widget: QWidget) -> Iterator[QWidget]:
    for child in reversed(_children(widget)):
        yield from _stops_backwards(child)
    if _takes_focus(widget):
        yield widget


def _takes_focus(widget: QWidget) -> bool:
    wanted = Qt.FocusPolicy.TabFocus
    return (
        (widget.focusPolicy() & wanted) == wanted
        and widget.focusProxy() is None
        and widget.isEnabled()
        and widget.isVisible()
    )


def _children(widget: QWidget) -> list[QWidget]:
    """What is seen of the children, as the layout has them; those without a layout from above to below."""
    laid_out = list(_laid_out(widget.layout()))
    loose = [child for child in widget.children() if isinstance(child, QWidget) and child not in laid_out]
    loose.sort(key=lambda child: (child.y(), child.x()))
    return [child for child in (*laid_out, *loose) if child.isVisible() and not child.isWindow()]


def _laid_out(layout: QLayout | None) -> Iterator[QWidget]:
    for number in range(layout.count() if layout is not None else 0):
        item = layout.itemAt(number) if layout is not None else None
        widget = item.widget() if item is not None else None
        if widget is not None:
            yield widget
        elif item is not None:
            yield from _laid_out(item.layout())
