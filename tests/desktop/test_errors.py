"""Every code of the engine has a Chinese sentence of its own."""

from __future__ import annotations

import ast
import re
from enum import StrEnum
from pathlib import Path

import pytest

from desktop.errors import (
    describe,
    describe_document,
    exit_code,
    human_size,
)
from desktop.sentences import DOCUMENT_FAULTS, FAULTS, REJECTIONS
from engine.errors import (
    BugError,
    Cancelled,
    DocumentFault,
    DocumentRejected,
    EnvironmentFault,
    Fault,
    JinpanError,
    Rejection,
    RequestRejected,
)

ENGINE = Path(__file__).resolve().parents[2] / "engine"

DETAILS: dict[str, str | int | float] = {
    "architecture": "模型结构甲",
    "checkpoint": "检查点甲",
    "document_id": "a1b2",
    "exit_code": 9,
    "feature": "AVX2",
    "file": "甲文件",
    "free_bytes": 3 * 1024**3,
    "home": "/数据",
    "installed": "2.0",
    "host": "主机甲",
    "kinds": "mobile,name",
    "length": 9001,
    "library": "组件甲",
    "limit": 8000,
    "limit_bytes": 300 * 1024**2,
    "limit_s": 600.0,
    "line": "3",
    "model": "模型甲",
    "name": "名称甲",
    "needed_bytes": 5 * 1024**3,
    "option": "选项甲",
    "pack": "模型包甲",
    "package": "权重甲",
    "page_no": 7,
    "pages": 6000,
    "path": "/路径",
    "provider": "服务甲",
    "conversation_id": "对话甲",
    "expected": 40,
    "groups": "2,5",
    "reason": "libfoo failed: no such thing",
    "signer": "公钥甲",
    "size_bytes": 400 * 1024**2,
    "status": 429,
    "suffix": ".甲",
    "token_id": 49953,
    "type": "类型甲",
    "url": "地址甲",
    "value": "取值甲",
    "version": 12,
    "vocabulary_size": 32000,
}
FAMILIES: list[tuple[type[JinpanError], type[StrEnum], int]] = [
    (EnvironmentFault, Fault, 4),
    (RequestRejected, Rejection, 2),
    (DocumentRejected, DocumentFault, 3),
]
CASES = [(family(code, **DETAILS), exit_of) for family, codes, exit_of in FAMILIES for code in codes]
# Names that Chinese bank staff read in Latin letters too: products, formats, commands, options, units.
LATIN = re.compile(
    r"jinpan( pack (build|verify)| recovery (new|use)| kb (list|remove|new-key|build|install|key import)| web (on|key)"
    r"| endpoint set-key| ask| documents| history list)?|--[a-z-]+|pip|PDF|AVX2|\.venv|dpi"
    r"|installer/\S+|a1b2|[MG]B|\.bin|safetensors|docx|xlsx|pptx"
)


@pytest.mark.parametrize(("error", "expected"), CASES, ids=lambda case: getattr(case, "code", None))
def test_each_code_has_a_chinese_sentence_and_an_action(error: JinpanError, expected: int) -> None:
    sentence = describe(error)
    assert sentence.text.endswith("。")
    assert sentence.action.endswith(("。", "）。"))
    assert not re.search(r"[A-Za-z{}_]", LATIN.sub("", f"{sentence}")), sentence
    assert "libfoo" not in str(sentence) and "libfoo" in sentence.detail
    assert "未知" not in str(sentence), "a placeholder whose detail the engine does not send"
    assert exit_code(error) == expected


def test_no_two_codes_share_a_sentence() -> None:
    texts = [describe(error).text for error, _ in CASES]
    assert len(set(texts)) == len(texts)


def test_sizes_are_written_for_people() -> None:
    text = describe(EnvironmentFault(Fault.DISK_FULL, path="/x", needed_bytes=5 * 1024**3, free_bytes=1536)).text
    assert "5.0 GB" in text and "2 KB" in text
    assert human_size(999 * 1024**2) == "999 MB"


def test_a_missing_detail_does_not_break_the_sentence() -> None:
    assert "未知" in describe(EnvironmentFault(Fault.PACK_MISSING)).text


@pytest.mark.parametrize("code", list(DocumentFault))
def test_documents_and_their_pages_are_described_by_code(code: DocumentFault) -> None:
    assert describe_document(code, DETAILS) == describe(DocumentRejected(code, **DETAILS))


def test_anything_else_is_our_bug_with_a_detail_to_copy() -> None:
    try:
        raise ZeroDivisionError("x")
    except ZeroDivisionError as error:
        sentence, code = describe(error), exit_code(error)
    assert "程序内部错误" in sentence.text and "ZeroDivisionError: x" in sentence.detail and code == 1
    assert exit_code(BugError("broken")) == 1
    assert "程序内部错误" in describe(EnvironmentFault("a_code_from_the_future")).text


def test_cancelling_is_no_error_message() -> None:
    assert describe(Cancelled()).text == "已停止。" and exit_code(Cancelled()) == 130


def raised_in_engine() -> list[tuple[str, str, set[str]]]:
    """Where the engine makes an error with literal details: place, code, names of the details."""
    found: list[tuple[str, str, set[str]]] = []
    names = {family.__name__ for family, _, _ in FAMILIES}
    codes = {code.name: code.value for _, enum, _ in FAMILIES for code in enum}
    for path in sorted(ENGINE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names):
                continue
            code = node.args[0] if node.args else None
            if isinstance(code, ast.Attribute) and all(keyword.arg for keyword in node.keywords):
                place = f"{path.relative_to(ENGINE)}:{node.lineno}"
                found.append((place, codes[code.attr], {str(keyword.arg) for keyword in node.keywords}))
    return found


def test_the_engine_sends_what_the_sentences_need() -> None:
    found = raised_in_engine()
    assert len(found) > 20
    templates = {**FAULTS, **REJECTIONS, **DOCUMENT_FAULTS}
    lacking = [
        (place, code, needed - given)
        for place, code, given in found
        if (needed := set(re.findall(r"\{(\w+)\}", "".join(templates[code])))) - given
    ]
    assert not lacking
