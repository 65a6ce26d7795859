from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.knowledge import builtin
from engine.knowledge.builtin import builtin_entries, sync_builtin
from engine.values import Rung

Make = Callable[..., object]


def test_every_entry_names_its_rule() -> None:
    entries = builtin_entries()
    assert len(entries) == 10
    assert len({entry.document_id for entry in entries}) == 10
    for entry in entries:
        assert "《" in entry.basis or "公告" in entry.basis, entry.name
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", entry.checked)
        assert 60 < len(entry.text) < 480, "one entry is one chunk"


def test_entries_are_added_once_and_searched_by_rung(open_knowledge: Make, embed: Make) -> None:
    with open_knowledge() as knowledge:
        assert sync_builtin(knowledge, embed) == 10
        assert sync_builtin(knowledge, embed) == 0
        assert len(knowledge.documents(Rung.BUILTIN)) == 10
        question = "存款保险最高赔多少"
        best = knowledge.search(question, embed([question])[0], 3, Rung.BUILTIN)[0]
        assert best.name == "内置知识：存款保险限额"
        assert "50万元" in best.text and "《存款保险条例》第四条、第五条" in best.text
        assert knowledge.page(best.document_id, 1).text == best.text


def test_changed_entries_replace_the_old_ones(
    open_knowledge: Make, embed: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = builtin_entries()
    with open_knowledge() as knowledge:
        sync_builtin(knowledge, embed)
        changed = builtin.Entry(entries[0].name, entries[0].text + "新增一句。", entries[0].basis, "2027-01-01")
        monkeypatch.setattr(builtin, "builtin_entries", lambda: (changed, *entries[2:]))
        assert sync_builtin(knowledge, embed) == 1
        assert len(knowledge.documents(Rung.BUILTIN)) == 9
        assert not knowledge.has(entries[0].document_id)


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
    assert any(article in entry.basis for entry in builtin_entries())
