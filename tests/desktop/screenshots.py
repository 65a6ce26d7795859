"""Pictures of the window in every state and both themes, with the scripted engine.

    python tests/desktop/screenshots.py FOLDER [--size 1280x800] [--themes light,dark,contrast] [--language=en]
    python tests/desktop/screenshots.py assets/guide/pictures --guide      the pictures of the user guide
    python tests/desktop/screenshots.py tests/desktop/golden --golden      those that test_golden.py compares with

Set QT_SCALE_FACTOR=2 for double scale. Look at each picture before you change how the window looks.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop.look import catalogue

if "--language=en" in sys.argv:
    catalogue.use("en")  # before any word is imported

from desktop import errors
from desktop.app import make_application
from desktop.library.folders_dialog import FoldersDialog
from desktop.look.theme import Theme
from desktop.main_window import MainWindow
from desktop.packs.pack_button import PackButton
from desktop.recovery_key import RecoverDialog, RecoveryKeyDialog
from engine.api import (
    ChunksEmbedded,
    DocumentFault,
    DocumentFormat,
    EnvironmentFault,
    Fault,
    PageFailure,
    PromptRead,
    Rejection,
    RequestRejected,
    Settings,
    load_settings,
)
from tests.desktop.ask_pictures import AskPictures
from tests.desktop.feedback_pictures import FeedbackPictures
from tests.desktop.golden_pictures import GOLDEN_SCALE, golden_names, use_bundled_font
from tests.desktop.history_pictures import HistoryPictures
from tests.desktop.library_pictures import LibraryPictures
from tests.desktop.preferences_pictures import PreferencesPictures
from tests.desktop.proven_pictures import ProvenPictures, settle
from tests.desktop.viewer_pictures import ViewerPictures
from tests.fake_parts import FakeKnowledgePack
from tests.fakes import PASSAGES, FakeEngine, document_id

LIBRARY = (
    "反洗钱工作手册.pdf",
    "柜面业务收费标准(2025-01-01).xlsx",
    "岗位培训课件.pptx",
    "存款保险业务操作规程(2019-06-01).pdf",
    "人民币收付业务管理规定.docx",
    "个人客户信息保护管理办法(2023-11-20).pdf",
    "网点柜面服务手册.pdf",
    "2023年度柜面业务问答汇编.pdf",
    "存款保险业务操作规程(2024-03-01).pdf",
)
FACTS: dict[str, dict[str, Any]] = {
    LIBRARY[1]: {"format": DocumentFormat.XLSX, "version": "2025-01-01"},
    LIBRARY[2]: {"format": DocumentFormat.PPTX},
    LIBRARY[3]: {"version": "2019-06-01", "superseded_by": document_id(LIBRARY[8])},
    LIBRARY[4]: {"format": DocumentFormat.DOCX, "pack": "zhidu"},
    LIBRARY[8]: {"version": "2024-03-01"},
}
GUIDE = {  # pictures of the user guide and what they are called there
    "6_source": "source",
    "12_not_found": "not_found",
    "2_library": "library",
    "70_history": "history",
    "46_writing": "writing",
    "42_calculators": "calculators",
    "52_feedback_filled": "feedback",
    "64_preferences_appearance": "preferences",
}
GUIDE_SCALE = 0.75
TAKES_KEY = ("26_recovery_key",)
RECOVERY_KEY = "7Q2XM-0B4TC-KR9ZD-W13HN-5FVP8-J6YSA-G2EQT-80MXB"
QUESTION = "存款保险最高赔多少？"


class Photographer(
    LibraryPictures,
    ProvenPictures,
    HistoryPictures,
    FeedbackPictures,
    PreferencesPictures,
    AskPictures,
    ViewerPictures,
):
    """Opens one window per picture."""

    def __init__(self, application: QApplication, theme: Theme, folder: Path, size: tuple[int, int]) -> None:
        self.application = application
        self.theme = theme
        self.folder = folder
        self.size = size
        self.only: tuple[str, ...] = ()
        self.chosen: Mapping[str, str] | None = None  # names to keep, and the names they are kept under
        self.scale = 1.0

    def shoot(self, name: str, engine: FakeEngine | Exception, act: Callable[[MainWindow], None]) -> None:
        if self.only and not any(part in name for part in self.only):
            return
        if self.chosen is not None and name not in self.chosen:
            return

        def open_engine(settings: Settings, passphrase: object, on_recovery_key: Callable[[str], None]) -> FakeEngine:
            if isinstance(engine, Exception):
                raise engine
            engine.settings = settings
            if name in TAKES_KEY:
                on_recovery_key(RECOVERY_KEY)
            return engine

        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "jinpan"
            window = MainWindow(load_settings(home, theme=self.theme.choice), self.theme, open_engine)  # type: ignore[arg-type]
            window.resize(*self.size)
            window.show()
            refused = isinstance(engine, Exception)
            settle(self.application, lambda: refused or window._opener.engine is not None)
            act(window)
            self.keep(window, name)
            window.close()
            window.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # windows pile up otherwise

    def keep(self, widget: QWidget, name: str) -> None:
        """What is done with a window, dialog or menu as it stands now."""
        if self.chosen is not None and name not in self.chosen:
            return  # a dialog over a picture that is kept
        name = (
            f"{name}_{self.theme.choice}" if self.chosen is None else self.chosen[name].format(theme=self.theme.choice)
        )
        image = widget.grab().toImage()
        if self.scale != 1.0:
            smooth = Qt.TransformationMode.SmoothTransformation
            image = image.scaledToWidth(round(image.width() * self.scale), smooth)
        path = self.folder / f"{name}.png"
        image.convertToFormat(QImage.Format.Format_RGB888).save(str(path), quality=0)  # PNG: as small as it gets
        print(path)

    def engine(self, **script: object) -> FakeEngine:
        engine = FakeEngine(load_settings(self.folder), device="CPU", **script)  # type: ignore[arg-type]
        engine.partial = {LIBRARY[5]: (PageFailure(3, "scanned_page"), PageFailure(7, "page_broken"))}
        engine.kb.packs = [FakeKnowledgePack("zhidu", "柜面制度汇编")]
        engine.hold(*LIBRARY)
        for name, facts in FACTS.items():
            engine.holdings[document_id(name)] = replace(engine.holdings[document_id(name)], **facts)
        return engine

    def all(self) -> None:
        self.shoot("1_empty", FakeEngine(load_settings(self.folder), device="CPU"), lambda window: None)
        old = (replace(PASSAGES[0], name=LIBRARY[3], superseded=True), *PASSAGES[1:])
        self.shoot("17_superseded", self.engine(passages=old), self._source)
        self.shoot("18_password", self._ingesting_engine(), self._password)
        self.shoot("19_menu", self.engine(), self._menu)
        self.shoot("20_folders", self.engine(), self._folders)
        self.shoot("21_stop_sync", self.engine(), self._stop_sync)
        self.shoot("22_knowledge_packs", self.engine(), self._knowledge_packs)
        self.shoot("23_pack_refused", self.engine(), self._refused_pack)
        self.shoot("26_recovery_key", FakeEngine(load_settings(self.folder)), self._recovery_key)
        self.shoot("28_no_recovery_key", self.engine(), self._no_recovery_key)
        self.shoot("27_recover", FakeEngine(load_settings(self.folder)), self._recover)
        self.shoot("3_reading", self.engine(stop_after=PromptRead), self._reading)
        self.shoot("4_writing", self.engine(delay_s=0.01), self._writing)
        self.shoot("5_answer", self.engine(), self._answer)
        self.shoot("6_source", self.engine(), self._source)
        self.shoot("9_dropping", self.engine(), self._dropping)
        fault = EnvironmentFault(Fault.PACK_MISSING, pack="qwen2.5-coder-1.5b-instruct-int8")
        self.shoot("10_failed_answer", self.engine(ask_error=fault), self._answer)
        self.shoot("11_failed_start", EnvironmentFault(Fault.LEDGER_DAMAGED, path="/资料/ledger.db"), self._ask)
        self.shoot("13_packs", self.engine(), self._packs)
        self.shoot("12_not_found", self.engine(answer="", found=False, passages=PASSAGES[3:]), self._answer)

        self._library()
        self._proven()
        self._history()
        self._feedback()
        self._conversation()
        self._viewer()
        self._preferences(lambda: FakeEngine(load_settings(self.folder), device="CPU"))

    def _ingesting_engine(self) -> FakeEngine:
        engine = self.engine(stop_after=ChunksEmbedded, delay_s=0.001, page_count=48)
        engine.faults = {"扫描件.pdf": DocumentFault.NO_TEXT, "加密文件.pdf": DocumentFault.ENCRYPTED}
        return engine

    # ---- what the user does

    def _ask(self, window: MainWindow) -> None:
        window.question_box.asked.emit(QUESTION)
        settle(self.application)

    def _reading(self, window: MainWindow) -> None:
        self._ask(window)
        settle(self.application, lambda: bool(window.conversation.turns[-1].read_tokens))

    def _writing(self, window: MainWindow) -> None:
        self._ask(window)
        settle(self.application, lambda: len(window.conversation.turns[-1].text) > 150)

    def _answer(self, window: MainWindow) -> None:
        self._ask(window)
        settle(self.application, lambda: not window.conversation.busy)

    def _source(self, window: MainWindow) -> None:
        self._answer(window)
        window.conversation_view.views[-1].source_list.cards[0].click()
        settle(self.application, lambda: window.page_view.canvas.shown is not None)

    def _ingesting(self, window: MainWindow) -> None:
        names = (
            "加密文件.pdf",
            "扫描件.pdf",
            "个人贷款管理暂行办法.pdf",
            "结算账户管理办法实施细则.pdf",
            "假币收缴操作指引.pdf",
        )
        window.library.add_paths([Path("/新文件") / name for name in names])
        settle(self.application, lambda: any("向量" in row.note for row in window.library.rows))

    def _password(self, window: MainWindow) -> None:
        """A dialog is a window of its own: it is photographed beside its parent's picture."""
        window.library.add_paths([Path("/新文件/加密文件.pdf")])
        settle(self.application, lambda: window.library.rows[0].can_unlock)
        window.library_view.list.unlock_pressed.emit(window.library.rows[0])
        self._dialog(window, "18_password_dialog")

    def _menu(self, window: MainWindow) -> None:
        window.library_view.open_menu()
        settle(self.application)
        menu = window.library_view.menu_shown
        assert menu is not None
        self.keep(menu, "19_menu_menu")
        menu.close()

    def _watch(self, window: MainWindow) -> None:
        folders = window._opener.engine.watching  # type: ignore[union-attr]
        folders.paths = [r"D:\网点资料\规章制度", r"\\分行文件服务器\共享\产品说明与办理指南"]
        folders.away = {folders.paths[1]}
        window.models.folders.look()
        settle(self.application, lambda: not window.models.folders.busy)
        window.library_view.open_folders()

    def _folders(self, window: MainWindow) -> None:
        self._watch(window)
        self._dialog(window, "20_folders_dialog")

    def _stop_sync(self, window: MainWindow) -> None:
        self._watch(window)
        dialog = window.findChild(FoldersDialog)
        assert dialog is not None
        dialog.remove_pressed.emit(window.models.folders.rows[0].path)
        self._dialog(window, "21_stop_sync_dialog")

    def _knowledge_packs(self, window: MainWindow) -> None:
        packs = window._opener.engine.kb  # type: ignore[union-attr]
        packs.packs = [
            FakeKnowledgePack("builtin", "内置知识", "2026.11", "随程序提供", documents=1),
            FakeKnowledgePack("zhidu", "柜面制度汇编", "3.2", "某某银行总行运营管理部", documents=48),
        ]
        window.take_in([Path("/总行/反洗钱-1.0.jkp")])
        settle(self.application, lambda: bool(window.models.knowledge_packs.message))
        window.library_view.open_packs()
        self._dialog(window, "22_knowledge_packs_dialog")

    def _refused_pack(self, window: MainWindow) -> None:
        packs = window._opener.engine.kb  # type: ignore[union-attr]
        packs.error = EnvironmentFault(Fault.KNOWLEDGE_PACK_UNTRUSTED, path="/总行/反洗钱-1.0.jkp", signer="5f0c" * 16)
        window.take_in([Path("/总行/反洗钱-1.0.jkp")])
        settle(self.application, lambda: bool(window.models.knowledge_packs.problem))
        self._explain(window, "反洗钱-1.0.jkp")
        window.library_view.open_packs()
        self._dialog(window, "23_pack_refused_dialog")

    def _recovery_key(self, window: MainWindow) -> None:
        dialog = window.findChild(RecoveryKeyDialog)
        assert dialog is not None
        dialog._copy()
        dialog._kept.click()
        self._dialog(window, "26_recovery_key_dialog")

    def _no_recovery_key(self, window: MainWindow) -> None:
        window._opener.lacks_recovery_key = True
        window.library_view.recovery_key_wanted.emit()
        settle(self.application)

    def _recover(self, window: MainWindow) -> None:
        reason = errors.describe(EnvironmentFault(Fault.KEY_MISSING, home="D:/金磐资料")).text
        problem = errors.describe(RequestRejected(Rejection.RECOVERY_KEY_MISTYPED, groups="2,5"))
        RecoverDialog(window, reason, str(problem)).open()
        self._dialog(window, "27_recover_dialog")

    def _dialog(self, window: MainWindow, name: str) -> None:
        settle(self.application)
        dialog = next(dialog for dialog in window.findChildren(QDialog) if dialog.isVisible())
        self.keep(dialog, name)
        dialog.close()

    def _packs(self, window: MainWindow) -> None:
        """The menu is a window of its own: it is photographed beside its parent's picture."""
        button = window.findChild(PackButton)
        assert button is not None
        settle(self.application, lambda: window.engine_ready)
        button.open_menu()
        settle(self.application)
        menu = button.menu_shown
        assert menu is not None
        self.keep(menu, "13_packs_menu")
        menu.close()

    def _dropping(self, window: MainWindow) -> None:
        window._overlay.show()
        settle(self.application)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--themes", default="light,dark")
    parser.add_argument("--language", default="zh_CN", help="given as --language=en")
    parser.add_argument("--only", default="", help="parts of names, separated by commas")
    parser.add_argument("--guide", action="store_true")
    parser.add_argument("--golden", action="store_true")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    width, height = (int(part) for part in arguments.size.split("x"))
    if arguments.golden:
        use_bundled_font()
    application = make_application()
    application.setCursorFlashTime(0)
    theme = Theme(application)
    for choice in ("light",) if arguments.guide else arguments.themes.split(","):
        theme.choose(choice)
        photographer = Photographer(application, theme, arguments.folder, (width, height))
        photographer.only = tuple(filter(None, arguments.only.split(",")))
        if arguments.guide:
            photographer.chosen, photographer.scale = GUIDE, GUIDE_SCALE
        if arguments.golden:
            photographer.chosen, photographer.scale = golden_names(), GOLDEN_SCALE
        photographer.all()


if __name__ == "__main__":
    main()
