"""Whether an answer is right, proven and honest: judged by program, with no code of the product's own checks.

An answer counts as correct when every gold fact (one of its synonyms) and every gold figure stands in it and it is not
a refusal; its numbers are right when the gold figures stand in it and no other than in its sources, the gold passage
or the question (counted over the answers to questions that have gold figures). A sentence is supported when a source
that the answer stands on, or the gold passage, holds all its figures and, with the question, at least
`SUPPORT` of its character bigrams (containment, Broder 1997).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from tests.benchmarks.gold_questions import GoldQuestion

SUPPORT = 0.6


@dataclass(frozen=True, slots=True)
class Record:
    """One answer of one system. `sources` are the whole passages that it stands on, `pages` what it cites."""

    question_id: str
    fingerprint: str
    text: str
    found: bool
    sources: tuple[str, ...]
    pages: tuple[tuple[str, int], ...]
    prompt_tokens: int
    passages_s: float
    ttft_s: float
    total_s: float
    engine: str = ""  # that generated it

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Self:
        pages = tuple((str(name), int(page_no)) for name, page_no in entry["pages"])
        return cls(**{**entry, "sources": tuple(entry["sources"]), "pages": pages})


def folded(text: str) -> str:
    """Without blanks, width, upper case and separators of thousands: what two spellings have in common."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"(?<=\d),(?=\d{3})|\s+", "", plain)


# ---- figures

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_UNITS = {
    "天": "日",
    "块": "元",
    "圆": "元",
    "人民币": "元",
    "欧元": "欧元",
    "月份": "月",
    "号": "日",
    "周年": "年",
    "周岁": "岁",
}
_FIGURE = re.compile(
    r"(?P<part>百分之|千分之|万分之)?"
    r"(?P<value>\d+(?:\.\d+)?|[〇零一二两三四五六七八九十百千]+(?:点[零一二三四五六七八九]+)?)(?P<scale>[百千]?[万亿]|[百千])?余?"
    r"(?P<unit>%|‰|个?百分点|美元|港元|欧元|日元|元|块|圆|人民币|个?工作日|周年|个?月|小时|分钟|年|月份|日|天|号|周岁|岁|倍|折|次|户|人|名|条|款|张|份|笔|家|期|米)?"
)
Value = tuple[Decimal, str]  # a number and its unit; the unit may be empty


def figures(text: str) -> set[Value]:
    """Numbers with their units; Chinese numerals count only before a unit, and marks of list items not at all."""
    plain = re.sub(r"(?m)^\s*(?:[-*#]+\s*)?(?:\d+[.、)]|\(\d+\))", "", folded_lines(re.sub(r"\[\d+\]", "", text)))
    found: set[Value] = set()
    for match in _FIGURE.finditer(plain):
        unit = (match["unit"] or "").removeprefix("个")
        if match["part"]:
            unit = {"百分之": "%", "千分之": "‰", "万分之": "‱"}[match["part"]]
        if not unit and not match["value"][0].isdigit():
            continue
        value = _number(match["value"])
        for power in match["scale"] or "":
            value *= _POWERS[power]
        found.add((value, _UNITS.get(unit, unit)))
    return found


def folded_lines(text: str) -> str:
    return "\n".join(folded(line) for line in text.splitlines())


def holds(figure: Value, among: set[Value]) -> bool:
    """Whether a figure occurs; one that has no unit in either place is known by its number."""
    value, unit = figure
    return any(value == other and (unit == named or not unit or not named) for other, named in among)


def _number(text: str) -> Decimal:
    if text[0].isdigit():
        return Decimal(text)
    whole, _, decimals = text.partition("点")
    total, digit = 0, 0
    if not set(whole) & _POWERS.keys():  # digit by digit, as in years
        total = int("".join(str(_DIGITS[char]) for char in whole))
    else:
        for char in whole:
            if char in _POWERS:
                total, digit = total + (digit or 1) * _POWERS[char], 0
            else:
                digit = _DIGITS[char]
        total += digit
    return Decimal(f"{total}.{''.join(str(_DIGITS[char]) for char in decimals)}" if decimals else total)


