"""Power cuts: only what was fsynced has reached the disk. The long run is `tests/benchmarks/power_cut.py`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.power_cut import make_disk, mounted, run


@pytest.fixture
def image(tmp_path: Path) -> Path:
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("mkfs.ext4"):
        pytest.skip("mounting a loop device needs root on Linux, and mkfs.ext4")
    make_disk(tmp_path / "disk.img")
    try:
        with mounted(tmp_path / "disk.img", tmp_path / "disk"):
            return tmp_path / "disk.img"
    except subprocess.CalledProcessError:
        pytest.skip("loop devices cannot be mounted here")


def test_the_simulation_loses_what_was_not_fsynced_and_nothing_else(image: Path, tmp_path: Path) -> None:
    copy = tmp_path / "cut.img"
    with mounted(image, tmp_path / "disk") as disk:
        for name in ("sure", "lost"):
            with (disk / name).open("wb") as file:
                file.write(name.encode() * 1000)
                file.flush()
                if name == "sure":
                    os.fsync(file.fileno())
        shutil.copyfile(image, copy)
    with mounted(copy, tmp_path / "cut") as disk:
        assert (disk / "sure").read_bytes() == b"sure" * 1000
        assert not (disk / "lost").exists() or (disk / "lost").read_bytes() != b"lost" * 1000


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_by_power_cuts(image: Path, tmp_path: Path) -> None:
    assert run(tmp_path / "work", cuts=5, seed=5)["acknowledged"] > 0
