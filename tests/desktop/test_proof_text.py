from __future__ import annotations

import pytest

from desktop.look import proof_text
from engine.privacy import PersonalKind


@pytest.mark.parametrize("kind", list(PersonalKind))
def test_every_kind_of_personal_data_has_a_chinese_name(kind: PersonalKind):
    assert kind.value in proof_text.MASKED_KINDS
    assert proof_text.MASKED_KINDS[kind.value] in proof_text.masked((kind.value,))
    assert not any(letter.isascii() for letter in proof_text.masked((kind.value,)))


def test_no_name_is_kept_for_a_kind_that_is_gone():
    assert set(proof_text.MASKED_KINDS) == {kind.value for kind in PersonalKind}
