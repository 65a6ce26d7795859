"""The real program as a screen reader meets it: walks all pages, asks a question, hears that the answer is there.

Run by `test_accessibility.py` under `dbus-run-session`, on a display of its own:
`python accessibility_session.py HOME PASSPHRASE_FILE`. Prints one JSON object of what was seen.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter

from tests.flows.at_spi import FOCUSABLE, FOCUSED, Bus, Node
from tests.flows.running import QUESTION, SMALL

PAGES = ("资料库", "写作", "计算", "设置", "问答")
NAMED_ROLES = (
    "check box", "combo box", "entry", "list", "list item", "menu item", "page tab", "push button", "radio button",
    "slider", "spin button", "table", "text", "toggle button", "tree",
)  # fmt: skip
ANSWER_S = 240.0
CANNOT_RUN = 77  # there is no accessibility bus on this machine, whatever the window does


def main(home: str, passphrase_file: str) -> None:
    try:
        bus = Bus()
        bus.listen()
    except (LookupError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        sys.exit(CANNOT_RUN)
    environment = os.environ | {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
    command = [sys.executable, "-m", "desktop", "--home", home, "--passphrase-file", passphrase_file, "--pack", SMALL]
    program = subprocess.Popen(command, env=environment)
    try:
        window = bus.application("jinpan", 60.0)
        print(json.dumps(_use(window), ensure_ascii=False), flush=True)
    finally:
        program.terminate()
        program.wait(60)


def _use(window: Node) -> dict[str, object]:
    seen: dict[str, object] = {}
    nameless: list[str] = []
    counted: Counter[str] = Counter()
    for page in PAGES:
        window.find("radio button", lambda name, page=page: name == page).press()  # type: ignore[misc]
        time.sleep(1.0)
        _look(window, page, nameless, counted)
    _open_shortcuts(window, nameless, counted)
    question = window.find("text", lambda name: name == "问题")
    _click(question)  # without a window manager nobody gives the window its keys back when the sheet closes
    seen["focused"] = question.has(FOCUSED)
    question.insert(QUESTION)
    seen["typed"] = question.text
    window.find("push button", lambda name: name == "发送").press()
    seen["announced"] = window.bus.heard(ANSWER_S)
    _look(window, "回答", nameless, counted)
    seen["answers"] = [node.text for node in window.walk() if node.role == "label" and node.name == "回答"]
    seen["nameless"], seen["counted"] = nameless, dict(counted)
    return seen


def _click(node: Node) -> None:
    x, y = node.middle()
    subprocess.run(["xdotool", "mousemove", str(x), str(y), "click", "1"], check=True)
    time.sleep(0.5)


def _look(window: Node, place: str, nameless: list[str], counted: Counter[str]) -> None:
    for node in window.walk():
        role = node.role
        if role in NAMED_ROLES:
            counted[role] += 1
            if not node.name.strip():
                nameless.append(f"{place}: {role} {node.trail()}")
        elif node.has(FOCUSABLE) and not node.name.strip() and role != "filler":
            nameless.append(f"{place}: focusable {role} {node.trail()}")


def _open_shortcuts(window: Node, nameless: list[str], counted: Counter[str]) -> None:
    """By keyboard; a menu that pops up is told by Qt to no one who walks the tree."""
    _click(window.find("text", lambda name: name == "问题"))
    subprocess.run(["xdotool", "key", "ctrl+slash"], check=True)
    sheet = window.find("dialog", lambda name: "快捷键" in name)
    _look(window, "快捷键", nameless, counted)
    next(node for node in sheet.walk() if node.role == "push button").press()
    time.sleep(1.0)  # until it is gone it keeps clicks from the window


if __name__ == "__main__":
    main(*sys.argv[1:])
