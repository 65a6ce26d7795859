"""Keys and values of what was read before, so that a prompt that begins alike is not read again.

A radix tree over token ids (Morrison 1968, PATRICIA; used for KV reuse by SGLang's RadixAttention): each node holds a
run of tokens with their keys and values, and what two prompts share is stored once. Nothing has to be marked as worth
keeping: whatever the buffer of a `KVCache` is about to lose is kept, and any of its prefixes can come back, be it the
system prompt, the evidence, or a whole conversation. Tokens are compared, never hashes of them, and the slots come
back as the bytes they were. When `limit_bytes` is reached, what was used longest ago goes first, from the leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.runtime.kv_cache import KVCache, Slots


@dataclass(slots=True, eq=False)
class _Node:
    tokens: tuple[int, ...]
    slots: Slots
    used: int
    children: dict[int, _Node] = field(default_factory=dict["int", "_Node"])  # by their first token


class PrefixCache:
    """What several conversations have read, at most `limit_bytes` of it. One thread at a time."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.size_bytes = 0
        self._root = _Node((), _NOTHING, 0)
        self._clock = 0

    def resume(self, cache: KVCache, prompt: Sequence[int]) -> int:
        """Let the cache hold the longest prefix of `prompt` that it or this store knows; returns its length.

        What the cache loses by that is kept here. At least the prompt's last token is left to be read.
        """
        self._clock += 1
        shared = shared_length(cache.tokens, prompt)
        if shared < len(cache):
            self._path(prompt)  # used from now on, so that it does not make room for what is kept
            self._keep(cache)
        cache.rewind(shared)
        at = 0
        for node, count in self._path(prompt):
            known = max(0, len(cache) - at)
            if known < count:
                cache.restore(node.tokens[known:count], node.slots[:, :, known:count])
            at += count
        return cache.reuse(prompt)

    def _keep(self, cache: KVCache) -> None:
        """Store what the cache holds and this store does not, as far as the limit allows."""
        tokens, at, parent = cache.tokens, 0, self._root
        for node, count in self._path(tokens):
            at += count
            parent = node if count == len(node.tokens) else self._split(parent, node, count)
        count = self._make_room(len(tokens) - at, cache.slot_bytes)
        if count:
            leaf = _Node(tokens[at : at + count], cache.snapshot(at, at + count), self._clock)
            parent.children[tokens[at]] = leaf
            self.size_bytes += leaf.slots.nbytes

    def forget(self, but: Sequence[int] = ()) -> None:
        """Drop everything that is not a prefix of `but`."""
        path = self._path(but)
        self._root.children, self.size_bytes, parent = {}, 0, self._root
        for node, count in path:
            kept = _Node(node.tokens[:count], node.slots[:, :, :count].copy(), self._clock)
            parent.children[kept.tokens[0]] = kept
            self.size_bytes += kept.slots.nbytes
            parent = kept

    def _path(self, tokens: Sequence[int]) -> list[tuple[_Node, int]]:
        """The nodes along `tokens`, with how many tokens of each match; they are in use now."""
        path: list[tuple[_Node, int]] = []
        node, at = self._root, 0
        while at < len(tokens) and (child := node.children.get(tokens[at])):
            child.used = self._clock
            count = shared_length(child.tokens, tokens[at:])
            path.append((child, count))
            if count < len(child.tokens):
                break
            node, at = child, at + count
        return path

    def _split(self, parent: _Node, node: _Node, count: int) -> _Node:
        """Cut a node behind `count` tokens; returns the upper half."""
        upper = _Node(node.tokens[:count], node.slots[:, :, :count].copy(), node.used)
        parent.children[upper.tokens[0]] = upper
        node.tokens, node.slots = node.tokens[count:], node.slots[:, :, count:].copy()
        upper.children[node.tokens[0]] = node
        return upper

    def _make_room(self, tokens: int, slot_bytes: int) -> int:
        """Drop leaves that are not in use until `tokens` fit; returns how many of them do."""
        wanted = min(tokens * slot_bytes, self.limit_bytes)
        while self.size_bytes + wanted > self.limit_bytes:
            leaves = [pair for pair in self._leaves(self._root) if pair[1].used < self._clock]
            if not leaves:
                break
            parent, oldest = min(leaves, key=lambda pair: pair[1].used)
            del parent.children[oldest.tokens[0]]
            self.size_bytes -= oldest.slots.nbytes
        return min(tokens, (self.limit_bytes - self.size_bytes) // slot_bytes) if slot_bytes else 0

    def _leaves(self, node: _Node) -> Iterator[tuple[_Node, _Node]]:
        """Every node without children, with its parent."""
        for child in node.children.values():
            if child.children:
                yield from self._leaves(child)
            else:
                yield node, child


def shared_length(a: Sequence[int], b: Sequence[int]) -> int:
    """How many tokens two sequences begin with alike."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


_NOTHING: NDArray[Any] = np.zeros((0, 0, 0, 0), np.float32)
