"""Questions that no document answers and no search should be made for: what they get instead, by small rules.

A customer's data is not in the library; who asks for a rule about it (「查询客户余额要哪些手续」) asks a question
like any other. Orders to the program and insults get one calm sentence.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from engine.answering.phrases import ABUSIVE, CUSTOMER_DATA, ORDERED
from engine.privacy.name_words import SURNAMES

_LONGEST_CHARS = 120  # a longer text is no order and no insult alone, whatever it holds
_DATA = (
    "(?:余额|流水|交易明细|交易记录|账号|卡号|密码|身份证号码?|手机号码?"
    "|电话号码?|住址|家庭住址|存款|资产|征信|征信报告|个人信息|贷款余额)"
)
_NAMES = "".join(sorted(SURNAMES))
_PERSON = (
    f"(?:(?:客户|储户|借款人|持卡人|用户)(?:叫)?[{_NAMES}][\u4e00-\u9fff某]{{1,2}}|[{_NAMES}](?:某某?|先生|女士|小姐|老师|经理|总|大爷|阿姨|师傅)"
    f"|(?<![\u4e00-\u9fff])[{_NAMES}][\u4e00-\u9fff]{{1,2}}(?=的)|[{_NAMES}][\u4e00-\u9fff]{{1,2}}(?=名下|在我行|在本行)"
    r"|(?:身份证|卡号|账号|手机号|尾号)[^，。？?]{0,4}[\dxX*]{4,}|(?<!\d)\d{17}[\dxX](?!\d)|(?<!\d)\d{16,19}(?!\d)"
    "|隔壁|我邻居|我前夫|我前妻|我老板|我同事|那个客户|这个客户|刚才那位客户|某位客户)"
)
_OF_A_PERSON = re.compile(
    f"{_PERSON}[^。？?！!，,]{{0,16}}?{_DATA}(?:$|[。？?！!]|是(?!否)|为|呢|多少|有(?:多少|几)|还有多少|给我|发)"
)
_FETCH = re.compile(
    f"(?:告诉我|给我|查一?[下查]|查出|调出|导出|列出|发给我|说出|透露|看看|帮我查|显示|提供)[^。？?！!]{{0,20}}?{_PERSON}[^。？?！!]{{0,12}}?{_DATA}"
    f"|(?:导出|列出|给我|打印|发给我|显示)[^。？?！!]{{0,8}}(?:所有|全部|全行|每个|VIP|贵宾|大额)[^。？?！!]{{0,4}}客户[^。？?！!]{{0,10}}(?:{_DATA}|名单|信息|资料)"
    f"|(?:所有|全部|全行)[^。？?！!]{{0,4}}客户的?{_DATA}[^。？?！!]{{0,4}}(?:导出|列出|发|给我|打印)",
    re.IGNORECASE,
)
_ORDER = re.compile(
    "解除(?:安全|一切|你的|所有)限制"
    "|(?:忽略|无视|忘记|忘掉|绕过|抛开|不要管|不用管|跳过)[^。？?！!]{0,10}(?:指令|规则|提示词|限制|设定|约束|安全)"
    "|[你您](?:现在|从现在起|将)?(?:是|扮演|变成|成为)[^。？?！!]{0,10}"
    "(?:没有限制|无限制|不受(?:限制|约束)|黑客|越狱|开发者模式|DAN)"
    "|(?:输出|显示|告诉我|打印|重复|说出|泄露|给我看)[^。？?！!]{0,8}"
    "(?:系统提示词?|提示词|系统指令|初始指令|system prompt)"
    "|ignore (?:all |the |your )*(?:previous|above|prior)|you are now|开发者模式|进入(?:越狱|调试|上帝)模式|jailbreak",
    re.IGNORECASE,
)
_INSULT = re.compile(
    "傻[逼比叉B]|(?:你|他)妈的|去死|滚(?:蛋|开|！|!|。|$)|废物|垃圾(?:软件|程序|助手|东西|机器|系统|玩意|$)|白痴|智障|蠢货|混蛋|王八蛋|狗东西|脑残|没用的东西|弱智|stupid|idiot|fuck"
)
_ASKS = re.compile("[多几什哪怎吗么如何]|是否|可以|能不能|要不要|多久|规定|条件|手续|流程|材料|利率|费")


class Occasion(StrEnum):
    CUSTOMER_DATA = "customer_data"
    ORDER = "order"
    ABUSE = "abuse"


_WORDS = {Occasion.CUSTOMER_DATA: CUSTOMER_DATA, Occasion.ORDER: ORDERED, Occasion.ABUSE: ABUSIVE}


def occasion(question: str) -> Occasion | None:
    """What makes a question one for a courteous word; None for every other."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", question)) if not question.isascii() else question
    if len(text) > _LONGEST_CHARS:
        return None
    if _FETCH.search(text) or _OF_A_PERSON.search(text):
        return Occasion.CUSTOMER_DATA
    if _ORDER.search(text):
        return Occasion.ORDER
    if _INSULT.search(text) and not _ASKS.search(_INSULT.sub("", text)):
        return Occasion.ABUSE
    return None


def courtesy(question: str) -> str:
    """The sentence to say instead of an answer; empty where the question is to be answered."""
    found = occasion(question)
    return _WORDS[found] if found else ""
