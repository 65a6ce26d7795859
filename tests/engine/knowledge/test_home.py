from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine.durable import write_durably
from engine.errors import EnvironmentFault, Fault
from engine.knowledge.home import HomeLock, Reserve

HOLD = """
import sys, time
from pathlib import Path
from engine.knowledge.home import HomeLock
lock = HomeLock(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


def test_a_second_process_is_told_that_the_home_is_in_use(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "held"
        with pytest.raises(EnvironmentFault) as caught:
            HomeLock(tmp_path)
        child.kill()
    assert caught.value.code == Fault.HOME_IN_USE
    HomeLock(tmp_path).release()  # the system freed it with the killed process


def test_a_second_opening_in_one_process_is_refused_too(tmp_path: Path) -> None:
    lock = HomeLock(tmp_path)
    with pytest.raises(EnvironmentFault) as caught:
        HomeLock(tmp_path)
    assert caught.value.code == Fault.HOME_IN_USE
    lock.release()
    HomeLock(tmp_path).release()


def test_a_home_that_cannot_be_made_is_unwritable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(EnvironmentFault) as caught:
        HomeLock(tmp_path / "file" / "home")
    assert caught.value.code == Fault.HOME_UNWRITABLE


def test_the_reserve_is_made_and_given_up(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path)
    reserve.keep()
    assert (tmp_path / "reserve").stat().st_size == 8 * 1024 * 1024
    reserve.release()
    assert not (tmp_path / "reserve").exists()


def test_a_durable_write_leaves_one_file(tmp_path: Path) -> None:
    write_durably(tmp_path / "a", b"1")
    write_durably(tmp_path / "a", b"22")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a", b"22")]
