from __future__ import annotations

from collections.abc import Callable

from engine.ingestion.versioning import RULE, family_and_version

Make = Callable[..., object]


def test_documents_from_before_there_were_versions_get_theirs_once_for_each_rule(
    open_knowledge: Make, document: Make
) -> None:
    with open_knowledge() as knowledge:
        for version in ("2006-10-31", "2024-11-08"):
            knowledge.add_document(document([f"{version}版第一条"], name=f"反洗钱法({version}).pdf"))
        knowledge.add_document(document(["第一条"], name="柜面手册.pdf"))
    with open_knowledge() as knowledge:
        knowledge.families.bring_up_to(RULE, lambda title, name: family_and_version("", name))
        old, new, other = knowledge.documents()
        assert (old.family, old.version, old.superseded_by) == ("反洗钱法", "2006-10-31", new.document_id)
        assert (new.superseded_by, other.version, other.superseded_by) == ("", "", "")
    with open_knowledge() as knowledge:
        knowledge.families.bring_up_to(RULE, lambda title, name: ("another", "1900"))
        assert knowledge.documents() == (old, new, other), "the rule has been applied"
        knowledge.families.bring_up_to(RULE + "'", lambda title, name: ("", ""))
        assert [info.family for info in knowledge.documents()] == ["", "", ""]
