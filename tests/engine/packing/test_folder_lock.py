"""One build at a time in a packs folder, also across processes and after a build that was killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Fault, RequestRejected
from engine.events import PackBuilt
from engine.packing.folder_lock import hold_packs_folder
from engine.packs import build_pack_from_checkpoint, list_packs
from engine.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[3]
HOLD = """
import sys, time
from pathlib import Path
from engine.packing.folder_lock import hold_packs_folder
with hold_packs_folder(Path(sys.argv[1]), "other"):
    print("held", flush=True)
    time.sleep(60)
"""


def busy(folder: Path) -> bool:
    try:
        with hold_packs_folder(folder, "mine"):
            return False
    except EnvironmentFault as error:
        assert error.code == Fault.PACK_BUSY
        assert error.details == {"pack": "mine"}
        return True


def test_another_process_keeps_builds_out_until_it_ends(tmp_path: Path) -> None:
    folder = tmp_path / "packs"
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"held"
        assert busy(folder)
        child.kill()
        child.wait()
    assert not busy(folder)


def test_a_running_build_keeps_the_next_one_out(
    make_checkpoint: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JINPAN_PACKS", str(tmp_path / "packs"))
    settings, source = Settings(home=tmp_path), make_checkpoint().folder
    first = build_pack_from_checkpoint(settings, source, "one", "int8", CancelToken())
    next(first)
    with pytest.raises(EnvironmentFault) as caught:
        next(build_pack_from_checkpoint(settings, source, "two", "int8", CancelToken()))
    assert caught.value.code == Fault.PACK_BUSY
    assert isinstance(list(first)[-1], PackBuilt)
    assert isinstance(list(build_pack_from_checkpoint(settings, source, "two", "int8", CancelToken()))[-1], PackBuilt)
    assert {"one", "two"} <= {pack.name for pack in list_packs(settings)}


@pytest.mark.parametrize("name", ["", " ", ".hidden", "../outside", "a/b", "a\\b", "c:"])
def test_a_name_that_is_no_plain_folder_is_rejected(
    make_checkpoint: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("JINPAN_PACKS", str(tmp_path / "packs"))
    with pytest.raises(RequestRejected):
        list(build_pack_from_checkpoint(Settings(home=tmp_path), make_checkpoint().folder, name, "int8", CancelToken()))
    assert not (tmp_path / "packs").exists()
