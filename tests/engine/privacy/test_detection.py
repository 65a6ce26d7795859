"""Finding and masking personal data, by hand-made cases and by a sample of the benchmark's generator."""

from __future__ import annotations

import pickle

import pytest

from engine.privacy import find, mask
from tests.benchmarks.personal_data import missed
from tests.benchmarks.personal_sentences import samples


def found(text: str) -> list[str]:
    return [text[data.start : data.end] for data in find(text)]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("身份证11010519491231002X能开户吗", "身份证〔身份证号〕能开户吗"),
        ("身份证 110105 19491231 002x", "身份证 〔身份证号〕"),
        ("证件号１１０１０５１９４９１２３１００２Ｘ", "证件号〔身份证号〕"),
        ("旧身份证号110105491231002", "旧身份证号〔身份证号〕"),
        ("卡号6222 0212 3456 7894，请冻结", "卡号〔银行卡号〕，请冻结"),
        ("卡号4111-1111-1111-1111", "卡号〔银行卡号〕"),
        ("手机+86 138-1234-5678。", "手机〔手机号〕。"),
        ("请拨0571-87654321转802", "请拨〔电话号码〕"),
        ("账单发到zhang.san@bank.com.cn", "账单发到〔邮箱〕"),
        ("护照号码：E12345678", "护照号码：〔证件号〕"),
        ("微信号：zhangsan_88", "微信号：〔社交账号〕"),
        ("浙A12345的车主", "〔车牌号〕的车主"),
        ("家住杭州市西湖区文三路12号3幢2单元501室，", "家住〔住址〕，"),
        ("王先生的贷款", "〔姓名〕先生的贷款"),
        ("欧阳小明女士，您好", "〔姓名〕女士，您好"),
        ("户名：王小明", "户名：〔姓名〕"),
        ("姓名：阿依古丽·买买提", "姓名：〔姓名〕"),
        ("客户张三申请提前还款", "客户〔姓名〕申请提前还款"),
        ("客户经理李芳，工号12", "客户经理〔姓名〕，工号12"),
    ],
)
def test_masks_with_the_kind_of_what_was_there(text: str, masked: str) -> None:
    assert mask(text)[0] == masked


@pytest.mark.parametrize(
    "text",
    [
        "身份证110105194912310021能开户吗",  # wrong check digit
        "11010519491331002X",  # no such month
        "卡号6222021234567895",  # fails Luhn
        "金额13812345678元",
        "订单号13812345678",
        "¥13,812,345,678.00",
        "产品代码FBAE13812345678",
        "客户经理的客户身份和客户余额",
        "借款人应当如实填写，法定代表人变更",
        "各位女士、先生",
        "根据银发〔2024〕138号，第一百三十八条",
        "客服热线95588",
        "",
        "。，！？",
    ],
)
def test_leaves_what_is_no_personal_data(text: str) -> None:
    assert mask(text) == (text, ())


def test_kinds_are_told_once_each_and_in_order() -> None:
    assert mask("客户张三（13812345678、13912345678）")[1] == ("name", "mobile")


def test_of_two_that_overlap_all_characters_are_covered() -> None:
    text = "户名：王小明先生 110105 19491231 002X 13812345678"
    assert found(text) == ["王小明", "110105 19491231 002X", "13812345678"]


def test_finds_pickle() -> None:
    finds = find("手机13812345678")
    assert pickle.loads(pickle.dumps(finds)) == finds


def test_generated_sentences_are_found_and_others_left() -> None:
    made = samples(2_000, seed=11)
    wanted = sum(len(sample.secrets) for sample in made)
    lost = [secret for sample in made for secret in missed(sample)]
    negatives = [sample for sample in made if not sample.secrets]
    alarms = [sample.text for sample in negatives if find(sample.text)]
    assert len(lost) <= 0.005 * wanted, lost
    assert len(alarms) <= 0.005 * len(negatives), alarms


@pytest.mark.parametrize(
    "text", ["1 " * 20_000, "1-" * 20_000, "a" * 20_000 + "@", "王" * 20_000 + "先生", "姓名 " * 10_000]
)
def test_long_rubbish_ends(text: str) -> None:
    assert len(mask(text)[0]) <= len(text) + 10
