"""A question on a machine without room for the model: a sentence and an exit code, where the kernel would kill."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flows.running import PASSPHRASE, Jinpan

QUESTION = "存款保险最高赔多少？"
GROUP_BYTES = 1_100_000_000  # enough for the library and the embedder, 800 MB less than the model needs


@pytest.mark.slow
def test_too_little_memory_is_said(
    tmp_path: Path, qwen15_pack: Path, embedder_pack: Path, memory_group: Callable[[int], list[str]]
) -> None:
    passphrase_file = tmp_path / "passphrase"
    passphrase_file.write_text(PASSPHRASE, encoding="utf-8")
    jinpan = Jinpan(tmp_path / "home", passphrase_file, prefix=memory_group(GROUP_BYTES))
    rows = jinpan.rows("ask", QUESTION, "--pack", qwen15_pack.name, exit_code=4)
    assert rows[0]["kind"] == "passages_found", "what was found is shown all the same"
    assert rows[-1]["code"] == "memory_short"
    assert "内存不足：需要" in rows[-1]["message"] and "较小的模型包" in rows[-1]["action"]
