from __future__ import annotations

import unicodedata

import pytest

from engine.parser.normalize import is_cjk, normalize_char, normalize_text


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("\ufa08", "行"),  # CJK compatibility ideograph
        ("⾦", "金"),  # Kangxi radical
        ("⻚", "页"),  # CJK radicals supplement, which NFKC leaves alone
        ("⻓", "长"),
        ("⻢", "马"),
        ("（", "（"),
        ("％", "%"),
        ("㈠", "(一)"),
        ("ﬁ", "fi"),
        ("\u3000", " "),
        ("\u00a0", " "),
        ("\u200b", ""),
        ("\u00ad", ""),
        ("\ue000", ""),  # private use: what a symbol font shows there cannot be known
        ("\ud800", ""),
        ("行", "行"),
    ],
)
def test_look_alikes_become_what_a_keyboard_types(printed: str, typed: str) -> None:
    assert normalize_char(printed) == typed


def test_every_radical_with_an_ideograph_leads_to_one() -> None:
    for code in range(0x2E80, 0x2EF4):
        if unicodedata.name(chr(code), "") not in ("", "CJK RADICAL REPEAT"):
            (result,) = normalize_char(chr(code))
            assert unicodedata.name(result).startswith("CJK UNIFIED IDEOGRAPH"), hex(code)


def test_normalizing_twice_changes_nothing() -> None:
    text = "银⾏（⻓期）存款㈠ ﬁ\u3000％"
    assert normalize_text(normalize_text(text)) == normalize_text(text) == "银行（长期）存款(一) fi %"


def test_chinese_text_and_punctuation_are_told_from_words() -> None:
    assert all(map(is_cjk, "行。《”"))
    assert not any(map(is_cjk, "a1 ,("))
