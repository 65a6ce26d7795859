"""LPR plus basis points; yields of a holding period, of wealth products and of money market funds; instalments' APR."""

from __future__ import annotations

from decimal import Decimal

from engine.calculators.exact import ROUNDED_TO_THE_FEN, per_cent_figure, root, to_fen, yuan
from engine.calculators.fields import (
    Calculator,
    Field,
    FieldKind,
    Inputs,
    Outcome,
    choice,
    count,
    money,
    per_cent,
    plain,
)
from engine.proof import Figure

_DAILY, _MONTHLY = "按日结转", "按月结转"
_EACH, _FIRST, _AT_ONCE = "每期收取", "首期一次收取", "办理时一次扣收"
_PAST_ONLY = "是过去的表现，不代表未来，也不是承诺"

LPR = Calculator(
    "lpr",
    "LPR 加减基点",
    (
        per_cent("lpr", "LPR", help="定价基准日相应期限的贷款市场报价利率"),
        count("basis_points", "加点", "个基点", -1000, 3000, help="减点写负数；1个基点＝0.01%"),
    ),
)


def lpr(inputs: Inputs) -> Outcome:
    """Rate = LPR + basis points / 100. Source: 中国人民银行公告〔2019〕第15号、第16号."""
    value = inputs.decimal("lpr") + inputs.decimal("basis_points") / 100
    if value < 0:
        inputs.reject("basis_points", "执行利率不能低于 0")
    return Outcome(
        (Figure("rate", "执行年利率", format(value, "f"), "%"),),
        "执行利率＝LPR＋加点×0.01%",
        ("1个基点（BP）＝0.01%", "加点在合同期内一般固定不变，LPR在重定价日调整"),
        "中国人民银行公告〔2019〕第15号、〔2019〕第16号",
    )


HOLDING_YIELD = Calculator(
    "holding_yield",
    "持有期收益年化",
    (
        money("principal", "投入本金"),
        Field("gain", "持有期收益", unit="元", minimum=Decimal(-(10**12)), maximum=Decimal(10**12), help="亏损写负数"),
        count("days", "持有天数", "天", 1, 36600),
    ),
)


def holding_yield(inputs: Inputs) -> Outcome:
    """Simple: g/P · 365/d; compound: (1 + g/P)^(365/d) - 1. Source: Kellison, The Theory of Interest, chapter 1
    (nominal and effective rates); 365 days as funds and wealth products are published."""
    principal, gain, days = inputs.decimal("principal"), inputs.decimal("gain"), inputs.integer("days")
    if gain < -principal:
        inputs.reject("gain", "亏损不应超过本金")
    held = gain / principal
    compound = (1 + held) ** (Decimal(365) / days) - 1 if held > -1 else Decimal(-1)
    if compound > 1000:
        inputs.reject("gain", "持有天数太短，年化没有意义")
    return Outcome(
        (
            per_cent_figure("annual", "单利年化收益率", held * 365 / days),
            per_cent_figure("compound", "复利年化收益率", compound),
            per_cent_figure("held", "持有期收益率", held),
        ),
        "单利年化＝收益÷本金×365÷天数；复利年化＝(1＋收益÷本金)^(365÷天数)－1",
        ("一年按365天", "结果四舍五入到0.01%", f"年化{_PAST_ONLY}"),
        "公式为名义利率与实际利率的换算（利息理论）",
    )


WEALTH_RETURN = Calculator(
    "wealth_return",
    "理财到期收益",
    (
        money("principal", "本金"),
        per_cent("rate", "年化收益率", minimum="-100", maximum="100", help="实际年化收益率，不是业绩比较基准"),
        count("days", "存续天数", "天", 1, 36600),
        choice("basis", "一年天数", "365天", "360天"),
    ),
)


def wealth_return(inputs: Inputs) -> Outcome:
    """P · r · d / 365: how the return of wealth products with an annualized yield is published."""
    principal, days = inputs.decimal("principal"), inputs.integer("days")
    gain = to_fen(principal * inputs.rate("rate") * days / int(inputs.text("basis").removesuffix("天")))
    return Outcome(
        (yuan("gain", "收益", gain), yuan("total", "本金加收益", principal + gain)),
        f"收益＝本金×年化收益率×天数÷{inputs.text('basis').removesuffix('天')}",
        ("募集期、清算期不计收益", "理财不保本，业绩比较基准不是收益承诺", ROUNDED_TO_THE_FEN),
        "《商业银行理财业务监督管理办法》（中国银行保险监督管理委员会令2018年第6号）",
    )


SEVEN_DAY = Calculator(
    "seven_day_yield",
    "七日年化收益率",
    (
        Field(
            "daily",
            "最近七天的万份收益",
            FieldKind.LIST,
            "元",
            minimum=Decimal(-100),
            maximum=Decimal(100),
            decimals=6,
            help="七个数，用顿号分开；只写一个表示七天相同",
        ),
        choice("carried", "收益结转", _DAILY, _MONTHLY),
    ),
)


