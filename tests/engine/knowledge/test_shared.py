"""A collection on object storage: moto's S3 server on loopback, the real LanceDB client, two homes."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import EnvironmentFault, Fault
from engine.knowledge import index_table
from engine.knowledge.sealing import CollectionKey, SealBroken, Sealer
from engine.knowledge.search import Query
from engine.knowledge.shared import SharedKnowledge
from engine.knowledge.store import KnowledgeBase
from engine.policy import SharedPolicy
from engine.values import Rung

CANARY = "绛紫鸬鹚衔着第七把黄铜钥匙飞越了沉默的盐湖观测站"
TEXTS = [CANARY, "个人存款账户实名制要求出示有效身份证件", "大额取款超过五万元须提前一日预约", "残损人民币可到柜台兑换"]
OTHERS = ["公务卡透支利率按日计收", "对公账户开户须核验受益所有人", "挂失须在五天内补办书面手续"]
FINGERPRINT = "embedder-1"

Make = Callable[..., Any]


class Storage:
    """A bucket behind moto's server. `read_only` answers every write with 403, as a branch's access key would."""

    def __init__(self, port: int, gate: dict[str, bool]) -> None:
        import boto3

        self.endpoint = f"http://127.0.0.1:{port}"
        self._gate = gate
        self._client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="head-office",
            aws_secret_access_key="secret",
        )

    def make_bucket(self, name: str) -> SharedPolicy:
        self._client.create_bucket(Bucket=name)
        self.bucket = name
        return SharedPolicy("zhishi", f"s3://{name}/knowledge/base", self.endpoint, timeout_s=20.0)

    def objects(self) -> dict[str, bytes]:
        """Everything in the bucket."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        names = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return {name: self._client.get_object(Bucket=self.bucket, Key=name)["Body"].read() for name in names}

    @contextmanager
    def only(self, **how: bool) -> Iterator[None]:
        """read_only=True or down=True within the block."""
        self._gate.update(how)
        try:
            yield
        finally:
            self._gate.clear()


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[int, dict[str, bool]]]:
    pytest.importorskip("moto.server", reason="moto is not installed (pip install -e '.[dev]')")
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application, gate = DomainDispatcherApplication(create_backend_app), dict[str, bool]()

    def gated(environ: dict[str, Any], start: Any) -> Any:
        if gate.get("down"):
            start("503 Service Unavailable", [("Content-Length", "0")])
            return [b""]
        if gate.get("read_only") and environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            gate["refused"] = True
            start("403 Forbidden", [("Content-Length", "0")])
            return [b""]
        return application(environ, start)

    running = make_server("127.0.0.1", 0, gated, threaded=True)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield running.server_port, gate
    running.shutdown()
    thread.join(10)


@pytest.fixture
def storage(server: tuple[int, dict[str, bool]]) -> Storage:
    return Storage(*server)


@pytest.fixture
def key() -> CollectionKey:
    return replace(CollectionKey.new(), access_key_id="branch", secret_access_key="secret")


@pytest.fixture
def policy(storage: Storage, request: pytest.FixtureRequest) -> SharedPolicy:
    return storage.make_bucket(f"b{zlib.crc32(request.node.nodeid.encode())}")


@pytest.fixture
def office(tmp_path: Path, passphrase_file: Path, document: Make) -> Iterator[KnowledgeBase]:
    with KnowledgeBase.open(
        tmp_path / "office", embedder_fingerprint=FINGERPRINT, passphrase_file=passphrase_file
    ) as knowledge:
        knowledge.add_document(document(TEXTS, name=f"{CANARY}.pdf", original=CANARY.encode("gbk")))
        knowledge.add_document(document(OTHERS, name="其他.pdf"))
        yield knowledge


@pytest.fixture
def branch(tmp_path: Path, passphrase_file: Path) -> Iterator[KnowledgeBase]:
    with KnowledgeBase.open(
        tmp_path / "branch", embedder_fingerprint=FINGERPRINT, passphrase_file=passphrase_file
    ) as knowledge:
        yield knowledge


