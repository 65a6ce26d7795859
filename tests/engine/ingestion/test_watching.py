"""Watched folders with the real parser child, ledger and index; only the vectors are hashed from words."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cancel import CancelToken
from engine.errors import Cancelled, DocumentFault, Rejection, RequestRejected
from engine.events import (
    DocumentFailed,
    DocumentIndexed,
    DocumentRemoved,
    FolderSynced,
    FolderUnreachable,
    PageParsed,
)
from engine.ingestion.folder_scan import scan
from engine.ingestion.pipeline import Ingestor
from engine.ingestion.watching import FolderWatcher, WatchEvent
from engine.knowledge import keys
from engine.knowledge.store import KnowledgeBase
from tests.real_library import LIMITS, Hashed


class Branch:
    """A home and a watched folder; `closed()` reopens the home as after a restart."""

    def __init__(self, home: Path, passphrase_file: Path, folder: Path) -> None:
        self.home, self.passphrase_file, self.folder = home, passphrase_file, folder
        self.open()

    def open(self) -> None:
        self.knowledge = KnowledgeBase.open(
            self.home, embedder_fingerprint="hashed", passphrase_file=self.passphrase_file
        )
        self.watcher = FolderWatcher(self.knowledge, lambda: Ingestor(self.knowledge, Hashed(), LIMITS))

    def restart(self) -> None:
        self.knowledge.close()
        self.open()

    def write(self, name: str, text: str, age_s: float = 60.0) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, (time.time() - age_s, time.time() - age_s))
        return path

    def sync(self) -> list[WatchEvent]:
        return list(self.watcher.sync(CancelToken()))

    def counts(self) -> tuple[int, int, int, int, int]:
        (end,) = [event for event in self.sync() if isinstance(event, FolderSynced)]
        return end.added, end.changed, end.removed, end.failed, end.waiting

    @property
    def texts(self) -> list[str]:
        return sorted(self.knowledge.page(item.document_id, 1).text for item in self.knowledge.documents())


@pytest.fixture
def branch(tmp_path: Path, home: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Branch]:
    monkeypatch.setattr(keys, "_SCRYPT_N", 2**10)
    monkeypatch.setattr("engine.ingestion.watching._SETTLED_S", 0.0)  # a test's files are all new
    folder = tmp_path / "资料 共享"
    folder.mkdir()
    made = Branch(home, passphrase_file, folder)
    made.watcher.add(folder)
    yield made
    made.knowledge.close()


def test_what_is_added_changed_renamed_or_gone_while_closed_is_found_out(branch: Branch) -> None:
    for name, text in {"甲.txt": "甲文", "子/乙.md": "乙文", "丙.html": "<p>丙文", "丁.txt": "丁文"}.items():
        branch.write(name, text)
    assert branch.counts() == (4, 0, 0, 0, 0)
    assert branch.texts == sorted(["甲文", "乙文", "丙文", "丁文"])
    assert not branch.watcher.changed() and branch.counts() == (0, 0, 0, 0, 0)

    branch.knowledge.close()
    branch.write("甲.txt", "甲文二稿", age_s=30)
    (branch.folder / "子").rename(branch.folder / "新子")
    (branch.folder / "丙.html").unlink()
    branch.write("戊.txt", "戊文")
    branch.open()

    assert branch.watcher.changed()
    assert branch.counts() == (2, 1, 1, 0, 0)  # the renamed file and the new one
    assert branch.texts == sorted(["甲文二稿", "乙文", "丁文", "戊文"])
    assert not branch.watcher.changed()


def test_the_same_bytes_under_two_names_are_one_document_until_both_are_gone(branch: Branch) -> None:
    first = branch.write("一.txt", "同一份")
    second = Path(shutil.copy2(first, branch.folder / "二.txt"))
    branch.sync()
    assert branch.texts == ["同一份"]
    first.unlink()
    assert branch.counts() == (0, 0, 0, 0, 0) and branch.texts == ["同一份"]
    second.unlink()
    branch.write("别的.txt", "别的")
    assert branch.counts() == (1, 0, 1, 0, 0) and branch.texts == ["别的"]


def test_a_file_that_was_only_touched_is_not_taken_in_again(branch: Branch) -> None:
    path = branch.write("甲.txt", "甲文")
    branch.sync()
    os.utime(path, (1, 1))
    assert branch.watcher.changed()
    (end,) = branch.sync()
    assert isinstance(end, FolderSynced) and not branch.watcher.changed()


def test_a_folder_that_is_not_there_removes_nothing(branch: Branch) -> None:
    branch.write("甲.txt", "甲文")
    branch.sync()
    aside = branch.folder.with_name("aside")
    branch.folder.rename(aside)
    assert branch.sync() == [FolderUnreachable(str(branch.folder))] and not branch.watcher.changed()
    branch.folder.mkdir()  # the mount point of a drive that is not connected
    assert branch.sync() == [FolderUnreachable(str(branch.folder))] and branch.texts == ["甲文"]
    branch.folder.rmdir()
    aside.rename(branch.folder)
    assert branch.counts() == (0, 0, 0, 0, 0)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root reads every folder")
def test_a_folder_below_that_cannot_be_read_removes_nothing(branch: Branch) -> None:
    path = branch.write("锁/甲.txt", "甲文")
    branch.sync()
    path.parent.chmod(0)
    assert branch.counts() == (0, 0, 0, 0, 0) and branch.texts == ["甲文"]
    path.parent.chmod(0o700)


def test_a_file_that_is_being_written_waits(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    branch.write("新.txt", "写到一半", age_s=0)
    monkeypatch.setattr("engine.ingestion.watching._SETTLED_S", 3600.0)
    assert not branch.watcher.changed()
    assert branch.counts() == (0, 0, 0, 0, 1)
    monkeypatch.setattr("engine.ingestion.watching._SETTLED_S", 0.0)
    assert branch.counts() == (1, 0, 0, 0, 0)


def test_a_failed_file_is_tried_again_when_it_changes_and_keeps_what_was_read(branch: Branch) -> None:
    branch.write("坏.docx", "不是文档")
    branch.write("好.txt", "好文")
    events = branch.sync()
    (failed,) = [event for event in events if isinstance(event, DocumentFailed)]
    assert failed.reason == DocumentFault.CONTENT_MISMATCH
    assert branch.counts() == (0, 0, 0, 0, 0)
    branch.write("坏.docx", "还不是", age_s=9)
    branch.write("好.txt", "\0\1\2\3" * 99, age_s=9)
    assert branch.counts() == (0, 0, 0, 2, 0) and branch.texts == ["好文"]
    branch.write("好.txt", "好文二稿", age_s=5)
    assert branch.counts() == (0, 1, 0, 0, 0) and branch.texts == ["好文二稿"]


def test_a_locked_file_is_tried_again_as_soon_as_it_opens(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    path = branch.write("甲.txt", "甲文")
    real_open = Path.open

    def locked(self: Path, *arguments: object) -> object:
        if self == path:
            raise PermissionError(13, "used by another process")  # what Windows says of a locked file
        return real_open(self, *arguments)  # type: ignore[call-overload]

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", locked)
        assert branch.counts() == (0, 0, 0, 1, 0)
        assert not branch.watcher.changed() and branch.counts() == (0, 0, 0, 0, 0)
    assert branch.watcher.changed() and branch.counts() == (1, 0, 0, 0, 0)


def test_hidden_temporary_and_linked_files_are_left_alone(branch: Branch, tmp_path: Path) -> None:
    for name in ("~$甲.docx", ".藏.txt", "下载.part", "存.tmp", ".git/a.txt"):
        branch.write(name, "不该读")
    if sys.platform != "win32":
        outside = tmp_path / "outside"
        outside.mkdir()
        (outside / "秘密.txt").write_text("外面", encoding="utf-8")
        (branch.folder / "link").symlink_to(outside)
        (branch.folder / "秘密.txt").symlink_to(outside / "秘密.txt")
    assert branch.counts() == (0, 0, 0, 0, 0) and not branch.texts


def test_what_the_user_took_in_himself_stays(branch: Branch, tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("自己导入的", encoding="utf-8")
    list(Ingestor(branch.knowledge, Hashed(), LIMITS).ingest([own], CancelToken()))
    copy = branch.write("copy.txt", "自己导入的")
    branch.write("other.txt", "其他")
    branch.sync()
    copy.unlink()
    branch.sync()
    assert branch.texts == sorted(["自己导入的", "其他"])


def test_a_folder_is_let_go_with_or_without_its_documents(branch: Branch, tmp_path: Path) -> None:
    branch.write("甲.txt", "甲文")
    branch.sync()
    assert list(branch.watcher.remove(branch.folder, keep_documents=True)) == []
    assert branch.watcher.folders() == () and branch.texts == ["甲文"]
    branch.watcher.add(branch.folder)
    branch.sync()
    (removed,) = branch.watcher.remove(branch.folder, keep_documents=False)
    assert isinstance(removed, DocumentRemoved) and not branch.texts
    with pytest.raises(RequestRejected):
        list(branch.watcher.remove(branch.folder, keep_documents=False))
    with pytest.raises(RequestRejected):
        branch.watcher.add(tmp_path / "missing")


def test_folders_within_one_another_are_one(branch: Branch) -> None:
    branch.write("子/甲.txt", "甲文")
    branch.sync()
    assert branch.watcher.add(branch.folder / "子").path == str(branch.folder)
    parent = branch.watcher.add(branch.folder.parent)
    assert branch.watcher.folders() == (parent,)
    assert [event for event in branch.sync() if isinstance(event, DocumentIndexed) and not event.already_known] == []
    assert "甲文" in branch.texts


def test_a_file_replaced_while_it_is_taken_in_is_taken_in_again(branch: Branch) -> None:
    path = branch.write("甲.txt", "旧稿")
    for event in branch.watcher.sync(CancelToken()):
        if isinstance(event, PageParsed):
            branch.write(path.name, "新稿", age_s=9)
    assert branch.texts == ["旧稿"] and branch.watcher.changed()
    assert branch.counts() == (0, 1, 0, 0, 0) and branch.texts == ["新稿"]


def test_nothing_is_looked_at_while_it_is_switched_off(branch: Branch, tmp_path: Path) -> None:
    branch.write("一.txt", "一")
    off = FolderWatcher(branch.knowledge, lambda: pytest.fail("nothing is to be taken in"), switched_on=False)
    assert not off.changed() and list(off.sync(CancelToken())) == [] and len(off.folders()) == 1
    with pytest.raises(RequestRejected, match=Rejection.WATCHING_OFF):
        off.add(tmp_path)
    assert branch.watcher.changed() and branch.counts()[0] == 1


def test_cancelling_stops_between_two_files(branch: Branch) -> None:
    for number in range(3):
        branch.write(f"{number}.txt", f"第{number}份")
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        for event in branch.watcher.sync(cancel):
            if isinstance(event, DocumentIndexed):
                cancel.cancel()
    assert len(branch.texts) == 1 and branch.counts() == (2, 0, 0, 0, 0)


def test_ten_thousand_files_are_looked_at_within_a_second(tmp_path: Path) -> None:
    for number in range(10_000):
        (tmp_path / f"{number}.txt").touch()
    started = time.perf_counter()
    state = scan(str(tmp_path))
    assert state is not None and len(state.files) == 10_000
    assert time.perf_counter() - started < 5.0  # 0.1 s on a machine with nothing else to do


CRASH = """
import os, sys
from pathlib import Path
sys.path.insert(0, str(Path.cwd()))
from engine.cancel import CancelToken
from engine.knowledge import keys, watched
from engine.ingestion import watching
from tests.engine.ingestion import test_watching as t
keys._SCRYPT_N = 2**10
watching._SETTLED_S = 0.0
home, passphrase_file, folder, step, number = sys.argv[1:]
branch = t.Branch(Path(home), Path(passphrase_file), Path(folder))
left = int(number)

