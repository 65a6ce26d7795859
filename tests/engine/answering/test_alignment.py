"""What word overlap gets wrong and an answer of a bank may not."""

from __future__ import annotations

import pytest

from engine.answering.alignment import disputed, supporting
from engine.values import Passage, Rung

LOSS = "第十八条 密码重置须由本人持有效身份证件到网点办理，不得代办。因重病无法到场的，网点可以安排两名员工上门核实。"
EARLY = (
    "第九条 未到期的定期存款全部提前支取的，按支取日挂牌公告的活期存款利率计付利息；"
    "到期支取的，按开户日挂牌公告的定期存款利率计付利息。"
)
LOAN = "第六百七十五条 对借款期限没有约定的，借款人可以随时返还；贷款人可以催告借款人在合理期限内返还。"
BILL = "第三十九条 持票人应当在汇票到期日前向付款人提示承兑。"
FEE = "《收费表》第十九条 表二|项目=小额账户管理费|收费标准=免收|说明=所有个人账户"


def held(sentence: str, text: str, question: str = "") -> bool:
    one = Passage("d:1:0", "d", "文件", 1, f"《文件》\n{text}" if "|" not in text else text, (), (), Rung.BRANCH, 1, 1)
    return bool(supporting(sentence, (), [one], question))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (LOSS, "密码重置由本人持有效身份证件到网点办理，不能代办。"),
        (LOSS, "因重病来不了的，网点可以派两名员工上门核实。"),
        (EARLY, "定期存款全部提前支取的，按支取日的活期利率计息。"),
        (LOAN, "没有约定借款期限的，借款人可以随时返还。"),
        (BILL, "持票人要在汇票到期日前提示承兑。"),
        (FEE, "个人账户免收小额账户管理费。"),
    ],
)
def test_what_is_said_in_other_words_is_supported(text: str, sentence: str) -> None:
    assert held(sentence, text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (LOSS, "密码重置可以由他人持有效身份证件到网点代办。"),
        (LOSS, "密码重置无需本人到网点办理。"),
        (LOSS, "因重病无法到场的，网点不得安排员工上门核实。"),
        (EARLY, "定期存款全部提前支取的，按开户日挂牌公告的定期存款利率计付利息。"),
        (EARLY, "定期存款全部提前支取的，按支取日挂牌公告的定期存款利率计付利息。"),
        (LOAN, "对借款期限没有约定的，贷款人可以随时返还。"),
        (LOAN, "对借款期限没有约定的，借款人不得随时返还。"),
        (BILL, "持票人应当在汇票到期日后向付款人提示承兑。"),
        (BILL, "付款人应当在汇票到期日前向持票人提示承兑。"),
        (FEE, "个人账户收取小额账户管理费。"),
        (LOSS, "密码重置须由本人到网点办理，并赠送纪念币一枚。"),
    ],
)
def test_what_is_turned_round_is_not(text: str, sentence: str) -> None:
    assert not held(sentence, text)


def test_a_bare_yes_must_be_what_the_rest_says() -> None:
    assert not held("可以，密码重置不得代办。", LOSS, "密码重置可以代办吗")
    assert held("不可以，密码重置不得代办。", LOSS, "密码重置可以代办吗")


def test_another_bank_or_another_time_is_not_what_a_rule_speaks_of() -> None:
    assert held("小额账户管理费免收。", FEE)
    assert not held("招商银行的小额账户管理费免收。", FEE)
    assert not held("2028年小额账户管理费免收。", FEE)


def test_a_passage_that_says_it_differently_disputes() -> None:
    one = Passage("d:1:0", "d", "文件", 1, f"《文件》\n{BILL}", (), (), Rung.BRANCH, 1, 1)
    assert disputed("持票人应当在汇票到期日后向付款人提示承兑。", [one], "")
    assert not disputed("网点周末照常营业。", [one], "")
