"""What people really drop, over the real ledger, index and parser child: every file is told of, none is done twice."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from desktop.library.library_model import LibraryModel
from desktop.library.library_row import RowState
from desktop.look import library_text, text


def write(folder: Path, name: str, words: str = "第一条 存单可以质押。") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{words} {name}" if words else "", encoding="utf-8", errors="replace")
    return path


def notes(library) -> dict[str, str]:
    return {row.name: row.hint for row in library.rows if row.state is RowState.FAILED}


def test_what_is_no_document_is_refused_with_what_to_do(library, real, wait, done, tmp_path):
    names = ("安装.exe", "资料.ZIP", "照片.jpg", "录音.mp3", "旧文.doc", "无后缀", "空.pdf", "好.txt")
    for name in names:
        write(tmp_path, name, "" if name == "空.pdf" else "内容")
    os.mkfifo(tmp_path / "管道.pdf")
    library.set_engine(real)
    library.add_paths([tmp_path / name for name in (*names, "管道.pdf", "没有.pdf")])
    assert library.rowCount() == 10  # at once
    wait(done)
    said = notes(library)
    assert real.names == ["好.txt"]
    assert library_text.ADVICE_PROGRAM in said["安装.exe"] and ".exe" in said["安装.exe"]
    assert library_text.ADVICE_ARCHIVE in said["资料.ZIP"]
    assert library_text.ADVICE_IMAGE in said["照片.jpg"]
    assert library_text.ADVICE_MEDIA in said["录音.mp3"]
    assert library_text.ADVICE_OTHER in said["旧文.doc"]
    assert said["无后缀"].startswith(library_text.NO_SUFFIX)
    assert "0 字节" in said["空.pdf"] and "没有权限" in said["管道.pdf"] and "移走或删除" in said["没有.pdf"]
    assert len(said) == 9


def test_strange_names_are_shown_on_one_line_and_taken_in(library, real, wait, done, tmp_path):
    names = (
        "规定 😀 👨\u200d👩\u200d👧.txt",
        "㼆𠮷.txt",
        "عقد القرض.txt",
        "第一行\n第二行.txt",
        "发票\u202efdp.txt",
        "长" * 83 + "..txt",
    )
    assert len(os.fsencode(names[-1])) == 254
    paths = [write(tmp_path, name) for name in names]
    undecodable = tmp_path / os.fsdecode(b"\xff\xfe.txt")
    undecodable.write_text("第二条 别的。", encoding="utf-8")
    library.set_engine(real)
    library.add_paths([*paths, undecodable])
    wait(done)
    wait(lambda: all(row.info for row in library.rows))
    shown = [row.name for row in library.rows]
    assert len(shown) == 7 and notes(library) == {}
    assert not any("\n" in name or "\u202e" in name for name in shown)
    assert {names[0], names[1], names[2], names[5], "第一行\ufffd第二行.txt", "发票fdp.txt"} <= set(shown)


def test_a_file_dropped_twice_is_said_and_done_once(library, real, wait, done, tmp_path):
    said: list[str] = []
    library.intake.said.connect(said.append)
    path = write(tmp_path, "甲.txt")
    library.set_engine(real)
    library.add_paths([path, path])
    library.add_paths([path])
    assert library.rowCount() == 1
    wait(done)
    assert said == [library_text.already_waiting(1), library_text.already_waiting(1)]
    library.add_paths([path])
    wait(done)
    assert [(row.name, row.shown_note) for row in library.rows] == [("甲.txt", text.ALREADY_KNOWN)]


def test_the_same_content_under_another_name_is_one_document(library, real, wait, done, tmp_path):
    finished: list[object] = []
    library.finished.connect(finished.append)
    first = write(tmp_path, "甲.txt")
    shutil.copy(first, tmp_path / "甲 的副本.txt")
    library.set_engine(real)
    library.add_paths([first, tmp_path / "甲 的副本.txt"])
    wait(done)
    assert [(row.name, row.shown_note) for row in library.rows] == [
        ("甲.txt", library_text.same_content("甲 的副本.txt"))
    ]
    assert (finished[0].added, finished[0].known, finished[0].failed) == (1, 1, 0)


def test_a_folder_with_a_loop_becomes_its_files(library, real, wait, done, tmp_path):
    folder = tmp_path / "制度"
    paths = [write(folder, name) for name in ("甲.txt", "内/乙.txt")]
    (folder / "内" / "回").symlink_to(folder)
    write(folder, "程序.exe")
    library.set_engine(real)
    library.add_paths([folder, paths[0]])
    wait(done)
    assert real.names == ["乙.txt", "甲.txt"]
    assert sorted(row.name for row in library.rows) == ["乙.txt", "甲.txt"]


def test_a_drive_that_is_pulled_out_says_so_and_the_files_can_be_retried(library, real, wait, done, tmp_path):
    drive, away = tmp_path / "U盘", tmp_path / "拔出"
    paths = [write(drive, f"{n}.txt") for n in range(4)]
    library.set_engine(real)
    library.queue.pause()
    library.add_paths(paths)
    wait(lambda: len(real.library.intake.entries()) == 4)
    drive.rename(away)
    library.queue.resume()
    wait(done)
    assert all("U盘" in note and library_text.DRIVE_GONE_ACTION in note for note in notes(library).values())
    assert len(notes(library)) == 4
    away.rename(drive)
    library.intake.retry(library.rows)
    wait(done)
    assert len(real.names) == 4 and notes(library) == {}
    assert real.library.intake.entries() == ()


def test_five_hundred_files_appear_at_once(library, real, wait, tmp_path):
    paths = [write(tmp_path / "多", f"{n}.txt") for n in range(500)]
    library.set_engine(real)
    library.queue.pause()
    library.add_paths(paths)
    assert library.rowCount() == 500
    library.add_paths([tmp_path / "多"])
    wait(lambda: len(real.library.intake.entries()) == 500 and library.rowCount() == 500)
    assert library.progress == (0, 500)
    library.cancel_all()
    wait(lambda: library.rowCount() == 0)
    wait(lambda: real.library.intake.entries() == ())
    assert real.names == []


@pytest.mark.parametrize("kind", ["queued", "failed"])
def test_what_waits_is_offered_again_at_the_next_start(library, lanes, real, wait, done, tmp_path, kind):
    paths = [write(tmp_path, name) for name in ("甲.txt", "乙.txt", "丙.zip")]
    library.set_engine(real)
    if kind == "queued":
        library.queue.pause()
    library.add_paths(paths)
    wait(lambda: len(library.queue.keys) == 3 if kind == "queued" else done())
    left = [entry.path for entry in real.library.intake.entries()]
    assert left == [str(path) for path in (paths if kind == "queued" else paths[2:])]

    second, said = LibraryModel(*lanes), []
    second.intake.said.connect(said.append)
    library.queue.resume() if kind == "failed" else [lane.cancel_all() for lane in lanes]
    second.set_engine(real)
    wait(lambda: second.rowCount() == 3 and second.progress == (0, 0))
    assert real.names == ["乙.txt", "甲.txt"]
    assert said == ([library_text.resumed(3)] if kind == "queued" else [])
    assert list(notes(second)) == ["丙.zip"]
    second.dismiss(next(row for row in second.rows if row.state is RowState.FAILED))
    wait(lambda: real.library.intake.entries() == ())


def test_a_file_that_ended_the_program_twice_is_left_alone(library, real, wait, done, tmp_path):
    path = write(tmp_path, "凶.txt")
    real.library.intake.queue([str(path)])
    for _ in range(2):
        real.library.intake.begin(str(path))
    library.set_engine(real)
    wait(lambda: library.rowCount() == 1 and done())
    assert library_text.CRASHED in notes(library)["凶.txt"]
    library.intake.retry(library.rows)
    wait(lambda: real.names == ["凶.txt"])
