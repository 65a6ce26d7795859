"""The keys and values of every token read so far, and which tokens those are.

One buffer per layer and side, float32 or float16 `(1, kv_heads, capacity, head_size)`, shared by the graph's input
and output and written in place. At full capacity they take 2 · layers · kv_heads · head_size · 4 bytes a token:
24 KiB for Qwen2.5-0.5B, 56 KiB for the 1.5B (229 MB at 4,096 tokens), 1 MiB for a LLaMA-7B without grouped heads.
All of it is reserved at once, but in main memory the system hands pages out only as tokens arrive.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.cancel import CancelToken
from engine.errors import BugError, EnvironmentFault, Fault
from engine.runtime.pack import Manifest
from engine.runtime.session import Session

_STEP_INPUTS = ("input_ids", "seqlens_k", "total_sequence_length", "logit_positions")


class KVCache:
    """Runs a generator's graph step by step; every step attends to all tokens held. One thread at a time.

    Raises EnvironmentFault PACK_UNSUPPORTED for a graph without the inputs and outputs of the contract in `pack`.
    """

    def __init__(self, session: Session, manifest: Manifest, capacity: int) -> None:
        _require_contract(session, manifest)
        self.capacity = capacity
        self._tokens: list[int] = []
        self._logits = np.zeros((1, 1, manifest.vocabulary_size), np.float32)
        self._binding = session.bind()
        self._binding.set_output("logits", self._logits)
        shape = (1, manifest.kv_heads, capacity, manifest.head_size)
        for layer in range(manifest.layers):
            for side in ("key", "value"):
                name = f"{layer}.{side}"
                self._binding.share(f"past_key_values.{name}", f"present.{name}", shape, manifest.kv_dtype)

    def __len__(self) -> int:
        return len(self._tokens)

    @property
    def tokens(self) -> tuple[int, ...]:
        return tuple(self._tokens)

    def rewind(self, length: int) -> None:
        """Forget all tokens from position `length` on."""
        del self._tokens[length:]

    def reuse(self, prompt: Sequence[int]) -> int:
        """Rewind to the longest prefix shared with `prompt` and return its length.

        At least the prompt's last two tokens are left to be read: the last one's logits are wanted, and a step of one
        token rounds differently from longer ones (see `append`).
        """
        shared = 0
        for held, wanted in zip(self._tokens, prompt[:-2], strict=False):
            if held != wanted:
                break
            shared += 1
        self.rewind(shared)
        return shared

    def append(self, token_ids: Sequence[int], cancel: CancelToken | None = None) -> NDArray[np.float32]:
        """Read tokens; returns the logits (vocabulary_size,) after the last one, valid until the next call.

        Steps of two tokens or more give bit-identical results however a text is cut into them. A step of one token
        takes another attention kernel whose sums differ in the last bits (5e-6); where activations are rounded to
        8 bits, that moves logits by some tenths, as any other rounding would.

        Raises Cancelled, with the cache as it was before the call: the slots that a stopped run has half written lie
        behind the tokens held and are overwritten before anything attends to them.
        """
        past, count = len(self._tokens), len(token_ids)
        if not 0 < count <= self.capacity - past:
            raise BugError("kv_cache_capacity", past=past, count=count, capacity=self.capacity)
        self._binding.set_input("input_ids", np.array([token_ids], np.int64))
        self._binding.set_input("seqlens_k", np.array([past + count - 1], np.int32))
        self._binding.set_input("total_sequence_length", np.array(past + count, np.int32))
        self._binding.set_input("logit_positions", np.array([count - 1], np.int64))
        self._binding.run(cancel)
        self._tokens.extend(token_ids)
        return self._logits[0, 0]


def _require_contract(session: Session, manifest: Manifest) -> None:
    sides = [f"{layer}.{side}" for layer in range(manifest.layers) for side in ("key", "value")]
    inputs = {*_STEP_INPUTS, *(f"past_key_values.{side}" for side in sides)}
    outputs = {"logits", *(f"present.{side}" for side in sides)}
    if inputs != set(session.input_names) or outputs != set(session.output_names):
        raise EnvironmentFault(Fault.PACK_UNSUPPORTED, pack=manifest.name, architecture="graph inputs or outputs")


def kv_bytes(manifest: Manifest, capacity: int) -> int:
    """Size of all buffers of a cache with that capacity, in bytes."""
    per_token = 2 * manifest.layers * manifest.kv_heads * manifest.head_size * np.dtype(manifest.kv_dtype).itemsize
    return per_token * capacity
