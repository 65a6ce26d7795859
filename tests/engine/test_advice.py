"""What is recommended to which machine; figures of machines are typical ones, no time is measured here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.advice import KNOWN_PACKS, PATIENCE_S, Machine, advise, predict

GIB = 1024**3
PACKS = {pack.name: pack for pack in KNOWN_PACKS}
CONTEXT = 4096


def machine(
    available_gib: float, cores: int, read_gb_per_s: float = 20.0, core_giga_operations_per_s: float = 60.0
) -> Machine:
    """A desktop of the last years: AVX2, two channels of DDR4."""
    rate = cores * core_giga_operations_per_s * 1e9
    return Machine(cores, int(available_gib * GIB), read_gb_per_s * 1e9, rate, rate * 0.9)


@pytest.mark.parametrize(
    ("name", "given", "best", "best_private"),
    [
        ("4 GB, 2 old cores", machine(1.6, 2, 10, 30), "qwen2.5-coder-0.5b-instruct-int4", ""),
        ("8 GB, 4 cores", machine(4.5, 4), "qwen2.5-coder-1.5b-instruct-int8", ""),
        ("16 GB, 4 cores", machine(12, 4), "qwen2.5-coder-1.5b-instruct-int8", ""),
        ("16 GB, 8 cores", machine(12, 8, 30), "qwen2.5-coder-1.5b-instruct-int8", "jinpan-7b-int8"),
        (
            "16 GB, 8 cores, other programs open",
            machine(8.5, 8, 30),
            "qwen2.5-coder-1.5b-instruct-int8",
            "jinpan-7b-int4",
        ),
        ("64 GB, 16 cores", machine(56, 16, 60), "qwen2.5-coder-1.5b-instruct-int8", "jinpan-13b-int8"),
        ("1 GB free", machine(1, 4), "", ""),
        ("a single slow core", machine(12, 1, 5, 10), "", ""),
    ],
)
def test_the_best_pack_that_fits_and_is_quick_is_recommended(
    name: str, given: Machine, best: str, best_private: str
) -> None:
    advice = advise(given, KNOWN_PACKS, CONTEXT)
    shown = [(p.pack, p.fits, round(p.cold_ttft_s, 1), round(p.tokens_per_s, 1)) for p in advice.predictions]
    assert (advice.best, advice.best_private) == (best, best_private), f"{name}: {shown}"


def test_more_of_anything_never_makes_a_pack_slower_or_too_large() -> None:
    small = machine(5, 2)
    fields = ("available_bytes", "read_bytes_per_s", "int8_operations_per_s", "int4_operations_per_s")
    for pack in KNOWN_PACKS:
        before = predict(small, pack, CONTEXT)
        for field in fields:
            after = predict(replace(small, **{field: getattr(small, field) * 2}), pack, CONTEXT)
            assert after.cold_ttft_s <= before.cold_ttft_s
            assert after.tokens_per_s >= before.tokens_per_s
            assert after.fits >= before.fits


def test_the_formulas_give_back_the_machines_figures() -> None:
    """A 7B of 8 bits: 2 · 6.5e9 · 600 operations, 7.5e9 bytes a token."""
    pack = PACKS["jinpan-7b-int8"]
    assert pack.int8_weights == 32 * (4 * 4096 * 4096 + 3 * 4096 * 11008)
    assert pack.read_bytes == (pack.int8_weights + 49953 * 4096) * 17 // 16
    given = machine(12, 4)
    got = predict(given, pack, CONTEXT)
    assert got.cold_ttft_s == pytest.approx(2 * pack.int8_weights * 600 / given.int8_operations_per_s, rel=0.5)
    assert got.tokens_per_s == pytest.approx(given.read_bytes_per_s / pack.read_bytes, rel=0.5)
    assert not got.quick and got.cold_ttft_s > PATIENCE_S


def test_without_our_kernels_a_private_copy_of_the_weights_must_fit() -> None:
    pack = PACKS["jinpan-7b-int8"]
    native = predict(machine(12, 8), pack, CONTEXT)
    standard = predict(replace(machine(12, 8), native=False), pack, CONTEXT)
    assert standard.needed_bytes > native.needed_bytes * 1.08


def test_installed_packs_are_marked() -> None:
    advice = advise(machine(12, 4), KNOWN_PACKS, CONTEXT, installed=["qwen2.5-coder-1.5b-instruct-int8"])
    assert [p.pack for p in advice.predictions if p.installed] == ["qwen2.5-coder-1.5b-instruct-int8"]
