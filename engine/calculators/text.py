"""The answer that a calculation makes, as Markdown: result first, then inputs, formula, conventions and source."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from engine.calculators.registry import calculators
from engine.figures import Quantity, quantities
from engine.proof import Calculation, Figure

_ROWS_SHOWN = 12  # a longer schedule shows its beginning and its end
_WAN, _YI = Decimal(10_000), Decimal(100_000_000)


def calculation_text(calculation: Calculation) -> str:
    """Markdown without citations. A calculation with `missing` inputs says what it needs instead of a result."""
    parts = [_results(calculation) if not calculation.missing else _missing(calculation)]
    if calculation.inputs:
        parts.append("按以下条件计算，可以更正：" + "；".join(_input(figure) for figure in calculation.inputs) + "。")
    if calculation.missing:
        return "\n\n".join(parts)
    parts.append(f"公式：{calculation.formula}。")
    if calculation.schedule:
        parts.append(_table(calculation.schedule))
    parts.append("约定：" + "；".join(calculation.conventions) + "。")
    parts.append(f"依据：{calculation.source}。")
    return "\n\n".join(parts)


def calculated(calculation: Calculation) -> tuple[Quantity, ...]:
    """All figures of the answer's text: inputs, results, and what the formula and its conventions hold."""
    return quantities(calculation_text(calculation))


def shown(figure: Figure) -> str:
    """A figure's value with its unit for people: 500,000元（50万元）, 360个月（30年）, 3.1%."""
    try:
        value = Decimal(figure.value)
    except InvalidOperation:
        return figure.value
    text = f"{value:,f}{figure.unit}"
    if figure.unit == "元" and value >= _WAN:
        scale, name = (_YI, "亿") if value >= _YI else (_WAN, "万")
        short = value / scale
        return f"{text}（{short.normalize():f}{name}元）" if short == round(short, 4) else text
    if figure.unit == "个月" and value >= 12 and value % 12 == 0:
        return f"{text}（{value / 12:f}年）"
    return text


def _results(calculation: Calculation) -> str:
    first, *others = calculation.results
    lines = [f"**{first.label}：{shown(first)}**"]
    return "\n".join([*lines, *(["", *(f"- {figure.label}：{shown(figure)}" for figure in others)] if others else [])])


def _missing(calculation: Calculation) -> str:
    fields = next(one.fields for one in calculators() if one.name == calculation.calculator)
    labels = [field.label for name in calculation.missing for field in fields if field.name == name]
    return f"计算{calculation.title}，还需要：{'、'.join(labels)}。"


def _input(figure: Figure) -> str:
    return f"{figure.label} {shown(figure)}" + ("（未说明，按此计算）" if figure.assumed else "")


def _table(schedule: tuple[tuple[str, ...], ...]) -> str:
    header, *body = schedule
    if len(body) > _ROWS_SHOWN:
        body = [*body[:3], ("…",) * len(header), body[-1]]
    rows = [header, ("---",) * len(header), *body]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)
