"""Brings the catalogues of the window's words up to date: `python installer/translations.py`, then Qt Linguist.

1. `lupdate` reads every `translate("context", "中文")` of the window into assets/translations/*.ts; what has gone goes.
2. Translate what is marked unfinished (`pyside6-linguist assets/translations/en.ts`) and run this once more.
3. `lrelease` compiles each to the .qm that the window loads. Both files are kept: a fresh clone speaks English.

Both programs come with PySide6. `{count:page|pages}` in a translation is the word for one and for any other number.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import PySide6

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "assets" / "translations"
LANGUAGES = ("en",)


def sources() -> list[str]:
    """Every module of the window; the command line (cli*.py) speaks Chinese alone."""
    found = (path for path in (ROOT / "desktop").rglob("*.py") if not path.name.startswith("cli"))
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def update(catalogue: Path, language: str) -> str:
    """Add what is new in the code to `catalogue` and drop what has gone; returns what `lupdate` says."""
    options = ["-locations", "none", "-no-obsolete", "-source-language", "zh_CN", "-target-language", language]
    return _run("lupdate", *sources(), *options, "-ts", str(catalogue))


def compile_catalogue(catalogue: Path, compiled: Path) -> str:
    """Compile the finished entries of `catalogue`; returns what `lrelease` says."""
    return _run("lrelease", str(catalogue), "-qm", str(compiled))


def _run(program: str, *arguments: str) -> str:
    found = shutil.which(program, path=Path(PySide6.__file__).parent)
    if found is None:
        raise FileNotFoundError(f"PySide6 comes without {program}")
    return subprocess.run([found, *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def main() -> None:
    for language in LANGUAGES:
        catalogue = FOLDER / f"{language}.ts"
        print(update(catalogue, language), compile_catalogue(catalogue, catalogue.with_suffix(".qm")), sep="")


if __name__ == "__main__":
    main()
