from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.ingestion.chunker import chunk_document
from engine.values import Chunk, Heading, Page, PageKind

DOCUMENT = "d" * 64


def page(number: int, text: str) -> Page:
    """A page whose characters all stand at the right edge, as the end of a full line would."""
    boxes = np.tile(np.array([520, 100, 530, 110], "<f4"), (len(text), 1))
    return Page(
        number, PageKind.TEXT if text else PageKind.EMPTY, 595, 842, text, boxes.tobytes(), (0,) if text else ()
    )


def chunks_of(*texts: str, name: str = "文件.pdf") -> list[Chunk]:
    pages = [page(number, text) for number, text in enumerate(texts, 1)]
    chunks = chunk_document(DOCUMENT, name, pages)
    check(chunks, pages)
    return chunks


def body(chunk: Chunk) -> str:
    return chunk.text.split("\n", 1)[1]


def check(chunks: list[Chunk], pages: list[Page]) -> None:
    """What holds for every document: exact spans, right ids, and no character lost."""
    covered = {number.page_no: [False] * len(number.text) for number in pages}
    texts = {number.page_no: number.text for number in pages}
    for ordinal, chunk in enumerate(chunks):
        assert chunk.ordinal == ordinal
        assert chunk.chunk_id == f"{DOCUMENT}:{chunk.page_no}:{ordinal}"
        assert chunk.page_no == chunk.spans[0].page_no
        pieces = [texts[span.page_no][span.start : span.end] for span in chunk.spans]
        assert body(chunk).replace("\n", "").endswith("".join(pieces).replace("\n", ""))
        for span in chunk.spans:
            covered[span.page_no][span.start : span.end] = [True] * (span.end - span.start)
    headings = {heading for chunk in chunks for heading in chunk.heading_path}
    for number in pages:
        bare = "".join(char for char, seen in zip(number.text, covered[number.page_no], strict=True) if not seen)
        for line in filter(None, bare.split("\n")):
            assert any(line in heading or heading in line for heading in headings), f"lost: {line}"


LAW = """商业银行存款办法
2024年1月1日 发布
第一章 总则
第一条 为了保护存款人,制定本办法。
第二条 存款自愿,取款自由。
(一)存款有息;
(二)为存款人保密。
第二章 账户
第一节 开立
第三条 开立账户应当出示身份证件。"""


def test_one_article_is_one_chunk_under_its_headings() -> None:
    chunks = chunks_of(LAW)
    assert [chunk.heading_path for chunk in chunks] == [
        ("商业银行存款办法",),
        ("商业银行存款办法", "第一章 总则", "第一条"),
        ("商业银行存款办法", "第一章 总则", "第二条"),
        ("商业银行存款办法", "第二章 账户", "第一节 开立", "第三条"),
    ]
    assert (
        chunks[2].text
        == "《商业银行存款办法》第一章 总则\n第二条 存款自愿,取款自由。\n(一)存款有息;\n(二)为存款人保密。"
    )
    assert chunks[3].text.startswith("《商业银行存款办法》第二章 账户 第一节 开立\n第三条 ")


def test_an_article_that_crosses_a_page_stays_whole() -> None:
    chunks = chunks_of(
        "办法\n第一条 短。\n第二条 存款人可以随时到开户银行的任何一个营业网点支取其存", "款本金和利息。\n第三条 完。"
    )
    assert body(chunks[1]) == "第二条 存款人可以随时到开户银行的任何一个营业网点支取其存款本金和利息。"
    assert [span.page_no for span in chunks[1].spans] == [1, 2]
    assert chunks[1].page_no == 1
    assert chunks[2].page_no == 2


def test_a_long_article_is_cut_at_sentence_ends_and_keeps_its_name() -> None:
    sentence = "存款人的合法权益受到法律的保护,任何单位和个人都不得以任何方式加以侵犯或者变相侵犯。"
    chunks = chunks_of(f"办法\n第一条 短。\n第二条 {sentence * 30}\n第三条 完。")
    parts = [chunk for chunk in chunks if chunk.heading_path[-1] == "第二条"]
    assert len(parts) > 2
    assert all(len(body(part)) <= 480 and body(part).endswith("。") for part in parts)
    assert all(part.text.startswith("《办法》第二条\n") for part in parts[1:])


def test_a_sentence_without_end_is_cut_all_the_same() -> None:
    chunks = chunks_of("通知\n" + "文" * 2000)
    assert len(chunks) >= 5
    assert all(len(body(chunk)) <= 540 for chunk in chunks)


def test_references_and_contents_are_no_articles() -> None:
    chunks = chunks_of(
        "办法\n目 录\n第一条 目的 ..... 1\n第二条 范围 ..... 2\n第一章 总则\n"
        "第一条 目的。\n第一条规定的机构应当报告。\n第二条 范围。"
    )
    assert [chunk.heading_path[-1] for chunk in chunks] == ["目 录", "第一条", "第二条"]
    assert "第一条规定的机构应当报告。" in chunks[1].text


def test_contents_without_dots_do_not_become_headings_of_the_body() -> None:
    chunks = chunks_of("办法\n目录\n第一章 总则\n第二章 账户\n第一章 总则\n第一条 甲。\n第二章 账户\n第二条 乙。")
    paths = [chunk.heading_path for chunk in chunks if chunk.heading_path[-1].endswith("条")]
    assert paths == [("办法", "第一章 总则", "第一条"), ("办法", "第二章 账户", "第二条")]


