"""The audit log: a chain of entries in the ledger that shows every later change, and contents that can be erased.

Construction: each entry carries HMAC-SHA256 over its fields and the MAC of the entry before it, under a key derived
from the home's key: the hash chain with MACs of Schneier and Kelsey, "Secure Audit Logs to Support Computer Forensics",
ACM TISSEC 2(2), 1999, without their key evolution, in whose place the head is sealed apart (`audit_seals`) and may be
noted outside the machine. An entry holds ids, counts and a commitment SHA-256(salt ‖ content) only. The content itself,
masked by `engine.privacy`, lies apart under a key of its own (ChaCha20-Poly1305, each key used once), so that it can
go for good and the chain still holds; the erasure is an entry, too.

Source of the time of keeping: 网络安全法 (Cybersecurity Law) article 21 (3), at least six months.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from engine.errors import EnvironmentFault
from engine.knowledge.audit_seals import AuditSeals
from engine.knowledge.audit_values import AuditAction, AuditEntry, AuditFilter, AuditReport
from engine.knowledge.ledger import Ledger
from engine.knowledge.schema import Connection
from engine.privacy import mask

Facts = Mapping[str, str | int | float | bool]

NO_MAC = "0" * 64  # before the first entry
_MOST_WAITING = 1000
_SALT_BYTES = 16
_KEY_BYTES = 32
_NONCE = bytes(12)  # a content's key seals nothing else
_COLUMNS = "sequence, at, action, conversation, sources, facts, commitment, mac"


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is to be appended."""

    action: AuditAction
    conversation: str = ""
    sources: tuple[str, ...] = ()
    facts: Facts = field(default_factory=dict[str, str | int | float | bool])
    content: Mapping[str, str] | None = None
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))


class ContentBroken(Exception):
    """A content that is not what its entry commits to."""


