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
        assert info.document_id.encode() not in after
        assert OTHER.encode() in after
        canary_tokens = {token.encode() for token in knowledge._keeper.index._tokens.keyed(CANARY)}
    index = b"".join(path.read_bytes() for path in (home / "index").rglob("*") if path.is_file())
    assert not [token for token in canary_tokens if token in index]


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
