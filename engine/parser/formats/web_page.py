"""A page from the web: its title and its main text, without menus, advertisements, links, scripts and pictures.

What the main text is decides trafilatura (Barbaresi 2021, ACL demonstrations, "Trafilatura: A Web Scraping Library and
Command-Line Tool for Text Discovery and Extraction"); of a page in which it finds none the whole text is taken.
"""

# pyright: basic
# trafilatura's trees carry no types; text leaves this module as `str` in blocks.

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  a compiled module without stubs
from trafilatura import extract
from trafilatura.external import jt_stoplist_init

from engine.parser.formats import hypertext
from engine.parser.formats.blocks import Block, Heading, clean

jt_stoplist_init()  # reads files of its own, which is no longer possible when a page comes

_SITE = re.compile(r"\s*[-_|–—]\s*[^-_|–—]{1,30}$")  # 公告 - 某某银行
_TITLE_CHARS = 120
_LEAST_BLOCKS = 2  # of main text; a page with less is taken whole, without what stands around the text
_AROUND = ("nav", "footer", "aside", "form")
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d])|font-size\s*:\s*0(?![.\d])"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)


def blocks(data: bytes) -> Iterator[Block]:
    """Raises DocumentRejected BROKEN, CONTENT_MISMATCH."""
    html = hypertext.decoded(data)
    root = hypertext.tree(html)
    if root is None:
        return
    title = _title(root)
    _drop_unseen(root)
    whole = etree.tostring(root, encoding="unicode", method="html")
    main = extract(whole, output_format="html", include_comments=False, include_links=False, include_images=False) or ""
    found = list(hypertext.blocks_of(main))
    if len(found) < _LEAST_BLOCKS:
        for element in list(root.iter(*_AROUND)):
            _drop(element)
        found = list(hypertext.blocks_of(etree.tostring(root, encoding="unicode", method="html")))
    first = found[0] if found else None
    if title and not (isinstance(first, Heading) and first.text in title):
        yield Heading(title, 1)
    yield from found


def _drop_unseen(root: Any) -> None:
    """Take out what a reader of the page does not see, as far as its elements say so themselves: text that is hidden
    speaks to machines, not to people."""
    for element in list(root.iter("script", "style", "template", "noscript", "iframe", "object", "embed", "svg")):
        _drop(element)
    for element in list(root.iter(etree.Element)):
        hidden = element.get("hidden") is not None or _UNSEEN.search(element.get("style") or "")
        if hidden and element.tag not in ("html", "body"):
            _drop(element)


def _drop(element: Any) -> None:
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if element.tail:
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _title(root: Any) -> str:
    title = clean(root.findtext(".//title") or "")
    return (_SITE.sub("", title) or title)[:_TITLE_CHARS]


def sample() -> bytes:
    """A small page that takes every path a real one does."""
    rows = "<table><tr><td>1</td><td>2</td></tr></table><ul><li>a</li></ul>"
    text = "".join(f"<p>第{n}条 存款人可以凭有效身份证件办理定期存款的提前支取。</p>" for n in range(9))
    page = f"<html><head><title>公告 - 银行</title></head><body><nav>首页</nav><h2>存款</h2>{text}{rows}</body></html>"
    return page.encode("gb18030")
