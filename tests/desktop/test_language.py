"""The language of the window: chosen from the home that the command line names, before any word is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop import language
from desktop.look import catalogue


@pytest.fixture(autouse=True)
def chinese_again() -> Iterator[None]:
    yield
    catalogue.use(catalogue.SOURCE_LANGUAGE)


@pytest.fixture
def english_home(tmp_path: Path) -> Path:
    (tmp_path / "choices.toml").write_text('language = "en"\n', encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("before", [(), ("start",), ("--json",), ("--pack", "ask"), ("start", "--weights", "folder")])
def test_the_window_speaks_the_users_language(english_home: Path, before: tuple[str, ...]) -> None:
    language.choose([*before, "--home", str(english_home)])
    assert catalogue.language() == "en"


@pytest.mark.parametrize("command", [("documents",), ("ask", "存款保险最高赔多少？"), ("--help",), ("start", "-h")])
def test_the_command_line_speaks_chinese(english_home: Path, command: tuple[str, ...]) -> None:
    language.choose([*command, "--home", str(english_home)])
    assert catalogue.language() == "zh_CN"


def test_a_home_without_choices_speaks_chinese(tmp_path: Path) -> None:
    language.choose(["--home", str(tmp_path)])
    assert catalogue.language() == "zh_CN"


def test_settings_that_cannot_be_read_and_wrong_usage_are_told_later_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("threads = 'many'\n", encoding="utf-8")
    language.choose(["--home", str(tmp_path)])
    language.choose(["--home"])
    assert catalogue.language() == "zh_CN"


def test_the_home_of_the_environment(english_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINPAN_HOME", str(english_home))
    language.choose([])
    assert catalogue.language() == "en"


def _run(code: str, *arguments: str) -> str:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout


def test_words_are_imported_in_the_language(english_home: Path) -> None:
    code = (
        "import sys; from desktop import language; language.choose(sys.argv[1:]);"
        "from desktop.look import text; from desktop.sentences import REJECTIONS; from engine.api import Rejection;"
        "print(text.LIBRARY, *REJECTIONS[Rejection.QUESTION_EMPTY], sep='|')"
    )
    said = _run(code, "--home", str(english_home)).strip()
    assert said == "Library|The question is empty.|Enter what you want to ask."


def test_chinese_needs_no_qt(tmp_path: Path) -> None:
    code = (
        "import sys; from desktop import language; language.choose(sys.argv[1:]);"
        "from desktop.look import text; print(text.LIBRARY, 'PySide6' in sys.modules)"
    )
    assert _run(code, "--home", str(tmp_path)).strip() == "资料库 False"
