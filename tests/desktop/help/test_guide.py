"""The user guide opens offline, with every picture it speaks of, and loads nothing else."""

from __future__ import annotations

import re

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument

from desktop.help.guide_window import FOLDER, GuideWindow, chapters
from desktop.shell.shortcuts import SHORTCUTS

IMAGE = QTextDocument.ResourceType.ImageResource.value


def test_every_picture_exists_and_every_chapter_has_text():
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (FOLDER / "guide.md").read_text(encoding="utf-8"))
    assert len(pictures) >= 8
    assert [name for name in pictures if not (FOLDER / "pictures" / name).is_file()] == []
    assert len(chapters()) >= 10 and all(title and len(text) > 60 for title, text in chapters())


def test_the_keys_of_the_guide_are_those_of_the_window():
    known = {keys for shortcut in SHORTCUTS for keys in shortcut.keys}
    told = dict(chapters())["键盘和读屏"]
    assert set(re.findall(r"Ctrl\+[A-Z,/]\b|\bF\d\b|Shift\+F\d", told)) <= known


def test_only_the_guides_own_pictures_are_loaded(open_window, engine):
    guide = GuideWindow(open_window(engine))
    text = guide.text
    assert text.loadResource(IMAGE, QUrl("source.png")) is not None
    for other in ("../guide.md", "file:///etc/hostname", "//host/share/a.png", "https://example.invalid/a.png"):
        assert text.loadResource(IMAGE, QUrl(other)) is None
    guide.contents.setCurrentRow(guide.contents.count() - 1)
    assert chapters()[-1][0] in text.toPlainText()


def test_help_opens_it(open_window, engine):
    window = open_window(engine)
    window.help.open_guide()
    assert window.help.guide is not None and window.help.guide.isVisible()
