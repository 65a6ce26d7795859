"""Formulas of retail banking in exact decimals, reached from a form or from a question in Chinese."""

from __future__ import annotations

from engine.calculators.fields import Calculator as Calculator, Field as Field, FieldKind as FieldKind
from engine.calculators.registry import calculators as calculators, compute as compute
