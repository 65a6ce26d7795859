"""Cut as one may, the text before the first stop string comes out and nothing of the stop string does."""

from __future__ import annotations

from hypothesis import given, strategies as st

from engine.runtime.stop_strings import StopFilter

ALPHABET = "ab\n问"


def feed(pieces: list[str], stops: list[str]) -> tuple[list[str], bool]:
    stop_filter = StopFilter(stops)
    shown = [stop_filter.push(piece) for piece in pieces]
    return [*shown, stop_filter.flush()], stop_filter.stopped


@given(
    st.lists(st.text(ALPHABET, max_size=5), max_size=12),
    st.lists(st.text(ALPHABET, min_size=1, max_size=5), max_size=3),
)
def test_any_cutting_shows_the_text_before_the_stop(pieces: list[str], stops: list[str]) -> None:
    shown, stopped = feed(pieces, stops)
    text, joined = "".join(pieces), "".join(shown)
    assert text.startswith(joined)
    assert not any(stop in joined for stop in stops)
    assert stopped == any(stop in text for stop in stops)
    assert stopped or joined == text


@given(st.text(ALPHABET, max_size=20), st.text(ALPHABET, min_size=1, max_size=4))
def test_character_by_character_ends_exactly_before_the_stop(text: str, stop: str) -> None:
    shown, stopped = feed(list(text), [stop])
    assert "".join(shown) == (text[: text.index(stop)] if stopped else text)


def test_only_what_may_begin_a_stop_string_is_held_back() -> None:
    stop_filter = StopFilter(["\n\nUser"])
    assert [stop_filter.push(piece) for piece in ("a\n", "b", "\n\nUs", "e", "x")] == ["a", "\nb", "", "", "\n\nUsex"]
    assert stop_filter.push("\n") == "" and stop_filter.flush() == "\n"


def test_nothing_follows_a_stop_string() -> None:
    stop_filter = StopFilter(["。", ""])
    assert stop_filter.push("好。再") == "好"
    assert stop_filter.push("来") == "" and stop_filter.flush() == "" and stop_filter.stopped
