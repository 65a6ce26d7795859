"""The pack folder as a whole: complete or absent, whatever interrupts its making."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.cancel import CancelToken
from engine.errors import Cancelled, EnvironmentFault, Fault, RequestRejected
from engine.packing import packer
from engine.packing.chat_templates import CHATML, JINPAN
from engine.packing.packer import pack_checkpoint
from engine.runtime.pack import read_manifest, verify_pack

REPOSITORY = Path(__file__).resolve().parents[3]
BUILD = """
import sys
from pathlib import Path
from engine.cancel import CancelToken
from engine.packing.packer import pack_checkpoint
OUT = Path(sys.argv[2]) / "tiny"
for step in pack_checkpoint(Path(sys.argv[1]), OUT, "tiny", "int8-block32", CancelToken()):
    print(step.done_bytes, flush=True)
    {each}
status = Path("/proc/self/status").read_text()
print(*[line.split()[1] for line in status.splitlines() if line.startswith(("VmHWM", "RssAnon"))])
"""


def build(source: Path, out: Path, token: CancelToken | None = None, **options: Any) -> Path:
    list(
        pack_checkpoint(
            source, out / "tiny", "tiny", "int8-block32", token or CancelToken(), "MIT", "random", **options
        )
    )
    return out / "tiny"


def fault(call: Callable[[], object]) -> EnvironmentFault:
    with pytest.raises(EnvironmentFault) as caught:
        call()
    return caught.value


def test_manifest_describes_model_and_files(make_checkpoint: Any, tmp_path: Path) -> None:
    manifest = verify_pack(build(make_checkpoint("qwen2").folder, tmp_path))
    assert (manifest.name, manifest.kind, manifest.architecture) == ("tiny", "generator", "qwen2")
    assert (manifest.quantization, manifest.context_length, manifest.vocabulary_size) == ("int8-block32", 512, 320)
    assert (manifest.layers, manifest.kv_heads, manifest.head_size, manifest.embedding_size) == (2, 2, 16, 64)
    assert (manifest.licence, manifest.source) == ("MIT", "random")
    assert manifest.eos_token_ids == (2, 0)  # the config's, then <|endoftext|>
    assert {"model.onnx", "model.onnx.data", "tokenizer.json"} <= set(manifest.files)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_context_length_is_capped(make_checkpoint: Any, tmp_path: Path) -> None:
    source = make_checkpoint(max_position_embeddings=131072).folder
    assert read_manifest(build(source, tmp_path)).context_length == 32768


def test_chat_template_is_chatml_where_the_checkpoint_says_so(make_checkpoint: Any, tmp_path: Path) -> None:
    source = make_checkpoint().folder
    assert read_manifest(build(source, tmp_path)).chat_template == JINPAN
    (source / "chat_template.jinja").write_text("{{'<|im_start|>' + message['role']}}", encoding="utf-8")
    assert read_manifest(build(source, tmp_path)).chat_template == CHATML


def test_same_checkpoint_gives_the_same_bytes(make_checkpoint: Any, tmp_path: Path) -> None:
    source = make_checkpoint().folder
    first, second = (read_manifest(build(source, tmp_path / name)).files for name in ("one", "two"))
    assert first == second


def test_progress_grows_to_the_total(make_checkpoint: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packer, "_SLAB_BYTES", 4096)
    source = make_checkpoint().folder
    steps = list(pack_checkpoint(source, tmp_path / "tiny", "tiny", "int8-block32", CancelToken(), "", ""))
    done = [step.done_bytes for step in steps if step.step == "convert"]
    assert len(done) > 50
    assert done == sorted(done)
    assert steps[-1].done_bytes == steps[-1].total_bytes


def test_slab_size_does_not_change_the_pack(
    make_checkpoint: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make_checkpoint().folder
    whole = read_manifest(build(source, tmp_path / "whole")).files
    monkeypatch.setattr(packer, "_SLAB_BYTES", 3000)
    assert read_manifest(build(source, tmp_path / "slabs")).files == whole


def test_cancelling_leaves_nothing_and_keeps_the_old_pack(make_checkpoint: Any, tmp_path: Path) -> None:
    source = make_checkpoint().folder
    old = read_manifest(build(source, tmp_path / "packs"))
    token = CancelToken()
    steps = pack_checkpoint(source, tmp_path / "packs" / "tiny", "tiny", "fp32", token, "", "")
    next(steps)
    token.cancel()
    with pytest.raises(Cancelled):
        list(steps)
    assert [path.name for path in (tmp_path / "packs").iterdir()] == ["tiny"]
    assert verify_pack(tmp_path / "packs" / "tiny") == old


def test_an_abandoned_build_leaves_nothing(make_checkpoint: Any, tmp_path: Path) -> None:
    steps = pack_checkpoint(
        make_checkpoint().folder, tmp_path / "packs" / "tiny", "tiny", "fp32", CancelToken(), "", ""
    )
    next(steps)
    steps.close()
    assert list((tmp_path / "packs").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_killed_build_leaves_no_pack_and_the_next_one_cleans_up(make_checkpoint: Any, tmp_path: Path) -> None:
    source, out = make_checkpoint().folder, tmp_path / "packs"
    script = BUILD.format(each="import time; time.sleep(60)")
    with subprocess.Popen([sys.executable, "-c", script, source, out], cwd=REPOSITORY, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        child.send_signal(signal.SIGKILL)
    assert [path.name for path in out.iterdir()] == [".tiny.building"]
    verify_pack(build(source, out))
    assert [path.name for path in out.iterdir()] == ["tiny"]


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_a_full_disk_is_noticed_before_anything_is_written(
    make_checkpoint: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10, 10, 1000))
    source = make_checkpoint().folder
    error = fault(lambda: build(source, tmp_path / "packs"))
    assert error.code == Fault.DISK_FULL
    assert error.details["free_bytes"] == 1000
    assert int(error.details["needed_bytes"]) > 64 << 20
    assert list((tmp_path / "packs").iterdir()) == []


def test_a_disk_that_fills_up_meanwhile_is_the_same_fault(
    make_checkpoint: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(packer, "describe_files", full)
    source = make_checkpoint().folder
    assert fault(lambda: build(source, tmp_path / "packs")).code == Fault.DISK_FULL
    assert list((tmp_path / "packs").iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting a small file system needs root")
def test_a_really_full_file_system_is_a_fault_and_left_empty(
    make_checkpoint: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make_checkpoint(vocab_size=32768).folder
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small], check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        monkeypatch.setattr(packer, "_check_space", lambda folder, needed_bytes: None)
        assert fault(lambda: build(source, small)).code == Fault.DISK_FULL
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", small], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_peak_memory_is_a_slab_and_not_the_model(make_checkpoint: Any, tmp_path: Path) -> None:
    heads = {"num_attention_heads": 16, "num_key_value_heads": 4, "num_hidden_layers": 4}
    large = {**heads, "hidden_size": 1024, "intermediate_size": 2048, "vocab_size": 24576}
    peaks: list[int] = []
    for name, changes in (("small", {}), ("large", large)):
        source = make_checkpoint(**changes).folder
        command = [sys.executable, "-c", BUILD.format(each=""), source, tmp_path / name]
        output = subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True, text=True).stdout
        peaks.append(int(output.splitlines()[-1].split()[0]) << 10)
    largest_tensor = 24576 * 1024 * 4
    assert (source / "model.safetensors").stat().st_size > 300 << 20
    assert peaks[1] - peaks[0] < largest_tensor


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_damaged(make_checkpoint: Any, tmp_path: Path, value: float) -> None:
    checkpoint = make_checkpoint()
    checkpoint.tensors["model.layers.1.mlp.up_proj.weight"][3, 4] = value
    save_file(checkpoint.tensors, checkpoint.folder / "model.safetensors")
    assert fault(lambda: build(checkpoint.folder, tmp_path / "packs")).code == Fault.WEIGHTS_DAMAGED
    assert list((tmp_path / "packs").iterdir()) == []


def test_a_missing_tensor_is_damage_and_an_unknown_one_unsupported(make_checkpoint: Any, tmp_path: Path) -> None:
    checkpoint = make_checkpoint()
    file = checkpoint.folder / "model.safetensors"
    fewer = dict(checkpoint.tensors)
    del fewer["model.layers.1.mlp.up_proj.weight"]
    save_file(fewer, file)
    assert fault(lambda: build(checkpoint.folder, tmp_path)).code == Fault.WEIGHTS_DAMAGED
    save_file({**checkpoint.tensors, "model.layers.0.self_attn.q_norm.weight": np.ones(16, np.float32)}, file)
    error = fault(lambda: build(checkpoint.folder, tmp_path))
    assert error.code == Fault.PACK_UNSUPPORTED
    assert "q_norm" in str(error.details["architecture"])


def test_an_unknown_quantization_is_rejected(make_checkpoint: Any, tmp_path: Path) -> None:
    with pytest.raises(RequestRejected):
        list(pack_checkpoint(make_checkpoint().folder, tmp_path / "tiny", "tiny", "int2", CancelToken(), "", ""))
