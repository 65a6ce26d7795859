"""jinpan watch against the scripted engine: records, text, exit codes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop import cli
from engine.api import CancelToken, DocumentFailed, DocumentIndexed, DocumentRemoved, FolderSynced, FolderUnreachable
from engine.knowledge.watched import WatchedFolder
from tests.scripted import ID, Run, ScriptedEngine

pytestmark = pytest.mark.usefixtures("scripted")


class Watching:
    """Plays prepared events where the real watcher would look at folders."""

    events: tuple[object, ...] = ()
    removed: tuple[tuple[Path, bool], ...] = ()

    def folders(self) -> tuple[WatchedFolder, ...]:
        return (WatchedFolder("/资料", "2026-11-23T00:00:00+00:00"),)

    def add(self, path: Path) -> WatchedFolder:
        return WatchedFolder(str(path), "2026-11-23T00:00:00+00:00")

    def remove(self, path: Path, keep_documents: bool) -> Iterator[object]:
        self.removed = (*self.removed, (path, keep_documents))
        yield DocumentRemoved(ID, "甲.docx")

    def sync(self, cancel: CancelToken) -> Iterator[object]:
        yield from self.events


@pytest.fixture
def watching(monkeypatch: pytest.MonkeyPatch) -> Watching:
    fake = Watching()
    monkeypatch.setattr(ScriptedEngine, "watching", fake, raising=False)
    return fake


def test_adding_a_folder_takes_in_what_is_in_it(run: Run, watching: Watching) -> None:
    watching.events = (DocumentIndexed("/资料/a.txt", ID, "a.txt", 1, 2, 0.5), FolderSynced("/资料", 1, 0, 0, 0, 0))
    code, records = run("watch", "add", "/资料")
    assert code == 0
    assert [record["kind"] for record in records] == ["watched_folder", "document_indexed", "folder_synced"]
    assert records[2] == {
        "kind": "folder_synced", "path": "/资料", "added": 1, "changed": 0, "removed": 0, "failed": 0, "waiting": 0,
    }  # fmt: skip


def test_syncing_says_what_happened_and_what_did_not(watching: Watching, capsys: pytest.CaptureFixture[str]) -> None:
    watching.events = (
        DocumentRemoved(ID, "旧.pdf"),
        DocumentFailed("/资料/b.doc", "", "b.doc", 0.1, "unsupported", (("suffix", ".doc"),)),
        FolderSynced("/资料", 0, 2, 1, 1, 3),
        FolderUnreachable("/网盘"),
    )
    assert cli.main(["watch", "sync"]) == 3
    out = capsys.readouterr().out
    assert "已移除 旧.pdf" in out and "另存为 docx" in out
    assert "✓ /资料：更新 2，移除 1，失败 1，3 份还在写入，下次再导入" in out and "△ /网盘" in out


def test_a_folder_in_step_is_said_to_be(watching: Watching, capsys: pytest.CaptureFixture[str]) -> None:
    watching.events = (FolderSynced("/资料", 0, 0, 0, 0, 0),)
    assert cli.main(["watch", "sync"]) == 0
    assert "没有变化" in capsys.readouterr().out


def test_folders_are_listed_and_removed(run: Run, watching: Watching) -> None:
    assert run("watch", "list")[1][0]["path"] == "/资料"
    code, records = run("watch", "remove", "/资料", "--keep")
    assert code == 0 and watching.removed == ((Path("/资料"), True),)
    assert [record["kind"] for record in records] == ["document_removed", "folder_unwatched"]
