"""What one more piece of an answer costs on screen: finished blocks frozen, against writing all anew.

    python tests/benchmarks/markdown.py [--steps 200] [--rounds 3]

An answer of 8,000 and one of 20,000 characters (paragraphs, lists, tables, code, marks) grow by three characters a step
in a laid-out document 700 pixels wide; only the last `--steps` steps are timed. Three ways, one after the other in each
round: `frozen` is the window's, `anew` writes the whole text with the same writer, `qt` calls `setMarkdown` with it.
The last line is one JSON object: milliseconds a step (median, and p95) per length and way, medians of the rounds, and
how many times cheaper the window's way is.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform == "win32"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QTextDocument

from desktop.app import make_application
from desktop.ask.markdown import MarkdownWriter
from desktop.look.tokens import LIGHT

WIDTH_PX = 700
STEP_CHARS = 3
LENGTHS = (8_000, 20_000)
BLOCKS = """存款保险实行**限额偿付**，同一存款人在同一家机构的存款，本金和利息合计最高偿付 **50 万元** [1]。

1. 先核对客户名下全部账户，按同一机构合并计算 [1]；
2. 超过限额的部分，从清算财产中受偿 ~~30 天~~ [2]；

   - 需要时附上材料

| 项目 | 是否保障 | 说明 |
|---|---|---|
| 活期、定期存款 | 是 | 本息合并计算 [3] |
| 理财产品 | 否 | 由产品合同约定 |

```
合计 = 本金 + 利息

剩余 = 合计 - 限额
```

> 引用一段规定的原文。

"""


def frozen_way(document: QTextDocument) -> Callable[[str], None]:
    return MarkdownWriter(document, LIGHT).set_text


def anew_way(document: QTextDocument) -> Callable[[str], None]:
    writer = MarkdownWriter(document, LIGHT)

    def step(text: str) -> None:
        writer.set_text("")
        writer.set_text(text)

    return step


def qt_way(document: QTextDocument) -> Callable[[str], None]:
    return document.setMarkdown


WAYS = {"frozen": frozen_way, "anew": anew_way, "qt": qt_way}


def step_times_ms(way: Callable[[QTextDocument], Callable[[str], None]], text: str, steps: int) -> list[float]:
    document = QTextDocument()
    document.setTextWidth(WIDTH_PX)
    document.documentLayout()
    step = way(document)
    begin = len(text) - steps * STEP_CHARS
    step(text[:begin])
    taken: list[float] = []
    for end in range(begin + STEP_CHARS, len(text) + 1, STEP_CHARS):
        started = time.perf_counter()
        step(text[:end])
        document.size()  # what a view asks for to know its height
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def measured(length: int, steps: int, rounds: int) -> dict[str, object]:
    text = (BLOCKS * (length // len(BLOCKS) + 1))[:length]
    found: dict[str, list[list[float]]] = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name, way in WAYS.items():
            found[name].append(step_times_ms(way, text, steps if name == "frozen" else max(5, steps // 10)))
    result: dict[str, object] = {}
    for name, times in found.items():
        median = statistics.median(statistics.median(taken) for taken in times)
        p95 = statistics.median(statistics.quantiles(taken, n=20)[18] for taken in times)
        result[name] = {"median_ms": round(median, 2), "p95_ms": round(p95, 2)}
    medians = {name: statistics.median(statistics.median(taken) for taken in times) for name, times in found.items()}
    result["times_cheaper_than_anew"] = round(medians["anew"] / medians["frozen"], 1)
    result["times_cheaper_than_qt"] = round(medians["qt"] / medians["frozen"], 1)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    application = make_application()
    results = {str(length): measured(length, options.steps, options.rounds) for length in LENGTHS}
    for length, result in results.items():
        print(length, result)
    print(json.dumps({"benchmark": "markdown", "characters": results}, ensure_ascii=False))
    del application


if __name__ == "__main__":
    main()
