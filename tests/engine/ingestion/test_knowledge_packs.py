"""Knowledge packs on the real store, parser and embedder; only the machine's policy is set by the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cancel import CancelToken
from engine.errors import DocumentRejected, EnvironmentFault, Fault, JinpanError, Rejection, RequestRejected
from engine.events import DocumentFailed, DocumentStarted, KnowledgePackInstalled, KnowledgePackRemoved
from engine.ingestion import knowledge_packs
from engine.ingestion.knowledge_packs import KnowledgePacks, new_signing_key
from engine.ingestion.pipeline import Ingestor
from engine.knowledge.store import KnowledgeBase
from engine.policy import KnowledgePolicy, Policy
from engine.runtime.embedder import Embedder
from engine.settings import ParserLimits
from engine.values import Rung

RATES = "挂失业务收费表\n口头挂失每笔不收费。书面挂失每笔十元。\n"
RULES = "柜面业务规程\n第一条 大额取现须提前一个工作日预约。\n第二条 代办业务须出示双方证件。\n"


@pytest.fixture(scope="module")
def embedder(embedder_pack: Path) -> Embedder:
    return Embedder.open(embedder_pack)


@pytest.fixture
def knowledge(home: Path, passphrase_file: Path, embedder: Embedder) -> Iterator[KnowledgeBase]:
    with KnowledgeBase.open(home, embedder_fingerprint=embedder.fingerprint, passphrase_file=passphrase_file) as opened:
        yield opened


@pytest.fixture
def packs(knowledge: KnowledgeBase, embedder: Embedder) -> KnowledgePacks:
    return KnowledgePacks(knowledge, lambda: Ingestor(knowledge, embedder, ParserLimits()))


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Head office's key, which this machine's policy trusts."""
    path = tmp_path / "signing.pem"
    policy = Policy(knowledge=KnowledgePolicy((new_signing_key(path, "口令"),)))
    monkeypatch.setattr(knowledge_packs, "load_policy", lambda: policy)
    return path


def build(packs: KnowledgePacks, key: Path, version: str = "1.0", **texts: str) -> Path:
    folder = key.parent / f"documents-{version}"
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    target = key.parent / f"zhidu-{version}.jkp"
    words = {"pack": "zhidu", "title": "总行制度", "version": version, "publisher": "总行"}
    assert not [e for e in packs.build(folder, target, key, "口令", cancel=CancelToken(), **words) if _failed(e)]
    return target


def _failed(event: object) -> bool:
    return isinstance(event, DocumentFailed)


def names(knowledge: KnowledgeBase) -> set[str]:
    return {document.name for document in knowledge.documents()}


def found(knowledge: KnowledgeBase, embedder: Embedder, question: str) -> list[str]:
    passages = knowledge.search(question, embedder.embed_query(question), 3, Rung.BUILTIN)
    return [passage.name for passage in passages]


def test_a_pack_comes_into_sight_as_a_whole_on_the_first_rung(
    packs: KnowledgePacks, knowledge: KnowledgeBase, embedder: Embedder, key: Path
) -> None:
    file = build(packs, key, 收费表=RATES, 规程=RULES)
    seen = set[str]()
    for event in packs.install(file, CancelToken()):
        if not isinstance(event, KnowledgePackInstalled):
            seen |= names(knowledge)
    assert seen == set()
    assert names(knowledge) == {"收费表.txt", "规程.txt"}
    assert {(document.rung, document.pack) for document in knowledge.documents()} == {(Rung.BUILTIN, "zhidu")}
    assert found(knowledge, embedder, "书面挂失收多少钱")[0] == "收费表.txt"
    (pack,) = packs.installed()
    assert (pack.title, pack.version, pack.documents) == ("总行制度", "1.0", 2)


def test_a_new_version_replaces_the_old_one_and_leaves_nothing_of_it(
    packs: KnowledgePacks, knowledge: KnowledgeBase, embedder: Embedder, key: Path
) -> None:
    newer = RATES.replace("十元", "五元")
    list(packs.install(build(packs, key, 收费表=RATES, 规程=RULES), CancelToken()))
    events = list(packs.install(build(packs, key, "1.10", 收费表=newer), CancelToken()))
    assert isinstance(events[-1], KnowledgePackInstalled) and events[-1].documents == 1
    (document,) = knowledge.documents()
    assert "五元" in knowledge.page(document.document_id, 1).text
    assert set(found(knowledge, embedder, "大额取现要预约吗")) == {"收费表.txt"}
    with pytest.raises(RequestRejected) as caught:
        list(packs.install(build(packs, key, "1.9", 收费表=RATES), CancelToken()))
    assert caught.value.code == Rejection.KNOWLEDGE_PACK_OLDER
    assert caught.value.details["installed"] == "1.10"


