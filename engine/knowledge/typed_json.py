"""Frozen dataclasses as JSON and back, by their type hints: what is stored is read again by a later program.

A field that the stored text lacks gets its default, one that is no longer known is left out.
"""

from __future__ import annotations

import dataclasses
import json
import types
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Value = TypeVar("Value")


def dumps(value: object) -> str:
    """A dataclass whose fields are dataclasses, tuples, string enums, strings, numbers, truth values or None."""
    return json.dumps(dataclasses.asdict(cast(Any, value)), ensure_ascii=False, separators=(",", ":"))


def loads(kind: type[Value], text: str) -> Value:
    """The inverse of `dumps`. Raises ValueError or TypeError where the text is not one of `kind`."""
    return _build(kind, json.loads(text))


def _build(kind: Any, value: Any) -> Any:
    if get_origin(kind) in (types.UnionType, Union):
        kinds = [member for member in get_args(kind) if member is not types.NoneType]
        return value if value is None or len(kinds) > 1 else _build(kinds[0], value)  # several: plain scalars
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind), _expect("list[Any]", list, value))
    if dataclasses.is_dataclass(kind):
        hints = _hints(cast("type[Any]", kind))
        parts = _expect("dict[str, Any]", dict, value)
        return cast(Any, kind)(**{name: _build(hints[name], part) for name, part in parts.items() if name in hints})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    return _expect("str | int | float", (str, int, float), value)


def _tuple(members: tuple[Any, ...], values: list[Any]) -> tuple[Any, ...]:
    if members[-1] is Ellipsis:
        return tuple(_build(members[0], value) for value in values)
    return tuple(_build(member, value) for member, value in zip(members, values, strict=True))


def _expect(kind: str, classes: type | tuple[type, ...], value: Any) -> Any:
    if not isinstance(value, classes):
        raise TypeError(f"{type(value).__name__} where {kind} was expected")
    return value


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)
