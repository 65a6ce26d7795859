"""The list of conversations: its order, its sections, its pages, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from PySide6.QtCore import QModelIndex, Qt

from desktop.history.history_row import listed
from desktop.look import history_text
from engine.api import Conversation, EnvironmentFault, Fault
from tests.desktop.conftest import Wait
from tests.desktop.history.conftest import Desk

Stored = Callable[..., Conversation]


def ids(desk: Desk) -> list[str]:
    return [row.conversation_id for row in desk.history.rows]


def days_ago(days: float) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")


def test_sections_follow_each_other_whatever_the_clock_said(stored: Stored) -> None:
    today = date(2026, 11, 25)  # a Wednesday
    noon = datetime(2026, 11, 25, 12).astimezone()

    def info(number: int, days: float, *, pinned: bool = False) -> object:
        at = (noon - timedelta(days=days)).astimezone(UTC).isoformat()
        return stored(f"c{number}", 20 - number, pinned=pinned, changed_at=at).info

    ages = [-3.0, 0.0, 0.1, 1.0, 2.0, 0.0, 3.0, 40.0, 1.0, 400.0]
    rows = listed([info(0, 9, pinned=True), *(info(n, age) for n, age in enumerate(ages, 1))], today)  # type: ignore[misc]  # infos
    headings = [row.heading for row in rows if row.heading]
    assert headings == [
        history_text.PINNED,
        history_text.TODAY,
        history_text.YESTERDAY,
        history_text.THIS_WEEK,
        history_text.EARLIER,
    ]
    assert [row.section for row in rows[4:7]] == [
        history_text.YESTERDAY,
        history_text.THIS_WEEK,
        history_text.THIS_WEEK,
    ]
    assert (rows[2].day, rows[8].day, rows[10].day) == ("12:00", "10-16", "2025-10-21")


def test_a_thousand_are_read_page_by_page(desk: Desk, wait: Wait, stored: Stored) -> None:
    desk.engine.history.kept = {f"c{n}": stored(f"c{n}", n) for n in range(1000)}
    desk.open_engine()
    wait(lambda: desk.history.rowCount() == 200 and desk.idle)
    assert desk.engine.history.calls.count("list") == 1
    while desk.history.canFetchMore(QModelIndex()):
        desk.history.fetchMore(QModelIndex())
        assert not desk.history.canFetchMore(QModelIndex()), "one page at a time"
        wait(lambda: desk.idle)
    assert ids(desk) == [f"c{n}" for n in reversed(range(1000))]


def test_a_page_that_comes_after_a_change_repeats_nothing(desk: Desk, wait: Wait, stored: Stored) -> None:
    desk.engine.history.kept = {f"c{n}": stored(f"c{n}", n) for n in range(300)}
    desk.open_engine()
    wait(lambda: desk.history.rowCount() == 200 and desk.idle)
    desk.history.pin("c5", True)  # not read yet
    wait(lambda: ids(desk)[0] == "c5")
    desk.history.fetchMore(QModelIndex())
    wait(lambda: desk.history.rowCount() == 300)
    assert len(set(ids(desk))) == 300


def test_pinning_renaming_and_a_new_question_move_one_row(desk: Desk, wait: Wait, stored: Stored) -> None:
    desk.engine.history.kept = {f"c{n}": stored(f"c{n}", n) for n in range(5)}
    desk.open_engine()
    wait(lambda: desk.history.rowCount() == 5)
    resets: list[int] = []
    desk.history.modelReset.connect(lambda: resets.append(1))
    desk.history.pin("c1", True)
    wait(lambda: ids(desk) == ["c1", "c4", "c3", "c2", "c0"])
    assert [row.heading for row in desk.history.rows][:2] == [history_text.PINNED, desk.history.rows[1].section]
    desk.history.setData(desk.history.index(2), "  存款保险 ")
    wait(lambda: desk.history.rows[2].info.title == "存款保险")
    desk.history.setData(desk.history.index(2), " ")
    desk.conversation.ask("存款保险保多少？")
    wait(lambda: not desk.conversation.busy and desk.idle)
    assert ids(desk) == ["c1", desk.conversation.conversation_id, "c4", "c3", "c2", "c0"]
    assert desk.history.rows[3].info.title == "存款保险" and not resets


def test_a_search_shows_where_the_words_are_and_its_end_shows_all_again(desk: Desk, wait: Wait, stored: Stored) -> None:
    kept = [stored("c1", 1, text="收缴假币要两人在场"), stored("c2", 2), stored("c3", 3, text="假币")]
    desk.engine.history.kept = {each.info.conversation_id: each for each in kept}
    desk.open_engine()
    wait(lambda: desk.history.rowCount() == 3)
    desk.history.search(" 假币 ")
    wait(lambda: ids(desk) == ["c3", "c1"])
    row = desk.history.rows[1]
    assert [row.snippet[start:end] for start, end in row.spans] == ["假币"]
    assert not desk.history.canFetchMore(QModelIndex())
    desk.history.search("没有的")
    desk.history.search("假币")  # before the former came back
    wait(lambda: desk.idle)
    assert ids(desk) == ["c3", "c1"]
    desk.history.delete(["c3"])
    assert ids(desk) == ["c1"]
    desk.history.search("")
    assert ids(desk) == ["c2", "c1"]


def test_deleting_takes_the_row_at_once_and_a_failure_brings_it_back(desk: Desk, wait: Wait, stored: Stored) -> None:
    said: list[object] = []
    desk.history.failed.connect(said.append)
    desk.engine.history.kept = {f"c{n}": stored(f"c{n}", n) for n in range(3)}
    desk.open_engine()
    wait(lambda: desk.history.rowCount() == 3)
    desk.engine.history.error = EnvironmentFault(Fault.HOME_UNWRITABLE, home="/h", reason="x")
    desk.history.delete(["c1"])
    assert ids(desk) == ["c2", "c0"]
    wait(lambda: ids(desk) == ["c2", "c1", "c0"])
    assert len(said) == 1
    desk.engine.history.error = None
    desk.history.delete_all()
    assert desk.history.rowCount() == 0
    wait(lambda: desk.idle)
    assert desk.engine.history.kept == {} and desk.history.rowCount() == 0


def test_what_is_exported_is_read_first_and_nothing_is_said_so(desk: Desk, wait: Wait, stored: Stored) -> None:
    made: list[object] = []
    said: list[object] = []
    desk.history.exportable.connect(made.append)
    desk.history.failed.connect(said.append)
    desk.engine.history.kept = {"c1": stored("c1", 1)}
    desk.open_engine()
    wait(lambda: desk.history.rowCount() == 1)
    desk.history.export(desk.history.rows[0].info)
    wait(lambda: made)
    assert (made[0].conversation_id, made[0].title, len(made[0].turns)) == ("c1", "第1个问题", 1)  # type: ignore[attr-defined]
    desk.engine.history.kept = {"c1": Conversation(desk.history.rows[0].info, ())}
    desk.history.export(desk.history.rows[0].info)
    wait(lambda: said)
    assert len(made) == 1


def test_a_row_says_all_that_it_shows(desk: Desk, wait: Wait, stored: Stored) -> None:
    desk.engine.history.kept = {"c1": stored("c1", 1, pinned=True)}
    desk.open_engine()
    wait(lambda: desk.history.rowCount() == 1)
    spoken = str(desk.history.index(0).data(Qt.ItemDataRole.AccessibleTextRole))
    assert "第1个问题" in spoken and history_text.PINNED in spoken
