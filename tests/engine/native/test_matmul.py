"""The kernels against a plain computation of the same sums, for every instruction set that this processor has."""

from __future__ import annotations

import platform
from importlib import metadata

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from numpy.typing import NDArray

from engine import native

Float = NDArray[np.float32]
Bytes = NDArray[np.uint8]
BLOCK = 32
SETS = {"avx2": 1, "avxvnni": 2, "avx512": 3, "vnni256": 4}  # the last is avxvnni's code in AVX-512's encoding
ZERO_POINT = {8: 128, 4: 8}


class Weights:
    def __init__(self, rng: np.random.Generator, bits: int, k: int, n: int, zero_points: bool, bias: bool) -> None:
        self.bits, self.k, self.n, self.blocks = bits, k, n, k // BLOCK
        self.values = rng.integers(0, 256, (n, k // BLOCK, BLOCK * bits // 8), dtype=np.uint8)
        self.scales = (rng.random((n, k // BLOCK)) + 0.1).astype(np.float16)
        packed = (self.blocks * bits + 7) // 8
        self.zero_points = rng.integers(0, 256, (n, packed), dtype=np.uint8) if zero_points else None
        self.bias = rng.standard_normal(n).astype(np.float32) if bias else None

    def centred(self) -> NDArray[np.float64]:
        """(N, K / 32, 32), before scaling."""
        values = self.values.astype(np.float64) if self.bits == 8 else nibbles(self.values, BLOCK)
        if self.zero_points is None:
            return values - ZERO_POINT[self.bits]
        points = self.zero_points if self.bits == 8 else nibbles(self.zero_points, self.blocks)
        return values - points[:, :, None]


def nibbles(packed: Bytes, count: int) -> NDArray[np.float64]:
    """The low half of each byte, then its high half, `count` of them along the last axis."""
    both = np.stack([packed & 15, packed >> 4], axis=-1)
    return both.reshape(*packed.shape[:-1], -1)[..., :count].astype(np.float64)


def rounded(x: Float) -> tuple[NDArray[np.float64], Float]:
    """Rows (M, K) as whole numbers (M, K / 32, 32) times scales (M, K / 32)."""
    blocks = x.reshape(x.shape[0], -1, BLOCK)
    top = np.abs(blocks).max(axis=2)
    inverse = np.divide(np.float32(127), top, out=np.zeros_like(top), where=top > 0)
    return np.rint(blocks * inverse[:, :, None]).astype(np.float64), top / np.float32(127)


def expected(x: Float, weights: Weights) -> NDArray[np.float64]:
    values, scales = rounded(x)
    dots = np.einsum("mbk,nbk->mnb", values, weights.centred(), optimize=True)
    sums = np.einsum("mnb,nb,mb->mn", dots, weights.scales.astype(np.float64), scales.astype(np.float64))
    return sums if weights.bias is None else sums + weights.bias


def multiply(name: str, x: Float, weights: Weights) -> Float:
    library = native.load_library()
    assert library is not None
    y = np.full((x.shape[0], weights.n), np.float32(7))
    arrays = (x, weights.values, weights.scales, weights.zero_points, weights.bias, y)
    pointers = [None if array is None else array.ctypes.data for array in arrays]
    status = library.jinpan_matmul(SETS[name], weights.bits, x.shape[0], weights.k, weights.n, *pointers)
    if status:
        pytest.skip(f"this processor does not have {name}")
    return y


@pytest.fixture(autouse=True)
def built() -> None:
    if native.load_library() is not None:
        return
    x86 = platform.machine().lower() in ("x86_64", "amd64")
    try:
        metadata.version("jinpan-branch-assistant")
    except metadata.PackageNotFoundError:
        pytest.skip("the kernels are built by pip install, which has not run here")
    assert not x86, "installed, but the kernels were not built: see what pip printed"
    pytest.skip("kernels exist for x86-64 only")


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("zero_points", [False, True])
def test_products_are_right_and_no_row_depends_on_others(name: str, bits: int, zero_points: bool) -> None:
    rng = np.random.default_rng(bits)
    for k in (32, 64, 96, 160, 512, 544, 1056):
        for n in (1, 16, 33, 70):
            weights = Weights(rng, bits, k, n, zero_points, bias=n != 16)
            x = rng.standard_normal((17, k)).astype(np.float32)
            together, wanted = multiply(name, x, weights), expected(x, weights)
            assert np.abs(together - wanted).max() <= 2e-6 * np.abs(wanted).max()
            for m in (1, 2, 3, 4, 5, 8, 9, 12):
                assert multiply(name, x[:m], weights).tobytes() == together[:m].tobytes()


@pytest.mark.parametrize("name", SETS)
def test_sizes_of_a_prompt(name: str) -> None:
    rng = np.random.default_rng(5)
    weights = Weights(rng, 8, 576, 193, zero_points=False, bias=True)
    x = rng.standard_normal((300, 576)).astype(np.float32)
    wanted = expected(x, weights)
    assert np.abs(multiply(name, x, weights) - wanted).max() <= 2e-6 * np.abs(wanted).max()
    assert multiply(name, x[:0], weights).shape == (0, 193)


@pytest.mark.parametrize("bits", [8, 4])
def test_all_instruction_sets_agree_to_the_last_bit(bits: int) -> None:
    rng = np.random.default_rng(6)
    weights = Weights(rng, bits, 1056, 50, zero_points=True, bias=True)
    x = rng.standard_normal((11, 1056)).astype(np.float32)
    library = native.load_library()
    assert library is not None
    bytes_of = set[bytes]()
    for number in SETS.values():
        y = np.zeros((11, 50), np.float32)
        arrays = (x, weights.values, weights.scales, weights.zero_points, weights.bias, y)
        if library.jinpan_matmul(number, bits, 11, 1056, 50, *[a.ctypes.data for a in arrays if a is not None]) == 0:
            bytes_of.add(y.tobytes())
    assert len(bytes_of) == 1


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32), rows=st.integers(1, 40), blocks=st.integers(1, 20), n=st.integers(1, 80))
def test_a_row_alone_is_the_row_among_others(seed: int, rows: int, blocks: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    weights = Weights(rng, 8, blocks * BLOCK, n, zero_points=False, bias=False)
    x = (rng.standard_normal((rows, blocks * BLOCK)) * np.exp(rng.normal(0, 4, (rows, 1)))).astype(np.float32)
    name = native.instruction_set()
    together = multiply(name, x, weights)
    row = int(rng.integers(rows))
    assert multiply(name, x[row : row + 1], weights).tobytes() == together[row : row + 1].tobytes()


@pytest.mark.parametrize("name", SETS)
def test_extreme_values(name: str) -> None:
    rng = np.random.default_rng(7)
    weights = Weights(rng, 8, 96, 20, zero_points=False, bias=False)
    weights.values[0] = 0  # -128, the one weight whose magnitude does not fit a signed byte
    weights.values[1] = 255
    x = rng.standard_normal((9, 96)).astype(np.float32)
    x[0] = 0
    x[1, 40], x[2, 0], x[3, 95] = np.nan, np.inf, -np.inf
    x[4], x[5] = 1e-40, 3e38
    x[6] = np.where(rng.random(96) < 0.5, np.float32(-1), np.float32(1))
    y = multiply(name, x, weights)
    assert not y[0].any() and not y[4].any()
    assert np.isnan(y[1:4]).all()
    finite = x[6:]
    assert np.abs(y[6:] - expected(finite, weights)).max() <= 2e-6 * np.abs(y[6:]).max()
    assert np.isfinite(y[6:]).all()


def test_sizes_that_do_not_fit_are_refused() -> None:
    library = native.load_library()
    assert library is not None
    nothing = [None] * 6
    assert library.jinpan_matmul(SETS["avx2"], 8, 1, 33, 1, *nothing) == 1
    assert library.jinpan_matmul(SETS["avx2"], 3, 1, 32, 1, *nothing) == 1
    assert library.jinpan_matmul(99, 8, 1, 32, 1, *nothing) == 1


def test_read_bandwidth_is_plausible() -> None:
    assert 1e9 < native.read_bandwidth_bytes_per_s(1) < 1e12


def test_the_library_is_named_where_kernels_run() -> None:
    path = native.library_path()
    assert (path is not None) == (native.instruction_set() != "")
    assert path is None or path.is_file()
