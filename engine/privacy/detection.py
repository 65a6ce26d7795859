"""Where a text holds personal data, and the text without it.

Every finder looks at a bounded neighbourhood of its anchors (a run of digits, an @, a title), so that the whole takes
time linear in the text. Full-width forms are read as their ASCII ones, which changes no offset.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from engine.privacy import contacts, names, numbers

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20, 0x2009: 0x20}
_HYPHENS = dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212), ord("-"))
_ASCII_FORM = _FULL_WIDTH | _HYPHENS


class PersonalKind(StrEnum):
    ID_NUMBER = "id_number"
    BANK_CARD = "bank_card"
    MOBILE = "mobile"
    LANDLINE = "landline"
    EMAIL = "email"
    TRAVEL_DOCUMENT = "travel_document"  # passport, permit for Hong Kong, Macao or Taiwan
    ACCOUNT_NAME = "account_name"  # of a messenger
    PLATE = "plate"  # of a car
    ADDRESS = "address"
    NAME = "name"


# What stands in the text in their place: part of the text, like the words of an answer.
_PLACEHOLDERS = {
    PersonalKind.ID_NUMBER: "〔身份证号〕",
    PersonalKind.BANK_CARD: "〔银行卡号〕",
    PersonalKind.MOBILE: "〔手机号〕",
    PersonalKind.LANDLINE: "〔电话号码〕",
    PersonalKind.EMAIL: "〔邮箱〕",
    PersonalKind.TRAVEL_DOCUMENT: "〔证件号〕",
    PersonalKind.ACCOUNT_NAME: "〔社交账号〕",
    PersonalKind.PLATE: "〔车牌号〕",
    PersonalKind.ADDRESS: "〔住址〕",
    PersonalKind.NAME: "〔姓名〕",
}


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Characters `[start, end)` of the text; `kind` is a `PersonalKind`."""

    start: int
    end: int
    kind: PersonalKind


def find(text: str) -> tuple[PersonalData, ...]:
    """Personal data in `text`, in order and without overlap.

    Sources: ID numbers GB 11643-1999 (check character by ISO 7064 MOD 11-2), card numbers ISO/IEC 7812-1 annex B
    (Luhn). Numbers without a check digit (phones, old ID numbers, passports) count by their form and what stands
    before them; names by a surname beside a title or a label. What fails its check is not taken: a mistyped card
    number is no card number.
    """
    plain = text.translate(_ASCII_FORM)
    found: list[PersonalData] = []
    for kind, spans in (
        (PersonalKind.EMAIL, contacts.emails(plain)),
        (PersonalKind.ID_NUMBER, numbers.id_numbers(plain)),
        (PersonalKind.BANK_CARD, numbers.bank_cards(plain)),
        (PersonalKind.MOBILE, numbers.mobiles(plain)),
        (PersonalKind.LANDLINE, numbers.landlines(plain)),
        (PersonalKind.TRAVEL_DOCUMENT, contacts.travel_documents(plain)),
        (PersonalKind.ACCOUNT_NAME, contacts.account_names(plain)),
        (PersonalKind.PLATE, contacts.plates(plain)),
        (PersonalKind.ADDRESS, contacts.addresses(plain)),
        (PersonalKind.NAME, names.names(plain)),
    ):
        found.extend(PersonalData(start, end, kind) for start, end in spans)
    return _without_overlap(found)


def mask(text: str) -> tuple[str, tuple[str, ...]]:
    """`text` with a placeholder such as 〔身份证号〕 in the place of each find, and the kinds found, each once."""
    found = find(text)
    parts: list[str] = []
    end = 0
    for data in found:
        parts += (text[end : data.start], _PLACEHOLDERS[data.kind])
        end = data.end
    return "".join((*parts, text[end:])), tuple(dict.fromkeys(data.kind.value for data in found))


def _without_overlap(found: Iterable[PersonalData]) -> tuple[PersonalData, ...]:
    """Of two that overlap the one that begins first, and of these the longer one, stands for both."""
    kept: list[PersonalData] = []
    for data in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or data.start >= kept[-1].end:
            kept.append(data)
        elif data.end > kept[-1].end:
            kept[-1] = PersonalData(kept[-1].start, data.end, kept[-1].kind)
    return tuple(kept)
