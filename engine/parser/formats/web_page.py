"""A page from the web: its title and its main text, without menus, advertisements, links, scripts and pictures.

What the main text is decides trafilatura (Barbaresi 2021, ACL demonstrations, "Trafilatura: A Web Scraping Library and
Command-Line Tool for Text Discovery and Extraction"); of a page in which it finds none the whole text is taken.
"""

# pyright: basic
# trafilatura's trees carry no types; text leaves this module as `str` in blocks.

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from trafilatura import extract
from trafilatura.external import jt_stoplist_init

from engine.parser.formats import hypertext
from engine.parser.formats.blocks import Block, Heading, clean

jt_stoplist_init()  # reads files of its own, which is no longer possible when a page comes

_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,2000})", re.IGNORECASE)
_SITE = re.compile(r"\s*[-_|–—]\s*[^-_|–—]{1,30}$")  # 公告 - 某某银行
_TITLE_WITHIN_CHARS = 200_000
_TITLE_CHARS = 120
_LEAST_CHARS = 30  # of main text; a page with less is taken whole


def blocks(data: bytes) -> Iterator[Block]:
    """Raises DocumentRejected BROKEN, CONTENT_MISMATCH."""
    html = hypertext.decoded(data)
    main = extract(html, output_format="html", include_comments=False, include_links=False, include_images=False) or ""
    found = list(hypertext.blocks_of(main if len(clean(re.sub("<[^>]*>", "", main))) >= _LEAST_CHARS else html))
    title = _title(html)
    first = found[0] if found else None
    if title and not (isinstance(first, Heading) and first.text in title):
        yield Heading(title, 1)
    yield from found


def _title(html: str) -> str:
    match = _TITLE.search(html[:_TITLE_WITHIN_CHARS])
    if not match:
        return ""
    title = clean(unescape(match[1]))
    return (_SITE.sub("", title) or title)[:_TITLE_CHARS]


def sample() -> bytes:
    """A small page that takes every path a real one does."""
    rows = "<table><tr><td>1</td><td>2</td></tr></table><ul><li>a</li></ul>"
    text = "".join(f"<p>第{n}条 存款人可以凭有效身份证件办理定期存款的提前支取。</p>" for n in range(9))
    page = f"<html><head><title>公告 - 银行</title></head><body><nav>首页</nav><h2>存款</h2>{text}{rows}</body></html>"
    return page.encode("gb18030")
