"""What each calculator reads out of a question: its name with the inputs told, or None where it is not meant."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.calculators.fields import plain
from engine.calculators.question_figures import FigureKind, QuestionFigure, currencies
from engine.calculators.told import Told

Reading = tuple[str, dict[str, str]] | None


def _filled(name: str, **inputs: str) -> Reading:
    return name, {field: value for field, value in inputs.items() if value}


# ---- loans


_REPAYMENT = (
    r"月供|[每一]个?月(?:大概|大约|约|一共)?(?:需要|应该|要|得|该|应)?[还付]|每期还|等额本[息金]|先息后本|按月付息|"
    r"总利息|利息(?:总共|一共|合计)|一共(?:要)?还|连本带息"
)


def loan(told: Told) -> Reading:
    if not told.has(_REPAYMENT):
        return None
    if not told.has(r"贷|借|按揭|等额|先息后本") or told.has(r"存款|存入|信用卡|分期|提前|逾期|已经?还|还了|剩"):
        return None
    method = _method(told)
    amounts, rate = told.amounts(), told.yearly_rate()
    term = told.one(told.terms() or told.of_kind(FigureKind.PERIODS))
    if method is None or len(amounts) != 1 or rate is None or term is None or not (rate or term):
        return None
    return _filled("loan", principal=amounts[0].value, rate=rate, term_months=term, method=method)


def _method(told: Told) -> str | None:
    """The method of repayment; "" where none is told, None where several are."""
    named = [method for method in ("等额本息", "等额本金", "先息后本") if method in told.text]
    if not named and told.has(r"按月付息|只[还付]利息|到期(?:一次)?还本|先还利息"):
        named = ["先息后本"]
    return None if len(named) > 1 else named[0] if named else ""


def prepayment(told: Told) -> Reading:
    found = re.search(r"提前(?:先)?(?:归?还|结清|还清|部分还)", told.text)
    if found is None or not told.has(r"省|剩|月供|期数|利息|少还|还欠"):
        return None
    method, rate = _method(told), told.yearly_rate()
    settled = told.has(r"结清|还清|全部提前|一次性?还")
    loans = [amount for amount in told.amounts() if amount.start < found.start()]
    extra = [amount for amount in told.amounts() if amount.start > found.start()]
    paid = [term for term in told.terms() if _already_paid(told, term)]
    periods = [figure for figure in told.of_kind(FigureKind.PERIODS) if _already_paid(told, figure)]
    term = [figure for figure in told.terms() if figure not in paid]
    if method in (None, "先息后本") or rate is None or len(loans) != 1 or len(extra) != (0 if settled else 1):
        return None
    if len(paid) + len(periods) != 1 or len(term) > 1:
        return None
    way = "一次结清" if settled else "缩短期限" if told.has("缩短") else "减少月供" if told.has("月供") else ""
    return _filled(
        "prepayment",
        principal=loans[0].value,
        rate=rate,
        term_months=told.one(term) or "",
        method=method or "",
        paid_months=(paid or periods)[0].value,
        way=way,
        amount=extra[0].value if extra else "",
    )


def _already_paid(told: Told, figure: QuestionFigure) -> bool:
    before, after = told.before(figure, 5), told.after(figure, 4)
    return re.search(r"(?:还了|还过|已还|已经还|还满|还到第?|供了)$", before) is not None or after.startswith(
        ("后提前", "以后提前")
    )


# ---- deposits


def deposit(told: Told) -> Reading:
    if not told.has(r"存|定期|活期|整存整取") or not told.has(r"利息|本息|到期|一共|连本带利|能拿|拿到|得多少"):
        return None
    if told.has(r"贷|借|理财|基金|国债|保险|倒闭|信用卡|大额存单|外币|美元|存款准备金|定活两便|存本取息|教育储蓄|协定"):
        return None
    amounts = told.amounts()
    if len(amounts) not in (1, 2):
        return None
    if told.has(r"通知存款|[七7]天通知|[一1]天通知"):
        return _notice(told, amounts)
    if told.has(r"零存整取|每个?月存"):
        return _instalments(told, amounts)
    if told.has("活期") and not told.has(r"定期|整存整取|提前|逾期|到期|转存"):
        return _demand(told, amounts)
    return _fixed(told, amounts)


def _notice(told: Told, amounts: list[QuestionFigure]) -> Reading:
    notice = "1天通知" if told.has(r"[一1]天通知") else ""
    days = [day for day in told.of_kind(FigureKind.DAYS) if not told.after(day, 2).startswith("通知")]
    rate = told.one(told.rates())
    if len(amounts) != 1 or rate is None or len(days) != 1:
        return None
    return _filled("notice_deposit", principal=amounts[0].value, notice=notice, rate=rate, days=days[0].value)


def _instalments(told: Told, amounts: list[QuestionFigure]) -> Reading:
    rate, term = told.one(told.rates()), told.one(told.terms())
    if len(amounts) != 1 or rate is None or term is None:
        return None
    return _filled("instalment_savings", monthly=amounts[0].value, rate=rate, term_months=term)


def _demand(told: Told, amounts: list[QuestionFigure]) -> Reading:
    rate, days = told.one(told.rates()), told.one(told.of_kind(FigureKind.DAYS))
    dates = told.of_kind(FigureKind.DATE)
    if len(amounts) != 1 or rate is None or days is None or told.has(r"平均|日均|取了|又存"):
        return None
    name, principal = "demand_deposit", amounts[0].value
    if len(dates) == 2:
        start, end = (date.value for date in dates)
        return _filled(name, principal=principal, rate=rate, period_by="按起止日期", start_date=start, end_date=end)
    months = told.one(told.terms())
    if dates or months is None or not (days or months or rate):
        return None
    return _filled(name, principal=principal, rate=rate, months=months, days=days or ("0" if months else ""))


def _fixed(told: Told, amounts: list[QuestionFigure]) -> Reading:
    demand = [rate for rate in told.rates() if "活期" in told.before(rate)]
    fixed = [rate for rate in told.rates() if rate not in demand]
    if len(demand) > 1 or len(fixed) > 1:
        return None
    inputs = {"principal": amounts[0].value, "rate": told.one(fixed) or "", "demand_rate": told.one(demand) or ""}
    if told.has(r"提前"):
        return _early(told, amounts, inputs)
    term = told.one(told.terms())
    if len(amounts) != 1 or term is None or not (term or inputs["rate"]) or told.has(r"接着|又|然后"):
        return None
    inputs["term_months"] = term
    if told.has("逾期"):
        days = told.one(told.of_kind(FigureKind.DAYS))
        return (
            _filled("fixed_deposit", **inputs, withdrawal="逾期支取", overdue_days=days) if days is not None else None
        )
    if told.of_kind(FigureKind.DAYS, FigureKind.DATE) or inputs.pop("demand_rate"):
        return None
    return _renewed(told, inputs) if told.has("转存") else _filled("fixed_deposit", **inputs)


def _renewed(told: Told, inputs: dict[str, str]) -> Reading:
    times = [figure.value for figure in told.of_kind(FigureKind.COUNT) if told.text[figure.end - 1] == "次"]
    if len(times) > 1:
        return None
    return _filled("fixed_deposit", **inputs, withdrawal="到期自动转存", renewals=times[0] if times else "")


def _early(told: Told, amounts: list[QuestionFigure], inputs: dict[str, str]) -> Reading:
    held = [
        term for term in told.terms() if re.search(r"存了|存满|存到|已存|过了|才存|只存|放了", told.before(term, 4))
    ]
    held_days = [day for day in told.of_kind(FigureKind.DAYS) if re.search(r"了|满|零|又|过$", told.before(day, 4))]
    term = [figure for figure in told.terms() if figure not in held]
    if len(held) > 1 or len(held_days) > 1 or len(term) > 1 or not (held or held_days or inputs["demand_rate"]):
        return None
    partly = len(amounts) == 2
    if told.has(r"部分") and not partly:
        return None
    return _filled(
        "fixed_deposit",
        **inputs,
        term_months=told.one(term) or "",
        withdrawal="部分提前支取" if partly else "全部提前支取",
        withdrawn=amounts[1].value if partly else "",
        held_months=held[0].value if held else "0" if held_days else "",
        held_days=held_days[0].value if held_days else "",
    )


# ---- rates, cards, funds


def lpr(told: Told) -> Reading:
    points = told.of_kind(FigureKind.BASIS_POINTS)
    if not told.has(r"(?i)LPR|贷款市场报价") or len(points) != 1 or told.of_kind(FigureKind.YUAN):
        return None
    rate = told.one(told.rates())
    if rate is None or not told.has(r"多少|几|怎么算|计算|算一?下|等于"):
        return None
    point = points[0]
    less = re.search(r"[减下低]", told.before(point, 4)) is not None
    return _filled("lpr", lpr=rate, basis_points=f"-{point.value}" if less and point.decimal > 0 else point.value)


def card(told: Told) -> Reading:
    asks = told.has(r"年化|年利率|实际利率|真实利率|(?i:irr|apr)")
    if not asks or not told.has(r"手续费|费率") or not told.has(r"分期|信用卡|分\d+期|账单"):
        return None
    periods, rate = told.one(told.of_kind(FigureKind.PERIODS)), told.one(told.rates())
    amounts = told.amounts()
    if not periods or not rate or len(amounts) > 1:
        return None
    at_once, first = told.has(r"办理时|先扣|预先扣|到手"), told.has(r"一次性?[收扣付交]|首期|总费率")
    mode = "办理时一次扣收" if at_once else "首期一次收取" if first else ""
    principal = amounts[0].value if amounts else ""
    return _filled("card_instalment", principal=principal, periods=periods, fee_rate=rate, fee_mode=mode)


def fund(told: Told) -> Reading:
    if not told.has(r"万份收益|七日年化|7日年化"):
        return None
    daily = (
        [
            figure
            for figure in told.figures
            if figure.decimal < 100 and figure.kind in (FigureKind.NUMBER, FigureKind.YUAN)
            if figure.kind is FigureKind.NUMBER or "万份收益" in told.before(figure)
        ]
        if not told.of_kind(FigureKind.DATE)
        else []
    )
    if told.has(r"[七7]日年化"):
        values = "、".join(figure.value for figure in daily)
        carried = "按月结转" if told.has("按月结转") else ""
        return _filled("seven_day_yield", daily=values, carried=carried) if len(daily) in (1, 7) else None
    amounts = [figure for figure in told.of_kind(FigureKind.YUAN) if figure.decimal >= 100]
    days = told.one(told.of_kind(FigureKind.DAYS))
    if len(daily) != 1 or len(amounts) != 1 or days is None:
        return None
    return _filled("fund_income", shares=amounts[0].value, daily=daily[0].value, days=days)


def wealth(told: Told) -> Reading:
    days, amounts = told.one(told.of_kind(FigureKind.DAYS)), told.amounts()
    if not days or not told.has(r"年化") or told.has(r"业绩比较基准|预期|贷|借|分期"):
        return None
    rates = told.rates()
    if len(amounts) == 2 and not rates and told.has(r"赚|收益|亏|回报"):
        loss = "-" if re.search(r"亏", told.before(amounts[1])) else ""
        return _filled("holding_yield", principal=amounts[0].value, gain=loss + amounts[1].value, days=days)
    if len(amounts) != 1 or len(rates) != 1 or not told.has(r"收益|赚|到期|能拿"):
        return None
    return _filled("wealth_return", principal=amounts[0].value, rate=rates[0].value, days=days)


# ---- foreign exchange


_PRICE = r"(?:购汇价|结汇价|卖出价|买入价|现汇买入|现钞买入|现汇卖出|牌价|汇率|中间价|汇价)[是为按:的在]?\s*$"
_PER_100 = ("日元", "韩元", "泰铢")


def exchange(told: Told) -> Reading:
    prices = [
        figure
        for figure in told.of_kind(FigureKind.NUMBER, FigureKind.YUAN)
        if re.search(_PRICE, told.before(figure, 8)) or re.match(r"的?(?:汇率|牌价|汇价|价格)", told.after(figure, 5))
    ]
    foreign = [figure for figure in told.of_kind(FigureKind.FOREIGN) if figure.decimal != 100 or not prices]
    yuan = [figure for figure in told.of_kind(FigureKind.YUAN) if figure not in prices]
    named = {figure.unit for figure in told.of_kind(FigureKind.FOREIGN)} | currencies(told.text)
    if len(prices) != 1 or len(named) != 1 or len(foreign) + len(yuan) != 1:
        return None
    currency = named.pop()
    per_unit = prices[0].decimal < 20 and currency not in _PER_100
    price = plain(prices[0].decimal * 100) if per_unit else prices[0].value
    sells = told.has(r"结汇|换成?人民币|换多少人民币|兑换?成?人民币|卖|买入价|得到?多少人民币")
    sells = sells and not told.has(r"购汇|卖出价|要(?:付|花|用)?多少人民币")
    return _filled(
        "exchange",
        direction="结汇" if sells else "购汇" if told.has(r"购汇|卖出价|买") else "",
        amount=(foreign or yuan)[0].value,
        amount_in="外币" if foreign else "人民币",
        currency=currency,
        price=price,
    )


# ---- protection


_SEVERAL_DEPOSITORS = r"联名|夫妻|老公|老婆|妻子|丈夫|爸|妈|父|母|孩子|儿子|女儿|公司|两个人|家人"
_SEVERAL_BANKS = r"甲|乙|各存|分别|[两二三四2-4]家|另一家|别的银行"


def insurance(told: Told) -> Reading:
    if not told.has(r"倒闭|破产|存款保险|关门|倒了|垮了") or not told.has(r"赔|拿回|保障|偿付|保多少|能保"):
        return None
    if told.has(_SEVERAL_DEPOSITORS) or told.has(_SEVERAL_BANKS):
        return None
    amounts = told.amounts()
    total = [amount for amount in amounts if re.search(r"共|合计|总共|加起来", told.before(amount, 4))]
    chosen = total or amounts
    if not chosen or (total and len(total) > 1) or told.of_kind(FigureKind.FOREIGN):
        return None
    outside = [amount for amount in chosen if _is_no_deposit(told, amount)]
    inside = [amount for amount in chosen if amount not in outside]
    if not inside or (told.has(r"理财|基金|国债|保险产品|信托") and not outside):
        return None
    excluded = plain(sum((amount.decimal for amount in outside), Decimal(0)))
    return _filled("deposit_insurance", balances="、".join(amount.value for amount in inside), excluded=excluded)


def _is_no_deposit(told: Told, amount: QuestionFigure) -> bool:
    clause_start = max(told.text.rfind(mark, 0, amount.start) for mark in ",、。;和加跟与及") + 1
    clause_end = min(
        (end for mark in ",、。;和加跟与及" if (end := told.text.find(mark, amount.end)) >= 0), default=amount.end + 6
    )
    return re.search(r"理财|基金|国债|保险产品|信托", told.text[clause_start:clause_end]) is not None


def large_amount(told: Told) -> Reading:
    if not told.has(r"大额(?:报告|上报|交易)|报大额") or not told.has(
        r"达到|需要|要不要|要报|是否|算不算|用不用|得报|要.*吗"
    ):
        return None
    foreign, yuan = told.of_kind(FigureKind.FOREIGN), told.of_kind(FigureKind.YUAN)
    kinds = {
        "现金收支": r"现金|取现|存现",
        "个人跨境转账": r"跨境|境外|汇出|汇到国外|汇往国外",
        "单位转账": r"(?:单位|公司|企业|对公)",
        "个人境内转账": r"(?:个人|自然人|客户).*(?:转账|转出|转入|划转|汇款)",
    }
    kind = next((name for name, pattern in kinds.items() if told.has(pattern)), "")
    if not kind or len(foreign) + len(yuan) != 1 or (kind == "个人跨境转账" and told.has(r"单位|公司|企业|对公")):
        return None
    if foreign and foreign[0].unit != "美元":
        return None
    currency = "外币折美元" if foreign else ""
    return _filled("large_amount", transaction=kind, currency=currency, amount=(foreign or yuan)[0].value)