def test_a_removed_pack_leaves_what_the_branch_took_in_itself(
    packs: KnowledgePacks, knowledge: KnowledgeBase, embedder: Embedder, key: Path, tmp_path: Path
) -> None:
    file = build(packs, key, 收费表=RATES, 规程=RULES)
    list(packs.install(file, CancelToken()))
    own = tmp_path / "我们的规程.txt"
    own.write_text(RULES, encoding="utf-8")
    list(Ingestor(knowledge, embedder, ParserLimits()).ingest([own], CancelToken()))
    assert len(knowledge.documents()) == 2  # the same bytes, so the same document
    assert packs.remove("zhidu") == KnowledgePackRemoved("zhidu")
    (document,) = knowledge.documents()
    assert (document.rung, document.pack) == (Rung.BRANCH, "")
    question = "代办业务要什么证件"
    (passage,) = {p.name for p in knowledge.search(question, embedder.embed_query(question), 3, Rung.BRANCH)}
    assert passage == document.name
    assert packs.installed() == ()
    list(packs.install(file, CancelToken()))  # and a document of the branch becomes the pack's again
    assert {document.pack for document in knowledge.documents()} == {"zhidu"}


def test_what_cannot_be_trusted_or_read_changes_nothing(
    packs: KnowledgePacks, knowledge: KnowledgeBase, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = build(packs, key, 收费表=RATES)
    broken = file.with_name("broken.jkp")
    broken.write_bytes(file.read_bytes()[:-50])
    monkeypatch.setattr(knowledge_packs, "load_policy", Policy)
    for path, code in ((file, Fault.KNOWLEDGE_PACK_UNTRUSTED), (broken, Fault.KNOWLEDGE_PACK_DAMAGED)):
        with pytest.raises(EnvironmentFault) as caught:
            list(packs.install(path, CancelToken()))
        assert caught.value.code == code
    for pack, code in (("zhidu", Rejection.KNOWLEDGE_PACK_UNKNOWN), ("builtin", Rejection.KNOWLEDGE_PACK_FIXED)):
        with pytest.raises(RequestRejected) as refused:
            packs.remove(pack)
        assert refused.value.code == code
    assert knowledge.documents() == () and packs.installed() == ()


def test_a_folder_with_an_unreadable_document_makes_no_pack(packs: KnowledgePacks, key: Path) -> None:
    folder = key.parent / "unreadable"
    folder.mkdir()
    (folder / "坏.pdf").write_bytes(b"%PDF-1.7 nothing behind it")
    target = key.parent / "bad.jkp"
    events: list[object] = []
    words = {"pack": "zhidu", "title": "总行制度", "version": "1", "publisher": "总行"}
    with pytest.raises(DocumentRejected):
        events += packs.build(folder, target, key, "口令", cancel=CancelToken(), **words)
    assert not target.exists()


def test_a_stopped_installation_goes_on_where_it_was(
    packs: KnowledgePacks, knowledge: KnowledgeBase, key: Path
) -> None:
    file = build(packs, key, 收费表=RATES, 规程=RULES)
    events = packs.install(file, CancelToken())
    started = 0
    while started < 2:  # the second document begins, so the first is stored
        started += isinstance(next(events), DocumentStarted)
    events.close()  # type: ignore[attr-defined]  # it is a generator
    assert knowledge.documents() == ()
    again = [event.name for event in packs.install(file, CancelToken()) if isinstance(event, DocumentStarted)]
    assert len(again) == 1
    assert len(knowledge.documents()) == 2


def test_a_branch_embeds_nothing_that_the_pack_brings(knowledge: KnowledgeBase, embedder: Embedder, key: Path) -> None:
    class Refusing:
        fingerprint = embedder.fingerprint

        def embed_passages(self, *_: object) -> Iterator[object]:
            raise JinpanError("embedded")

    making = KnowledgePacks(knowledge, lambda: Ingestor(knowledge, embedder, ParserLimits()))
    file = build(making, key, 收费表=RATES, 规程=RULES)
    branch = KnowledgePacks(knowledge, lambda: Ingestor(knowledge, Refusing(), ParserLimits()))  # type: ignore[arg-type]  # refuses
    list(branch.install(file, CancelToken()))
    assert found(knowledge, embedder, "大额取现要预约吗")[0] == "规程.txt"
