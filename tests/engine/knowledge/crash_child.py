"""Works on a home until it is killed, and says on its output what it begins and what is done.

`operations` is the one generator of work for every crash test: ingest, replace, delete (one and several), compaction,
packs installed and removed; documents share families, so that versions supersede one another all the time. What an
operation does to the home's contents is said twice: by `perform` on a knowledge base, and by `outcome` on a plain dict.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from engine.knowledge import keys
from engine.knowledge.pack_records import PackRecord
from engine.knowledge.store import KnowledgeBase, NewDocument
from engine.values import Chunk, Page, PageKind, Rung, Span

CHUNKS = 4
DIMENSION = 32
FAMILIES = 5
KEPT = 14  # documents, about

State = dict[str, list[Any]]  # a document's number -> [generation, pack]
Operation = dict[str, Any]
Say = Callable[[dict[str, Any]], None]


def numbered_document(number: int, generation: int = 0, pack: str = "") -> NewDocument:
    texts = [f"第{number}号文件第{i}条：限额为{number * 100 + i}元。" for i in range(CHUNKS)]
    text = "\n".join(texts)
    original = text.encode() * 50
    document_id = hashlib.sha256(original).hexdigest()
    vectors = np.random.default_rng(number).standard_normal((CHUNKS, DIMENSION)).astype(np.float32)
    chunks = [Chunk(f"{document_id}:1:{i}", document_id, 1, i, t, (), (Span(1, 0, 1),)) for i, t in enumerate(texts)]
    page = Page(1, PageKind.TEXT, 595.0, 842.0, text, np.zeros((len(text), 4), "<f4").tobytes(), (0,))
    return NewDocument(
        document_id=document_id,
        name=f"{number} {generation}.pdf",
        title="",
        source_path="",
        rung=Rung.BUILTIN if pack else Rung.BRANCH,
        original=original,
        pages=(page,),
        chunks=chunks,
        vectors=vectors / np.linalg.norm(vectors, axis=1, keepdims=True),
        view=text.encode() * 10,
        family=f"规定{number % FAMILIES}",
        version=date.fromordinal(700_000 + number).isoformat(),
        pack=pack,
    )


# ---- the work


def operations(chance: random.Random, state: State, first: int) -> Iterator[Operation]:
    """Endless; `state` is to be kept in step by the caller. New documents are numbered from `first`."""
    number = first
    while True:
        own = [int(key) for key, (_, pack) in state.items() if not pack]
        kinds = ["ingest"] * 6 + ["compaction"] + ["pack install"] * 2
        kinds += (["replace"] * 3 + ["delete"] * (2 if len(own) < KEPT else 9)) if len(own) > 3 else []
        kinds += ["pack removal"] * any(pack for _, pack in state.values())
        kind = chance.choice(kinds)
        operation: Operation = {"kind": kind, "numbers": [], "generation": 0, "pack": ""}
        if kind == "ingest":
            operation["numbers"] = [number]
        elif kind == "replace":
            operation["numbers"] = [chance.choice(own)]
            operation["generation"] = state[str(operation["numbers"][0])][0] + 1
        elif kind == "delete":
            operation["numbers"] = chance.sample(own, chance.choice((1, 1, 3)))
        elif kind.startswith("pack"):
            operation["pack"] = "head-office"
            operation["numbers"] = [number, number + 1] if kind == "pack install" else []
        number += 2
        yield operation


def outcome(state: State, operation: Operation) -> State:
    """The home's contents after an operation."""
    kind, numbers, pack = operation["kind"], [str(n) for n in operation["numbers"]], operation["pack"]
    if kind == "delete":
        return {key: value for key, value in state.items() if key not in numbers}
    kept = {key: value for key, value in state.items() if not pack or value[1] != pack}
    return kept | {key: [operation["generation"], pack] for key in numbers}


def perform(knowledge: KnowledgeBase, operation: Operation) -> None:
    kind, pack = operation["kind"], operation["pack"]
    documents = [numbered_document(n, operation["generation"], pack) for n in operation["numbers"]]
    ids = [document.document_id for document in documents]
    if kind in ("ingest", "replace"):
        knowledge.add_document(documents[0])
    elif kind == "delete":
        knowledge.remove_all(ids)
    elif kind == "compaction":
        knowledge.compact()
    elif kind == "pack install":
        for document in documents:
            knowledge.stage(document)
        knowledge.switch_on(PackRecord(pack, "总行知识", "1", "总行", "0" * 64), ids)
    elif kind == "pack removal":
        knowledge.switch_off(pack)


