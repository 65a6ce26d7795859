"""Where a shared collection lies, and what lies there.

collection.lance/    one row: format, the current state's name, a sealed description
chunks_STATE.lance/  the search index, as in a home, under keys derived from the collection's key
texts_STATE.lance/   row number, sealed chunk: text, name, page, version and vector
parts_STATE.lance/   document number, kind, number, sealed piece: description, pages with boxes, view
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from engine.knowledge.index_table import index_faults, lancedb
from engine.knowledge.sealing import CollectionKey
from engine.policy import SharedPolicy

FORMAT = 1
CURRENT = "collection"
TEXT_COLUMNS = (("row", "int64"), ("sealed", "binary"))
PARTS_COLUMNS = (("document", "int64"), ("kind", "int8"), ("number", "int64"), ("sealed", "binary"))
INFO, PAGE, VIEW = 0, 1, 2  # kinds of pieces


def text_place(row: int) -> str:
    return f"text {row}"


def part_place(document: int, kind: int, number: int) -> str:
    return f"part {document} {kind} {number}"


def connect(policy: SharedPolicy, key: CollectionKey) -> Any:
    """A LanceDB connection. Everything is said here, so that no other host is asked for anything.

    Without an access key requests are not signed; else the client would ask the cloud's metadata service for one.
    """
    if not policy.location.startswith("s3://"):
        with index_faults(policy.location):
            return lancedb().connect(policy.location)
    access = {"aws_access_key_id": key.access_key_id, "aws_secret_access_key": key.secret_access_key}
    _pass_by_proxies(policy)
    options = {
        # each by every name that the environment could give it another value by
        "aws_endpoint": policy.endpoint,
        "aws_endpoint_url": policy.endpoint,
        "aws_endpoint_url_s3": policy.endpoint,
        "aws_region": policy.region,
        "allow_http": str(policy.endpoint.startswith("http://")).lower(),
        "connect_timeout": f"{policy.timeout_s}s",
        "timeout": f"{max(30.0, policy.timeout_s)}s",  # of one request; a large one may take longer than a question
        "client_max_retries": "1",
        "client_retry_timeout": f"{max(1, round(policy.timeout_s))}",
    } | (access if key.access_key_id else {"aws_skip_signature": "true"})
    with index_faults(policy.location):
        return lancedb().connect(policy.location, storage_options=options)


def _pass_by_proxies(policy: SharedPolicy) -> None:
    """The client would send everything to a proxy that the environment names; it reads this when it connects."""
    host = urlsplit(policy.endpoint).hostname or ""
    for name in ("NO_PROXY", "no_proxy"):
        hosts = [known for known in os.environ.get(name, "").split(",") if known]
        if host not in hosts:
            os.environ[name] = ",".join([*hosts, host])


def current_table(database: Any) -> Any | None:
    """The table that names the current state; None where nothing was ever published."""
    return database.open_table(CURRENT) if CURRENT in database.list_tables().tables else None
