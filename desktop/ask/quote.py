"""What stands behind a marker: the very sentence of the source, between its neighbours. No widgets."""

from __future__ import annotations

import re
from dataclasses import dataclass

from desktop.ask.turn import Source, Turn
from desktop.look import ask_text, proof_text
from engine.api import Claim

NEIGHBOUR_CHARS = 90
SENTENCE_CHARS = 360
_SENTENCE = re.compile(r"[^。！？；!?\n]*[。！？；!?]?\n?")
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Quote:
    """`sentence` of `source` between what stands `before` and `after` it; `note` says what there is to know about it.
    Without a source, only the note."""

    note: str = ""
    source: Source | None = None
    before: str = ""
    sentence: str = ""
    after: str = ""

    @property
    def spoken(self) -> str:
        """For a screen reader."""
        name = self.source.spoken_name if self.source else ""
        return "\n".join(part for part in (name, self.sentence or self.after, self.note) if part)


def quote_of(turn: Turn, marker: int, number: int) -> Quote | None:
    """Of the chip [`marker`], which is the `number`-th chip of the answer, from 0. While the answer is unchecked, the
    passage by its rank."""
    source = turn.source(marker)
    if source is None:
        return None
    if not turn.citations:
        return Quote(ask_text.UNCHECKED_MARKER, source, after=_shortened(source.snippet, SENTENCE_CHARS))
    claim = _claim(turn, marker, number)
    sentence = _sentence(source, claim, first=_first(turn, marker, claim))
    before, after = _neighbours(source.passage, sentence)
    note = ask_text.struck_beside(claim.struck) if claim and claim.struck else ""
    return Quote(note, source, before, _shortened(sentence, SENTENCE_CHARS), after)


def struck_quote(figure: str) -> Quote:
    return Quote(ask_text.struck(figure))


def unsupported_quote() -> Quote:
    return Quote(f"{proof_text.UNSUPPORTED_NOTE}\n{ask_text.UNSUPPORTED_ADVICE}")


def _claim(turn: Turn, marker: int, number: int) -> Claim | None:
    """The sentence whose chip this is: the program places the chips of all sentences in order."""
    placed = [(each, claim) for claim in turn.claims for each in claim.markers]
    return placed[number][1] if number < len(placed) and placed[number][0] == marker else None


def _first(turn: Turn, marker: int, claim: Claim | None) -> bool:
    """Whether the citation's quote was looked up for this very sentence."""
    return claim is None or claim is next((each for each in turn.claims if marker in each.markers), None)


def _sentence(source: Source, claim: Claim | None, *, first: bool) -> str:
    quote = source.quote.strip()
    if first or claim is None:
        return quote
    wanted = _pairs(claim.text)
    found = [sentence.strip() for sentence in _SENTENCE.findall(source.passage)]
    return max([quote, *found], key=lambda sentence: len(wanted & _pairs(sentence)))


def _neighbours(passage: str, sentence: str) -> tuple[str, str]:
    """What stands next to it, at most a few dozen characters on each side; nothing where it is not in the passage."""
    start = passage.find(sentence) if sentence else -1
    if start < 0:
        return "", ""
    before, after = passage[:start].lstrip(), passage[start + len(sentence) :].rstrip()
    if len(before) > NEIGHBOUR_CHARS:
        before = "…" + before[-NEIGHBOUR_CHARS:]
    return before, _shortened(after, NEIGHBOUR_CHARS)


def _shortened(words: str, length: int) -> str:
    return words if len(words) <= length else words[:length] + "…"


def _pairs(words: str) -> set[str]:
    letters = "".join(_WORDS.findall(words))
    return {letters[at : at + 2] for at in range(len(letters) - 1)}
