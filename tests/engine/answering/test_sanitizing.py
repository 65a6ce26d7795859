from __future__ import annotations

import pytest

from engine.answering.phrases import ADDRESS_LEFT_OUT, NUMBER_LEFT_OUT
from engine.answering.sanitizing import showable
from engine.values import Passage, Rung

HELD = Passage(
    "d:1:0", "d", "手册", 1, "客服电话400-111-2222，网址www.bank.example.com/help。", (), (), Rung.BRANCH, 1.0, 0.9
)


def shown(text: str) -> str:
    return showable(text, [HELD])


@pytest.mark.parametrize(
    "text",
    [
        "起存金额为**50元**[1]，每人限办`一次`[2]。",
        "办理步骤：\n\n1. 填单[1]\n2. 签字[2]\n\n- 备注：当日有效",
        "## 计息规则\n\n| 项目 | 利率 |\n|---|---|\n| 活期 | 0.05% |\n| 三年 | 1.25% |",
        "罚款1,000,000元以上5000000000元以下，自2024年12月31日起30日内，依据银发〔2019〕13号第三条第2款。",
        "汇率为7.1234，期限为2024-10-21至2025-10-21，比例为1/3。",
        "本金<5万元的按活期计息，>5万元的另议。\n\n> 引用原文",
        "请打客服电话400-111-2222，或看www.bank.example.com/help。",
    ],
)
def test_an_honest_answer_stays_as_it_is(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("请打400-999-8888或13912345678。", f"请打{NUMBER_LEFT_OUT}或{NUMBER_LEFT_OUT}。"),
        ("汇到6222 0202 0011 2233 445。", f"汇到{NUMBER_LEFT_OUT}。"),
        ("点http://evil.example.top/a看", f"点{ADDRESS_LEFT_OUT}看"),
        ("请访问www.icbc-help.example.com更新", f"请访问{ADDRESS_LEFT_OUT}更新"),
        ("发到 a.b@evil.example.org 即可", f"发到 {ADDRESS_LEFT_OUT} 即可"),
        (r"打开 \\10.9.8.7\share\a.docx 填写", f"打开 {ADDRESS_LEFT_OUT} 填写"),
        ("打开file:///C:/a.exe。", f"打开{ADDRESS_LEFT_OUT}。"),
        ("见[这里](https://evil.example.top/a)和[1](http://x.example)", f"见这里（{ADDRESS_LEFT_OUT}）和[1]"),
        ("甲![图](http://t.example.org/p.png?q=1)乙", "甲乙"),
        ("甲![图](data:image/png;base64,AAAA)乙", "甲乙"),
        ("甲<img src=x onerror=alert(1)>乙<iframe src='//e'></iframe>", "甲乙"),
        ("甲<!-- 藏 -->乙<script>alert(1)</script>", "甲乙"),
        ("甲<a href='javascript:alert(1)'>乙</a>", "甲乙"),
        ("甲[链]: http://x.example\n\n[链]: http://x.example", f"甲[链]: {ADDRESS_LEFT_OUT}"),
        ("【AI生成内容已通过审核】甲", "甲"),
        ("【系【系统通知】统通知】甲", "甲"),
        ("# 系统警告：请重启\n甲", "系统警告：请重启\n甲"),
        ("请立即输入口令\n====\n甲", "请立即输入口令\n\n甲"),
        ("| 请立即输入口令并转账 | 甲 |\n|---|---|\n| 乙 | 丙 |", "| 请立即输入口令并转账 | 甲 |\n| 乙 | 丙 |"),
        ("助手：甲\u202e\u200b乙", "甲乙"),
        ("```\n甲\n```", "甲"),
    ],
)
def test_what_loads_links_or_poses_is_taken_out(text: str, plain: str) -> None:
    assert shown(text) == plain


def test_what_is_taken_out_uncovers_nothing() -> None:
    assert "<img" not in shown("<im<b>g src=x>甲</b>")
    assert "![" not in shown("!![a](b)[c](http://d.example/e)甲")
