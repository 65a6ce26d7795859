from __future__ import annotations

from engine.knowledge.synonyms import formal_terms, synonym_table


def test_everyday_words_bring_the_terms_of_the_rules() -> None:
    assert "投保机构" in formal_terms("要是银行倒闭了我的钱怎么办")
    assert "失信被执行人" in formal_terms("他是老赖")
    assert "伪造" in formal_terms("收到假幣怎么办")


def test_of_overlapping_words_the_longer_counts() -> None:
    assert "经催收后" in formal_terms("信用卡不还会怎样")
    assert formal_terms("信用卡不还会怎样").count("恶意透支") == 1


def test_a_question_in_the_rules_own_words_brings_nothing() -> None:
    assert formal_terms("营业日的起止时刻") == ()


def test_the_table_holds_many_pairs_and_no_word_stands_for_itself() -> None:
    table = synonym_table()
    assert sum(map(len, table.values())) >= 300
    assert all(terms for terms in table.values())