def test_documents_without_articles_follow_numbered_headings() -> None:
    chunks = chunks_of(
        "操作手册\n一、开户\n1. 准备材料\n身份证原件。\n2. 录入\n核对后录入系统。\n二、销户\n清户后销户。"
    )
    assert [chunk.heading_path for chunk in chunks] == [
        ("操作手册", "一、开户", "1. 准备材料"),
        ("操作手册", "一、开户", "2. 录入"),
        ("操作手册", "二、销户"),
    ]


def test_headings_without_a_body_stay_in_their_order() -> None:
    chunks = chunks_of("报告\n(五)专项储备\n1. 本期提取\n2. 本期使用\n(六)盈余公积\n本期无变动。\n(七)其他")
    assert [(chunk.heading_path[1:], body(chunk)) for chunk in chunks] == [
        (("(五)专项储备",), "1. 本期提取\n2. 本期使用"),
        (("(六)盈余公积",), "本期无变动。"),
        ((), "(七)其他"),
    ]


def test_short_paragraphs_share_a_chunk_up_to_the_limit() -> None:
    paragraphs = [f"第{number}件事情说明如下,请各网点遵照执行,不得拖延或者推诿责任。" for number in range(40)]
    chunks = chunks_of("通知\n" + "\n".join(paragraphs))
    assert all(300 <= len(body(chunk)) <= 480 for chunk in chunks[:-1])
    assert sum(len(body(chunk).split("\n")) for chunk in chunks) == 40


def test_without_a_title_the_file_gives_the_name() -> None:
    (chunk,) = chunks_of("各网点:请注意,明天停电。", name="停电通知(2024-05-01).pdf")
    assert chunk.heading_path == ("停电通知(2024-05-01)",)
    assert chunk.text == "《停电通知(2024-05-01)》\n各网点:请注意,明天停电。"


def test_pages_without_text_give_nothing() -> None:
    assert chunks_of("", "") == []
    assert chunk_document(DOCUMENT, "空.pdf", []) == []
    failed = Page(1, PageKind.FAILED, 595, 842, reason="scanned_page")
    assert chunk_document(DOCUMENT, "扫描.pdf", [failed]) == []


def test_a_title_alone_is_a_chunk() -> None:
    (chunk,) = chunks_of("存款利率表")
    assert "存款利率表" in body(chunk)


ITEM_TEXT = "应当向存款人说明有关的风险和费用,并取得存款人的书面同意后方可办理,不得以任何方式误导存款人"


def test_items_cut_off_from_their_article_keep_its_lead() -> None:
    items = "\n".join(f"({numeral}){ITEM_TEXT};" for numeral in "一二三四五六七八九十") + f"\n(十一){ITEM_TEXT}。"
    text = f"办法\n第一条 短。\n第二条 银行办理下列业务的:\n{items}\n第三条 完。"
    chunks = chunks_of(text)
    parts = [chunk for chunk in chunks if chunk.heading_path[-1] == "第二条"]
    assert len(parts) >= 2
    assert body(parts[0]).startswith("第二条 银行办理下列业务的:\n(一)")
    for part in parts[1:]:
        assert part.text.startswith("《办法》第二条\n第二条 银行办理下列业务的:\n(")
        assert text[part.spans[0].start] == "("
    assert all(len(body(part)) <= 480 for part in parts)


def test_what_follows_the_items_has_no_lead() -> None:
    items = "\n".join(f"({numeral}){ITEM_TEXT};" for numeral in "一二三四五六七八")
    after = "前款所列业务的具体办法由总行另行制定。" * 20
    chunks = chunks_of(f"办法\n第一条 短。\n第二条 银行办理下列业务的:\n{items}\n{after}\n第三条 完。")
    last = [chunk for chunk in chunks if chunk.heading_path[-1] == "第二条"][-1]
    assert "下列业务" not in last.text


def test_what_the_file_calls_a_heading_is_one() -> None:
    text = (
        "业务须知\n开户的条件\n年满十六周岁的个人可以开户。\n一、材料\n身份证件。\n销户的条件\n余额为零的账户可以销户。"
    )
    headings = tuple(Heading(level, text.index(title)) for level, title in ((1, "开户的条件"), (1, "销户的条件")))
    chunks = chunk_document(DOCUMENT, "a.pdf", [replace(page(1, text), headings=headings)])
    assert [chunk.heading_path[1:] for chunk in chunks] == [
        ("开户的条件",),
        ("开户的条件", "一、材料"),
        ("销户的条件",),
    ]


def test_fifty_thousand_tiny_paragraphs_are_all_kept() -> None:
    lines = [f"{number}号" for number in range(50_000)]
    pages = [page(number + 1, "\n".join(lines[number * 100 : number * 100 + 100])) for number in range(500)]
    chunks = chunk_document(DOCUMENT, "多.pdf", pages)
    check(chunks, pages)
    assert len(chunks) < 2000


def test_fifty_thousand_tiny_articles_are_as_many_chunks() -> None:
    lines = [f"第{number % 9000 + 1}条 短。" for number in range(50_000)]
    pages = [page(number + 1, "\n".join(lines[number * 100 : number * 100 + 100])) for number in range(500)]
    chunks = chunk_document(DOCUMENT, "多.pdf", pages)
    assert len(chunks) == 50_000 and len({chunk.chunk_id for chunk in chunks}) == 50_000
