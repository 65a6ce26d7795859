"""What of a model's text may be shown at all, before its sentences are held against the evidence.

Addresses and numbers to call or to pay to are shown only where the evidence has them, and then as plain text; what
loads, links or poses as a word of the program is taken out. Tables, lists, bold and ordinary headings stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.answering.commands import INVISIBLE
from engine.answering.phrases import ADDRESS_LEFT_OUT, NUMBER_LEFT_OUT
from engine.answering.text import split_sentences
from engine.values import Passage

HEADING_CHARS = 16  # a longer heading states something, and is checked like a sentence
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\s*(?:\([^)\n]*(?:\)|$)|\[[^\]\n]*\])", re.MULTILINE)
_LINK = re.compile(r"\[([^\]\n]+)\]\s*\(([^)\n]*)\)")
_REFERENCE = re.compile(r"^[ \t]*\[[^\]\n]+\]:[^\n]*$", re.MULTILINE)
_COMMENT = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|iframe|object|svg)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(r"</?[A-Za-z!?][^<>\n]*>|<\|[^|<>\n]{1,40}\|>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,31});", re.IGNORECASE)
_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,20}:(?://|\\\\)[^\s\u3000-\u9fff，。；、）)】》」\"'<>]*"
    r"|\b(?:javascript|vbscript|data|file|mailto|tel|sms|intent):[^\s，。；、）)】》」]+"
    r"|(?:\\\\|(?<![:/])//)[\w.$-]+[\\/][^\s，。；、）)】》」]*"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b(?:www\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|cn|net|org|top|io|info|xyz|cc|vip|app|site|club|shop|online"
    r"|gov|edu|ru|hk|tw|me|co|biz|ltd|link|cloud|tech|wang)\b(?:[:/?#][^\s\u3000-\u9fff，。；、）)】》」]*)?"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:/[^\s，。；、）)】》」]*)?",
    re.IGNORECASE | re.ASCII,  # so that a Chinese letter bounds an address
)
_NEVER_SHOWN = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]{1,20}:|\\\\|//", re.IGNORECASE)  # a local or active address
_NUMBER = re.compile(
    r"(?<![\d.])(?:\+?86[- ]?)?(?:1[3-9]\d(?:[- ]?\d{4}){2}|(?:400|800)(?:[- ]?\d){7}|0\d{2,3}[- ]\d{7,8}"
    r"|955\d{2,3}|\d(?:[ -]?\d){8,24})(?![\d.]|\s*[元万亿])"
)
_NOTICE = re.compile(
    r"【[^【】\n]{0,60}(?:系统|通知|通告|公告|提示|提醒|警告|预警|审核|核实|核验|验证|认证|生成|人工|官方|安全|总行|指令)[^【】\n]{0,60}】"
)
_HEADING = re.compile(r"^[ \t>]*#{1,6}[ \t]*([^\n]*?)[ \t#]*$", re.MULTILINE)
_POSES = re.compile("系统|通知|警告|提示|提醒|公告|安全中心|登录|口令|密码|立即|AI|人工智能", re.IGNORECASE)
_UNDERLINE = re.compile(r"^[ \t]*(?:={2,}|-{2,})[ \t]*$", re.MULTILINE)
_ROLE = re.compile(
    r"^[ \t]*(?:系统|助手|助理|用户|assistant|system|user|human)[ \t]*[:：][ \t]*", re.MULTILINE | re.IGNORECASE
)
_FENCE = re.compile(r"^[ \t]*(?:`{3,}|~{3,})[^\n]*$", re.MULTILINE)
_TABLE_HEAD = re.compile(r"^([ \t]*\|[^\n]*)\n[ \t]*\|?[ \t:|-]*-[ \t:|-]*\|?[ \t]*$", re.MULTILINE)
_SPELLED = re.compile(r"[\s\-]")


def showable(text: str, evidence: Sequence[Passage]) -> str:
    """The text without what may not be shown.

    Args:
        text: Markdown as the model wrote it.
        evidence: what it may rest on; what its addresses and numbers are looked up in.
    """
    held = "\n".join(f"{passage.name}\n{passage.text}" for passage in evidence)
    visible = INVISIBLE.sub("", text)
    while (cleaned := _without_markup(visible)) != visible:  # what is taken out may not uncover another
        visible = cleaned
    plain = _ADDRESS.sub(lambda found: _if_held(found[0], held, ADDRESS_LEFT_OUT), visible)
    plain = _NUMBER.sub(lambda found: _if_held(found[0], held, NUMBER_LEFT_OUT), plain)
    return _flattened(plain).strip()


def _without_markup(text: str) -> str:
    text = _REFERENCE.sub("", _COMMENT.sub("", text))
    text = _LINK.sub(_spelled_out, _IMAGE.sub("", text))
    return _ROLE.sub("", _NOTICE.sub("", _ENTITY.sub("", _TAG.sub("", text))))


def _spelled_out(link: re.Match[str]) -> str:
    """A link as text; [1](…) is a marker with an address behind it."""
    label, address = link[1], link[2].strip()
    if label.isdigit():
        return f"[{label}]"
    return f"{label}（{address}）" if address and address != label else label


def _if_held(found: str, held: str, otherwise: str) -> str:
    """As it is where the evidence has it, its spaces and hyphens aside; a local or active address never."""
    if _NEVER_SHOWN.match(found):
        return otherwise
    wanted = _SPELLED.sub("", found.lower().rstrip("./")).removeprefix("http://").removeprefix("https://")
    return found if wanted and wanted in _SPELLED.sub("", held.lower()) else otherwise


def _flattened(text: str) -> str:
    """Headings and heads of tables that say more than a heading does become lines, which are checked."""
    text = _TABLE_HEAD.sub(_table_head, _FENCE.sub("", text))
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if _UNDERLINE.match(line) and number and lines[number - 1].strip() and "|" not in line:
            lines[number] = ""  # it would make a heading of the line above
    return _HEADING.sub(_heading, "\n".join(lines))


def _heading(match: re.Match[str]) -> str:
    title = match[1].strip()
    plain = len(title) <= HEADING_CHARS and not _POSES.search(title) and not any(map(str.isdigit, title))
    return match[0] if plain and len(split_sentences(title)) <= 1 and not title.endswith(("。", "！", "!")) else title


def _table_head(match: re.Match[str]) -> str:
    cells = [cell.strip() for cell in match[1].strip().strip("|").split("|")]
    plain = all(len(cell) <= HEADING_CHARS and not _POSES.search(cell) for cell in cells)
    return match[0] if plain else match[1]
