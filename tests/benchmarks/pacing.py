"""Measures whether an ingest slows an answer: python tests/benchmarks/pacing.py --packs DIR --data DIR [--rounds 3]

Each round asks one question with nothing else running, and another while the annual report and scanned pages are
taken in, in turns and after one answer that counts for nothing. TTFT is from the question to the first text. The last
line is one JSON object; its ratios
are of medians, speed with an ingest to speed without (1.0: nothing is lost; at least 0.8 is asked for).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

import psutil  # noqa: E402  the repository must be on the path before its packages
import pymupdf  # noqa: E402  makes the scans

from engine.api import AnswerFinished, AskRequest, CancelToken, Engine, load_settings  # noqa: E402
from engine.errors import Cancelled  # noqa: E402
from tests.scans import drawn, scan_pdf  # noqa: E402

QUESTIONS = (  # a different one each time: a prompt that was read before is not read again
    "存款保险的最高偿付限额是多少？",
    "哪些存款受存款保险保障？",
    "存款保险费由谁交纳？",
    "存款保险基金可以用在哪里？",
    "存款保险基金管理机构有哪些职责？",
    "什么情形下存款人可以要求偿付？",
    "存款保险费率怎么确定？",
    "投保机构不如实报送资料怎么处理？",
)
ANSWER_TOKENS = 64
LAW = "存款保险条例(2015-02-17).pdf"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder with pdf/ and laws_pdf/")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--generator", default="qwen2.5-coder-0.5b-instruct-int8")
    parser.add_argument("--lead", type=float, default=4.0, help="seconds that an ingest runs before the question")
    arguments = parser.parse_args()
    os.environ["JINPAN_PACKS"] = str(arguments.packs)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        passphrase = Path(folder) / "passphrase"
        passphrase.write_text("benchmark\n", encoding="utf-8")
        passphrase.chmod(0o600)
        settings = replace(
            load_settings(home=home), passphrase_file=passphrase, generator_pack=arguments.generator, draft_tokens=0
        )
        with Engine.open(settings) as engine:
            figures = measure(engine, arguments, Path(folder))
    machine = {"system": platform.platform(), "cores": psutil.cpu_count(), "load_1min": psutil.getloadavg()[0]}
    print(json.dumps({"benchmark": "pacing", "generator": arguments.generator, **figures, "machine": machine}))


def measure(engine: Engine, arguments: argparse.Namespace, folder: Path) -> dict[str, float]:
    list(engine.ingest([arguments.data / "laws_pdf" / LAW], CancelToken()))
    ask(engine, "存款保险条例什么时候施行？")
    report = pymupdf.open(next(iter(sorted((arguments.data / "pdf").glob("*.pdf")))))
    runs: dict[str, list[tuple[float, float]]] = {"alone": [], "beside": []}
    for number in range(arguments.rounds):
        first, second = (QUESTIONS[(2 * number + n) % len(QUESTIONS)] for n in range(2))
        runs["alone"].append(ask(engine, first))
        scans = scan_pdf(folder / f"scan{number}.pdf", [drawn(report[20 + 3 * number + n]) for n in range(3)])
        text = folder / f"report{number}.pdf"
        report.save(text)  # saved anew: other bytes, another document
        cancel = CancelToken()
        paths = [scans, text] if number % 2 else [text, scans]
        worker = threading.Thread(target=take_in, args=(engine, paths, cancel))
        worker.start()
        time.sleep(arguments.lead)
        runs["beside"].append(ask(engine, second))
        assert worker.is_alive(), "the ingest ended before the answer: nothing was measured"
        cancel.cancel()
        worker.join()
    figures: dict[str, float] = {}
    for kind, values in runs.items():
        figures[f"{kind}_ttft_s"] = round(statistics.median(ttft for ttft, _ in values), 3)
        figures[f"{kind}_tokens_per_s"] = round(statistics.median(speed for _, speed in values), 2)
        print(kind, [(round(ttft, 3), round(speed, 2)) for ttft, speed in values])
    figures["decode_ratio"] = round(figures["beside_tokens_per_s"] / figures["alone_tokens_per_s"], 3)
    figures["ttft_ratio"] = round(figures["alone_ttft_s"] / figures["beside_ttft_s"], 3)
    return figures


def ask(engine: Engine, question: str) -> tuple[float, float]:
    """Seconds to the first text, and tokens per second after it."""
    finished = [
        event
        for event in engine.ask(AskRequest(question, max_tokens=ANSWER_TOKENS), CancelToken())
        if isinstance(event, AnswerFinished)
    ]
    timings = finished[-1].timings
    return timings.ttft_s, timings.decode_tokens_per_s


def take_in(engine: Engine, paths: list[Path], cancel: CancelToken) -> None:
    try:
        for _ in engine.ingest(paths, cancel):
            cancel.raise_if_cancelled()
    except Cancelled:
        return


if __name__ == "__main__":
    main()
