"""Second command of the README: prepares everything and passes the checks. Standard library only.

usage: python3 installer/check.py [pytest options]          ruff, pyright, import-linter, all tests but the oracle's
       python3 installer/check.py --oracle [pytest options] the packing parity tests, in an environment with torch
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from environment import (
    EXIT_ENVIRONMENT,
    ROOT,
    VENV,
    SetupFault,
    make_environment,
    program,
    run,
    tell,
    use_utf8,
)
from start import python_fault

PACKAGES = ROOT / "installer" / "linux" / "packages.txt"
ORACLE_VENV = ROOT / ".venv-oracle"
SHARE = VENV / "share" / "jinpan"
TEST_PACKS = ("multilingual-e5-small", "smollm2-135m-instruct-int8", "qwen2.5-coder-0.5b-instruct-int8")
NO_TESTS = 5  # pytest's exit code when it collected nothing


def main(arguments: Sequence[str]) -> int:
    use_utf8()
    fault = python_fault(sys.version_info)
    if fault:
        tell(fault)
        return EXIT_ENVIRONMENT
    os.chdir(ROOT)
    oracle = "--oracle" in arguments
    options = [argument for argument in arguments if argument != "--oracle"]
    try:
        return check_oracle(options) if oracle else check(options)
    except SetupFault as error:
        tell(str(error))
        return EXIT_ENVIRONMENT


def check(options: Sequence[str]) -> int:
    """Every check runs even when an earlier one failed; 0 when all passed."""
    install_system_packages()
    python = make_environment(("packing", "dev"))
    fetch_weights(python)
    build_packs(python)
    steps: dict[str, Callable[[], int]] = {
        "ruff": lambda: run([str(program(python, "ruff")), "check", "."]),
        "pyright": lambda: run([str(program(python, "pyright")), "--pythonpath", str(python)]),
        "import-linter": lambda: run([str(program(python, "lint-imports"))]),
        "pytest": lambda: run_pytest(python, ["-m", "not oracle", *options]),
    }
    return report({name: timed(name, step) for name, step in steps.items()})


def check_oracle(options: Sequence[str]) -> int:
    """The packer's graphs against Optimum's export of the same checkpoints."""
    python = make_environment(("oracle",), ORACLE_VENV, oracle_steps())
    fetch_weights(python)
    tests = ["-m", "oracle", "tests/engine/packing", *options]
    return report({"oracle": timed("oracle", lambda: run_pytest(python, tests))})


def oracle_steps() -> list[list[str]]:
    """What pip installs for the oracle: torch first (a CPU build where the index has one), then what packing needs.

    The app itself goes in without its dependencies: transformers wants an older tokenizers than the app.
    """
    import tomllib  # Python 3.11, which has been checked by now

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras: dict[str, list[str]] = project["optional-dependencies"]
    shared = [need for need in project["dependencies"] if need.startswith(("numpy", "onnxruntime", "psutil"))]
    testing = [need for need in extras["dev"] if need.startswith(("pytest", "hypothesis"))]
    torch = [need for need in extras["oracle"] if need.startswith("torch")]
    return [torch, [*extras["oracle"], *extras["packing"], *shared, *testing], ["--no-deps", "--editable", str(ROOT)]]


def fetch_weights(python: Path) -> None:
    """Fetch the weights that tests compare with, once, unless `JINPAN_WEIGHTS` names a local folder of them."""
    if "JINPAN_WEIGHTS" in os.environ:
        return
    folder = os.environ["JINPAN_WEIGHTS"] = str(SHARE / "weights")
    if run([str(python), str(ROOT / "installer" / "weights.py"), folder]) != 0:
        raise SetupFault("测试用的模型权重没有取到，原因见上。")


def build_packs(python: Path) -> None:
    """Make the packs that the tests use from those weights, once.

    `JINPAN_PACKS` names the folder; without it they lie inside the environment: tests leave the user's data alone.
    """
    os.environ.setdefault("JINPAN_PACKS", str(SHARE / "packs"))
    jinpan = str(program(python, "jinpan"))
    listed = subprocess.run([jinpan, "pack", "list", "--json"], capture_output=True, encoding="utf-8", check=False)
    have = {json.loads(line).get("name") for line in listed.stdout.splitlines()}
    missing = [name for name in TEST_PACKS if name not in have]
    if missing and run([jinpan, "pack", "build", *missing, "--weights", os.environ["JINPAN_WEIGHTS"]]) != 0:
        raise SetupFault("测试用的模型包没有做成，原因见上。")


def install_system_packages() -> None:
    """Install what the window's tests need on Debian and its relatives; elsewhere say what is missing and go on."""
    if not sys.platform.startswith("linux") or shutil.which("dpkg-query") is None:
        return
    missing = [name for name in listed_packages() if not is_installed(name)]
    if not missing:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        if run(["apt-get", "update", "-q"], **quiet) == 0 and run(command, **quiet) == 0:
            return
        tell("部分系统软件包没有装上；需要它们的测试会跳过并说明原因。")
    else:
        tell(f"测试窗口还需要一些系统软件包，可运行：sudo {' '.join(command)}（现在继续，相关测试会跳过）")


def listed_packages() -> list[str]:
    lines = (line.partition("#")[0].strip() for line in PACKAGES.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def is_installed(package: str) -> bool:
    query = ["dpkg-query", "-W", "-f", "${Status}", package]
    found = subprocess.run(query, capture_output=True, text=True, check=False)
    return found.returncode == 0 and found.stdout.endswith(" installed")


def run_pytest(python: Path, options: Sequence[str]) -> int:
    """Run pytest on a screen of its own where there is one to be had, else on Qt's offscreen platform."""
    command = [str(python), "-m", "pytest", *options]
    environment: dict[str, str] = {}
    if sys.platform.startswith("linux"):
        if shutil.which("xvfb-run"):
            command = ["xvfb-run", "-a", "-s", "-screen 0 1600x1000x24", *command]
        else:
            environment["QT_QPA_PLATFORM"] = "offscreen"
    code = run(command, **environment)
    if code == NO_TESTS:
        tell("没有收集到任何测试：请检查传给 pytest 的选项。")
    return code


def timed(name: str, step: Callable[[], int]) -> int:
    tell(f"\n==== {name}")
    started = time.monotonic()
    code = step()
    tell(f"==== {name}: {'ok' if code == 0 else f'exit code {code}'} ({time.monotonic() - started:.0f} s)")
    return code


def report(codes: dict[str, int]) -> int:
    failed = [name for name, code in codes.items() if code != 0]
    tell(f"\n没有通过：{'、'.join(failed)}" if failed else "\n全部检查通过。")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
