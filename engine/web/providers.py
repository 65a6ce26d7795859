"""Search services behind one Protocol. They build requests and read answers; sending is `transport`'s business.

Sources: SearXNG's search API (docs.searxng.org, dev/search_api; JSON must be enabled in settings.yml, search.formats);
Bocha's Web Search API (open.bocha.cn); Zhipu's 网络搜索 (docs.bigmodel.cn, POST /paas/v4/web_search). The protocols
are tested against local servers that speak them; the live services are not.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol, cast
from urllib.parse import urlencode, urlsplit

from engine.errors import EnvironmentFault, Fault
from engine.policy import WebPolicy
from engine.web.permit import HOSTS

QUERY_LIMIT_CHARS = 70  # what Zhipu takes; the others take more
_MAX_TITLE_CHARS = 200
_MAX_URL_CHARS = 2000


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """`body` None: GET."""

    url: str
    headers: dict[str, str]
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page that the service names; unchecked but for its kind: `untrusted` until `fetch` has opened it."""

    untrusted_url: str
    untrusted_title: str


class SearchProvider(Protocol):
    """One search service."""

    @property
    def host(self) -> str: ...

    def request(self, query: str, key: str, count: int) -> SearchRequest:
        """What is to be sent for `query`, which goes out as it is."""
        ...

    def results(self, body: bytes) -> list[SearchResult]:
        """The results in an answer with status 200. Raises EnvironmentFault WEB_ANSWER_INVALID and what it says."""
        ...


class SearXNG:
    """The bank's own meta search engine; no key."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self.host = urlsplit(url).hostname or ""

    def request(self, query: str, key: str, count: int) -> SearchRequest:
        parameters = {"q": query, "format": "json", "language": "zh-CN", "safesearch": "1"}
        return SearchRequest(f"{self._url}/search?{urlencode(parameters)}", {"Accept": "application/json"})

    def results(self, body: bytes) -> list[SearchResult]:
        return _results(_object(body, self.host), ("results",), "url", "title", self.host)


class Bocha:
    """博查 Web Search API."""

    def __init__(self, url: str = f"https://{HOSTS['bocha']}/v1/web-search") -> None:
        self._url = url
        self.host = urlsplit(url).hostname or ""

    def request(self, query: str, key: str, count: int) -> SearchRequest:
        body = {"query": query, "freshness": "noLimit", "summary": False, "count": count}
        return SearchRequest(self._url, _with_key(key), json.dumps(body, ensure_ascii=False).encode())

    def results(self, body: bytes) -> list[SearchResult]:
        answer = _object(body, self.host)
        code = str(answer.get("code", "200"))
        if code != "200":  # errors come with HTTP's status as a rule, and with 200 at times
            raise status_fault(int(code) if code.isdecimal() and len(code) == 3 else 0, self.host)
        return _results(answer, ("data", "webPages", "value"), "url", "name", self.host)


class Zhipu:
    """智谱 网络搜索."""

    def __init__(self, url: str = f"https://{HOSTS['zhipu']}/api/paas/v4/web_search") -> None:
        self._url = url
        self.host = urlsplit(url).hostname or ""

    def request(self, query: str, key: str, count: int) -> SearchRequest:
        body = {"search_query": query, "search_engine": "search_std", "search_intent": False, "count": count}
        return SearchRequest(self._url, _with_key(key), json.dumps(body, ensure_ascii=False).encode())

    def results(self, body: bytes) -> list[SearchResult]:
        return _results(_object(body, self.host), ("search_result",), "link", "title", self.host)


def open_provider(name: str, policy: WebPolicy) -> SearchProvider:
    """By its name in `WEB_PROVIDERS`."""
    match name:
        case "searxng":
            return SearXNG(policy.searxng_url)
        case "bocha":
            return Bocha()
        case _:
            return Zhipu()


def status_fault(status: int, host: str) -> EnvironmentFault:
    """What an HTTP status other than 200 means; 403 is also an empty balance, 402 always."""
    codes = {401: Fault.WEB_KEY_REFUSED, 402: Fault.WEB_KEY_REFUSED, 403: Fault.WEB_KEY_REFUSED, 429: Fault.WEB_BUSY}
    known = Fault.WEB_REDIRECTED if 300 <= status < 400 else codes.get(status, Fault.WEB_FAILED)
    return EnvironmentFault(known, host=host, status=status)


def _with_key(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Accept": "application/json"}


def _object(body: bytes, host: str) -> dict[str, Any]:
    try:
        untrusted: object = json.loads(body)
    except (ValueError, RecursionError):
        raise EnvironmentFault(Fault.WEB_ANSWER_INVALID, host=host, reason="not JSON") from None
    if not isinstance(untrusted, dict):
        raise EnvironmentFault(Fault.WEB_ANSWER_INVALID, host=host, reason="not an object")
    return cast("dict[str, Any]", untrusted)


def _results(answer: dict[str, Any], path: tuple[str, ...], url: str, title: str, host: str) -> list[SearchResult]:
    """The list at `path`; entries that are not of the protocol are left out. A null in the path means no results."""
    untrusted: object = answer
    for name in path:
        if not isinstance(untrusted, dict) or name not in untrusted:
            raise EnvironmentFault(Fault.WEB_ANSWER_INVALID, host=host, reason=f"no {name}")
        untrusted = cast("dict[str, object]", untrusted)[name]
        if untrusted is None:
            return []
    if not isinstance(untrusted, list):
        raise EnvironmentFault(Fault.WEB_ANSWER_INVALID, host=host, reason=f"{path[-1]} is no list")
    found: list[SearchResult] = []
    for entry in cast("list[object]", untrusted):
        if not isinstance(entry, dict):
            continue
        values = cast("dict[str, object]", entry)
        link, words = values.get(url), values.get(title)
        if isinstance(link, str) and 0 < len(link) <= _MAX_URL_CHARS:
            found.append(SearchResult(_printable(link), _printable(words)[:_MAX_TITLE_CHARS]))
    return found


def _printable(untrusted: object) -> str:
    """Without control characters and those that turn the direction of writing; empty for what is no text."""
    return "".join(filter(str.isprintable, untrusted)) if isinstance(untrusted, str) else ""
