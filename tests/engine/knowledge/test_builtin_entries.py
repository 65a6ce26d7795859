"""The built-in entries say what the rules they name say."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[3] / "assets" / "knowledge" / "retail_banking.toml"
ENTRIES: list[dict[str, str]] = tomllib.loads(SOURCE.read_text(encoding="utf-8"))["entry"]


def test_every_entry_names_its_rule() -> None:
    assert len(ENTRIES) >= 10
    assert len({entry["name"] for entry in ENTRIES}) == len(ENTRIES)
    for entry in ENTRIES:
        assert "《" in entry["basis"] or "公告" in entry["basis"], entry["name"]
        assert re.fullmatch(r"(\d{4}-\d\d-\d\d)?", entry.get("checked", "")), entry["name"]
        assert 60 < len(entry["text"].strip()) < 480, "one entry is one chunk"


@pytest.mark.parametrize(
    ("law", "article", "fact"),
    [
        ("存款保险条例(2015-02-17)", "第五条", "50万元"),
        ("储蓄管理条例(2011-01-08)", "第二十四条", "活期储蓄存款利率"),
        ("储蓄管理条例(2011-01-08)", "第三十一条", "5天内补办书面申请挂失"),
        ("人民币管理条例(2018-03-19)", "第三十三条", "两名以上工作人员当面予以收缴"),
        ("反洗钱法(2024-11-08)", "第三十五条", "大额交易报告制度"),
        ("合同编", "第六百六十八条", "还款方式"),
        ("继承编", "第一千一百二十七条", "配偶、子女、父母"),
    ],
)
def test_the_articles_named_say_what_the_entries_say(shared_data: Path, law: str, article: str, fact: str) -> None:
    text = (shared_data / "laws" / f"{law}.md").read_text(encoding="utf-8")
    body = text.split(f"\n{article} ")[1]
    assert fact in re.split(r"\n第[一二三四五六七八九十百千零]+条 ", body)[0]
    assert any(article in entry["basis"] for entry in ENTRIES)
