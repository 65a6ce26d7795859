"""Documents that are set aside: gone for whoever asks, back in a moment, erased when the program ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.errors import RequestRejected
from engine.knowledge.intake import IntakeEntry
from engine.knowledge.store import KnowledgeBase

RULES = ["第一条 定期存单可以办理质押贷款。", "第二条 客户遗失存折应当书面挂失。"]
FEES = ["第一条 跨行转账手续费每笔两元。"]
Make = Callable[..., object]


def found(knowledge: KnowledgeBase, question: str, embed: Make) -> list[str]:
    return [passage.document_id for passage in knowledge.search(question, embed([question])[0], 5)]


def test_what_is_set_aside_is_not_found_and_comes_back_as_it_was(
    open_knowledge: Make, document: Make, embed: Make
) -> None:
    rules, fees = document(RULES), document(FEES)
    with open_knowledge() as knowledge:
        before = knowledge.add_document(rules)
        knowledge.add_document(fees)
        knowledge.set_aside([rules.document_id])
        assert rules.document_id not in found(knowledge, "存单质押", embed)
        assert not knowledge.has(rules.document_id)
        assert knowledge.set_aside_ids() == (rules.document_id,)
        with pytest.raises(RequestRejected):
            knowledge.page(rules.document_id, 1)

        assert knowledge.bring_back([rules.document_id, "gone"]) == (rules.document_id,)
        assert knowledge.document(rules.document_id) == before
        assert found(knowledge, "存单质押", embed)[0] == rules.document_id


def test_it_comes_back_from_an_index_that_was_made_again_meanwhile(
    open_knowledge: Make, document: Make, embed: Make
) -> None:
    rules = document(RULES)
    with open_knowledge() as knowledge:
        knowledge.add_document(rules)
        knowledge.add_document(document(FEES))
        knowledge.set_aside([rules.document_id])
        list(knowledge.rebuild_index())
        knowledge.bring_back([rules.document_id])
        assert found(knowledge, "存单质押", embed)[0] == rules.document_id


def test_removing_makes_it_final(open_knowledge: Make, document: Make) -> None:
    rules = document(RULES)
    with open_knowledge() as knowledge:
        knowledge.add_document(rules)
        knowledge.set_aside([rules.document_id])
        assert [event.name for event in knowledge.remove_all([rules.document_id])] == ["规定.pdf"]
        assert knowledge.bring_back([rules.document_id]) == ()
        with knowledge._ledger.reading() as db:
            assert db.execute("SELECT count(*) FROM chunks").fetchone() == (0,)


def test_taking_it_in_again_meanwhile_leaves_one(open_knowledge: Make, document: Make) -> None:
    rules = document(RULES)
    with open_knowledge() as knowledge:
        knowledge.add_document(rules)
        knowledge.set_aside([rules.document_id])
        knowledge.add_document(rules)
        assert knowledge.bring_back([rules.document_id]) == ()
        assert len(knowledge.documents()) == 1
        assert knowledge.set_aside_ids() == ()


def test_the_next_start_knows_what_was_left(open_knowledge: Make, document: Make) -> None:
    rules = document(RULES)
    with open_knowledge() as knowledge:
        knowledge.add_document(rules)
        knowledge.set_aside([rules.document_id])
    with open_knowledge() as knowledge:
        assert knowledge.left_over == (rules.document_id,)
        assert knowledge.documents() == ()


def test_an_unknown_document_changes_nothing(open_knowledge: Make, document: Make) -> None:
    rules = document(RULES)
    with open_knowledge() as knowledge:
        knowledge.add_document(rules)
        with pytest.raises(RequestRejected):
            knowledge.set_aside([rules.document_id, "gone"])
        assert knowledge.has(rules.document_id)


def test_what_waits_is_remembered_in_order(open_knowledge: Make) -> None:
    with open_knowledge() as knowledge:
        intake = knowledge.intake
        intake.queue(["/d/乙.pdf", "/d/甲.pdf", "/d/丙.pdf", "/d/\udcff.pdf"])
        intake.queue(["/d/丁.pdf"], replaces="old")
        intake.begin("/d/乙.pdf")  # and then the program crashes
        intake.begin("/d/甲.pdf")
        intake.settle("/d/甲.pdf")
        intake.fail("/d/丙.pdf", "unsupported", {"suffix": ".zip"})
    with open_knowledge() as knowledge:
        assert knowledge.intake.entries() == (
            IntakeEntry("/d/乙.pdf", began=1),
            IntakeEntry("/d/甲.pdf"),
            IntakeEntry("/d/丙.pdf", reason="unsupported", details={"suffix": ".zip"}),
            IntakeEntry("/d/丁.pdf", replaces="old"),
        )
        knowledge.intake.queue(["/d/丙.pdf", "/d/乙.pdf"])
        knowledge.intake.forget(["/d/甲.pdf", "/d/丁.pdf"])
        assert knowledge.intake.entries() == (IntakeEntry("/d/乙.pdf"), IntakeEntry("/d/丙.pdf"))
