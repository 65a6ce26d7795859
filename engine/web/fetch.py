"""A page of the web as bytes: which addresses may be asked for, and redirects, each checked like the first."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Fault
from engine.values import DocumentFormat
from engine.web.permit import Permit
from engine.web.transport import Transport, WebRequest

_MOST_REDIRECTS = 4
_TYPES = {
    "text/html": DocumentFormat.WEB,
    "application/xhtml+xml": DocumentFormat.WEB,
    "text/plain": DocumentFormat.TEXT,
    "application/pdf": DocumentFormat.PDF,
}
_PORTS = {"http": 80, "https": 443}
_UNQUOTED = "/%:@!$&'()*+,;=~-._?"


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """`url` is where it was found in the end, after redirects; `site` its host without a leading www."""

    url: str
    site: str
    format: DocumentFormat
    untrusted_data: bytes = field(repr=False)


def fetch(untrusted_url: str, permit: Permit, transport: Transport, cancel: CancelToken) -> FetchedPage:
    """Get one page.

    Raises what `Transport.exchange` raises; EnvironmentFault WEB_SITE_BLOCKED (host), WEB_REDIRECTED and WEB_FAILED
    (host, status), WEB_ANSWER_INVALID (host, reason) for what is no address of a page.
    """
    policy = permit.policy
    url = page_url(untrusted_url, permit)
    seen: set[str] = set()
    while True:
        host = urlsplit(url).hostname or ""
        named = host in policy.intranet_hosts
        headers = {"Accept": ", ".join(_TYPES), "Accept-Language": "zh-CN,zh;q=0.9"}
        request = WebRequest(
            permit, "page", url, policy.page_timeout_s, policy.page_limit_bytes, headers, None, tuple(_TYPES), named
        )
        answer = transport.exchange(request, cancel)
        if answer.status == 200:
            site = host.removeprefix("www.")
            return FetchedPage(url, site, _TYPES[answer.content_type], answer.untrusted_body)
        if answer.status not in (301, 302, 303, 307, 308):
            raise EnvironmentFault(Fault.WEB_FAILED, host=host, status=answer.status)
        seen.add(url)
        url = page_url(urljoin(url, answer.untrusted_location), permit)
        if url in seen or len(seen) > _MOST_REDIRECTS:
            raise EnvironmentFault(Fault.WEB_REDIRECTED, host=host, status=answer.status)


def page_url(untrusted_url: str, permit: Permit) -> str:
    """The address as it is asked for: host in ASCII, no fragment, https unless policy allows http.

    Raises EnvironmentFault: WEB_ANSWER_INVALID (host, reason) for what is no http address, holds a user's name, or
    names a port other than its scheme's on a host that policy does not name; WEB_SITE_BLOCKED (host).
    """
    policy = permit.policy
    try:
        parts = urlsplit(untrusted_url.strip())
        host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii").lower()
        port = parts.port
    except ValueError:  # UnicodeError is one
        raise EnvironmentFault(Fault.WEB_ANSWER_INVALID, host="?", reason="no address of a page") from None
    plain = parts.scheme in _PORTS and host and parts.username is None and parts.password is None
    if not plain or (port not in (None, _PORTS.get(parts.scheme)) and host not in policy.intranet_hosts):
        raise EnvironmentFault(Fault.WEB_ANSWER_INVALID, host=host[:100] or "?", reason="no address of a page")
    if not permit.allows_site(host):
        raise EnvironmentFault(Fault.WEB_SITE_BLOCKED, host=host)
    scheme = parts.scheme if policy.allow_http else "https"
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port in (None, _PORTS[parts.scheme]) else f"{shown}:{port}"
    path, query = quote(parts.path or "/", safe=_UNQUOTED), quote(parts.query, safe=_UNQUOTED)
    return urlunsplit((scheme, netloc, path, query, ""))
