"""Drafts over the sample documents: what is cited, checked, disclosed, and what is said to be missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from engine.answering.phrases import UNSUPPORTED
from engine.api import (
    AuditAction,
    Cancelled,
    CancelToken,
    DraftFinished,
    DraftRequest,
    DraftStarted,
    Engine,
    RequestRejected,
    SectionStarted,
    TextDelta,
    Verdict,
    load_settings,
)
from engine.events import GenerationFinished
from engine.knowledge.audit_values import AuditFilter
from engine.runtime.model_slot import ModelSlot
from engine.values import Message
from engine.writing.quoting import NOT_IN_DOCUMENTS

pytestmark = pytest.mark.slow  # the embedder reads two documents

DEPOSITS, CASH = "个人存款产品手册.pdf", "大额现金与反洗钱操作须知.pdf"
NOTICE = {
    "subject": "定期存款提前支取",
    "product_type": "存款",
    "branch": "城东支行",
    "phone": "0512-6000000",
    "date": "2026-11-23",
}
CERTIFICATE = {"product": "个人大额存单", "product_type": "存款", "branch": "城东支行", "phone": "0512-6000000"}


@dataclass
class Scripted:
    """A generator that writes what it is told, and remembers what it was asked."""

    answer: str
    asked: list[str] = field(default_factory=list)
    pack_name, device, context_tokens = "scripted", "CPU", 4096

    def count_tokens(self, text: str) -> int:
        return len(text)

    def generate(self, messages: Sequence[Message], *_: object) -> Iterator[TextDelta | GenerationFinished]:
        self.asked.append(messages[-1].content)
        yield TextDelta(self.answer)
        yield GenerationFinished(self.answer, "eos", 1, 0, 1, 0.0, 0.0)

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, sample_folder: Path, embedder_pack: Path) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("writing")
    passphrase = folder / "passphrase"
    passphrase.write_text("drafts\n", encoding="utf-8")
    passphrase.chmod(0o600)
    home = folder / "home"
    home.mkdir(mode=0o700)
    settings = replace(load_settings(home=home), passphrase_file=passphrase)
    with Engine.open(settings) as opened:
        list(opened.ingest([sample_folder / DEPOSITS, sample_folder / CASH], CancelToken()))
        yield opened


def chosen(engine: Engine, name: str) -> tuple[str, ...]:
    return tuple(document.document_id for document in engine.documents() if document.name == name)


def drafted(engine: Engine, answer: str, request: DraftRequest) -> tuple[DraftFinished, Scripted]:
    generator = Scripted(answer)
    engine._model = ModelSlot("scripted", lambda *_: generator, lambda *_: None)  # type: ignore[arg-type, return-value]
    *events, finished = engine.writing.draft(request, CancelToken())
    assert isinstance(finished, DraftFinished)
    started = next(event for event in events if isinstance(event, DraftStarted))
    sections = [event for event in events if isinstance(event, SectionStarted)]
    assert [event.heading for event in sections] == list(started.headings)
    return finished, generator


def test_markers_open_the_right_pages_and_disclosures_stand(engine: Engine) -> None:
    rule = "未到期的定期存款全部提前支取的，按支取日本行挂牌公告的活期存款利率计付利息。"
    request = DraftRequest("customer_notice", NOTICE, chosen(engine, DEPOSITS))
    draft, generator = drafted(engine, rule, request)
    assert f"{rule[:-1]}[1]。" in draft.text
    assert [claim.verdict for claim in draft.check.claims].count(Verdict.UNSUPPORTED) == 0
    for citation in draft.citations:
        page = engine._knowledge.page(citation.document_id, citation.page_no)
        assert citation.quote in page.text and citation.boxes
        assert f"[{citation.marker}]" in draft.text
    assert draft.check.missing_disclosures == () and draft.check.wording == ()
    assert "50万元" in draft.text  # the limit of deposit insurance, put in by the program
    assert len(generator.asked) == 1 and "大额交易" not in generator.asked[0]


def test_what_the_model_invents_is_not_written(engine: Engine) -> None:
    request = DraftRequest("customer_notice", NOTICE, chosen(engine, DEPOSITS))
    draft, _ = drafted(engine, "提前支取一律收取本金2%的违约金。", request)
    assert "2%" not in draft.text and "[1]" in draft.text  # the document's own sentences stand in its place


def test_no_link_and_no_address_of_the_models_own_is_written(engine: Engine) -> None:
    rule = "整存整取部分提前支取限一次。留存金额不得低于 50 元。"
    request = DraftRequest("customer_notice", NOTICE, chosen(engine, DEPOSITS))
    draft, _ = drafted(engine, f"{rule}详情见[这里](https://evil.example.com/x)，或拨打13800138000。", request)
    assert "evil" not in draft.text and "13800138000" not in draft.text and "限一次[1]" in draft.text


def test_a_figure_that_no_source_holds_is_struck(engine: Engine) -> None:
    true = "部分提前支取的，提前支取的部分按支取日挂牌公告的活期存款利率计息。整存整取部分提前支取限一次。"
    request = DraftRequest("customer_notice", NOTICE, chosen(engine, DEPOSITS))
    draft, _ = drafted(engine, f"{true}留存金额不得低于 80 元。", request)
    assert "~~80 元~~" in draft.text and f"{UNSUPPORTED}。" in draft.text


def test_facts_that_the_chosen_document_does_not_hold_are_marked(engine: Engine) -> None:
    draft, generator = drafted(
        engine, "个人大额存单20万元起存。", DraftRequest("product_introduction", CERTIFICATE, chosen(engine, CASH))
    )
    assert draft.missing[1:] == ("起存金额", "存期", "计息", "提前支取")
    assert draft.text.count(f"{NOT_IN_DOCUMENTS}{UNSUPPORTED}") == 5
    assert draft.citations == () and generator.asked == []
    assert draft.check.missing_disclosures == ()


def test_without_documents_nothing_is_drawn_from_any(engine: Engine) -> None:
    draft, generator = drafted(engine, "个人大额存单20万元起存。", DraftRequest("product_introduction", CERTIFICATE))
    assert draft.citations == () and generator.asked == []


def test_the_users_own_words_need_no_source_and_forbidden_ones_are_told(engine: Engine) -> None:
    fields = {**CERTIFICATE, "product_type": "理财", "suitable": "想要保本高息的客户\n有20万元闲置资金的客户"}
    draft, _ = drafted(engine, "", DraftRequest("product_introduction", fields, chosen(engine, DEPOSITS)))
    assert "1. 想要保本高息的客户。\n2. 有20万元闲置资金的客户。" in draft.text
    assert [finding.text for finding in draft.check.wording] == ["保本"]


def test_an_edited_text_is_checked_again(engine: Engine) -> None:
    request = DraftRequest("customer_notice", NOTICE, chosen(engine, DEPOSITS))
    draft, _ = drafted(engine, "整存整取部分提前支取限一次。", request)
    again = engine.writing.check(request, draft.text)
    assert again.missing_disclosures == ()
    assert all(claim.verdict is Verdict.SUPPORTED for claim in again.claims)
    disclosure = next(line for line in draft.text.split("\n") if "最高偿付限额" in line)
    edited = draft.text.replace(disclosure, "提前支取可以免费获得礼品一份。本产品无风险。")
    found = engine.writing.check(request, edited)
    assert found.missing_disclosures == (disclosure.removeprefix("- "),)
    assert [claim.text for claim in found.claims if claim.verdict is Verdict.UNSUPPORTED]
    assert "无风险" in [finding.text for finding in found.wording]


def test_a_draft_is_in_the_audit_log(engine: Engine) -> None:
    request = DraftRequest("customer_notice", NOTICE, chosen(engine, DEPOSITS))
    draft, _ = drafted(engine, "整存整取部分提前支取限一次。", request)
    entry = engine.audit.entries(AuditFilter(limit=0))[-1]
    assert entry.action == AuditAction.DRAFTED and entry.facts["template"] == "customer_notice"
    assert entry.sources and all(source.startswith(draft.citations[0].document_id) for source in entry.sources)


def test_unknown_documents_and_cancelling(engine: Engine) -> None:
    with pytest.raises(RequestRejected):
        list(engine.writing.draft(DraftRequest("customer_notice", NOTICE, ("ab" * 32,)), CancelToken()))
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(engine.writing.draft(DraftRequest("customer_notice", NOTICE), cancel))


def test_a_text_is_exported_with_its_label_and_sources(engine: Engine, tmp_path: Path) -> None:
    request = DraftRequest("customer_notice", NOTICE, chosen(engine, DEPOSITS))
    draft, _ = drafted(engine, "整存整取部分提前支取限一次。", request)
    path = tmp_path / "notice.md"
    engine.writing.export("customer_notice", draft.text, draft.citations, path, CancelToken())
    text = path.read_text(encoding="utf-8")
    assert text.count("内容由人工智能生成") >= 2 and DEPOSITS in text and "最高偿付限额" in text


def test_a_small_model_writes_a_notice_that_holds(engine: Engine, qwen05_pack: Path) -> None:
    from functools import partial

    from engine.models import check_model, open_model

    settings = replace(engine.settings, generator_pack=qwen05_pack.name)
    engine._model = ModelSlot(
        qwen05_pack.name, partial(open_model, settings, engine._knowledge), partial(check_model, settings)
    )
    request = DraftRequest("customer_notice", NOTICE, chosen(engine, DEPOSITS))
    *_, draft = engine.writing.draft(request, CancelToken())
    assert isinstance(draft, DraftFinished) and draft.citations
    assert draft.check.missing_disclosures == ()
    supported = [claim for claim in draft.check.claims if claim.verdict is Verdict.SUPPORTED]
    assert 2 * len(supported) > len(draft.check.claims)
    for citation in draft.citations:
        assert citation.quote in engine._knowledge.page(citation.document_id, citation.page_no).text
