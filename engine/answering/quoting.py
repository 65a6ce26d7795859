"""The source's own words, where the model's cannot be proven: a sentence or table row of the evidence as the answer."""

from __future__ import annotations

from collections.abc import Sequence

from engine.answering.citations import PageSource, locate_quote
from engine.answering.sufficiency_features import rarity
from engine.answering.text import bigrams, without_question_words
from engine.knowledge.canonical import normalize
from engine.values import Passage


def quoted(question: str, written: str, evidence: Sequence[Passage], pages: PageSource) -> str:
    """The sentence that answers the question best, from the passage that shares most with question and answer.

    `written` is what the model wrote: it was not supported, but its words tell which sentence it had in mind. Words
    that few passages hold count more. Empty where there is no evidence, or none shares a word.
    """
    wanted = bigrams(normalize(f"{without_question_words(question)} {written}"))
    held = [bigrams(normalize(passage.text)) for passage in evidence]
    weights = rarity(wanted, held)
    shares = [sum(weights[gram] for gram in wanted & grams) for grams in held]
    if not shares or max(shares) <= 0:
        return ""
    passage = evidence[shares.index(max(shares))]
    if is_row(passage):  # without the names of its columns a row says little
        return "，".join(passage.text.split("|")[1:]).replace("=", "：")
    return locate_quote(passage, f"{question} {written}", pages)[1].text


def is_row(passage: Passage) -> bool:
    """Rows of tables are the chunks of one line, 「《标题》路径 表名|列=值」; see `engine.ingestion.chunker`."""
    return "|" in passage.text and "\n" not in passage.text and passage.text.startswith("《")
