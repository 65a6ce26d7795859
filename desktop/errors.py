"""The only place where an error becomes words: every code has one Chinese sentence and one thing to do.

Technical reasons (often English, from a library) go to `Sentence.detail`, which a user can copy for IT; they never
stand in the sentence itself. Details of errors carry names and limits, never document text.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass

from desktop.look import proof_text, text
from desktop.look.catalogue import run_on, translate
from desktop.sentences import DOCUMENT_FAULTS, FAULTS, REJECTIONS
from engine.api import (
    BugError,
    Cancelled,
    DocumentRejected,
    EnvironmentFault,
    JinpanError,
    RequestRejected,
)

EXIT_DONE = 0
EXIT_BUG = 1
EXIT_USAGE = 2
EXIT_DOCUMENTS_FAILED = 3
EXIT_ENVIRONMENT = 4
EXIT_LOG_ALTERED = 5
EXIT_CANCELLED = 130  # 128 + SIGINT, as shells count


@dataclass(frozen=True, slots=True)
class Sentence:
    """What happened, what the user can do, and what IT wants to read."""

    text: str
    action: str = ""
    detail: str = ""

    def __str__(self) -> str:
        return run_on(self.text, self.action)


_CANCELLED = (translate("errors", "已停止。"), "")
_BUG = (translate("errors", "程序内部错误，这不是您的操作造成的。"), translate("errors", "请复制详情并发给科技部门。"))


def describe(error: BaseException) -> Sentence:
    """The sentence for any error; an exception outside our families counts as a bug and shows its traceback."""
    if isinstance(error, Cancelled):
        return Sentence(*_CANCELLED)
    if isinstance(error, EnvironmentFault):
        pair = FAULTS.get(error.code)
    elif isinstance(error, RequestRejected):
        pair = REJECTIONS.get(error.code)
    elif isinstance(error, DocumentRejected):
        pair = DOCUMENT_FAULTS.get(error.code)
    else:
        pair = None
    if pair is None or not isinstance(error, JinpanError):
        return Sentence(*_BUG, detail=_trace(error))
    return _fill(pair, error.code, error.details)


def describe_document(reason: str, details: Mapping[str, str | int | float] | None = None) -> Sentence:
    """The sentence for a document's or a page's `reason` (a DocumentFault code)."""
    pair = DOCUMENT_FAULTS.get(reason)
    if pair is None:
        return Sentence(*_BUG, detail=reason)
    return _fill(pair, reason, details or {})


def exit_code(error: BaseException) -> int:
    """The exit code that the family of `error` stands for."""
    families: tuple[tuple[type[BaseException], int], ...] = (
        (Cancelled, EXIT_CANCELLED),
        (BugError, EXIT_BUG),
        (EnvironmentFault, EXIT_ENVIRONMENT),
        (RequestRejected, EXIT_USAGE),
        (DocumentRejected, EXIT_DOCUMENTS_FAILED),
    )
    return next((code for family, code in families if isinstance(error, family)), EXIT_BUG)


def human_size(size_bytes: float) -> str:
    """Bytes as people read them, in powers of 1024: "512 B", "1.5 GB"."""
    size = float(size_bytes)
    for unit in ("B", "KB", "MB", "GB"):
        if abs(size) < 1024:
            return f"{size:.0f} {unit}" if unit in ("B", "KB") or size >= 100 else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TB"


class _Values(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return translate("errors", "未知")


def _fill(pair: tuple[str, str], code: str, details: Mapping[str, str | int | float]) -> Sentence:
    values = _Values((key, _show(key, value)) for key, value in details.items())
    text, action = (part.format_map(values) for part in pair)
    detail = " ".join([str(code), *(f"{key}={value}" for key, value in details.items())])
    return Sentence(text, action, detail)


def _show(key: str, value: str | int | float) -> str:
    if key.endswith("_bytes") and not isinstance(value, str):
        return human_size(value)
    if isinstance(value, float):
        return f"{value:g}"
    if key == "kinds":
        return text.listed(proof_text.MASKED_KINDS.get(kind, kind) for kind in str(value).split(","))
    if key == "groups":
        return text.listed(str(value).split(","))
    if key == "signer":  # a line of 64 digits cannot wrap
        return text.fingerprint(str(value))
    return str(value)


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)).strip()
