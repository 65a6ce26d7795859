"""`jinpan pages`: every page is accounted for."""

from __future__ import annotations

from desktop import cli
from tests.scripted import ID


def test_every_page_is_a_record(scripted, run):
    code, records = run("pages", ID[:8])
    assert code == 0
    assert [(r["page_no"], r["page_kind"], r["characters"], r["reason"]) for r in records] == [
        (1, "text", 812, None),
        (2, "table", 96, None),
        (3, "failed", 0, "page_broken"),
    ]
    assert {r["document_id"] for r in records} == {ID}


def test_people_read_kinds_reasons_and_a_summary(scripted, capsys):
    assert cli.main(["pages", ID]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "第 2 页　表格　96 字"
    assert "已损坏" in lines[2]
    assert lines[-1] == "文字 1 页 · 表格 1 · 失败 1"


def test_an_unknown_document_is_refused(scripted, run):
    code, records = run("pages", "f" * 64)
    assert code == 2 and records[-1]["code"] == "document_unknown"
