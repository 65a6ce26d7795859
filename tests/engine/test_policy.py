"""The administrator's file: what it may say, and that nothing else may say it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import policy
from engine.errors import EnvironmentFault, Fault
from engine.policy import EndpointPolicy, Policy, load_policy, policy_path

WHOLE = """
[endpoint]
allowed = true
url = "https://LLM.bank.example:8443/v1"
model = "bank-7b"
context_tokens = 8192
key_required = false
ca_file = "/etc/ssl/bank.pem"
connect_timeout_s = 3
first_token_timeout_s = 30.5
next_token_timeout_s = 10
"""
Write = Callable[[str], Path]
SMALLEST = '[endpoint]\nallowed = true\nmodel = "m"\n'


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a policy file. Its owner is not asked about: a test need not run as root."""
    monkeypatch.setattr(policy, "_require_administrators_file", lambda file: None)

    def written(text: str) -> Path:
        path = tmp_path / "policy.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def invalid(path: Path) -> dict[str, str | int | float]:
    with pytest.raises(EnvironmentFault) as caught:
        load_policy(path)
    assert caught.value.code == Fault.POLICY_INVALID
    assert caught.value.details["path"] == str(path)
    return caught.value.details


def test_without_a_file_everything_is_off(tmp_path: Path) -> None:
    assert load_policy(tmp_path / "missing.toml") == Policy()
    assert not Policy().endpoint.allowed


def test_a_whole_file_is_read(write: Write) -> None:
    endpoint = load_policy(write(WHOLE)).endpoint
    assert endpoint == EndpointPolicy(
        True, "https://LLM.bank.example:8443/v1", "bank-7b", 8192, False, False, "/etc/ssl/bank.pem", 3.0, 30.5, 10.0
    )
    assert type(endpoint.connect_timeout_s) is float
    assert (endpoint.origin, endpoint.host) == ("https://llm.bank.example:8443", "llm.bank.example")


def test_a_byte_order_mark_of_a_windows_editor_does_no_harm(write: Write) -> None:
    assert load_policy(write("\ufeff" + WHOLE)).endpoint.allowed


def test_an_empty_file_allows_nothing(write: Write) -> None:
    assert load_policy(write("")) == Policy()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[endpoint]\nallowed = yes\n", "2"),
        ("[endpoint]\nallowed = true\n\nurl = ", "4"),
        ("[endpont]\nallowed = true\n", "1"),
        ("allowed = true\n", "1"),
        ("endpoint = 3\n", "1"),
        ("[[endpoint]]\n", "1"),
        ("# hello\n[endpoint]\nallowd = true\n", "3"),
        ("[endpoint]\nallowed = 1\n", "2"),
        ('[endpoint]\nallowed = "true"\n', "2"),
        ("[endpoint]\ncontext_tokens = 4096.0\n", "2"),
        ("[endpoint]\ncontext_tokens = true\n", "2"),
        ("[endpoint]\ncontext_tokens = 0\n", "2"),
        ("[endpoint]\nconnect_timeout_s = 0\n", "2"),
        ("[endpoint]\nconnect_timeout_s = nan\n", "2"),
        ("[endpoint]\nfirst_token_timeout_s = -1.0\n", "2"),
        ("[endpoint]\nnext_token_timeout_s = inf\n", "2"),
        ('[endpoint]\nca_file = "bank.pem"\n', "2"),
        ('[endpoint]\nallowed = true\nurl = "https://h/v1"\n', "?"),  # no model
        (SMALLEST, "?"),  # no address
    ],
)
def test_a_wrong_file_fails_as_a_whole_and_names_the_line(write: Write, text: str, line: str) -> None:
    assert invalid(write(text))["line"] == line


@pytest.mark.parametrize(
    "url",
    [
        "llm.bank.example/v1",
        "ftp://llm.bank.example/v1",
        "file:///etc/passwd",
        "https:///v1",
        "https://user:secret@llm.bank.example/v1",
        "https://llm.bank.example/v1?key=1",
        "https://llm.bank.example/v1#x",
        "https://llm.bank.example:99999/v1",
        "https://llm.bank.example:0/v1",
        "https://llm.bank.example/v1\\r\\nX-Evil: 1",
        "https://模型.bank.example/v1",
        "http://llm.bank.example/v1",
        "http://127.0.0.1.bank.example/v1",
        "http://localhost.bank.example/v1",
    ],
)
def test_addresses_that_are_not_contacted(write: Write, url: str) -> None:
    assert invalid(write(f'{SMALLEST}url = "{url}"\n'))["line"] == "4"


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/v1", "http://[::1]:8000/v1", "http://localhost/v1"])
def test_plain_http_stays_on_this_machine(write: Write, url: str) -> None:
    assert load_policy(write(f'{SMALLEST}url = "{url}"\n')).endpoint.allowed


def test_plain_http_elsewhere_must_be_meant(write: Write) -> None:
    text = f'{SMALLEST}url = "http://10.1.2.3:8000/v1"\n'
    assert load_policy(write(f"{text}allow_http = true\n")).endpoint.allowed
    invalid(write(text))


def test_an_address_that_is_not_allowed_yet_may_stand_there(write: Write) -> None:
    assert not load_policy(write('[endpoint]\nurl = "https://h/v1"\n')).endpoint.allowed


def test_bytes_that_are_no_text_are_refused(write: Write, tmp_path: Path) -> None:
    path = write("")
    path.write_bytes(b"\xff\xfe[endpoint]")
    invalid(path)