def join(branch: KnowledgeBase, policy: SharedPolicy, key: CollectionKey, fingerprint: str = FINGERPRINT) -> None:
    branch.shared = SharedKnowledge(policy, lambda: key, fingerprint)


def test_a_branch_finds_what_head_office_finds(
    office: KnowledgeBase, branch: KnowledgeBase, policy: SharedPolicy, key: CollectionKey, storage: Storage,
    embed: Make,
) -> None:  # fmt: skip
    office.publish(office.documents(), policy, key)
    join(branch, policy, key)
    with storage.only(read_only=True):
        for text in [*TEXTS, *OTHERS]:
            query = Query(text, embed([text])[0])
            there, here = office.candidates(query, 5), branch.candidates(query, 5)
            assert here[0].passage.text == text
            assert [found.passage.chunk_id for found in here] == [found.passage.chunk_id for found in there]
            assert here[0].lexical == pytest.approx(there[0].lexical, abs=1e-3)
            assert here[0].passage.rung == Rung.BUILTIN
        assert "refused" not in storage._gate, "a branch does not even try to write"
    assert branch.candidates(query, 5, Rung.BRANCH) == ()


def test_pages_and_views_come_from_the_collection(
    office: KnowledgeBase, branch: KnowledgeBase, policy: SharedPolicy, key: CollectionKey
) -> None:
    office.publish(office.documents(), policy, key)
    join(branch, policy, key)
    for info in office.documents():
        assert branch.page(info.document_id, 1) == office.page(info.document_id, 1)
        assert branch.view(info.document_id) == office.view(info.document_id)
        shown = branch.document(info.document_id)
        assert (shown.name, shown.rung, shown.source_path) == (info.name, Rung.BUILTIN, "")
    assert branch.documents() == (), "the library lists what lies on this machine"


def test_nothing_is_readable_in_the_bucket(
    office: KnowledgeBase, policy: SharedPolicy, key: CollectionKey, storage: Storage
) -> None:
    office.publish(office.documents(), policy, key)
    objects = storage.objects()
    assert sum(map(len, objects.values())) > 10_000
    for name, content in objects.items():
        for start in range(len(CANARY) - 8 + 1):
            for encoding in ("utf-8", "utf-16-le", "gbk"):
                assert CANARY[start : start + 8].encode(encoding) not in content, name
        assert all(info.document_id.encode() not in content for info in office.documents()), name
        assert key.key not in content


def test_another_key_opens_nothing(
    office: KnowledgeBase, branch: KnowledgeBase, policy: SharedPolicy, key: CollectionKey, embed: Make
) -> None:
    office.publish(office.documents(), policy, key)
    join(branch, policy, CollectionKey(b"x" * 32, "branch", "secret"))
    assert branch.candidates(Query(CANARY, embed([CANARY])[0]), 5) == ()
    assert branch.shared and branch.shared.fault and branch.shared.fault.code == Fault.SHARED_KEY_WRONG
    join(branch, policy, key, "embedder-2")
    with pytest.raises(EnvironmentFault) as raised:
        branch.shared.refresh()
    assert raised.value.code == Fault.SHARED_EMBEDDER_DIFFERS


def test_a_new_state_is_seen_and_the_old_one_is_gone(
    office: KnowledgeBase, branch: KnowledgeBase, policy: SharedPolicy, key: CollectionKey, storage: Storage,
    document: Make, embed: Make,
) -> None:  # fmt: skip
    first = office.publish(office.documents(), policy, key)
    join(branch, policy, key)
    assert branch.shared
    query = Query(CANARY, embed([CANARY])[0])
    assert branch.candidates(query, 1)[0].passage.text == CANARY
    office.remove(office.documents()[0].document_id)
    office.add_document(document(["新的反假货币规定自明年起施行"], name="新.pdf"))
    office.publish(office.documents(), policy, key)
    assert not any(first in name for name in storage.objects())
    assert all(found.passage.text != CANARY for found in branch.candidates(query, 5)), "found out by itself"
    assert branch.shared.fault is None
    assert not branch.shared.refresh()
    new = "反假货币规定"
    assert branch.candidates(Query(new, embed([new])[0]), 1)[0].passage.name == "新.pdf"


