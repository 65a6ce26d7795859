"""What an older or newer program wrote is read as far as it is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pytest

from engine.knowledge import typed_json


class Kind(StrEnum):
    ONE = "one"


@dataclass(frozen=True, slots=True)
class Inner:
    kind: Kind
    pair: tuple[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Outer:
    name: str
    inner: Inner | None = None
    many: tuple[Inner, ...] = ()
    share: float = 0.5


VALUE = Outer("名", Inner(Kind.ONE, ("a", 1.5)), (Inner(Kind.ONE, ("b", 2)), Inner(Kind.ONE, ("c", "d"))), 0.25)


def test_there_and_back() -> None:
    assert typed_json.loads(Outer, typed_json.dumps(VALUE)) == VALUE


def test_unknown_fields_are_left_out_and_missing_ones_get_their_default() -> None:
    assert typed_json.loads(Outer, '{"name": "a", "later": {"x": 1}}') == Outer("a")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"name": []}',
        '{"name": "a", "inner": {"kind": "two", "pair": ["a", 1]}}',
        '{"name": "a", "many": 3}',
    ],
)
def test_what_is_no_such_value_is_refused(text: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        typed_json.loads(Outer, text)
