"""Sentencepiece's own order of merges, for vocabularies in which many pieces have the same score.

Of all neighbours the two whose union has the highest score are merged, of equal scores the leftmost two, until no
union is a piece (sentencepiece, `bpe_model.cc`). Ranked merges, as `tokenizer.json` has them, cannot say "leftmost".
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping, Sequence

_Pair = tuple[float, int, int, int]  # negative score, place of the left symbol, of the right one, length of both


class ScoredBpe:
    """`vocabulary` maps pieces to ids, among them `<0x00>` to `<0xFF>`; `scores[id]` is NaN for what no merge makes.

    Raises KeyError when a byte has no piece.
    """

    def __init__(self, vocabulary: Mapping[str, int], scores: Sequence[float]) -> None:
        self._ids = dict(vocabulary)
        self._bytes = [self._ids[f"<0x{byte:02X}>"] for byte in range(256)]
        self._scores = {piece: scores[i] for piece, i in vocabulary.items() if not math.isnan(scores[i])}

    def encode(self, text: str) -> list[int]:
        """Ids of a text whose spaces are already `▁`; a character without a piece becomes its UTF-8 bytes."""
        ids: list[int] = []
        for piece in self._pieces(text):
            if piece in self._scores:
                ids.append(self._ids[piece])
            else:
                ids += [self._bytes[byte] for byte in piece.encode("utf-8")]
        return ids

    def _pieces(self, text: str) -> list[str]:
        symbols = list(text)  # a symbol merged into its left neighbour becomes ""
        following = list(range(1, len(symbols) + 1))
        previous = list(range(-1, len(symbols) - 1))
        agenda: list[_Pair] = []

        def consider(left: int, right: int) -> None:
            if left < 0 or right >= len(symbols):
                return
            union = symbols[left] + symbols[right]
            score = self._scores.get(union)
            if score is not None:
                heapq.heappush(agenda, (-score, left, right, len(union)))

        for place in range(1, len(symbols)):
            consider(place - 1, place)
        while agenda:
            _, left, right, length = heapq.heappop(agenda)
            if not symbols[left] or not symbols[right] or len(symbols[left]) + len(symbols[right]) != length:
                continue  # one of them has been merged meanwhile
            symbols[left] += symbols[right]
            symbols[right] = ""
            following[left] = following[right]
            if following[right] < len(symbols):
                previous[following[right]] = left
            consider(previous[left], left)
            consider(left, following[left])
        return [symbol for symbol in symbols if symbol]