# ---- what the home holds


def read_state(knowledge: KnowledgeBase) -> State:
    """What the home holds; raises AssertionError where it contradicts itself."""
    list(knowledge.prepare())
    documents = knowledge.documents()
    state: State = {}
    for info in documents:
        number, generation = info.name.removesuffix(".pdf").split()
        assert number not in state, f"doubled: {info.name}"
        state[number] = [int(generation), info.pack]
        made = numbered_document(int(number))
        assert info.document_id == made.document_id
        assert knowledge.page(info.document_id, 1).text == made.pages[0].text, f"half: {info.name}"
        assert knowledge.original(info.document_id) == made.original, f"half: {info.name}"
        assert knowledge.view(info.document_id) == made.view, f"half: {info.name}"
    counts = knowledge._ledger.chunk_counts()
    assert sorted(counts.values()) == [CHUNKS] * len(documents), "half: chunks in the ledger"
    assert counts == (knowledge._keeper.index.chunk_counts() if knowledge._keeper.index else {}), "index out of step"
    assert knowledge._ledger.hidden_numbers() == [], "a removal was not finished"
    _check_versions(knowledge, state)
    _check_search(knowledge, state)
    return state


def _check_versions(knowledge: KnowledgeBase, state: State) -> None:
    newest = {int(key) % FAMILIES: key for key in sorted(state, key=int)}
    for info in knowledge.documents():
        number = info.name.split()[0]
        current = newest[int(number) % FAMILIES]
        expected = "" if current == number else numbered_document(int(current)).document_id
        assert info.superseded_by == expected, f"superseded by another: {info.name}"


def _check_search(knowledge: KnowledgeBase, state: State) -> None:
    if not state:
        return
    vector = numbered_document(int(next(iter(state)))).vectors[0]
    found = knowledge.search("限额", vector, 10_000, include_superseded=True)
    expected = {numbered_document(int(key)).document_id for key in state}
    assert {passage.document_id for passage in found} == expected, "found is not what is there"
    assert len(found) == CHUNKS * len(state), "a chunk is found twice or not at all"
    current = {info.document_id for info in knowledge.documents() if not info.superseded_by}
    assert {passage.document_id for passage in knowledge.search("限额", vector, 10_000)} == current


# ---- both sides of the pipe


def work(home: Path, passphrase_file: Path, first: int, say: Say) -> None:
    """Open, check and go on working until killed."""
    keys._SCRYPT_N = 2**10
    with KnowledgeBase.open(home, embedder_fingerprint="e", passphrase_file=passphrase_file) as knowledge:
        try:
            state = read_state(knowledge)
        except AssertionError as error:
            say({"wrong": str(error)})
            return
        say({"checked": state})
        chance = random.Random(first)
        for operation in operations(chance, state, first):
            say({"begin": operation})
            perform(knowledge, operation)
            say({"done": operation["kind"]})
            after = outcome(state, operation)
            state.clear()
            state.update(after)


class Account:
    """What the home may hold, told by what the child said before it was killed."""

    def __init__(self, possible: list[State] | None = None) -> None:
        self.possible: list[State] = possible or [{}]
        self.acknowledged = 0
        self.under_way = "opening"

    def note(self, said: dict[str, Any]) -> None:
        """Raises AssertionError: the home holds something else than what was acknowledged."""
        assert "wrong" not in said, said["wrong"]
        if "checked" in said:
            state = said["checked"]
            assert state in self.possible, f"acknowledged {self.possible}, found {state}"
            self.possible, self.under_way = [state], "between two operations"
        elif "begin" in said:
            operation = said["begin"]
            self.possible = [self.possible[0], outcome(self.possible[0], operation)]
            self.under_way = operation["kind"]
        elif "done" in said:
            self.possible, self.under_way = self.possible[-1:], "between two operations"
            self.acknowledged += 1


if __name__ == "__main__":
    work(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), lambda said: print(json.dumps(said), flush=True))
