"""Foreign exchange at a bank's prices per 100 units."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from engine.calculators.exact import to_fen, yuan
from engine.calculators.fields import Calculator, Field, Inputs, Outcome, choice
from engine.proof import Figure

_BUY, _SELL = "购汇", "结汇"
_FOREIGN, _YUAN = "外币", "人民币"
CURRENCIES = (
    *("美元", "欧元", "港币", "日元", "英镑", "澳元", "加元", "瑞郎"),
    *("新加坡元", "新西兰元", "泰铢", "韩元", "澳门元", "外币"),
)
_WHOLE_UNITS = ("日元", "韩元")
_AMOUNT_LIMIT = Decimal(10**12)
_PRICE_HELP = "每100外币折合人民币元"
_SOURCE = "《银行办理结售汇业务管理办法》（中国人民银行令〔2014〕第2号）；牌价以本行成交时挂牌为准"


def _price(name: str, label: str) -> Field:
    low, high = Decimal("0.0001"), Decimal(100_000)
    return Field(name, label, unit="元", minimum=low, maximum=high, decimals=6, help=_PRICE_HELP)


EXCHANGE = Calculator(
    "exchange",
    "购汇与结汇",
    (
        choice(
            "direction",
            "方向",
            _BUY,
            _SELL,
            help="购汇是人民币换外币，用银行卖出价；结汇是外币换人民币，用银行买入价（现汇、现钞不同）",
        ),
        Field("amount", "金额", minimum=Decimal("0.01"), maximum=_AMOUNT_LIMIT),
        choice("amount_in", "金额是", _FOREIGN, _YUAN),
        choice("currency", "外币", *CURRENCIES),
        _price("price", "牌价"),
    ),
)


def exchange(inputs: Inputs) -> Outcome:
    """Yuan = foreign · price / 100. Banks quote yuan per 100 units; the customer buys at the bank's selling price and
    sells at its buying price. Source: 《银行办理结售汇业务管理办法》 (中国人民银行令〔2014〕第2号)."""
    amount, price, currency = inputs.decimal("amount"), inputs.decimal("price"), inputs.text("currency")
    buying = inputs.text("direction") == _BUY
    if inputs.text("amount_in") == _FOREIGN:
        result = yuan("yuan", "需付人民币" if buying else "可得人民币", amount * price / 100)
        formula = "人民币＝外币金额×牌价÷100"
    else:
        result = _foreign("foreign", f"可购{currency}" if buying else f"需{currency}", amount * 100 / price, currency)
        formula = "外币＝人民币金额×100÷牌价"
    return Outcome(
        (result,),
        formula,
        (
            "购汇用银行卖出价" if buying else "结汇用银行买入价，现汇与现钞的价格不同",
            "牌价为每100外币折合人民币元，未计手续费",
            "结果四舍五入到分（日元、韩元到1元）",
        ),
        _SOURCE,
    )


CROSS = Calculator(
    "cross_exchange",
    "两种外币兑换",
    (
        Field("amount", "卖出外币金额", minimum=Decimal("0.01"), maximum=_AMOUNT_LIMIT),
        choice("sold", "卖出币种", *CURRENCIES),
        _price("buying_price", "卖出币种的银行买入价"),
        choice("bought", "买入币种", *CURRENCIES),
        _price("selling_price", "买入币种的银行卖出价"),
    ),
)


def cross(inputs: Inputs) -> Outcome:
    """Cross rate = the bank's buying price of what is sold / its selling price of what is bought, both against yuan."""
    if inputs.text("sold") == inputs.text("bought") != "外币":
        inputs.reject("bought", "应与卖出币种不同")
    rate = inputs.decimal("buying_price") / inputs.decimal("selling_price")
    rounded = format(rate.quantize(Decimal("0.000001"), ROUND_HALF_UP), "f")
    return Outcome(
        (
            _foreign("foreign", f"可得{inputs.text('bought')}", inputs.decimal("amount") * rate, inputs.text("bought")),
            Figure("rate", f"套算汇率（1{inputs.text('sold')}折合{inputs.text('bought')}）", rounded),
        ),
        "可得外币＝卖出外币×其买入价÷另一币种的卖出价",
        ("两种牌价都是每100外币折合人民币元", "未计手续费", "金额四舍五入到分（日元、韩元到1元），汇率到小数6位"),
        _SOURCE,
    )


def _foreign(name: str, label: str, value: Decimal, currency: str) -> Figure:
    whole = currency in _WHOLE_UNITS
    rounded = value.quantize(Decimal(1), ROUND_HALF_UP) if whole else to_fen(value)
    return Figure(name, label, format(rounded, "f"), currency)
