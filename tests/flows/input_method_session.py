"""Chinese typed through a real input method into the real window.

Run by `test_input_method.py` under `dbus-run-session`, on a display of its own:
`python input_method_session.py HOME PASSPHRASE_FILE FOLDER`. Prints one JSON object of what was seen.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time

ENGINE = "libpinyin"
READY_S = 20.0
CANNOT_RUN = 77  # the input method does not start on this machine, whatever the window does


def main(home: str, passphrase_file: str, folder: str) -> None:
    own = tempfile.mkdtemp(prefix="ibus")  # a socket's path is short
    os.environ |= {"HOME": own, "XDG_RUNTIME_DIR": own, "QT_IM_MODULE": "ibus"}
    command = ["ibus-daemon", "--xim", "--panel=disable", "--config=/usr/libexec/ibus-memconf"]
    daemon = subprocess.Popen(command)
    try:
        _choose_engine()
        print(json.dumps(_type(home, passphrase_file, folder), ensure_ascii=False), flush=True)
    finally:
        daemon.terminate()
        daemon.wait(20)


def _choose_engine() -> None:
    end = time.monotonic() + READY_S
    while _ibus("engine") != ENGINE:
        if time.monotonic() > end:
            sys.exit(CANNOT_RUN)
        _ibus("engine", ENGINE)  # its exit code is 1 even where it was heard
        time.sleep(0.3)


def _ibus(*arguments: str) -> str:
    return subprocess.run(["ibus", *arguments], capture_output=True, text=True, check=False).stdout.strip()


def _type(home: str, passphrase_file: str, folder: str) -> dict[str, object]:
    from tests.flows.window_driver import Driver  # Qt asks for the input method when it is loaded

    driver = Driver(home, passphrase_file, folder)
    window = driver.window
    edit = window.question_box.edit
    driver.wait(1.5)
    driver.click(edit)
    driver.wait(0.5)
    seen: dict[str, object] = {}
    driver.xdotool("type", "--delay", "120", "cunkuan")
    driver.until(lambda: _composed(edit) == "存款", "the composed word")
    seen["composed"], seen["text_meanwhile"] = _composed(edit), edit.toPlainText()
    driver.picture("composing")
    driver.xdotool("key", "space")
    driver.until(lambda: edit.toPlainText() == "存款", "the chosen word")
    driver.xdotool("type", "--delay", "120", "baoxian")
    driver.until(lambda: _composed(edit) == "保险", "the second word")
    driver.xdotool("key", "Return")  # belongs to the input method
    driver.until(lambda: not _composed(edit), "the end of composing")
    driver.wait(0.5)
    seen["turns"] = len(window.conversation.turns)
    seen["text"] = edit.toPlainText()
    window.close()
    seen["joined"], seen["warnings"] = window.all_joined, driver.warnings
    return seen


def _composed(edit: object) -> str:
    return str(edit.textCursor().block().layout().preeditAreaText())  # type: ignore[attr-defined]


if __name__ == "__main__":
    main(*sys.argv[1:])
