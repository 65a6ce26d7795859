from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest

from engine.errors import BugError, EnvironmentFault, Fault, Rejection, RequestRejected
from engine.events import IndexRebuilt
from engine.knowledge.store import KnowledgeBase
from engine.values import DocumentStatus, PageFailure, Rung

DEPOSIT = [
    "第一条 定期存单可以办理质押贷款。",
    "第二条 大额存单起点金额为二十万元。",
    "第三条 客户遗失存折应当书面挂失。",
]
FEES = ["第一条 跨行转账手续费每笔两元。", "第二条 账户管理费按季收取。"]

Make = Callable[..., object]


def ask(knowledge: KnowledgeBase, question: str, embed: Make, k: int = 5, rung: Rung | None = None) -> list[str]:
    return [passage.text for passage in knowledge.search(question, embed([question])[0], k, rung)]


def test_a_document_comes_back_as_it_was_added(open_knowledge: Make, document: Make) -> None:
    added = document(DEPOSIT, name="储蓄 规定📄.pdf")
    with open_knowledge() as knowledge:
        info = knowledge.add_document(added)
    with open_knowledge() as knowledge:
        assert knowledge.documents() == (info,)
        assert (info.name, info.page_count, info.chunk_count) == ("储蓄 规定📄.pdf", 1, 3)
        assert info.status == DocumentStatus.INDEXED
        assert knowledge.has(added.document_id)
        assert knowledge.original(added.document_id) == added.original
        page = knowledge.page(added.document_id, 1)
        assert (page.text, page.line_starts, page.kind) == (
            added.pages[0].text,
            added.pages[0].line_starts,
            added.pages[0].kind,
        )
        boxes, given = np.frombuffer(page.char_boxes, "<f4"), np.frombuffer(added.pages[0].char_boxes, "<f4")
        assert np.abs(boxes - given).max() <= 0.05


def test_a_large_original_comes_back_whole(open_knowledge: Make, document: Make) -> None:
    original = bytes(range(256)) * (4096 * 3) + b"tail"
    with open_knowledge() as knowledge:
        info = knowledge.add_document(document(DEPOSIT, original=original))
        assert knowledge.original(info.document_id) == original
        knowledge.remove(info.document_id)


def test_many_small_files_are_merged_after_a_batch_and_few_are_left(open_knowledge: Make, document: Make) -> None:
    def files(knowledge: KnowledgeBase) -> int:
        return sum(path.parent.name == "data" for path in (knowledge._home / "index").rglob("*"))

    with open_knowledge() as knowledge:
        for number in range(3):
            knowledge.add_document(document([f"第{number}条 少量。"], name=f"少{number}.pdf"))
        before = files(knowledge)
        knowledge.tidy()
        assert files(knowledge) == before
        for number in range(9):
            knowledge.add_document(document([f"第{number}条 成批导入。"], name=f"多{number}.pdf"))
        knowledge.tidy()
        assert files(knowledge) < before


def test_a_partly_readable_document_says_so(open_knowledge: Make, document: Make) -> None:
    from dataclasses import replace

    with open_knowledge() as knowledge:
        info = knowledge.add_document(replace(document(FEES), failures=(PageFailure(2, "scanned_page"),)))
        assert info.status == DocumentStatus.PARTIAL
        assert knowledge.document(info.document_id).failures == (PageFailure(2, "scanned_page"),)


def test_search_finds_words_and_fills_the_passage(open_knowledge: Make, document: Make, embed: Make) -> None:
    with open_knowledge() as knowledge:
        knowledge.add_document(document(DEPOSIT, name="储蓄.pdf"))
        knowledge.add_document(document(FEES, name="收费.pdf"))
        question = "大额存单起点金额是多少"
        best = knowledge.search(question, embed([question])[0], 3)[0]
        assert best.text == DEPOSIT[1]
        assert (best.name, best.page_no, best.rung, best.heading_path) == ("储蓄.pdf", 1, Rung.BRANCH, ("《规定》",))
        start, end = best.spans[0].start, best.spans[0].end
        assert knowledge.page(best.document_id, best.spans[0].page_no).text[start:end] == best.text
        assert best.similarity == pytest.approx(float(embed([question])[0] @ embed([best.text])[0]), abs=2e-3)
        assert best.score == pytest.approx(1.0)


