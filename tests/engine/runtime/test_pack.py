"""A pack is opened only with every byte as its manifest says, and checked quickly when nothing changed."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Fault
from engine.runtime import verification
from engine.runtime.pack import (
    EMBEDDER,
    GENERATOR,
    GRAPH,
    MANIFEST,
    TOKENIZER,
    WEIGHTS,
    PackFile,
    find_pack,
    read_manifest,
    verify_pack,
    write_manifest,
)
from engine.runtime.verification import STAMP, open_verified


@pytest.fixture
def pack(tiny_pack: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    shutil.copytree(tiny_pack, folder, ignore=shutil.ignore_patterns(".verified*"))
    return folder


def fault(folder: Path, kind: str = GENERATOR) -> tuple[str, dict[str, str | int | float]]:
    with pytest.raises(EnvironmentFault) as caught:
        open_verified(folder, kind)
    return caught.value.code, caught.value.details


def flip_byte(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_a_manifest_survives_writing_and_reading(pack: Path) -> None:
    manifest = read_manifest(pack)
    changed = replace(manifest, name="名字", prefixes={"query": "query: "}, bos_token_id=7, eos_token_ids=(1, 2))
    write_manifest(pack, changed)
    assert read_manifest(pack) == changed


@pytest.mark.parametrize("name", [GRAPH, WEIGHTS, TOKENIZER])
@pytest.mark.parametrize("checked_before", [False, True])
def test_a_flipped_byte_is_found_and_its_file_named(pack: Path, name: str, checked_before: bool) -> None:
    if checked_before:
        open_verified(pack)
        os.utime(pack / name, ns=(1, 1))
    flip_byte(pack / name, (pack / name).stat().st_size // 2)
    assert fault(pack) == (Fault.PACK_DAMAGED, {"pack": "tiny", "file": name})
    with pytest.raises(EnvironmentFault, match=name):
        verify_pack(pack)


@pytest.mark.parametrize("name", [GRAPH, WEIGHTS, TOKENIZER])
def test_a_missing_or_truncated_file_is_named(pack: Path, name: str) -> None:
    open_verified(pack)
    os.truncate(pack / name, (pack / name).stat().st_size - 1)
    assert fault(pack) == (Fault.PACK_DAMAGED, {"pack": "tiny", "file": name})
    (pack / name).unlink()
    assert fault(pack) == (Fault.PACK_DAMAGED, {"pack": "tiny", "file": name})


def test_an_unchanged_pack_is_hashed_once(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[Path] = []

    def count(folder: Path, cancel: CancelToken | None) -> object:
        hashed.append(folder)
        return verify_pack(folder, cancel)

    monkeypatch.setattr(verification, "verify_pack", count)
    assert open_verified(pack) == open_verified(pack) == read_manifest(pack)
    assert len(hashed) == 1
    (pack / GRAPH).touch()
    open_verified(pack)
    assert len(hashed) == 2
    write_manifest(pack, replace(read_manifest(pack), version="2"))
    open_verified(pack)
    assert len(hashed) == 3
    (pack / STAMP).write_text("{", encoding="utf-8")
    open_verified(pack)
    assert len(hashed) == 4


def test_a_folder_that_takes_no_stamp_is_opened_all_the_same(pack: Path) -> None:
    (pack / STAMP).mkdir()
    files = sorted(path.name for path in pack.iterdir())
    assert open_verified(pack).name == "tiny"
    assert sorted(path.name for path in pack.iterdir()) == files


def test_a_missing_pack_is_named(tmp_path: Path) -> None:
    assert fault(tmp_path / "nothing") == (Fault.PACK_MISSING, {"pack": "nothing"})
    with pytest.raises(EnvironmentFault, match="pack_missing"):
        find_pack("nothing", (tmp_path, tmp_path / "other"))


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"format": 1}', "\x00\xff", '{"format": 1, "chat_template": null, "files": {"a": 3}}'],
)
def test_a_broken_manifest_is_damage(pack: Path, text: str) -> None:
    (pack / MANIFEST).write_text(text, encoding="latin-1")
    assert fault(pack) == (Fault.PACK_DAMAGED, {"pack": "tiny", "file": MANIFEST})


def test_another_format_kind_or_architecture_is_unsupported(pack: Path) -> None:
    assert fault(pack, EMBEDDER) == (Fault.PACK_UNSUPPORTED, {"pack": "tiny", "architecture": "generator llama"})
    write_manifest(pack, replace(read_manifest(pack), architecture="mamba"))
    assert fault(pack) == (Fault.PACK_UNSUPPORTED, {"pack": "tiny", "architecture": "generator mamba"})
    data = json.loads((pack / MANIFEST).read_text(encoding="utf-8"))
    (pack / MANIFEST).write_text(json.dumps({**data, "format": 2}), encoding="utf-8")
    assert fault(pack)[0] == Fault.PACK_UNSUPPORTED


def test_a_manifest_that_leaves_the_graph_or_the_folder_is_damage(pack: Path) -> None:
    manifest = read_manifest(pack)
    without = {name: file for name, file in manifest.files.items() if name != GRAPH}
    write_manifest(pack, replace(manifest, files=without))
    assert fault(pack) == (Fault.PACK_DAMAGED, {"pack": "tiny", "file": GRAPH})
    write_manifest(pack, replace(manifest, files={**manifest.files, "../secret": PackFile("0" * 64, 1)}))
    assert fault(pack) == (Fault.PACK_DAMAGED, {"pack": "tiny", "file": MANIFEST})
