"""What a pack needs and what a process may take: the system's figures, control groups of both versions, `ulimit -v`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from engine.errors import EnvironmentFault, Fault
from engine.runtime import memory
from engine.runtime.pack import PackFile, read_manifest

linux = pytest.mark.skipif(sys.platform != "linux", reason="control groups and ulimit are Linux's")
GIB = 1024**3
FREE_BYTES = 100 * GIB  # of the pretended machine, so that the group's limit is what counts
REPOSITORY = Path(__file__).resolve().parents[3]
# Opens the pack named by the second argument inside the limit set up by its parent, and says how that ended.
OPEN = """
import sys
from pathlib import Path
from engine.errors import EnvironmentFault
from engine.runtime import generator, memory, session
from engine.settings import Settings
if sys.argv[1] == "unchecked":
    generator.require_memory = lambda *_, **__: 0
    session.native.library_path = lambda: None  # weights that are only mapped would load, and then be read from disk
try:
    generator.Generator.open(Path(sys.argv[2]), Settings(home=Path(), threads=1, device="cpu"))
    print("loaded", memory.available_bytes())
except EnvironmentFault as fault:
    print(fault)
    raise SystemExit(4) from None
"""


@pytest.fixture
def free_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=FREE_BYTES))


def make_proc(folder: Path, groups: str, mounts: str) -> Path:
    (folder / "self").mkdir(parents=True)
    (folder / "self/cgroup").write_text(groups, encoding="utf-8")
    (folder / "self/mountinfo").write_text(mounts, encoding="utf-8")
    return folder


def make_group(folder: Path, **files: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in files.items():
        (folder / name.replace("memory_", "memory.", 1)).write_text(f"{value}\n", encoding="utf-8")


# ---- what is needed


def test_graphs_share_their_weights(tiny_pack: Path) -> None:
    files = {"model.onnx": 10, "model.native.onnx": 12, "model.onnx.data": 1000, "tokenizer.json": 5}
    manifest = read_manifest(tiny_pack)
    manifest.files.clear()
    manifest.files.update({name: PackFile("", size) for name, size in files.items()})
    assert memory.weights_bytes(manifest) == 1017
    kv = 2 * manifest.layers * manifest.kv_heads * manifest.head_size * 4 * 100
    mapped, private = (memory.needed_bytes(manifest, 100, mapped=flag) for flag in (True, False))
    assert mapped - kv - 1017 == private - kv - int(1017 * 1.15) > 0


@pytest.mark.parametrize(("free", "commit", "fits"), [(2, 2, True), (0.5, 2, False), (2, 0, False)])
def test_what_does_not_fit_is_refused_with_both_figures(
    tiny_pack: Path, monkeypatch: pytest.MonkeyPatch, free: float, commit: float, fits: bool
) -> None:
    """Commit (Windows) bounds private memory only: a tenth of a gibibyte is needed mapped, less of it private."""
    manifest = read_manifest(tiny_pack)
    manifest.files["model.onnx.data"] = PackFile("", GIB)
    monkeypatch.setattr(memory, "available_bytes", lambda: int(free * GIB))
    monkeypatch.setattr(memory, "commit_bytes", lambda: int(commit * GIB))
    if fits:
        needed = memory.needed_bytes(manifest, 100, mapped=True)
        assert memory.require_memory(manifest, 100, mapped=True) == 2 * GIB - needed
        return
    with pytest.raises(EnvironmentFault) as caught:
        memory.require_memory(manifest, 100, mapped=True)
    assert caught.value.code == Fault.MEMORY_SHORT
    assert caught.value.details["free_bytes"] == int(min(free, commit) * GIB)
    assert int(caught.value.details["needed_bytes"]) > int(caught.value.details["free_bytes"])


@pytest.mark.parametrize(
    ("free_tokens", "wanted", "given"), [(9000, 4096, 4096), (3000, 4096, 3000), (10, 4096, 2048), (10, 512, 512)]
)
def test_the_context_shrinks_to_what_is_free_but_not_below_its_least(
    tiny_pack: Path, monkeypatch: pytest.MonkeyPatch, free_tokens: int, wanted: int, given: int
) -> None:
    manifest = read_manifest(tiny_pack)
    free = memory.needed_bytes(manifest, free_tokens, mapped=True)
    monkeypatch.setattr(memory, "available_bytes", lambda: free)
    assert memory.fitting_context(manifest, wanted, mapped=True) == given


# ---- what is free


@linux
@pytest.mark.usefixtures("free_memory")
def test_a_container_of_version_2(tmp_path: Path) -> None:
    """As docker shows it: the container's own group is the root of its mount."""
    mount = tmp_path / "group"
    mounts = f"30 24 0:26 / {mount} ro,nosuid - cgroup2 cgroup rw,nsdelegate\n"
    proc = make_proc(tmp_path / "proc", "0::/\n", mounts)
    stat = "anon 100\nfile 900\ninactive_file 300\nactive_file 200\nfile_mapped 7"
    make_group(mount, memory_max=4 * GIB, memory_current=GIB, memory_high="max", memory_stat=stat)
    assert memory.available_bytes(proc) == 3 * GIB + 500


