"""The product against a peer-style baseline: python tests/benchmarks/answers.py --home DIR --work DIR [--timed N]

Both answer the questions of tests/benchmarks/answer_questions over the documents of one home. Every answer is appended
to a file in --work as soon as it is there, and a rerun goes on where the last one stopped: the product's answers are
known by a digest of the code that makes them, the baseline's by its prompt and model (`peer_baseline`), so that either
can be made anew without the other. Scores are made from those files, by `answer_scores`; --timed N measures N questions
on both in turns, which is the only part whose seconds count. The last line is one JSON object.

    --systems ours|baseline   only one of them answers now, or none (the answers are read from --work)
    --sample                  a few questions over the sample documents, in a home of its own: for CI
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import platform
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.quiet import silence_dependencies  # noqa: E402  the repository must be on the path before its packages

silence_dependencies()

import psutil  # noqa: E402  dependencies are silenced before anything imports them

from engine.api import Engine  # noqa: E402
from engine.cancel import CancelToken  # noqa: E402
from engine.errors import RequestRejected  # noqa: E402
from engine.events import AnswerFinished, PassagesFound, TextDelta  # noqa: E402
from engine.requests import AskRequest  # noqa: E402
from engine.runtime.embedder import Embedder  # noqa: E402
from engine.runtime.pack import find_pack  # noqa: E402
from engine.runtime.session import physical_cores  # noqa: E402
from engine.settings import Settings, load_settings  # noqa: E402
from engine.values import Citation, Passage  # noqa: E402
from tests.benchmarks.answer_report import write_report  # noqa: E402
from tests.benchmarks.answer_scores import Record, folded, judge, score  # noqa: E402
from tests.benchmarks.gold_questions import GoldQuestion, load_answerable, load_unanswerable  # noqa: E402
from tests.benchmarks.peer_baseline import (  # noqa: E402
    MAX_ANSWER_TOKENS,
    PeerAssistant,
    PeerIndex,
    PlainText,
    peer_fingerprint,
)

OURS, BASELINE = "ours", "baseline"
UNANSWERABLE = 40
SAMPLE_QUESTIONS = ("sample-10",)
SAMPLE_UNANSWERABLE = 1
BUILTIN_NAME = "内置知识"
_ANSWERING = ("engine/answering", "engine/figures", "engine/ranking", "engine/calculators", "engine/knowledge")
_DATA = ("assets/knowledge", "assets/ranking")


def main() -> None:
    options = parse_arguments()
    if options.sample:
        with tempfile.TemporaryDirectory() as folder:
            options.home, options.work = make_sample_home(Path(folder), options), options.work or Path(folder) / "work"
            run(options)
    else:
        run(options)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="a home with the documents; nothing else may have it open")
    parser.add_argument("--work", type=Path, help="folder of the answers and the baseline's index")
    parser.add_argument("--pack", help="generator pack; without it the default one")
    parser.add_argument("--weights", type=Path, help="folder of the GGUF files of the packs, for llama.cpp")
    parser.add_argument("--systems", nargs="*", choices=(OURS, BASELINE), default=[OURS, BASELINE])
    parser.add_argument("--unanswerable", type=int, default=UNANSWERABLE, help="how many, spread over the kinds")
    parser.add_argument("--limit", type=int, default=0, help="at most so many questions in this run; 0: all")
    parser.add_argument("--timed", type=int, default=0, help="questions answered by both in turns, for the seconds")
    parser.add_argument("--threads", type=int, default=physical_cores())
    parser.add_argument("--answer-tokens", type=int, default=MAX_ANSWER_TOKENS, help="answers end there")
    parser.add_argument("--report", type=Path, help="folder to write answers.json and answers.md to")
    parser.add_argument("--sample", action="store_true", help="a few questions over the sample documents, for CI")
    options = parser.parse_args()
    if not options.sample and not (options.home and options.work):
        parser.error("--home and --work are needed without --sample")
    return options


def make_sample_home(folder: Path, options: argparse.Namespace) -> Path:
    """A new home with the sample documents, locked by a passphrase of its own."""
    passphrase = folder / "passphrase"
    passphrase.write_text("answers benchmark\n", encoding="utf-8")
    passphrase.chmod(0o600)
    settings = load_settings(folder / "home", passphrase_file=passphrase)
    settings.home.mkdir(mode=0o700)
    with Engine.open(settings) as engine:
        for _ in engine.ingest([REPOSITORY / "assets" / "samples"], CancelToken()):
            pass
    options.passphrase_file = passphrase
    return settings.home


def run(options: argparse.Namespace) -> None:
    asked = chosen_questions(options)
    overrides = {"generator_pack": options.pack, "passphrase_file": getattr(options, "passphrase_file", None)}
    settings = load_settings(options.home, threads=options.threads, **overrides)
    with Engine.open(settings) as engine:
        stand = Stand(engine, settings, options)
        try:
            for system in options.systems:
                stand.answer_all(system, asked[: options.limit or None])
            timed = stand.timed(asked[: options.timed]) if options.timed else {}
            result = stand.report(asked, timed)
            if options.report:
                write_report(options.report, result, stand.verdicts(asked))
            print(json.dumps(result, ensure_ascii=False))
        finally:
            stand.close()


def chosen_questions(options: argparse.Namespace) -> list[GoldQuestion]:
    """Answerable and unanswerable ones in turns, so that any beginning of the list is a fair sample."""
    answerable, unanswerable = load_answerable(), load_unanswerable()
    if options.sample:
        return [q for q in answerable if q.id in SAMPLE_QUESTIONS] + spread(unanswerable, SAMPLE_UNANSWERABLE)
    placed = [
        ((i + 0.5) / len(part), q)
        for part in (answerable, spread(unanswerable, options.unanswerable))
        for i, q in enumerate(spread(part, len(part), shuffled=True))
    ]
    return [question for _, question in sorted(placed, key=lambda pair: pair[0])]


def spread(items: Sequence[GoldQuestion], count: int, *, shuffled: bool = False) -> list[GoldQuestion]:
    """`count` of the items at even distances; `shuffled` puts neighbours far apart, always in the same order."""
    count = min(count, len(items))
    even = [items[i * len(items) // count] for i in range(count)]
    return sorted(even, key=lambda q: hashlib.sha256(q.id.encode()).digest()) if shuffled else even


class Stand:
    """Both systems over one home, and the files of their answers."""

    def __init__(self, engine: Engine, settings: Settings, options: argparse.Namespace) -> None:
        self._engine, self._settings, self._options = engine, settings, options
        self._pack = find_pack(settings.generator_pack, settings.pack_folders)
        self._peer: PeerAssistant | None = None
        self._product = product_fingerprint(
            settings.generator_pack
        )  # of the code that runs, whatever changes meanwhile

    @property
    def peer(self) -> PeerAssistant:
        """Loaded when first needed; the baseline has an embedder session of its own."""
        if self._peer is None:
            folder = find_pack(self._settings.embedder_pack, self._settings.pack_folders)
            embedder = Embedder.open(folder, self._options.threads)
            index = PeerIndex.of(
                plain_texts(self._engine, builtin=not self._options.sample), embedder, self._options.work
            )
            self._peer = PeerAssistant(index, embedder, self._pack, self._options.weights, self._options.threads)
        return self._peer

    def close(self) -> None:
        if self._peer:
            self._peer.close()

    def fingerprint(self, system: str) -> str:
        return peer_fingerprint(self._settings.generator_pack) if system == BASELINE else self._product

    def ask(self, system: str, question: GoldQuestion) -> Record:
        if system == BASELINE:
            answer = self.peer.answer(question.question, self._options.answer_tokens)
            texts = tuple(chunk.text for chunk in answer.chunks)
            times = (answer.prompt_tokens, answer.passages_s, answer.ttft_s, answer.total_s)
            made = (question.id, self.fingerprint(system), answer.text, not answer.refused, texts, ())
            return Record(*made, *times, engine=self.peer.engine)
        return ask_product(self._engine, question, self._product, self._options.answer_tokens)

    def answer_all(self, system: str, asked: Sequence[GoldQuestion]) -> None:
        done = self.records(system)
        for number, question in enumerate(asked, 1):
            if question.id not in done:
                record = self.ask(system, question)
                with self._file(system).open("a", encoding="utf-8") as file:
                    file.write(json.dumps(dataclasses.asdict(record), ensure_ascii=False) + "\n")
                print(
                    f"{system} {number}/{len(asked)} {question.id} {record.total_s:.1f} s", file=sys.stderr, flush=True
                )

    def records(self, system: str) -> dict[str, Record]:
        """The newest answer to each question, of the present fingerprint."""
        path = self._file(system)
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        found = [Record.from_json(json.loads(line)) for line in lines]
        fingerprint = self.fingerprint(system) if found else ""
        return {record.question_id: record for record in found if record.fingerprint == fingerprint}

    def timed(self, asked: Sequence[GoldQuestion]) -> dict[str, Any]:
        """Seconds of both, question by question in turns, after one question to warm both up."""
        taken: dict[str, list[Record]] = {OURS: [], BASELINE: []}
        for number, question in enumerate([asked[-1], *asked]):
            for system, records in taken.items():
                record = self.ask(system, question)
                records += [record] if number else []
        return {system: seconds(records) for system, records in taken.items()} | {
            "load_average": psutil.getloadavg()[0]
        }

    def report(self, asked: Sequence[GoldQuestion], timed: dict[str, Any]) -> dict[str, Any]:
        golds = Golds(self._engine)
        found = {system: self.records(system) for system in (OURS, BASELINE)}
        both = [q for q in asked if all(q.id in records for records in found.values())]
        scores = {s: score(both, records, golds.text) for s, records in found.items()}
        ratios = {}
        if timed:
            names = ("passages_s_p95", "ttft_s_p50", "ttft_s_p95", "total_s_p50", "total_s_sum")
            ratios = {name: round(timed[BASELINE][name] / timed[OURS][name], 2) for name in names if timed[OURS][name]}
        return {
            "benchmark": "answers",
            "ratios": ratios,
            "questions": {"both": len(both), **{system: len(records) for system, records in found.items()}},
            **{system: dataclasses.asdict(one) for system, one in scores.items()},
            "timed": timed,
            "baseline_answered_by": dict(Counter(found[BASELINE][q.id].engine for q in both)),
            "baseline_timed_by": self.peer.engine if timed else "",
            "pack": self._settings.generator_pack,
            "fingerprints": {system: self.fingerprint(system) for system in (OURS, BASELINE)},
            "machine": {"system": platform.platform(), "cores": physical_cores(), "load": psutil.getloadavg()[0]},
        }

    def verdicts(self, asked: Sequence[GoldQuestion]) -> dict[str, dict[str, Any]]:
        """By question and system what was found about the answer, without a word of it."""
        golds = Golds(self._engine)
        found = {system: self.records(system) for system in (OURS, BASELINE)}
        return {
            q.id: {
                system: dataclasses.asdict(judge(q, records[q.id], golds.text(q)))
                for system, records in found.items()
                if q.id in records
            }
            for q in asked
        }

    def _file(self, system: str) -> Path:
        self._options.work.mkdir(parents=True, exist_ok=True)
        return self._options.work / f"{system}.jsonl"


def ask_product(engine: Engine, question: GoldQuestion, fingerprint: str, answer_tokens: int) -> Record:
    """One question to the product, as a first turn, from the call to the checked answer."""
    started = time.perf_counter()
    passages: tuple[Passage, ...] = ()
    passages_s = ttft_s = 0.0
    finished: AnswerFinished | None = None
    try:
        for event in engine.ask(AskRequest(question.question, max_tokens=answer_tokens), CancelToken()):
            if isinstance(event, PassagesFound):
                passages_s = passages_s or time.perf_counter() - started
                passages = event.passages
            elif isinstance(event, TextDelta):
                ttft_s = ttft_s or time.perf_counter() - started
            elif isinstance(event, AnswerFinished):
                finished = event
    except RequestRejected:
        pass  # nothing but punctuation: said at once, in a sentence of its own
    total_s = time.perf_counter() - started
    if finished is None:
        return Record(question.id, fingerprint, "", False, (), (), 0, passages_s, total_s, total_s)
    cited = tuple(standing_on(citation, passages) for citation in finished.citations)
    pages = tuple((citation.name, citation.page_no) for citation in finished.citations)
    if finished.calculation:
        cited += (finished.text,)  # computed and written by program; its own benchmark holds it against other formulas
    times = (finished.timings.prompt_tokens, passages_s, ttft_s or total_s, total_s)
    return Record(question.id, fingerprint, finished.text, finished.found, cited, pages, *times)


class Golds:
    """The text of a question's gold passage: all chunks of its article or entry."""

    def __init__(self, engine: Engine) -> None:
        ledger = engine._knowledge._ledger
        rows = [row for row, _ in ledger.chunk_texts()]
        self._chunks = tuple(ledger.visible_chunks(rows).values())

    def text(self, question: GoldQuestion) -> str:
        if not question.sources:
            return ""
        document, part = question.sources
        name = BUILTIN_NAME if document == "builtin" else document
        return "\n".join(c.chunk.text for c in self._chunks if name in c.name and part in c.chunk.heading_path)


