from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no polite kill")
def test_the_window_opens_from_the_command_line_and_closes_on_a_polite_kill(home, tmp_path):
    packs = tmp_path / "packs"
    packs.mkdir()
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "JINPAN_PACKS": str(packs),
        "XDG_DATA_HOME": str(tmp_path),
    }
    command = [sys.executable, "-m", "desktop"]
    process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 60
    while not list(home.glob("*.db*")) and process.poll() is None and time.monotonic() < end:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    _, complaints = process.communicate(timeout=60)
    assert process.returncode == 0
    assert complaints == ""
    assert (home / "window.ini").is_file()


def test_the_parser_child_loads_neither_qt_nor_the_models():
    script = (
        "import sys\n"
        "sys.argv = ['jinpan', '--parser']\n"
        "from desktop.__main__ import main\n"
        "try:\n"
        "    main()\n"
        "except BaseException:\n"
        "    pass\n"
        "loaded = {'PySide6', 'onnxruntime', 'lancedb', 'desktop.cli', 'engine.api'} & set(sys.modules)\n"
        "sys.exit(len(loaded))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, stdin=subprocess.DEVNULL, capture_output=True, timeout=60
    )
    assert done.returncode == 0


def test_the_window_can_paint_before_anything_heavy_is_loaded():
    script = (
        "import sys, desktop.cli, desktop.app\n"
        "heavy = {'numpy', 'onnxruntime', 'lancedb', 'pyarrow', 'tokenizers', 'apsw', 'cryptography', 'keyring'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
