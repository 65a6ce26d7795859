from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from engine.ingestion.versioning import family_and_version


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("反洗钱法(2024-11-08).pdf", "2024-11-08"),
        ("反洗钱法（2024年11月8日修订）.pdf", "2024-11-08"),
        ("中华人民共和国反洗钱法（2006修正）.pdf", "2006"),
        ("《反洗钱法》2024年版.docx", "2024"),
        ("反洗钱法2024修订版.pdf", "2024"),
        ("反洗钱法_20240701.pdf", "2024-07-01"),
        ("反洗钱法 2024年7月.pdf", "2024-07"),
        ("反洗钱法（最新修订）(2024).pdf", "2024"),
        ("反洗钱法(2024-11-08)(1).pdf", "2024-11-08"),
        ("反洗钱法(2024-11-08) - 副本.pdf", "2024-11-08"),
        ("反洗钱法_V3_20240101.pdf", "2024-01-01"),
        ("反洗钱法（2006年10月31日通过，2024年11月8日修订）.pdf", "2024-11-08"),
        ("反洗钱法.pdf", ""),
    ],
)
def test_a_version_is_read_off_the_name_and_the_family_is_what_is_left(name: str, version: str) -> None:
    assert family_and_version("", name) == ("反洗钱法", version)
    assert family_and_version("《中华人民共和国反洗钱法》", name) == ("反洗钱法", version)
    stem = name.rpartition(".")[0]
    assert family_and_version(stem, "scan_0007.pdf") == ("反洗钱法", version), "then the title counts"


@pytest.mark.parametrize(
    "name",
    [
        "2023年年度报告.pdf",  # each year's report stands beside the others
        "某某银行年度报告（2023）.pdf",
        "关于调整收费标准的通知(2024-07-01).pdf",
        "网点晨会纪要20240701.docx",
        "法释（2022）5号.pdf",
        "流水20240101123456.xlsx",
        "刑法修正案（十一）.pdf",
    ],
)
def test_what_is_no_version_is_none(name: str) -> None:
    assert family_and_version("", name)[1] == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("期货纠纷的规定(2020-12-29).pdf", "期货纠纷的规定（二）(2021-12-29).pdf"),
        ("贷款管理办法（试行）(2023).pdf", "贷款管理办法(2024).pdf"),
        ("反洗钱法释义(2023).pdf", "反洗钱法(2024).pdf"),
        ("柜面手册V1.0.pdf", "柜面手册(2024).pdf"),  # which is the newer one cannot be told
    ],
)
def test_what_is_another_document_is_no_version(one: str, other: str) -> None:
    title = "中华人民共和国反洗钱法" if "反洗钱" in one else ""
    assert family_and_version(title, one)[0] != family_and_version(title, other)[0]


def test_numbered_versions_are_in_order() -> None:
    found = [family_and_version("", f"柜面手册 {number}.pdf") for number in ("V1", "v1.9", "V1.10", "Ver2.0", "V10")]
    assert {family for family, _ in found} == {found[0][0]}
    assert [version for _, version in found] == sorted(version for _, version in found)


def test_only_the_versions_of_one_law_share_a_family(shared_data: Path) -> None:
    families: dict[str, list[str]] = defaultdict(list)
    paths = sorted((shared_data / "laws").glob("*.md"))
    assert len(paths) == 100
    for path in paths:
        title = path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
        family, version = family_and_version(title, f"{path.stem}.pdf")
        families[family].append(version)
        assert version == (path.stem[-11:-1] if path.stem.endswith(")") else "")
    several = {family: versions for family, versions in families.items() if len(versions) > 1}
    court = "最高人民法院关于审理非法集资刑事案件具体应用法律若干问题的解释"
    both = "最高人民法院最高人民检察院关于办理"
    assert {family: sorted(versions) for family, versions in several.items()} == {
        "反洗钱法": ["2006-10-31", "2024-11-08"],
        "公司法": ["2018-10-26", "2023-12-29"],
        "会计法": ["2017-11-04", "2024-06-28"],
        "保障中小企业款项支付条例": ["2020-07-05", "2025-03-17"],
        court: ["2010-12-13", "2022-02-23"],
        f"{both}操纵证券期货市场刑事案件适用法律若干问题的解释": ["", "2019-06-27"],  # undated: shown beside
        f"{both}非法从事资金支付结算业务非法买卖外汇刑事案件适用法律若干问题的解释": ["", "2019-01-31"],
    }
