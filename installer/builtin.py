"""Makes the built-in knowledge pack: typesets assets/knowledge/*.toml to one PDF, one entry a page, so that it opens
and is cited like any document, and signs it.

usage: python installer/builtin.py     needs what installer/samples.py needs, the engine and the embedder's pack

The signature tells a damaged pack from a whole one. Each run signs with a new key and writes its public half beside
the pack; the private half is kept nowhere.
"""

from __future__ import annotations

import sys
import tempfile
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pymupdf

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from samples import ACCENT, BOTTOM, LEFT, PAGE, RIGHT, SOFT, TOP, Sheet, draw_remark, font

from engine.cancel import CancelToken
from engine.ingestion.knowledge_packs import signed_pack
from engine.ingestion.pipeline import Ingestor
from engine.knowledge.pack_file import ENTRIES, SUFFIX, make_manifest
from engine.knowledge.signing import Signer
from engine.knowledge.store import KnowledgeBase
from engine.runtime.embedder import Embedder
from engine.runtime.pack import find_pack
from engine.settings import DEFAULT_EMBEDDER, ParserLimits, load_settings
from engine.values import BUILTIN_PACK

FOLDER = Path(__file__).resolve().parents[1] / "assets" / "knowledge"
FOOT = "智海-金磐网点助手 · 内置知识"
TITLE = "内置知识：零售银行业务"
PUBLISHER = "智海-金磐网点助手"


def build() -> Path:
    """Write the pack and its public key; returns the pack's path."""
    signer = Signer.new()
    topics = [tomllib.loads(source.read_text(encoding="utf-8")) for source in sorted(FOLDER.glob("*.toml"))]
    with tempfile.TemporaryDirectory() as folder:
        document = typeset(topics, Path(folder) / TITLE)
        version = f"{datetime.now(UTC):%Y.%m.%d}".replace(".0", ".")
        manifest, contents = make_manifest(BUILTIN_PACK, TITLE, version, PUBLISHER, [document], ENTRIES)
        path = FOLDER / f"{BUILTIN_PACK}{SUFFIX}"
        embedder = Embedder.open(find_pack(DEFAULT_EMBEDDER, load_settings().pack_folders))
        with tempfile.TemporaryDirectory() as home, _scratch(Path(home), embedder.fingerprint) as knowledge:
            ingestor = Ingestor(knowledge, embedder, ParserLimits())
            for _ in signed_pack(manifest, contents, path, signer, ingestor, CancelToken()):
                pass
    path.with_suffix(".key").write_text(signer.public_key + "\n", encoding="ascii")
    return path


def _scratch(folder: Path, fingerprint: str) -> KnowledgeBase:
    (folder / "passphrase").write_text("scratch\n", encoding="ascii")
    return KnowledgeBase.open(folder, embedder_fingerprint=fingerprint, passphrase_file=folder / "passphrase")


def typeset(topics: Sequence[dict[str, Any]], path: Path) -> Path:
    """Write the PDF and return its path. One document, because its fonts are most of it."""
    entries = [entry for topic in topics for entry in topic["entry"]]
    titles = "".join(topic["title"] for topic in topics)
    words = "".join("".join(entry.values()) for entry in entries)
    characters = f"{FOOT}依据：核对于（）使用前请核对现行文件{titles}{words}"
    sheet = Sheet(font("Regular", characters), font("Bold", characters))
    bookmarks: list[tuple[int, str, int]] = []
    for topic in topics:
        bookmarks.append((1, topic["title"], sheet.document.page_count + 1))
        for entry in topic["entry"]:
            _draw_entry(sheet, entry)
            _draw_foot(sheet, topic["title"])
            bookmarks.append((2, entry["name"].strip(), sheet.document.page_count))
    sheet.document.set_toc(bookmarks)
    sheet.document.set_metadata({"title": TITLE, "author": "", "producer": "", "creator": ""})
    sheet.document.save(path, garbage=4, deflate=True, deflate_fonts=True, no_new_id=True)
    return path


def _draw_entry(sheet: Sheet, entry: dict[str, str]) -> None:
    sheet.document.new_page(width=PAGE.width, height=PAGE.height)
    sheet.y = TOP
    sheet.paragraph(entry["name"].strip(), 19, sheet.bold, 30)
    sheet.y += 12
    for paragraph in entry["text"].strip().splitlines():
        sheet.paragraph(paragraph, 11, sheet.regular, 20, indent=22)
    sheet.y += 14
    held = f"核对于{entry['checked']}" if "checked" in entry else "使用前请核对现行文件"
    draw_remark(sheet, f"依据：{entry['basis'].strip()}（{held}）")


def _draw_foot(sheet: Sheet, topic: str) -> None:
    page = sheet.document[-1]
    writer = pymupdf.TextWriter(PAGE, color=SOFT)
    foot = f"{FOOT} · {topic} · {sheet.document.page_count}"
    writer.append(((PAGE.width - sheet.regular.text_length(foot, 8.5)) / 2, 806), foot, sheet.regular, 8.5)
    writer.write_text(page)
    page.draw_line((LEFT, BOTTOM + 20), (RIGHT, BOTTOM + 20), color=ACCENT, width=0.4)


if __name__ == "__main__":
    built = build()
    print(f"{built.name}: {built.stat().st_size // 1024} KB")
