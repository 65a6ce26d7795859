"""The last rung of the evidence ladder: one query that the user has seen and allowed, and the pages that it finds."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from threading import Semaphore
from typing import TYPE_CHECKING

from engine.cancel import CancelToken
from engine.errors import DocumentRejected, EnvironmentFault, Fault, Rejection, RequestRejected
from engine.events import WebPageRead, WebSearched
from engine.knowledge.search import Query
from engine.privacy import find
from engine.values import Passage, Rung, WebPage, WebQuery
from engine.web.fetch import FetchedPage, fetch
from engine.web.permit import Permit
from engine.web.providers import QUERY_LIMIT_CHARS, SearchResult, open_provider, status_fault
from engine.web.ranking import PassageEmbedder, best_passages
from engine.web.reading import ReadPage, read_page
from engine.web.transport import Resolver, Transport, WebRequest, resolve

if TYPE_CHECKING:
    from engine.knowledge.store import KnowledgeBase

_ANSWER_LIMIT_BYTES = 2 << 20  # of a search service; ten results take some 50 KB
_FETCHED_AT_ONCE = 4
_PARSED_AT_ONCE = 2  # children, which take a core each
_MOST_FROM_A_PAGE = 200  # chunks of one page that are looked at


class WebSearch:
    """Cannot be made without a `Permit`. `query` is `Retriever.query`: what a question is searched with."""

    def __init__(
        self,
        permit: Permit,
        knowledge: KnowledgeBase,
        embedder: PassageEmbedder,
        query: Callable[[str], Query],
        resolver: Resolver = resolve,
    ) -> None:
        """Raises EnvironmentFault WEB_UNTRUSTED (host, reason) when policy's `ca_file` cannot be used."""
        self._permit = permit
        self._knowledge = knowledge
        self._embedder = embedder
        self._query = query
        self._provider = open_provider(permit.provider.name, permit.policy)
        self._transport = Transport(permit, knowledge.outbound, resolver)
        self._parsing = Semaphore(_PARSED_AT_ONCE)

    def search(
        self, query_text: str, question: str, k: int, cancel: CancelToken
    ) -> Generator[WebSearched | WebPageRead, None, tuple[Passage, ...]]:
        """Send `query_text` as it is, open what it finds, and return the `k` passages that answer `question` best.

        Raises RequestRejected as `check_query`; Cancelled; EnvironmentFault: WEB_KEY_MISSING (provider, host),
        WEB_KEYRING_UNUSABLE (reason), WEB_KEY_REFUSED, WEB_BUSY, WEB_FAILED, WEB_REDIRECTED (host, status),
        WEB_NOTHING_FOUND (host), WEB_PAGES_UNREADABLE (pages), and what `Transport.exchange` raises.
        """
        check_query(query_text)
        results = self._results(query_text, cancel)
        yield WebSearched(self._provider.host, len(results))
        passages = yield from self._passages(results, cancel)
        if not passages:
            raise EnvironmentFault(Fault.WEB_PAGES_UNREADABLE, pages=len(results))
        return best_passages(question, self._query(question), passages, self._embedder, k, cancel)

    def _results(self, query_text: str, cancel: CancelToken) -> list[SearchResult]:
        policy, provider = self._permit.policy, self._provider
        asked = provider.request(query_text, self._key(), policy.results * 2)  # some of them will not open
        own = self._permit.provider.name == "searxng"  # the one host that policy names by its whole address
        request = WebRequest(
            self._permit,
            "search",
            asked.url,
            policy.search_timeout_s,
            _ANSWER_LIMIT_BYTES,
            asked.headers,
            asked.body,
            any_address=own,
            query=query_text,
        )
        answer = self._transport.exchange(request, cancel)
        if answer.status != 200:
            raise status_fault(answer.status, provider.host)
        results = list({result.untrusted_url: result for result in provider.results(answer.untrusted_body)}.values())
        if not results:
            raise EnvironmentFault(Fault.WEB_NOTHING_FOUND, host=provider.host)
        return results[: policy.results]

    def _key(self) -> str:
        known = self._permit.provider
        if not known.key_required:
            return ""
        from engine.knowledge.keyrings import web_key

        key = web_key(known.host)
        if key is None:
            raise EnvironmentFault(Fault.WEB_KEY_MISSING, provider=known.name, host=known.host)
        return key

    def _passages(
        self, results: Sequence[SearchResult], cancel: CancelToken
    ) -> Generator[WebPageRead, None, list[Passage]]:
        """Fetched and parsed side by side, reported as they come; a page that fails is left out."""
        found: dict[str, Passage] = {}
        with ThreadPoolExecutor(_FETCHED_AT_ONCE, "web page") as threads:
            under_way = {threads.submit(self._read, result, cancel): result for result in results}
            for done, future in enumerate(as_completed(under_way), 1):
                cancel.raise_if_cancelled()
                result = under_way[future]
                web, code = WebPage(result.untrusted_url, "", result.untrusted_title, ""), ""
                try:
                    fetched, read = future.result()
                    web = self._keep(fetched, read)
                    found.update((passage.text, passage) for passage in _passages_of(read, web))
                except (DocumentRejected, EnvironmentFault) as error:
                    if error.code == Fault.DISK_FULL:
                        raise
                    code = str(error.code)
                yield WebPageRead(web.url, web.site, web.title, done, len(results), code)
        return list(found.values())

    def _read(self, result: SearchResult, cancel: CancelToken) -> tuple[FetchedPage, ReadPage]:
        fetched = fetch(result.untrusted_url, self._permit, self._transport, cancel)
        with self._parsing:
            return fetched, read_page(fetched, result.untrusted_title, cancel)

    def _keep(self, fetched: FetchedPage, read: ReadPage) -> WebPage:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        web = WebPage(fetched.url, fetched.site, read.title, at)
        snapshots = self._knowledge.web_snapshots
        snapshots.keep(read.document_id, fetched.untrusted_data, read.view, read.format, read.pages, web)
        return web


