"""Plain values that every layer shares. Frozen, picklable, without behaviour that needs other layers.

Coordinates are PDF points (1/72 inch), origin at the top left of the unrotated view of the page as shown.
`page_no` is 1-indexed. `document_id` is the hex SHA-256 of the document's bytes. `chunk_id` is
`document_id:page_no:ordinal`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

BUILTIN_PACK = "builtin"  # the knowledge pack that ships with the program


class Rung(StrEnum):
    """Which step of the evidence ladder a document stands on; searched in this order."""

    BUILTIN = "builtin"
    BRANCH = "branch"
    WEB = "web"


class PageKind(StrEnum):
    """How a page ended in the ledger. A scan without OCR ends as FAILED with reason `scanned_page`."""

    TEXT = "text"
    TABLE = "table"
    OCR = "ocr"
    EMPTY = "empty"
    FAILED = "failed"


class DocumentStatus(StrEnum):
    INDEXED = "indexed"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `[start, end)` of one page's normalized text."""

    page_no: int
    start: int
    end: int


class DocumentFormat(StrEnum):
    """What the bytes of a document are. All but PDF are typeset to a PDF, the document's view, when taken in."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    HTML = "html"
    WEB = "web"  # a page from the web: HTML of which the main text is kept
    MARKDOWN = "md"
    TEXT = "txt"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a page. Its region of the page's text is its rows in order, a line each, cells set apart by a space.

    `rows` hold one `(start, end)` per column, offsets of the page's text; an empty cell has start == end, and a cell
    merged over several columns or rows stands in each of them. The first `header_rows` name the columns; 0 where
    the table begins on an earlier page, or has no header. `edges_pt` are the x of the columns' borders, one more
    than columns, by which the next page's part of a table is known.
    """

    title: str
    header_rows: int
    rows: tuple[tuple[tuple[int, int], ...], ...]
    edges_pt: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The paragraph that begins at offset `start` of the page's text is a heading; level 1 is the outermost."""

    level: int
    start: int


@dataclass(frozen=True, slots=True)
class Page:
    """One parsed page.

    `text` is normalized (NFKC, unified ideographs, no line break inside a CJK sentence). `char_boxes` holds
    little-endian float32 of shape (len(text), 4): x0, y0, x1, y1 in points per character of `text`; a character
    that was inserted (line break) has a zero-area box. `line_starts` are the offsets in `text` where a printed
    line begins, so that rectangles are unions per line.
    """

    page_no: int
    kind: PageKind
    width_pt: float
    height_pt: float
    text: str = ""
    char_boxes: bytes = b""
    line_starts: tuple[int, ...] = ()
    reason: str = ""  # a DocumentFault code when kind is FAILED
    tables: tuple[Table, ...] = ()  # in order; kind is TABLE when there are any
    headings: tuple[Heading, ...] = ()  # where the file itself says so: bookmarks, styles


@dataclass(frozen=True, slots=True)
class PageAccount:
    """How one page of a stored document ended: its kind, its characters, and the reason when it failed."""

    page_no: int
    kind: PageKind
    char_count: int
    reason: str = ""  # a DocumentFault code when kind is FAILED


@dataclass(frozen=True, slots=True)
class Chunk:
    """One stored, searchable piece of a document (one 第X条, one section, one table row).

    `text` begins with its heading path where that helps retrieval (《法名》章 第X条 …); `spans` say where the
    piece itself stands, the first span on `page_no`.
    """

    chunk_id: str
    document_id: str
    page_no: int
    ordinal: int
    text: str
    heading_path: tuple[str, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class WebPage:
    """Where a passage from the web was read. `fetched_at` is ISO 8601, UTC; `site` the host as shown to people."""

    url: str
    site: str
    title: str
    fetched_at: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved chunk. `score` orders passages (fused); `similarity` is the cosine to the question in [-1, 1]."""

    chunk_id: str
    document_id: str
    name: str
    page_no: int
    text: str
    heading_path: tuple[str, ...]
    spans: tuple[Span, ...]
    rung: Rung
    score: float
    similarity: float
    version: str = ""  # ISO date of the document's version, where one is known
    superseded: bool = False  # a newer version of the document is in the library
    web: WebPage | None = None  # on rung WEB


@dataclass(frozen=True, slots=True)
class Citation:
    """A source of an answer. `marker` n stands as [n] in the text; `quote` occurs in the text of page `page_no`."""

    marker: int
    document_id: str
    name: str
    page_no: int
    quote: str
    rung: Rung
    boxes: tuple[Box, ...] = ()
    version: str = ""
    superseded: bool = False
    web: WebPage | None = None


@dataclass(frozen=True, slots=True)
class WebQuery:
    """What would leave the machine: `text`, word for word, to `host`. `masked` are the kinds of personal data that
    were taken out of the question."""

    text: str
    provider: str
    host: str
    masked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WebProvider:
    """A search service that policy allows. With `key_required` it answers only with a key from the keyring."""

    name: str
    host: str
    key_required: bool


@dataclass(frozen=True, slots=True)
class WebState:
    """How the web search stands. It is sent to `provider` only when `allowed` and `switched_on`; `provider` is empty
    where policy allows none. `policy_path` is the administrator's file."""

    allowed: bool
    switched_on: bool
    provider: str
    providers: tuple[WebProvider, ...]
    policy_path: str


@dataclass(frozen=True, slots=True)
class OutboundRequest:
    """One request that left, or was about to leave, this machine. `purpose` is search or page; `query` is the text
    that was sent to the search service, word for word. `status` is HTTP's, 0 without an answer. `outcome` is empty
    while it is under way, "done", or the Fault why nothing came of it. Times are ISO 8601, UTC."""

    at: str
    purpose: str
    method: str
    host: str
    url: str
    query: str
    consented: bool
    status: int = 0
    bytes_in: int = 0
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class PageFailure:
    page_no: int
    reason: str  # a DocumentFault code


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A document as the library shows it."""

    document_id: str
    name: str
    status: DocumentStatus
    rung: Rung
    page_count: int
    chunk_count: int
    size_bytes: int
    added_at: str  # ISO 8601, UTC
    source_path: str
    failures: tuple[PageFailure, ...] = ()
    format: DocumentFormat = DocumentFormat.PDF
    family: str = ""  # what all versions of one document have in common
    version: str = ""  # ISO date, or empty
    superseded_by: str = ""  # the document_id of the newest version, where this one is older
    pack: str = ""  # the knowledge pack it came with; empty for the branch's own
    title: str = ""  # what the document calls itself; its name where it does not


@dataclass(frozen=True, slots=True)
class PageImage:
    """A rendered page. `boxes` are in pixels of this image; `width_pt` is the page's width on paper, in points;
    `text_px` where its text begins and ends across the image, 0 and 0 without any."""

    document_id: str
    page_no: int
    page_count: int
    png: bytes = field(repr=False)
    width_px: int
    height_px: int
    boxes: tuple[Box, ...] = ()
    width_pt: float = 595.0
    text_px: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Hit:
    """A place on a page where a search found its words, with some text before and behind it."""

    span: Span
    before: str
    found: str
    after: str


@dataclass(frozen=True, slots=True)
class Original:
    """The file of a document. `path` is where it still lies with the same bytes; empty where it does not."""

    document_id: str
    name: str
    format: DocumentFormat
    path: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a dialogue; `role` is system, user or assistant."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Timings:
    """How long an answer took. `ttft_s` counts from the question to the first text."""

    retrieval_s: float
    prompt_tokens: int
    ttft_s: float
    decode_tokens: int
    decode_tokens_per_s: float
