from __future__ import annotations

import re
from dataclasses import replace

import pytest

from engine.answering.evidence import choose_evidence
from engine.answering.prompt import passage_line
from engine.answering.units import opening, units
from engine.values import Passage, Rung, Span

RULE = (
    "《示例条例》第二章 存款\n第四条 受保障的存款包括本币存款和外币存款。但是，同业存款和高级管理人员的存款除外。\n"
    "银行应当公示保障标识。公示的样式由主管机构统一规定。"
)
LISTED = (
    "《示例办法》\n第九条 有下列情形之一的，可以提取公积金：\n（一）购买自住住房的；\n（二）离休、退休的；\n"
    "（三）出境定居的。\n"
    "依照前款规定提取的，应当同时注销账户。\n单位不得挪用公积金，违者处一万元罚款。"
)
ENTRY = "口头挂失\n口头挂失后5天内要补办书面手续。逾期不补，挂失失效。\n依据：《示例条例》第三十一条（核对于2026年）"
ROW = "《手册》第二章 表一 收费|项目=短信提醒|价格=每月2元"


def passage(name: str, text: str, score: float = 1.0) -> Passage:
    return Passage(f"{name}:1:0", name, name, 1, text, (), (Span(1, 0, len(text)),), Rung.BRANCH, score, 0.9)


def tokens(text: str) -> int:
    return len(re.findall(r"\w|[^\w\s]", text))


def chosen(question: str, *texts: str, budget: int = 400) -> list[str]:
    passages = [passage(str(n), text) for n, text in enumerate(texts)]
    return [text for _, text in choose_evidence(question, passages, lambda text: 10 * tokens(text), 10 * budget)]


def test_units_join_to_the_passage() -> None:
    for text in (RULE, LISTED, ENTRY, ROW):
        found = units(text)
        assert opening(text) + text[len(opening(text)) :] == text
        assert [text[unit.start : unit.end] for unit in found] == [unit.text for unit in found]
        left = text[len(opening(text)) :]
        assert "".join(re.sub(r"\s", "", unit.text) for unit in found) == re.sub(r"\s", "", left)


def test_the_opening_names_document_path_and_article() -> None:
    assert opening(RULE) == "《示例条例》第二章 存款\n第四条 "
    assert opening(ENTRY) == "口头挂失\n"
    assert opening("没有标题的一段话。") == ""


def test_an_exception_stays_with_its_rule() -> None:
    (text,) = chosen("外币存款受不受保障？", RULE, budget=60)
    assert "外币存款。但是，同业存款和高级管理人员的存款除外。" in text
    assert "公示" not in text


def test_an_item_stays_with_its_lead_in_and_what_is_between_is_marked() -> None:
    (text,) = chosen("出境定居能不能取公积金？", LISTED, budget=60)
    assert text.startswith("《示例办法》\n第九条 有下列情形之一的，可以提取公积金：")
    assert "…（三）出境定居的。" in text and "退休" not in text


def test_an_enumeration_comes_whole_where_all_of_it_is_asked_for() -> None:
    (text,) = chosen("哪些情形可以提取公积金？", LISTED, budget=90)
    assert all(item in text for item in ("（一）购买", "（二）离休", "（三）出境"))


def test_a_sentence_that_points_back_brings_the_one_before() -> None:
    found = units(LISTED)
    pointing = next(unit for unit in found if unit.text.startswith("依照前款"))
    fine = next(unit for unit in found if unit.text.startswith("单位不得"))
    lead_in = next(unit for unit in found if unit.text.startswith("有下列"))
    assert pointing.needs == (lead_in.number,)
    assert fine.needs == ()


def test_an_exception_within_its_own_rule_restricts_no_other() -> None:
    first, second = units("《法》\n第二条 股东有权优先认缴出资。股份公司的股东不享有优先权，章程另有规定的除外。")
    assert (first.needs, second.needs) == ((), ())


def test_an_exception_of_its_own_paragraph_restricts_the_enumeration_before() -> None:
    text = "《法》\n第三条 当事人可以使用电子签名：\n（一）合同；\n（二）单证。\n前款规定不适用婚姻、收养的文书。"
    exception = len(units(text)) - 1
    assert all(exception in unit.needs for unit in units(text)[:exception])


def test_the_note_of_sources_comes_only_where_a_rule_is_asked_for() -> None:
    assert chosen("口头挂失后几天内要补书面手续？", ENTRY) == [ENTRY[: ENTRY.index("\n依据")]]
    assert "第三十一条" in chosen("口头挂失几天内补手续，依据是哪条规定？", ENTRY)[0]


def test_a_row_of_a_table_comes_whole() -> None:
    assert chosen("短信提醒多少钱？", ROW) == [ROW]


@pytest.mark.parametrize("budget", [40, 60, 80, 120])
def test_all_lines_together_stay_within_the_budget(budget: int) -> None:
    passages = [passage(str(n), text) for n, text in enumerate((RULE, LISTED, ENTRY, ROW))]
    evidence = choose_evidence("公积金、存款、挂失和短信提醒多少钱？", passages, tokens, budget)
    lines = [passage_line(n, one, text) for n, (one, text) in enumerate(evidence, 1)]
    assert 0 < sum(map(tokens, lines)) <= budget


def test_something_is_given_however_small_the_budget() -> None:
    assert chosen("外币存款受不受保障？", RULE, budget=3)[0].startswith("《示例条例》")
    assert choose_evidence("外币？", [], len) == []


def test_passages_keep_their_order_and_what_scores_far_below_stays_out_behind_the_first_two() -> None:
    scores = (0.8, 0.05, 0.07, 0.09)
    found = [passage(name, f"存款可以挂失{name}。", score) for name, score in zip("甲乙丙丁", scores, strict=True)]
    assert [one.name for one, _ in choose_evidence("存款挂失", found, tokens)] == ["甲", "乙", "丁"]


def test_what_is_asked_for_as_a_figure_comes_before_what_shares_as_many_words() -> None:
    text = (
        "《法》\n第一条 客户资料应当妥善保存，"
        + "不得泄露或者篡改，" * 12
        + "由专人保管。客户资料自结束之日起保存十年。"
    )
    (short,) = chosen("客户资料保存多久？", text, budget=50)
    assert "十年" in short and "泄露" not in short


def test_a_text_that_opens_with_its_title_needs_no_file_name() -> None:
    assert passage_line(3, passage("条例.pdf", RULE), RULE) == f"[3]{RULE}"
    assert passage_line(3, replace(passage("内置", ENTRY)), ENTRY) == f"[3]《内置》{ENTRY}"


def test_what_an_earlier_turn_has_shown_is_named_by_the_text_it_was_shown_with() -> None:
    one = passage("法", RULE.replace("由主管机构统一规定", "由主管机构统一规定，" + "各地不得另行制作" * 20))
    first = choose_evidence("保障的存款有外币吗，标识要公示吗？", [one], tokens)
    again = choose_evidence("外币存款受不受保障？", [one], tokens, 60, shown=first)
    new = choose_evidence("外币存款受不受保障？", [one], tokens, 60)
    assert again == first != new
    assert choose_evidence("公示的样式由谁规定？", [one], tokens, shown=new) != new