@pytest.mark.skipif(sys.platform == "win32", reason="ownership of POSIX")
def test_a_file_that_a_user_could_have_written_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(WHOLE, encoding="utf-8")
    path.chmod(0o646)
    assert "root" in str(invalid(path)["reason"])
    if os.geteuid() == 0:
        path.chmod(0o644)
        assert load_policy(path).endpoint.allowed
        os.chown(path, 1000, 1000)
        assert "root" in str(invalid(path)["reason"])


@pytest.mark.skipif(sys.platform == "win32", reason="a folder of POSIX")
def test_no_environment_variable_points_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HOME", "JINPAN_HOME", "JINPAN_POLICY", "ProgramData", "ProgramFiles", "XDG_CONFIG_DIRS"):
        monkeypatch.setenv(name, str(tmp_path))
    assert policy_path() == Path("/etc/jinpan/policy.toml")


def test_a_shared_collection_is_named_with_its_only_host(write: Write) -> None:
    found = load_policy(
        write('[shared]\nname = "zhishi"\nlocation = "s3://zhishi/all"\nendpoint = "https://store.bank.example"\n')
    ).shared
    assert (found.location, found.endpoint, found.region) == (
        "s3://zhishi/all", "https://store.bank.example", "us-east-1",
    )  # fmt: skip
    assert load_policy(write('[shared]\nname = "zhishi"\nlocation = "/mnt/zhishi"\n')).shared.location == "/mnt/zhishi"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('name = "zhishi"\nlocation = "s3://zhishi/all"\n', "2"),  # no endpoint: which host would be asked?
        ('name = "a"\nlocation = "s3://b/c"\nendpoint = "http://store.bank.example"\n', "4"),
        ('name = "a"\nlocation = "s3://b/c?x=1"\nendpoint = "https://store.bank.example"\n', "3"),
        ('name = "a"\nlocation = "gs://b/c"\n', "3"),
        ('name = ""\nlocation = "/mnt/a"\n', "2"),
        ('name = "a"\nlocation = "/mnt/a"\ntimeout_s = 0\n', "4"),
    ],
)
def test_a_shared_collection_that_is_unclear_is_refused(write: Write, text: str, line: str) -> None:
    assert invalid(write("[shared]\n" + text))["line"] in (line, "?")


WEB = """
[web]
allowed = true
providers = ["searxng", "zhipu"]
searxng_url = "https://search.bank.example/sx"
allowed_sites = ["gov.cn"]
blocked_sites = ["bad.gov.cn"]
intranet_hosts = ["wiki.bank.example"]
results = 3
search_timeout_s = 4
page_limit_bytes = 100000
"""


def test_the_web_search_is_off_unless_the_file_says_so(write: Write) -> None:
    assert not Policy().web.allowed and not load_policy(write("[web]\n")).web.allowed
    web = load_policy(write(WEB)).web
    assert web.allowed and web.providers == ("searxng", "zhipu") and web.searxng_url.endswith("/sx")
    assert (web.allowed_sites, web.blocked_sites, web.intranet_hosts) == (
        ("gov.cn",),
        ("bad.gov.cn",),
        ("wiki.bank.example",),
    )
    assert (web.results, web.search_timeout_s, web.page_limit_bytes, web.allow_http) == (3, 4.0, 100_000, False)
    assert load_policy(write('[web]\nsearxng_url = "http://127.0.0.1:8080"\n')).web.searxng_url


@pytest.mark.parametrize(
    "text",
    [
        'allowed = "yes"',
        'providers = ["google"]',
        'searxng_url = "http://search.bank.example"',
        'searxng_url = "https://u:p@search.bank.example"',
        'searxng_url = "ftp://search.bank.example"',
        "results = 11",
        "results = 0",
        "search_timeout_s = 0",
        "page_limit_bytes = 1000000000",
        'allowed_sites = ["https://gov.cn/"]',
        'intranet_hosts = ["*"]',
        'ca_file = "bank.pem"',
        "anything = 1",
    ],
)
def test_a_wrong_web_section_fails_as_a_whole(write: Write, text: str) -> None:
    assert invalid(write(f"[web]\n{text}\n"))["line"] == "2"


def test_the_audit_log_is_kept_a_year_unless_the_file_says_otherwise(write: Write) -> None:
    assert load_policy(write("")).audit.keep_months == 12
    assert load_policy(write("[audit]\nkeep_months = 6\n")).audit.keep_months == 6


@pytest.mark.parametrize("value", ["5", "0", "-1", "121", '"12"', "12.5"])
def test_the_audit_log_is_kept_six_months_at_least(write: Write, value: str) -> None:
    with pytest.raises(EnvironmentFault) as invalid:
        load_policy(write(f"[audit]\nkeep_months = {value}\n"))
    assert invalid.value.code == Fault.POLICY_INVALID
    assert invalid.value.details["line"] == "2"


def test_settings_are_fixed_by_their_own_types(write: Write) -> None:
    text = '[web]\nallowed = true\n[settings]\nthreads = 4\nweb_search = true\nlanguage = "zh_CN"\n'
    assert load_policy(write(text)).settings == {"threads": 4, "web_search": True, "language": "zh_CN"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[settings]\nthreads = true\n", "2"),
        ("[settings]\n\nthreads = 1000\n", "3"),
        ("[settings]\nthreads = 4\ntext_scale_percent = 90\n", "3"),
        ('[settings]\nlanguage = "de"\n', "2"),
        ("[settings]\ntheme = 1\n", "2"),
        ('[settings]\nhome = "/elsewhere"\n', "2"),
        ("[settings]\nweb_search = true\n", "2"),
        ("settings = 3\n", "1"),
    ],
)
def test_a_setting_that_cannot_be_fixed_so_names_its_line(write: Write, text: str, line: str) -> None:
    assert invalid(write(text))["line"] == line
