"""Every built-in entry names the rule it rests on; those marked checked rest on articles that the laws really have."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "knowledge"
NUMERAL = "[零〇一二三四五六七八九十百千]+"
ARTICLE = re.compile(f"第{NUMERAL}条(?:之{NUMERAL})?")
TITLE = re.compile("《((?:[^《》]|《[^《》]*》)*)》")
DOCUMENT_NUMBER = re.compile(r"〔\d{4}〕第?\d+号|令第\d+号|\d{4}年第\d+号")
FILE_NAME = re.compile(r"(?P<title>.+?)(?:\((?P<version>\d{4}-\d{2}-\d{2})\))?")


def entries() -> list[tuple[str, dict[str, str]]]:
    return [
        (source.name, entry)
        for source in sorted(FOLDER.glob("*.toml"))
        for entry in tomllib.loads(source.read_text(encoding="utf-8"))["entry"]
    ]


def plain(title: str) -> str:
    """A title as it is compared: without the state's name, blanks, and the difference between 〈〉 and 《》."""
    return re.sub(r"\s", "", title.translate(str.maketrans("〈〉", "《》"))).replace("中华人民共和国", "")


def articles_of(basis: str) -> list[tuple[str, list[str]]]:
    """(title, its articles) in the order they are named; articles belong to the title before them."""
    titles = list(TITLE.finditer(basis))
    ends = [title.start() for title in titles[1:]] + [len(basis)]
    return [
        (plain(title[1]), ARTICLE.findall(basis, title.end(), end)) for title, end in zip(titles, ends, strict=True)
    ]


@pytest.fixture(scope="module")
def laws(shared_data: Path) -> dict[str, set[str]]:
    """Article numbers of each law in its latest version; the books of the civil code are one law."""
    versions: dict[str, tuple[str, set[str]]] = {}
    for path in sorted((shared_data / "laws").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        name = FILE_NAME.fullmatch(path.stem)
        assert name
        title, version = name["title"], name["version"] or ""
        if text.startswith("# 中华人民共和国民法典"):
            title = "民法典"
        held, articles = versions.get(plain(title), ("", set[str]()))
        found = {line_start[0] for line in text.splitlines() if (line_start := ARTICLE.match(line.strip()))}
        if version > held:
            versions[plain(title)] = (version, found)
        elif version == held:
            versions[plain(title)] = (version, articles | found)
    return {title: articles for title, (_, articles) in versions.items()}


def test_every_file_has_a_title_of_its_own() -> None:
    titles = [tomllib.loads(source.read_text(encoding="utf-8")).get("title", "") for source in FOLDER.glob("*.toml")]
    assert all(titles) and len(set(titles)) == len(titles)


def test_no_two_entries_share_a_name() -> None:
    assert [name for name, count in Counter(entry["name"] for _, entry in entries()).items() if count > 1] == []


def test_every_entry_is_short_and_names_its_rule() -> None:
    for source, entry in entries():
        where = f"{source}: {entry['name']}"
        assert set(entry) <= {"name", "text", "basis", "checked"}, where
        assert 2 <= len(entry["name"]) <= 40, where
        assert 40 <= len(entry["text"].strip()) <= 400, f"{where}: {len(entry['text'].strip())} characters"
        named = TITLE.search(entry["basis"]) or re.search("公告|通知", entry["basis"])
        assert named, f"{where}: no rule named"
        numbered = ARTICLE.search(entry["basis"]) or DOCUMENT_NUMBER.search(entry["basis"])
        assert numbered, f"{where}: no article or number"
        if "checked" in entry:
            date.fromisoformat(entry["checked"])


def test_a_checked_entry_rests_on_articles_that_exist(laws: dict[str, set[str]]) -> None:
    faults: list[str] = []
    for source, entry in entries():
        if "checked" not in entry:
            continue
        where = f"{source}: {entry['name']}"
        rests_on = articles_of(entry["basis"])
        if not any(articles for _, articles in rests_on):
            faults.append(f"{where}: no article named")
        for title, articles in rests_on:
            if title not in laws:
                faults.append(f"{where}: 《{title}》 is not among the laws, so it cannot have been checked")
            missing = [article for article in articles if article not in laws.get(title, articles)]
            faults += [f"{where}: 《{title}》 has no {article}" for article in missing]
    assert faults == []
