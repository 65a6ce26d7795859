"""The words of the recommendation."""

from __future__ import annotations

import pytest

from desktop.cli_advice import recommendation, show_advice
from desktop.cli_console import Console
from engine.advice import KNOWN_PACKS, Advice, Machine, advise

GIB = 1024**3
INT8 = "qwen2.5-coder-1.5b-instruct-int8"


def advice(available_gib: float, cores: int, installed: tuple[str, ...] = ()) -> Advice:
    rate = cores * 60e9
    return advise(Machine(cores, int(available_gib * GIB), 30e9, rate, rate), KNOWN_PACKS, 4096, installed)


def test_a_pack_that_is_missing_is_named_with_the_command_that_makes_it() -> None:
    assert f"运行 jinpan pack build {INT8} 安装" in recommendation(advice(5, 4))


def test_a_pack_that_is_there_needs_no_command() -> None:
    text = recommendation(advice(5, 4, (INT8,)))
    assert "已安装" in text and "pack build" not in text


def test_the_banks_own_model_is_named_where_it_runs() -> None:
    assert "金磐" in recommendation(advice(12, 8))
    assert "金磐" not in recommendation(advice(5, 4))


def test_a_pack_too_small_to_be_trusted_comes_with_a_warning() -> None:
    text = recommendation(advice(1.6, 4))
    assert "0.5b" in text and "不一定可靠" in text and "内网" in text


@pytest.mark.parametrize(("available_gib", "cores", "reason"), [(0.9, 4, "可用内存"), (12, 0.05, "太慢")])
def test_where_nothing_suits_the_intranet_is_the_way(available_gib: float, cores: float, reason: str) -> None:
    given = Machine(1, int(available_gib * GIB), 30e9, cores * 60e9, cores * 60e9)
    text = recommendation(advise(given, KNOWN_PACKS, 4096))
    assert reason in text and "内网模型服务" in text


def test_people_see_a_line_for_each_pack(capsys: pytest.CaptureFixture[str]) -> None:
    show_advice(Console(False), advice(5, 4, (INT8,)))
    shown = capsys.readouterr().out
    assert all(pack.name in shown for pack in KNOWN_PACKS)
    assert f"✓ {INT8}" in shown and "✗ jinpan-13b-int8" in shown
    assert "亿次" in shown