def test_search_keeps_to_the_rung(open_knowledge: Make, document: Make, embed: Make) -> None:
    with open_knowledge() as knowledge:
        knowledge.add_document(document(DEPOSIT))
        knowledge.add_document(document(["大额存单是什么"], rung=Rung.BUILTIN))
        assert ask(knowledge, "大额存单", embed, rung=Rung.BUILTIN) == ["大额存单是什么"]
        assert "大额存单是什么" not in ask(knowledge, "大额存单", embed, rung=Rung.BRANCH)
        assert len(ask(knowledge, "大额存单", embed, k=10)) == 4
        assert [d.rung for d in knowledge.documents(Rung.BUILTIN)] == [Rung.BUILTIN]


@pytest.mark.parametrize("question", ["？！", "a", "存" * 8000, "' OR 1=1 --", "\x00"])
def test_odd_questions_are_answered_all_the_same(
    open_knowledge: Make, document: Make, embed: Make, question: str
) -> None:
    with open_knowledge() as knowledge:
        knowledge.add_document(document(DEPOSIT))
        assert len(knowledge.search(question, embed(["存单"])[0], 2)) == 2


def test_an_empty_home_finds_nothing(open_knowledge: Make, embed: Make) -> None:
    with open_knowledge() as knowledge:
        assert list(knowledge.prepare()) == []
        assert ask(knowledge, "存单", embed) == []
        assert knowledge.documents() == ()


def test_unknown_documents_and_pages_are_rejected(open_knowledge: Make, document: Make) -> None:
    with open_knowledge() as knowledge:
        info = knowledge.add_document(document(DEPOSIT))
        for call in (knowledge.document, knowledge.remove, knowledge.original):
            with pytest.raises(RequestRejected) as caught:
                call("unknown")
            assert caught.value.code == Rejection.DOCUMENT_UNKNOWN
        with pytest.raises(RequestRejected) as caught:
            knowledge.page(info.document_id, 2)
        assert caught.value.code == Rejection.PAGE_UNKNOWN


def test_adding_again_replaces_and_does_not_double(open_knowledge: Make, document: Make, embed: Make) -> None:
    with open_knowledge() as knowledge:
        for name in ("一.pdf", "二.pdf"):
            knowledge.add_document(document(DEPOSIT, name=name))
        assert [d.name for d in knowledge.documents()] == ["二.pdf"]
        assert sorted(ask(knowledge, "存单", embed, k=10)) == sorted(DEPOSIT)


def test_a_removed_document_is_not_found_even_after_reopening(
    open_knowledge: Make, document: Make, embed: Make
) -> None:
    with open_knowledge() as knowledge:
        deposit = knowledge.add_document(document(DEPOSIT))
        knowledge.add_document(document(FEES))
        assert knowledge.remove(deposit.document_id).name == "规定.pdf"
        assert set(ask(knowledge, "大额存单", embed, k=10)) == set(FEES)
        assert not knowledge.has(deposit.document_id)
    with open_knowledge() as knowledge:
        assert set(ask(knowledge, "大额存单", embed, k=10)) == set(FEES)


