"""How a clause says what it says: its words in one form, what it denies, which of two it speaks of, and who acts.

Word overlap cannot tell 「可以挂失」 from 「不可以挂失」, nor 贷款人 from 借款人; a bank must. So beside the words that
are counted stand those that must agree (`engine.answering.agreement`). The lists were written for this product.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from engine.figures import Quantity, quantities


class Modality(Enum):
    MAY = 1  # 可以, 能, 有权
    MUST = 2  # 应当, 须, 需要
    NOT = 3  # 不得, 不能; 无需, 不必; 不, 未, 没有


@dataclass(frozen=True, slots=True)
class Clause:
    """`words` are its content characters, in order, without those of modality, negation, figures and structure;
    `pairs` every two of them that stand at most `_REACH` apart (skip-bigrams; Lin 2004, ROUGE-S), `rest` those
    without the names of parties.

    `heads` are the two characters behind each word of negation or modality, with what it is; `lasts` the last two of
    a clause that denies; `scope` the pairs of neighbours behind a negation, `free` all others. `members` are (group,
    member) of `_CONTRASTS`, `parties` lines of `_PARTIES`, `subject` the one that acts (-1 where none is named),
    `agent` the two characters behind 由. `strong`: 立即, 任何; `excludes`: 只, 仅; `is_open`: 是否, 不论; `excepts`: it
    names what a rule does not hold for.
    """

    text: str
    words: str
    pairs: frozenset[str]
    rest: frozenset[str]
    heads: frozenset[tuple[Modality, str]]
    lasts: frozenset[str]
    scope: frozenset[str]
    free: frozenset[str]
    members: frozenset[tuple[int, int]]
    parties: frozenset[int]
    subject: int
    agent: str
    excepts: bool
    is_open: bool
    excludes: bool
    strong: frozenset[str]
    is_condition: bool  # 「…的，」, 「如果…，」: it says when, not what
    figures: tuple[Quantity, ...]
    is_conditioned: bool = False  # the clause before it is a condition


_FORMS: Mapping[str, str] = {  # one form ← what answers and rules say for it, where they share too few characters
    "免收": "免收费用 不收取费用 不收费 不收取 不收 免费 免缴 免交",
    "身份证": "有效身份证件 有效的居民身份证 有效的身份证件 身份证明 居民身份证 身份证件 有效证件 证件",
    "持": "携带 出示 凭借 凭 拿着 拿 带上 带着 带",
    "日": "当天 当日 天",
    "本人": "自己",
    "计息": "计付利息 计算利息 付利息 付息 算利息 利率计算 利率算",
    "告知": "告诉 知会",
    "代理": "代为办理 代办 代为 代别人 替别人 代他人 替他人 他人代",
    "他人": "别人 其他人",
    "支付": "缴纳 交纳 缴付",
    "超出": "超过 超越",
    "银行": "我们银行 本行 我行",
    "客户": "您 你 用户",
    "存款人": "储户",
    "人民银行": "中国人民银行 央行",
    "个人": "自然人",
    "单位": "公司 企业",
    "认为": "觉得 以为",
    "无": "没有",
    "房": "住房 房子 房屋 房产",
    "至少": "最少 起码",
    "漏存": "忘了存 忘记存",
    "次月": "下个月 下月",
    "视为": "视同 算作 当作",
    "不视为": "不算",
    "不是": "不属于",
    "分别": "分开",
    "向": "对 给",
    "自": "从",
    "安排": "派",
    "查询": "查",
    "遇": "碰到 遇到 碰上",
    "补办": "补上 补齐",
    "公积金": "住房公积金",
    "支付机构": "非银行支付机构",
    "": "如果 假如 倘若 若是 因此 所以 并且 而且 但是 另外 此外 还是 以及 或者 同时 方可 方能 即可 就可以 进行",
}
_CANONICAL = {form: one for one, forms in _FORMS.items() for form in forms.split()}
_CANONICAL_PATTERN = re.compile("|".join(sorted(map(re.escape, _CANONICAL), key=len, reverse=True)))
_DROPPED = re.compile(r"[\s\"'“”‘’「」『』《》<>*_`#~()（）\[\]【】]+")
_ASKED_CELL = re.compile(
    r"(?:能否|是否|可否|能不能)([^=|]+)=(不可以|不能|不可|不得|不|否|无|可以|能|可|是)(?=[，；|]|$)"
)

_OPEN = re.compile("(?:是否|能否|可否|能不能|可不可以|要不要|是不是)(?:可以|允许|需要|能够)?|不论|无论|不管")
# Words with a character of negation or of modality that mean neither.
_NEITHER = re.compile(
    "不记名|不动产|不良|未来|未成年|非居民|非法|无偿|不同|不仅|不但|不断|不明|不符|非常|不含|可疑|可靠|可能|许可|认可|要求|需求"
    "|要素|要点|主要|重要|只要|要件|必要|能力|功能|性能|应用|相应|适应|对应|才能|只能|免收|应急|应付|应收|非自用|非银行"
    "|无关|不满|不足|非婚|不予受理|记名"
)
_MODALITIES = (
    "无需|无须|毋须|毋需|不需要|不需|不须|不必|不用|不要求|可以不|可不|不再需要|不要|免于|免除"
    "|不得|不可以|不可|不能够|不能|不允许|不准|不许|严禁|禁止|不应当|不应该|不应|无权|不予|无法|不再|除外|以外(?!币|汇)|外(?=的|$)|不|未|没|无|非",
    "应当|应该|必须|须要|须|需要|需|务必|应|要",
    "可以|可|能够|能|允许|有权|准许|准予",
)
_MODALITY = re.compile("|".join(f"({pattern})" for pattern in _MODALITIES))
_GROUPED = (Modality.NOT, Modality.MUST, Modality.MAY)
_CONDITION = re.compile("的$|部分$|[时后]$|的话$|情况下$|^(?:如果|如|若|假如|倘若|除)")
_EXCEPTION = re.compile("除外|^除.*外|不适用")

# Of each line an answer may not put one in the place of another. Forms of one member are set apart by |.
_CONTRASTS = """
按日|每日|逐日 按周|每周 按月|每月|逐月 按季|每季 按年|每年|逐年
UPPER LOWER
免收|暂免征收|暂免|免征 收取|加收|计收|征收|扣收
§内|§以内|§之内 §后|§以后|§之后 §前|§以前|§之前
活期 定期
开户日 支取日|取款日 结息日 转存日 清户日 销户日
等额本息 等额本金 先息后本
一日通知 七日通知
纸质 电子
口头 书面
境内 境外 跨境
不记名 记名
首套 二套
新建 存量
上调|上浮|增加 下调|下浮|减少
收入 支出
较大 较小
较高 较低
建立|开始|发生|发放 终止|结束|结清
失效|停止|中止 继续
无效|失效 有效
前 后
信用贷款 担保贷款
全部提前|全部取|全部支取 部分提前|部分取|部分支取
基本户 一般户 专户 临时户
自愿 强制
视为接受 视为放弃
不论|无论|不管|都 只有|才|仅
个人 单位 家庭
存款保险基金管理机构 人民银行
受遗赠人 继承人
被代理人 代理人
"""
_UPPER = "不(?:得|能|会|应)?(?:超出|高于|多于)|至多|最[多高长]|以内|以下|之内|不足|不到|不满|BARE[低少小]于"
_LOWER = "不(?:得|能|会|应)?[低少]于|至少|最[低短]|以上|BARE(?:超出|高于|大于|多于)"
_ABOUT = ("活期", "等额本息", "纸质", "境内", "首套", "基本户", "个人", "受遗赠人", "被代理人")
_BARE = "(?<!不)(?<!不得)(?<!不能)(?<!不会)(?<!不应)"
_NOT_BEFORE = "(?<![提目当])前(?!款|述|期|景)"
_NOT_AFTER = "后(?!果|续)"
_LASTING = frozenset(  # what a sentence is about to its end, once it is named
    n for n, line in enumerate(_CONTRASTS.strip().splitlines()) if line.split()[0] in _ABOUT
)
_NAMED = {
    "UPPER": _UPPER.replace("BARE", _BARE),
    "LOWER": _LOWER.replace("BARE", _BARE),
    "前": _NOT_BEFORE,
    "后": _NOT_AFTER,
}
_GROUPS = tuple(
    tuple(_NAMED.get(member, member) for member in line.split()) for line in _CONTRASTS.strip().splitlines()
)
_PARTIES = (  # who may act or be acted upon; those of one line may stand for each other
    "客户|存款人|借款人|持有人|申请人|持卡人|个人信息主体|信息主体",
    "银行|网点|柜员|客户经理|工作人员|员工|贷款人|储蓄机构|金融机构|投保机构|商业银行",
    "被代理人",
    "代理人",
    "售房人",
    "抵押人",
    "保证人",
    "征信机构",
    "公安机关",
    "人民银行",
    "法院",
    "存款保险基金管理机构",
    "受遗赠人",
    "继承人",
    "付款人",
    "持票人",
    "收款人",
    "出票人",
)
_PARTY = re.compile("|".join(f"({names})" for names in _PARTIES))
_AGENT = re.compile("由(?:" + "|".join(f"({names})" for names in _PARTIES) + ")")  # 由 names who acts
_NO_SUBJECT = re.compile("[向对给与为替代不无没未]")
_FIRST = 2  # a party that begins after at most so many characters is the subject

_AGENT_WORD = re.compile("(?<![理自事缘])由(?!于|此|..[改转变])(..)")
_STRONG = re.compile("任何|任意|全部|所有|一律|立即|随时|终身|永久|自动|必定|绝对|全额|双倍|无条件|任一|当场")
_EXCLUDING = re.compile("(?<!不)[只仅](?!要|供|有)")
_CLAUSE_END = re.compile(r"[，；：。！？;!?\n]|(?<!\d)[,:]|[,:](?!\d)|\.(?=\s|$)|——")
_CELL_END = re.compile(r"[\n]")  # a row of a table, 「列=值|列=值」, is one clause
_FIGURE = "§"
_PROTECTED = "\ue000"
_BOUND = re.compile(  # what `Quantity.bound` says already
    f"(?:不得?|不能|不会)?(?:超出|高于|低于|少于|多于|大于|小于)(?={_FIGURE})|(?:最[高低长短多少]|至[少多])[为是]?(?={_FIGURE})"
    f"|不?[足满到](?={_FIGURE})|(?<={_FIGURE})含?(?:以[上下内]|之内)含?"
)
_STRUCTURE = frozenset(
    "的了是在和与及或等将为于该按以由而且并也则之就都被把时着过些个每其、·・,.。，；：;:!?！？-—/~～+%|=§\ue000"
)
_REACH = 3


def canonical(text: str) -> str:
    """Text in one form: NFKC, lower case, no white space, quotes or Markdown signs, one word of those for one thing."""
    plain = _DROPPED.sub("", unicodedata.normalize("NFKC", text).lower())
    plain = _ASKED_CELL.sub(r"\2\1", plain)
    return _CANONICAL_PATTERN.sub(lambda match: _CANONICAL[match[0]], plain)


@lru_cache(maxsize=4096)
def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a sentence: what its commas, colons and semicolons set apart."""
    figures = quantities(text, tables=True)
    ends = _CELL_END if "=" in text and "|" in text else _CLAUSE_END
    cuts = [match.span() for match in ends.finditer(text) if not _inside(match.start(), figures)]
    found: list[Clause] = []
    for (_, start), (end, _) in pairwise([(0, 0), *cuts, (len(text), len(text))]):
        inside = tuple(figure for figure in figures if start <= figure.start < end)
        clause = _read(text[start:end], start, inside)
        clause = replace(clause, is_conditioned=bool(found) and found[-1].is_condition)
        if clause.words or clause.figures or clause.heads:
            found.append(clause)
    return tuple(found)


