"""Conversations on a real ledger: kept whole, found by their words, and gone without a trace when they are erased."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.events import QuestionUnderstood
from engine.knowledge.conversation_values import StoredFault, StoredTurn, TurnContent, TurnOutcome
from engine.knowledge.conversations import TITLE_CHARS, Conversations, shortened
from engine.knowledge.ledger import Ledger
from engine.proof import Calculation, Claim, Conflict, ConflictKind, Figure, LadderStep, StepOutcome, Verdict
from engine.values import Box, Citation, Passage, Rung, Span, Timings, WebPage, WebQuery

KEY = b"k" * 32
CANARY = "青铜灯塔守望着第七座沉默的盐湖仓库"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path / "ledger.db", KEY)
    yield opened
    opened.close()


@pytest.fixture
def kept(ledger: Ledger) -> Conversations:
    return Conversations(ledger)


def passage(document_id: str, text: str) -> Passage:
    web = WebPage("https://www.pbc.gov.cn/a", "www.pbc.gov.cn", "公告", "2026-11-23T04:00:00+00:00")
    spans = (Span(3, 10, 40), Span(4, 0, 5))
    return Passage(
        f"{document_id}:3:0", document_id, "规定.pdf", 3, text, ("第一章",), spans, Rung.WEB, 0.5, 0.8, web=web
    )


def citation(document_id: str, quote: str) -> Citation:
    return Citation(1, document_id, "规定.pdf", 3, quote, Rung.BRANCH, (Box(1.5, 2.0, 3.0, 4.0),), "2024-03-01", True)


def answered(
    turn_id: str, question: str = "存款保险保多少？", text: str = "最高 50 万元 [1]。", parent: str = ""
) -> StoredTurn:
    """A turn with something in every field."""
    quoted = citation("a" * 64, "最高偿付限额为人民币50万元")
    content = TurnContent(
        searched="存款保险 限额",
        web_query="存款保险",
        variation=1,
        pack="qwen",
        understood=QuestionUnderstood(question, "存款保险限额", topic_changed=True),
        passages=(passage("a" * 64, "最高偿付限额为人民币50万元"), passage("b" * 64, "保费率由基准费率构成")),
        citations=(quoted,),
        claims=(Claim("最高 50 万元", Verdict.SUPPORTED, (1,), ("60",)),),
        ladder=(LadderStep(Rung.BRANCH, StepOutcome.SUFFICED, 0.93),),
        conflicts=(Conflict(ConflictKind.DISAGREE, quoted, citation("c" * 64, "最高 20 万元")),),
        calculation=Calculation(
            "loan", "贷款", (Figure("rate", "利率", "3.1", "%", True),), schedule=(("期", "额"), ("1", "2"))
        ),
        proposed=WebQuery("存款保险", "searxng", "search.example", ("phone",)),
        timings=Timings(0.4, 512, 2.5, 80, 7.5),
        missed=(StoredFault("EnvironmentFault", "web_timeout", (("host", "a"), ("limit_s", 3.5), ("pages", 2))),),
        failure=StoredFault("BugError", "x"),
        unfinished="最高 50 万元，另外",
    )
    return StoredTurn(turn_id, question, parent, TurnOutcome.DONE, "2026-11-23T04:00:00+00:00", text, content)


def plain(turn_id: str, question: str, text: str = "", parent: str = "") -> StoredTurn:
    return StoredTurn(turn_id, question, parent, TurnOutcome.DONE, "2026-11-23T04:00:00+00:00", text)


def test_a_turn_comes_back_with_every_field(kept: Conversations) -> None:
    turn = answered("t1")
    info = kept.save("c1", turn)
    loaded = kept.load("c1")
    assert loaded and loaded.info == info and loaded.turns == (turn,)
    assert kept.load("unknown") is None


def test_saving_again_changes_the_turn_and_nothing_beside_it(kept: Conversations) -> None:
    kept.save("c1", plain("t1", "问"))
    kept.save("c2", plain("t2", "问"))
    asked = kept.save("c1", replace(answered("t1"), text="写到一半", state=TurnOutcome.STOPPED))
    loaded = kept.load("c1")
    assert loaded and loaded.turns[0].text == "写到一半" and loaded.turns[0].state is TurnOutcome.STOPPED
    assert asked and asked.title == "问"
    assert [info.conversation_id for info in kept.list(10)] == ["c2", "c1"]
    assert [hit.turn_id for hit in kept.search("写到一半", 10)] == ["t1"]


def test_versions_of_a_turn_are_a_tree(kept: Conversations) -> None:
    kept.save("c1", plain("t1", "第一问"))
    kept.save("c1", plain("t2", "第二问", parent="t1"))
    kept.save("c1", plain("t3", "第二问改了", parent="t1"))
    kept.save("c1", plain("t4", "第三问", parent="t3"))

    def path() -> list[str]:
        loaded = kept.load("c1")
        return [turn.turn_id for turn in loaded.path] if loaded else []

    assert path() == ["t1", "t3", "t4"]
    kept.choose("t2")
    assert path() == ["t1", "t2"]
    kept.choose("t3")
    kept.save("c1", plain("t5", "第三问换一个", parent="t3"), instead_of="t4")
    assert path() == ["t1", "t3", "t5"]
    loaded = kept.load("c1")
    assert loaded and [turn.turn_id for turn in loaded.turns] == ["t1", "t2", "t3", "t5"]
    assert kept.save("c1", plain("t6", "没有前文的追问", parent="gone")) is None


def test_pinned_ones_come_first_and_pages_follow_each_other(kept: Conversations) -> None:
    for number in range(7):
        kept.save(f"c{number}", plain(f"t{number}", f"问题{number}"))
    kept.pin("c2", True)
    kept.save("c0", plain("t9", "追问", parent="t0"))
    expected = ["c2", "c0", "c6", "c5", "c4", "c3", "c1"]
    first = kept.list(3)
    rest = kept.list(10, after=first[-1])
    assert [info.conversation_id for info in (*first, *rest)] == expected
    assert kept.list(10, after=rest[-1]) == ()
    renamed = kept.rename("c3", "  改过的\n名字 ")
    assert renamed and renamed.title == "改过的 名字"
    assert kept.rename("unknown", "x") is None and kept.pin("unknown", True) is None


@pytest.mark.parametrize("words", ["利率", "存款保险", "利", "LPR利率", "lpr", "保险 利率", "50%", "a_b"])
def test_words_of_any_length_are_found_in_question_and_answer(kept: Conversations, words: str) -> None:
    kept.save("c1", plain("t1", "存款保险怎么算？", "按 **50%** 计，LPR利率为 3.1%，见 a_b 条。"))
    kept.save("c2", plain("t2", "挂失怎么办？", "带身份证到网点，50 元，axb。"))
    (hit,) = kept.search(words, 10)
    assert (hit.conversation.conversation_id, hit.turn_id) == ("c1", "t1")
    found = [hit.snippet[start:end].lower() for start, end in hit.spans]
    assert found and set(found) <= {word.lower() for word in words.split()}


def test_a_search_finds_each_conversation_once_newest_first_and_by_its_title(kept: Conversations) -> None:
    kept.save("c1", plain("t1", "假币收缴", "收缴假币要两人在场"))
    kept.save("c1", plain("t2", "假币盖章", "盖假币章", parent="t1"))
    kept.save("c2", plain("t3", "残损币", "与假币不同"))
    kept.save("c3", plain("t4", "别的", "别的"))
    kept.rename("c3", "假币专题")
    hits = kept.search("假币", 10)
    assert [(hit.conversation.conversation_id, hit.turn_id) for hit in hits] == [("c3", ""), ("c2", "t3"), ("c1", "t2")]
    assert len(kept.search("假币", 2)) == 2
    assert kept.search("假币 没有的", 10) == kept.search("   ", 10) == ()
    assert kept.search('"假币" OR 币', 10) == ()  # no operator of the index works from outside


def test_the_title_is_the_first_question_as_far_as_it_fits() -> None:
    assert shortened("存款保险\n 保多少？") == "存款保险 保多少？"
    assert shortened("客户大额取现要什么材料？" + "另外再说很长的背景" * 9) == "客户大额取现要什么材料？"
    cut = shortened("很" * 300)
    assert len(cut) == TITLE_CHARS and cut.endswith("…")
    assert shortened("𠮷\ud800野家") == "𠮷?野家"


def ledger_bytes(ledger: Ledger) -> bytes:
    """What the database holds, decrypted: every value of every table, the full-text index included."""
    with ledger.reading() as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        rows = [row for name in tables if name != "turns_text" for row in db.execute(f"SELECT * FROM {name}")]
    values = [value for row in rows for value in row]
    return b"\0".join(value if isinstance(value, bytes) else str(value).encode() for value in values)


def test_nothing_is_left_of_what_was_erased(kept: Conversations, ledger: Ledger) -> None:
    kept.save("c1", plain("t1", CANARY, f"答：{CANARY}"))
    kept.save("c2", plain("t2", "留下的", "留下的回答"))
    trigram = CANARY[3:6].encode()
    assert CANARY.encode() in ledger_bytes(ledger) and trigram in ledger_bytes(ledger)
    assert kept.erase(["c1", "unknown"]) == 1
    left = ledger_bytes(ledger)
    assert not any(CANARY[at : at + 3].encode() in left for at in range(len(CANARY) - 2))
    assert [info.conversation_id for info in kept.list(9)] == ["c2"] and kept.search("留下", 9)
    with ledger.reading() as db:
        assert db.execute("PRAGMA freelist_count").fetchone()[0] == 0
        assert db.execute("INSERT INTO turns_text(turns_text) VALUES('integrity-check')") is not None
    assert kept.erase(kept.all_ids()) == 1 and kept.list(9) == ()


def test_an_answer_goes_with_the_document_that_it_cites_and_a_passage_alone_goes_alone(
    kept: Conversations, ledger: Ledger
) -> None:
    kept.save("c1", answered("t1", text=f"据规定，{CANARY} [1]。"))
    kept.erase_documents(["b" * 64])
    (turn,) = kept.load("c1").turns  # type: ignore[union-attr]  # it is kept
    assert CANARY in turn.text and [each.document_id for each in turn.content.passages] == ["a" * 64]
    assert turn.content.sources_removed == 1
    kept.erase_documents(["a" * 64, "d" * 64])
    (turn,) = kept.load("c1").turns  # type: ignore[union-attr]  # it is kept
    assert (turn.text, turn.content.found, turn.content.sources_removed) == ("", False, 2)
    assert (
        turn.content.document_ids == ()
        and (turn.content.claims, turn.content.unfinished) == ((), "")
        and turn.question == "存款保险保多少？"
    )
    assert kept.search("青铜", 9) == kept.search("青铜灯塔", 9) == ()
    assert CANARY[:3].encode() not in ledger_bytes(ledger)


def test_old_conversations_are_found_but_not_pinned_ones(kept: Conversations, ledger: Ledger) -> None:
    for name in ("old", "pinned", "new"):
        kept.save(name, plain(f"t-{name}", "问"))
    kept.pin("pinned", True)
    with ledger.writing() as db:
        db.execute("UPDATE conversations SET changed_at = '2020-01-01T00:00:00+00:00' WHERE conversation_id <> 'new'")
    assert kept.older_than("2026-01-01T00:00:00+00:00") == ("old",)


def test_a_clock_that_is_set_back_changes_no_order(kept: Conversations, ledger: Ledger) -> None:
    kept.save("c1", plain("t1", "问"))
    with ledger.writing() as db:
        db.execute("UPDATE conversations SET changed_at = '2099-01-01T00:00:00+00:00'")
    kept.save("c2", plain("t2", "后来问的"))
    assert [info.conversation_id for info in kept.list(9)] == ["c2", "c1"]


def test_contents_that_cannot_be_read_leave_question_and_answer(kept: Conversations, ledger: Ledger) -> None:
    kept.save("c1", answered("t1"))
    with ledger.writing() as db:
        db.execute("UPDATE turns SET content = x'313a00'")
    loaded = kept.load("c1")
    assert loaded and loaded.turns[0].text == "最高 50 万元 [1]。" and loaded.turns[0].content == TurnContent()


def test_a_draft_is_kept_replaced_and_erased(kept: Conversations, ledger: Ledger) -> None:
    assert kept.draft() == ""
    kept.keep_draft("客户王小明的存款保险\n最高赔𠮷多少\ud83d")
    kept.keep_draft("客户王小明的存款保险\n最高赔𠮷多少？")
    assert kept.draft() == "客户王小明的存款保险\n最高赔𠮷多少？"
    kept.keep_draft("")
    assert kept.draft() == "" and "王小明".encode() not in ledger_bytes(ledger)
