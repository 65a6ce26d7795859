"""The second command: which packages, which packs, how pytest runs, what the exit code says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    import check

    ran: list[list[str]] = []

    def run(command: Sequence[str], **_: str) -> int:
        ran.append(list(command))
        return 0

    monkeypatch.setattr(check, "run", run)
    return ran


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "installer"))


def test_every_package_of_the_list_has_a_valid_name() -> None:
    import check

    packages = check.listed_packages()
    assert "libegl1" in packages and "xvfb" in packages and len(set(packages)) == len(packages)
    assert all(name.replace("-", "").replace(".", "").isalnum() and name == name.lower() for name in packages)


@pytest.mark.parametrize("root", [True, False])
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Debian packages")
def test_missing_packages_are_installed_by_root_and_named_to_others(
    root: bool, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import check

    monkeypatch.setattr(check.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(check, "is_installed", lambda name: name not in ("xvfb", "strace"))
    monkeypatch.setattr(check.os, "geteuid", lambda: 0 if root else 1000)
    check.install_system_packages()
    line = "apt-get install -y --no-install-recommends xvfb strace"
    if root:
        assert [" ".join(command) for command in commands] == ["apt-get update -q", line]
    else:
        assert commands == [] and f"sudo {line}" in capsys.readouterr().err


@pytest.mark.parametrize("given", [True, False])
def test_only_missing_packs_are_built_from_the_weights_at_hand(
    given: bool, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import check

    listed = "".join(f'{{"kind": "pack", "name": "{name}"}}\n' for name in check.TEST_PACKS[1:])
    monkeypatch.setattr(check.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=listed))
    monkeypatch.setattr(check.os, "environ", {"JINPAN_WEIGHTS": "权重"} if given else {})
    check.fetch_weights(tmp_path / "python")
    check.build_packs(tmp_path / "python")
    weights = "权重" if given else str(check.SHARE / "weights")
    assert commands[-1][1:] == ["pack", "build", check.TEST_PACKS[0], "--weights", weights]
    assert len(commands) == (1 if given else 2)
    assert check.SHARE.is_relative_to(check.VENV), "packs of the tests stay out of the user's data"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11")
@pytest.mark.parametrize("has_screen", [True, False])
def test_pytest_gets_a_screen_of_its_own(
    has_screen: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import check

    seen: list[tuple[list[str], dict[str, str]]] = []

    def run(command: Sequence[str], **environment: str) -> int:
        seen.append((list(command), environment))
        return check.NO_TESTS

    monkeypatch.setattr(check, "run", run)
    monkeypatch.setattr(check.shutil, "which", lambda _: "/usr/bin/xvfb-run" if has_screen else None)
    assert check.run_pytest(Path("python"), ["-m", "x"]) == check.NO_TESTS
    command, environment = seen[0]
    assert (command[0] == "xvfb-run") is has_screen and ("QT_QPA_PLATFORM" in environment) is not has_screen
    assert "没有收集到任何测试" in capsys.readouterr().err


def test_one_failed_step_fails_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    import check

    assert check.report({"ruff": 0, "pytest": 0}) == 0
    assert check.report({"ruff": 1, "pytest": 0}) == 1
    assert "没有通过：ruff" in capsys.readouterr().err


def test_the_ci_run_is_a_valid_script() -> None:
    script = ROOT / ".ci" / "run"
    if sys.platform == "win32":
        pytest.skip("bash")
    subprocess.run(["bash", "-n", str(script)], check=True)
    assert script.stat().st_mode & 0o111


def test_the_oracle_gets_torch_first_and_the_app_without_its_pins() -> None:
    import check

    torch, rest, app = check.oracle_steps()
    assert [need.partition("==")[0] for need in torch] == ["torch"]
    names = {need.partition("==")[0].partition(">")[0] for need in rest}
    assert {"optimum-onnx", "transformers", "onnx", "gguf", "numpy", "onnxruntime-gpu", "pytest"} <= names
    assert "tokenizers" not in names and "--no-deps" in app
