"""How long an answer waits for the web: a query, five pages, their passages; one page at a time against two.

    python -m tests.benchmarks.web_pages [--rounds 5]

Server and pages are local, so that what is measured is ours: fetching, the parser child, embedding, ranking. Needs the
embedder pack. The last line is one JSON object; times in seconds, medians of interleaved rounds.
"""

from __future__ import annotations

import argparse
import json
import secrets
import statistics
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from engine.answering.retrieval import Retriever
from engine.api import CancelToken, load_settings
from engine.events import WebPageRead, WebSearched
from engine.knowledge.store import KnowledgeBase
from engine.policy import WebPolicy
from engine.runtime.embedder import Embedder
from engine.runtime.pack import find_pack, fingerprint
from engine.web import search
from engine.web.permit import Permit, providers
from tests.engine.web.web_server import WebServer, html, page, searxng

QUESTION = "七天通知存款利率是多少？"
PAGES = 5
PARAGRAPHS = 60


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5)
    rounds = arguments.parse_args().rounds
    settings = load_settings()
    folder = find_pack(settings.embedder_pack, settings.pack_folders)
    with tempfile.TemporaryDirectory() as temporary, WebServer() as server:
        passphrase = Path(temporary) / "passphrase"
        passphrase.write_text(secrets.token_hex(), encoding="utf-8")
        embedder = Embedder.open(folder, settings.threads)
        with KnowledgeBase.open(
            Path(temporary) / "home", embedder_fingerprint=fingerprint(folder), passphrase_file=passphrase
        ) as knowledge:
            print(json.dumps(measure(server, knowledge, embedder, rounds)))


def measure(server: WebServer, knowledge: KnowledgeBase, embedder: Embedder, rounds: int) -> dict[str, object]:
    paths = [f"/{n}" for n in range(PAGES)]
    for n, path in enumerate(paths):
        lines = [
            f"第{i}项：{n}号网点办理七天通知存款的说明，以公告为准。" for i in range(PARAGRAPHS)
        ]
        server.answers[path] = page(html(f"公告{n}", *lines))
    server.answers["/search"] = searxng(*map(server.url, paths))
    policy = WebPolicy(allowed=True, searxng_url=server.url(""), intranet_hosts=("127.0.0.1",), allow_http=True)
    web = search.WebSearch(
        Permit(policy, True, providers(policy)[0]), knowledge, embedder, Retriever(knowledge, embedder).query
    )
    spent: dict[str, dict[str, list[float]]] = {}
    for _ in range(rounds):
        for at_once in (1, 2):
            web._parsing = search.Semaphore(at_once)  # what is compared
            for phase, seconds in once(web).items():
                spent.setdefault(f"{at_once}_at_once", {}).setdefault(phase, []).append(seconds)
    medians = {
        name: {phase: round(statistics.median(values), 3) for phase, values in phases.items()}
        for name, phases in spent.items()
    }
    return {"pages": PAGES, "rounds": rounds, **medians}


def once(web: search.WebSearch) -> dict[str, float]:
    """Seconds until the service has answered, until the pages are read, and for choosing the passages."""
    marks = [time.perf_counter()]
    reading = web.search(QUESTION, QUESTION, 8, CancelToken())
    while True:
        try:
            event = next(reading)
        except StopIteration:
            break
        if isinstance(event, WebSearched) or (isinstance(event, WebPageRead) and event.done == event.total):
            marks.append(time.perf_counter())
    marks.append(time.perf_counter())
    names, spent = ("search_s", "pages_s", "ranking_s"), [after - before for before, after in pairwise(marks)]
    return dict(zip(names, spent, strict=True)) | {"total_s": marks[-1] - marks[0]}


if __name__ == "__main__":
    main()
