"""Fixtures shared by all tests: the real packs and data where they are present, a home of one's own, no orphans."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from engine.quiet import silence_dependencies

silence_dependencies()

from engine.errors import EnvironmentFault  # noqa: E402  dependencies must be silenced before anything imports them
from engine.runtime.pack import find_pack  # noqa: E402
from engine.settings import DEFAULT_EMBEDDER, DEFAULT_GENERATOR, load_settings  # noqa: E402

REPOSITORY = Path(__file__).resolve().parents[1]
PASSPHRASE = "网点助手 test passphrase"


def pack_folder(name: str) -> Path:
    """The folder of an installed pack (JINPAN_PACKS first, then the usual folders); skips the test without it."""
    try:
        return find_pack(name, load_settings().pack_folders)
    except EnvironmentFault:
        pytest.skip(f"model pack {name} is not built (jinpan pack build {name} makes it)")


@pytest.fixture(scope="session")
def smollm2_pack() -> Path:
    """SmolLM2-135M-Instruct, LLaMA architecture, the quickest generator."""
    return pack_folder("smollm2-135m-instruct-int8")


@pytest.fixture(scope="session")
def qwen05_pack() -> Path:
    return pack_folder("qwen2.5-coder-0.5b-instruct-int8")


@pytest.fixture(scope="session")
def qwen15_pack() -> Path:
    return pack_folder(DEFAULT_GENERATOR)


@pytest.fixture(scope="session")
def embedder_pack() -> Path:
    return pack_folder(DEFAULT_EMBEDDER)


@pytest.fixture(scope="session")
def weights_folder() -> Path:
    """The folder of assembled weights (GGUF files, e5-small-q4.bin) that JINPAN_WEIGHTS names."""
    folder = os.environ.get("JINPAN_WEIGHTS")
    if not folder or not Path(folder).is_dir():
        pytest.skip("JINPAN_WEIGHTS names no folder of weights")
    return Path(folder)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The public laws, reports and questions that lie beside the repository on build machines."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("shared data is not beside the repository")
    return folder


@pytest.fixture(scope="session")
def sample_folder() -> Path:
    """The bundled sample documents."""
    return REPOSITORY / "assets" / "samples"


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture
def home(tmp_path: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home in a temporary folder, opened by the passphrase file and never by the user's keyring."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("JINPAN_HOME", str(folder))
    monkeypatch.setenv("JINPAN_PASSPHRASE_FILE", str(passphrase_file))
    return folder


@pytest.fixture
def memory_group() -> Iterator[Callable[[int], list[str]]]:
    """memory_group(limit_bytes): the beginning of a command that runs the rest in a real control group of that size,
    where the kernel kills what exceeds it; skips where no group can be made."""
    parent, limit_name = _memory_hierarchy()
    group = parent / f"jinpan-test-{os.getpid()}"
    try:
        group.mkdir()
    except OSError as error:
        pytest.skip(f"no control group can be made: {error}")

    def limited(limit_bytes: int) -> list[str]:
        (group / limit_name).write_text(str(limit_bytes), encoding="utf-8")
        return ["sh", "-c", f'echo $$ > {group}/cgroup.procs && exec "$@"', "sh"]

    yield limited
    group.rmdir()


def _memory_hierarchy() -> tuple[Path, str]:
    """Where groups can be made, and the file with their limit: version 1, else version 2."""
    if sys.platform == "linux":
        if os.access("/sys/fs/cgroup/memory", os.W_OK):
            return Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"
        controllers = Path("/sys/fs/cgroup/cgroup.subtree_control")
        if os.access(controllers, os.W_OK) and "memory" in controllers.read_text(encoding="utf-8"):
            return controllers.parent, "memory.max"
    pytest.skip("no hierarchy of control groups can be written here")


@pytest.fixture(autouse=True)
def no_orphan_parser() -> Iterator[None]:
    """A test that leaves a parser child behind fails."""
    yield
    left = [child for child in psutil.Process().children(recursive=True) if _is_parser(child)]
    _, alive = psutil.wait_procs(left, timeout=3)
    for child in alive:
        child.kill()
    assert not alive, f"parser children left behind: {alive}"


def _is_parser(process: psutil.Process) -> bool:
    try:
        command = process.cmdline()
        return process.status() != psutil.STATUS_ZOMBIE and bool({"--parser", "engine.parser"} & set(command))
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
