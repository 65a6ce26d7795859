"""Errors travel between processes whole, and say what they are."""

from __future__ import annotations

import pickle

import pytest

from engine.errors import (
    BugError,
    Cancelled,
    DocumentFault,
    DocumentRejected,
    EnvironmentFault,
    Fault,
    JinpanError,
    Rejection,
    RequestRejected,
)

ERRORS = [
    EnvironmentFault(Fault.MEMORY_SHORT, needed_bytes=10, free_bytes=5),
    RequestRejected(Rejection.CONTEXT_OVERFLOW, limit=4096, length=5000),
    DocumentRejected(DocumentFault.ENCRYPTED, name="密码.pdf"),
    BugError("broken_invariant", ratio=0.5),
    Cancelled(),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_survives_pickling(error: JinpanError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert (copy.code, copy.details, str(copy)) == (error.code, error.details, str(error))


def test_an_error_reads_as_code_and_details() -> None:
    assert str(ERRORS[0]) == "memory_short needed_bytes=10 free_bytes=5"
    assert str(Cancelled()) == "cancelled"


def test_the_families_are_apart() -> None:
    families = {type(error) for error in ERRORS}
    for error in ERRORS:
        assert isinstance(error, JinpanError)
        assert sum(isinstance(error, family) for family in families) == 1


def test_codes_are_unique_across_families() -> None:
    codes = [code.value for family in (Fault, Rejection) for code in family]
    assert len(codes) == len(set(codes))
