"""The check of the audit log: entry by entry against its chain, content by content against its entry."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from engine.knowledge.audit_values import NOTES, AuditAction, AuditFinding, AuditReport, FindingKind
from engine.knowledge.schema import Connection

if TYPE_CHECKING:
    from engine.knowledge.audit import AuditLog

_ROWS = (
    "SELECT e.sequence, e.at, e.action, e.conversation, e.sources, e.facts, e.commitment, e.mac, c.sealed"
    " FROM audit_entries e LEFT JOIN audit_contents c USING(sequence) ORDER BY e.sequence"
)


@dataclass
class _Walk:
    """What is known after the entries so far."""

    sequence: int
    mac: str
    first_at: str = ""
    at: str = ""
    count: int = 0
    findings: list[AuditFinding] = field(default_factory=list[AuditFinding])
    lacking: list[tuple[int, str, str]] = field(default_factory=list[tuple[int, str, str]])  # contents: who, of what
    unsealed: set[int] = field(default_factory=set[int])  # entries that INTERRUPTED names
    erased: dict[str, int] = field(default_factory=dict[str, int])  # conversation or document -> its last erasure

    def find(self, kind: FindingKind, sequence: int, until: int = 0) -> None:
        self.findings.append(AuditFinding(kind, sequence, until or sequence))


def check_log(log: AuditLog, noted_head: str) -> AuditReport:
    """See `AuditLog.verify`."""
    with log.ledger.reading() as db:
        with log.lock:
            head, keys = log.seals.head(), log.seals.keys()
            db.execute("BEGIN")  # from here on the connection sees the log as it is now
            start = log.checkpoint(db)
        try:
            return _check(log, db, head, keys, start, noted_head)
        finally:
            db.execute("COMMIT")


def _check(
    log: AuditLog,
    db: Connection,
    head: tuple[int, str] | None,
    keys: dict[int, bytes],
    start: tuple[int, str],
    noted_head: str,
) -> AuditReport:
    walk = _Walk(*start)
    _check_checkpoint(log, db, walk)
    noted = _Noted.parse(noted_head)
    for row in db.execute(_ROWS):
        _check_entry(log, row, walk)
        _check_content(row, keys, walk)
        noted.see(row[0], row[7])
    _check_erasures(walk)
    for (sequence,) in db.execute("SELECT sequence FROM audit_contents EXCEPT SELECT sequence FROM audit_entries"):
        walk.find(FindingKind.CONTENT_STRAY, sequence)
    _check_head(log, db, head, walk)
    if noted.sequence > start[0] and not noted.seen:
        walk.find(FindingKind.HEAD_UNKNOWN, noted.sequence)
    found = sorted(walk.findings, key=lambda finding: finding.sequence)
    return AuditReport(
        walk.count,
        walk.first_at,
        walk.at,
        f"{walk.sequence}:{walk.mac}",
        tuple(finding for finding in found if finding.kind not in NOTES),
        tuple(finding for finding in found if finding.kind in NOTES),
    )


@dataclass
class _Noted:
    sequence: int
    mac: str
    seen: bool = False

    @classmethod
    def parse(cls, text: str) -> _Noted:
        sequence, _, mac = text.partition(":")
        return cls(int(sequence), mac.lower()) if sequence.isdigit() else cls(0, "")

    def see(self, sequence: int, mac: str) -> None:
        self.seen |= sequence == self.sequence and bool(self.mac) and mac.startswith(self.mac)


def _check_checkpoint(log: AuditLog, db: Connection, walk: _Walk) -> None:
    rows = db.execute("SELECT sequence, mac, seal FROM audit_checkpoint").fetchall()
    if not rows:
        return
    sequence, mac, seal = rows[0]
    if len(rows) > 1 or not hmac.compare_digest(log.checkpoint_seal(sequence, mac), seal):
        walk.find(FindingKind.CHECKPOINT_ALTERED, sequence)
    else:
        walk.find(FindingKind.PURGED, sequence)


def _check_entry(log: AuditLog, row: tuple[object, ...], walk: _Walk) -> None:
    sequence, at, action, conversation, sources, facts = (
        int(str(row[0])), str(row[1]), str(row[2]), str(row[3]), str(row[4]), str(row[5]),
    )  # fmt: skip
    mac = str(row[7])
    whole = sequence == walk.sequence + 1
    if not whole:
        walk.find(FindingKind.REMOVED, walk.sequence + 1, sequence - 1)
    elif not hmac.compare_digest(log.mac_of(row[:7], walk.mac), mac):
        walk.find(FindingKind.ALTERED, sequence)
    if at < walk.at:
        walk.find(FindingKind.CLOCK_SET_BACK, sequence)
    if action == AuditAction.RESEALED:
        walk.find(FindingKind.RESEALED, sequence)
    elif action == AuditAction.INTERRUPTED and (entry := _fact(facts, "entry")):
        walk.unsealed.add(entry)
    elif action == AuditAction.ERASED:
        for what in (conversation, *_list(sources)):
            walk.erased[what] = sequence
    walk.sequence, walk.mac, walk.at = sequence, mac, at
    walk.first_at = walk.first_at or at
    walk.count += 1


def _check_content(row: tuple[object, ...], keys: dict[int, bytes], walk: _Walk) -> None:
    from engine.knowledge.audit import ContentBroken, open_content

    sequence, commitment, sealed = int(str(row[0])), str(row[6]), row[8]
    if not commitment:
        if sealed is not None:
            walk.find(FindingKind.CONTENT_STRAY, sequence)
        return
    key = keys.get(sequence)
    if not isinstance(sealed, bytes) or key is None:
        walk.lacking.append((sequence, str(row[3]), str(row[4])))
        return
    try:
        open_content(sealed, key, commitment)
    except ContentBroken:
        walk.find(FindingKind.CONTENT_ALTERED, sequence)


def _check_erasures(walk: _Walk) -> None:
    """A content may lack after an erasure of its conversation or of a document that it rests on."""
    for sequence, conversation, sources in walk.lacking:
        documents = {source.partition(":")[0] for source in _list(sources)}
        if any(what and walk.erased.get(what, 0) > sequence for what in (conversation, *documents)):
            continue
        if sequence in walk.unsealed:
            walk.find(FindingKind.INTERRUPTED, sequence)
        elif sequence != walk.sequence:  # the last one: `_check_head` says what it is
            walk.find(FindingKind.CONTENT_REMOVED, sequence)


def _check_head(log: AuditLog, db: Connection, head: tuple[int, str] | None, walk: _Walk) -> None:
    last = (walk.sequence, walk.mac)
    if head == last or (head is None and walk.count == 0):
        lacks = any(sequence == walk.sequence for sequence, _, _ in walk.lacking)
        if lacks and head is not None:
            walk.find(FindingKind.CONTENT_REMOVED, walk.sequence)
        return
    if head is None:
        walk.find(FindingKind.SEAL_MISSING, walk.sequence)
    elif log.is_successor(db, head, last):
        walk.find(FindingKind.INTERRUPTED, walk.sequence)
    elif head[0] > walk.sequence:
        walk.find(FindingKind.TRUNCATED, walk.sequence + 1, head[0])
    elif head[0] < walk.sequence:
        walk.find(FindingKind.SEAL_OUTDATED, head[0] + 1, walk.sequence)
    else:
        walk.find(FindingKind.SEAL_DIFFERS, walk.sequence)


def _fact(facts: str, name: str) -> int:
    try:
        value = json.loads(facts).get(name, 0)
    except (ValueError, AttributeError):
        return 0  # altered: its MAC has said so
    return value if isinstance(value, int) else 0


def _list(text: str) -> list[str]:
    try:
        values = json.loads(text)
    except ValueError:
        return []  # altered: its MAC has said so
    return list(map(str, cast("list[object]", values))) if isinstance(values, list) else []
