"""llama.cpp through its own C interface, in the fastest loop it allows: no sampler chain, no text, no needless logits.

Weights are mapped, batches hold 512 tokens, keys and values are float16, all its defaults; flash attention is the
caller's choice. Prompt lookup is llama-cpp-python's own `LlamaPromptLookupDecoding`, its drafts verified in one batch.
"""

from __future__ import annotations

import contextlib
import ctypes
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np
from llama_cpp.llama_speculative import LlamaPromptLookupDecoding
from numpy.typing import NDArray

from tests.benchmarks.versus.values import Reading

CONTEXT_TOKENS = 4096
BATCH_TOKENS = 512
_ONE_SEQUENCE = 0


class LlamaCpp:
    """One loaded GGUF. What its KV cache holds is reused when a prompt begins with it, as llama-cpp-python does."""

    def __init__(self, gguf: Path, threads: int, flash_attention: bool) -> None:
        self._resources = contextlib.ExitStack()
        _silence()
        llama_cpp.llama_backend_init()
        self._model = llama_cpp.llama_model_load_from_file(str(gguf).encode(), llama_cpp.llama_model_default_params())
        assert self._model, f"llama.cpp cannot load {gguf}"
        self._resources.callback(llama_cpp.llama_model_free, self._model)
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = CONTEXT_TOKENS
        parameters.n_batch = parameters.n_ubatch = BATCH_TOKENS
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.flash_attn_type = (
            llama_cpp.LLAMA_FLASH_ATTN_TYPE_ENABLED if flash_attention else llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
        )
        parameters.no_perf = True
        self._context: Any = llama_cpp.llama_init_from_model(self._model, parameters)
        assert self._context, "llama.cpp cannot make a context"
        self._resources.callback(llama_cpp.llama_free, self._context)
        self._batch = llama_cpp.llama_batch_init(BATCH_TOKENS, 0, 1)
        self._resources.callback(llama_cpp.llama_batch_free, self._batch)
        vocabulary = llama_cpp.llama_model_get_vocab(self._model)
        assert vocabulary
        self._vocabulary_size = llama_cpp.llama_vocab_n_tokens(vocabulary)
        self._held: list[int] = []

    def read(self, prompt: Sequence[int]) -> tuple[int, NDArray[np.float32]]:
        """Tokens reused, and the logits (V,) after the prompt; what the cache shares with it is not read again."""
        shared = _shared_prefix(self._held, prompt[:-1])
        self._rewind(shared)
        logits = self._append(prompt[shared:], 1)
        return shared, logits[-1]

    def generate(
        self, prompt: Sequence[int], max_tokens: int, end_tokens: Sequence[int] = (), drafted_tokens: int = 0
    ) -> Reading:
        """Greedy, up to one of `end_tokens`; `drafted_tokens` above 0 turns llama-cpp-python's prompt lookup on."""
        started = time.perf_counter()
        reused, logits = self.read(prompt)
        tokens = [int(logits.argmax())]
        first_at = time.perf_counter()
        for token in self._decode(tokens[0], drafted_tokens) if max_tokens > 1 else ():
            if tokens[-1] in end_tokens:
                break
            tokens.append(token)
            if len(tokens) == max_tokens:
                break
        ended = time.perf_counter()
        return Reading(len(tokens), reused, first_at - started, ended - first_at, token_ids=tokens)

    def _decode(self, token: int, drafted_tokens: int) -> Iterator[int]:
        """Tokens after `token`, without end; drafts that the model does not confirm are taken back."""
        lookup = LlamaPromptLookupDecoding(num_pred_tokens=drafted_tokens) if drafted_tokens else None
        while True:
            step = [token]
            if lookup:
                step += lookup(np.array([*self._held, token], np.intc)).tolist()
            start = len(self._held)
            logits = self._append(step, len(step))
            for row, following in enumerate([*step[1:], None]):
                token = int(logits[row].argmax())
                yield token
                if token != following:
                    self._rewind(start + row + 1)
                    break

    def _append(self, tokens: Sequence[int], wanted: int) -> NDArray[np.float32]:
        """Read tokens; logits (wanted, V) of the last ones, valid until the next call."""
        for start in range(0, len(tokens), BATCH_TOKENS):
            part = tokens[start : start + BATCH_TOKENS]
            end = start + len(part)
            batch = self._batch
            batch.n_tokens = len(part)
            for i, token in enumerate(part):
                batch.token[i] = token
                batch.pos[i] = len(self._held) + i
                batch.n_seq_id[i] = 1
                batch.seq_id[i][0] = _ONE_SEQUENCE
                batch.logits[i] = start + i >= len(tokens) - wanted
            status = llama_cpp.llama_decode(self._context, batch)
            assert status == 0, f"llama_decode: {status}"
            self._held += part
            if end == len(tokens):
                llama_cpp.llama_synchronize(self._context)
        pointer = llama_cpp.llama_get_logits(self._context)
        return np.ctypeslib.as_array(pointer, shape=(wanted, self._vocabulary_size))

    def _rewind(self, length: int) -> None:
        if length < len(self._held):
            memory = llama_cpp.llama_get_memory(self._context)
            assert llama_cpp.llama_memory_seq_rm(memory, _ONE_SEQUENCE, length, -1)
            del self._held[length:]


def _shared_prefix(held: Sequence[int], wanted: Sequence[int]) -> int:
    shared = 0
    for one, other in zip(held, wanted, strict=False):
        if one != other:
            break
        shared += 1
    return shared


@llama_cpp.llama_log_callback
def _no_log(level: int, text: bytes, user_data: ctypes.c_void_p) -> None:
    """llama.cpp writes its progress to stderr unless told otherwise."""


def _silence() -> None:
    llama_cpp.llama_log_set(_no_log, ctypes.c_void_p(0))
