"""The command `jinpan pages`: how every page of a document ended."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from desktop.errors import EXIT_DONE, describe_document
from desktop.look.text import PAGE_KINDS, page_account
from engine.api import Engine, PageAccount, PageKind

if TYPE_CHECKING:
    from desktop.cli import Context


def pages(context: Context) -> int:
    """One line a page: its kind, its characters, and the reason where it failed; then how many of each kind."""
    with context.open_engine() as engine:
        document_id = full_id(engine, context.arguments.document_id)
        accounts = engine.pages(document_id)
    for page in accounts:
        context.console.record(
            "page",
            document_id=document_id,
            page_no=page.page_no,
            page_kind=page.kind,
            characters=page.char_count,
            reason=page.reason or None,
        )
        context.console.say(_line(page))
    found = Counter(page.kind for page in accounts)
    context.console.say(page_account([(kind.value, found[kind]) for kind in PageKind]))
    return EXIT_DONE


def full_id(engine: Engine, given: str) -> str:
    """The one document whose id begins with `given` (`jinpan documents` shows 12 digits); else `given` itself."""
    matches = [item.document_id for item in engine.documents() if item.document_id.startswith(given)]
    return matches[0] if len(matches) == 1 and len(given) >= 6 else given


def _line(page: PageAccount) -> str:
    reason = f"　{describe_document(page.reason)}" if page.reason else ""
    return f"第 {page.page_no} 页　{PAGE_KINDS[page.kind]}　{page.char_count} 字{reason}"
