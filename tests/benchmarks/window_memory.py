"""What the real window keeps in memory over hundreds of questions.

    python tests/benchmarks/window_memory.py --packs DIR --data DIR [--pack NAME] [--questions 500] [--seconds 0]

Asks one question after the other in the real window with the real engine (offscreen where there is no display), every
fifth in a new conversation, over five small PDFs of `--data`, with answers cut to a few words. The process's own
memory (RSS) is noted after every question; growth is the mean of the last tenth against the mean of the tenth that
follows the warm-up (the first fifth: models, caches with a fixed bound and code fill up). `--seconds` ends the run
early and says how far it came. The last line is one JSON object; the limit is 5 % of growth.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform == "win32"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer

from desktop.app import make_application
from desktop.look.theme import Theme
from desktop.main_window import MainWindow
from engine.api import load_settings

LIMIT_PERCENT = 5.0
ANSWER_TOKENS = 12
TURNS_A_CONVERSATION = 5
SUBJECTS = [
    "存款保险",
    "客户身份资料",
    "银行卡",
    "个人信息",
    "大额现金",
    "贷款利率",
    "假币",
    "反洗钱",
    "理财产品",
    "挂失",
]
ASKED = [
    "最高多少",
    "要保存多久",
    "怎么办理",
    "什么情况下可以拒绝",
    "由谁负责",
    "需要哪些材料",
    "违反了怎么处罚",
]


def until(condition: Callable[[], object], limit_s: float) -> None:
    """Run an event loop of its own, as the program does: only there widgets that are done with are deleted."""
    end = time.monotonic() + limit_s
    loop, timer = QEventLoop(), QTimer()
    timer.timeout.connect(lambda: loop.quit() if condition() or time.monotonic() > end else None)
    timer.start(10)
    loop.exec()
    if not condition():
        raise TimeoutError


def ask_all(window: MainWindow, count: int, seconds: float) -> list[float]:
    """RSS in MiB after each question."""
    used: list[float] = []
    process = psutil.Process()
    end = time.monotonic() + seconds if seconds else float("inf")
    for number in range(count):
        if time.monotonic() > end:
            break
        if number % TURNS_A_CONVERSATION == 0:
            window.conversation.clear()
        subject, asked = SUBJECTS[number % len(SUBJECTS)], ASKED[number // len(SUBJECTS) % len(ASKED)]
        window.conversation.ask(f"{subject}{asked}？（{number}）")
        until(lambda: not window.conversation.busy, 1800)
        used.append(process.memory_info().rss / 2**20)
        if number % 50 == 49:
            print(number + 1, round(used[-1], 1), "MiB", len(gc.get_objects()), "objects", flush=True)
    return used


def growth(used: list[float]) -> dict[str, float]:
    tenth = max(1, len(used) // 10)
    warm = mean(used[2 * tenth : 3 * tenth])
    end = mean(used[-tenth:])
    return {
        "warm_mib": round(warm, 1),
        "end_mib": round(end, 1),
        "highest_mib": round(max(used), 1),
        "growth_percent": round((end / warm - 1) * 100, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pack", default="smollm2-135m-instruct-int8")
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=0.0)
    arguments = parser.parse_args()
    os.environ["JINPAN_PACKS"] = str(arguments.packs)
    documents = sorted(arguments.data.rglob("*.pdf"), key=lambda path: path.stat().st_size)[:5]
    application = make_application()
    with tempfile.TemporaryDirectory() as folder:
        secret = Path(folder, "passphrase")
        secret.write_text("window benchmark passphrase\n", encoding="utf-8")
        secret.chmod(0o600)
        home = Path(folder, "home")
        home.mkdir()
        (home / "settings.toml").write_text(f"max_answer_tokens = {ANSWER_TOKENS}\n", encoding="utf-8")
        settings = load_settings(home, passphrase_file=secret, generator_pack=arguments.pack)
        window = MainWindow(settings, Theme(application))
        window.show()
        window.take_in(documents)
        until(lambda: window.engine_ready and window.library.progress == (0, 0), 1800)
        began = time.monotonic()
        used = ask_all(window, arguments.questions, arguments.seconds)
        gc.collect()
        answers = len(used)
        line = {"benchmark": "window_memory", "pack": settings.generator_pack, "questions": answers}
        line |= {"seconds": round(time.monotonic() - began), **growth(used), "limit_percent": LIMIT_PERCENT}
        window.close()
    print(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
    main()
