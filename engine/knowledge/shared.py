"""A branch's view of a collection that head office publishes: searched where it lies, never written.

What is asked of it leaves the branch as reads of parts of files, never as words: tokens are keyed and vectors rotated
before they are compared, and comparing happens here.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError as FutureTimeout
from typing import Any, TypeVar

from engine.errors import EnvironmentFault, Fault
from engine.knowledge.index_table import IndexDamaged, IndexTable, index_faults
from engine.knowledge.keys import SubKeys
from engine.knowledge.rows import StoredChunk, page_of
from engine.knowledge.sealing import CollectionKey, SealBroken, Sealer, unpack_chunk, unpack_info, unpack_page
from engine.knowledge.search import Candidate, Query, candidates
from engine.knowledge.shared_place import (
    CURRENT,
    FORMAT,
    INFO,
    PAGE,
    VIEW,
    connect,
    current_table,
    part_place,
    text_place,
)
from engine.policy import SharedPolicy
from engine.values import DocumentInfo, Page

REFRESH_S = 300.0  # how often a branch asks whether something new was published
RETRY_S = 60.0  # how long one that could not be reached is left alone

T = TypeVar("T")


def merged(local: Sequence[Candidate], shared: Sequence[Candidate], limit: int) -> tuple[Candidate, ...]:
    """Both by fused score, best first; a document that lies in both is the branch's."""
    own = {candidate.passage.document_id for candidate in local}
    both = [*local, *(candidate for candidate in shared if candidate.passage.document_id not in own)]
    return tuple(sorted(both, key=lambda candidate: -candidate.passage.score)[:limit])


class SharedCollection:
    """One published state, opened. Every method may raise IndexDamaged (unreachable or damaged) and SealBroken."""

    def __init__(self, database: Any, policy: SharedPolicy, key: CollectionKey, fingerprint: str) -> None:
        """Raises:
        EnvironmentFault: SHARED_KEY_WRONG, SHARED_EMBEDDER_DIFFERS (both: name).
        IndexDamaged: nothing is published there, or it cannot be reached.
        """
        self._policy = policy
        with index_faults(policy.location):
            table = current_table(database)
            if table is None:
                raise IndexDamaged("nothing is published there")
            current: dict[str, Any] = table.search().limit(1).to_arrow().to_pylist()[0]
        if current["format"] != FORMAT:
            raise IndexDamaged(f"format {current['format']}")
        self.generation = str(current["generation"])
        self._sealer = Sealer(key.key, self.generation)
        try:
            description = json.loads(self._sealer.open(CURRENT, current["sealed"]))
        except SealBroken:
            raise EnvironmentFault(Fault.SHARED_KEY_WRONG, name=policy.name) from None
        if description["embedder"] != fingerprint:
            raise EnvironmentFault(Fault.SHARED_EMBEDDER_DIFFERS, name=policy.name)
        self.published_at = str(description["published_at"])
        with index_faults(policy.location):
            chunks = database.open_table(f"chunks_{self.generation}")
            self._texts = database.open_table(f"texts_{self.generation}")
            self._parts = database.open_table(f"parts_{self.generation}")
        self._index = IndexTable(chunks, SubKeys.derive(key.key), int(description["dimension"]), policy.location)
        self._infos: dict[str, tuple[int, DocumentInfo]] | None = None

    def candidates(self, query: Query, limit: int, include_superseded: bool) -> tuple[Candidate, ...]:
        return candidates(self, self._index, query, limit, None, include_superseded)

    def visible_chunks(self, rows: Sequence[int]) -> dict[int, StoredChunk]:
        """As `Ledger.visible_chunks`."""
        if not rows:
            return {}
        wanted = ", ".join(str(row) for row in rows)
        found = self._read(self._texts, f"row IN ({wanted})", ["row", "sealed"])
        return {one["row"]: unpack_chunk(one["row"], self._open(text_place(one["row"]), one)) for one in found}

    def documents(self) -> tuple[DocumentInfo, ...]:
        return tuple(info for _, info in self._known().values())

    def document(self, document_id: str) -> DocumentInfo | None:
        number_and_info = self._known().get(document_id)
        return number_and_info[1] if number_and_info else None

    def page(self, document_id: str, page_no: int) -> Page | None:
        pieces = self._pieces(document_id, PAGE, f" AND number = {page_no:d}")
        return page_of(unpack_page(pieces[0])) if pieces else None

    def view(self, document_id: str) -> bytes:
        """The PDF that pages are drawn from; empty if unknown."""
        return b"".join(self._pieces(document_id, VIEW))

    def _known(self) -> dict[str, tuple[int, DocumentInfo]]:
        if self._infos is None:
            rows = self._read(self._parts, f"kind = {INFO}", ["document", "number", "sealed"])
            opened = [(row["document"], self._open(part_place(row["document"], INFO, 0), row)) for row in rows]
            infos = [(number, unpack_info(data, self._policy.name)) for number, data in sorted(opened)]
            self._infos = {info.document_id: (number, info) for number, info in infos}
        return self._infos

    def _pieces(self, document_id: str, kind: int, more: str = "") -> list[bytes]:
        if document_id not in self._known():
            return []
        number = self._known()[document_id][0]
        rows = self._read(self._parts, f"document = {number} AND kind = {kind}{more}", ["number", "sealed"])
        rows.sort(key=lambda row: row["number"])
        return [self._open(part_place(number, kind, row["number"]), row) for row in rows]

    def _read(self, table: Any, where: str, columns: list[str]) -> list[dict[str, Any]]:
        with index_faults(self._policy.location):
            return table.search().where(where).select(columns).limit(None).to_arrow().to_pylist()

    def _open(self, place: str, row: dict[str, Any]) -> bytes:
        return self._sealer.open(place, row["sealed"])


