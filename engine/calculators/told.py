"""A question as the readers of the calculators see it: its text and its figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from engine.calculators.fields import plain
from engine.calculators.question_figures import FigureKind, QuestionFigure, figures, normalized

_RATE_WORDS = r"(?:利率|年化|年息|利息|收益率|费率|手续费|LPR|lpr)[^\d,。;、]{0,6}$"


@dataclass(frozen=True, slots=True)
class Told:
    """A question as normalized, and its figures."""

    text: str
    figures: tuple[QuestionFigure, ...]

    @classmethod
    def of(cls, question: str) -> Told:
        text = normalized(question).strip()
        return cls(text, figures(text))

    def has(self, pattern: str) -> bool:
        return re.search(pattern, self.text) is not None

    def of_kind(self, *kinds: FigureKind) -> list[QuestionFigure]:
        return [figure for figure in self.figures if figure.kind in kinds]

    def before(self, figure: QuestionFigure, length: int = 8) -> str:
        return self.text[max(0, figure.start - length) : figure.start]

    def after(self, figure: QuestionFigure, length: int = 8) -> str:
        return self.text[figure.end : figure.end + length]

    def amounts(self) -> list[QuestionFigure]:
        """Amounts in yuan; where none has a unit, plain numbers of three digits and more that no rate word precedes."""
        yuan = self.of_kind(FigureKind.YUAN)
        return yuan or [
            figure
            for figure in self.of_kind(FigureKind.NUMBER)
            if figure.decimal >= 100 and not re.search(_RATE_WORDS, self.before(figure))
        ]

    def rates(self) -> list[QuestionFigure]:
        """Rates with their sign, and plain numbers right after a word for a rate."""
        return [
            figure
            for figure in self.of_kind(FigureKind.RATE, FigureKind.NUMBER)
            if figure.kind is FigureKind.RATE
            or (0 <= figure.decimal <= 36 and re.search(_RATE_WORDS, self.before(figure)))
        ]

    def terms(self) -> list[QuestionFigure]:
        """Terms in months; 「一个月还多少」 is none."""
        every_month = re.compile(r"(?:要|得|该|能)?[还供付存交]")
        months = self.of_kind(FigureKind.MONTHS)
        return [term for term in months if term.value != "1" or not every_month.match(self.after(term))]

    def one(self, found: list[QuestionFigure]) -> str | None:
        """The value of the only one, "" for none, None for several."""
        return None if len(found) > 1 else found[0].value if found else ""

    def yearly_rate(self) -> str | None:
        """As `one` of the rates; one told by the month as a yearly one."""
        rate = self.one(self.rates())
        monthly = rate and self.has(r"月利率|月息|每月利率")
        return plain(Decimal(rate) * 12) if rate and monthly else rate
