"""Shows hostile texts on every surface of the real window, in a process of its own that somebody watches.

    CANARY_FOLDER=… CANARY_PORT=… HOME=… python tests/flows/rendering_session.py OUT.json

Writes what it has seen from inside: how many texts went through each surface, which addresses were handed to other
programs, labels and tooltips that would read markup. At its end it opens `control.png` of the folder and connects to
the port once, so that the watcher knows that it would have seen it.
"""

from __future__ import annotations

import json
import os
import re
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QModelIndex, QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTextBrowser,
    QTextEdit,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from desktop.app import make_application
from desktop.ask.address_dialog import AddressDialog
from desktop.ask.answer_html import answer_html
from desktop.ask.answer_text import AnswerText
from desktop.ask.markdown import ClosedDocument
from desktop.ask.turn import Source
from desktop.errors import Sentence
from desktop.exporter import ask_where
from desktop.library.password_dialog import PasswordDialog
from desktop.look import export_text, text
from desktop.look.controls import ElidedLabel, Notice, label
from desktop.look.theme import Theme
from desktop.main_window import MainWindow
from desktop.shell.places import Place
from desktop.viewer.originals import OpenOriginalDialog
from engine.api import (
    Rung,
    WebPage,
    WebQuery,
    load_settings,
)
from tests import hostile_snippets
from tests.fakes import passage
from tests.hostile_engine import HostileEngine, file_names

_ESCAPED_TIP = re.compile("<p style='white-space:normal'>(?:[^<]|<br>)*</p>")  # what `text.tooltip` makes of any words
_A_BATCH = 10
_WAIT_S = 20.0


@dataclass
class Seen:
    """What the session tells."""

    surfaces: Counter[str] = field(default_factory=Counter[str])
    opened: list[str] = field(default_factory=list[str])
    loaded: list[str] = field(default_factory=list[str])  # what a document asked for and got
    asked: Counter[str] = field(default_factory=Counter[str])  # what documents asked for
    markup_labels: list[str] = field(default_factory=list[str])
    markup_tips: list[str] = field(default_factory=list[str])
    open_documents: list[str] = field(default_factory=list[str])


