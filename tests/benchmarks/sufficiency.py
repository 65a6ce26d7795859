"""Judges refusals: python tests/benchmarks/sufficiency.py --home HOME --records DIR [--answer-s N]

HOME holds the law PDFs, the samples and the built-in entries (opened by the passphrase in --passphrase-file). What
retrieval and, for at most N seconds, the default model make of each question is recorded in DIR, so that a long run
can be cut into pieces; questions that retrieval alone makes hopeless are never put to the model, as in the product.
Then the curve is printed: refusal of what cannot be answered against false refusal of what can, for several thresholds,
on the half for tuning and on the one that is held out. DIR of --data holds `laws/` and `qa/law_questions_dev.jsonl`:
of the development questions, which retrieval itself misses at times, it is told how many are refused before a model is
asked, and of the lay questions beside this file some are recorded for training. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).parent)]

from engine.quiet import silence_dependencies  # noqa: E402  the repository must be on the path before its packages

silence_dependencies()

import numpy as np  # noqa: E402
from gold_questions import HELD_OUT, TUNE, GoldQuestion, load_answerable, load_unanswerable  # noqa: E402
from law_questions import LawQuestion, articles, beginning, found_golds, load_questions  # noqa: E402
from sufficiency_records import LAY, PASSAGES, QUESTION_CHARS, Record, answer, checked, keep, retrieve  # noqa: E402

from engine.answering.retrieval import Retriever  # noqa: E402
from engine.answering.sufficiency import HOPELESS, REFUSE, after, before  # noqa: E402
from engine.answering.sufficiency_features import NEAR  # noqa: E402
from engine.knowledge.store import KnowledgeBase  # noqa: E402
from engine.runtime.embedder import Embedder  # noqa: E402
from engine.runtime.generator import Generator  # noqa: E402
from engine.runtime.pack import find_pack  # noqa: E402
from engine.settings import DEFAULT_EMBEDDER, DEFAULT_GENERATOR, load_settings  # noqa: E402

THRESHOLDS = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9)
LAY_QUESTIONS = 400  # about a quarter is not found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--records", type=Path, required=True)
    parser.add_argument("--passphrase-file", type=Path)
    parser.add_argument("--answer-s", type=float, default=0.0, help="seconds for answers that are not recorded yet")
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    settings = load_settings(options.home, passphrase_file=options.passphrase_file)
    embedder = Embedder.open(find_pack(DEFAULT_EMBEDDER, settings.pack_folders))
    with KnowledgeBase.open(
        options.home, embedder_fingerprint=embedder.fingerprint, passphrase_file=options.passphrase_file
    ) as knowledge:
        retriever = Retriever(knowledge, embedder)
        records = retrieve(options.records, retriever, [*load_answerable(), *load_unanswerable()])
        if options.answer_s:
            asked = sorted((r for r in records if not is_hopeless(r)), key=lambda r: hash_order(r.question.id))
            generator = Generator.open(find_pack(DEFAULT_GENERATOR, settings.pack_folders), settings)
            for made in answer(options.records, generator, asked, options.answer_s):
                print(made.question.id, made.question.question, made.raw, sep=" | ", flush=True)
            records = retrieve(options.records, retriever, [record.question for record in records])
        records = [checked(record, knowledge) for record in records]
        keep(options.records, records)
        lay = lay_records(options.data, options.records / LAY, retriever) if options.data else []
    report(records, lay)


def is_hopeless(record: Record) -> bool:
    return not record.passages or before(record.question.question, record.passages) < HOPELESS


def hash_order(name: str) -> int:
    """An order that mixes kinds and halves, the same in every run."""
    return int.from_bytes(name.encode(), "big") * 2654435761 % 1_000_003


def lay_records(data: Path, folder: Path, retriever: Retriever) -> list[Record]:
    """Of the development questions; training questions whose provision is among the nearest passages go to `folder`."""
    known = articles(data / "laws")
    folder.mkdir(exist_ok=True)
    training = load_questions(Path(__file__).parent / "retrieval_questions" / "train.jsonl", known)
    for number, question in enumerate(training[:: len(training) // LAY_QUESTIONS]):
        record = lay_record(question, number, retriever)
        if any(found_golds(question, passage.name, beginning(passage.text)) for passage in record.passages[:NEAR]):
            (folder / f"{record.question.id}.pkl").write_bytes(pickle.dumps(record))
    questions = load_questions(data / "qa" / "law_questions_dev.jsonl", known)
    return [lay_record(question, number, retriever) for number, question in enumerate(questions)]


def lay_record(question: LawQuestion, number: int, retriever: Retriever) -> Record:
    gold = GoldQuestion(f"{LAY}-{number:04}", question.text, LAY, "law", sources=("law",))
    return Record(gold, retriever.retrieve(question.text, PASSAGES, QUESTION_CHARS))


def refused(record: Record, threshold: float) -> bool:
    """As the product decides, with another threshold in the place of `REFUSE`.

    Where no answer is recorded, what is known without one decides.
    """
    question, passages = record.question.question, record.passages
    if is_hopeless(record):
        return True
    if record.raw is None:
        return before(question, passages) < threshold
    return record.checked is None or after(question, passages, record.checked) < threshold


def report(records: Sequence[Record], lay: Sequence[Record]) -> None:
    halves = {half: [record for record in records if record.question.half == half] for half in (TUNE, HELD_OUT)}
    print(f"{'threshold':>10}" + "".join(f"{half:>12} refused / false" for half in halves))
    curve = {threshold: {half: rates(found, threshold) for half, found in halves.items()} for threshold in THRESHOLDS}
    for threshold, row in curve.items():
        print(f"{threshold:>10}" + "".join(f"{right:>20.3f} / {wrong:.3f}" for right, wrong in row.values()))
    kinds = sorted({record.question.kind for record in records})
    found = {
        "questions": {kind: sum(record.question.kind == kind for record in records) for kind in kinds},
        "answers_recorded": sum(record.raw is not None for record in records),
        "threshold": REFUSE,
        **{half: dict(zip(("refused", "false"), rates(found, REFUSE), strict=True)) for half, found in halves.items()},
        "before_alone": {
            half: dict(zip(("refused", "false"), hopeless_rates(found), strict=True)) for half, found in halves.items()
        },
        "lay_hopeless": round(float(np.mean([is_hopeless(record) for record in lay])), 3) if lay else None,
        "lay_refused_unasked": round(float(np.mean([refused(record, REFUSE) for record in lay])), 3) if lay else None,
        "curve": {str(threshold): row for threshold, row in curve.items()},
    }
    print(json.dumps(found))


def rates(records: Sequence[Record], threshold: float) -> tuple[float, float]:
    """Share of the unanswerable that is refused, and of the answerable."""
    return _rates(records, [refused(record, threshold) for record in records])


def hopeless_rates(records: Sequence[Record]) -> tuple[float, float]:
    return _rates(records, [is_hopeless(record) for record in records])


def _rates(records: Sequence[Record], decided: Sequence[bool]) -> tuple[float, float]:
    right = [no for record, no in zip(records, decided, strict=True) if not record.question.answerable]
    wrong = [no for record, no in zip(records, decided, strict=True) if record.question.answerable]
    return round(float(np.mean(right)), 3), round(float(np.mean(wrong)), 3)


if __name__ == "__main__":
    main()
