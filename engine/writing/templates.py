"""Templates of branch texts: what is asked for, what is fixed, what is drawn from documents, what must be disclosed.

A template is data (`assets/writing/*.toml`); its form is in docs/hacking.md. `{name}` in its wording is the value of a
field; a line whose fields are all empty is left out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from engine.errors import Rejection, RequestRejected
from engine.proof import WordingScope

FOLDER = Path(__file__).parents[2] / "assets" / "writing"
FORBIDDEN = "forbidden.toml"
FIELD_LIMIT_CHARS = 4000

_SLOT = re.compile(r"\{(\w+)\}")
_MARKER_LIKE = re.compile(r"[\[【](\s*(?:资料|来源|依据)?\s*\d{1,3}\s*)[\]】]")
_ITEM_MARK = re.compile(r"^\s*(?:[-*•·]|\d{1,2}[.、)）](?!\d)|[（(][一二三四五六七八九十\d]{1,3}[)）])\s*")
_SCOPES = {
    "存款": WordingScope.DEPOSIT,
    "理财": WordingScope.WEALTH,
    "基金": WordingScope.FUND,
    "保险": WordingScope.INSURANCE,
    "贷款": WordingScope.LOAN,
}

Condition = tuple[tuple[str, tuple[str, ...]], ...]  # (field, values that it may have), all of which must hold
Values = Mapping[str, str]  # by field name; every field of the template, empty where nothing was given


class FieldInput(StrEnum):
    """How a field is filled in."""

    TEXT = "text"  # one line
    LONG = "long"  # paragraphs
    LIST = "list"  # one item a line
    DATE = "date"  # ISO 8601, shown as 2026年11月23日
    CHOICE = "choice"


class SectionKind(StrEnum):
    FIXED = "fixed"  # wording of the template
    POINTS = "points"  # facts that are quoted from the documents
    DRAFT = "draft"  # written by the model from the documents
    OWN = "own"  # the user's own words, put in order
    DISCLOSURES = "disclosures"


@dataclass(frozen=True, slots=True)
class TemplateField:
    name: str
    label: str
    kind: FieldInput = FieldInput.TEXT
    required: bool = False
    default: str = ""
    choices: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class TemplatePoint:
    """A fact that is looked up: `question` finds it and one of `words` stands in what is quoted. It is about the
    template's subject unless it is `general`. One that is not `required` is left out where nothing is found."""

    label: str
    question: str
    words: tuple[str, ...]
    required: bool = False
    general: bool = False
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class TemplateSection:
    """`text` is fixed wording, `points` what is looked up; `question` finds the evidence of what `instruction` tells
    the model to write in at most `sentences` sentences. `field` names the user's own words."""

    kind: SectionKind
    heading: str = ""
    text: str = ""
    points: tuple[TemplatePoint, ...] = ()
    question: str = ""
    instruction: str = ""
    sentences: int = 3
    field: str = ""
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A sentence that must stand in the text, word for word; `source` is the rule that demands it."""

    text: str
    source: str
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class Template:
    """`scope_field` names the choice of a product by which marketing words are judged; `public` texts are judged.
    `subject_field` names what the text is about: no passage about anything else is quoted or read."""

    name: str
    title: str
    purpose: str
    tone: str
    limit_chars: int
    fields: tuple[TemplateField, ...]
    sections: tuple[TemplateSection, ...]
    disclosures: tuple[Disclosure, ...]
    subject_field: str
    public: bool = True
    scope_field: str = ""

    def scope(self, values: Values) -> WordingScope:
        return _SCOPES.get(values.get(self.scope_field, ""), WordingScope.ALL)

    def demanded(self, values: Values) -> tuple[str, ...]:
        """The sentences that must stand in a text with these values."""
        return tuple(fill(one.text, values) for one in self.disclosures if holds(one.when, values))


@cache
def templates() -> tuple[Template, ...]:
    """All templates in the order a menu shows them."""
    found = [_template(path) for path in FOLDER.glob("*.toml") if path.name != FORBIDDEN]
    return tuple(template for _, template in sorted(found, key=lambda pair: pair[0]))


def find_template(name: str) -> Template:
    """By name or title. Raises RequestRejected OPTION_INVALID (option, value)."""
    for template in templates():
        if name in (template.name, template.title):
            return template
    raise RequestRejected(Rejection.OPTION_INVALID, option="template", field="template", value=name[:40])


def read_fields(template: Template, given: Mapping[str, str]) -> dict[str, str]:
    """Every field of the template with its value as it will be shown.

    What only the program may write (markers, marks) is taken out of the user's text.

    Raises RequestRejected OPTION_INVALID (option: the label, field: its name, value) for an unknown name, a required
    field without a value, a choice or date that is none, a text over `FIELD_LIMIT_CHARS`.
    """
    known = {field.name for field in template.fields}
    for name in given:
        if name not in known:
            raise RequestRejected(Rejection.OPTION_INVALID, option=name[:40], field=name[:40], value=given[name][:40])
    return {field.name: _read(field, given.get(field.name, "").strip() or field.default) for field in template.fields}


def holds(condition: Condition, values: Values) -> bool:
    return all(values.get(name, "") in allowed for name, allowed in condition)


def fill(text: str, values: Values) -> str:
    """The wording with the fields in their places; lines whose fields are all empty are left out."""
    lines: list[str] = []
    for line in text.split("\n"):
        names = _SLOT.findall(line)
        if not names or any(values.get(name) for name in names):
            lines.append(_SLOT.sub(lambda slot: values.get(slot[1], ""), line))
    return "\n".join(lines).strip("\n")


def items(text: str) -> list[str]:
    """The lines of a list without their own marks."""
    return [item for line in text.split("\n") if (item := _ITEM_MARK.sub("", line).strip())]


def _read(field: TemplateField, value: str) -> str:
    def reject(reason: str) -> RequestRejected:
        return RequestRejected(Rejection.OPTION_INVALID, option=field.label, field=field.name, value=reason)

    if not value:
        if field.required:
            raise reject("（必填）")
        return ""
    if len(value) > FIELD_LIMIT_CHARS:
        raise reject(f"{len(value)} > {FIELD_LIMIT_CHARS}")
    if field.kind is FieldInput.CHOICE and value not in field.choices:
        raise reject(f"{value[:40]}（{'、'.join(field.choices)}）")
    if field.kind is FieldInput.DATE:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise reject(f"{value[:40]}（2026-01-31）") from None
        return f"{day.year}年{day.month}月{day.day}日"
    plain = _MARKER_LIKE.sub(r"［\1］", value).replace("~~", "").replace("【未找到依据】", "")
    return plain if field.kind in (FieldInput.LONG, FieldInput.LIST) else " ".join(plain.split())


def _template(path: Path) -> tuple[int, Template]:
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    template = Template(
        name=path.stem,
        title=data["title"],
        purpose=data["purpose"],
        tone=data["tone"],
        limit_chars=data["limit_chars"],
        fields=tuple(_field(one) for one in data["field"]),
        sections=tuple(_section(one) for one in data["section"]),
        disclosures=tuple(
            Disclosure(one["text"], one["source"], _condition(one)) for one in data.get("disclosure", ())
        ),
        subject_field=data["subject_field"],
        public=data.get("public", True),
        scope_field=data.get("scope_field", ""),
    )
    return data["order"], template


def _field(data: Mapping[str, Any]) -> TemplateField:
    return TemplateField(
        name=data["name"],
        label=data["label"],
        kind=FieldInput(data.get("kind", FieldInput.TEXT)),
        required=data.get("required", False),
        default=data.get("default", ""),
        choices=tuple(data.get("choices", ())),
        help=data.get("help", ""),
    )


def _section(data: Mapping[str, Any]) -> TemplateSection:
    return TemplateSection(
        kind=SectionKind(data["kind"]),
        heading=data.get("heading", ""),
        text=data.get("text", "").strip("\n"),
        points=tuple(_point(point) for point in data.get("points", ())),
        question=data.get("question", ""),
        instruction=data.get("instruction", ""),
        sentences=data.get("sentences", 3),
        field=data.get("field", ""),
        when=_condition(data),
    )


def _point(data: Mapping[str, Any]) -> TemplatePoint:
    return TemplatePoint(
        label=data["label"],
        question=data["question"],
        words=tuple(data["words"]),
        required=data.get("required", False),
        general=data.get("general", False),
        when=_condition(data),
    )


def _condition(data: Mapping[str, Any]) -> Condition:
    wanted: Mapping[str, Sequence[str]] = data.get("when", {})
    return tuple((name, tuple(allowed)) for name, allowed in wanted.items())