def _inside(offset: int, figures: Sequence[Quantity]) -> bool:
    return any(figure.start <= offset < figure.end for figure in figures)


def _read(text: str, offset: int, figures: tuple[Quantity, ...]) -> Clause:
    pieces: list[str] = []
    end = 0
    for figure in figures:
        pieces += [text[end : figure.start - offset], _FIGURE]
        end = figure.end - offset
    whole = canonical("".join([*pieces, text[end:]]))
    plain = _OPEN.sub("", _BOUND.sub("", whole))
    said = _NEITHER.sub(lambda match: _PROTECTED * len(match[0]), plain)
    operators = [(_GROUPED[(match.lastindex or 1) - 1], *match.span()) for match in _MODALITY.finditer(said)]
    covered = {n for _, start, stop in operators for n in range(start, stop)}
    content = [n for n, char in enumerate(plain) if n not in covered and char not in _STRUCTURE]
    words = "".join(plain[n] for n in content)
    reaches = [(modality, _reach(said, stop, content, modality)) for modality, _, stop in operators]
    denying = [reach for modality, reach in reaches if modality is Modality.NOT]
    denied = {n for reach in denying for n in reach}
    neighbours = [(plain[first] + plain[second], {first, second} <= denied) for first, second in pairwise(content)]
    return Clause(
        text=text,
        words=words,
        pairs=skip_pairs(words),
        heads=frozenset((modality, "".join(plain[n] for n in reach[:2])) for modality, reach in reaches),
        lasts=frozenset("".join(plain[n] for n in reach[-2:]) for reach in denying),
        scope=frozenset(pair for pair, is_denied in neighbours if is_denied),
        free=frozenset(pair for pair, is_denied in neighbours if not is_denied),
        members=_members(whole),
        parties=frozenset((match.lastindex or 1) - 1 for match in _PARTY.finditer(plain)),
        subject=_subject(plain),
        rest=skip_pairs("".join(char for char in _PARTY.sub("", plain) if char not in _STRUCTURE)),
        agent=match[1] if (match := _AGENT_WORD.search(plain)) else "",
        is_open=bool(_OPEN.search(whole)),
        excludes=bool(_EXCLUDING.search(plain)),
        strong=frozenset(_STRONG.findall(plain)),
        excepts=bool(_EXCEPTION.search(plain)),
        is_condition=bool(_CONDITION.search(text.strip())) or (not words and any(f.bound for f in figures)),
        figures=figures,
    )


