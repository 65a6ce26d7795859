"""What the bank's IT allows on this machine, read from one file that only an administrator can write.

Linux: /etc/jinpan/policy.toml; Windows: policy.toml in the folder Jinpan of the program files. No setting and no
environment variable points anywhere else. Without the file nothing is allowed: the product stays on this machine.
"""

from __future__ import annotations

import ipaddress
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import SplitResult, urlsplit

from engine.errors import EnvironmentFault, Fault
from engine.options import OPTIONS, WEB_PROVIDERS, Value

LONGEST_TIMEOUT_S = 3600.0
LARGEST_CONTEXT_TOKENS = 1 << 22
SMALLEST_CONTEXT_TOKENS = 512
AUDIT_MONTHS = range(6, 121)
MOST_WEB_RESULTS = 10
LARGEST_WEB_PAGE_BYTES = 20 << 20


@dataclass(frozen=True, slots=True)
class EndpointPolicy:
    """The bank's own OpenAI-compatible server; the only machine that is ever contacted for an answer.

    `url` ends before /chat/completions, as in "https://llm.bank.example/v1". `ca_file` replaces the system's
    certificate authorities. Each time-out, in seconds, has an error of its own.
    """

    allowed: bool = False
    url: str = ""
    model: str = ""
    context_tokens: int = 4096
    key_required: bool = True
    allow_http: bool = False  # http to another machine; to this one it is always allowed
    ca_file: str = ""
    connect_timeout_s: float = 5.0
    first_token_timeout_s: float = 60.0  # a busy server lets a question wait
    next_token_timeout_s: float = 20.0

    @property
    def origin(self) -> str:
        """Scheme, host and port: what the key is kept for."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}".lower()

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class KnowledgePolicy:
    """Whose knowledge packs may be installed here: public keys, 64 hexadecimal digits each (`jinpan kb new-key`)."""

    trusted_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SharedPolicy:
    """A collection of head office that this branch may read where it lies; without `location` there is none.

    `location` is like s3://bucket/prefix, or an absolute path (a network share). `endpoint` is the object storage's
    address, like https://store.bank.example: no other machine is contacted.
    """

    name: str = ""
    location: str = ""
    endpoint: str = ""
    region: str = "us-east-1"
    allow_http: bool = False  # http to another machine; to this one it is always allowed
    timeout_s: float = 3.0  # how long an answer waits for it


@dataclass(frozen=True, slots=True)
class WebPolicy:
    """Whether questions may go to a web search, to which one, and which pages may be opened; off unless `allowed`.

    `providers` are those of `WEB_PROVIDERS` that may be used, all when empty. `searxng_url` is the bank's own SearXNG,
    like "https://search.bank.example"; its host may have a private address. Sites count with all their subdomains; when
    `allowed_sites` names any, no other page is opened. Pages at private addresses are never opened unless
    `intranet_hosts` names their host exactly. `ca_file` replaces the system's certificate authorities.
    """

    allowed: bool = False
    providers: tuple[str, ...] = ()
    searxng_url: str = ""
    allowed_sites: tuple[str, ...] = ()
    blocked_sites: tuple[str, ...] = ()
    intranet_hosts: tuple[str, ...] = ()
    allow_http: bool = False  # to SearXNG on another machine and for pages; else an http page is asked for by https
    ca_file: str = ""
    results: int = 5  # pages that are opened for a question
    search_timeout_s: float = 8.0  # for the whole request
    page_timeout_s: float = 10.0
    page_limit_bytes: int = 3 << 20


@dataclass(frozen=True, slots=True)
class AuditPolicy:
    """How long entries of the audit log are kept; 网络安全法 article 21 (3) asks for at least six months."""

    keep_months: int = 12


@dataclass(frozen=True, slots=True)
class Policy:
    """One field for each section of the file; what a section leaves out has its default.

    `settings` holds what is fixed of `engine.options.OPTIONS`, by name; the user's choice then counts for nothing.
    """

    endpoint: EndpointPolicy = field(default_factory=EndpointPolicy)
    knowledge: KnowledgePolicy = field(default_factory=KnowledgePolicy)
    shared: SharedPolicy = field(default_factory=SharedPolicy)
    web: WebPolicy = field(default_factory=WebPolicy)
    audit: AuditPolicy = field(default_factory=AuditPolicy)
    settings: Mapping[str, Value] = field(default_factory=dict[str, Value])


Section = TypeVar("Section", EndpointPolicy, KnowledgePolicy, SharedPolicy, WebPolicy, AuditPolicy)


def load_policy(path: Path | None = None) -> Policy:
    """The machine's policy; `path` is for tests. Raises EnvironmentFault POLICY_INVALID (path, place, reason)."""
    file = path or policy_path()
    try:
        text = file.read_bytes().decode("utf-8-sig")
        if sys.platform != "win32":
            _require_administrators_file(file)
    except FileNotFoundError:
        return Policy()
    except (OSError, UnicodeDecodeError) as error:
        raise _invalid(file, "", f"{type(error).__name__}: {error}") from error
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise _invalid(file, line[1] if line else str(text.count("\n") + 1), str(error)) from error
    sections = {known.name for known in fields(Policy)}
    for name, section in values.items():
        if name not in sections or not isinstance(section, dict):
            raise _invalid(file, _line_of(text, "", name), f"unknown section {name}")
    endpoint = _read_section(EndpointPolicy(), values.get("endpoint", {}), "endpoint", text, file)
    _check_endpoint(endpoint, text, file)
    knowledge = _read_section(KnowledgePolicy(), values.get("knowledge", {}), "knowledge", text, file)
    if not all(re.fullmatch(r"[0-9a-f]{64}", key) for key in knowledge.trusted_keys):
        raise _invalid(file, _line_of(text, "knowledge", "trusted_keys"), "trusted_keys: 64 hexadecimal digits each")
    shared = _read_section(SharedPolicy(), values.get("shared", {}), "shared", text, file)
    _check_shared(shared, text, file)
    web = _read_section(WebPolicy(), values.get("web", {}), "web", text, file)
    _check_web(web, text, file)
    audit = _read_section(AuditPolicy(), values.get("audit", {}), "audit", text, file)
    if audit.keep_months not in AUDIT_MONTHS:
        expected = f"keep_months: {AUDIT_MONTHS.start} to {AUDIT_MONTHS.stop - 1}"
        raise _invalid(file, _line_of(text, "audit", "keep_months"), expected)
    fixed = _read_settings(values.get("settings", {}), web, text, file)
    return Policy(endpoint, knowledge, shared, web, audit, fixed)


