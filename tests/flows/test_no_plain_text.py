"""What is taken in lies readable nowhere, neither in the home nor in the temp folder nor in logs, at any moment."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.api import CancelToken, Engine, load_settings
from tests.flows.running import PASSPHRASE
from tests.pdfs import article_pdf

CANARY = "青铜灯塔守望着第七座沉默的盐湖仓库与失落的罗盘"
LENGTH = 8


def fragments() -> Iterator[bytes]:
    for start in range(len(CANARY) - LENGTH + 1):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gbk"):
            yield CANARY[start : start + LENGTH].encode(encoding)


FRAGMENTS = set(fragments())


def readable(*folders: Path) -> set[str]:
    """Files whose bytes or names hold a fragment; a file may go while it is looked at."""
    found: set[str] = set()
    for path in (path for folder in folders for path in folder.rglob("*")):
        try:
            content = path.name.encode() + (path.read_bytes() if path.is_file() else b"")
        except OSError:
            continue
        found |= {path.name for fragment in FRAGMENTS if fragment in content}
    return found


@pytest.fixture
def planted(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "documents"
    folder.mkdir()
    text = f"第一条 {CANARY}。\n第二条 每日限额五万元。"
    (folder / f"{CANARY}.txt").write_text(text, encoding="gbk")
    (folder / "b.md").write_text(f"# {CANARY}\n\n{text}\n", encoding="utf-8")
    (folder / "c.html").write_text(f"<h1>{CANARY}</h1><table><tr><td>{CANARY}</td></tr></table>", encoding="utf-8")
    article_pdf(folder / "d.pdf", [f"第一条 {CANARY}。", "第二条 每日限额五万元。"])
    return [folder]


def test_no_fragment_is_readable_anywhere_while_it_is_taken_in_searched_and_removed(
    planted: list[Path], tmp_path: Path, embedder_pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary, home, passphrase_file = tmp_path / "temporary", tmp_path / "home", tmp_path / "passphrase"
    temporary.mkdir()
    passphrase_file.write_text(PASSPHRASE, encoding="utf-8")
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    seen: set[str] = set()
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            seen.update(readable(temporary))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        with Engine.open(load_settings(home, passphrase_file=passphrase_file)) as engine:
            for _ in engine.ingest(planted, CancelToken()):
                pass
            ids = [document.document_id for document in engine.documents()]
            assert len(ids) == 4
            assert any(CANARY in passage.text for passage in engine.search(CANARY, 3))
            engine.render_page(ids[0], 1, 400)
            assert readable(home, temporary) == set()
            list(engine.remove(ids, CancelToken()))
            assert readable(home, temporary) == set()
    finally:
        done.set()
        watcher.join()
    assert seen == set() and readable(home, temporary) == set()
