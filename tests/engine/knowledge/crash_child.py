"""Adds and removes documents until it is killed; says on stdout what has been acknowledged. Run by test_crash.py."""

from __future__ import annotations

import hashlib
import random
import sys
from pathlib import Path

import numpy as np

from engine.knowledge import keys
from engine.knowledge.store import KnowledgeBase, NewDocument
from engine.values import Chunk, Page, PageKind, Rung, Span

CHUNKS = 6
DIMENSION = 32


def numbered_document(number: int) -> NewDocument:
    texts = [f"第{number}号文件第{i}条：限额为{number * 100 + i}元。" for i in range(CHUNKS)]
    text = "\n".join(texts)
    document_id = hashlib.sha256(text.encode()).hexdigest()
    vectors = np.random.default_rng(number).standard_normal((CHUNKS, DIMENSION)).astype(np.float32)
    chunks = [Chunk(f"{document_id}:1:{i}", document_id, 1, i, t, (), (Span(1, 0, 1),)) for i, t in enumerate(texts)]
    page = Page(1, PageKind.TEXT, 595.0, 842.0, text, np.zeros((len(text), 4), "<f4").tobytes(), (0,))
    return NewDocument(
        document_id=document_id,
        name=f"{number}.pdf",
        title="",
        source_path="",
        rung=Rung.BRANCH,
        original=text.encode() * 50,
        pages=(page,),
        chunks=chunks,
        vectors=vectors / np.linalg.norm(vectors, axis=1, keepdims=True),
    )


def main(home: Path, passphrase_file: Path, first: int) -> None:
    keys._SCRYPT_N = 2**10
    chance = random.Random(first)
    with KnowledgeBase.open(home, embedder_fingerprint="e", passphrase_file=passphrase_file) as knowledge:
        list(knowledge.prepare())
        present = [int(info.name.partition(".")[0]) for info in knowledge.documents()]
        print("ready", flush=True)
        for number in range(first, first + 10_000):
            knowledge.add_document(numbered_document(number))
            print("added", number, flush=True)
            present.append(number)
            if chance.random() < 0.4:
                gone = present.pop(chance.randrange(len(present)))
                print("removing", gone, flush=True)
                knowledge.remove(numbered_document(gone).document_id)
                print("removed", gone, flush=True)
            if chance.random() < 0.2:
                knowledge.compact()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