def policy_path() -> Path:
    """Where the policy of this machine lies. The folder is asked of the system, not of the user's environment."""
    if sys.platform == "win32":
        import winreg

        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Windows\CurrentVersion") as key:
            return Path(winreg.QueryValueEx(key, "ProgramFilesDir")[0]) / "Jinpan" / "policy.toml"
    return Path("/etc/jinpan/policy.toml")


def _require_administrators_file(file: Path) -> None:
    status = file.stat()
    if status.st_uid != 0 or status.st_mode & 0o022:
        raise PermissionError("the file must belong to root and be writable by root only")


def _read_section(section: Section, values: dict[str, Any], name: str, text: str, file: Path) -> Section:
    """`section` with the file's values; a list of words becomes a tuple."""
    known: dict[str, type[object]] = {f.name: type(getattr(section, f.name)) for f in fields(section)}
    given: dict[str, Any] = {}
    for key, value in values.items():
        kind = known.get(key)
        if kind is float and type(value) is int:
            value = float(value)
        if kind is tuple:
            value = _words(value)
        if kind is None or type(value) is not kind:
            expected = f"{key} must be {kind.__name__}" if kind else f"unknown key {key}"
            raise _invalid(file, _line_of(text, name, key), expected)
        given[key] = value
    return type(section)(**given)


def _read_settings(values: dict[str, Any], web: WebPolicy, text: str, file: Path) -> Mapping[str, Value]:
    for key, value in values.items():
        option = OPTIONS.get(key)
        fault = f"{key}: {option.fault_of(value)}" if option and option.fault_of(value) else ""
        if key == "web_search" and value is True and not web.allowed:
            fault = "web_search: true needs allowed = true in [web]"
        if option is None or fault:
            raise _invalid(file, _line_of(text, "settings", key), fault or f"unknown key {key}")
    return values


def _words(value: object) -> object:
    """A list of words as a tuple; anything else as it is."""
    if not isinstance(value, list) or not all(isinstance(word, str) for word in cast("list[object]", value)):
        return cast("object", value)
    return tuple(cast("list[str]", value))