def standing_on(citation: Citation, passages: Sequence[Passage]) -> str:
    """The passage that a citation's quote was taken from, else the quote."""
    quote = folded(citation.quote)
    same = (p.text for p in passages if p.document_id == citation.document_id and quote in folded(p.text))
    return next(same, citation.quote)


def plain_texts(engine: Engine, *, builtin: bool) -> Iterator[PlainText]:
    """All documents of a home as one run of text each, with built-in knowledge or without."""
    knowledge = engine._knowledge
    for document in knowledge.documents() if builtin else engine.documents():
        pages = (knowledge.page(document.document_id, number).text for number in range(1, document.page_count + 1))
        yield PlainText(document.name, "\n".join(pages))


def product_fingerprint(pack: str) -> str:
    """A digest of the code and data that an answer depends on, and of the pack's name."""
    digest = hashlib.sha256(pack.encode())
    files = [path for folder in _ANSWERING for path in (REPOSITORY / folder).rglob("*.py")]
    files += [path for folder in _DATA for path in (REPOSITORY / folder).rglob("*") if path.is_file()]
    for path in sorted(files):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def seconds(records: Sequence[Record]) -> dict[str, float]:
    def at(values: Sequence[float], share: float) -> float:
        return round(sorted(values)[min(len(values) - 1, int(share * len(values)))], 3)

    passages, ttft, total = ([getattr(r, name) for r in records] for name in ("passages_s", "ttft_s", "total_s"))
    return {
        "questions": len(records),
        "passages_s_p95": at(passages, 0.95),
        "ttft_s_p50": at(ttft, 0.5),
        "ttft_s_p95": at(ttft, 0.95),
        "total_s_p50": at(total, 0.5),
        "total_s_sum": round(sum(total), 1),
        "prompt_tokens_p50": statistics.median(r.prompt_tokens for r in records),
    }


if __name__ == "__main__":
    main()
