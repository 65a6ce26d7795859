"""Formulas of retail banking in exact decimals, reached from a form or from a question in Chinese."""

from __future__ import annotations

from engine.calculators.fields import Calculator, Field, FieldKind
from engine.calculators.questions import from_question
from engine.calculators.registry import calculators, compute
from engine.calculators.text import calculated, calculation_text

__all__ = [
    "Calculator",
    "Field",
    "FieldKind",
    "calculated",
    "calculation_text",
    "calculators",
    "compute",
    "from_question",
]