def _check_endpoint(endpoint: EndpointPolicy, text: str, file: Path) -> None:
    def require(fine: bool, key: str, reason: str) -> None:
        if not fine:
            raise _invalid(file, _line_of(text, "endpoint", key), f"{key}: {reason}")

    for key in ("connect_timeout_s", "first_token_timeout_s", "next_token_timeout_s"):
        require(0.0 < getattr(endpoint, key) <= LONGEST_TIMEOUT_S, key, f"above 0, at most {LONGEST_TIMEOUT_S:.0f}")
    tokens = range(SMALLEST_CONTEXT_TOKENS, LARGEST_CONTEXT_TOKENS + 1)
    require(endpoint.context_tokens in tokens, "context_tokens", f"{tokens.start} to {tokens.stop - 1}")
    require(not endpoint.ca_file or Path(endpoint.ca_file).is_absolute(), "ca_file", "an absolute path")
    if endpoint.allowed:
        require(bool(endpoint.model.strip()), "model", "missing")
        parts = _split(endpoint.url)
        require(parts is not None, "url", "like https://host/v1, without user, query and fragment")
        secret = parts is not None and (parts.scheme == "https" or _is_loopback(parts.hostname or ""))
        require(secret or endpoint.allow_http, "url", "http needs allow_http = true")


def _check_shared(shared: SharedPolicy, text: str, file: Path) -> None:
    def require(fine: bool, key: str, reason: str) -> None:
        if not fine:
            raise _invalid(file, _line_of(text, "shared", key), f"{key}: {reason}")

    require(0.0 < shared.timeout_s <= LONGEST_TIMEOUT_S, "timeout_s", f"above 0, at most {LONGEST_TIMEOUT_S:.0f}")
    if not shared.location:
        return
    require(bool(re.fullmatch(r"[\w.-]{1,64}", shared.name)), "name", "1 to 64 letters, digits, - _ .")
    if not shared.location.startswith("s3://"):
        require(Path(shared.location).is_absolute(), "location", "s3://bucket/prefix or an absolute path")
        return
    require(bool(re.fullmatch(r"s3://[\w.-]+(/[\w.-]+)+", shared.location)), "location", "like s3://bucket/prefix")
    parts = _split(shared.endpoint)
    require(parts is not None, "endpoint", "like https://host, without user, query and fragment")
    secret = parts is not None and (parts.scheme == "https" or _is_loopback(parts.hostname or ""))
    require(secret or shared.allow_http, "endpoint", "http needs allow_http = true")


def _check_web(web: WebPolicy, text: str, file: Path) -> None:
    def require(fine: bool, key: str, reason: str) -> None:
        if not fine:
            raise _invalid(file, _line_of(text, "web", key), f"{key}: {reason}")

    for key in ("search_timeout_s", "page_timeout_s"):
        require(0.0 < getattr(web, key) <= LONGEST_TIMEOUT_S, key, f"above 0, at most {LONGEST_TIMEOUT_S:.0f}")
    require(1 <= web.results <= MOST_WEB_RESULTS, "results", f"1 to {MOST_WEB_RESULTS}")
    sizes = range(1024, LARGEST_WEB_PAGE_BYTES + 1)
    require(web.page_limit_bytes in sizes, "page_limit_bytes", f"{sizes.start} to {sizes.stop - 1}")
    require(set(web.providers) <= set(WEB_PROVIDERS), "providers", f"of {', '.join(WEB_PROVIDERS)}")
    for key in ("allowed_sites", "blocked_sites", "intranet_hosts"):
        plain = all(re.fullmatch(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", host) for host in getattr(web, key))
        require(plain, key, "host names in lower case, without scheme, port and path")
    require(not web.ca_file or Path(web.ca_file).is_absolute(), "ca_file", "an absolute path")
    if web.searxng_url:
        parts = _split(web.searxng_url)
        require(parts is not None, "searxng_url", "like https://host, without user, query and fragment")
        secret = parts is not None and (parts.scheme == "https" or _is_loopback(parts.hostname or ""))
        require(secret or web.allow_http, "searxng_url", "http needs allow_http = true")


def _split(url: str) -> SplitResult | None:
    """The parts of an address that may be contacted, None for any other."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    plain = re.fullmatch(r"[\x21-\x7e]+", url) and "@" not in parts.netloc and not parts.query and not parts.fragment
    return parts if plain and parts.scheme in ("http", "https") and parts.hostname and port != 0 else None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _line_of(text: str, section: str, key: str) -> str:
    """The number of the line that sets `key` in `section`, or that opens section `key`, empty when not found."""
    inside = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[+\s*([\w.-]+)", line)
        inside = header[1] if header else inside
        if (header and not section and inside == key) or (
            inside == section and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", line)
        ):
            return str(number)
    return ""


def _invalid(file: Path, line: str, reason: str) -> EnvironmentFault:
    return EnvironmentFault(Fault.POLICY_INVALID, path=str(file), line=line or "?", reason=reason)
