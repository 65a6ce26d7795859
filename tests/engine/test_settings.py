from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import Rejection, RequestRejected
from engine.settings import load_settings


@pytest.mark.parametrize("option", ["prefix_memory_mb", "prefix_disk_mb"])
@pytest.mark.parametrize("source", ["file", "override"])
def test_a_limit_below_nothing_is_rejected_and_nothing_means_off(home: Path, option: str, source: str) -> None:
    def load(value: int) -> int:
        if source == "override":
            return getattr(load_settings(home, **{option: value}), option)
        (home / "settings.toml").write_text(f"{option} = {value}\n", encoding="utf-8")
        return getattr(load_settings(home), option)

    assert load(0) == 0
    with pytest.raises(RequestRejected) as caught:
        load(-1)
    assert (caught.value.code, caught.value.details["option"]) == (Rejection.OPTION_INVALID, option)
