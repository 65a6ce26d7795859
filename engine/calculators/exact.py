"""Exact decimals: precision, rounding to the fen, figures of results."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal

from engine.proof import Figure

CONTEXT = Context(prec=50, rounding=ROUND_HALF_UP)
FEN = Decimal("0.01")
ROUNDED_TO_THE_FEN = "金额四舍五入到分"


def to_fen(value: Decimal) -> Decimal:
    """Rounded half up to 0.01 yuan."""
    return value.quantize(FEN, ROUND_HALF_UP)


def yuan(name: str, label: str, value: Decimal) -> Figure:
    return Figure(name, label, format(to_fen(value), "f"), "元")


def per_cent_figure(name: str, label: str, ratio: Decimal, places: int = 2) -> Figure:
    """A ratio as per cent, half up to `places` decimals."""
    return Figure(name, label, format((ratio * 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP), "f"), "%")


def root(function: Callable[[Decimal], Decimal], low: Decimal, high: Decimal) -> Decimal:
    """Where a monotonous `function` crosses zero in [low, high], by bisection, within 1e-15."""
    rising = function(high) > 0
    while high - low > Decimal("1e-15"):
        middle = (low + high) / 2
        if (function(middle) > 0) == rising:
            high = middle
        else:
            low = middle
    return (low + high) / 2
