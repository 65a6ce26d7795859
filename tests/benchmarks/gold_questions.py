"""The questions of `answer_questions/`: some with gold facts and figures, some that no source answers.

Half of each kind is for tuning; the other half is held out, and nothing is chosen by looking at it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

FOLDER = Path(__file__).parent / "answer_questions"
TUNE, HELD_OUT = "tune", "held_out"
_STRUCK = re.compile(r"~~.*?~~")
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_NUMERALS = "".join([*_DIGITS, *_UNITS])


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """`facts` holds lists of words of which one each must occur in the answer, `figures` what it must state.

    `kind` is sample, law or builtin for what can be answered, near_miss or off_topic for what cannot. `sources` is the
    document's name and the article (or "builtin" and the entry's name); empty where nothing answers.
    """

    id: str
    question: str
    half: str
    kind: str
    facts: tuple[tuple[str, ...], ...] = ()
    figures: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        return bool(self.sources)

    def is_stated_by(self, text: str) -> bool:
        """True when `text` holds every fact, in one of its wordings, and every figure, however it is written.

        What the program struck out (between ~~ and ~~) counts as not stated.
        """
        plain = normalized(_STRUCK.sub("", text))
        digits = in_digits(plain)
        figures = [re.escape(in_digits(figure)) for figure in self.figures]
        stated = all(any(normalized(word) in plain for word in words) for words in self.facts)
        return stated and all(re.search(rf"(?<![\d.]){figure}", digits) for figure in figures)


def normalized(text: str) -> str:
    """NFKC without white space, thousands separators."""
    return re.sub(r"\s|(?<=\d),(?=\d{3})", "", unicodedata.normalize("NFKC", text))


def in_digits(text: str) -> str:
    """Normalized, with every number as a plain decimal: 五万元 and 5万元 as 50000元, 百分之五 as 5%, 十五天 as 15日.

    It shares no code with the program that it judges. The first character of a compound of numerals decides nothing:
    a word such as 一般 becomes 1般, alike in the figure and in the answer.
    """
    plain = re.sub(f"百分之([{_NUMERALS}]+)", r"\1%", normalized(text))
    digits = re.sub(rf"(\d+(?:\.\d+)?)([万亿]?)|([{_NUMERALS}]+)", _in_digits, plain)
    for words, word in (("天", "日"), ("周岁", "岁")):
        digits = re.sub(rf"(?<=\d){words}", word, digits)
    return digits


def _in_digits(match: re.Match[str]) -> str:
    value = Decimal(match[1]) * _UNITS.get(match[2], 1) if match[1] else _chinese_value(match[3])
    return f"{value.normalize():f}"


def _chinese_value(numeral: str) -> Decimal:
    whole, section, digit = 0, 0, 0
    for character in numeral:
        if character in "万亿":
            whole, section, digit = (whole + section + digit) * _UNITS[character], 0, 0
        elif character in _UNITS:
            section, digit = section + (digit or 1) * _UNITS[character], 0
        else:
            digit = _DIGITS[character]
    return Decimal(whole + section + digit)


def load_answerable(half: str | None = None) -> list[GoldQuestion]:
    """All questions with gold facts, or those of one half."""
    return _load(FOLDER / "answerable.jsonl", half)


def load_unanswerable(half: str | None = None) -> list[GoldQuestion]:
    """All questions that neither the law PDFs, nor the samples, nor the built-in entries answer, or one half."""
    return _load(FOLDER / "unanswerable.jsonl", half)


def _load(path: Path, half: str | None) -> list[GoldQuestion]:
    found: list[GoldQuestion] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        facts = tuple(tuple(words) for words in entry.get("facts", ()))
        lists = tuple(entry.get("figures", ())), tuple(entry.get("sources", ()))
        found.append(GoldQuestion(entry["id"], entry["question"], entry["half"], entry["kind"], facts, *lists))
    return [question for question in found if half in (None, question.half)]
