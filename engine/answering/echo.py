"""What an answer says beyond its question: 「买房贷款最长可以贷30年」 to 「…最长可以贷多少年？」 says 30年.

Small models answer in the question's own words. Those are the user's and need no source; what is put in their place
does. A sentence that only repeats its question says yes to it, and must be held against the sources as it is.
"""

from __future__ import annotations

import re

from engine.answering.text import bigrams
from engine.figures import quantities

LEAST_ECHOED = 0.3  # share of a sentence's characters that repeat the question; below it, it is no echo
_LEAD_IN = re.compile(
    r"^(?:因此[,，])?(?:根据|依据|按照|依照)(?:以上|上述|所给|提供的)?资料(?:的(?:规定|内容))?[,，:：]?\s*"
    r"|^答[:：]\s*|^(?:因此|所以|综上)[,，]"
)
_AFFIRMED = re.compile("[吗么嘛]|是否|是不是|能不能|可不可以|要不要|会不会|该不该|算不算|赔不赔|有没有|还是|行不行")
_NO = re.compile("不(?:可以|能|要|需要?|用|会|是|得)?|[没无](?:有)?|^(?:是的?|对的?|否|可以|能|会|要|需要)(?=[，,])")
_REPEATED = 0.6  # share of a clause's bigrams
_WORD = re.compile(r"[A-Za-z0-9\u3400-\u9fff]")
_LITTLE = "的是在为按内能会要需应由向到从对给了就才也都可以须将并且和与或及后前时上下这那该其一个吗呢么多少几什么"


def without_lead_in(sentence: str) -> str:
    """The sentence without 「根据资料，」."""
    return _LEAD_IN.sub("", sentence)


def novel(sentence: str, question: str) -> str:
    """The parts of a sentence that do not repeat the question, set apart by commas; empty where it is no echo of it.

    Figures that the question does not hold are always among them.
    """
    if not question or not sentence:
        return ""
    if _says_yes(sentence, question):
        return ""
    echoed = _echoed(sentence, question)
    words = [n for n, char in enumerate(sentence) if _WORD.match(char)]
    if not words or sum(echoed[n] for n in words) < LEAST_ECHOED * len(words):
        return ""
    kept = "".join("，" if echoed[n] else char for n, char in enumerate(sentence))
    parts = [part if quantities(part) else part.strip(_LITTLE) for part in re.split("[，,。；;！!]+", kept)]
    said = "，".join(part for part in parts if part.strip())
    return said if quantities(said) or bigrams(said) else ""


def affirms(sentence: str, question: str) -> bool:
    """Whether a sentence says nothing but yes or no: 「要交违约金」 to 「要交违约金吗」.

    It leaves out on what condition, so that it is never shown for itself: the source's own words say more.
    """
    clauses = [clause for clause in re.split("[，,。；;！!]", _NO.sub("", sentence)) if _WORD.search(clause)]
    return bool(clauses) and all(_repeats_what_is_asked(clause, question) for clause in clauses)


def _says_yes(sentence: str, question: str) -> bool:
    """Whether one of its clauses repeats what was asked to be affirmed, and adds nothing: 「…也收」 to 「…也收吗」."""
    return any(_repeats_what_is_asked(clause, question) for clause in re.split("[，,。；;！!]", sentence))


def _repeats_what_is_asked(clause: str, question: str) -> bool:
    said = bigrams(clause)
    if not said or quantities(clause):
        return False
    asked = [part for part in re.split("[，,。；;？?]", question) if _AFFIRMED.search(part)]
    return any(len(said & bigrams(part)) >= _REPEATED * len(said) for part in asked)


def _echoed(sentence: str, question: str) -> list[bool]:
    """For each character, whether it repeats the question: with a neighbour, and not as part of another figure."""
    echoed = [False] * len(sentence)
    for n in range(len(sentence) - 1):
        if sentence[n : n + 2] in question:
            echoed[n] = echoed[n + 1] = True
    for figure in quantities(sentence):
        known = figure.text in question
        echoed[figure.start : figure.end] = [known] * (figure.end - figure.start)
    return echoed
