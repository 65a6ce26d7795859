"""Questions with gold articles, and which passage counts as such an article.

A passage hits when its document is the current version of the gold's law and the first 1,200 characters of its text
contain the first 14 characters of the article's body, so that whole-document passages win nothing.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

CIVIL_CODE = "民法典"
CIVIL_PARTS = ("总则", "物权编", "合同编", "人格权编", "婚姻家庭编", "继承编", "侵权责任编", "附则")
OLDER_VERSIONS = ("反洗钱法(2006", "公司法(2018", "会计法(2017", "保障中小企业款项支付条例(2020")
_NUMBER = r"第[〇零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?"
_FOLD = str.maketrans("(),:;", "（），：；")
_BEGINNING = 14
_SEEN = 1200

Gold = tuple[str, str]  # law, beginning of the article's body


@dataclass(frozen=True, slots=True)
class LawQuestion:
    text: str
    law: str  # of the first gold article
    golds: frozenset[Gold]


def folded(text: str) -> str:
    return re.sub(r"\s+", "", text).translate(_FOLD)


def articles(laws: Path) -> dict[tuple[str, str], list[str]]:
    """(law, 第X条) → beginnings of its body, from the texts of the current versions."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted(laws.glob("*.md")):
        if path.stem.startswith(OLDER_VERSIONS):
            continue
        title = re.sub(r"\(\d{4}-\d\d-\d\d\)$", "", path.stem)
        law = CIVIL_CODE if title in CIVIL_PARTS else title
        for line in path.read_text(encoding="utf-8").splitlines():
            if match := re.match(rf"({_NUMBER})\s*(.+)", line.strip()):
                found.setdefault((law, match[1]), []).append(folded(match[2])[:_BEGINNING])
    return found


def load_questions(path: Path, known: dict[tuple[str, str], list[str]]) -> list[LawQuestion]:
    """Those with at least one gold article that the corpus has."""
    questions: list[LawQuestion] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        matches = [re.fullmatch(rf"(.*?)({_NUMBER})", gold) for gold in entry["gold"]]
        keys = [(m[1].removeprefix("中华人民共和国").strip("《》"), m[2]) for m in matches if m]
        golds = frozenset((key[0], body) for key in keys for body in known.get(key, ()))
        if golds:
            law = next(key[0] for key in keys if key in known)
            questions.append(LawQuestion(entry["query"].replace("\n", " "), law, golds))
    return questions


def beginning(text: str) -> str:
    """The part of a passage that is looked at, folded."""
    return folded(text[:_SEEN])


def is_hit(question: LawQuestion, name: str, begins: str) -> bool:
    """Whether a passage of the document `name`, whose `beginning` is given, is one of the question's gold articles."""
    return bool(found_golds(question, name, begins))


def found_golds(question: LawQuestion, name: str, begins: str) -> set[Gold]:
    """The gold articles that the passage holds."""
    return {(law, body) for law, body in question.golds if body in begins and _is_law(law, name)}


def _is_law(law: str, name: str) -> bool:
    current = not name.startswith(OLDER_VERSIONS)
    return current and (law in name or (law == CIVIL_CODE and any(part in name for part in CIVIL_PARTS)))
