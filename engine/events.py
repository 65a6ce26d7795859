"""Events: past facts that long jobs yield, in order. Frozen and picklable. (TextDelta is the one exception in name.)"""

from __future__ import annotations

from dataclasses import dataclass

from engine.proof import Calculation, Claim, Conflict, DraftCheck, LadderStep
from engine.values import Citation, Hit, PageFailure, Passage, Timings, WebQuery

# ---- answering


@dataclass(frozen=True, slots=True)
class ModelLoading:
    """The generator's pack is being loaded; the question waits."""

    pack: str


@dataclass(frozen=True, slots=True)
class ModelLoaded:
    pack: str
    device: str  # "CPU" or "CUDA"
    seconds: float


@dataclass(frozen=True, slots=True)
class QuestionUnderstood:
    """What is searched for: the question itself, or the standalone question that a follow-up was rewritten into.

    With `topic_changed` the earlier turns were left out.
    """

    question: str
    searched: str
    topic_changed: bool = False


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """Best first. May come once more before the first text: then in the order of the markers that the text will use."""

    passages: tuple[Passage, ...]
    retrieval_s: float


@dataclass(frozen=True, slots=True)
class SharedMissed:
    """The collection `name` that head office shares could not be searched; the answer rests on what is on this machine.

    `code` is the Fault that says why.
    """

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class WebSearched:
    """The search service `host` has answered the query that the user allowed; `results` pages are opened now."""

    host: str
    results: int


@dataclass(frozen=True, slots=True)
class WebPageRead:
    """`done` of `total` pages are through. `code` is empty, or the Fault or DocumentFault why this one is left out."""

    url: str
    site: str
    title: str
    done: int
    total: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class WebMissed:
    """The web search gave nothing; the answer rests on what is on this machine. `code` is the Fault that says why."""

    code: str
    details: tuple[tuple[str, str | int | float], ...] = ()


@dataclass(frozen=True, slots=True)
class AuditMissed:
    """What is done and shown could not be written to the audit log yet; `code` is the Fault that says why."""

    code: str


@dataclass(frozen=True, slots=True)
class PromptRead:
    """Prefill progress: `done_tokens` of `total_tokens` of the prompt are read."""

    done_tokens: int
    total_tokens: int


@dataclass(frozen=True, slots=True)
class TextDelta:
    text: str


@dataclass(frozen=True, slots=True)
class GenerationFinished:
    """What the runtime's generator ends with; `stop_reason` is eos, stop_string, max_tokens or context_full.

    Of `drafted_tokens` that were guessed ahead, `accepted_tokens` were what the model chose as well.
    """

    text: str
    stop_reason: str
    prompt_tokens: int
    reused_tokens: int
    decode_tokens: int
    ttft_s: float
    decode_s: float
    drafted_tokens: int = 0
    accepted_tokens: int = 0


@dataclass(frozen=True, slots=True)
class AnswerWritten:
    """The generator has written all; what it wrote is being checked."""