def test_without_the_network_the_branch_answers_from_its_own(
    office: KnowledgeBase, branch: KnowledgeBase, policy: SharedPolicy, key: CollectionKey, storage: Storage,
    document: Make, embed: Make,
) -> None:  # fmt: skip
    office.publish(office.documents(), policy, key)
    own = branch.add_document(document(["网点周六上午办理对私业务"], name="公告.pdf"))
    join(branch, replace(policy, timeout_s=1.0), key)
    query = Query(CANARY, embed([CANARY])[0])
    with storage.only(down=True):
        assert [found.passage.document_id for found in branch.candidates(query, 5)] == [own.document_id]
        assert branch.shared and branch.shared.fault and branch.shared.fault.code == Fault.SHARED_UNREACHABLE
    assert len(branch.candidates(query, 5)) == 1, "for a minute it is not tried again"
    assert branch.shared.refresh()
    assert branch.candidates(query, 1)[0].passage.text == CANARY


def test_a_large_collection_has_a_vector_index(
    office: KnowledgeBase, branch: KnowledgeBase, policy: SharedPolicy, key: CollectionKey, embed: Make,
    monkeypatch: pytest.MonkeyPatch, document: Make,
) -> None:  # fmt: skip
    monkeypatch.setattr(index_table, "VECTOR_INDEX_FROM", 500)
    office.add_document(document([f"编号{i}的网点在{i}号路" for i in range(600)], name="网点.pdf"))
    office.publish(office.documents(), policy, key)
    join(branch, policy, key)
    found = branch.candidates(Query(CANARY, embed([CANARY])[0]), 1)
    assert found[0].passage.text == CANARY
    assert branch.shared and branch.shared._collection and branch.shared._collection._index.has_vector_index


def test_a_piece_is_bound_to_its_place_and_its_state() -> None:
    sealer = Sealer(b"k" * 32, "state")
    sealed = sealer.seal("text 1", b"words")
    assert sealer.open("text 1", sealed) == b"words"
    later, foreign = Sealer(b"k" * 32, "later"), Sealer(b"x" * 32, "state")
    for other, place in ((sealer, "text 2"), (later, "text 1"), (foreign, "text 1")):
        with pytest.raises(SealBroken):
            other.open(place, sealed)
    with pytest.raises(SealBroken):
        sealer.open("text 1", sealed[:-1])


def test_a_folder_that_branches_share_serves_as_well(
    office: KnowledgeBase, branch: KnowledgeBase, tmp_path: Path, key: CollectionKey, embed: Make
) -> None:
    policy = SharedPolicy("zhishi", str(tmp_path / "share"), timeout_s=20.0)
    office.publish(office.documents(), policy, key)
    join(branch, policy, key)
    assert branch.candidates(Query(CANARY, embed([CANARY])[0]), 1)[0].passage.text == CANARY
    assert np.isclose(branch.candidates(Query(CANARY, embed([CANARY])[0]), 1)[0].dense, 1.0, atol=1e-2)


def test_the_environment_sends_nothing_elsewhere(
    office: KnowledgeBase, policy: SharedPolicy, key: CollectionKey, tmp_path: Path
) -> None:
    """In a process of its own, because the client keeps connections; nobody listens at the addresses given there."""
    office.publish(office.documents(), policy, key)
    names = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3")
    elsewhere = dict.fromkeys(names, "http://127.0.0.1:9") | {"AWS_ACCESS_KEY_ID": "x", "AWS_REGION": "y"}
    program = (
        "import sys; from engine.policy import SharedPolicy; from engine.knowledge.shared_place import connect\n"
        "from engine.knowledge.sealing import CollectionKey\n"
        "policy = SharedPolicy('zhishi', sys.argv[1], sys.argv[2], timeout_s=5.0)\n"
        "print(len(connect(policy, CollectionKey(b'k' * 32, 'branch', 'secret')).list_tables().tables))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, policy.location, policy.endpoint],
        env=os.environ | elsewhere, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert run.stdout.strip() == "4", run.stderr
