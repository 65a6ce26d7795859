"""What a question asks for, and the traits of questions that no rule book answers.

The words below are kinds of questions, not questions: what is asked for by a value (a rate, a sum, a term), by a name,
by a way to reach somebody; whether it is asked for a moment (today's, next year's), of another institution, of one's
own branch, or by an article's number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_NUMERAL = "〇零一二两三四五六七八九十百千万亿0-9"


@dataclass(frozen=True, slots=True)
class Asked:
    """A kind of thing that is asked for: how it is asked, and how a passage states it."""

    name: str
    asks: re.Pattern[str]
    states: re.Pattern[str]


def _asked(name: str, asks: str, states: str) -> Asked:
    return Asked(name, re.compile(asks), re.compile(states))


ASKED = (
    _asked(
        "money",
        "多少钱|几块钱?|几元|多少万|多少亿|多少元|(?:工本|年|管理|服务|手续|停车)费|什么价|价格|收费|怎么收|额度",
        rf"[{_NUMERAL}]元|[{_NUMERAL}]美元|免收|免费|不收费",
    ),
    _asked(
        "rate",
        "利率|收益率|费率|汇率|牌价|买入价|卖出价|几个点|百分之几|几成|LPR|多少利息|基点",
        rf"%|百分之[{_NUMERAL}]|[{_NUMERAL}]成|倍",
    ),
    _asked(
        "term",
        "多久|多长|几天|几年|几个月|几个工作日|多少天|多少年|几日|几号|哪天|哪一天|什么时候|何时|几点|多少分钟",
        rf"[{_NUMERAL}](?:个?工作日|日|天|年|个月|小时|周|分钟|时)",
    ),
    _asked(
        "count",
        "几(?:次|回|张|个|家|台|联|种|名|人|件|课时)|多少(?:次|张|个|家|台|件|名|人|分|克|万|亿)|一式几",
        rf"[{_NUMERAL}](?:次|张|枚|个|家|台|联|种|名|人|件|份|分|克)",
    ),
    _asked("age", "几岁|多大|多少岁", rf"[{_NUMERAL}]周?岁"),
    _asked("person", "谁|叫什么名字|是哪[位个]|哪位", r"负责人|经理|柜员|主管|当事人|人员|网点|本行|机构|本人|代理人"),
    _asked(
        "contact",
        "电话|手机号|号码是|热线|联系方式|邮箱|网址|微信号",
        r"\d{3,4}-?\d{4,8}|(?<!\d)(?:95|1[3-9])\d{3,}|@|www\.",
    ),
    _asked("hours", "几点|营业时间|开门|关门|排队|放几天假|放.{0,3}假", r"\d{1,2}[:：]\d{2}|[上下]午|[点时]至"),
    _asked(
        "place", "在哪个?(?:城市|里|儿)?|哪条|怎么走|地址|哪个?(?:城市|地方)|哪家", r"[省市县区路街]\S{0,6}号|大厦|地址"
    ),
)

MOMENT = re.compile(
    "今天|明天|昨天|后天|眼下|当前|目前|现在|今年|明年|去年|后年|本月|这个月|上个月|下个月|本周|下周|上周|这一?期|本期|最新|近期|春节|国庆"
    r"|20[2-9]\d年"
)
INSTITUTION = re.compile(
    "工商银行|工行|农业银行|农行|中国银行|中行|建设银行|建行|交通银行|交行|邮储银行|邮政储蓄|招商银行"
    "|招行|浦发银行|中信银行|光大银行|华夏银行|民生银行|广发银行|平安银行|兴业银行|浙商银行|渤海银行"
    "|恒丰银行|北京银行|上海银行|江苏银行|南京银行|宁波银行|杭州银行|徽商银行|微众银行|网商银行|汇丰银行"
    "|汇丰|渣打银行|花旗银行|恒生银行|东亚银行|支付宝|微信|余额宝|财付通|京东|美团|云闪付|抖音|蚂蚁|花呗"
    "|借呗"
)
OWN = re.compile("我们(?:行|网点|支行|市|单位)|咱们|你们|本行|我行|全行|支行|分行|总行|网点")

_HOW_MANY = re.compile(r"(?:几|多少)(\w{0,4})")
_MEASURES = (
    (r"(?:个?点|个?百分点|利率|利息|成|比例)", "%|‰|成|[个]?百分点|倍"),
    (r"(?:块|元|钱|费|万|亿|价|$|才|要|都)", "元|美元|万|亿|%|倍|[日天年次个户人]|周?岁"),
    (r"个?(?:工作日|天|日|号)", "日|天|个?工作日|小时"),
    (r"(?:个?月|年|个?小时|分钟)", "年|个月|月|小时|日|天|分钟|周"),
    (r"(?:次|回|遍)", "次|回"),
    (r"(?:岁|大)", "周?岁"),
)
_ARTICLE = re.compile(rf"第[{_NUMERAL}]+条")


def kinds_asked(question: str) -> tuple[Asked, ...]:
    """The kinds of things that a question asks for, in the order of `ASKED`; empty where none is recognised."""
    plain = unicodedata.normalize("NFKC", question)
    return tuple(asked for asked in ASKED if asked.asks.search(plain))


def measures_asked(question: str) -> tuple[re.Pattern[str], ...]:
    """How a text states what 几… and 多少… in the question ask for: a number with that very measure word
    (要填几联 → 三联), or with one that is used in its place (几天 → 三日, 多少钱 → 5元)."""
    found: list[re.Pattern[str]] = []
    for match in _HOW_MANY.finditer(unicodedata.normalize("NFKC", question)):
        following = match[1]
        units = next((units for asked, units in _MEASURES if re.match(asked, following)), "")
        measure = units or re.escape(following[: 2 if following[:1] == "个" else 1])
        if measure:
            found.append(re.compile(rf"[{_NUMERAL}]\s*(?:{measure})"))
    return tuple(found)


def unknown_institutions(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Other institutions that the question names and none of the texts does."""
    named = INSTITUTION.findall(unicodedata.normalize("NFKC", question))
    return tuple(name for name in named if not any(name in text for text in texts))


def missing_articles(question: str, headings: Sequence[str]) -> tuple[str, ...]:
    """Articles that the question names by number and that none of the headings is."""
    known = {article for heading in headings for article in _ARTICLE.findall(heading)}
    return tuple(article for article in _ARTICLE.findall(question) if article not in known)