def _reach(said: str, stop: int, content: Sequence[int], modality: Modality) -> list[int]:
    """The content characters behind a word of modality that ends at `stop`; of 「劝阻不了的」 those before it."""
    if modality is Modality.NOT and said[stop : stop + 1] in ("了", "的"):
        return [n for n in content if n < stop][-2:]
    return [n for n in content if n >= stop]


def skip_pairs(words: str) -> frozenset[str]:
    """Every two characters that stand at most `_REACH` apart, in order."""
    return frozenset(first + second for n, first in enumerate(words) for second in words[n + 1 : n + 1 + _REACH])


def lasting(members: frozenset[tuple[int, int]], after: frozenset[tuple[int, int]]) -> frozenset[tuple[int, int]]:
    """The members of a clause, and those of the clauses before it that it does not name anew."""
    groups = {group for group, _ in members}
    return members | {(group, member) for group, member in after if group in _LASTING and group not in groups}


def _members(plain: str) -> frozenset[tuple[int, int]]:
    """Where one member's form holds another's (不记名, 记名), the longer counts alone."""
    found: set[tuple[int, int]] = set()
    for group, members in enumerate(_GROUPS):
        rest = plain
        for number, member in enumerate(members):
            if re.search(member, rest):
                found.add((group, number))
                rest = re.sub(member, _PROTECTED, rest)
    return frozenset(found)


def _subject(plain: str) -> int:
    if match := _AGENT.search(plain):
        return (match.lastindex or 1) - 1
    match = _PARTY.search(plain)
    begins = match and match.start() <= _FIRST and not _NO_SUBJECT.search(plain[: match.start()])
    return (match.lastindex or 1) - 1 if match and begins else -1
