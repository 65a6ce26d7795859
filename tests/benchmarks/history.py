"""The history at size: what saving, searching, opening and erasing cost in the ledger, and how the list scrolls.

    python tests/benchmarks/history.py [--conversations 1000] [--turns 5]

Answers are made of banking words, about 500 characters each, on eight passages of 400. `search_ms` is by the length of
the needle: two characters are looked for in the text, three and more by the full-text index; `scan_ms` is what the
longer one costs without the index, in the same run. `frame_ms` is one step of scrolling through all rows, painted
(p50, p99, the worst); `page_ms` reading and showing the first 200. The last line is one JSON object of medians.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from desktop.app import make_application
from desktop.history.history_model import HistoryModel
from desktop.history.history_panel import HistoryPanel
from desktop.jobs import QueueLane
from desktop.look.theme import Theme
from engine.knowledge.conversation_values import StoredTurn, TurnContent, TurnOutcome
from engine.knowledge.conversations import Conversations
from engine.knowledge.ledger import Ledger
from engine.values import Passage, Rung, Span

_WORDS = """存款 保险 限额 偿付 利率 贷款 客户 身份 核实 银行 账户 挂失 假币 收缴 人民币 外汇 购汇 额度 理财 产品 风险
网点 柜面 业务 办理 材料 证件 期限 反洗钱 规定 第三方 支付 机构 清算 财产 说明"""
WORDS = _WORDS.split()
NEEDLES = ("利率", "没有", "反洗钱规定", "没有这句")
RUNS = 7


class Books:
    """Stands where the engine does."""

    def __init__(self, records: Conversations) -> None:
        self.history = records


def words(chars: int) -> str:
    return "".join(random.choice(WORDS) + random.choice(("，", "。", "的", "")) for _ in range(chars // 3))


def turn(number: int, parent: str) -> StoredTurn:
    passages = tuple(
        Passage(
            f"{n}:1:{n}", f"{n:064x}", "管理办法.pdf", 3, words(400), ("第一章",), (Span(3, 0, 400),), Rung.BRANCH, 0, 0
        )
        for n in range(8)
    )
    content = TurnContent(passages=passages)
    return StoredTurn(f"t{number}", f"{words(20)}？", parent, TurnOutcome.DONE, "2026-11-23", words(500), content)


def milliseconds(act: Callable[[], object], runs: int = RUNS) -> float:
    took: list[float] = []
    for _ in range(runs):
        started = time.perf_counter()
        act()
        took.append((time.perf_counter() - started) * 1000)
    return round(median(took), 2)


def fill(kept: Conversations, conversations: int, turns: int) -> float:
    """Median milliseconds of a save."""
    took: list[float] = []
    for number in range(conversations):
        parent = ""
        for step in range(turns):
            made = turn(number * turns + step, parent)
            started = time.perf_counter()
            kept.save(f"c{number}", made)
            took.append((time.perf_counter() - started) * 1000)
            parent = made.turn_id
    return round(median(took), 2)


def scan(ledger: Ledger, needle: str) -> None:
    with ledger.reading() as db:
        db.execute("SELECT number FROM turns WHERE question LIKE ?1 OR answer LIKE ?1", (f"%{needle}%",)).fetchall()


def scroll(application: QApplication, kept: Conversations, conversations: int) -> dict[str, object]:
    lane = QueueLane()
    model = HistoryModel(lane)
    panel = HistoryPanel(Theme(application, "light"), model)
    panel.resize(252, 700)
    panel.show()

    def settle(condition: Callable[[], bool]) -> None:
        while not condition():
            application.processEvents()

    started = time.perf_counter()
    model.set_engine(Books(kept))  # type: ignore[arg-type]  # all that the model uses of it
    settle(lambda: model.rowCount() >= min(200, conversations))
    panel.grab()
    page_ms = (time.perf_counter() - started) * 1000
    frames: list[float] = []
    bar = panel.list.verticalScrollBar()
    while model.rowCount() < conversations or bar.value() < bar.maximum():
        started = time.perf_counter()
        bar.setValue(bar.value() + 90)
        application.processEvents()
        panel.list.viewport().repaint()
        frames.append((time.perf_counter() - started) * 1000)
    lane.shut_down()
    lane.wait(10)
    cuts = quantiles(frames, n=100)
    return {
        "page_ms": round(page_ms, 1),
        "frame_ms": {"p50": round(cuts[49], 2), "p99": round(cuts[98], 2), "worst": round(max(frames), 2)},
        "frames": len(frames),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=1000)
    parser.add_argument("--turns", type=int, default=5)
    given = parser.parse_args(arguments)
    random.seed(7)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        ledger = Ledger(path, b"k" * 32)
        kept = Conversations(ledger)
        result: dict[str, object] = {"conversations": given.conversations, "turns": given.conversations * given.turns}
        result["save_ms"] = fill(kept, given.conversations, given.turns)
        result["ledger_mb"] = round(path.stat().st_size / 1e6, 1)
        result["search_ms"] = {needle: milliseconds(lambda n=needle: kept.search(n, 200)) for needle in NEEDLES}
        result["scan_ms"] = {needle: milliseconds(lambda n=needle: scan(ledger, n)) for needle in NEEDLES}
        result["list_ms"] = milliseconds(lambda: kept.list(200))
        result["open_ms"] = milliseconds(lambda: kept.load("c0"))
        result |= scroll(make_application(), kept, given.conversations)
        result["erase_ms"] = milliseconds(lambda: kept.erase([kept.list(1)[0].conversation_id]), 3)
        ledger.close()
    print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
