"""Our marks within Markdown: [n], ~~figure~~ and the label of a sentence without support.

Each becomes one letter of Unicode's private use area before Markdown is parsed, so that Markdown can neither take [n]
for a link nor, beside Chinese letters, the second ~~ of ~~5%~~ for another first one. Two more letters keep apart what
would make one part of a text change another: a definition 「[x]: address」 far below turns [x] into a link, and a
character reference is inserted as HTML, which tears the list around it.
"""

from __future__ import annotations

import html
import re

from desktop.look.proof_text import UNSUPPORTED_MARK

STRUCK_FROM, STRUCK_TO, UNSUPPORTED = "\ue100", "\ue101", "\ue102"
NO_DEFINITION, AMPERSAND = "\ue103", "\ue104"
INLINE = re.compile(" *([\ue001-\ue063])|([\ue100-\ue102])")  # no space before a chip: it hangs on what it proves
_MARKERS = 0xE000
_SPELLED = {
    STRUCK_FROM: "~~",
    STRUCK_TO: "~~",
    UNSUPPORTED: UNSUPPORTED_MARK,
    NO_DEFINITION: "",
    AMPERSAND: "&",
}
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z]\w{1,30});")
_STRUCK = re.compile(r"(?<!~)~~(?![~\s])([^~\n]*[^~\s])~~(?!~)")
_MARKER = re.compile(r"\[([1-9]\d?)\]|【([1-9]\d?)】")
_PRIVATE = re.compile("[\ue000-\uf8ff]")


def protect(markdown: str) -> str:
    """`markdown` with every mark as one private letter; private letters of its own are replaced."""
    plain = _PRIVATE.sub("\ufffd", markdown).replace("]:", f"]{NO_DEFINITION}:").replace("&", AMPERSAND)
    plain = _STRUCK.sub(f"{STRUCK_FROM}\\1{STRUCK_TO}", plain).replace(UNSUPPORTED_MARK, UNSUPPORTED)
    return _MARKER.sub(lambda found: chr(_MARKERS + int(found[1] or found[2])), plain)


def restore(text: str) -> str:
    """Marks as they were written, for code and addresses."""
    return _PRIVATE.sub(lambda found: _SPELLED.get(found[0], f"[{ord(found[0]) - _MARKERS}]"), text)


def spelled(text: str) -> str:
    """Text without marks, as it is read: &lt; is <, unless it stands for what has no shape."""
    return _REFERENCE.sub(_character, text.replace(NO_DEFINITION, "").replace(AMPERSAND, "&"))


def _character(reference: re.Match[str]) -> str:
    character = html.unescape(reference[0])
    if character.isspace():
        return " "
    return character if character.isprintable() else reference[0]


def marker(letter: str) -> int:
    """The number that a private letter stands for; 0 for any other text."""
    number = ord(letter) - _MARKERS if len(letter) == 1 else 0
    return number if 1 <= number <= 99 else 0
