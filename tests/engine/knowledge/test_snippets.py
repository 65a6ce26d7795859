"""One line around what was searched for."""

from __future__ import annotations

from engine.knowledge.snippets import LENGTH_CHARS, snippet


def marked(texts: tuple[str, ...], *terms: str) -> list[str]:
    words, spans = snippet(texts, terms)
    return [words[start:end] for start, end in spans]


def test_the_first_text_that_holds_a_word_gives_the_line() -> None:
    words, spans = snippet(("没有", "前面有很多很多很多很多很多字，然后才是利率，后面也有"), ["利率"])
    assert words.startswith("…") and [words[start:end] for start, end in spans] == ["利率"]
    assert snippet(("没有",), ["利率"]) == ("", ())


def test_markup_is_left_out_unless_the_word_goes_across_it() -> None:
    words, _ = snippet(("## 标题\n\n- **限额**偿付\n| 项目 | 金额 |\n|---|---|\n| 甲 | 乙 |",), ["标题"])
    assert words == "标题 限额 偿付 项目 金额 甲 乙"
    assert marked(("最高**50**万",), "**50**") == ["**50**"]


def test_every_word_is_marked_whatever_its_case_and_the_line_has_an_end() -> None:
    text = "LPR 和 lpr " * 40
    assert set(marked((text,), "Lpr")) == {"LPR", "lpr"}
    assert len(snippet((text,), ["lpr"])[0]) <= LENGTH_CHARS + 2