# ---- verdicts


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Of one answer. Sentences that the product itself marks as unsupported are `marked`, not shown as proven."""

    correct: bool
    refused: bool
    numbers_right: bool
    sentences: int
    supported: int
    marked: int


_MARK = "【未找到依据】"
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]*(?:【未找到依据】)?")


def judge(question: GoldQuestion, record: Record, gold: str) -> Verdicts:
    """`gold` is the text of the question's gold passage, empty where there is none."""
    text = record.text
    asserted = re.sub(r"~~.*?~~", "", text)  # what is struck out is not asserted
    stated = figures(asserted)
    named = " ".join(name for name, _ in record.pages)
    known = set().union(*(figures(source) for source in (*record.sources, gold, question.question, named)))
    wanted = set[Value]().union(*(figures(figure) for figure in question.figures))
    shown = [] if not record.found else [s for s in _SENTENCE.findall(asserted) if _grams(_bare(s))]
    marked = [s for s in shown if _MARK in s]
    proven = [s for s in shown if _MARK not in s and _supported(_bare(s), (*record.sources, gold), question.question)]
    return Verdicts(
        correct=record.found and question.is_stated_by(text),
        refused=not record.found,
        numbers_right=all(holds(one, stated) for one in wanted) and all(holds(one, known) for one in stated),
        sentences=len(shown),
        supported=len(proven),
        marked=len(marked),
    )


def _bare(sentence: str) -> str:
    return re.sub(r"\[\d+\]|【未找到依据】|^\s*(?:[-*#]+|\d+[.、)])", "", sentence)


def _supported(sentence: str, sources: Sequence[str], asked: str) -> bool:
    """What the question says needs no source, and alone proves nothing."""
    grams, in_question, given = _grams(sentence), _grams(asked), figures(asked)
    stated = {figure for figure in figures(sentence) if not holds(figure, given)}
    for source in sources:
        in_source, held = _grams(source), figures(source)
        covered = len(grams & (in_source | in_question)) >= SUPPORT * len(grams)
        new = bool(stated) or bool((grams - in_question) & in_source)
        if covered and new and all(holds(figure, held) for figure in stated):
            return True
    return False


def _grams(text: str) -> set[str]:
    plain = re.sub(r"[\W_]+", "", folded(text))
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


# ---- scores


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares in [0, 1] over the questions named by each; `wrong` are answers that are neither right nor refused."""

    answerable: int
    correct: float
    wrong: float
    false_refusal: float
    numbers_right: float
    unanswerable: int
    refused_rightly: float
    shown_sentences: int
    supported: float
    marked: float
    prompt_tokens_p50: float


def score(asked: Sequence[GoldQuestion], records: Mapping[str, Record], gold: Callable[[GoldQuestion], str]) -> Scores:
    """Scores over those of `asked` that `records` holds."""
    judged = [(q, judge(q, records[q.id], gold(q)), records[q.id]) for q in asked if q.id in records]
    answerable = [verdict for q, verdict, _ in judged if q.sources]
    unanswerable = [verdict for q, verdict, _ in judged if not q.sources]
    sentences = sum(verdict.sentences for _, verdict, _ in judged)
    tokens = sorted(record.prompt_tokens for _, _, record in judged if record.prompt_tokens)
    return Scores(
        answerable=len(answerable),
        correct=_share(v.correct for v in answerable),
        wrong=_share(not v.correct and not v.refused for v in answerable),
        false_refusal=_share(v.refused for v in answerable),
        numbers_right=_share(v.numbers_right for q, v, r in judged if q.figures and r.found),
        unanswerable=len(unanswerable),
        refused_rightly=_share(v.refused for v in unanswerable),
        shown_sentences=sentences,
        supported=round(sum(v.supported for _, v, _ in judged) / max(1, sentences), 4),
        marked=round(sum(v.marked for _, v, _ in judged) / max(1, sentences), 4),
        prompt_tokens_p50=tokens[len(tokens) // 2] if tokens else 0,
    )


def _share(values: Iterable[bool]) -> float:
    counted = list(values)
    return round(sum(counted) / max(1, len(counted)), 4)
