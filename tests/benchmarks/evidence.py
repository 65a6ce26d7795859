"""Selected evidence against whole chunks: python tests/benchmarks/evidence.py --home DIR --work DIR [--answers N]

The same passages are put into the prompt in several ways: as whole chunks in their order up to a budget, as the product
did before it selected, and as `choose_evidence` selects, with budgets of its own. For every answerable gold question:
does what enters the prompt hold the gold facts and figures, and how many tokens is it. With --answers the default model
answers N of them, every way in turns: is the answer right, is a figure in it that the passages do not hold, prompt
tokens and time to first token. Passages and answers are kept in --work, so that a run can go on; --budget ends it after
so many seconds. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import pickle
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.quiet import silence_dependencies  # noqa: E402  the repository must be on the path before its packages

silence_dependencies()

import psutil  # noqa: E402  dependencies are silenced before anything imports them

from engine.answering.evidence import choose_evidence  # noqa: E402
from engine.answering.prompt import (  # noqa: E402
    NOT_FOUND,
    Evidence,
    beginning,
    passage_line,
    system_message,
    user_message,
)
from engine.answering.text import split_sentences  # noqa: E402
from engine.api import Engine  # noqa: E402
from engine.cancel import CancelToken  # noqa: E402
from engine.events import GenerationFinished  # noqa: E402
from engine.runtime.generator import Generator  # noqa: E402
from engine.runtime.pack import find_pack, read_manifest  # noqa: E402
from engine.runtime.sampling import Sampling  # noqa: E402
from engine.runtime.session import physical_cores  # noqa: E402
from engine.runtime.tokenizer import Tokenizer  # noqa: E402
from engine.settings import Settings, load_settings  # noqa: E402
from engine.values import Passage  # noqa: E402
from tests.benchmarks.answer_scores import figures, holds  # noqa: E402
from tests.benchmarks.gold_questions import HELD_OUT, GoldQuestion, load_answerable  # noqa: E402

ANSWER_TOKENS = 200
Counter = Callable[[str], int]
Way = Callable[[str, Sequence[Passage], Counter], list[Evidence]]


def whole_chunks(budget_tokens: int, least_share: float = 0.1, least_passages: int = 2) -> Way:
    """Chunks as they are, best first, the last one cut at a sentence; those far below the best left out."""

    def way(_: str, passages: Sequence[Passage], count_tokens: Counter) -> list[Evidence]:
        chosen: list[Evidence] = []
        left = budget_tokens
        least = least_share * max((passage.score for passage in passages), default=0.0)
        for passage in passages:
            if passage.score < least and len(chosen) >= least_passages:
                continue
            text = passage.text if count_tokens(passage.text) <= left else cut(passage.text, count_tokens, left)
            if not text:
                break
            chosen.append((passage, text))
            left -= count_tokens(text)
        return chosen

    return way


def cut(text: str, count_tokens: Counter, budget_tokens: int) -> str:
    ends = (sentence.end for sentence in split_sentences(text))
    return text[: max((end for end in ends if count_tokens(text[:end]) <= budget_tokens), default=0)]


def selected(budget_tokens: int) -> Way:
    return lambda question, passages, count_tokens: choose_evidence(question, passages, count_tokens, budget_tokens)


WAYS: dict[str, Way] = {
    "whole 450": whole_chunks(450),
    "selected 400": selected(400),
    "selected 250": selected(250),
    "selected 150": selected(150),
    "whole 400": whole_chunks(400),
    "whole 250": whole_chunks(250),
    "whole 150": whole_chunks(150),
    "all whole": whole_chunks(100_000, 0.0),
}
ANSWERED = ("whole 450", "selected 400")


@dataclass(frozen=True, slots=True)
class Answered:
    question_id: str
    way: str
    evidence: str
    text: str
    right: bool
    refused: bool
    foreign_figures: int
    prompt_tokens: int
    reused_tokens: int
    ttft_s: float


def main() -> None:
    options = parse_arguments()
    settings = load_settings(options.home, threads=options.threads)
    asked = load_answerable()
    passages = retrieved(asked, settings, options.work)
    coverage = {name: covered(way, asked, passages, settings) for name, way in WAYS.items()}
    for name, figures_ in coverage.items():
        print(f"{name:14} {figures_}", file=sys.stderr)
    answers = answer(mixed(asked)[: options.answers], passages, settings, options) if options.answers else []
    print(json.dumps(report(coverage, answers, asked), ensure_ascii=False))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="a home with the documents")
    parser.add_argument("--work", type=Path, required=True, help="folder of the answers")
    parser.add_argument("--answers", type=int, default=0, help="questions that the model answers")
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(ANSWERED), help="in which they are")
    parser.add_argument("--budget", type=float, default=1e9, help="seconds; then the run ends and may be gone on with")
    parser.add_argument("--threads", type=int, default=physical_cores())
    return parser.parse_args()


def retrieved(asked: Sequence[GoldQuestion], settings: Settings, work: Path) -> dict[str, tuple[Passage, ...]]:
    """The passages of every question; searched for once and then kept in `work`, alike for all ways and runs."""
    path = work / "passages.pickle"
    found: dict[str, tuple[Passage, ...]] = pickle.loads(path.read_bytes()) if path.is_file() else {}
    if missing := [q for q in asked if q.id not in found]:
        work.mkdir(parents=True, exist_ok=True)
        with Engine.open(settings) as engine:
            found |= {q.id: engine.search(q.question, settings.passages) for q in missing}
        path.write_bytes(pickle.dumps(found))
    return found


def covered(
    way: Way, asked: Sequence[GoldQuestion], passages: dict[str, tuple[Passage, ...]], settings: Settings
) -> dict[str, Any]:
    """Of what enters the prompt: the share that states the gold facts, by half, and its tokens."""
    count = tokenizer(settings).count
    lines = {q.id: prompt_lines(way(q.question, passages[q.id], count)) for q in asked}
    sizes = sorted(count(text) for text in lines.values())

    def share(questions: Iterable[GoldQuestion]) -> float:
        stated = [q.is_stated_by(lines[q.id]) for q in questions]
        return round(sum(stated) / len(stated), 4)

    return {
        "holds_gold": share(asked),
        "holds_gold_held_out": share(q for q in asked if q.half == HELD_OUT),
        "tokens_mean": round(statistics.mean(sizes)),
        "tokens_p50": sizes[len(sizes) // 2],
        "tokens_p95": sizes[int(0.95 * len(sizes))],
        "tokens_max": sizes[-1],
    }


def mixed(asked: Sequence[GoldQuestion]) -> list[GoldQuestion]:
    """In an order of no meaning, always the same, so that any beginning of it is a fair sample."""
    return sorted(asked, key=lambda question: hashlib.sha256(question.id.encode()).digest())


def prompt_lines(evidence: Sequence[Evidence]) -> str:
    return "\n".join(passage_line(n, passage, text) for n, (passage, text) in enumerate(evidence, 1))


def tokenizer(settings: Settings) -> Tokenizer:
    folder = find_pack(settings.generator_pack, settings.pack_folders)
    return Tokenizer.open(folder, read_manifest(folder))


def answer(
    asked: Sequence[GoldQuestion],
    passages: dict[str, tuple[Passage, ...]],
    settings: Settings,
    options: argparse.Namespace,
) -> list[Answered]:
    """All answers that there are; an answer is known again by the words of its evidence."""
    started = time.perf_counter()
    options.work.mkdir(parents=True, exist_ok=True)
    path: Path = options.work / "evidence.jsonl"
    kept = (
        [Answered(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
        if path.is_file()
        else []
    )
    known = {(one.question_id, one.way, one.evidence): one for one in kept}
    settings = dataclasses.replace(settings, prefix_memory_mb=0)
    generator = Generator.open(find_pack(settings.generator_pack, settings.pack_folders), settings)
    generator.read_ahead(beginning(), CancelToken())
    found: list[Answered] = []
    for number, question in enumerate(asked):
        for name in options.ways if number % 2 else reversed(options.ways):
            evidence = WAYS[name](question.question, passages[question.id], generator.count_tokens)
            one = known.get((question.id, name, prompt_lines(evidence)))
            if one is None and time.perf_counter() - started < options.budget:
                one = generate(generator, question, name, evidence)
                with path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(dataclasses.asdict(one), ensure_ascii=False) + "\n")
            found += [one] if one else []
    generator.close()
    return found


def generate(generator: Generator, question: GoldQuestion, way: str, evidence: Sequence[Evidence]) -> Answered:
    generator.forget_documents()  # the other way's prompt may begin alike
    messages = [system_message(), user_message(question.question, evidence)]
    *_, last = generator.generate(messages, Sampling(temperature=0.0), ANSWER_TOKENS, CancelToken())
    assert isinstance(last, GenerationFinished)
    known = figures("\n".join([*(passage.text for passage, _ in evidence), question.question]))
    foreign = sum(not holds(figure, known) for figure in figures(last.text))
    refused = NOT_FOUND in last.text
    right = not refused and question.is_stated_by(last.text)
    times = (last.prompt_tokens, last.reused_tokens, last.ttft_s)
    return Answered(question.id, way, prompt_lines(evidence), last.text, right, refused, foreign, *times)


def report(coverage: dict[str, Any], answers: Sequence[Answered], asked: Sequence[GoldQuestion]) -> dict[str, Any]:
    """Answers count where every way has one."""
    ways = list(dict.fromkeys(one.way for one in answers))
    ids = (
        set[str].intersection(*({one.question_id for one in answers if one.way == way} for way in ways))
        if ways
        else set()
    )
    held_out = {q.id for q in asked if q.half == HELD_OUT}
    by_way = {way: [one for one in answers if one.way == way and one.question_id in ids] for way in ways}
    return {
        "benchmark": "evidence",
        "questions": len(asked),
        "answered": len(ids),
        "answers": {way: summary(found, held_out) for way, found in by_way.items()},
        "coverage": coverage,
        "machine": {"system": platform.platform(), "cores": physical_cores(), "load": psutil.getloadavg()[0]},
    }


def summary(found: Sequence[Answered], held_out: set[str]) -> dict[str, float]:
    held = [one.right for one in found if one.question_id in held_out]
    return {
        "right": round(sum(one.right for one in found) / max(1, len(found)), 4),
        "right_held_out": round(sum(held) / max(1, len(held)), 4),
        "refused": round(sum(one.refused for one in found) / max(1, len(found)), 4),
        "with_foreign_figures": sum(one.foreign_figures > 0 for one in found),
        "prompt_tokens_p50": statistics.median(one.prompt_tokens for one in found) if found else 0,
        "ttft_s_p50": round(statistics.median(one.ttft_s for one in found), 3) if found else 0,
        "ttft_s_p95": round(sorted(one.ttft_s for one in found)[int(0.95 * len(found))], 3) if found else 0,
    }


if __name__ == "__main__":
    main()
