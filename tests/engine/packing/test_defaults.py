"""Default packs from nothing to a verified folder, with small made-up weights in place of the real ones."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Fault, Rejection, RequestRejected
from engine.events import PackBuilt, PackProgress
from engine.packing import defaults
from engine.packing.defaults import DEFAULT_PACKS, WEIGHTS_CACHE, DefaultPack, build_default_pack
from engine.packing.sources import Part, WeightSource
from engine.runtime.pack import EMBEDDER, WEIGHTS, Manifest, describe_files, verify_pack, write_manifest
from engine.settings import DEFAULT_EMBEDDER, DEFAULT_GENERATOR

CONTENT = b"weights" * 1000
SOURCE = WeightSource(
    "tiny-source",
    (Part("tiny-weights", "1.0", "w/part01.bin"), Part("tiny-weights2", "1.0", "w/part02.bin")),
    hashlib.sha256(CONTENT).hexdigest(),
    len(CONTENT),
    len(CONTENT),
    "MIT",
    "tests",
)


class Converter:
    """Copies the weights into a pack and counts how often it was asked to."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(
        self, weights: Path, folder: Path, name: str, cancel: CancelToken, licence: str, note: str
    ) -> Iterator[PackProgress]:
        self.calls += 1
        folder.mkdir(exist_ok=True)
        shutil.copy(weights, folder / WEIGHTS)
        files = describe_files(folder)
        write_manifest(folder, Manifest(name, "1", EMBEDDER, "bert", "fp32", 8, 4, 10, 1, licence, note, files=files))
        cancel.raise_if_cancelled()
        yield PackProgress(name, "convert", 1, 1)


@pytest.fixture
def converter(monkeypatch: pytest.MonkeyPatch) -> Converter:
    converter = Converter()
    monkeypatch.setitem(DEFAULT_PACKS, "tiny", DefaultPack(SOURCE, lambda: converter, 1_000_000, 1_000_000))
    return converter


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """The weights in two parts."""
    folder = tmp_path / "local"
    folder.mkdir()
    (folder / "part01.bin").write_bytes(CONTENT[:3000])
    (folder / "part02.bin").write_bytes(CONTENT[3000:])
    return folder


def build(packs: Path, local: Path | None, name: str = "tiny") -> list[PackProgress | PackBuilt]:
    return list(build_default_pack(name, packs, local, CancelToken()))


def test_a_pack_is_made_and_its_weights_are_cleared_away(converter: Converter, local: Path, tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    events = build(packs, local)
    manifest = verify_pack(packs / "tiny")
    assert (manifest.licence, SOURCE.sha256 in manifest.source) == ("MIT", True)
    assert {event.pack for event in events} == {"tiny"}
    built = events[-1]
    assert isinstance(built, PackBuilt)
    assert built.path == str(packs / "tiny")
    assert built.size_bytes == sum(path.stat().st_size for path in (packs / "tiny").iterdir())
    assert not (packs / WEIGHTS_CACHE).exists()


def test_a_complete_pack_is_kept(converter: Converter, local: Path, tmp_path: Path) -> None:
    build(tmp_path / "packs", local)
    events = build(tmp_path / "packs", tmp_path / "no such folder")
    assert [type(event) for event in events] == [PackBuilt]
    assert converter.calls == 1


def test_a_damaged_pack_is_made_again(converter: Converter, local: Path, tmp_path: Path) -> None:
    build(tmp_path / "packs", local)
    (tmp_path / "packs" / "tiny" / WEIGHTS).write_bytes(b"damaged")
    build(tmp_path / "packs", local)
    assert converter.calls == 2
    verify_pack(tmp_path / "packs" / "tiny")


def test_downloads_survive_until_the_pack_is_complete(converter: Converter, local: Path, tmp_path: Path) -> None:
    packs, cancel = tmp_path / "packs", CancelToken()
    steps = build_default_pack("tiny", packs, local, cancel)
    for event in steps:
        if isinstance(event, PackProgress) and event.step == "convert":
            break
    steps.close()  # pyright: ignore[reportAttributeAccessIssue]
    assert list((packs / WEIGHTS_CACHE).rglob("weights"))
    shutil.rmtree(packs / "tiny")
    for part in local.iterdir():
        part.unlink()
    build(packs, local)
    assert not (packs / WEIGHTS_CACHE).exists()


def test_an_unknown_name_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(RequestRejected) as caught:
        build(tmp_path, None, "gpt-5")
    assert caught.value.code == Rejection.OPTION_INVALID
    assert caught.value.details == {"option": "pack", "value": "gpt-5"}


def test_short_memory_is_told_before_anything_is_fetched(
    converter: Converter, local: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = psutil.virtual_memory()
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory._replace(available=999_999))
    with pytest.raises(EnvironmentFault) as caught:
        build(tmp_path / "packs", local)
    assert caught.value.code == Fault.MEMORY_SHORT
    assert caught.value.details == {"needed_bytes": 1_000_000, "free_bytes": 999_999}


def test_a_full_disk_is_told_before_anything_is_fetched(
    converter: Converter, local: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=500_000))
    with pytest.raises(EnvironmentFault) as caught:
        build(tmp_path / "packs", local)
    assert caught.value.code == Fault.DISK_FULL
    assert not (tmp_path / "packs" / WEIGHTS_CACHE).exists()


def test_missing_packing_libraries_are_told_before_anything_is_fetched(
    local: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_onnx() -> defaults.Convert:
        raise ImportError("No module named 'onnx'")

    monkeypatch.setitem(DEFAULT_PACKS, "tiny", DefaultPack(SOURCE, without_onnx, 1, 1))
    with pytest.raises(EnvironmentFault) as caught:
        build(tmp_path / "packs", local)
    assert caught.value.code == Fault.DEPENDENCY_CONFLICT
    assert caught.value.details == {"reason": "No module named 'onnx'"}


def test_a_packs_folder_that_cannot_be_made_is_named(converter: Converter, local: Path, tmp_path: Path) -> None:
    (tmp_path / "packs").write_text("a file stands here", encoding="utf-8")
    with pytest.raises(EnvironmentFault) as caught:
        build(tmp_path / "packs", local)
    assert caught.value.code == Fault.HOME_UNWRITABLE


def test_the_packs_that_settings_name_can_be_built() -> None:
    assert {DEFAULT_GENERATOR, DEFAULT_EMBEDDER} <= DEFAULT_PACKS.keys()
    for pack in DEFAULT_PACKS.values():
        assert callable(pack.converter())
