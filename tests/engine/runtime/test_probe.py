"""Measured rates are those of a computer, with our kernels and without."""

from __future__ import annotations

import pytest

from engine.runtime import probe

MEMORY = (1e9, 1e12)  # bytes a second: from the slowest PC to far above any desktop
PRODUCTS = (1e9, 1e14)  # operations a second


@pytest.fixture(params=["as installed", "without our kernels"])
def kernels(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param != "as installed":
        monkeypatch.setattr(probe, "instruction_set", lambda: "")
        monkeypatch.setattr(probe, "read_bandwidth_bytes_per_s", lambda _threads: 0.0)


@pytest.mark.usefixtures("kernels")
def test_memory_is_read_at_a_possible_rate() -> None:
    assert MEMORY[0] < probe.read_bytes_per_s(1) < MEMORY[1]


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("threads", [1, 2])
def test_products_are_computed_at_a_possible_rate(bits: int, threads: int) -> None:
    assert PRODUCTS[0] < probe.operations_per_s(bits, threads) < PRODUCTS[1]
