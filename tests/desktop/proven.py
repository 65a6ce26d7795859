"""What a finished answer may rest on, as the fields of a `FakeEngine`: for pictures and tests of the window.

Written for these tests; the figures are invented and no bank's rules.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.api import (
    Citation,
    Claim,
    Conflict,
    ConflictKind,
    DraftCheck,
    DraftFinished,
    LadderStep,
    OutboundRequest,
    Passage,
    Rung,
    StepOutcome,
    Timings,
    Verdict,
    WebPage,
    WebQuery,
    WordingFinding,
    calculation_text,
    compute,
)
from tests.fakes import PASSAGES, passage

LOAN = {"principal": "50万", "rate": "3.1", "term_months": "360"}


def ladder(builtin: StepOutcome, branch: StepOutcome, web: StepOutcome) -> tuple[LadderStep, ...]:
    scores = {StepOutcome.SUFFICED: 0.93, StepOutcome.FELL_SHORT: 0.21}
    return tuple(
        LadderStep(rung, outcome, scores.get(outcome, 0.0))
        for rung, outcome in ((Rung.BUILTIN, builtin), (Rung.BRANCH, branch), (Rung.WEB, web))
    )


BY_BRANCH = ladder(StepOutcome.FELL_SHORT, StepOutcome.SUFFICED, StepOutcome.NOT_NEEDED)
BY_BUILTIN = ladder(StepOutcome.SUFFICED, StepOutcome.NOT_NEEDED, StepOutcome.NOT_NEEDED)

MARKED: dict[str, Any] = {
    "answer": "同一存款人在同一家投保机构的存款，最高偿付 **50 万元** [1]，超出部分从清算财产中受偿 [2]。"
    "客户应在 ~~15 个工作日~~ 内申领 [2]。\n\n1. 外币存款折算为人民币后一并计算 [1]；\n"
    "2. 理财产品不在保障范围内 [3]；\n3. 偿付款由网点当场支付。【未找到依据】\n\n"
    "| 项目 | 限额 |\n|---|---|\n| 本金和利息 | 50 万元 [1] |\n| 手续费 | ~~5%~~ |\n\n"
    "注意：划去的数字在引用的资料中没有找到，请勿采用。",
    "proven": {"ladder": BY_BRANCH},
}
FOLLOW_UP: dict[str, Any] = {
    "searched": "企业客户在同一家银行开立的结算账户和定期存款，存款保险最高赔多少，是不是和个人客户分开计算？",
    "topic_changed": True,
    "proven": {"ladder": BY_BUILTIN},
}


def cited(marker: int, source: Passage, **more: Any) -> Citation:
    place = (source.document_id, source.name, source.page_no, source.text[:40], source.rung)
    return replace(Citation(marker, *place), **more)


_NEW = cited(1, PASSAGES[0], version="2024-03-01")
_OLD = cited(
    2,
    replace(PASSAGES[1], name="存款保险业务操作规程(2019-06-01)（分行运营管理部转发，含附件一至附件七）.pdf"),
    version="2019-06-01",
    superseded=True,
)
CONFLICT: dict[str, Any] = {
    "answer": "最高偿付限额为 **50 万元** [1]。2019-06-01 的旧版写的是另一个数额 [2]，以 2024-03-01 版为准 [1]。",
    "proven": {
        "ladder": BY_BRANCH,
        "conflicts": (
            Conflict(ConflictKind.SUPERSEDED, _NEW, _OLD),
            Conflict(ConflictKind.DISAGREE, _NEW, cited(3, PASSAGES[2])),
        ),
    },
}


def calculated(*, missing: bool = False) -> dict[str, Any]:
    made = compute("loan", {"principal": "50万"} if missing else LOAN)
    timings = Timings(0.08, 0, 0.1, 0, 0.0)
    proven = {"calculation": made, "ladder": BY_BUILTIN, "timings": timings}
    return {"answer": calculation_text(made), "proven": proven}


QUERY = WebQuery("存款保险 2027年 最高偿付限额 调整", "SearXNG", "search.bank.example", ("id_number", "name"))
CONSENT: dict[str, Any] = {
    "answer": "资料里没有找到依据。",
    "found": False,
    "passages": PASSAGES[3:],
    "proven": {
        "web_query": QUERY,
        "ladder": ladder(StepOutcome.FELL_SHORT, StepOutcome.FELL_SHORT, StepOutcome.AWAITS_CONSENT),
    },
}
PAGE = WebPage(
    "https://www.deposit-insurance.example/notices/2026/11/20/index.html?column=policy&item=2026-1120-0007&from=search",
    "www.deposit-insurance.example",
    "关于存款保险最高偿付限额的公告",
    "2026-11-22T12:00:00Z",
)
REQUESTS = (
    OutboundRequest("2026-11-22T12:00:09Z", "page", "GET", PAGE.site, PAGE.url, "", True, 200, 184_320, "done"),
    OutboundRequest(
        "2026-11-22T12:00:08Z", "page", "GET", "slow.example", "https://slow.example/", "", True, 0, 0, "web_timeout"
    ),
    OutboundRequest(
        "2026-11-22T12:00:07Z",
        "search",
        "POST",
        "api.bocha.example",
        "https://api.bocha.example/v1/web-search",
        "存款保险 2027年 最高偿付限额 调整",
        True,
        200,
        20_480,
        "done",
    ),
)
DRAFT = DraftFinished(
    "customer_notice",
    "# 关于调整个人存款业务办理时间的公告\n\n尊敬的客户：\n\n自 2026 年 12 月 1 日起，我行将调整存款业务的办理时间。"
    "同一存款人在同一家投保机构的存款，最高偿付限额为 50 万元 [1]。该产品保本【未找到依据】，年利率 ~~9%~~。\n\n"
    "- 办理时请携带本人有效身份证件 [1]；\n- 如有疑问，请到网点咨询。\n\n某某银行某某支行\n\n2026 年 11 月 23 日",
    (cited(1, PASSAGES[0]),),
    DraftCheck(
        ("理财非存款、产品有风险、投资须谨慎。",),
        (WordingFinding(0, 2, "保本", "不得宣传或承诺保本", "《关于规范金融机构资产管理业务的指导意见》第二条", True),),
        (Claim("年利率 9%。", Verdict.UNSUPPORTED, (), ("9%",)),),
    ),
    ("起存金额",),
    12.0,
)
_WEB_PASSAGE = replace(
    passage(PAGE.title, 1, "公告称，存款保险最高偿付限额目前为人民币 50 万元，如有调整将另行公布。", Rung.WEB), web=PAGE
)
WEB: dict[str, Any] = {
    "answer": "截至公告发布时，最高偿付限额为 50 万元，没有调整 [1]；外币存款折算后一并计算 [2]。",
    "passages": (_WEB_PASSAGE, *PASSAGES),
    "proven": {
        "citations": (cited(1, _WEB_PASSAGE, web=PAGE), cited(2, PASSAGES[0]), cited(3, PASSAGES[2])),
        "ladder": ladder(StepOutcome.FELL_SHORT, StepOutcome.FELL_SHORT, StepOutcome.SUFFICED),
    },
}