@dataclass(frozen=True, slots=True)
class AnswerFinished:
    """`text` carries markers [n] for `citations` only, ~~figures~~ that no source holds, and a mark behind sentences
    without support; it replaces the deltas.

    `claims` are its sentences in order. `ladder` says for every rung whether it sufficed. `calculation` is what the
    figures come from, or what is still missing for it. `web_query` waits for the user's consent. `unfinished` is what
    the model has written where the limit of tokens cut it off: `AskRequest.continued` goes on from it.
    """

    text: str
    found: bool
    citations: tuple[Citation, ...]
    timings: Timings
    claims: tuple[Claim, ...] = ()
    ladder: tuple[LadderStep, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    calculation: Calculation | None = None
    web_query: WebQuery | None = None
    unfinished: str = ""


# ---- writing


@dataclass(frozen=True, slots=True)
class DraftStarted:
    """A text is being written; `headings` are its sections, empty for those without one."""

    template: str
    title: str
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionStarted:
    """Section `number` of `total` comes next; its text follows."""

    number: int
    total: int
    heading: str


@dataclass(frozen=True, slots=True)
class DraftFinished:
    """`text` replaces the deltas; it carries markers and marks as an answer does. `missing` are the labels of facts
    that the documents do not hold."""

    template: str
    text: str
    citations: tuple[Citation, ...]
    check: DraftCheck
    missing: tuple[str, ...]
    seconds: float


AnswerProgress = (
    QuestionUnderstood
    | ModelLoading
    | ModelLoaded
    | SharedMissed
    | PassagesFound
    | PromptRead
    | TextDelta
    | AnswerWritten
    | WebSearched
    | WebPageRead
    | WebMissed
)
"""What comes before `AnswerFinished`."""


# ---- ingestion


@dataclass(frozen=True, slots=True)
class DocumentStarted:
    """`path` is the key of all later events of this document until its `document_id` is known."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class PageParsed:
    path: str
    page_no: int
    page_count: int


@dataclass(frozen=True, slots=True)
class PageRecognized:
    """A scanned page has been read, or given up. Comes after the `PageParsed` of all pages."""

    path: str
    page_no: int
    page_count: int


@dataclass(frozen=True, slots=True)
class ChunksEmbedded:
    path: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class DocumentIndexed:
    path: str
    document_id: str
    name: str
    pages: int
    chunks: int
    seconds: float
    already_known: bool = False


@dataclass(frozen=True, slots=True)
class DocumentPartiallyIndexed:
    path: str
    document_id: str
    name: str
    pages: int
    chunks: int
    seconds: float
    failures: tuple[PageFailure, ...]


@dataclass(frozen=True, slots=True)
class DocumentFailed:
    """`reason` is a DocumentFault code; `details` what its sentence needs."""

    path: str
    document_id: str
    name: str
    seconds: float
    reason: str
    details: tuple[tuple[str, str | int | float], ...] = ()


@dataclass(frozen=True, slots=True)
class PathSurveyed:
    """What a dropped path means: a file is itself, a folder comes with some of its documents each time, with none at
    its end."""

    path: str
    files: tuple[str, ...]
    is_folder: bool


@dataclass(frozen=True, slots=True)
class DocumentRemoved:
    document_id: str
    name: str


@dataclass(frozen=True, slots=True)
class FolderSynced:
    """A watched folder and the library are in step but for `failed` files and `waiting` ones, still being written."""

    path: str
    added: int
    changed: int
    removed: int
    failed: int
    waiting: int


@dataclass(frozen=True, slots=True)
class FolderUnreachable:
    """A watched folder is not there or empty, as that of a drive that is not connected; nothing was removed."""

    path: str


@dataclass(frozen=True, slots=True)
class IndexRebuilding:
    """The derived index is being made again: `done` of `total` chunks are in it."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class IndexRebuilt:
    """The derived index was damaged or missing and was made again from the ledger."""

    chunks: int
    seconds: float


@dataclass(frozen=True, slots=True)
class KnowledgePackInstalled:
    """All documents of a knowledge pack are in the library, and those of its older version are gone."""

    pack: str
    version: str
    documents: int
    seconds: float


@dataclass(frozen=True, slots=True)
class KnowledgePackRemoved:
    pack: str


# ---- packs


@dataclass(frozen=True, slots=True)
class PackProgress:
    """`step` is download, verify, convert or finish; done and total are bytes."""

    pack: str
    step: str
    done_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class PackBuilt:
    pack: str
    path: str
    size_bytes: int
    seconds: float


# ---- search in a document


@dataclass(frozen=True, slots=True)
class HitsFound:
    """The hits of the pages up to `pages_read` since the last of these events, in order."""

    hits: tuple[Hit, ...]
    pages_read: int
    page_count: int


@dataclass(frozen=True, slots=True)
class HitsCounted:
    """The search has ended; `more` when it stopped because there are more than it counts."""

    hits: int
    more: bool = False


# ---- jobs


@dataclass(frozen=True, slots=True)
class JobCancelled:
    pass


@dataclass(frozen=True, slots=True)
class JobFailed:
    """Last event of a failed job. `error` is a JinpanError or any other exception (then it is our bug)."""

    error: Exception
    traceback: str = ""