class Session:
    def __init__(self, folder: str, port: int, home: Path) -> None:
        self.seen = Seen()
        self.folder, self.port = folder, port
        self.texts = hostile_snippets.snippets(folder, port)
        self._watch_documents()
        QDesktopServices.openUrl = lambda url: self.seen.opened.append(url.toString()) or True  # type: ignore[assignment]
        self.application = make_application()
        self.theme = Theme(self.application, "light")
        self.engine = HostileEngine(load_settings(home), device="CPU")
        self.engine.take(self.texts)
        self.window = MainWindow(self.engine.settings, self.theme, lambda *_: self.engine)  # type: ignore[arg-type]
        self.window.resize(1280, 800)
        self.window.show()
        self.until(lambda: self.window.library.document_count)

    def _watch_documents(self) -> None:
        """Documents are told apart by what they ask for; ours must answer with nothing."""
        closed = ClosedDocument.loadResource

        def watched(document: ClosedDocument, kind: int, url: QUrl | str) -> object:
            found = closed(document, kind, url)
            name = url if isinstance(url, str) else url.toString()
            self.seen.asked[name[:40]] += 1
            if found is not None:
                self.seen.loaded.append(name)
            return found

        ClosedDocument.loadResource = watched  # type: ignore[method-assign]

    # ---- running

    def until(self, condition: Callable[[], object]) -> None:
        end = time.monotonic() + _WAIT_S
        while not condition():
            if time.monotonic() > end:
                raise SystemExit("timed out")
            self.application.processEvents()
            time.sleep(0.001)

    def paint(self, widget: QWidget) -> None:
        self.application.processEvents()
        widget.grab()

    def tell(self, surface: str, count: int = 1) -> None:
        self.seen.surfaces[surface] += count

    def tip(self, tip: str, widget: QWidget) -> None:
        if not tip:
            return
        if "<" in tip and not _ESCAPED_TIP.fullmatch(tip):
            self.seen.markup_tips.append(tip[:80])
        QToolTip.showText(widget.mapToGlobal(QPoint(5, 5)), tip, widget)
        self.application.processEvents()

    # ---- surfaces

    def answers(self) -> None:
        """Asked, streamed, finished, with sources, a proposal for the web and what follows them."""
        for at in range(0, len(self.texts), _A_BATCH):
            some = self.texts[at : at + _A_BATCH]
            self.engine.answer = "\n\n".join(f"{words} [1]" for words in some)
            self.engine.passages = tuple(
                replace(passage(words, 1, words, Rung.WEB if n % 3 == 0 else Rung.BRANCH, (words, words)),
                        web=WebPage(words, words, words, "2026-11-23") if n % 3 == 0 else None)
                for n, words in enumerate(some)
            )  # fmt: skip
            self.engine.searched = some[0]
            self.engine.proven = {"web_query": WebQuery(some[1], some[2], some[3], (some[4],))}
            self.window.conversation.ask(f"{some[5]}\n{some[6]}")
            self.until(lambda: not self.window.conversation.busy)
            self.paint(self.window)
            view = self.window.conversation_view.views[-1]
            for widget in view.findChildren(QWidget):
                self.tip(widget.toolTip(), widget)
            self.tell("answers, questions, sources, proposals", len(some))
            self.window.conversation.clear()

    def questions(self) -> None:
        """Each in a bubble of its own; the model stops at once."""
        self.engine.answer, self.engine.passages = "甲", ()
        self.engine.proven = {}
        for at, words in enumerate(self.texts):
            self.window.conversation.ask(words or "?")
            if at % 25 == 24:
                self.until(lambda: not self.window.conversation.busy)
                self.paint(self.window)
                self.window.conversation.clear()
            self.tell("question bubble")

    def answer_text(self) -> None:
        view = AnswerText(self.theme)
        view.resize(560, 600)
        view.show()
        for words in self.texts:
            view.set_markdown(words[: len(words) // 2], now=True)
            view.set_markdown(words, now=True)
            self.paint(view)
            html = answer_html(words).lower()
            if "<img" in html or "<a " in html or " src=" in html.replace("&quot;", "").split("<body>")[0]:
                self.seen.open_documents.append(f"copied as HTML: {words[:60]}")
            self.tell("answer, growing")
        for target in hostile_snippets.targets(self.folder, self.port):
            view.anchorClicked.emit(QUrl(target))
            self.tell("anchor pressed")
        view.close()

    def viewer(self) -> None:
        view = self.window.page_view
        for words in self.texts:
            source = Source(1, "d" * 64, words, 1, words, Rung.BRANCH, heading=words, quote=words)
            self.window.open_source(source)
            view._notice.show_message(words, words, words)
            view.search_bar.edit.setText(words)
            self.application.processEvents()
            self.tip(view._header._title.toolTip(), view)
            self.tell("viewer")
        self.until(lambda: view.canvas.shown)
        self.paint(self.window)
        self.window.close_viewer()

    def small_controls(self) -> None:
        holder = QWidget()
        column = QVBoxLayout(holder)
        plain, elided, notice = label(wrap=True), ElidedLabel(), Notice(self.theme)
        for widget in (plain, elided, notice):
            column.addWidget(widget)
        holder.resize(400, 300)
        holder.show()
        for words in self.texts:
            plain.setText(words)
            elided.set_text(words)
            notice.show_message(words, words, words, retry=words)
            self.window.setWindowTitle(words)
            self.tip(text.tooltip(words), holder)
            self.paint(holder)
            self.tell("labels, notices, tooltips, window title")
        holder.deleteLater()
        for words in self.texts[::20]:  # the same notice, at the head of the window
            self.window.state.show_sentence(Sentence(words, words, words))
            self.paint(self.window)

    def lists(self) -> None:
        """Library and history: rows painted from first to last, and their tooltips."""
        for place, surface in ((Place.LIBRARY, "library rows"), (Place.ASK, "history rows")):
            self.window.show_place(place)
            self.application.processEvents()
            for view in self.window.findChildren(QAbstractItemView):
                model = view.model()
                if model is None or model.rowCount() < 100 or not view.isVisible():
                    continue
                while model.rowCount() < len(self.texts):
                    model.fetchMore(QModelIndex())
                    self.application.processEvents()
                for row in range(len(self.texts)):
                    index = model.index(row, 0)
                    view.scrollTo(index)
                    self.tip(str(model.data(index, Qt.ItemDataRole.ToolTipRole) or ""), view)
                    if row % 8 == 0:
                        self.paint(view)
                    if row % 50 == 0:
                        view.setCurrentIndex(index)
                        view.clicked.emit(index)
                    self.tell(surface)

    def dialogs(self) -> None:
        for number, words in enumerate(self.texts):
            page = WebPage(words, words, words, words)
            made: list[QDialog] = [AddressDialog(self.window, page)]
            made.append(OpenOriginalDialog(self.window, Path("/资料") / file_names(self.texts)[number]))
            made.append(PasswordDialog(self.window, words, wrong=False))
            for dialog in made:
                dialog.show()
                dialog.repaint()
                self._check_labels(dialog)
            address = made[0]
            assert isinstance(address, AddressDialog)
            address.open_button.click()  # none of these is an address
            address._open()
            for dialog in made:
                dialog.reject()
                dialog.deleteLater()
            self.tell("dialogs")
        for target in hostile_snippets.targets(self.folder, self.port):
            dialog = AddressDialog(self.window, WebPage(target, "站点", "标题", "2026-11-23"))
            dialog.open_button.click()
            dialog.deleteLater()
            self.tell("address pressed")

    def dialogs_of_the_window(self) -> None:
        """Requests to the web, knowledge packs and folders with hostile names; where files are saved to."""
        library = self.window.library_view
        for open_dialog in (self.window.open_web, library.open_packs, library.open_folders):
            open_dialog()
            self.until(lambda: any(dialog.isVisible() for dialog in self.window.findChildren(QDialog)))
            for dialog in self.window.findChildren(QDialog):
                if dialog.isVisible():
                    self.paint(dialog)
                    for widget in dialog.findChildren(QWidget):
                        self.tip(widget.toolTip(), widget)
                    self._check_labels(dialog)
                    dialog.close()
                    self.tell("dialogs of the window")
        for words in self.texts:
            name = export_text.file_name(words, date(2026, 11, 23))
            assert Path(name).name == name and not set(name) & set("\\:\u202e")
            self.tell("names of exports")
        for words in self.texts[::50]:
            ask_where(self.window, words, words, lambda path: None)
            self.application.processEvents()
            for dialog in self.window.findChildren(QFileDialog):
                dialog.close()

    def search(self) -> None:
        """What is found in conversations: snippets of hostile texts."""
        self.window.show_place(Place.ASK)
        for words in ("img", "src", "甲", "请点这里"):
            self.window.history.panel.search.setText(words)
            self.window.history.panel.search.wanted.emit(words)
            self.until(lambda words=words: f"search {words}" in self.engine.history.calls)
            self.paint(self.window)
            self.tell("search in conversations")

    def menus(self) -> None:
        menu = QMenu(self.window)
        menu.setToolTipsVisible(True)
        for words in self.texts:
            menu.addAction(words)
            self.tell("menu")
        menu.popup(QPoint(0, 0))
        self.paint(menu)
        menu.close()

    def pages(self) -> None:
        """Every page is opened; all its fields get hostile texts in turn."""
        fields: list[QLineEdit | QPlainTextEdit] = []
        for place in Place:
            self.window.show_place(place)
            self.application.processEvents()
            self.paint(self.window)
            fields += [field for field in self.window.findChildren(QLineEdit) if field not in fields]
            fields += [field for field in self.window.findChildren(QPlainTextEdit) if field not in fields]
        assert len(fields) > 5
        for number, words in enumerate(self.texts):
            entry = fields[number % len(fields)]
            entry.setPlainText(words) if isinstance(entry, QPlainTextEdit) else entry.setText(words)
            self.tell("fields of all pages")
        for place in Place:
            self.window.show_place(place)
            self.paint(self.window)

    def check_all(self) -> None:
        for top in self.application.topLevelWidgets():
            self._check_labels(top)

    def _check_labels(self, top: QWidget) -> None:
        for found in [top, *top.findChildren(QWidget)]:
            if isinstance(found, QLabel) and found.textFormat() != Qt.TextFormat.PlainText and not _of_qt(found):
                self.seen.markup_labels.append(f"{type(found.parent()).__name__}: {found.text()[:60]}")
            if isinstance(found, QTextEdit) and not isinstance(found.document(), ClosedDocument):
                self.seen.open_documents.append(type(found).__name__)
            if isinstance(found, QTextBrowser) and (found.openLinks() or found.openExternalLinks()):
                self.seen.open_documents.append(f"{type(found).__name__} opens links")

    def control(self) -> None:
        """What the watcher must see: one file, one connection."""
        naive = QLabel(f'<img src="file://{self.folder}/control.png">')
        naive.show()
        self.paint(naive)
        with socket.socket() as connection:
            connection.connect(("127.0.0.1", self.port))

    def run(self) -> None:
        for surface in (
            self.answers, self.questions, self.answer_text, self.viewer, self.small_controls, self.lists, self.dialogs,
            self.dialogs_of_the_window, self.search, self.menus, self.pages, self.check_all,
        ):  # fmt: skip
            began = time.monotonic()
            surface()
            print(f"{surface.__name__}: {time.monotonic() - began:.1f} s", flush=True)
        self.window.close()


def _of_qt(found: QLabel) -> bool:
    """A label of one of Qt's own dialogs, or the tip that Qt shows: their texts are checked where they come from."""
    return type(found) is not QLabel or found.inherits("QTipLabel") or bool(found.objectName().startswith("qt_"))


def main(arguments: Sequence[str]) -> None:
    session = Session(os.environ["CANARY_FOLDER"], int(os.environ["CANARY_PORT"]), Path(os.environ["HOME"]))
    session.run()
    seen = session.seen
    Path(arguments[0]).write_text(
        json.dumps(
            {
                "texts": len(session.texts),
                "surfaces": dict(seen.surfaces),
                "opened": seen.opened,
                "loaded": seen.loaded,
                "asked": dict(seen.asked),
                "markup_labels": sorted(set(seen.markup_labels)),
                "markup_tips": seen.markup_tips,
                "open_documents": sorted(set(seen.open_documents)),
            },
            ensure_ascii=False,
        ),
        encoding="utf-8",
    )
    session.control()


if __name__ == "__main__":
    main(sys.argv[1:])
