"""What the audit log holds and what its check finds, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class AuditAction(StrEnum):
    ANSWERED = "answered"  # a question, whatever became of it: facts["outcome"]
    CALCULATED = "calculated"  # in the form of a calculator
    DRAFTED = "drafted"
    EXPORTED = "exported"
    DOCUMENT_ADDED = "document_added"
    DOCUMENT_REMOVED = "document_removed"
    PACK_INSTALLED = "pack_installed"
    PACK_REMOVED = "pack_removed"
    WEB_REQUESTED = "web_requested"
    WEB_SWITCHED = "web_switched"
    LOG_EXPORTED = "log_exported"
    ERASED = "erased"  # contents of a conversation, or of what rests on a document, for good
    PURGED = "purged"  # entries up to facts["through"], older than the policy keeps them
    INTERRUPTED = "interrupted"  # the program ended while entry facts["entry"] was sealed
    RESEALED = "resealed"  # chain and seal did not agree when writing went on


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`sequence` counts from 1 without gaps; `at` is ISO 8601, UTC. `sources` are document or chunk ids, with a page as
    `document_id:page_no`. `content` is masked text by name; None when there was none or it was erased."""

    sequence: int
    at: str
    action: str
    conversation: str
    sources: tuple[str, ...]
    facts: Mapping[str, str | int | float | bool] = field(default_factory=dict[str, str | int | float | bool])
    content: Mapping[str, str] | None = None
    mac: str = ""  # hexadecimal


class FindingKind(StrEnum):
    """What a check found. The first group are faults: somebody changed the log."""

    ALTERED = "altered"  # an entry was edited, inserted or moved
    REMOVED = "removed"  # entries `sequence` to `until` are gone
    TRUNCATED = "truncated"  # so are the newest
    CONTENT_ALTERED = "content_altered"
    CONTENT_REMOVED = "content_removed"  # without an erasure
    CONTENT_STRAY = "content_stray"  # contents without an entry
    CHECKPOINT_ALTERED = "checkpoint_altered"  # where the chain begins after a purge
    SEAL_MISSING = "seal_missing"  # the file that holds the head is gone or unusable
    SEAL_OUTDATED = "seal_outdated"  # it was replaced by an older one
    SEAL_DIFFERS = "seal_differs"  # another last entry than was sealed
    RESEALED = "resealed"  # writing went on after one of the faults above
    HEAD_UNKNOWN = "head_unknown"  # the head that was noted elsewhere is not in the chain
    # notes: an honest machine does this
    CLOCK_SET_BACK = "clock_set_back"  # the entry is older than the one before it
    INTERRUPTED = "interrupted"  # the program ended while the entry was sealed; its content cannot be read
    PURGED = "purged"  # entries up to `sequence` were kept as long as the policy asks for


NOTES = frozenset({FindingKind.CLOCK_SET_BACK, FindingKind.INTERRUPTED, FindingKind.PURGED})


@dataclass(frozen=True, slots=True)
class AuditFinding:
    kind: FindingKind
    sequence: int = 0
    until: int = 0


@dataclass(frozen=True, slots=True)
class AuditReport:
    """`head` is `sequence:mac` of the last entry: noted outside this machine, it proves later that nothing before it
    was changed, even against somebody who has the home's key."""

    entries: int
    first_at: str
    last_at: str
    head: str
    faults: tuple[AuditFinding, ...]
    notes: tuple[AuditFinding, ...]

    @property
    def intact(self) -> bool:
        return not self.faults


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """All conditions that are set must hold; `since` and `until` are ISO 8601 days or times, UTC, both included."""

    action: str = ""
    conversation: str = ""
    document_id: str = ""
    since: str = ""
    until: str = ""
    before: int = 0  # only what is older than this entry
    limit: int = 100  # the newest ones; 0 for all