def dying(real):
    def call(*arguments, **options):
        global left
        left -= 1
        if left < 0:
            os._exit(9)
        result = real(*arguments, **options)
        return result
    return call

owner = {"record": watched.WatchedRecords, "forget": watched.WatchedRecords}.get(step, t.KnowledgeBase)
setattr(owner, step, dying(getattr(owner, step)))
branch.sync()
"""


_SLOW = [pytest.param(*step, marks=pytest.mark.slow) for step in (("record", 1), ("forget", 0), ("add_document", 1))]


@pytest.mark.parametrize(("step", "number"), [("record", 0), ("remove_all", 0), *_SLOW])
def test_a_crash_between_two_steps_is_mended_by_the_next_sync(branch: Branch, step: str, number: int) -> None:
    branch.write("改.txt", "旧稿")
    branch.write("去.txt", "要走的")
    branch.sync()
    branch.write("改.txt", "新稿", age_s=9)
    (branch.folder / "去.txt").unlink()
    branch.write("来.txt", "新来的")
    branch.knowledge.close()
    arguments = [str(branch.home), str(branch.passphrase_file), str(branch.folder), step, str(number)]
    root = Path(__file__).parents[3]
    run = subprocess.run([sys.executable, "-c", CRASH, *arguments], cwd=root, capture_output=True, text=True)
    assert run.returncode == 9, run.stderr
    branch.open()
    branch.sync()
    assert branch.texts == sorted(["新稿", "新来的"])
    assert len(branch.knowledge.documents()) == 2 and not branch.watcher.changed()
