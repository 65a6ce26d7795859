"""Makes the virtual environment that the product and its checks run in. Standard library only."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = ".jinpan-installed.json"
PIP_ATTEMPTS = 3
NEEDED_BYTES = 4 * 1024**3  # 1.5 GB of installed packages, twice while pip unpacks them, and room to build a pack
EXIT_ENVIRONMENT = 4


class SetupFault(Exception):
    """What is missing and what to do, as one Chinese sentence."""


def start_product(arguments: Sequence[str]) -> int:
    """Install the app where needed and run `jinpan start` with `arguments`; returns its exit code."""
    use_utf8()
    try:
        python = make_environment(("packing",))
    except SetupFault as fault:
        tell(str(fault))
        return EXIT_ENVIRONMENT
    jinpan = program(python, "jinpan")
    code = run([str(jinpan), "start", *arguments])
    if code == 0:
        tell(f"以后可直接运行：{jinpan}（加 --help 查看全部命令）")
    return code


def make_environment(extras: Iterable[str], folder: Path = VENV, steps: Sequence[Sequence[str]] | None = None) -> Path:
    """Make the environment with the app and `extras` unless it is there already; returns its Python.

    `steps` are arguments of `pip install`, one call each; without them the app is installed with its extras. The
    environment is kept while `pyproject.toml` and the interpreter stay the same, so that a second start takes no time.

    Raises:
        SetupFault: venv missing, disk short, or pip failed.
    """
    python, wanted = python_of(folder), _hash(ROOT / "pyproject.toml")
    place = {"python": sys.version, "root": str(ROOT)}
    have = _read_stamp(folder)
    usable = python.is_file() and all(have.get(key) == value for key, value in place.items())
    installed = set(have.get("extras", ())) if usable else set()
    if usable and have.get("pyproject") == wanted and installed.issuperset(extras):
        return python
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES:
        raise SetupFault(f"磁盘空间不足：安装需要约 4 GB，{ROOT} 所在磁盘只剩 {free / 1024**3:.1f} GB。请清理后重试。")
    if not usable:
        _make_venv(folder, python)
    chosen = sorted(installed.union(extras))
    _write_stamp(folder, {**place, "extras": sorted(installed)})  # without a hash: an interrupted run goes on from here
    tell("正在安装组件（首次约下载 600 MB，需几分钟）…")
    for step in steps or [["--editable", f"{ROOT}[{','.join(chosen)}]"]]:
        _pip(python, ["install", *step])
    _write_stamp(folder, {**place, "extras": chosen, "pyproject": wanted})
    return python


def python_of(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def program(python: Path, name: str) -> Path:
    """A program that was installed beside `python`."""
    return python.with_name(f"{name}.exe" if os.name == "nt" else name)


def run(command: Sequence[str], **environment: str) -> int:
    """Run a command in the foreground; on Ctrl+C wait for it, since it hears the same Ctrl+C and ends by itself."""
    with subprocess.Popen(command, env={**os.environ, **environment}) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def use_utf8() -> None:
    """Chinese sentences must not fail on a console with another code page."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _make_venv(folder: Path, python: Path) -> None:
    """Make an environment with pip. Debian ships venv without ensurepip: then the system's pip is used if there."""
    clear = ["--clear"] if folder.exists() else []
    with_pip = importlib.util.find_spec("ensurepip") is not None
    options = clear if with_pip else [*clear, "--without-pip"]
    tell(f"正在创建虚拟环境 {folder}…")
    if importlib.util.find_spec("venv") is None or run([sys.executable, "-m", "venv", *options, str(folder)]) != 0:
        raise SetupFault(_VENV_MISSING.format(*sys.version_info[:2]))
    if not with_pip:
        borrowed = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "pip"]
        if importlib.util.find_spec("pip") is None or run(borrowed) != 0:
            raise SetupFault(_VENV_MISSING.format(*sys.version_info[:2]))


_VENV_MISSING = (
    "无法创建虚拟环境：系统缺少 Python 的 venv 组件。"
    "Debian、Ubuntu、UOS、麒麟请运行：sudo apt install python{0}.{1}-venv，再重试；"
    "Windows 请重新安装 Python 并勾选 pip。"
)


def _pip(python: Path, arguments: Sequence[str]) -> None:
    """Run pip, several times where the network fails in between (pip keeps what it has already downloaded)."""
    command = [str(python), "-m", "pip", "--disable-pip-version-check", *arguments]
    for attempt in range(1, PIP_ATTEMPTS + 1):
        if run(command) == 0:
            return
        if attempt < PIP_ATTEMPTS:
            tell(f"安装没有成功，稍后重试（{attempt}/{PIP_ATTEMPTS}）…")
            time.sleep(3 * attempt)
    raise SetupFault(
        "安装组件失败。请检查网络；内网电脑请先用 pip config set global.index-url 设置可用的软件源，"
        "再重新运行本命令（已完成的部分会保留）。上面的英文信息可发给技术支持。"
    )


def _write_stamp(folder: Path, stamp: dict[str, object]) -> None:
    (folder / STAMP).write_text(json.dumps(stamp), encoding="utf-8")


def _read_stamp(folder: Path) -> dict[str, object]:
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # absent or half written: install again
    return stamp if isinstance(stamp, dict) else {}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
