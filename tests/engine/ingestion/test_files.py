from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from engine.errors import DocumentFault, DocumentRejected
from engine.ingestion.files import find_documents, printable, read_document


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF-")
    return path


def test_folders_are_searched_at_any_depth_in_order_of_names(tmp_path: Path) -> None:
    wanted = [touch(tmp_path / name) for name in ("a.pdf", "b/c 空格.PDF", "b/d/😀.docx", "b/refused.doc", "e.pdf")]
    for other in ("~$办法.docx", ".hidden.pdf", "movie.mp4"):
        touch(tmp_path / "b" / other)
    assert list(find_documents([tmp_path])) == wanted


def test_files_named_by_themselves_come_as_they_are_and_once(tmp_path: Path) -> None:
    file, other = touch(tmp_path / "a.pdf"), touch(tmp_path / "x.odt")
    missing = tmp_path / "missing.pdf"
    assert list(find_documents([other, file, missing, tmp_path, file])) == [other, file, missing]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_loops_of_links_end_and_linked_folders_are_entered(tmp_path: Path) -> None:
    inside = touch(tmp_path / "folder" / "a.pdf")
    (tmp_path / "folder" / "loop").symlink_to(tmp_path / "folder")
    outside = touch(tmp_path / "elsewhere" / "b.pdf")
    (tmp_path / "folder" / "z").symlink_to(outside.parent)
    found = list(find_documents([tmp_path / "folder"]))
    assert found == [inside, tmp_path / "folder" / "z" / "b.pdf"]


def reason(path: Path, limit_bytes: int = 100) -> str:
    with pytest.raises(DocumentRejected) as caught:
        read_document(path, limit_bytes)
    return caught.value.code


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    assert reason(tmp_path / "gone.pdf") == DocumentFault.VANISHED
    assert reason(touch(tmp_path / "a.doc")) == DocumentFault.UNSUPPORTED
    assert reason(tmp_path) == DocumentFault.UNREADABLE
    assert reason(touch(tmp_path / "a.pdf"), 4) == DocumentFault.TOO_LARGE
    assert read_document(tmp_path / "a.pdf", 5) == b"%PDF-"


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes in folders there")
def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    assert reason(tmp_path / "pipe.pdf") == DocumentFault.UNREADABLE


def test_a_locked_file_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object, **__: object) -> None:
        raise PermissionError(13, "used by another process")  # what Windows says of a locked file

    path = touch(tmp_path / "a.pdf")
    monkeypatch.setattr(Path, "open", locked)
    assert reason(path) == DocumentFault.UNREADABLE


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere file names are Unicode")
def test_a_name_that_is_no_unicode_becomes_printable() -> None:
    assert printable(os.fsdecode(b"\xff\xfe.pdf")) == "��.pdf"
    assert printable("存款 😀.pdf") == "存款 😀.pdf"
