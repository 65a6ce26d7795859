"""Chat templates from files: what they may hold, and that a wrong one is refused with its reason."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Rejection, RequestRejected
from engine.packing.chat_templates import CHATML, JINPAN, read_template
from engine.packing.packer import pack_checkpoint
from engine.runtime.pack import MANIFEST, read_manifest

TOML = """begin = ""
system = ["", ""]
user = ["</s>Human:", " "]
assistant = ["</s>Assistant: ", ""]
answer = "</s>Assistant: "
stop = ["</s>"]
"""


def test_both_formats_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "t.json").write_text(json.dumps(asdict(JINPAN)), encoding="utf-8")
    assert read_template(tmp_path / "t.toml") == read_template(tmp_path / "t.json") == JINPAN


@pytest.mark.parametrize(
    "change",
    [
        {"stop": "</s>"},
        {"stop": [""]},
        {"stop": [1]},
        {"user": ["only before"]},
        {"user": None},
        {"answer": 5},
        {"begin": None},
        {"sytem": ["", ""]},
    ],
)
def test_a_wrong_template_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    file = tmp_path / "t.json"
    file.write_text(json.dumps({**asdict(JINPAN), **change}), encoding="utf-8")
    with pytest.raises(RequestRejected) as caught:
        read_template(file)
    assert caught.value.code == Rejection.TEMPLATE_INVALID
    assert caught.value.details["path"] == str(file)
    assert caught.value.details["reason"]


@pytest.mark.parametrize(
    ("name", "content"), [("t.json", b"{"), ("t.json", b"[]"), ("t.json", b"\xff"), ("t.toml", b"= 1")]
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RequestRejected) as caught:
        read_template(tmp_path / name)
    assert caught.value.code == Rejection.TEMPLATE_INVALID


def test_a_missing_template_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestRejected) as caught:
        read_template(tmp_path / "t.json")
    assert caught.value.code == Rejection.PATH_MISSING


def test_the_given_template_goes_before_the_checkpoints_own(make_checkpoint: Any, tmp_path: Path) -> None:
    source = make_checkpoint().folder
    (source / "chat_template.jinja").write_text("{{'<|im_start|>'}}", encoding="utf-8")
    for template, expected in ((None, CHATML), (JINPAN, JINPAN)):
        list(pack_checkpoint(source, tmp_path / "p", "p", "fp32", CancelToken(), chat_template=template))
        assert read_manifest(tmp_path / "p").chat_template == expected


def test_a_pack_with_a_wrong_template_is_damaged(make_checkpoint: Any, tmp_path: Path) -> None:
    list(pack_checkpoint(make_checkpoint().folder, tmp_path / "p", "p", "fp32", CancelToken()))
    manifest = json.loads((tmp_path / "p" / MANIFEST).read_text(encoding="utf-8"))
    manifest["chat_template"]["stop"] = "</s>"
    (tmp_path / "p" / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(EnvironmentFault, match="pack_damaged"):
        read_manifest(tmp_path / "p")
