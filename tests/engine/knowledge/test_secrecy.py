"""Nothing readable lies in the home, and what was removed is gone even for one who has the key."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

CANARY = "绛紫鸬鹚衔着第七把黄铜钥匙飞越了沉默的盐湖观测站"
OTHER = "普通的网点营业时间公告，周一至周五办理对公业务。"
ENCODINGS = ("utf-8", "utf-16-le", "gbk")

Make = Callable[..., object]


def fragments(text: str, length: int = 8) -> Iterator[bytes]:
    for start in range(len(text) - length + 1):
        for encoding in ENCODINGS:
            yield text[start : start + length].encode(encoding)


def readable(folder: Path, text: str) -> list[str]:
    wanted = set(fragments(text))
    files = [(path, path.read_bytes()) for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path.name for path, content in files if any(fragment in content for fragment in wanted)]


def test_no_fragment_of_a_document_is_readable_in_any_file(
    home: Path, open_knowledge: Make, document: Make, embed: Make
) -> None:
    planted = replace(
        document([CANARY, OTHER], name=f"{CANARY}.pdf", original=CANARY.encode("gbk") + CANARY.encode("utf-16-le")),
        title=CANARY,
        source_path=f"/{CANARY}.pdf",
    )
    with open_knowledge() as knowledge:
        knowledge.add_document(planted)
        assert knowledge.search(CANARY, embed([CANARY])[0], 1)[0].text == CANARY
        assert readable(home, CANARY) == []
        knowledge.compact()
        list(knowledge.rebuild_index())
        assert (home / "index.damaged").exists()
        assert readable(home, CANARY) == []
    assert readable(home, CANARY) == []


def test_views_scans_tables_versions_watched_names_and_packs_are_as_unreadable(
    home: Path, passphrase_file: Path, document: Make
) -> None:
    """All that the ledger has learnt to hold besides plain pages, and the recovery key's file beside it."""
    from engine.knowledge.pack_records import PackRecord
    from engine.knowledge.store import KnowledgeBase
    from engine.knowledge.watched import WatchedFile
    from engine.values import DocumentFormat, PageKind

    row = document([f"《{CANARY}》收费 | 项目={CANARY}"], name=f"{CANARY}.xlsx", original=CANARY.encode("utf-16-le"))
    page = replace(row.pages[0], kind=PageKind.OCR)
    seen = replace(
        row,
        pages=(page,),
        view=b"%PDF " + CANARY.encode() * 40,
        format=DocumentFormat.XLSX,
        family=CANARY,
        version="2024-11-08",
    )
    packed = replace(document([CANARY, "总行"], name=f"{CANARY}.pdf"), pack="head-office", title=CANARY)
    shown: list[str] = []
    with KnowledgeBase.open(
        home, embedder_fingerprint="e", passphrase_file=passphrase_file, on_recovery_key=shown.append
    ) as knowledge:
        added = knowledge.add_document(seen)
        knowledge.stage(packed)
        assert readable(home, CANARY) == [], "staged"
        knowledge.switch_on(PackRecord("head-office", CANARY, "1", CANARY, "0" * 64), [packed.document_id])
        knowledge.watched.add_folder(f"/共享/{CANARY}")
        file = WatchedFile(f"/共享/{CANARY}/{CANARY}.xlsx", f"/共享/{CANARY}", 1, 2, added.document_id, CANARY)
        knowledge.watched.record(file)
        knowledge.prefix_files(10**6).write("0" * 64, CANARY.encode() * 100)
        assert readable(home, CANARY) == []
        key = knowledge._ledger._key
        knowledge.watched.remove_folder(f"/共享/{CANARY}")
        knowledge.switch_off("head-office")
        knowledge.remove(added.document_id)
        assert not [fragment for fragment in fragments(CANARY) if fragment in decrypted_copy(home, home / "x", key)]
        (home / "x").unlink()
    assert readable(home, CANARY) == [] and readable(home, shown[0]) == []


def decrypted_copy(home: Path, target: Path, key: bytes) -> bytes:
    """All pages of the ledger in the clear, free ones too."""
    shutil.copy(home / "ledger.db", target)
    connection = apsw.Connection(str(target))
    connection.pragma("key", f"raw:{key.hex()}")
    connection.pragma("journal_mode", "delete")
    connection.pragma("rekey", "")
    connection.close()
    return target.read_bytes()


def test_removing_leaves_no_byte_even_for_the_holder_of_the_key(
    home: Path, tmp_path: Path, open_knowledge: Make, document: Make, embed: Make
) -> None:
    with open_knowledge() as knowledge:
        key = knowledge._ledger._key
        knowledge.add_document(document([OTHER]))
        info = knowledge.add_document(document([CANARY] * 300, name=f"{CANARY}.pdf"))
        knowledge._ledger._checkpoint()
        assert CANARY.encode() in decrypted_copy(home, tmp_path / "before", key), "the test must be able to see it"
        knowledge.remove(info.document_id)
        assert (home / "ledger.db-wal").stat().st_size == 0
        after = decrypted_copy(home, tmp_path / "after", key)
        assert not [fragment for fragment in fragments(CANARY) if fragment in after]
        in_log = 2  # that it came and that it went: the audit log keeps ids, never names or texts
        assert after.count(info.document_id.encode()) == in_log
        assert OTHER.encode() in after
        canary_tokens = {token.encode() for token in knowledge._keeper.index._tokens.keyed(CANARY)}
    index = b"".join(path.read_bytes() for path in (home / "index").rglob("*") if path.is_file())
    assert not [token for token in canary_tokens if token in index]


def test_a_replaced_document_leaves_as_little(
    home: Path, tmp_path: Path, open_knowledge: Make, document: Make, embed: Make
) -> None:
    """The same bytes taken in again, now read otherwise: what was read the first time is gone."""
    first = document([CANARY] * 50, original=b"the same bytes")
    second = replace(document([OTHER], original=b"the same bytes"), view=OTHER.encode())
    with open_knowledge() as knowledge:
        key = knowledge._ledger._key
        knowledge.add_document(document(["别的"]))
        knowledge.add_document(replace(first, view=CANARY.encode()))
        tokens = {token.encode() for token in knowledge._keeper.index._tokens.keyed(CANARY)}
        knowledge.add_document(second)
        after = decrypted_copy(home, tmp_path / "after", key)
        assert not [fragment for fragment in fragments(CANARY) if fragment in after]
        assert OTHER.encode() in after
    index = b"".join(path.read_bytes() for path in (home / "index").rglob("*") if path.is_file())
    assert tokens and not [token for token in tokens if token in index]


@pytest.mark.parametrize("wrong", ["", "another passphrase"])
def test_without_the_passphrase_nothing_opens(
    home: Path, tmp_path: Path, open_knowledge: Make, document: Make, wrong: str
) -> None:
    from engine.errors import EnvironmentFault, Fault
    from engine.knowledge.store import KnowledgeBase

    with open_knowledge() as knowledge:
        knowledge.add_document(document([CANARY]))
    (tmp_path / "wrong").write_text(wrong + "\n")
    with pytest.raises(EnvironmentFault) as caught:
        KnowledgeBase.open(home, embedder_fingerprint="embedder-1", passphrase_file=tmp_path / "wrong")
    assert caught.value.code == Fault.PASSPHRASE_WRONG
    open_knowledge().close()  # the failed try holds nothing
