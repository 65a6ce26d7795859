from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.errors import Rejection, RequestRejected

Make = Callable[..., object]


def test_collections_are_made_filled_renamed_and_deleted(open_knowledge: Make, document: Make) -> None:
    first, second = document(["第一条 甲。"]), document(["第一条 乙。"])
    with open_knowledge() as knowledge:
        for added in (first, second):
            knowledge.add_document(added)
        counter = knowledge.collections.create("  柜面\n业务 ")
        assert counter.name == "柜面 业务"
        knowledge.collections.create("反洗钱")
        knowledge.collections.add(counter.collection_id, [first.document_id, second.document_id, "gone"])
        knowledge.collections.add(counter.collection_id, [first.document_id])
        knowledge.collections.take_out(counter.collection_id, [second.document_id])
        knowledge.collections.rename(counter.collection_id, "柜台")
    with open_knowledge() as knowledge:
        assert [(c.name, c.document_ids) for c in knowledge.collections.all()] == [
            ("反洗钱", frozenset()),
            ("柜台", frozenset({first.document_id})),
        ]
        assert knowledge.collections.members(counter.collection_id) == {first.document_id}
        knowledge.collections.delete(counter.collection_id)
        assert [c.name for c in knowledge.collections.all()] == ["反洗钱"]
        assert knowledge.has(first.document_id)


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda c, key: c.create("柜台"), Rejection.COLLECTION_EXISTS),
        (lambda c, key: c.create(" \n\t"), Rejection.COLLECTION_NAME_INVALID),
        (lambda c, key: c.create("长" * 61), Rejection.COLLECTION_NAME_INVALID),
        (lambda c, key: c.rename(key, "柜台"), Rejection.COLLECTION_EXISTS),
        (lambda c, key: c.rename("none", "别的"), Rejection.COLLECTION_UNKNOWN),
        (lambda c, key: c.delete("none"), Rejection.COLLECTION_UNKNOWN),
        (lambda c, key: c.add("none", []), Rejection.COLLECTION_UNKNOWN),
        (lambda c, key: c.members("none"), Rejection.COLLECTION_UNKNOWN),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(open_knowledge: Make, act: Make, code: Rejection) -> None:
    with open_knowledge() as knowledge:
        knowledge.collections.create("柜台")
        other = knowledge.collections.create("信贷")
        before = knowledge.collections.all()
        with pytest.raises(RequestRejected) as refused:
            act(knowledge.collections, other.collection_id)
        assert refused.value.code == code
        assert knowledge.collections.all() == before


def test_strange_names_are_kept_as_they_are(open_knowledge: Make) -> None:
    names = ("㼆𠮷🏦", "العربية", "a" * 60)
    with open_knowledge() as knowledge:
        for name in names:
            knowledge.collections.create(name)
        assert {c.name for c in knowledge.collections.all()} == set(names)


def test_a_document_that_is_erased_leaves_its_collections(open_knowledge: Make, document: Make) -> None:
    added = document(["第一条 甲。"])
    with open_knowledge() as knowledge:
        knowledge.add_document(added)
        key = knowledge.collections.create("柜台").collection_id
        knowledge.collections.add(key, [added.document_id])
        knowledge.remove(added.document_id)
        with knowledge._ledger.reading() as db:
            assert db.execute("SELECT count(*) FROM collection_documents").fetchone() == (0,)


def test_a_document_that_replaces_another_takes_its_place(open_knowledge: Make, document: Make) -> None:
    old, new = document(["第一条 旧。"]), document(["第一条 新。"])
    with open_knowledge() as knowledge:
        knowledge.add_document(old)
        key = knowledge.collections.create("柜台").collection_id
        knowledge.collections.add(key, [old.document_id])
        knowledge.add_document(replace(new, replaces=old.document_id))
        assert [d.document_id for d in knowledge.documents()] == [new.document_id]
        assert knowledge.collections.members(key) == {new.document_id}
        assert knowledge._ledger.hidden_numbers() == []


def test_where_the_index_fails_the_old_one_stays(
    open_knowledge: Make, document: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = document(["第一条 旧。"]), document(["第一条 新。"])
    with open_knowledge() as knowledge:
        knowledge.add_document(old)
        monkeypatch.setattr(knowledge._keeper, "add", lambda numbers: (_ for _ in ()).throw(OSError(5, "broken")))
        with pytest.raises(Exception, match="home_unwritable"):
            knowledge.add_document(replace(new, replaces=old.document_id))
        assert [d.document_id for d in knowledge.documents()] == [old.document_id]
