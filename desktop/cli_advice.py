"""Which pack suits this machine, in words: the last part of `jinpan doctor`."""

from __future__ import annotations

from dataclasses import asdict

from desktop.cli_console import Console
from desktop.errors import human_size
from engine.api import Advice, Prediction


def show_advice(console: Console, advice: Advice) -> None:
    """A record `advice` with every figure; for people the machine, a line for each pack and what to do."""
    text = recommendation(advice)
    machine = {name: round(value, 1) for name, value in asdict(advice.machine).items()}
    packs = [{name: _rounded(value) for name, value in asdict(pack).items()} for pack in advice.predictions]
    console.record(
        "advice", best=advice.best, best_private=advice.best_private, message=text, machine=machine, packs=packs
    )
    m = advice.machine
    console.say(
        f"\n本机实测：{m.cores} 核，可用内存 {human_size(m.available_bytes)}，"
        f"内存读取 {m.read_bytes_per_s / 1e9:.0f} GB/s，矩阵运算每秒 {m.int8_operations_per_s / 1e8:.0f} 亿次"
    )
    console.say("预计（约 600 词元的新问题 / 追问的首字等待，逐字速度）：")
    for pack in advice.predictions:
        console.say(f"  {_mark(pack)} {pack.pack}  {_figures(pack)}")
    console.say(f"建议：{text}")


def recommendation(advice: Advice) -> str:
    """What to install and why, or that a server in the intranet is needed."""
    by_name = {pack.pack: pack for pack in advice.predictions}
    best, private = by_name.get(advice.best), by_name.get(advice.best_private)
    sentences: list[str] = []
    if best:
        state = "已安装，可直接使用" if best.installed else f"运行 jinpan pack build {best.pack} 安装"
        sentences.append(
            f"{best.pack}（{state}）：内存需要 {human_size(best.needed_bytes)}，首字约 {best.cold_ttft_s:.1f} 秒，"
            f"每秒约 {best.tokens_per_s:.0f} 词元，是装得下又等得起的公开模型中回答最好的。"
        )
        if best.weak and not private:
            sentences.append("但它太小，回答不一定可靠；建议由科技部门提供内网模型服务，或者换用内存更大的电脑。")
    if private:
        sentences.append(
            f"如果本行有金磐模型的权重，建议 {private.pack}：首字约 {private.cold_ttft_s:.0f} 秒，"
            f"每秒约 {private.tokens_per_s:.0f} 词元。"
        )
    return "".join(sentences) or _nothing_suits(advice)


def _nothing_suits(advice: Advice) -> str:
    fitting = [pack for pack in advice.predictions if pack.fits]
    endpoint = "请由科技部门提供内网模型服务（jinpan endpoint），资料检索和出处显示不受影响。"
    if not fitting:
        least = min(pack.needed_bytes for pack in advice.predictions)
        free = human_size(advice.machine.available_bytes)
        return f"可用内存 {free}，最小的模型包也需要 {human_size(least)}。请关闭其他程序后再试；如仍不够，{endpoint}"
    quickest = min(fitting, key=lambda pack: pack.cold_ttft_s)
    return f"这台电脑运行最快的 {quickest.pack} 也要约 {quickest.cold_ttft_s:.0f} 秒才出首字，太慢。{endpoint}"


def _mark(pack: Prediction) -> str:
    return "✓" if pack.fits and pack.quick else "✗"


def _figures(pack: Prediction) -> str:
    notes = [note for note, given in (("已安装", pack.installed), ("权重由本行提供", not pack.public)) if given]
    if not pack.fits:
        notes.append(f"内存不足：需要 {human_size(pack.needed_bytes)}")
    elif not pack.quick:
        notes.append("太慢")
    times = f"{pack.cold_ttft_s:.1f} / {pack.warm_ttft_s:.1f} 秒，{pack.tokens_per_s:.1f} 词元/秒"
    return times + (f"（{'，'.join(notes)}）" if notes else "")


def _rounded(value: object) -> object:
    return round(value, 2) if isinstance(value, float) else value
