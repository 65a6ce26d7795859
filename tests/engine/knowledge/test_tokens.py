from __future__ import annotations

import pytest

from engine.knowledge.tokens import KeyedTokens, plain_tokens


def shared(first: str, second: str) -> set[str]:
    return set(plain_tokens(first)) & set(plain_tokens(second))


def test_chinese_becomes_bigrams_and_characters_and_words_stay_whole() -> None:
    assert plain_tokens("存款保险，LPR") == ["存款", "款保", "保险", "存", "保", "险", "lpr"]


def test_characters_of_every_sentence_are_no_tokens_of_their_own() -> None:
    assert plain_tokens("税的") == ["税的", "税"]


def test_full_width_and_compatibility_forms_are_the_same_token() -> None:
    assert plain_tokens("ＬＰＲ５０") == plain_tokens("lpr50")
    assert plain_tokens("行\ufa08") == plain_tokens("行行")


def test_a_single_character_is_a_token_of_its_own() -> None:
    assert plain_tokens("税 、 险") == ["税", "险"]


@pytest.mark.parametrize(
    ("first", "second", "token"),
    [
        ("貸款利率", "贷款利率", "利率"),
        ("轉賬限額", "转账限额", "限额"),
        ("贷款5万元", "贷款伍万元", "#50000"),
        ("存50,000元", "存五万", "#50000"),
        ("最高500000元", "最高人民币五十万元", "#500000"),
        ("第5条", "依照第五条的规定", "§5"),
        ("民法典第668条", "第六百六十八条", "§668"),
        ("第十条之一", "第 10 条之一", "§10.1"),
        ("银发〔2016〕302号", "银发[2016]302 号文", "№银发2016.302"),
        ("利率3.50%", "百分之三点五", "%3.5"),
        ("产品ZH-2024A", "zh-2024a", "=zh2024a"),
    ],
)
def test_what_is_written_in_many_ways_has_one_token(first: str, second: str, token: str) -> None:
    assert token in shared(first, second)


def test_keyed_tokens_depend_on_the_key_and_hide_the_word() -> None:
    first, second = KeyedTokens(b"1" * 32), KeyedTokens(b"2" * 32)
    assert first.keyed("存款保险") == KeyedTokens(b"1" * 32).keyed("存款保险")
    assert set(first.keyed("存款保险")).isdisjoint(second.keyed("存款保险"))
    assert all(len(token) == 8 and token.isascii() for token in first.keyed("存款 deposit"))


def test_half_surrogates_do_not_break_tokens() -> None:
    assert len(KeyedTokens(b"1" * 32).keyed("a\ud800b 存款")) >= 1
