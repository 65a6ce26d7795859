"""The audit log in a real encrypted home: every way of changing it with the ledger's key in hand is found and named."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.errors import EnvironmentFault, Fault
from engine.knowledge import audit
from engine.knowledge.audit_values import AuditAction, AuditFilter, AuditReport, FindingKind
from engine.knowledge.database import connect
from engine.knowledge.keys import SubKeys, obtain_key
from engine.knowledge.schema import Connection
from engine.knowledge.store import KnowledgeBase

DOCUMENT = "d" * 64
OpenKnowledge = Callable[..., KnowledgeBase]
Edit = Callable[[Connection], object]


def fill(knowledge: KnowledgeBase, count: int = 6) -> None:
    for number in range(count):
        knowledge.audit.record(
            AuditAction.ANSWERED,
            conversation=f"talk-{number % 2}",
            sources=(f"{DOCUMENT}:{number}",) if number < 3 else (),
            facts={"outcome": "found"},
            content={"question": f"客户张三问第{number}件事", "answer": f"答{number}"},
        )


@pytest.fixture
def filled(open_knowledge: OpenKnowledge, home: Path) -> Path:
    with open_knowledge() as knowledge:
        fill(knowledge)
    return home


@pytest.fixture
def edit(home: Path, passphrase_file: Path) -> Callable[[Edit], None]:
    """Changes the closed ledger as somebody who has its key would."""

    def edited(change: Edit) -> None:
        keys = SubKeys.derive(obtain_key(home, passphrase_file=passphrase_file))
        db = connect(home / "ledger.db", keys.ledger)
        change(db)
        db.close()

    return edited


def kinds(report: AuditReport) -> list[FindingKind]:
    return [finding.kind for finding in report.faults]


def test_an_untouched_log_is_intact_and_contents_are_masked(filled: Path, open_knowledge: OpenKnowledge) -> None:
    with open_knowledge() as knowledge:
        report = knowledge.audit.verify()
        entries = knowledge.audit.entries(AuditFilter())
    assert report.intact
    assert not report.notes
    assert report.entries == 6
    assert [entry.sequence for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert entries[0].content == {"question": "客户〔姓名〕问第0件事", "answer": "答0"}
    assert entries[0].facts == {"outcome": "found"}


def swap(db: Connection) -> None:
    db.execute("UPDATE audit_entries SET sequence = -sequence WHERE sequence IN (3, 4)")
    db.execute("UPDATE audit_entries SET sequence = 7 + sequence WHERE sequence < 0")


@pytest.mark.parametrize(
    ("change", "kind", "sequence"),
    [
        ("UPDATE audit_entries SET at = '2020-01-01T00:00:00.000+00:00' WHERE sequence = 3", FindingKind.ALTERED, 3),
        ("UPDATE audit_entries SET action = 'exported' WHERE sequence = 3", FindingKind.ALTERED, 3),
        ("UPDATE audit_entries SET conversation = 'x' WHERE sequence = 1", FindingKind.ALTERED, 1),
        ("UPDATE audit_entries SET sources = '[]' WHERE sequence = 2", FindingKind.ALTERED, 2),
        ("UPDATE audit_entries SET facts = '{}' WHERE sequence = 6", FindingKind.ALTERED, 6),
        ("UPDATE audit_entries SET facts = 'not json', sources = '{' WHERE sequence = 5", FindingKind.ALTERED, 5),
        ("UPDATE audit_entries SET mac = '00' WHERE sequence = 4", FindingKind.ALTERED, 4),
        ("DELETE FROM audit_entries WHERE sequence = 1", FindingKind.REMOVED, 1),
        ("DELETE FROM audit_entries WHERE sequence IN (3, 4)", FindingKind.REMOVED, 3),
        ("DELETE FROM audit_entries WHERE sequence = 6", FindingKind.TRUNCATED, 6),
        ("DELETE FROM audit_entries", FindingKind.TRUNCATED, 1),
        (
            "INSERT INTO audit_entries SELECT 7, at, action, conversation, sources, facts, commitment, mac"
            " FROM audit_entries WHERE sequence = 6",
            FindingKind.ALTERED,
            7,
        ),
        (
            "INSERT INTO audit_checkpoint SELECT sequence, mac, 'x' FROM audit_entries WHERE sequence = 2;"
            " DELETE FROM audit_entries WHERE sequence <= 2; DELETE FROM audit_contents WHERE sequence <= 2",
            FindingKind.CHECKPOINT_ALTERED,
            2,
        ),
        ("UPDATE audit_contents SET sealed = zeroblob(90) WHERE sequence = 2", FindingKind.CONTENT_ALTERED, 2),
        (
            "UPDATE audit_contents SET sealed = (SELECT sealed FROM audit_contents WHERE sequence = 5)"
            " WHERE sequence = 2",
            FindingKind.CONTENT_ALTERED,
            2,
        ),
        ("DELETE FROM audit_contents WHERE sequence = 4", FindingKind.CONTENT_REMOVED, 4),
        ("DELETE FROM audit_contents WHERE sequence = 6", FindingKind.CONTENT_REMOVED, 6),
        ("INSERT INTO audit_contents VALUES(9, x'00')", FindingKind.CONTENT_STRAY, 9),
        (swap, FindingKind.ALTERED, 3),
    ],
)
def test_any_single_change_is_found_and_named(
    filled: Path,
    edit: Callable[[Edit], None],
    open_knowledge: OpenKnowledge,
    change: str | Edit,
    kind: FindingKind,
    sequence: int,
) -> None:
    edit(change if callable(change) else lambda db: db.execute(change))
    with open_knowledge() as knowledge:
        report = knowledge.audit.verify()
    assert not report.intact
    assert any(finding.kind == kind and finding.sequence == sequence for finding in report.faults), report.faults


def test_going_on_after_a_change_does_not_hide_it(
    filled: Path, edit: Callable[[Edit], None], open_knowledge: OpenKnowledge
) -> None:
    edit(lambda db: db.execute("DELETE FROM audit_entries WHERE sequence >= 5"))
    with open_knowledge() as knowledge:
        fill(knowledge, 2)
        report = knowledge.audit.verify()
    assert {FindingKind.RESEALED, FindingKind.REMOVED} <= set(kinds(report))


def test_a_ledger_from_before_is_found(filled: Path, open_knowledge: OpenKnowledge, tmp_path: Path) -> None:
    shutil.copy(filled / "ledger.db", tmp_path / "old")
    with open_knowledge() as knowledge:
        fill(knowledge, 3)
    shutil.copy(tmp_path / "old", filled / "ledger.db")
    with open_knowledge() as knowledge:
        report = knowledge.audit.verify()
    assert kinds(report) == [FindingKind.TRUNCATED]
    assert (report.faults[0].sequence, report.faults[0].until) == (7, 9)


def test_a_seal_from_before_is_found(filled: Path, open_knowledge: OpenKnowledge, tmp_path: Path) -> None:
    shutil.copy(filled / "audit.db", tmp_path / "old")
    with open_knowledge() as knowledge:
        fill(knowledge, 3)
    shutil.copy(tmp_path / "old", filled / "audit.db")
    with open_knowledge() as knowledge:
        assert FindingKind.SEAL_OUTDATED in kinds(knowledge.audit.verify())


@pytest.mark.parametrize("content", [None, b"", b"no database at all" * 1000])
def test_a_lost_or_broken_seal_is_found_also_after_going_on(
    filled: Path, open_knowledge: OpenKnowledge, content: bytes | None
) -> None:
    (filled / "audit.db").unlink()
    if content is not None:
        (filled / "audit.db").write_bytes(content)
    with open_knowledge() as knowledge:
        assert FindingKind.SEAL_MISSING in kinds(knowledge.audit.verify())
        assert knowledge.audit.record(AuditAction.EXPORTED)
        assert FindingKind.RESEALED in kinds(knowledge.audit.verify())


def test_a_crash_between_commit_and_seal_is_a_note(
    filled: Path, open_knowledge: OpenKnowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge = open_knowledge()
    with monkeypatch.context() as crash:
        crash.setattr(knowledge.audit.seals, "_seal", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            fill(knowledge, 1)
        knowledge.audit._waiting.clear()  # the process is gone
    knowledge.close()
    with open_knowledge() as again:
        before = again.audit.verify()
        fill(again, 1)
        after = again.audit.verify()
    for report in (before, after):
        assert report.intact
        notes = [note for note in report.notes if note.kind is not FindingKind.CLOCK_SET_BACK]  # a machine's own doing
        assert [(note.kind, note.sequence) for note in notes] == [(FindingKind.INTERRUPTED, 7)]


def test_an_erased_conversation_leaves_the_chain_whole(filled: Path, open_knowledge: OpenKnowledge) -> None:
    with open_knowledge() as knowledge:
        assert knowledge.audit.erase_conversation("talk-1") == 3
        assert knowledge.audit.erase_conversation("talk-1") == 0
        assert knowledge.audit.verify().intact
        entries = knowledge.audit.entries(AuditFilter(conversation="talk-1"))
        assert [entry.content for entry in entries] == [None] * 4
        assert entries[-1].action == AuditAction.ERASED
        assert set(knowledge.audit.seals.keys()) == {1, 3, 5}
    assert (filled / "audit.db-wal").exists() is False or (filled / "audit.db-wal").stat().st_size == 0


def test_an_erased_document_takes_the_answers_that_rest_on_it(filled: Path, open_knowledge: OpenKnowledge) -> None:
    with open_knowledge() as knowledge:
        assert knowledge.audit.erase_document(DOCUMENT) == 3
        assert knowledge.audit.verify().intact
        contents = [entry.content is None for entry in knowledge.audit.entries(AuditFilter())]
    assert contents == [True, True, True, False, False, False, True]


def test_what_is_written_after_an_erasure_is_not_excused_by_it(
    filled: Path, edit: Callable[[Edit], None], open_knowledge: OpenKnowledge
) -> None:
    with open_knowledge() as knowledge:
        knowledge.audit.erase_conversation("talk-0")
        fill(knowledge, 1)
    edit(lambda db: db.execute("DELETE FROM audit_contents WHERE sequence = 8"))
    with open_knowledge() as knowledge:
        fill(knowledge, 2)
        assert (FindingKind.CONTENT_REMOVED, 8) in [(f.kind, f.sequence) for f in knowledge.audit.verify().faults]


def test_purging_keeps_the_rest_verifiable(filled: Path, open_knowledge: OpenKnowledge) -> None:
    with open_knowledge() as knowledge:
        assert knowledge.audit.purge("2020-01-01") == 0
        assert knowledge.audit.purge("9999-01-01") == 6
        fill(knowledge, 2)
        report = knowledge.audit.verify()
    assert report.intact
    assert [(note.kind, note.sequence) for note in report.notes] == [(FindingKind.PURGED, 6)]
    assert report.entries == 3


class SetBack(datetime):
    @classmethod
    def now(cls, tz: object = None) -> datetime:
        return datetime(2001, 2, 3, tzinfo=UTC)


def test_a_clock_set_back_is_a_note(
    filled: Path, open_knowledge: OpenKnowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "datetime", SetBack)
    with open_knowledge() as knowledge:
        fill(knowledge, 1)
        report = knowledge.audit.verify()
    assert report.intact
    assert [(note.kind, note.sequence) for note in report.notes] == [(FindingKind.CLOCK_SET_BACK, 7)]


def test_a_head_that_was_noted_elsewhere_proves_what_was_before_it(filled: Path, open_knowledge: OpenKnowledge) -> None:
    with open_knowledge() as knowledge:
        noted = knowledge.audit.verify().head
        fill(knowledge, 2)
        assert knowledge.audit.verify(noted).intact
        assert kinds(knowledge.audit.verify(noted[:-1] + ("0" if noted[-1] != "0" else "1"))) == [
            FindingKind.HEAD_UNKNOWN
        ]
        assert kinds(knowledge.audit.verify("99:abc")) == [FindingKind.HEAD_UNKNOWN]


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bool], None]]:
    """Lets the next commits of the log fail as on a full disk, until told otherwise."""
    real = audit.AuditLog._append
    state = {"full": False}

    def append(self: audit.AuditLog, *arguments: object) -> None:
        if state["full"]:
            raise EnvironmentFault(Fault.DISK_FULL, path="", needed_bytes=0, free_bytes=0)
        real(self, *arguments)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(audit.AuditLog, "_append", append)
    return lambda full: state.update(full=full)


def test_what_a_full_disk_refuses_is_told_and_written_later(
    filled: Path, open_knowledge: OpenKnowledge, full_disk: Callable[[bool], None]
) -> None:
    with open_knowledge() as knowledge:
        full_disk(True)
        assert not knowledge.audit.record(AuditAction.EXPORTED)
        assert knowledge.audit.take_missed() == "disk_full"
        full_disk(False)
        assert knowledge.audit.take_missed() == ""
        fill(knowledge, 1)
        report = knowledge.audit.verify()
        actions = [entry.action for entry in knowledge.audit.entries(AuditFilter(limit=2))]
    assert report.intact
    assert actions == ["exported", "answered"]


def test_documents_and_their_removal_are_recorded(
    open_knowledge: OpenKnowledge, document: Callable[..., object]
) -> None:
    with open_knowledge() as knowledge:
        info = knowledge.add_document(document(["利率为三厘"], name="张三的合同.pdf"))  # pyright: ignore
        knowledge.remove(info.document_id)
        entries = knowledge.audit.entries(AuditFilter(document_id=info.document_id))
        assert knowledge.audit.verify().intact
    assert [entry.action for entry in entries] == ["document_added", "document_removed"]


def test_entries_are_filtered(filled: Path, open_knowledge: OpenKnowledge) -> None:
    with open_knowledge() as knowledge:
        entries = knowledge.audit.entries
        today = entries(AuditFilter())[0].at[:10]
        assert len(entries(AuditFilter(since=today, until=today))) == 6
        assert len(entries(AuditFilter(until="2001-01-01"))) == 0
        assert [entry.sequence for entry in entries(AuditFilter(limit=2))] == [5, 6]
        assert [entry.sequence for entry in entries(AuditFilter(document_id=DOCUMENT, conversation="talk-0"))] == [1, 3]
