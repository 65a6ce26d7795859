"""A screen reader hears which page and which hit is shown, once each."""

from __future__ import annotations

import pytest

from desktop.look import viewer_text
from desktop.viewer.search_bar import SearchBar


def test_pages_and_hits_are_said(open_window, engine, wait, monkeypatch: pytest.MonkeyPatch):
    said: list[str] = []
    for module in ("search_bar", "toolbar"):
        monkeypatch.setattr(f"desktop.viewer.{module}.announce", lambda widget, words, **_: said.append(words))
    window = open_window(engine)
    window.conversation.ask("q")
    wait(lambda: not window.conversation.busy)
    window.conversation_view.views[0].source_list.cards[0].click()
    page = window.page_view
    wait(lambda: page.canvas.shown)
    said.clear()
    page.tools._next.click()
    wait(lambda: said)
    assert said == [viewer_text.page_said(2, page.canvas.shown.page.page_count)]
    page.open_search()
    bar = page.findChild(SearchBar)
    assert bar is not None
    bar.edit.setText("限额")
    bar.edit.textEdited.emit("限额")  # as typing does
    wait(lambda: page.search.hit and not page.search.searching and len(said) > 1)
    hit = page.search.hit.span.page_no
    assert viewer_text.hit_said(page.search.at + 1, len(page.search.hits), hit, more=False) in said
    assert len(said) == len(set(said))
