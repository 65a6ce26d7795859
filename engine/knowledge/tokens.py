"""What the full-text index sees of a text: keyed tokens that say nothing without the home's key.

Tokens are the character bigrams of every CJK run (they found more than any dictionary tokenizer on law questions,
R@5 .817), its single characters (lay questions share few words with the rules, but characters: BM25 alone finds the
article among 200 for .81 of them instead of .70), the words between them, and one spelling of each article number,
amount, percentage and document number. Each becomes a keyed BLAKE2b digest (RFC 7693) of 48 bits: among a million
different tokens less than one pair in a thousand homes collides.
"""

from __future__ import annotations

import base64
import hashlib
import re

from engine.knowledge.canonical import canonical_tokens, normalize

_CJK = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Characters that stand in nearly every sentence say nothing alone and cost the most time to look up.
_FUNCTION = frozenset("的了是在和与或及其之者为于以对将由有不人应当可一二三四五六七八九十条款项第本依法定规")
_RUN = re.compile(rf"[{_CJK}]+|\d+(?:\.\d+)+|[^\W_{_CJK}]+")
_IS_CJK = re.compile(f"[{_CJK}]")
_DIGEST_BYTES = 6
_CACHE_LIMIT = 1_000_000


def plain_tokens(text: str) -> list[str]:
    """The tokens of a text before keying, in order, repeated as often as they occur."""
    plain = normalize(text)
    tokens: list[str] = []
    for match in _RUN.finditer(plain):
        run = match.group()
        if len(run) > 1 and _IS_CJK.match(run):
            tokens.extend(run[i : i + 2] for i in range(len(run) - 1))
            tokens.extend(char for char in run if char not in _FUNCTION)
        else:
            tokens.append(run)
    return tokens + canonical_tokens(plain)


class KeyedTokens:
    """Turns text into keyed tokens; the digests of tokens seen before are remembered in memory."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._digests: dict[str, str] = {}

    def keyed(self, text: str) -> list[str]:
        """Each token is 8 characters of URL-safe base64."""
        if len(self._digests) > _CACHE_LIMIT:
            self._digests.clear()
        return [self._digests.get(token) or self._digest(token) for token in plain_tokens(text)]

    def _digest(self, token: str) -> str:
        raw = hashlib.blake2b(token.encode("utf-8", "replace"), key=self._key, digest_size=_DIGEST_BYTES).digest()
        digest = self._digests[token] = base64.urlsafe_b64encode(raw).decode("ascii")
        return digest