def canonical(value: object) -> str:
    """JSON with sorted keys and no blanks, as RFC 8785 for the strings, booleans and integers that occur here."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class AuditLog:
    """Any thread. A full or unwritable disk stops nothing that is recorded: `take_missed` tells of it."""

    def __init__(self, home: Path, ledger: Ledger, chain_key: bytes, seals_key: bytes) -> None:
        self.seals = AuditSeals(home, seals_key)
        self.ledger = ledger
        self.lock = threading.RLock()
        self._chain_key = chain_key
        self._agreed = False  # chain and seal were compared since this was opened
        self._missed = ""
        self._waiting: deque[_Entry] = deque(maxlen=_MOST_WAITING)

    # ---- writing

    def record(
        self,
        action: AuditAction,
        *,
        conversation: str = "",
        sources: Sequence[str] = (),
        facts: Facts | None = None,
        content: Mapping[str, str] | None = None,
    ) -> bool:
        """Append an entry, durable when this returns; personal data in `content` is masked.

        False when it could not be written: `take_missed` says why, and it is tried again with the next one.
        """
        with self.lock:
            self._waiting.append(_Entry(action, conversation, tuple(sources), facts or {}, content))
            return self.catch_up()

    def catch_up(self) -> bool:
        """Write what could not be written before. False as `record`."""
        try:
            with self.lock:
                while self._waiting:
                    self._agree()
                    self._append(self._waiting[0])
                    self._waiting.popleft()
        except EnvironmentFault as fault:
            self.miss(fault)
            return False
        return True

    def document_added(self, document_id: str, pages: int, chunks: int) -> None:
        facts = {"pages": pages, "chunks": chunks}
        self.record(AuditAction.DOCUMENT_ADDED, sources=(document_id,), facts=facts)

    def documents_removed(self, document_ids: Sequence[str]) -> None:
        for document_id in document_ids:
            self.record(AuditAction.DOCUMENT_REMOVED, sources=(document_id,))

    def pack_installed(self, pack: str, version: str, document_ids: Sequence[str]) -> None:
        self.record(AuditAction.PACK_INSTALLED, sources=tuple(document_ids), facts={"pack": pack, "version": version})

    def pack_removed(self, pack: str) -> None:
        self.record(AuditAction.PACK_REMOVED, facts={"pack": pack})

    def miss(self, fault: EnvironmentFault) -> None:
        """Something was put off because of `fault`; `take_missed` tells it."""
        self._missed = str(fault.code)

    def take_missed(self) -> str:
        """The Fault why an entry could not be written since this was last asked; empty if all were."""
        missed, self._missed = self._missed, ""
        return missed

    def erase_conversation(self, conversation: str) -> int:
        """Erase what was asked and answered in a conversation, for good; returns the number of contents.

        Raises EnvironmentFault DISK_FULL, HOME_UNWRITABLE.
        """
        return self._erase("conversation = ?", conversation, conversation, ())

    def erase_document(self, document_id: str) -> int:
        """Erase the contents of all entries that rest on a document: its name, and answers out of it. As above."""
        return self._erase("instr(sources, ?)", document_id, "", (document_id,))

    def purge(self, before: str) -> int:
        """Take the entries older than `before` (ISO 8601) out; the chain begins behind them. Returns their number."""
        with self.lock:
            with self.ledger.reading() as db:
                start, _ = self.checkpoint(db)
                newer = db.execute("SELECT min(sequence) FROM audit_entries WHERE at >= ?", (before,)).fetchone()[0]
                last, _ = self.last(db)
                through = (newer - 1) if newer else last
                row = db.execute("SELECT mac FROM audit_entries WHERE sequence = ?", (through,)).fetchone()
            if through <= start or row is None:
                return 0
            self._agree()
            self._append(
                _Entry(AuditAction.PURGED, facts={"through": through}), lambda db: self._cut(db, through, row[0])
            )
            self.seals.forget(range(start + 1, through + 1))
            self.ledger.purge(())
            return through - start

    def _cut(self, db: Connection, through: int, mac: str) -> None:
        db.execute("DELETE FROM audit_checkpoint")
        db.execute("INSERT INTO audit_checkpoint VALUES(?, ?, ?)", (through, mac, self.checkpoint_seal(through, mac)))
        db.execute("DELETE FROM audit_contents WHERE sequence <= ?", (through,))
        db.execute("DELETE FROM audit_entries WHERE sequence <= ?", (through,))

    def _erase(self, condition: str, value: str, conversation: str, sources: Sequence[str]) -> int:
        with self.lock:
            self._agree()
            with self.ledger.reading() as db:
                rows = db.execute(
                    "SELECT sequence FROM audit_entries JOIN audit_contents USING(sequence)"
                    f" WHERE {condition} ORDER BY sequence",
                    (value,),
                ).fetchall()
            sequences = [int(sequence) for (sequence,) in rows]
            if sequences:
                self._append(
                    _Entry(AuditAction.ERASED, conversation, tuple(sources), {"contents": len(sequences)}),
                    lambda db: db.executemany("DELETE FROM audit_contents WHERE sequence = ?", rows),
                )
                self.seals.forget(sequences)
                self.ledger.purge(())  # out of the write-ahead log
            return len(sequences)

    def _append(self, entry: _Entry, also: Callable[[Connection], object] | None = None) -> None:
        """One entry, and `also` in the same transaction; then the seal."""
        commitment, key, sealed = _seal_content(entry.content)
        with self.ledger.writing() as db:
            last, mac = self.last(db)
            head = self.seals.head() if entry.action == AuditAction.RESEALED else None
            sequence = max(last, head[0] if head else 0) + 1
            sources, facts = canonical(entry.sources), canonical(entry.facts)
            fields = (sequence, entry.at, str(entry.action), entry.conversation, sources, facts, commitment)
            mac = self.mac_of(fields, mac)
            db.execute(f"INSERT INTO audit_entries({_COLUMNS}) VALUES(?, ?, ?, ?, ?, ?, ?, ?)", (*fields, mac))
            if sealed:
                db.execute("INSERT INTO audit_contents VALUES(?, ?)", (sequence, sealed))
            if also:
                also(db)
            self._agreed = False  # until it is sealed: where that fails, the next entry says so
        self.seals.seal(sequence, mac, key)
        self._agreed = True

    def _agree(self) -> None:
        """Before the first entry of a session: let the log itself say where chain and seal do not agree.

        An entry that was committed and not sealed when the program ended is no fault. Anything else stays to be seen,
        so that going on does not hide it.
        """
        if self._agreed:
            return
        head = self.seals.head()
        with self.ledger.reading() as db:
            last = self.last(db)
            one_more = head is not None and self.is_successor(db, head, last)
        if head is None and last == (0, NO_MAC):
            self.seals.seal(0, NO_MAC, None)  # so that from the first entry on a missing file is a fault
            head = last
        self._agreed = True
        if one_more:
            self._append(_Entry(AuditAction.INTERRUPTED, facts={"entry": last[0]}))
        elif head != last:
            self._append(_Entry(AuditAction.RESEALED, facts={"sealed": head[0] if head else -1, "last": last[0]}))

    # ---- reading

    def entries(self, wanted: AuditFilter) -> tuple[AuditEntry, ...]:
        """Entries oldest first, with their contents as far as they were not erased."""
        conditions, values = _conditions(wanted)
        limit = wanted.limit or -1
        with self.lock, self.ledger.reading() as db:
            rows = db.execute(
                f"SELECT * FROM (SELECT {_COLUMNS}, sealed FROM audit_entries LEFT JOIN audit_contents USING(sequence)"
                f" WHERE {conditions} ORDER BY sequence DESC LIMIT ?) ORDER BY sequence",
                (*values, limit),
            ).fetchall()
            keys = self.seals.keys([row[0] for row in rows if row[-1] is not None])
        return tuple(_entry(row, keys.get(row[0])) for row in rows)

    def verify(self, noted_head: str = "") -> AuditReport:
        """Hold every entry and content against the chain and its seal; `noted_head` is an earlier report's `head`.

        Runs beside writers. Raises EnvironmentFault LEDGER_DAMAGED.
        """
        from engine.knowledge.audit_check import check_log

        return check_log(self, noted_head)

    # ---- the chain, for this module and its check

    def mac_of(self, fields: Sequence[Any], mac_before: str) -> str:
        """The MAC of an entry: `fields` are all columns but the MAC."""
        return self._hmac(canonical([*fields, mac_before]))

    def checkpoint_seal(self, sequence: int, mac: str) -> str:
        return self._hmac(canonical(["checkpoint", sequence, mac]))

    def last(self, db: Connection) -> tuple[int, str]:
        """Number and MAC of the newest entry, or of the checkpoint."""
        row = db.execute("SELECT sequence, mac FROM audit_entries ORDER BY sequence DESC LIMIT 1").fetchone()
        return (int(row[0]), str(row[1])) if row else self.checkpoint(db)

    def checkpoint(self, db: Connection) -> tuple[int, str]:
        """Where the chain begins: number and MAC of the last entry that was purged."""
        row = db.execute("SELECT sequence, mac FROM audit_checkpoint").fetchone()
        return (int(row[0]), str(row[1])) if row else (0, NO_MAC)

    def is_successor(self, db: Connection, head: tuple[int, str], last: tuple[int, str]) -> bool:
        """`last` is the entry right behind `head`, by its MAC."""
        if last[0] != head[0] + 1:
            return False
        row = db.execute(f"SELECT {_COLUMNS} FROM audit_entries WHERE sequence = ?", (last[0],)).fetchone()
        return row is not None and hmac.compare_digest(self.mac_of(row[:-1], head[1]), row[-1])

    def _hmac(self, text: str) -> str:
        return hmac.new(self._chain_key, text.encode(), hashlib.sha256).hexdigest()

    def close(self) -> None:
        with self.lock:
            self.catch_up()
            self.seals.close()


def _seal_content(content: Mapping[str, str] | None) -> tuple[str, bytes | None, bytes]:
    """Commitment, key and sealed bytes of a masked content; empty without one."""
    if not content:
        return "", None, b""
    masked = {name: mask(text)[0] for name, text in content.items()}
    salted = secrets.token_bytes(_SALT_BYTES) + canonical(masked).encode()
    key = secrets.token_bytes(_KEY_BYTES)
    return hashlib.sha256(salted).hexdigest(), key, ChaCha20Poly1305(key).encrypt(_NONCE, salted, None)


def open_content(sealed: bytes, key: bytes, commitment: str) -> dict[str, str]:
    """The inverse of `_seal_content`. Raises ContentBroken."""
    try:
        salted = ChaCha20Poly1305(key).decrypt(_NONCE, sealed, None)
    except (InvalidTag, ValueError) as error:
        raise ContentBroken from error
    if not hmac.compare_digest(hashlib.sha256(salted).hexdigest(), commitment):
        raise ContentBroken
    return json.loads(salted[_SALT_BYTES:])


def _entry(row: tuple[Any, ...], key: bytes | None) -> AuditEntry:
    sequence, at, action, conversation, sources, facts, commitment, mac, sealed = row
    content: dict[str, str] | None = None
    if sealed is not None and key is not None:
        try:
            content = open_content(sealed, key, commitment)
        except ContentBroken:
            content = None  # `verify` names it
    return AuditEntry(sequence, at, action, conversation, tuple(json.loads(sources)), json.loads(facts), content, mac)


def _conditions(wanted: AuditFilter) -> tuple[str, list[str | int]]:
    terms: tuple[tuple[str, str | int], ...] = (
        ("action = ?", wanted.action),
        ("conversation = ?", wanted.conversation),
        ("instr(sources, ?)", wanted.document_id),
        ("at >= ?", wanted.since),
        ("sequence < ?", wanted.before),
        ("at <= ?", wanted.until and f"{wanted.until}~"),  # a day means all of it: ~ sorts behind what follows
    )
    given = [(condition, value) for condition, value in terms if value]
    return " AND ".join(condition for condition, _ in given) or "1", [value for _, value in given]
