"""Every word of the window comes from the catalogue, and the catalogue is complete in English."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import PySide6
import pytest

from desktop.look import catalogue, proof_text
from engine.api import VISIBLE_LABEL
from installer import translations

ROOT = Path(__file__).resolve().parents[3]
ENGLISH = catalogue.FOLDER / "en.ts"
CJK = re.compile("[\u2e80-\u2fff\u3001-\u9fff\uf900-\ufaff\uff01-\uffef\U00020000-\U0003ffff]")
PLACEHOLDER = re.compile(r"\{(\w+)")

# What may stand in the window's modules outside the catalogue, and why.
OUTSIDE = {
    ("desktop/ask/quote.py", r"[^。！？；!?\n]*[。！？；!?]?\n?"): "where sentences of documents end",
    (
        "desktop/ask/marks.py",
        r"\[([1-9]\d?)\]|【([1-9]\d?)】",
    ): "models write markers in both kinds of brackets",
    ("desktop/look/preferences_text.py", "中文"): "a language is named in its own words",
    ("desktop/look/proof_text.py", "【未找到依据】"): "the engine's mark in an answer's text, searched for",
}
# Translations that are Chinese: questions are asked in the language of the documents.
CHINESE_IN_ENGLISH = {"存款保险最高赔多少？", "客户身份资料要保存多少年？", "银行卡被盗刷，客户应该怎么办？"}

with_qt_tools = pytest.mark.skipif(
    shutil.which("lupdate", path=Path(PySide6.__file__).parent) is None, reason="PySide6 without lupdate and lrelease"
)


def _literals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and text of each string that is neither a docstring nor inside a call of `translate`."""
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "translate":
        return
    if isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant):
        return
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        yield tree.lineno, tree.value
    for child in ast.iter_child_nodes(tree):
        yield from _literals(child)


@pytest.mark.parametrize("path", translations.sources())
def test_no_chinese_outside_the_catalogue(path: str) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found = [(line, text) for line, text in _literals(tree) if CJK.search(text) and (path, text) not in OUTSIDE]
    assert found == []


def test_what_is_allowed_outside_still_stands_there() -> None:
    for path, text in OUTSIDE:
        assert text in {found for _, found in _literals(ast.parse((ROOT / path).read_text(encoding="utf-8")))}


def test_the_test_sees_a_literal() -> None:
    code = 'def f():\n    """文档"""\n    return translate("x", "词") + f"{a}甲" + ("乙" if a else translate("x", ""))'
    assert list(_literals(ast.parse(code))) == [(3, "甲"), (3, "乙")]


def test_the_label_of_answers_is_that_of_the_files() -> None:
    assert proof_text.AI_LABEL == VISIBLE_LABEL


def _messages(path: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """(context, source) -> (translation, its state: "" when finished)."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for context in ElementTree.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            key = (context.findtext("name", ""), message.findtext("source", ""))
            found[key] = (translation.text or "", translation.get("type", ""))
    return found


def test_every_entry_is_translated() -> None:
    untranslated = [key for key, (words, state) in _messages(ENGLISH).items() if not words or state]
    assert untranslated == []


@with_qt_tools
def test_the_catalogue_has_exactly_the_words_of_the_code(tmp_path: Path) -> None:
    """Else: python installer/translations.py, translate what is unfinished, run it once more."""
    fresh = tmp_path / "en.ts"
    translations.update(fresh, "en")
    assert _messages(ENGLISH).keys() ^ _messages(fresh).keys() == set()


@with_qt_tools
def test_the_compiled_catalogue_is_that_of_the_source(tmp_path: Path) -> None:
    compiled = tmp_path / "en.qm"
    translations.compile_catalogue(ENGLISH, compiled)
    assert compiled.read_bytes() == ENGLISH.with_suffix(".qm").read_bytes()


def test_placeholders_are_kept() -> None:
    different = [
        (source, words)
        for (_, source), (words, _) in _messages(ENGLISH).items()
        if set(PLACEHOLDER.findall(source)) != set(PLACEHOLDER.findall(words))
    ]
    assert different == []


def test_english_is_english() -> None:
    chinese = {
        words for (_, source), (words, _) in _messages(ENGLISH).items() if CJK.search(words) or "\u3000" in words
    }
    assert chinese == CHINESE_IN_ENGLISH


@pytest.mark.slow
def test_the_window_in_english_shows_no_chinese_of_ours() -> None:
    """Every page, dialog and menu of the pictures, in a process of its own: about half a minute."""
    script = Path(__file__).with_name("english_window.py")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    *chinese, last = map(json.loads, done.stdout.splitlines())
    assert chinese == []
    assert last["heard"] > 100  # what Chinese there is, is content


# ---- how it is used


@pytest.fixture
def english() -> Iterator[None]:
    assert catalogue.use("en")
    yield
    catalogue.use(catalogue.SOURCE_LANGUAGE)


def test_words_in_english(english: None) -> None:
    assert catalogue.translate("text", "资料库") == "Library"
    assert catalogue.translate("text", "没有这一条") == "没有这一条"
    assert catalogue.run_on("One.", "", "Two.") == "One. Two."


@pytest.mark.parametrize(("count", "words"), [(1, "1 page"), (0, "0 pages"), (12, "12 pages")])
def test_plural_forms(english: None, count: int, words: str) -> None:
    assert catalogue.translate("text", "{count} 页").format(count=count) == words


def test_chinese_stays_as_it_is_written() -> None:
    assert catalogue.translate("text", "{count} 页").format(count=1) == "1 页"
    assert catalogue.run_on("一。", "二。") == "一。二。"


def test_an_unknown_language_leaves_chinese_in_force() -> None:
    assert not catalogue.use("xx")
    assert catalogue.language() == "zh_CN"