def _passages_of(read: ReadPage, web: WebPage) -> list[Passage]:
    return [
        Passage(
            chunk.chunk_id,
            read.document_id,
            web.title,
            chunk.page_no,
            chunk.text,
            chunk.heading_path,
            chunk.spans,
            Rung.WEB,
            0.0,
            0.0,
            web=web,
        )
        for chunk in read.chunks[:_MOST_FROM_A_PAGE]
    ]


def proposal(question: str, permit: Permit) -> WebQuery | None:
    """What would be sent for a question that stands alone: personal data taken out, shortened; None when nothing is
    left to ask."""
    found = find(question)
    text = question
    for data in reversed(found):
        text = f"{text[: data.start]} {text[data.end :]}"
    text = _shortened(" ".join(text.split()))
    if find(text) or not any(char.isalnum() for char in text):
        return None
    kinds = tuple(dict.fromkeys(str(data.kind) for data in found))
    return WebQuery(text, permit.provider.name, permit.provider.host, kinds)


def check_query(text: str) -> None:
    """What the user allowed may be sent as it is.

    Raises RequestRejected: QUESTION_EMPTY, WEB_QUERY_TOO_LONG (limit, length), WEB_QUERY_PERSONAL (kinds).
    """
    if not any(char.isalnum() for char in text):
        raise RequestRejected(Rejection.QUESTION_EMPTY)
    if len(text) > QUERY_LIMIT_CHARS:
        raise RequestRejected(Rejection.WEB_QUERY_TOO_LONG, limit=QUERY_LIMIT_CHARS, length=len(text))
    if personal := find(text):
        kinds = ",".join(dict.fromkeys(str(data.kind) for data in personal))
        raise RequestRejected(Rejection.WEB_QUERY_PERSONAL, kinds=kinds)


def _shortened(text: str) -> str:
    """At most `QUERY_LIMIT_CHARS`, cut at the last mark or blank in the second half where there is one."""
    if len(text) <= QUERY_LIMIT_CHARS:
        return text
    cut = text[:QUERY_LIMIT_CHARS]
    ends = [i for i, char in enumerate(cut) if char in "。！？；，、,.!?; " and i >= QUERY_LIMIT_CHARS // 2]
    return cut[: ends[-1]] if ends else cut
