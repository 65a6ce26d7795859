from __future__ import annotations

import gc

from desktop.collector import spare_what_stays
from engine.api import ModelLoaded, ModelLoading


def test_what_is_there_once_a_model_is_loaded_is_not_looked_at_again(application):
    assert gc.get_threshold()[0] > 700
    gc.unfreeze()
    spare_what_stays(ModelLoading("a"))
    assert gc.get_freeze_count() == 0
    spare_what_stays(ModelLoaded("a", "CPU", 0.0))
    try:
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
