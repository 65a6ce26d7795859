"""The state of one calculator's form: what was typed, what is shown, what comes out. No widgets."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from engine import api
from engine.api import Calculation, Calculator, Field, RequestRejected

Compute = Callable[[str, Mapping[str, str]], Calculation]


class CalculatorModel(QObject):
    """Computes at every change: the formulas take milliseconds. A value that cannot be right leaves `fault` set and
    the last calculation as it was."""

    changed = Signal()

    def __init__(self, compute: Compute | None = None) -> None:
        super().__init__()
        self._compute = compute or api.compute
        self.calculator = Calculator("", "", ())
        self.values: dict[str, str] = {}  # what was told or typed; defaults are not in it
        self.calculation: Calculation | None = None
        self.fault: RequestRejected | None = None
        self.edited = False

    def use(self, calculator: Calculator, values: Mapping[str, str] | None = None) -> None:
        """Begin with a calculator and what is known of its inputs."""
        self.calculator, self.values, self.edited = calculator, dict(values or {}), False
        self._calculate()

    def resume(self, calculator: Calculator, made: Calculation) -> None:
        """Begin with a calculation that an answer brought, as it is."""
        told = {each.name: each.value for each in made.inputs if not each.assumed}
        self.calculator, self.values, self.edited = calculator, told, False
        self.calculation, self.fault = made, None
        self.changed.emit()

    def put(self, name: str, value: str) -> None:
        """One field as it was typed; an empty one takes its default again."""
        if self.values.get(name, "") == value.strip():
            return
        self.edited = True
        if value.strip():
            self.values[name] = value.strip()
        else:
            self.values.pop(name, None)
        self._calculate()

    @property
    def fields(self) -> tuple[Field, ...]:
        """Those that are asked for, given the choices made."""
        return tuple(field for field in self.calculator.fields if self._visible(field))

    @property
    def missing(self) -> tuple[str, ...]:
        return self.calculation.missing if self.calculation else ()

    @property
    def fault_field(self) -> str:
        return str(self.fault.details.get("field", "")) if self.fault else ""

    def shown(self, field: Field) -> str:
        """The value to show in a field: what was typed, else the default."""
        return self.values.get(field.name, field.default)

    def assumed(self, field: Field) -> bool:
        return bool(field.default) and field.name not in self.values

    def _visible(self, field: Field) -> bool:
        by_name = {each.name: each for each in self.calculator.fields}
        return all(self.shown(by_name[other]) in allowed for other, allowed in field.visible_when if other in by_name)

    def _calculate(self) -> None:
        visible = {field.name for field in self.fields}
        given = {name: value for name, value in self.values.items() if name in visible}
        try:
            self.calculation, self.fault = self._compute(self.calculator.name, given), None
        except RequestRejected as fault:
            self.fault = fault
        self.changed.emit()
