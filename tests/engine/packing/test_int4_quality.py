"""What 4 bits keep of a real model, and that our fitting and mixing beat plain rounding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer

from engine.cancel import CancelToken
from engine.packing.packer import pack_checkpoint
from engine.packing.precision import FP32, INT4
from engine.runtime.pack import TOKENIZER, WEIGHTS

pytestmark = pytest.mark.slow


def test_int4_keeps_most_top_tokens_and_beats_rounding_over_the_full_range(
    weights_folder: Path, tmp_path: Path, load: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = weights_folder / "smollm2.gguf"
    if not source.is_file():
        pytest.skip("JINPAN_WEIGHTS has no smollm2.gguf")

    def top_tokens(name: str, quantization: str) -> NDArray[np.int64]:
        for _ in pack_checkpoint(source, tmp_path / name, name, quantization, CancelToken()):
            pass
        text = (Path(__file__).parent / "finance_en.txt").read_text(encoding="utf-8")
        ids = Tokenizer.from_file(str(tmp_path / name / TOKENIZER)).encode(text).ids
        return load(tmp_path / name).all_logits(ids).argmax(axis=1)

    exact = top_tokens("exact", FP32)
    mixed = (top_tokens("mixed", INT4) == exact).mean()
    monkeypatch.setattr("engine.packing.graph.precision_of", lambda *_: lambda _name: 4)
    all_4_bits = (top_tokens("all-4-bits", INT4) == exact).mean()
    print(f"\ntop-1 tokens kept: {mixed:.2%}, with 4 bits everywhere {all_4_bits:.2%}")
    assert mixed > 0.83  # 85.8 % measured
    assert mixed > all_4_bits + 0.1  # 63.5 % measured
    sizes = {name: (tmp_path / name / WEIGHTS).stat().st_size for name in ("exact", "mixed")}
    assert sizes["mixed"] < 0.23 * sizes["exact"]
