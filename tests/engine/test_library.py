"""Removing with a way back, replacing and looking at drops, over a real ledger, index and parser child."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cancel import CancelToken
from engine.events import DocumentFailed, DocumentIndexed, DocumentRemoved
from engine.knowledge import keys
from tests.real_library import RealLibrary


@pytest.fixture(autouse=True)
def cheap_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_SCRYPT_N", 2**10)


@pytest.fixture
def engine(home: Path, passphrase_file: Path) -> Iterator[RealLibrary]:
    made = RealLibrary(home, passphrase_file)
    yield made
    made.close()


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_new_file_takes_the_place_of_a_document(engine: RealLibrary, tmp_path: Path) -> None:
    engine.take_in(write(tmp_path, "旧.txt", "存单质押 旧规定"))
    (document,) = engine.documents()
    collection = engine.collections.create("柜台")
    engine.collections.add(collection.collection_id, [document.document_id])
    new = write(tmp_path, "新.txt", "存单质押 新规定")
    events = list(engine.library.replace(document.document_id, new, CancelToken()))
    assert engine.names == ["新.txt"]
    assert isinstance(events[-1], DocumentRemoved) and events[-1].name == "旧.txt"
    assert engine.collections.members(collection.collection_id) == {engine.documents()[0].document_id}
    assert engine.finds("存单质押") == ["新.txt"]
    assert engine.forgotten == 1


def test_where_the_new_file_fails_the_old_one_stays(engine: RealLibrary, tmp_path: Path) -> None:
    engine.take_in(write(tmp_path, "旧.txt", "存单质押 旧规定"))
    (document,) = engine.documents()
    events = list(engine.library.replace(document.document_id, tmp_path / "没有.txt", CancelToken()))
    assert isinstance(events[-1], DocumentFailed)
    assert engine.documents() == (document,)
    assert engine.finds("存单质押") == ["旧.txt"]


def test_replacing_by_what_is_there_already_leaves_that_one(engine: RealLibrary, tmp_path: Path) -> None:
    old, new = write(tmp_path, "旧.txt", "旧规定"), write(tmp_path, "新.txt", "新规定")
    engine.take_in(old, new)
    first = engine.documents()[0]
    events = list(engine.library.replace(first.document_id, new, CancelToken()))
    assert [event.already_known for event in events if isinstance(event, DocumentIndexed)] == [True]
    assert engine.names == ["新.txt"]
    same = engine.documents()[0].document_id
    assert not any(isinstance(e, DocumentRemoved) for e in engine.library.replace(same, new, CancelToken()))
    assert engine.names == ["新.txt"]


def test_set_aside_undone_and_made_final(engine: RealLibrary, tmp_path: Path) -> None:
    engine.take_in(write(tmp_path, "甲.txt", "存单质押"), write(tmp_path, "乙.txt", "手续费"))
    key = next(d.document_id for d in engine.documents() if d.name == "甲.txt")
    engine.library.set_aside([key])
    assert engine.names == ["乙.txt"] and "甲.txt" not in engine.finds("存单质押")
    assert engine.library.bring_back([key]) == (key,)
    assert engine.finds("存单质押")[0] == "甲.txt"
    engine.library.set_aside([key])
    engine.library.finish_removals(engine.knowledge.set_aside_ids())
    assert engine.library.bring_back([key]) == () and engine.names == ["乙.txt"]
    assert engine.library.set_aside([key]) == ()  # it went already
    assert engine.forgotten == 1


def test_a_survey_names_files_and_walks_folders_with_loops(engine: RealLibrary, tmp_path: Path) -> None:
    folder = tmp_path / "制度"
    (folder / "内").mkdir(parents=True)
    (folder / "内" / "回").symlink_to(folder)
    for number in range(250):
        write(folder, f"{number:03}.txt", "x")
    (folder / "空").mkdir()
    single = write(tmp_path, "单.pdf", "")
    events = list(engine.library.survey([single, folder, folder / "空"], CancelToken()))
    assert (events[0].files, events[0].is_folder) == ((str(single),), False)
    found = [len(e.files) for e in events if e.path == str(folder)]
    assert found == [200, 50, 0]
    assert [e.files for e in events if e.path == str(folder / "空")] == [()]
