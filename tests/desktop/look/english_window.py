"""Opens every page, dialog and menu of the pictures in English and prints what is neither English nor content.

A process of its own: the language is chosen before any module with words is imported. Content is what documents,
questions, answers, paths, calculators, templates and the user guide say; it is Chinese in every language.

    python tests/desktop/look/english_window.py     one JSON object per line: where, what
"""

from __future__ import annotations

import ast
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePath

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from desktop.look import catalogue

if catalogue.language() != "en":
    catalogue.use("en")

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu, QTabBar, QTextBrowser, QWidget

from desktop.app import make_application
from desktop.help.guide_window import chapters
from desktop.look import preferences_text, text
from desktop.look.controls import IconButton
from desktop.look.theme import Theme
from desktop.main_window import MainWindow
from desktop.shell.places import Place
from engine import api
from tests.desktop import proven_pictures
from tests.desktop.proven_pictures import settle
from tests.desktop.screenshots import Photographer

ROOT = Path(__file__).resolve().parents[3]
CJK = re.compile("[\u2e80-\u2fff\u3001-\u9fff\uf900-\ufaff\uff01-\uffef\U00020000-\U0003ffff]")
OURS = re.compile("[\u3001-\u303f\uff01-\uff65]|[\u3400-\u9fff].*[\u3400-\u9fff]")  # one letter: a unit, a number
CONTENT = (
    *("tests/fake*.py", "tests/desktop/proven.py", "tests/desktop/*pictures.py", "tests/desktop/screenshots.py"),
    *("engine/calculators/*.py", "engine/writing/*.py", "engine/answering/phrases.py"),
)
PROPERTIES = (
    *("text", "title", "windowTitle", "toolTip", "statusTip", "placeholderText", "plainText", "iconText"),
    *("accessibleName", "accessibleDescription", "prefix", "suffix", "specialValueText", "currentText"),
)
ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)


def content() -> list[str]:
    """Every piece of Chinese that the scripted engine says, the longest first."""
    found = {*text.EXAMPLES, *preferences_text.LANGUAGES.values(), *(title for title, _ in chapters())}
    found.update(path.name for path in api.sample_documents())
    for pattern in CONTENT:
        for path in ROOT.glob(pattern):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.update(node.value.split("\n"))
    for path in (ROOT / "assets" / "writing").rglob("*.toml"):
        found.update(re.findall(r'"([^"\n]+)"', path.read_text(encoding="utf-8")))
    found |= {PurePath(words).stem for words in found}
    return sorted((words for words in found if len(words) > 1 and CJK.search(words)), key=len, reverse=True)


def spoken(root: QObject) -> Iterator[tuple[str, str]]:
    """Where (class and object name) and what, of all properties with words below `root`."""
    for thing in (root, *root.findChildren(QObject)):
        if not isinstance(thing, (QWidget, QAction)):
            continue
        where = f"{type(thing).__name__} {thing.objectName()}".strip()
        for name in PROPERTIES:
            value = thing.property(name)
            if isinstance(value, str) and value and not (name == "plainText" and isinstance(thing, QTextBrowser)):
                yield f"{where} {name}", value
        if isinstance(thing, QTabBar):
            yield from ((f"{where} tab", thing.tabText(number)) for number in range(thing.count()))
        if isinstance(thing, QAbstractItemView) and thing.model() is not None:
            yield from ((f"{where} row", words) for words in _rows(thing.model()))


def _rows(model: QAbstractItemModel) -> Iterator[str]:
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(QModelIndex())
    for column in range(columns):
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        for row in range(min(model.rowCount(QModelIndex()), 50)):
            index: QModelIndex = model.index(row, column)
            yield from (str(index.data(role) or "") for role in ROLES)


class Listener(Photographer):
    """Listens where the photographer would press the button."""

    def __init__(self, application: QApplication, theme: Theme, folder: Path) -> None:
        super().__init__(application, theme, folder, (1280, 800))
        self.content = content()
        self.heard: set[tuple[str, str]] = set()

    def keep(self, widget: QWidget, name: str) -> None:
        for where, words in spoken(widget):
            if CJK.search(words) and (where, words) not in self.heard:
                self.heard.add((where, words))
                if left := self._ours(words):
                    record = {"picture": name, "where": where, "left": left, "words": words[:300]}
                    print(json.dumps(record, ensure_ascii=False), flush=True)

    def all(self) -> None:
        super().all()
        self.shoot("a1_answer_parts", self.engine(), self._answer_parts)
        self.shoot("a2_places", self.engine(), self._places)
        self.shoot("a3_help", self.engine(), self._help)

    def _answer_parts(self, window: MainWindow) -> None:
        """Feedback, conversations and their menu, and the original beside them."""
        self._source(window)
        for button in window.conversation_view.views[-1].findChildren(IconButton):
            if button.objectName() == "thumb":
                button.click()
        window.ask_page.toggle_panel()
        settle(self.application)
        for menu in window.findChildren(QMenu):
            self.keep(menu, "a1_menu")

    def _places(self, window: MainWindow) -> None:
        settle(self.application, lambda: window.engine_ready)
        for place in Place:
            window.show_place(place)
            settle(self.application)
            self.keep(window, f"a2_{place}")

    def _help(self, window: MainWindow) -> None:
        window.help.open_at(window.rail.help)
        assert window.help.menu_shown is not None
        self.keep(window.help.menu_shown, "a3_menu")
        window.help.menu_shown.close()
        for act, name in ((window.help.open_shortcuts, "a3_shortcuts"), (window.help.open_about, "a3_about")):
            act()
            self._dialog(window, name)
        window.help.open_guide()
        settle(self.application)
        assert window.help.guide is not None
        self.keep(window.help.guide, "a3_guide")
        window.help.guide.close()

    def _ours(self, words: str) -> str:
        """What is left of `words` without content; a part of a content (elided, or still being written) is content."""
        words = re.sub("[\u200b\u2060]", "", words)
        for piece in self.content:
            words = words.replace(piece, "\n")
        left = [part.strip(' "') for part in re.split("[\n…·]", words)]
        return "\n".join(part for part in left if OURS.search(part) and all(part not in each for each in self.content))


def main() -> None:
    application = make_application()
    proven_pictures.PAINTING_S = 0.05  # nobody looks
    with tempfile.TemporaryDirectory() as folder:
        listener = Listener(application, Theme(application), Path(folder))
        listener.all()
    print(json.dumps({"heard": len(listener.heard), "calculators": len(api.calculators())}), flush=True)


if __name__ == "__main__":
    main()