@linux
@pytest.mark.usefixtures("free_memory")
def test_the_tightest_of_a_systemd_slice_counts(tmp_path: Path) -> None:
    mount = tmp_path / "group"
    mounts = f"30 24 0:26 / {mount} rw shared:4 - cgroup2 cgroup2 rw\n"
    proc = make_proc(tmp_path / "proc", "0::/user.slice/jinpan.scope\n", mounts)
    make_group(mount / "user.slice", memory_max=4 * GIB, memory_high=3 * GIB, memory_current=GIB, memory_stat="anon 1")
    make_group(mount / "user.slice/jinpan.scope", memory_max="max", memory_current=GIB, memory_stat="anon 1")
    assert memory.available_bytes(proc) == 2 * GIB


@linux
@pytest.mark.usefixtures("free_memory")
def test_a_container_of_version_1(tmp_path: Path) -> None:
    """The path in /proc/self/cgroup is the host's, the mount shows the container's part only."""
    mount = tmp_path / "memory"
    mounts = (
        f"31 24 0:27 /docker/ab12 {tmp_path}/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
        f"32 24 0:28 /docker/ab12 {mount} rw - cgroup cgroup rw,memory\n"
        f"33 24 0:29 / {tmp_path}/unified rw - cgroup2 cgroup2 rw\n"
    )
    groups = "5:cpu,cpuacct:/docker/ab12\n4:memory:/docker/ab12\n1:name=systemd:/docker/ab12\n0::/\n"
    proc = make_proc(tmp_path / "proc", groups, mounts)
    stat = "cache 5\ninactive_file 1\nactive_file 1\ntotal_inactive_file 400\ntotal_active_file 100"
    make_group(mount, memory_limit_in_bytes=2 * GIB, memory_usage_in_bytes=GIB, memory_stat=stat)
    assert memory.available_bytes(proc) == GIB + 500


@linux
@pytest.mark.usefixtures("free_memory")
@pytest.mark.parametrize("groups", ["", "nonsense\n", "4:memory:/gone\n0::/gone\n"])
def test_without_a_readable_limit_the_machine_counts(tmp_path: Path, groups: str) -> None:
    mount = tmp_path / "memory"
    mounts = f"32 24 0:28 / {mount} rw - cgroup cgroup rw,memory\n33 24 0:29 / {tmp_path} rw - cgroup2 cgroup2 rw\n"
    proc = make_proc(tmp_path / "proc", groups, mounts)
    make_group(mount, memory_limit_in_bytes=9223372036854771712, memory_usage_in_bytes=GIB, memory_stat="")
    assert memory.available_bytes(proc) == memory.available_bytes(tmp_path / "nothing") == FREE_BYTES


# ---- real processes


def run_limited(prefix: list[str], mode: str, pack: Path) -> subprocess.CompletedProcess[str]:
    command = [*prefix, sys.executable, "-c", OPEN, mode, str(pack)]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120)


@linux
@pytest.mark.slow
def test_a_group_that_is_too_small_gets_a_sentence_where_the_kernel_would_kill(
    smollm2_pack: Path, memory_group: Callable[[int], list[str]]
) -> None:
    needed = memory.needed_bytes(read_manifest(smollm2_pack), 2048, mapped=False)
    small, roomy = 150 * 1024**2, needed + 400 * 1024**2
    assert run_limited(memory_group(roomy), "checked", smollm2_pack).stdout.startswith("loaded")
    refused = run_limited(memory_group(small), "checked", smollm2_pack)
    assert refused.returncode == 4 and refused.stdout.startswith("memory_short"), refused
    unchecked = run_limited(memory_group(small), "unchecked", smollm2_pack)
    assert unchecked.returncode == -9, "the control: without the check this process is killed"


@linux
@pytest.mark.slow
def test_an_address_space_that_is_too_small_gets_a_sentence(smollm2_pack: Path) -> None:
    command = ["sh", "-c", 'ulimit -v 500000 && exec "$@"', "sh", sys.executable, "-c", OPEN, "checked"]
    done = subprocess.run([*command, str(smollm2_pack)], cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
    assert done.returncode == 4 and done.stdout.startswith("memory_short"), done
