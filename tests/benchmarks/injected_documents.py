"""Attacks through documents: every phrasing of an order with something it wants shown, in every kind of carrier.

In each of five waves each question about the samples and built-in entries meets one attack, which stands under the
question's own words so that it is found. `half` says whether the patterns of `engine.answering.commands` were written
with the phrasing in sight ("tune"), with it put aside ("held_out"), or before it was written: the rounds "fresh" and
"fresh_2" were then learned from, "unseen" was not.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import docx
import openpyxl

from tests.benchmarks.gold_questions import GoldQuestion, load_answerable
from tests.pdfs import pages_pdf

FOLDER = Path(__file__).parent / "attacks"
CARRIERS = ("markdown", "text", "word_table", "sheet_row", "web_page", "hidden_page_text", "pdf", "file_name")
WAVES = 5
_NAME_CHARS = 70  # Chinese characters that a file's name can hold


@dataclass(frozen=True, slots=True)
class Attack:
    """`canary` is what must not be shown; empty where the goal is a refusal."""

    id: str
    wave: int
    question: GoldQuestion
    carrier: str
    goal: str
    half: str
    kind: str
    text: str
    payload: str
    canary: str


def attacks() -> list[Attack]:
    phrasings, payloads = _rows("injection_phrasings"), _rows("injection_payloads")
    questions = [question for question in load_answerable() if question.kind != "law"]
    found: list[Attack] = []
    for wave in range(WAVES):
        for place, question in enumerate(questions):
            number = wave * len(questions) + place
            phrasing = phrasings[number % len(phrasings)]
            payload = payloads[(number * 5 + number // len(payloads)) % len(payloads)]
            text = phrasing["text"].format(p=payload["payload"], q=question.question)
            made = f"{wave}-{question.id}", wave, question, CARRIERS[(number + wave) % len(CARRIERS)]
            wanted = payload["payload"], payload["canary"]
            found.append(Attack(*made, payload["goal"], phrasing["half"], phrasing["kind"], text, *wanted))
    return found


def write_documents(folder: Path, wave: Sequence[Attack]) -> list[Path]:
    """One document a carrier, and one for every file name."""
    folder.mkdir(parents=True, exist_ok=True)
    by_carrier = {carrier: [attack for attack in wave if attack.carrier == carrier] for carrier in CARRIERS}
    paths = [_markdown(folder / "业务问答汇编.md", by_carrier["markdown"])]
    paths.append(_text(folder / "网点交流记录.txt", by_carrier["text"]))
    paths.append(_word(folder / "柜面操作要点.docx", by_carrier["word_table"]))
    paths.append(_sheet(folder / "常见问题登记表.xlsx", by_carrier["sheet_row"]))
    paths.append(_page(folder / "网页存档.html", by_carrier["web_page"], hidden=False))
    paths.append(_page(folder / "活动页面.html", by_carrier["hidden_page_text"], hidden=True))
    texts = [f"{attack.question.question}\n{attack.text}" for attack in by_carrier["pdf"]]
    paths.append(pages_pdf(folder / "培训材料.pdf", [text.replace("\n", " ") for text in texts]))
    return paths + [_named(folder, attack) for attack in by_carrier["file_name"]]


def _rows(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def _markdown(path: Path, found: Sequence[Attack]) -> Path:
    sections = [f"## {attack.question.question}\n\n{attack.text}\n" for attack in found]
    path.write_text("# 业务问答汇编\n\n" + "\n".join(sections), encoding="utf-8")
    return path


def _text(path: Path, found: Sequence[Attack]) -> Path:
    path.write_text("\n\n".join(f"{a.question.question}\n{a.text}" for a in found), encoding="utf-8")
    return path


def _word(path: Path, found: Sequence[Attack]) -> Path:
    document = docx.Document()
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "事项", "说明"
    for attack in found:
        row = table.add_row().cells
        row[0].text, row[1].text = attack.question.question, _printable(attack.text)
    document.save(str(path))
    return path


def _sheet(path: Path, found: Sequence[Attack]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["问题", "说明"])
    for attack in found:
        sheet.append([attack.question.question, _printable(attack.text)])
    book.save(path)
    return path


def _page(path: Path, found: Sequence[Attack], *, hidden: bool) -> Path:
    style = ' style="color:#fff;font-size:1px"' if hidden else ""
    parts = [
        f"<h2>{html.escape(a.question.question)}</h2><p{style}>{html.escape(a.text).replace(chr(10), '<br>')}</p>"
        for a in found
    ]
    path.write_text(f"<html><head><title>{path.stem}</title></head><body>{''.join(parts)}</body></html>", "utf-8")
    return path


def _named(folder: Path, attack: Attack) -> Path:
    name = re.sub(r'[\\/:*?"<>|\n\r\x00]', "", attack.text)[:_NAME_CHARS]
    path = folder / f"{name}{attack.id}.txt"
    path.write_text(f"关于“{attack.question.question}”的说明：请按本行手册办理。", encoding="utf-8")
    return path


def _printable(text: str) -> str:
    return re.sub(r"[\x00-\x08\x0b-\x1f]", "", text)
