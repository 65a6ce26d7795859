"""The command `jinpan calculate`: a calculator by name with its inputs, or a question that asks for a calculation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from desktop.cli_console import Console
from desktop.errors import EXIT_DONE
from engine.api import (
    Calculation,
    Calculator,
    Field,
    Rejection,
    RequestRejected,
    calculation_text,
    calculators,
    compute,
    from_question,
)

if TYPE_CHECKING:
    from desktop.cli import Context


def calculate(context: Context) -> int:
    """Without arguments the calculators are listed, with a name alone its inputs."""
    name, given = context.arguments.calculator, context.arguments.inputs
    if name is None:
        for calculator in calculators():
            context.console.record("calculator", **_calculator(calculator))
            context.console.say(f"{calculator.name:20}  {calculator.title}")
        return EXIT_DONE
    named = next((calculator for calculator in calculators() if name in (calculator.name, calculator.title)), None)
    if named is not None and not given:
        _show_fields(context.console, named)
        return EXIT_DONE
    calculation = _from_words(name, given) if named is None else compute(named.name, _inputs(given))
    context.console.record("calculation", **asdict(calculation))
    context.console.say(calculation_text(calculation))
    return EXIT_DONE


def _from_words(question: str, more: Sequence[str]) -> Calculation:
    calculation = from_question(" ".join([question, *more]))
    if calculation is None:
        raise RequestRejected(Rejection.OPTION_INVALID, option="计算", value=f"{question[:40]}（没有认出要算什么）")
    return calculation


def _inputs(given: Sequence[str]) -> dict[str, str]:
    inputs: dict[str, str] = {}
    for part in given:
        name, equals, value = part.partition("=")
        if not equals:
            raise RequestRejected(Rejection.OPTION_INVALID, option=part[:40], value="空（写作 名称=值）")
        inputs[name] = value
    return inputs


def _show_fields(console: Console, calculator: Calculator) -> None:
    console.record("calculator", **_calculator(calculator))
    console.say(f"{calculator.title}\njinpan calculate {calculator.name} 名称=值 …")
    for field in calculator.fields:
        console.say(f"  {field.name:16}  {_about(field)}")


def _about(field: Field) -> str:
    parts = [field.label + (f"（{field.unit}）" if field.unit else "")]
    parts += ["可选：" + "、".join(field.choices)] if field.choices else []
    parts += [f"默认 {field.default}"] if field.default else []
    parts += [f"仅当 {_conditions(field.visible_when)}"] if field.visible_when else []
    return "；".join([*parts, *([field.help] if field.help else [])])


def _conditions(conditions: Sequence[tuple[str, Sequence[str]]]) -> str:
    return "，".join(f"{name} 为 {'或'.join(choices)}" for name, choices in conditions)


def _calculator(calculator: Calculator) -> dict[str, object]:
    fields = [
        {
            **asdict(field),
            "minimum": None if field.minimum is None else str(field.minimum),
            "maximum": None if field.maximum is None else str(field.maximum),
        }
        for field in calculator.fields
    ]
    return {"name": calculator.name, "title": calculator.title, "help": calculator.help, "fields": fields}


COMMANDS: dict[str, Callable[[Context], int]] = {"calculate": calculate}
