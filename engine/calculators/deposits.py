"""Interest on deposits: fixed (整存整取), demand, monthly instalments (零存整取), notice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from engine.calculators.calendar import add_months, months_and_days, next_settlement
from engine.calculators.exact import ROUNDED_TO_THE_FEN, to_fen, yuan
from engine.calculators.fields import Calculator, Inputs, Outcome, choice, count, day, money, per_cent
from engine.proof import Figure

_AT_MATURITY, _EARLY, _PARTLY, _LATE, _RENEWED = "到期支取", "全部提前支取", "部分提前支取", "逾期支取", "到期自动转存"
_BY_TERM, _BY_DATE = "按时间长短", "按起止日期"
_ANNIVERSARY, _ACTUAL_360, _ACTUAL_365 = "整年整月加零头天数", "实际天数÷360", "实际天数÷365"
_EARLY_ONES = ("withdrawal", (_EARLY, _PARTLY))
_UNTIMELY = ("withdrawal", (_EARLY, _PARTLY, _LATE))
_ALL_EARLY = (("withdrawal", (_EARLY,)),)  # its interest does not depend on the agreed rate and term
_TERM_GIVEN, _DATES_GIVEN = ("period_by", (_BY_TERM,)), ("period_by", (_BY_DATE,))
_RULE_OF_INTEREST = "《中国人民银行关于人民币存贷款计结息问题的通知》（银发〔2005〕129号）"
_DAY_COUNT = "日利率＝年利率÷360，月利率＝年利率÷12；存入日计息，支取日不计息"

FIXED = Calculator(
    "fixed_deposit",
    "定期存款利息（整存整取）",
    (
        money("principal", "存款本金"),
        choice("withdrawal", "支取方式", _AT_MATURITY, _EARLY, _PARTLY, _LATE, _RENEWED),
        per_cent("rate", "定期年利率", help="开户日挂牌利率，存期内不变", optional_when=_ALL_EARLY),
        count("term_months", "存期", "个月", 1, 120, optional_when=_ALL_EARLY),
        money("withdrawn", "提前支取金额", visible_when=(("withdrawal", (_PARTLY,)),)),
        per_cent("demand_rate", "活期年利率", help="支取日挂牌利率", visible_when=(_UNTIMELY,)),
        choice("period_by", "时间", _BY_TERM, _BY_DATE, visible_when=(_UNTIMELY,)),
        count("held_months", "已存整月", "个月", 0, 120, visible_when=(_EARLY_ONES, _TERM_GIVEN)),
        count("held_days", "另加零头天数", "天", 0, 366, default="0", visible_when=(_EARLY_ONES, _TERM_GIVEN)),
        count("overdue_days", "逾期天数", "天", 1, 36600, visible_when=(("withdrawal", (_LATE,)), _TERM_GIVEN)),
        day("start_date", "存入日", visible_when=(_UNTIMELY, _DATES_GIVEN)),
        day("end_date", "支取日", visible_when=(_UNTIMELY, _DATES_GIVEN)),
        choice("basis", "计息天数", _ANNIVERSARY, _ACTUAL_360, _ACTUAL_365, visible_when=(_EARLY_ONES, _DATES_GIVEN)),
        count("renewals", "转存次数", "次", 1, 50, default="1", visible_when=(("withdrawal", (_RENEWED,)),)),
        per_cent(
            "renewal_rate",
            "转存后年利率",
            required=False,
            help="转存日挂牌利率；不填按原利率",
            visible_when=(("withdrawal", (_RENEWED,)),),
        ),
    ),
)


def fixed(inputs: Inputs) -> Outcome:
    """Interest = P·r·months/12 to maturity; early: at the demand rate of the day; overdue: the days beyond the term at
    the demand rate.

    Source: 《储蓄管理条例》 (国务院令第107号) Articles 24, 25, 26; the counting of days: 银发〔2005〕129号, 逐笔计息法.
    """
    how = inputs.text("withdrawal")
    if how in (_EARLY, _PARTLY):
        return _early(inputs, how == _PARTLY)
    if how == _LATE:
        return _late(inputs)
    return _renewed(inputs) if how == _RENEWED else _at_maturity(inputs)


def _at_maturity(inputs: Inputs) -> Outcome:
    principal = inputs.decimal("principal")
    interest = _to_term(inputs, principal)
    return Outcome(
        (yuan("interest", "到期利息", interest), yuan("total", "到期本息", principal + interest)),
        "利息＝本金×年利率×存期月数÷12",
        ("存满约定存期，利率调整不影响", f"{ROUNDED_TO_THE_FEN}，利息算好后舍入一次", "储蓄存款利息暂免个人所得税"),
        f"《储蓄管理条例》第二十六条；{_RULE_OF_INTEREST}",
    )


def _early(inputs: Inputs, partly: bool) -> Outcome:
    principal = inputs.decimal("principal")
    taken = inputs.decimal("withdrawn") if partly else principal
    if partly and taken >= principal:
        inputs.reject("withdrawn", "应小于存款本金")
    early = to_fen(taken * inputs.rate("demand_rate") * _held_years(inputs))
    kept = _to_term(inputs, principal - taken) if partly else Decimal(0)
    results = [yuan("early_interest", "提前支取部分的利息", early)] if partly else []
    results += [yuan("kept_interest", "其余部分到期利息", kept)] if partly else []
    results += [
        yuan("interest", "利息合计", early + kept),
        yuan("total", "本息合计", principal + early + kept),
    ]
    if inputs.text("rate") and inputs.text("term_months"):
        results.append(yuan("lost", "比存满到期少得利息", _to_term(inputs, principal) - early - kept))
    return Outcome(
        tuple(results),
        "提前支取部分：利息＝支取金额×活期年利率×整月数÷12＋支取金额×活期年利率÷360×零头天数"
        if inputs.text("basis") in ("", _ANNIVERSARY)
        else "提前支取部分：利息＝支取金额×活期年利率×" + inputs.text("basis"),
        (
            "提前支取的部分按支取日挂牌活期利率计息" + ("，其余部分到期时仍按开户日定期利率" if partly else ""),
            _DAY_COUNT,
            f"{ROUNDED_TO_THE_FEN}，每一部分的利息舍入一次",
        ),
        f"《储蓄管理条例》第二十四条；{_RULE_OF_INTEREST}",
    )


def _late(inputs: Inputs) -> Outcome:
    principal, days = inputs.decimal("principal"), _overdue_days(inputs)
    fixed_part = _to_term(inputs, principal)
    overdue = to_fen(principal * inputs.rate("demand_rate") * days / 360)
    return Outcome(
        (
            yuan("term_interest", "存期内利息", fixed_part),
            yuan("overdue_interest", "逾期利息", overdue),
            Figure("overdue", "逾期天数", str(days), "天"),
            yuan("interest", "利息合计", fixed_part + overdue),
            yuan("total", "本息合计", principal + fixed_part + overdue),
        ),
        "利息＝本金×定期年利率×存期月数÷12＋本金×活期年利率÷360×逾期天数",
        (
            "没有约定自动转存，超过存期的部分按支取日挂牌活期利率计息",
            "逾期部分只以本金计息，按实际天数",
            _DAY_COUNT,
            f"{ROUNDED_TO_THE_FEN}，两部分利息各舍入一次",
        ),
        f"《储蓄管理条例》第二十五条、第二十六条；{_RULE_OF_INTEREST}",
    )


def _renewed(inputs: Inputs) -> Outcome:
    principal = inputs.decimal("principal")
    balance, rows = principal, [("存期", "期初本金（元）", "年利率（%）", "利息（元）")]
    for number in range(inputs.integer("renewals") + 1):
        name = "renewal_rate" if number and inputs.text("renewal_rate") else "rate"
        interest = to_fen(balance * inputs.rate(name) * inputs.integer("term_months") / 12)
        rows.append((f"第{number + 1}期", format(to_fen(balance), "f"), inputs.text(name), format(interest, "f")))
        balance += interest
    return Outcome(
        (yuan("interest", "利息合计", balance - principal), yuan("total", "本息合计", balance)),
        "每期利息＝期初本金×年利率×存期月数÷12；到期本息一起转存",
        (
            "到期日本金和利息一起转存同样存期" + ("" if inputs.text("renewal_rate") else "，转存后仍按原利率"),
            "转存利率以转存日挂牌利率为准",
            f"{ROUNDED_TO_THE_FEN}，每期利息舍入一次",
        ),
        f"《储蓄管理条例》第二十五条、第二十六条；{_RULE_OF_INTEREST}",
        tuple(rows),
    )


def _to_term(inputs: Inputs, principal: Decimal) -> Decimal:
    return to_fen(principal * inputs.rate("rate") * inputs.integer("term_months") / 12)


def _held_years(inputs: Inputs) -> Decimal:
    term = inputs.integer("term_months") if inputs.text("term_months") else 1200
    if inputs.text("period_by") == _BY_TERM:
        months, days = inputs.integer("held_months"), inputs.integer("held_days")
        if months + days == 0 or months + days // 31 >= term:
            inputs.reject("held_months", "提前支取的已存时间应短于存期")
        return Decimal(months) / 12 + Decimal(days) / 360
    start, end = _dates(inputs)
    if end >= add_months(start, term):
        inputs.reject("end_date", "提前支取日应早于到期日")
    if inputs.text("basis") == _ANNIVERSARY:
        months, days = months_and_days(start, end)
        return Decimal(months) / 12 + Decimal(days) / 360
    return Decimal((end - start).days) / (360 if inputs.text("basis") == _ACTUAL_360 else 365)


def _overdue_days(inputs: Inputs) -> int:
    if inputs.text("period_by") == _BY_TERM:
        return inputs.integer("overdue_days")
    start, end = _dates(inputs)
    days = (end - add_months(start, inputs.integer("term_months"))).days
    if days < 1:
        inputs.reject("end_date", "逾期支取日应晚于到期日")
    return days


def _dates(inputs: Inputs) -> tuple[date, date]:
    start, end = inputs.date("start_date"), inputs.date("end_date")
    if end <= start:
        inputs.reject("end_date", "应晚于存入日")
    return start, end


DEMAND = Calculator(
    "demand_deposit",
    "活期存款利息",
    (
        money("principal", "存款余额", help="存入后不再变动的余额"),
        per_cent("rate", "活期年利率"),
        choice("period_by", "时间", _BY_TERM, _BY_DATE),
        count("months", "存放整月", "个月", 0, 1200, default="0", visible_when=(_TERM_GIVEN,)),
        count("days", "另加零头天数", "天", 0, 36600, visible_when=(_TERM_GIVEN,)),
        day("start_date", "存入日", visible_when=(_DATES_GIVEN,)),
        day("end_date", "销户日", visible_when=(_DATES_GIVEN,)),
    ),
)


def demand(inputs: Inputs) -> Outcome:
    """Interest on whole months at a 12th and on days at a 360th of the annual rate; by dates on the actual days, with
    the quarterly settlement of the 20th, credited on the 21st and bearing interest from then on.

    Source: 银发〔2005〕129号 (积数计息法; 个人活期存款按季结息，每季末月的20日为结息日).
    """
    principal, rate = inputs.decimal("principal"), inputs.rate("rate")
    if inputs.text("period_by") == _BY_TERM:
        months, days = inputs.integer("months"), inputs.integer("days")
        if not months and not days:
            inputs.reject("days", "整月和天数不能都是 0")
        interest, rows = to_fen(principal * rate * (Decimal(months) / 12 + Decimal(days) / 360)), ()
        compounding = "没有给出起止日期，未计季度结息后利息再生的利息"
    else:
        interest, rows = _settled(principal, rate, *_dates(inputs))
        compounding = "每季末月20日结息，利息次日入账并开始计息，销户日结清"
    return Outcome(
        (yuan("interest", "利息", interest), yuan("total", "本息合计", principal + interest)),
        "利息＝余额×年利率÷12×整月数＋余额×年利率÷360×天数"
        if inputs.text("period_by") == _BY_TERM
        else "利息＝余额×实际天数×年利率÷360",
        (compounding, "整个期间按同一活期利率", _DAY_COUNT, f"{ROUNDED_TO_THE_FEN}，每次结息舍入一次"),
        f"《储蓄管理条例》第二十七条；{_RULE_OF_INTEREST}",
        rows,
    )


def _settled(principal: Decimal, rate: Decimal, start: date, end: date) -> tuple[Decimal, tuple[tuple[str, ...], ...]]:
    balance, rows = principal, [("入账日", "天数", "余额（元）", "利息（元）")]
    while start < end:
        until = min(next_settlement(start), end)
        interest = to_fen(balance * rate * (until - start).days / 360)
        rows.append((until.isoformat(), str((until - start).days), format(to_fen(balance), "f"), format(interest, "f")))
        balance, start = balance + interest, until
    return balance - principal, tuple(rows)


INSTALMENT_SAVINGS = Calculator(
    "instalment_savings",
    "零存整取利息",
    (
        money("monthly", "每月存入"),
        per_cent("rate", "年利率"),
        count("term_months", "存期", "个月", 1, 120, default="12"),
    ),
)


def instalment_savings(inputs: Inputs) -> Outcome:
    """Interest = monthly · (n + 1)·n/2 · r/12, the sum of an arithmetic series; the kind: 《储蓄管理条例》 16."""
    monthly, months = inputs.decimal("monthly"), inputs.integer("term_months")
    interest = to_fen(monthly * (months + 1) * months / 2 * inputs.rate("rate") / 12)
    return Outcome(
        (
            yuan("interest", "到期利息", interest),
            yuan("paid", "存入本金合计", monthly * months),
            yuan("total", "到期本息", monthly * months + interest),
        ),
        "利息＝每月存入×（存入次数＋1）×存入次数÷2×年利率÷12",
        ("每月同一日存入，中途没有漏存", f"{ROUNDED_TO_THE_FEN}，利息算好后舍入一次"),
        "《储蓄管理条例》第十六条；公式为等差数列求和",
    )


NOTICE = Calculator(
    "notice_deposit",
    "通知存款利息",
    (
        money("principal", "支取本金", minimum="50000", help="个人最低起存、最低支取均为5万元"),
        choice("notice", "品种", "7天通知", "1天通知"),
        per_cent("rate", "年利率", help="支取日该品种挂牌利率"),
        count("days", "实际存放天数", "天", 1, 36600),
    ),
)


def notice(inputs: Inputs) -> Outcome:
    """Interest on the actual days at a 360th of the annual rate of the day of withdrawal, where notice was given.

    Source: 《通知存款管理办法》 (银发〔1999〕3号).
    """
    principal, days = inputs.decimal("principal"), inputs.integer("days")
    if inputs.text("notice") == "7天通知" and days < 7:
        inputs.reject("days", "7天通知存款实际存期不足7天的按活期计息")
    interest = to_fen(principal * inputs.rate("rate") * days / 360)
    return Outcome(
        (yuan("interest", "利息", interest), yuan("total", "本息合计", principal + interest)),
        "利息＝本金×年利率÷360×实际天数",
        ("已按约定提前通知，按通知的日期和金额支取", _DAY_COUNT, f"{ROUNDED_TO_THE_FEN}，利息算好后舍入一次"),
        "《通知存款管理办法》（银发〔1999〕3号）",
    )
