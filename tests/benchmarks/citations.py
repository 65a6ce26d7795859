"""Measures citations: python tests/benchmarks/citations.py [--laws DIR] [--half held_out] [--show] [--pages]

Every labelled sentence is checked against its gold passage among the four passages of the same document that are most
like it. A supported sentence counts as found when it is shown with a marker of a gold passage; a sentence without
support that is shown with any marker is a false support. Beside it, in the same run, what word overlap alone does
(containment of bigrams and figures). With --pages, every chunk of the documents is cited by a sentence of its own, and
the quote must stand on the page that the citation names. DIR holds the laws as PDFs; without it, those are left out.
The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "tests" / "benchmarks")]

from citation_sentences import BUILTIN, Corpus, Labelled, evidence_for, read_sentences  # noqa: E402

from engine.answering.checking import check  # noqa: E402  the repository must be on the path before its packages
from engine.answering.text import bigrams, containment, split_sentences  # noqa: E402
from engine.figures import unsupported  # noqa: E402
from engine.parser import pdf  # noqa: E402
from engine.proof import Verdict  # noqa: E402
from engine.values import Passage  # noqa: E402

SAMPLES = ("个人存款产品手册", "个人住房贷款业务办理指南", "大额现金与反洗钱操作须知")
Found = set[str]  # ids of the passages that a sentence is shown to rest on
Method = Callable[[Labelled, Sequence[Passage], Corpus], Found]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--laws", type=Path, help="folder of PDFs")
    parser.add_argument("--half", choices=["tune", "held_out"])
    parser.add_argument("--show", action="store_true", help="print the sentences that came out wrong")
    parser.add_argument("--pages", action="store_true", help="check the page of a citation of every chunk")
    options = parser.parse_args()
    pdf.quiet()
    corpus = Corpus(options.laws)
    cases = [(label, *evidence_for(label, corpus)) for label in read_sentences()]
    cases = [case for case in cases if case[1] and options.half in (None, case[0].half)]
    result: dict[str, object] = {"benchmark": "citations", "sentences": len(cases)}
    for half in sorted({label.half for label, _, _ in cases}):
        of_half = [case for case in cases if case[0].half == half]
        result[half] = {
            "checked": score(of_half, corpus, checked, options.show),
            "word_overlap": score(of_half, corpus, by_word_overlap, False),
        }
    if options.pages:
        result["pages"] = pages(corpus, options.laws)
    result["ms_per_sentence"] = round(1000 * statistics.median(seconds), 2)
    print(json.dumps(result, ensure_ascii=False))


seconds: list[float] = []


def checked(label: Labelled, evidence: Sequence[Passage], corpus: Corpus) -> Found:
    started = time.perf_counter()
    answer = check(label.sentence, evidence, corpus, question=label.question)
    seconds.append(time.perf_counter() - started)
    stated = [claim for claim in answer.claims if claim.verdict is not Verdict.NO_CLAIM]
    if not stated or any(claim.verdict is not Verdict.SUPPORTED for claim in stated):
        return set()
    quotes = {(citation.page_no, citation.quote) for citation in answer.citations}
    return {p.chunk_id for p in evidence if any(_stands_in(p, *quote, corpus) for quote in quotes)}


def _stands_in(passage: Passage, page_no: int, quote: str, corpus: Corpus) -> bool:
    text = corpus.page(passage.document_id, page_no).text
    return any(span.page_no == page_no and quote in text[span.start : span.end] for span in passage.spans)


def by_word_overlap(label: Labelled, evidence: Sequence[Passage], corpus: Corpus) -> Found:
    """Half of the bigrams and all figures in the best passage."""
    del corpus
    grams = bigrams(label.sentence)
    holding = [passage for passage in evidence if not unsupported(label.sentence, [passage.text])]
    best = max(holding, key=lambda passage: containment(grams, bigrams(passage.text)), default=None)
    return {best.chunk_id} if best and containment(grams, bigrams(best.text)) >= 0.5 else set()


def score(
    cases: Sequence[tuple[Labelled, list[Passage], set[str]]], corpus: Corpus, method: Method, show: bool
) -> dict[str, object]:
    right, total = Counter[str](), Counter[str]()
    cited = false = elsewhere = 0
    for label, evidence, golds in cases:
        found = method(label, evidence, corpus)
        good = bool(found & golds) if label.supported else not found
        cited += bool(found)
        false += bool(found) and not label.supported
        elsewhere += bool(found) and label.supported and not good
        total[label.kind] += 1
        right[label.kind] += good
        if show and not good:
            print(label.kind, label.document, *label.passage, label.sentence, sorted(found), sep="\t")
    faithful = [label.kind for label, _, _ in cases if label.supported]
    kinds = dict.fromkeys(faithful)
    return {
        "precision": round(1 - (false + elsewhere) / max(1, cited), 4),
        "recall": round(sum(right[kind] for kind in kinds) / max(1, len(faithful)), 4),
        "false_supports": false,
        "wrong_passages": elsewhere,
        "supported": len(faithful),
        "unsupported": len(cases) - len(faithful),
        "right_by_kind": {kind: f"{right[kind]}/{total[kind]}" for kind in sorted(total)},
    }


def pages(corpus: Corpus, laws: Path | None) -> dict[str, int]:
    """How many citations of all chunks there are, and how many quotes do not stand on their page."""
    names = [*SAMPLES, BUILTIN, *(path.stem for path in sorted(laws.glob("*.pdf")))] if laws else [*SAMPLES, BUILTIN]
    shown = wrong = 0
    for passage in (passage for name in names for passage in corpus.passages(name)):
        said = split_sentences(passage.text.partition("\n")[2] or passage.text.replace("|", "，").replace("=", "："))
        answer = check(said[len(said) // 2].text if said else "", [passage], corpus)
        for citation in answer.citations:
            shown += 1
            wrong += not citation.quote or not _stands_in(passage, citation.page_no, citation.quote, corpus)
    return {"citations": shown, "quote_not_on_page": wrong}


if __name__ == "__main__":
    main()
