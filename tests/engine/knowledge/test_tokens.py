from __future__ import annotations

from engine.knowledge.tokens import KeyedTokens, plain_tokens


def test_chinese_becomes_bigrams_and_words_stay_whole() -> None:
    assert plain_tokens("存款保险50万元，LPR 3.45%") == ["存款", "款保", "保险", "50", "万元", "lpr", "3.45"]


def test_full_width_and_compatibility_forms_are_the_same_token() -> None:
    assert plain_tokens("ＬＰＲ５０") == plain_tokens("lpr50")
    assert plain_tokens("行\ufa08") == plain_tokens("行行")


def test_a_single_character_is_a_token_of_its_own() -> None:
    assert plain_tokens("税 、 险") == ["税", "险"]


def test_keyed_tokens_depend_on_the_key_and_hide_the_word() -> None:
    first, second = KeyedTokens(b"1" * 32), KeyedTokens(b"2" * 32)
    assert first.keyed("存款保险") == KeyedTokens(b"1" * 32).keyed("存款保险")
    assert set(first.keyed("存款保险")).isdisjoint(second.keyed("存款保险"))
    assert all(len(token) == 8 and token.isascii() for token in first.keyed("存款 deposit"))


def test_half_surrogates_do_not_break_tokens() -> None:
    assert len(KeyedTokens(b"1" * 32).keyed("a\ud800b 存款")) >= 1
