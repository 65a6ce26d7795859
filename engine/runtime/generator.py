"""A language model that answers a dialogue as a stream of events."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Generator as GeneratorOf, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.cancel import CancelToken
from engine.errors import BugError, EnvironmentFault, Fault, Rejection, RequestRejected
from engine.events import GenerationFinished, PromptRead, TextDelta
from engine.runtime.beginning import Beginning, PrefixFiles, identity
from engine.runtime.chat import ChatPrompt
from engine.runtime.drafting import Drafter, DraftPlanner
from engine.runtime.kv_cache import KVCache
from engine.runtime.memory import fitting_context, require_memory
from engine.runtime.pack import GENERATOR, GRAPH, MANIFEST, Manifest
from engine.runtime.prefix_cache import PrefixCache, shared_length
from engine.runtime.protocol import CONTEXT_FULL, EOS, MAX_TOKENS, STOP_STRING, GenerationEvent
from engine.runtime.sampling import Sampler, Sampling
from engine.runtime.session import create_session, maps_weights
from engine.runtime.stop_strings import StopFilter
from engine.runtime.tokenizer import TextStream, Tokenizer
from engine.runtime.verification import open_verified
from engine.settings import Settings
from engine.values import Message

_ANSWER_SHARE = 4  # a prompt leaves at least a quarter of the context to the answer, if so much is asked for
_STREAM_CONTEXT_TOKENS = 8  # enough of the prompt's end to know whether a leading space belongs to the answer
_LOCK_POLL_S = 0.05
_DRAFT_LIMIT = 64  # a row of logits takes 0.6 MB, and no draft of this length ever pays
_PREFIX_SHARE = 2  # of the memory that is free besides, at most half is for prefixes read before


class Generator:
    """One loaded generator pack. Any thread may generate; a second generation waits until the first is done."""

    def __init__(
        self,
        manifest: Manifest,
        tokenizer: Tokenizer,
        cache: KVCache,
        device: str,
        chunk_tokens: int,
        prefixes: PrefixCache,
        identity: str,
    ) -> None:
        if manifest.chat_template is None:
            raise EnvironmentFault(Fault.PACK_DAMAGED, pack=manifest.name, file=MANIFEST)
        self.device = device
        self._manifest = manifest
        self._template = manifest.chat_template
        self._tokenizer = tokenizer
        self._cache: KVCache | None = cache
        self._context_tokens = cache.capacity
        self._chunk_tokens = chunk_tokens
        # where rows depend on the step they are in, a draft could change the answer
        self._draft_planner = DraftPlanner(cache.logit_rows - 1 if cache.row_independent else 0)
        self._prefixes = prefixes
        self._identity = identity
        self._beginning: list[int] = []  # what was read ahead: tokens that no document had a part in
        bos = manifest.bos_token_id if manifest.add_bos else None
        self._prompt = ChatPrompt(self._template, tokenizer, bos)
        self._lock = threading.Lock()
        self._owner = 0  # the thread that holds the lock

    @classmethod
    def open(cls, folder: Path, settings: Settings, cancel: CancelToken | None = None) -> Generator:
        """Verify and load the pack in `folder`.

        Raises EnvironmentFault: PACK_MISSING, PACK_DAMAGED, PACK_UNSUPPORTED, PACK_LOAD_FAILED, MEMORY_SHORT
        (needed_bytes, free_bytes), DEPENDENCY_CONFLICT; RequestRejected OPTION_INVALID for an impossible setting;
        Cancelled within a tenth of a second of the token.
        """
        for option in ("context_tokens", "prefill_chunk_tokens"):
            _require_positive(option, getattr(settings, option))
        if not 0 <= settings.draft_tokens <= _DRAFT_LIMIT:
            raise RequestRejected(Rejection.OPTION_INVALID, option="draft_tokens", value=settings.draft_tokens)
        manifest = open_verified(folder, GENERATOR, cancel)
        mapped = maps_weights(folder / GRAPH)
        capacity = fitting_context(manifest, min(settings.context_tokens, manifest.context_length), mapped=mapped)
        spare_bytes = require_memory(manifest, capacity, mapped=mapped)
        prefixes = PrefixCache(max(0, min(settings.prefix_memory_mb * 1024**2, spare_bytes // _PREFIX_SHARE)))
        tokenizer = Tokenizer.open(folder, manifest)
        session = create_session(folder / GRAPH, settings.threads, settings.device, cancel)
        cache = KVCache(session, manifest, capacity, 1 + settings.draft_tokens)
        bits = identity(manifest, session, settings.threads)
        chunk_tokens = settings.prefill_chunk_tokens
        return cls(manifest, tokenizer, cache, session.device_name, chunk_tokens, prefixes, bits)

    @property
    def pack_name(self) -> str:
        return self._manifest.name

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together."""
        return self._context_tokens

    def render(self, messages: Sequence[Message]) -> str:
        """The prompt as text, as the chat template makes it."""
        return self._prompt.render(messages)

    def count_tokens(self, text: str) -> int:
        return self._tokenizer.count(text)

    def encode(self, text: str) -> list[int]:
        """Token ids of plain text."""
        return self._tokenizer.encode(text, parse_special=False)

    def generate(
        self,
        messages: Sequence[Message],
        sampling: Sampling,
        max_tokens: int,
        cancel: CancelToken,
        stop: Sequence[str] = (),
    ) -> Iterator[GenerationEvent]:
        """Answer a dialogue: PromptRead…, TextDelta…, GenerationFinished.

        Oldest turns are dropped until the prompt leaves `max_tokens` to the answer, or a quarter of the context if
        that is less. The deltas join to the text of GenerationFinished; none splits a character or shows a part of
        a stop string.

        Raises RequestRejected at once: OPTION_INVALID (max_tokens ≤ 0, no message, unknown role) or
        CONTEXT_OVERFLOW (limit, length). The iterator raises Cancelled.
        """
        _require_positive("max_tokens", max_tokens)
        reserved = min(max_tokens, self._context_tokens // _ANSWER_SHARE)
        prompt_ids = self._prompt.encode(messages, self._context_tokens - reserved)
        return self.generate_tokens(prompt_ids, sampling, max_tokens, cancel, (*self._template.stop, *stop))

    def generate_tokens(
        self,
        prompt_ids: Sequence[int],
        sampling: Sampling,
        max_tokens: int,
        cancel: CancelToken,
        stop: Sequence[str] = (),
    ) -> Iterator[GenerationEvent]:
        """As `generate`, from the prompt's token ids; nothing is dropped, only the given stop strings count."""
        _require_positive("max_tokens", max_tokens)
        _require_positive("prompt_ids", len(prompt_ids))
        if len(prompt_ids) > self._context_tokens:
            raise RequestRejected(Rejection.CONTEXT_OVERFLOW, limit=self._context_tokens, length=len(prompt_ids))
        return self._generate(list(prompt_ids), sampling, max_tokens, cancel, stop)

    def read_ahead(self, messages: Sequence[Message], cancel: CancelToken, files: PrefixFiles | None = None) -> None:
        """Read what every dialogue begins with, its last message open, so that no question waits for it.

        With `files` it is read once and comes from there afterwards, also after a restart. It must not hold anything
        from documents: `forget_documents` leaves it.

        Raises Cancelled; RequestRejected OPTION_INVALID (no message, unknown role).
        """
        token_ids = self._prompt.encode_beginning(messages)[: self._context_tokens]
        with self._exclusive(cancel) as cache:
            self._prefixes.resume(cache, token_ids)
            stored = Beginning(token_ids, self._identity, files) if files is not None and cache.slot_bytes else None
            if not (stored and stored.restore(cache)):
                for _ in self._prefill(cache, token_ids, cancel):
                    pass
                if stored:
                    stored.save(cache)
            self._beginning = token_ids

    def forget_documents(self) -> None:
        """Forget all that was read but the beginning that was read ahead; a running generation ends first."""
        if self._cache is None:
            return
        with self._exclusive(CancelToken()) as cache:
            self._prefixes.forget(but=self._beginning)
            cache.erase(shared_length(cache.tokens, self._beginning))

    def close(self) -> None:
        """Release the model's memory, at once or when the running generation ends (cancel it to hurry)."""
        self._cache = None
        self._prefixes = PrefixCache(0)

    def _generate(
        self, prompt_ids: list[int], sampling: Sampling, max_tokens: int, cancel: CancelToken, stop: Sequence[str]
    ) -> Iterator[GenerationEvent]:
        with self._exclusive(cancel) as cache:
            started = time.perf_counter()
            reused = self._prefixes.resume(cache, prompt_ids)
            logits = yield from self._prefill(cache, prompt_ids, cancel)
            answer = _Answer(TextStream(self._tokenizer, prompt_ids[-_STREAM_CONTEXT_TOKENS:]), StopFilter(stop))
            drafter = Drafter(prompt_ids, self._draft_planner)
            decode_started = time.perf_counter()
            first_text_at = 0.0
            for delta in self._decode(cache, logits, answer, Sampler(sampling), drafter, max_tokens, cancel):
                if delta:
                    first_text_at = first_text_at or time.perf_counter()
                    yield TextDelta(delta)
            ended = time.perf_counter()
            yield GenerationFinished(
                text=answer.text,
                stop_reason=answer.stop_reason,
                prompt_tokens=len(prompt_ids),
                reused_tokens=reused,
                decode_tokens=answer.token_count,
                ttft_s=(first_text_at or ended) - started,
                decode_s=ended - decode_started,
                drafted_tokens=drafter.drafted_tokens,
                accepted_tokens=drafter.kept_tokens,
            )

    def _prefill(
        self, cache: KVCache, prompt_ids: list[int], cancel: CancelToken
    ) -> GeneratorOf[PromptRead, None, NDArray[np.float32]]:
        """Read what the cache does not hold yet; returns the logits after the prompt's last token."""
        total = len(prompt_ids)
        yield PromptRead(len(cache), total)
        while True:
            done = len(cache)
            logits = cache.append(prompt_ids[done : done + self._chunk_tokens], cancel)[0]
            yield PromptRead(len(cache), total)
            if len(cache) == total:
                return logits

    def _decode(
        self,
        cache: KVCache,
        logits: NDArray[np.float32],
        answer: _Answer,
        sampler: Sampler,
        drafter: Drafter,
        max_tokens: int,
        cancel: CancelToken,
    ) -> Iterator[str]:
        """Text pieces, possibly empty; sets the answer's stop reason at the end.

        Each step reads the token chosen last and a draft behind it. The sampler chooses from one row of logits after
        the other, as it would without drafts, for as long as it chooses what was drafted.
        """
        token, rows, draft = -1, logits[None], list[int]()
        while not answer.stop_reason:
            held, kept = len(cache) - len(draft), 0
            for row in rows:
                cancel.raise_if_cancelled()
                token = sampler.choose(row)
                if token in self._manifest.eos_token_ids:
                    answer.stop_reason = EOS
                    break
                yield answer.add(token)
                drafter.push(token)
                answer.stop_reason = self._stop_reason(answer, held + kept == cache.capacity, max_tokens)
                if answer.stop_reason or draft[kept : kept + 1] != [token]:
                    break
                kept += 1
            cache.rewind(held + kept)
            drafter.judge(kept)
            if not answer.stop_reason:
                draft = drafter.propose(min(max_tokens - answer.token_count, cache.capacity - len(cache)) - 1)
                started = time.perf_counter()
                rows = cache.append([token, *draft], cancel, 1 + len(draft))
                drafter.record_step(1 + len(draft), time.perf_counter() - started)
        yield answer.finish()

    def _stop_reason(self, answer: _Answer, context_full: bool, max_tokens: int) -> str:
        if answer.stopped:
            return STOP_STRING
        if answer.token_count >= max_tokens:
            return MAX_TOKENS
        return CONTEXT_FULL if context_full else ""

    @contextlib.contextmanager
    def _exclusive(self, cancel: CancelToken) -> GeneratorOf[KVCache, None, None]:
        if self._owner == threading.get_ident():
            raise BugError("generation_nested")  # waiting for itself, this thread would never wake up
        while not self._lock.acquire(timeout=_LOCK_POLL_S):
            cancel.raise_if_cancelled()
        try:
            self._owner = threading.get_ident()
            if self._cache is None:
                raise BugError("generator_closed")
            yield self._cache
        finally:
            self._owner = 0
            self._lock.release()


class _Answer:
    """The text of one answer as it grows."""

    def __init__(self, stream: TextStream, stop_filter: StopFilter) -> None:
        self.text = ""
        self.token_count = 0
        self.stop_reason = ""
        self._stream = stream
        self._filter = stop_filter

    @property
    def stopped(self) -> bool:
        return self._filter.stopped

    def add(self, token: int) -> str:
        self.token_count += 1
        return self._grow(self._filter.push(self._stream.push(token)))

    def finish(self) -> str:
        """What was held back; a stop string that only the last bytes complete still counts."""
        return self._grow(self._filter.push(self._stream.flush()) + self._filter.flush())

    def _grow(self, delta: str) -> str:
        self.text += delta
        return delta


def _require_positive(option: str, value: int) -> None:
    if value <= 0:
        raise RequestRejected(Rejection.OPTION_INVALID, option=option, value=value)