def seven_day_yield(inputs: Inputs) -> Outcome:
    """Daily carried forward: prod(1 + R_i/10000)^(365/7) - 1; monthly: mean(R_i) · 365 / 10000.

    Source: 《证券投资基金信息披露编报规则第5号〈货币市场基金信息披露特别规定〉》 (证监基金字〔2005〕42号).
    """
    gains = [entry.amount for entry in inputs.entries("daily")]
    gains = gains * 7 if len(gains) == 1 else gains
    if len(gains) != 7:
        inputs.reject("daily", "应为七个数")
    if inputs.text("carried") == _DAILY:
        product = Decimal(1)
        for gain in gains:
            product *= 1 + gain / 10000
        value, formula = product ** (Decimal(365) / 7) - 1, "[∏(1＋每日万份收益÷10000)]^(365÷7)－1"
    else:
        value, formula = sum(gains, Decimal(0)) / 7 * 365 / 10000, "七日平均万份收益×365÷10000"
    return Outcome(
        (
            per_cent_figure("seven_day", "七日年化收益率", value, 3),
            Figure("sum", "七日万份收益合计", plain(sum(gains, Decimal(0))), "元"),
        ),
        f"七日年化收益率＝{formula}",
        ("一年按365天", "结果四舍五入到0.001%", f"七日年化{_PAST_ONLY}"),
        "《证券投资基金信息披露编报规则第5号〈货币市场基金信息披露特别规定〉》（证监基金字〔2005〕42号）",
    )


FUND_INCOME = Calculator(
    "fund_income",
    "万份收益折成收益",
    (
        money("shares", "持有份额", help="货币基金、现金管理类理财每份1元"),
        Field("daily", "万份收益", unit="元", minimum=Decimal(-100), maximum=Decimal(100), decimals=6),
        count("days", "天数", "天", 1, 3660, default="1"),
    ),
)


def fund_income(inputs: Inputs) -> Outcome:
    """Shares / 10000 · income per ten thousand shares, each day to the fen. Source: as `seven_day_yield`."""
    a_day, days = to_fen(inputs.decimal("shares") / 10000 * inputs.decimal("daily")), inputs.integer("days")
    return Outcome(
        (yuan("day", "每天收益", a_day), yuan("income", "收益合计", a_day * days)),
        "当日收益＝持有份额÷10000×万份收益",
        ("每天的万份收益相同，收益不再投", f"{ROUNDED_TO_THE_FEN}，每天舍入一次", f"万份收益{_PAST_ONLY}"),
        "《证券投资基金信息披露编报规则第5号〈货币市场基金信息披露特别规定〉》（证监基金字〔2005〕42号）",
    )


CARD_INSTALMENT = Calculator(
    "card_instalment",
    "信用卡分期实际年利率",
    (
        money("principal", "分期金额", minimum="100"),
        count("periods", "期数", "期", 2, 120),
        choice("fee_mode", "手续费收取", _EACH, _FIRST, _AT_ONCE),
        per_cent("fee_rate", "手续费率", maximum="50", help="每期收取的写每期费率，一次收取的写总费率"),
    ),
)


def card_instalment(inputs: Inputs) -> Outcome:
    """The monthly internal rate of return of the instalments, by bisection; times 12 (APR), and compounded (EAR).

    Source: 中国人民银行公告〔2021〕第3号 (annualized rate of all costs on the principal really used, IRR); Kellison,
    The Theory of Interest, chapter 5.
    """
    principal, periods, mode = inputs.decimal("principal"), inputs.integer("periods"), inputs.text("fee_mode")
    fee, share = principal * inputs.rate("fee_rate"), principal / periods
    if mode == _AT_ONCE and fee >= principal:
        inputs.reject("fee_rate", "一次扣收的手续费应少于分期金额")
    flows = [share + (fee if mode == _EACH else 0)] * periods
    flows[0] += fee if mode == _FIRST else 0
    received = principal - (fee if mode == _AT_ONCE else 0)
    monthly = internal_rate(received, flows)
    total = fee * periods if mode == _EACH else fee
    return Outcome(
        (
            per_cent_figure("apr", "实际年利率（内部收益率×12）", monthly * 12),
            per_cent_figure("ear", "按复利折算的年利率", (1 + monthly) ** 12 - 1),
            per_cent_figure("nominal", "表面年费率", total / principal * 12 / periods),
            yuan("fee", "手续费合计", total),
            *((yuan("first", "首期还款", flows[0]),) if mode == _FIRST else ()),
            yuan("payment", "每期还款", flows[1]),
        ),
        "解出月利率i，使 到手金额＝Σ 第k期还款÷(1＋i)^k；实际年利率＝i×12",
        (
            "每期一个月，本金平均归还，第一期在一个月后",
            "手续费按分期总额收取，本金减少也不减少",
            f"利率四舍五入到0.01%，{ROUNDED_TO_THE_FEN}",
        ),
        "中国人民银行公告〔2021〕第3号（贷款年化利率，内部收益率法）",
    )


def internal_rate(received: Decimal, flows: list[Decimal]) -> Decimal:
    """The rate per period at which the present value of `flows`, the first one period from now, is `received`."""

    def worth_less(rate: Decimal) -> Decimal:
        value, discount = Decimal(0), Decimal(1)
        for flow in flows:
            discount /= 1 + rate
            value += flow * discount
        return received - value

    high = Decimal(1)
    while worth_less(high) < 0:
        high *= 2
    return root(worth_less, Decimal(0), high) if worth_less(Decimal(0)) < 0 else Decimal(0)
