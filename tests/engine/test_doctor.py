"""The recommendation over this machine's own figures and the packs that are installed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine import doctor
from engine.advice import Machine
from engine.runtime.pack import EMBEDDER, GENERATOR, WEIGHTS, Manifest, PackFile, write_manifest
from engine.settings import Settings

FAST = Machine(8, 12 * 1024**3, 30e9, 5e11, 5e11)
KNOWN = "qwen2.5-coder-1.5b-instruct-int4"


def install(packs: Path, name: str, kind: str = GENERATOR, weights_bytes: int = 9_000_000_000) -> None:
    (packs / name).mkdir(parents=True)
    files = {WEIGHTS: PackFile("0" * 64, weights_bytes)}
    shape = {"context_length": 4096, "embedding_size": 4096, "vocabulary_size": 32000, "layers": 32}
    manifest = Manifest(
        name, "1", kind, "llama", "int8-block32", **shape, licence="MIT", source="tests", kv_heads=8, head_size=128
    )
    write_manifest(packs / name, replace(manifest, files=files))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("JINPAN_PACKS", str(tmp_path / "packs"))
    monkeypatch.setattr(doctor, "measure_machine", lambda _settings: FAST)
    return Settings(home=tmp_path)


def test_installed_packs_are_told_from_known_ones(settings: Settings, tmp_path: Path) -> None:
    install(tmp_path / "packs", KNOWN)
    install(tmp_path / "packs", "multilingual-e5-small", EMBEDDER)
    (tmp_path / "packs" / "damaged").mkdir()
    (tmp_path / "packs" / "damaged" / "manifest.json").write_text("{", encoding="utf-8")
    advice = doctor.recommend_pack(settings)
    assert KNOWN in [p.pack for p in advice.predictions if p.installed]
    assert not {"multilingual-e5-small", "damaged"} & {p.pack for p in advice.predictions}


def test_a_pack_of_the_banks_own_making_is_ranked_by_its_size(settings: Settings, tmp_path: Path) -> None:
    """9 GB of 8-bit blocks are 8 billion weights: after a 13B, before a 7B."""
    install(tmp_path / "packs", "our-8b")
    names = [prediction.pack for prediction in doctor.recommend_pack(settings).predictions]
    assert names.index("jinpan-13b-int4") < names.index("our-8b") < names.index("jinpan-7b-int8")


def test_this_machine_can_be_measured(tmp_path: Path) -> None:
    machine = doctor.measure_machine(Settings(home=tmp_path))
    assert machine.cores >= 1
    assert machine.available_bytes > 0
    assert min(machine.read_bytes_per_s, machine.int8_operations_per_s, machine.int4_operations_per_s) > 0


def test_a_measurement_is_kept_and_judged_by_the_memory_of_now(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_cores", lambda _settings: FAST.cores)
    monkeypatch.setattr(doctor, "_available_bytes", lambda: FAST.available_bytes)
    assert doctor.known_advice(settings) is None
    assert doctor.known_advice(replace(settings, home=tmp_path / "none")) is None
    advice = doctor.recommend_pack(settings)
    assert doctor.known_advice(settings) == advice and advice.best
    monkeypatch.setattr(doctor, "_available_bytes", lambda: 1024**3)
    poor = doctor.known_advice(settings)
    assert poor is not None and not poor.best
    monkeypatch.setattr(doctor, "_cores", lambda _settings: FAST.cores + 1)
    assert doctor.known_advice(settings) is None


@pytest.mark.parametrize("content", [b"", b"[]", b'{"cores": 8}', b"\xff", b'{"cores": 8, "read_bytes_per_s": "x"}'])
def test_figures_that_cannot_be_read_are_none(settings: Settings, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "machine.json").write_bytes(content)
    assert doctor.known_advice(settings) is None
