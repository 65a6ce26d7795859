"""The first command: which Pythons it accepts, and that it finds, makes and keeps its environment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

INSTALLER = Path(__file__).resolve().parents[2] / "installer"


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(INSTALLER))


@pytest.mark.parametrize("version", [(2, 7), (3, 8), (3, 10), (3, 14), (4, 0)])
def test_a_python_that_cannot_run_the_product_is_told_which_can(version: tuple[int, int]) -> None:
    import start

    sentence = start.python_fault(version)
    assert "3.11、3.12 或 3.13" in sentence and f"当前是 {version[0]}.{version[1]}" in sentence


def test_the_supported_pythons_are_those_of_the_package() -> None:
    import tomllib

    import start

    for minor in (11, 12, 13):
        assert start.python_fault((3, minor)) == ""
    assert start.python_fault((3, 11), max_size=2**31 - 1), "32-bit Python has no wheels"
    project = tomllib.loads((INSTALLER.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (low, high) = start.SUPPORTED
    assert project["requires-python"] == f">={low[0]}.{low[1]},<{high[0]}.{high[1]}"


@pytest.mark.parametrize("name", ["start.py", "check.py", "environment.py"])
def test_the_scripts_parse_on_an_old_python(name: str) -> None:
    import ast

    ast.parse((INSTALLER / name).read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize("name", ["python3.8", "python3.9", "python3.10"])
def test_a_real_old_python_prints_the_sentence(name: str) -> None:
    old = shutil.which(name)
    if old is None or subprocess.run([old, "-c", ""], capture_output=True, check=False).returncode != 0:
        pytest.skip(f"{name} is not installed")
    done = subprocess.run([old, str(INSTALLER / "start.py")], capture_output=True, check=False)
    assert done.returncode == 4 and "需要 Python 3.11".encode() in done.stderr and b"Traceback" not in done.stderr


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Commands that would have run; venv really makes an empty file where its Python would be."""
    import environment

    ran: list[list[str]] = []

    def run(command: Sequence[str], **_: str) -> int:
        ran.append(list(command))
        if command[1:3] == ["-m", "venv"]:
            python = environment.python_of(Path(command[-1]))
            python.parent.mkdir(parents=True, exist_ok=True)
            python.touch()
        return 0

    monkeypatch.setattr(environment, "run", run)
    monkeypatch.setattr(environment.time, "sleep", lambda _: None)
    return ran


def test_a_second_start_installs_nothing(tmp_path: Path, commands: list[list[str]]) -> None:
    import environment

    folder = tmp_path / "环境 甲"
    python = environment.make_environment(("packing",), folder)
    assert python == environment.python_of(folder)
    assert commands[-1][-2:] == ["--editable", f"{environment.ROOT}[packing]"]
    commands.clear()
    assert environment.make_environment(("packing",), folder) == python and commands == []
    environment.make_environment(("dev",), folder)
    assert commands[-1][-1].endswith("[dev,packing]"), "what is there stays"


@pytest.mark.parametrize("change", ["pyproject", "python", "root"])
def test_a_new_pyproject_installs_again_and_another_python_or_place_makes_it_anew(
    change: str, tmp_path: Path, commands: list[list[str]]
) -> None:
    import environment

    environment.make_environment(("packing",), tmp_path)
    stamp = tmp_path / environment.STAMP
    stamp.write_text(json.dumps({**json.loads(stamp.read_text(encoding="utf-8")), change: "other"}), encoding="utf-8")
    commands.clear()
    environment.make_environment(("packing",), tmp_path)
    assert ("--clear" in commands[0]) is (change != "pyproject") and commands[-1][-2] == "--editable"


def test_pip_is_tried_again_and_then_explained(
    tmp_path: Path, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    import environment

    make_venv = environment.run

    def failing(command: Sequence[str], **environment: str) -> int:
        if "venv" in command:
            return make_venv(command, **environment)
        commands.append(list(command))
        return int("pip" in command)

    monkeypatch.setattr(environment, "run", failing)
    with pytest.raises(environment.SetupFault, match="软件源"):
        environment.make_environment(("packing",), tmp_path / "v")
    assert sum("pip" in command for command in commands) == environment.PIP_ATTEMPTS
    monkeypatch.setattr(environment, "run", lambda command, **_: commands.append(list(command)) or 0)
    environment.python_of(tmp_path / "v").touch()
    commands.clear()
    environment.make_environment(("packing",), tmp_path / "v")
    assert len(commands) == 1 and "pip" in commands[0], "the next run goes on where this one stopped"


def test_debian_without_ensurepip_borrows_the_systems_pip_or_says_what_to_install(
    tmp_path: Path, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    import environment

    find = environment.importlib.util.find_spec
    hidden = {"ensurepip"}
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None if name in hidden else find(name))
    environment.make_environment((), tmp_path / "v")
    assert "--without-pip" in commands[0] and "--python" in commands[1]
    hidden.add("pip")
    with pytest.raises(environment.SetupFault, match="-venv"):
        environment.make_environment((), tmp_path / "w")


def test_a_full_disk_is_said_before_anything_is_made(
    tmp_path: Path, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    import environment

    usage = shutil.disk_usage(tmp_path)._replace(free=10**9)
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(environment.SetupFault, match="磁盘空间不足"):
        environment.make_environment((), tmp_path / "v")
    assert commands == []


def test_start_passes_its_options_on_and_returns_the_exit_code(
    commands: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import environment

    monkeypatch.setattr(environment, "make_environment", lambda _: tmp_path / "python")
    assert environment.start_product(["--home", "目录"]) == 0
    assert commands == [[str(environment.program(tmp_path / "python", "jinpan")), "start", "--home", "目录"]]


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_ctrl_c_waits_for_the_product_to_end_by_itself() -> None:
    child = (
        "import signal, sys, time; signal.signal(signal.SIGINT, lambda *_: sys.exit(7));"
        "print(flush=True); time.sleep(9)"
    )
    program = f"import sys, environment; sys.exit(environment.run([sys.executable, '-c', {child!r}]))"
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=INSTALLER, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.killpg(process.pid, 2)
        assert process.wait(5) == 7
