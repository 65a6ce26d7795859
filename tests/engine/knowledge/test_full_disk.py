"""A disk that is really full: a small tmpfs, mounted where root allows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.errors import EnvironmentFault, Fault
from engine.knowledge import home as home_module
from engine.knowledge.store import KnowledgeBase

SIZE_MIB = 48

Make = Callable[..., object]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounting a small tmpfs needs root on Linux")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m", "tmpfs", str(disk)], check=False)
    if mounted.returncode:
        pytest.skip("mounting a tmpfs is not allowed here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.fixture
def open_here(small_disk: Path, passphrase_file: Path) -> Make:
    def opened() -> KnowledgeBase:
        return KnowledgeBase.open(small_disk / "home", embedder_fingerprint="e", passphrase_file=passphrase_file)

    return opened


def fill(disk: Path, leave_bytes: int = 0) -> None:
    usage = os.statvfs(disk)
    with (disk / "ballast").open("wb") as file:
        try:
            for _ in range(max(0, usage.f_bavail * usage.f_frsize - leave_bytes) // 4096):
                file.write(bytes(4096))
        except OSError:
            pass


def words(number: int) -> list[str]:
    return [f"第{number}号规定第{i}条：每日限额{i}元。" for i in range(20)]


def test_a_full_disk_refuses_a_document_whole_and_lets_one_be_removed(
    small_disk: Path, open_here: Make, document: Make, embed: Make
) -> None:
    with open_here() as knowledge:
        small = [knowledge.add_document(document(words(i))) for i in range(3)]
        with pytest.raises(EnvironmentFault) as caught:
            knowledge.add_document(document(["太大的文件"], original=os.urandom(60 * 1024 * 1024)))
        assert caught.value.code == Fault.DISK_FULL
        assert [info.document_id for info in knowledge.documents()] == [info.document_id for info in small]
        fill(small_disk)
        with pytest.raises(EnvironmentFault):
            knowledge.add_document(document(words(9), original=os.urandom(300_000)))
        knowledge.remove(small[0].document_id)
        found = knowledge.search("限额", embed(["限额"])[0], 50)
        assert {passage.document_id for passage in found} == {info.document_id for info in small[1:]}
    with open_here() as knowledge:
        assert len(knowledge.documents()) == 2


def test_views_replacements_and_packs_fail_whole_on_a_full_disk_and_go_all_the_same(
    small_disk: Path, open_here: Make, document: Make, embed: Make
) -> None:
    from dataclasses import replace

    from engine.knowledge.pack_records import PackRecord

    with open_here() as knowledge:
        shown = replace(document(words(1)), view=os.urandom(2_000_000), family="规定", version="2023-01-01")
        knowledge.add_document(shown)
        packed = replace(document(words(2)), pack="head-office")
        knowledge.stage(packed)
        fill(small_disk, 200_000)
        for refused in (
            replace(shown, view=os.urandom(3_000_000)),
            replace(document(words(3)), view=os.urandom(1_000_000), family="规定", version="2024-01-01"),
        ):
            with pytest.raises(EnvironmentFault) as caught:
                knowledge.add_document(refused)
            assert caught.value.code == Fault.DISK_FULL
        with pytest.raises(EnvironmentFault):
            knowledge.stage(replace(document(words(4), original=os.urandom(400_000)), pack="head-office"))
        (info,) = knowledge.documents()
        assert knowledge.view(info.document_id) == shown.view and info.superseded_by == ""
        fill(small_disk)
        knowledge.remove(info.document_id)
        assert knowledge.documents() == ()
        (small_disk / "ballast").unlink()
        knowledge.switch_on(PackRecord("head-office", "总行", "1", "总行", "0" * 64), [packed.document_id])
        found = knowledge.search("限额", embed(["限额"])[0], 50)
        assert {passage.document_id for passage in found} == {packed.document_id}
        fill(small_disk)
    with open_here() as knowledge:
        assert [info.pack for info in knowledge.documents()] == ["head-office"]


def test_a_home_on_a_full_disk_opens_and_removes(small_disk: Path, open_here: Make, document: Make) -> None:
    with open_here() as knowledge:
        info = knowledge.add_document(document(words(1), original=os.urandom(5_000_000)))
        knowledge.add_document(document(words(2)))
    fill(small_disk)
    with open_here() as knowledge:
        assert len(knowledge.documents()) == 2
        knowledge.remove(info.document_id)
        assert len(knowledge.documents()) == 1


@pytest.mark.parametrize("leave_bytes", [50_000, 150_000, 300_000, 600_000])
def test_at_the_brink_a_document_is_in_whole_or_not_at_all(
    leave_bytes: int, small_disk: Path, open_here: Make, document: Make, embed: Make
) -> None:
    with open_here() as knowledge:
        knowledge.add_document(document(words(1)))
        fill(small_disk, leave_bytes)
        refused = 0
        for number in range(2, 12):
            try:
                knowledge.add_document(document(words(number), original=os.urandom(40_000)))
            except EnvironmentFault as fault:
                assert fault.code == Fault.DISK_FULL
                refused += 1
        assert refused
        ids = {info.document_id for info in knowledge.documents()}
        (small_disk / "ballast").unlink()
        found = knowledge.search("限额", embed(["限额"])[0], 500)
        assert {passage.document_id for passage in found} == ids
        assert len(found) == 20 * len(ids)
    with open_here() as knowledge:
        list(knowledge.prepare())
        assert {info.document_id for info in knowledge.documents()} == ids


def test_removal_works_even_when_the_index_does_not_fit_any_more(
    small_disk: Path, open_here: Make, document: Make, embed: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home_module, "RESERVE_BYTES", 100_000)
    with open_here() as knowledge:
        gone = knowledge.add_document(document([f"第{i}条：每日限额{i}元。" for i in range(3000)]))
        kept = knowledge.add_document(document([f"第{i}款：每月费用{i}元。" for i in range(3000)]))
        fill(small_disk)
        knowledge.remove(gone.document_id)
        assert not (small_disk / "home" / "index").exists(), "the index gave its space back"
        assert [info.document_id for info in knowledge.documents()] == [kept.document_id]
        (small_disk / "ballast").unlink()
        found = knowledge.search("限额", embed(["限额"])[0], 50)
        assert {passage.document_id for passage in found} == {kept.document_id}
