from __future__ import annotations

from decimal import Decimal

import pytest

from engine.calculators import compute
from engine.errors import RequestRejected


def _results(name: str, **inputs: str) -> dict[str, str]:
    calculation = compute(name, inputs)
    assert not calculation.missing
    return {figure.name: figure.value for figure in calculation.results}


def test_prices_are_for_a_hundred_units() -> None:
    assert _results("exchange", amount="1万", price="718.5")["yuan"] == "71850.00"
    got = _results("exchange", direction="结汇", amount="2000", currency="欧元", price="780.55")
    assert got["yuan"] == "15611.00"
    assert _results("exchange", amount="50000", amount_in="人民币", price="718.5")["foreign"] == "6958.94"
    whole = _results("exchange", amount="1000", amount_in="人民币", price="4.95", currency="日元")
    assert whole["foreign"] == "20202"  # no sen


def test_cross_rate_is_buying_over_selling() -> None:
    told = {"amount": "1000", "sold": "美元", "buying_price": "715.2", "bought": "日元", "selling_price": "4.9"}
    got = _results("cross_exchange", **told)
    assert got["foreign"] == str(round(Decimal("1000") * Decimal("7152") / 49))
    assert got["rate"] == "145.959184"
    with pytest.raises(RequestRejected):
        compute("cross_exchange", {**told, "bought": "美元"})


@pytest.mark.parametrize(
    ("balances", "covered", "excess"),
    [
        ("80万", 500_000, 300_000),
        ("500000", 500_000, 0),  # 《存款保险条例》 Article 5: in full within the limit
        ("500000.01", 500_000, 0.01),
        ("20万、25万、30万", 500_000, 250_000),
        ("甲行:30万、乙行:60万", 800_000, 100_000),
        ("甲行：30万；甲行：30万；乙行：10万", 600_000, 100_000),
        ("0", 0, 0),
    ],
)
def test_cover_is_by_bank_over_all_accounts(balances: str, covered: float, excess: float) -> None:
    got = _results("deposit_insurance", balances=balances)
    assert (float(got["covered"]), float(got["excess"])) == (covered, excess)


def test_what_is_no_deposit_is_told_apart() -> None:
    got = _results("deposit_insurance", balances="30万", excluded="40万")
    assert (got["covered"], got["outside"], got["total"]) == ("300000.00", "400000.00", "300000.00")


@pytest.mark.parametrize(
    ("transaction", "yuan", "dollars"),
    [  # 《金融机构大额交易和可疑交易报告管理办法》 Article 5
        ("现金收支", "50000", "10000"),
        ("单位转账", "2000000", "200000"),
        ("个人境内转账", "500000", "100000"),
        ("个人跨境转账", "200000", "10000"),
    ],
)
def test_thresholds_include_themselves(transaction: str, yuan: str, dollars: str) -> None:
    for currency, threshold in (("人民币", yuan), ("外币折美元", dollars)):
        at = _results("large_amount", transaction=transaction, currency=currency, amount=threshold)
        below = _results(
            "large_amount", transaction=transaction, currency=currency, amount=str(Decimal(threshold) - Decimal("0.01"))
        )
        assert at["reached"].startswith("达到")
        assert below["reached"] == "未达到"
        assert at["threshold"] == threshold