def test_many_are_removed_with_one_rewrite_of_the_index(
    open_knowledge: Make, document: Make, embed: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrites: list[object] = []
    with open_knowledge() as knowledge:
        ids = [knowledge.add_document(document([f"第{i}条 编号{i}的网点。"])).document_id for i in range(6)]
        index = knowledge._keeper.index
        merge_all = type(index).merge_all
        monkeypatch.setattr(type(index), "merge_all", lambda self: (rewrites.append(self), merge_all(self)))
        with pytest.raises(RequestRejected):
            knowledge.remove_all([ids[0], "unknown"])
        assert len(knowledge.documents()) == 6 and not rewrites, "all or none"
        assert [gone.document_id for gone in knowledge.remove_all([*ids[:3], ids[0]])] == ids[:3]
        assert len(rewrites) == 1
        with knowledge.batch():
            knowledge.remove(ids[3])
            knowledge.add_document(document(["第4条 编号4的网点。"], name="又一次.pdf"))
            assert len(ask(knowledge, "网点", embed, k=9)) == 2 and len(rewrites) == 1
        assert len(rewrites) == 2 and knowledge._ledger.hidden_numbers() == []
        assert [info.name for info in knowledge.documents()] == ["规定.pdf", "又一次.pdf"]


def test_no_search_finds_a_document_from_the_moment_its_removal_began(
    open_knowledge: Make, document: Make, embed: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong: list[str] = []
    searched = 0
    hidden, stop = threading.Event(), threading.Event()
    with open_knowledge() as knowledge:
        gone = [knowledge.add_document(document([f"第{i}条 大额存单起点金额。"])).document_id for i in range(8)]
        knowledge.add_document(document(FEES))
        hide = knowledge._ledger.hide
        monkeypatch.setattr(knowledge._ledger, "hide", lambda ids: (hide(ids), hidden.set()))

        def search_on() -> None:
            nonlocal searched
            while not stop.is_set():
                began_hidden = hidden.is_set()
                found = knowledge.search("大额存单", embed(["大额存单"])[0], 20)
                searched += began_hidden
                wrong.extend(p.document_id for p in found if began_hidden and p.document_id in gone)

        searchers = [threading.Thread(target=search_on) for _ in range(2)]
        for thread in searchers:
            thread.start()
        knowledge.remove_all(gone)
        stop.set()
        for thread in searchers:
            thread.join()
    assert wrong == [] and searched > 0


def test_the_last_document_can_be_removed_and_another_added(open_knowledge: Make, document: Make, embed: Make) -> None:
    with open_knowledge() as knowledge:
        knowledge.remove(knowledge.add_document(document(DEPOSIT)).document_id)
        assert ask(knowledge, "存单", embed) == []
        knowledge.add_document(document(FEES))
        assert len(ask(knowledge, "手续费", embed)) == 2


def test_a_document_without_chunks_is_kept_but_never_found(open_knowledge: Make, document: Make, embed: Make) -> None:
    with open_knowledge() as knowledge:
        from dataclasses import replace

        blank = replace(document(["图"]), chunks=(), vectors=np.zeros((0, 64), np.float32))
        assert knowledge.add_document(blank).chunk_count == 0
        assert ask(knowledge, "存单", embed) == []


def test_misshapen_vectors_are_our_own_mistake(open_knowledge: Make, document: Make) -> None:
    from dataclasses import replace

    with open_knowledge() as knowledge:
        with pytest.raises(BugError):
            knowledge.add_document(replace(document(DEPOSIT), vectors=np.zeros((2, 64), np.float32)))
        assert knowledge.documents() == ()


def test_searches_run_beside_adding_removing_and_compacting(open_knowledge: Make, document: Make, embed: Make) -> None:
    failures: list[BaseException] = []
    stop = threading.Event()
    with open_knowledge() as knowledge:
        knowledge.add_document(document(DEPOSIT))

        def search_on() -> None:
            while not stop.is_set():
                try:
                    assert DEPOSIT[1] in ask(knowledge, "大额存单起点金额", embed)
                except BaseException as error:
                    failures.append(error)
                    return

        searcher = threading.Thread(target=search_on)
        searcher.start()
        for i in range(12):
            info = knowledge.add_document(document([f"第{i}条 编号{i}的网点。"]))
            if i % 3 == 0:
                knowledge.remove(info.document_id)
            if i % 4 == 0:
                knowledge.compact()
        stop.set()
        searcher.join()
    assert failures == []


# ---- versions


def test_an_older_version_is_found_only_when_asked_for(open_knowledge: Make, document: Make, embed: Make) -> None:
    from dataclasses import replace

    def law(years: int, version: str, family: str = "反洗钱法") -> object:
        made = document([f"客户身份资料至少保存{years}年。"], name=f"反洗钱法({version}).pdf")
        return replace(made, family=family, version=version)

    def found(**how: bool) -> list[tuple[str, bool]]:
        passages = knowledge.search("客户身份资料保存多久", embed(["客户身份资料保存"])[0], 9, **how)
        return sorted((passage.version, passage.superseded) for passage in passages)

    with open_knowledge() as knowledge:
        old = knowledge.add_document(law(5, "2006-10-31"))
        assert found() == [("2006-10-31", False)]
        new = knowledge.add_document(law(10, "2024-11-08"))
        knowledge.add_document(law(3, ""))  # says no date: neither replaces another nor is replaced
        knowledge.add_document(law(4, "2025-01-01", family="会计法"))
        assert found() == [("", False), ("2024-11-08", False), ("2025-01-01", False)]
        every = found(include_superseded=True)
        assert every == [("", False), ("2006-10-31", True), ("2024-11-08", False), ("2025-01-01", False)]
        assert knowledge.document(old.document_id).superseded_by == new.document_id
        assert knowledge.document(new.document_id).superseded_by == ""
        knowledge.remove(new.document_id)
        assert found() == [("", False), ("2006-10-31", False), ("2025-01-01", False)]
        assert knowledge.document(old.document_id).superseded_by == ""


# ---- another embedder


def test_vectors_of_another_embedder_are_refused_until_made_again(
    open_knowledge: Make, document: Make, embed: Make
) -> None:
    with open_knowledge("embedder-1") as knowledge:
        info = knowledge.add_document(document(DEPOSIT))
    with open_knowledge("embedder-2") as knowledge:
        assert knowledge.embedder_changed
        for call in (lambda: ask(knowledge, "存单", embed), lambda: knowledge.add_document(document(FEES))):
            with pytest.raises(EnvironmentFault) as caught:
                call()
            assert caught.value.code == Fault.INDEX_EMBEDDER_CHANGED
        events = list(knowledge.reembed(lambda texts: np.hstack([embed(texts), embed(texts)])))
        assert isinstance(events[-1], IndexRebuilt) and events[-1].chunks == 3
        assert not knowledge.embedder_changed
        with pytest.raises(BugError):
            ask(knowledge, "存单", embed)
        wide = np.hstack([embed(["大额存单起点金额"]), embed(["大额存单起点金额"])])[0]
        assert knowledge.search("大额存单起点金额", wide, 1)[0].text == DEPOSIT[1]
        assert knowledge.has(info.document_id)


def test_a_home_opened_without_embedder_lists_and_removes(open_knowledge: Make, document: Make, embed: Make) -> None:
    with open_knowledge() as knowledge:
        info = knowledge.add_document(document(DEPOSIT))
    with open_knowledge(None) as knowledge:
        assert len(knowledge.documents()) == 1
        assert not knowledge.embedder_changed
        with pytest.raises(BugError):
            ask(knowledge, "存单", embed)
        knowledge.remove(info.document_id)
        assert knowledge.documents() == ()


def test_an_empty_home_takes_any_embedder(open_knowledge: Make, document: Make) -> None:
    with open_knowledge("embedder-1") as knowledge:
        knowledge.remove(knowledge.add_document(document(DEPOSIT)).document_id)
    with open_knowledge("embedder-2") as knowledge:
        assert not knowledge.embedder_changed
        knowledge.add_document(document(FEES))
