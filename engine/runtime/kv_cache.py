"""The keys and values of every token read so far, and which tokens those are.

One buffer per layer and side, float32 or float16 as the graph wants it, `(1, kv_heads, capacity + 1, head_size)`,
shared by the graph's input and output and written in place; the last slot is scratch (see `engine.runtime.pack`). At
full capacity they take 2 · layers · kv_heads · head_size · 4 bytes a token:
24 KiB for Qwen2.5-0.5B, 56 KiB for the 1.5B (229 MB at 4,096 tokens), 1 MiB for a LLaMA-7B without grouped heads.
All of it is reserved at once, but in main memory the system hands pages out only as tokens arrive.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.cancel import CancelToken
from engine.errors import BugError, EnvironmentFault, Fault
from engine.runtime.pack import ROW_INDEPENDENT, Manifest
from engine.runtime.session import Session

Slots = NDArray[Any]  # keys and values of n tokens: float32 or float16 (2 · layers, kv_heads, n, head_size)

_STEP_INPUTS = ("input_ids", "seqlens_k", "total_sequence_length", "logit_positions")


class KVCache:
    """Runs a generator's graph step by step; every step attends to all tokens held. One thread at a time.

    `logit_rows` is the most rows of logits that a step may ask for. `row_independent` tells that the logits of a
    token are bit-identical however a text is cut into steps; else they differ by what rounding explains.

    Raises EnvironmentFault PACK_UNSUPPORTED for a graph without the inputs and outputs of the contract in `pack`.
    """

    def __init__(self, session: Session, manifest: Manifest, capacity: int, logit_rows: int = 1) -> None:
        _require_contract(session, manifest)
        self.capacity = capacity
        self._pack_name = manifest.name
        self.logit_rows = logit_rows
        self.row_independent = session.metadata.get(ROW_INDEPENDENT) == "1"
        self._tokens: list[int] = []
        self._logits = np.zeros((1, logit_rows, manifest.vocabulary_size), np.float32)
        self._bound_rows = 0
        self._binding = session.bind()
        self._buffers: list[Slots] = []  # each (kv_heads, capacity + 1, head_size); empty on another device
        self._written = 0  # slots that may hold something
        shape = (1, manifest.kv_heads, capacity + 1, manifest.head_size)
        for layer in range(manifest.layers):
            for side in ("key", "value"):
                past = f"past_key_values.{layer}.{side}"
                dtype = np.float16 if past in session.float16_inputs else np.float32
                buffer = self._binding.share(past, f"present.{layer}.{side}", shape, dtype)
                if buffer is not None:
                    self._buffers.append(buffer[0])

    def __len__(self) -> int:
        return len(self._tokens)

    @property
    def tokens(self) -> tuple[int, ...]:
        return tuple(self._tokens)

    def rewind(self, length: int) -> None:
        """Forget all tokens from position `length` on."""
        del self._tokens[length:]

    @property
    def slot_bytes(self) -> int:
        """Size of one token's keys and values; 0 on a device whose memory is out of reach for `snapshot`."""
        return sum(buffer[:, 0].nbytes for buffer in self._buffers)

    def snapshot(self, start: int, end: int) -> Slots:
        """A copy of the keys and values of tokens `[start, end)`."""
        return np.stack([buffer[:, start:end] for buffer in self._buffers])

    def restore(self, token_ids: Sequence[int], slots: Slots) -> None:
        """Hold more tokens without reading them: `slots` is a snapshot of them, taken behind the tokens held now."""
        start, end = len(self._tokens), len(self._tokens) + len(token_ids)
        for buffer, kept in zip(self._buffers, slots, strict=True):
            buffer[:, start:end] = kept
        self._tokens.extend(token_ids)
        self._written = max(self._written, end)

    def erase(self, length: int) -> None:
        """Rewind to `length` tokens and overwrite what the buffers still hold of the others."""
        self.rewind(length)
        for buffer in self._buffers:
            buffer[:, length : self._written] = 0
        self._written = length

    def reuse(self, prompt: Sequence[int]) -> int:
        """Rewind to the longest prefix shared with `prompt` and return its length.

        At least the prompt's last token is left to be read, since its logits are wanted.
        """
        shared = 0
        for held, wanted in zip(self._tokens, prompt[:-1], strict=False):
            if held != wanted:
                break
            shared += 1
        self.rewind(shared)
        return shared

    def append(
        self, token_ids: Sequence[int], cancel: CancelToken | None = None, logits: int = 1
    ) -> NDArray[np.float32]:
        """Read tokens; returns float32 (logits, vocabulary_size) of the last `logits` ones, valid until the next call.

        Raises Cancelled, or EnvironmentFault PACK_OUTPUT_INVALID (pack) when the logits are not numbers, with the
        cache as it was before the call: the slots that a stopped run has half written lie behind the tokens held and
        are overwritten before anything attends to them.
        """
        past, count = len(self._tokens), len(token_ids)
        if not 0 < count <= self.capacity - past:
            raise BugError("kv_cache_capacity", past=past, count=count, capacity=self.capacity)
        if not 0 < logits <= min(count, self.logit_rows):
            raise BugError("kv_cache_logits", logits=logits, count=count, limit=self.logit_rows)
        if logits != self._bound_rows:
            self._binding.set_output("logits", self._logits[:, :logits])
            self._bound_rows = logits
        self._binding.set_input("input_ids", np.array([token_ids], np.int64))
        self._binding.set_input("seqlens_k", np.array([past + count - 1], np.int32))
        self._binding.set_input("total_sequence_length", np.array(past + count, np.int32))
        self._binding.set_input("logit_positions", np.arange(count - logits, count, dtype=np.int64))
        self._written = max(self._written, past + count + 1)
        self._binding.run(cancel)
        rows = self._logits[0, :logits]
        if not np.isfinite(rows.max(axis=1)).all():
            raise EnvironmentFault(Fault.PACK_OUTPUT_INVALID, pack=self._pack_name)
        self._tokens.extend(token_ids)
        return rows


def _require_contract(session: Session, manifest: Manifest) -> None:
    sides = [f"{layer}.{side}" for layer in range(manifest.layers) for side in ("key", "value")]
    inputs = {*_STEP_INPUTS, *(f"past_key_values.{side}" for side in sides)}
    outputs = {"logits", *(f"present.{side}" for side in sides)}
    if inputs != set(session.input_names) or outputs != set(session.output_names):
        raise EnvironmentFault(Fault.PACK_UNSUPPORTED, pack=manifest.name, architecture="graph inputs or outputs")
    heads, size = manifest.kv_heads, manifest.head_size
    wanted = {f"past_key_values.{side}": {1: heads, 3: size} for side in sides} | {
        "logits": {2: manifest.vocabulary_size}
    }
    for name, axes in wanted.items():
        shape = session.shapes[name]
        if any(isinstance(shape[axis], int) and shape[axis] != length for axis, length in axes.items()):
            raise EnvironmentFault(Fault.PACK_UNSUPPORTED, pack=manifest.name, architecture=f"{name} {shape}")