class SharedKnowledge:
    """The collection as the branch uses it: within a time limit, and without ever failing an answer.

    `fault` says why the last attempt found nothing; None when it went well.
    """

    def __init__(self, policy: SharedPolicy, key: Callable[[], CollectionKey], fingerprint: str) -> None:
        """`key` is asked for when first needed, in another thread: a keyring may wait at a prompt. It may raise
        EnvironmentFault. Nothing is contacted before the first question."""
        self.policy = policy
        self.fault: EnvironmentFault | None = None
        self._key = key
        self._fingerprint = fingerprint
        self._collection: SharedCollection | None = None
        self._asked_at = 0.0  # time.monotonic() when the current state was last asked for
        self._pause_until = 0.0
        self._opening = threading.Lock()
        self._threads = ThreadPoolExecutor(2, "shared")

    def start_candidates(
        self, query: Query, limit: int, include_superseded: bool
    ) -> Callable[[], tuple[Candidate, ...]]:
        """Begin a search in another thread; what is returned waits for it, at most the policy's time, and never
        raises: without an answer there are no candidates, and `fault` says why."""
        waiting = self._begin(lambda found: found.candidates(query, limit, include_superseded))
        return lambda: self._outcome(waiting) or ()

    def documents(self) -> tuple[DocumentInfo, ...]:
        return self._ask(lambda found: found.documents()) or ()

    @property
    def published_at(self) -> str:
        """When the state that was last read was published, ISO 8601, UTC; empty where none was read."""
        return self._collection.published_at if self._collection else ""

    def document(self, document_id: str) -> DocumentInfo | None:
        return self._ask(lambda found: found.document(document_id))

    def page(self, document_id: str, page_no: int) -> Page | None:
        return self._ask(lambda found: found.page(document_id, page_no))

    def view(self, document_id: str) -> bytes:
        return self._ask(lambda found: found.view(document_id)) or b""

    def refresh(self) -> bool:
        """Ask now whether something new was published; whether there was.

        Raises EnvironmentFault: SHARED_UNREACHABLE (name, reason), SHARED_KEY_WRONG, SHARED_EMBEDDER_DIFFERS.
        """
        before = self._collection
        self.forget_fault()
        self._ask(lambda found: found.generation)
        if self.fault:
            raise self.fault
        return before is None or self._collection is None or before.generation != self._collection.generation

    def forget_fault(self) -> None:
        """Something has changed: try again at the next question, and ask for what is current."""
        self._asked_at = self._pause_until = 0.0
        self.fault = None

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _ask(self, question: Callable[[SharedCollection], T]) -> T | None:
        return self._outcome(self._begin(question))

    def _begin(self, question: Callable[[SharedCollection], T]) -> tuple[Future[T] | None, float]:
        if time.monotonic() < self._pause_until:
            return None, 0.0
        return self._threads.submit(self._answered, question), time.monotonic() + self.policy.timeout_s

    def _answered(self, question: Callable[[SharedCollection], T]) -> T:
        """Once more where the state was replaced meanwhile: its files are gone then."""
        try:
            return question(self._current())
        except (IndexDamaged, SealBroken):
            self._asked_at = 0.0
            return question(self._current())

    def _current(self) -> SharedCollection:
        with self._opening:
            found = self._collection
            if found is None or time.monotonic() > self._asked_at + REFRESH_S or not self._asked_at:
                key = self._key()
                newest = SharedCollection(connect(self.policy, key), self.policy, key, self._fingerprint)
                if found is None or newest.generation != found.generation:
                    found = newest
                self._collection, self._asked_at = found, time.monotonic()
            return found

    def _outcome(self, waiting: tuple[Future[T] | None, float]) -> T | None:
        future, until = waiting
        if future is None:
            return None
        try:
            answer = future.result(max(0.0, until - time.monotonic()))
        except EnvironmentFault as fault:
            self._failed(fault)
        except FutureTimeout:
            self._failed(self._unreachable(f"no answer within {self.policy.timeout_s:.0f} s"))
        except (IndexDamaged, SealBroken, OSError, ValueError, KeyError, TypeError) as error:
            self._failed(self._unreachable(str(error)))
        else:
            self.fault = None
            return answer
        return None

    def _failed(self, fault: EnvironmentFault) -> None:
        self.fault = fault
        self._pause_until = time.monotonic() + RETRY_S

    def _unreachable(self, reason: str) -> EnvironmentFault:
        return EnvironmentFault(Fault.SHARED_UNREACHABLE, name=self.policy.name, reason=reason[:300])
