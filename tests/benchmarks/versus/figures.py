"""Samples taken in pairs, their medians and ratios, as a table for people and as values for JSON."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Spread = tuple[float, float, float]  # median, lowest, highest


@dataclass(frozen=True, slots=True)
class Sample:
    """`amount` of work done for `cost`: tokens in seconds, or 1 load in seconds, or 1 process in megabytes."""

    amount: float
    cost: float


@dataclass(slots=True)
class Measure:
    """Pairs of samples, ours and the other's, taken one after the other. A ratio above 1 means that ours is better.

    With `is_rate` a value is amount ÷ cost (tokens/s), without it is the cost (seconds, megabytes).
    """

    name: str
    unit: str
    other_name: str
    is_rate: bool = True
    ours: list[Sample] = field(default_factory=list[Sample])
    other: list[Sample] = field(default_factory=list[Sample])

    def add(self, ours: Sample, other: Sample) -> None:
        self.ours.append(ours)
        self.other.append(other)

    def ratio(self) -> Spread:
        """Of the pairs, so that a busy moment of the machine falls on both sides."""
        pairs = zip(self.ours, self.other, strict=True)
        return spread([(a.amount / a.cost) / (b.amount / b.cost) for a, b in pairs])

    def ratio_of_totals(self) -> float:
        """All work ÷ all cost of ours over the same of the other: long answers count more than short ones."""
        return _total(self.ours) / _total(self.other)

    def values(self, samples: Sequence[Sample]) -> Spread:
        return spread([one.amount / one.cost if self.is_rate else one.cost for one in samples])

    def as_json(self) -> dict[str, Any]:
        return {
            "ratio": [round(value, 3) for value in self.ratio()],
            "ratio_of_totals": round(self.ratio_of_totals(), 3),
            "rounds": len(self.ours),
            "unit": self.unit,
            "ours": [round(value, 3) for value in self.values(self.ours)],
            self.other_name: [round(value, 3) for value in self.values(self.other)],
        }


def spread(values: Sequence[float]) -> Spread:
    return statistics.median(values), min(values), max(values)


def table(measures: Sequence[Measure]) -> list[str]:
    """Lines of text, ratios first; each figure is the median with minimum and maximum."""
    measures = [one for one in measures if one.ours]
    lines = [f"{'':30} {'ratio':>19}  {'ours':>24}  {'other':>24}  unit, rounds, other"]
    for one in measures:
        ratio, ours, other = one.ratio(), one.values(one.ours), one.values(one.other)
        lines.append(
            f"{one.name:30} {_text(ratio, 2):>19}  {_text(ours, 2):>24}  {_text(other, 2):>24}  "
            f"{one.unit}, {len(one.ours)}, {one.other_name}"
        )
    return lines


def summary(measures: Sequence[Measure]) -> dict[str, float]:
    """The median ratio of every measure, by name."""
    return {one.name: round(one.ratio()[0], 3) for one in measures if one.ours}


def _total(samples: Sequence[Sample]) -> float:
    return sum(one.amount for one in samples) / sum(one.cost for one in samples)


def _text(values: Spread, digits: int) -> str:
    middle, low, high = (f"{value:.{digits}f}" for value in values)
    return f"{middle} ({low}-{high})"
