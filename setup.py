"""Compiles engine/native while setuptools builds; everything else about the project stands in pyproject.toml.

The compiler is the `ziglang` wheel: it needs nothing installed and builds for both systems on either of them.
`JINPAN_TARGET=linux` or `windows` makes a wheel for that system and insists on the kernels. Without it they are built
for this machine; where that is impossible the product is installed all the same and runs the standard graphs.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
SOURCES = sorted((ROOT / "engine" / "native").glob("*.cpp"))
TARGETS = {  # zig's target, the library's name, the wheel's platform
    "linux": ("x86_64-linux-gnu.2.28", "jinpan_native.so", "manylinux_2_28_x86_64"),
    "windows": ("x86_64-windows-gnu", "jinpan_native.dll", "win_amd64"),
}
FLAGS = "-O3 -std=c++17 -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-sanitize=undefined -fvisibility=hidden"


def wanted_target() -> str:
    """The system to build for, or "" where none of them fits this machine."""
    if chosen := os.environ.get("JINPAN_TARGET"):
        return chosen
    here = {"linux": "linux", "win32": "windows"}.get(sys.platform, "")
    return here if platform.machine().lower() in ("x86_64", "amd64") else ""


def compile_library(target: str, folder: Path) -> None:
    """Put the library for `target` into the emptied `folder`. Raises OSError or CalledProcessError."""
    triple, name, _ = TARGETS[target]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    caches = {f"ZIG_{kind}_CACHE_DIR": str(ROOT / "build" / "zig") for kind in ("GLOBAL", "LOCAL")}
    link = ["-shared", "-s"] if target == "windows" else ["-shared", "-fPIC", "-s"]
    command = [sys.executable, "-m", "ziglang", "cc", "-target", triple, *FLAGS.split(), *link]
    subprocess.run([*command, *map(str, SOURCES), "-o", str(folder / name)], check=True, env={**os.environ, **caches})
    for extra in folder.iterdir():  # import library and debug information
        if extra.name != name:
            extra.unlink()


class BuildPython(build_py):
    def run(self) -> None:
        super().run()
        base = ROOT if self.editable_mode else Path(self.build_lib)
        folder = base / "engine" / "native" / "lib"
        if not (target := wanted_target()):
            print("no native kernels for this machine; the standard graphs are used", file=sys.stderr)
            return
        try:
            compile_library(target, folder)
        except (OSError, subprocess.CalledProcessError) as error:
            if "JINPAN_TARGET" in os.environ:
                raise
            shutil.rmtree(folder, ignore_errors=True)
            print(f"native kernels were not built, the standard graphs are used: {error}", file=sys.stderr)


class Wheel(bdist_wheel):
    """The library is loaded by path, not imported: one wheel for all Pythons of a system."""

    def get_tag(self) -> tuple[str, str, str]:
        target = wanted_target()
        return ("py3", "none", TARGETS[target][2] if target else "any")


setup(cmdclass={"build_py": BuildPython, "bdist_wheel": Wheel})
