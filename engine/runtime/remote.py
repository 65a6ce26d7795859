"""A language model on the bank's own server, asked by the OpenAI-compatible protocol (vLLM and others).

Nothing here runs unless the machine's policy names the server and the user chose it. What leaves the machine is the
body of one request for each question: the dialogue with its passages. What comes back is checked before it is used.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Sequence
from typing import Any

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Fault, JinpanError, Rejection, RequestRejected
from engine.events import GenerationFinished, PromptRead, TextDelta
from engine.policy import EndpointPolicy
from engine.runtime.chat import check_messages, without_oldest_turn
from engine.runtime.completion_stream import CompletionStream, Piece, is_overflow, read_overflow
from engine.runtime.http_exchange import HttpExchange
from engine.runtime.protocol import CONTEXT_FULL, EOS, MAX_TOKENS, STOP_STRING, GenerationEvent
from engine.runtime.sampling import Sampling
from engine.runtime.stop_strings import StopFilter
from engine.settings import ENDPOINT
from engine.values import Message

_ANSWER_SHARE = 4  # as in the local generator: a prompt leaves a quarter of the context to the answer
_MESSAGE_TOKENS = 8  # what a chat template adds to each message
_MAX_ERROR_CHARS = 1 << 16
_WRITE_ON = "从上文中断的地方接着写，不要重复已经写过的内容。"  # a server takes no answer that has begun
_TOKEN = re.compile(r"[A-Za-z]{1,3}|[\x00-\x7f]|[^\x00-\x7f]")


class RemoteGenerator:
    """The server that `policy` names. Nothing is contacted before `generate` is asked for its first event."""

    device = ENDPOINT

    def __init__(self, policy: EndpointPolicy, key: str | None) -> None:
        self._policy = policy
        self._key = key

    @property
    def pack_name(self) -> str:
        return self._policy.model

    @property
    def context_tokens(self) -> int:
        return self._policy.context_tokens

    def count_tokens(self, text: str) -> int:
        """An estimate from above: one for each Chinese character, digit or mark, one for three Latin letters.

        Vocabularies made for Chinese take 0.6 to 0.9 tokens for a character of running text; only rare characters
        take more than one. Where it is too low all the same, the server's own refusal is CONTEXT_OVERFLOW.
        """
        return sum(1 for _ in _TOKEN.finditer(text))

    def generate(
        self,
        messages: Sequence[Message],
        sampling: Sampling,
        max_tokens: int,
        cancel: CancelToken,
        stop: Sequence[str] = (),
    ) -> Iterator[GenerationEvent]:
        """See `TextGenerator`. The iterator also raises what `Engine.ask` lists for the endpoint.

        Text that came before an error stands on screen like that of an answer that was stopped; the answer itself is
        not finished, so no GenerationFinished follows it.
        """
        if max_tokens <= 0:
            raise RequestRejected(Rejection.OPTION_INVALID, option="max_tokens", value=max_tokens)
        max_tokens = min(max_tokens, self.context_tokens)
        check_messages(messages)
        kept, length = self._fit(messages, self.context_tokens - min(max_tokens, self.context_tokens // _ANSWER_SHARE))
        room = min(max_tokens, self.context_tokens - length)
        return self._generate(kept, length, sampling, room, cancel, [text for text in stop if text])

    def forget_documents(self) -> None:
        """Nothing is kept here between two answers; what the server keeps is the bank's to rule."""

    def close(self) -> None:
        """Nothing is held between two answers."""

    def _fit(self, messages: Sequence[Message], limit: int) -> tuple[list[Message], int]:
        """The messages without the oldest turns that do not fit, and the tokens that are left, by estimate."""
        kept = list(messages)
        while True:
            length = sum(self.count_tokens(message.content) + _MESSAGE_TOKENS for message in kept)
            if length <= limit:
                return kept, length
            shorter = without_oldest_turn(kept)
            if len(shorter) == len(kept):
                raise RequestRejected(Rejection.CONTEXT_OVERFLOW, limit=limit, length=length)
            kept = shorter

    def _generate(
        self,
        messages: Sequence[Message],
        length: int,
        sampling: Sampling,
        max_tokens: int,
        cancel: CancelToken,
        stop: list[str],
    ) -> Iterator[GenerationEvent]:
        policy = self._policy
        idle_s = max(policy.first_token_timeout_s, policy.next_token_timeout_s) + policy.connect_timeout_s
        body = self._body(messages, sampling, max_tokens, stop)
        started = time.perf_counter()
        answer = _Answer(stop)
        yield PromptRead(0, length)
        cancel.raise_if_cancelled()
        url = policy.url.rstrip("/") + "/chat/completions"
        with HttpExchange(url, self._headers(), body, policy.ca_file, idle_s, cancel) as exchange:
            for piece in self._pieces(exchange, length):
                if piece.text and not answer.first_text_at:
                    answer.first_text_at = time.perf_counter()
                    yield PromptRead(length, length)
                delta = answer.add(piece)
                if delta:
                    yield TextDelta(delta)
                if answer.stopped:
                    break
        if rest := answer.finish():
            yield TextDelta(rest)
        yield self._finished(answer, length, max_tokens, started)

    def _pieces(self, exchange: HttpExchange, length: int) -> Iterator[Piece]:
        """The answer's pieces, once the server has accepted the request."""
        policy = self._policy
        exchange.connect(policy.connect_timeout_s)
        exchange.expect_within(policy.first_token_timeout_s, Fault.ENDPOINT_FIRST_TOKEN_TIMEOUT)
        head = exchange.head()
        if head.status != 200:
            raise self._refusal(head.status, _some_text(exchange.lines()), length)
        if head.content_type.partition(";")[0].strip().lower() != "text/event-stream":
            raise self._invalid("content type")
        stream = CompletionStream()
        begun = False
        for line in exchange.lines():
            try:
                pieces = stream.push(line)
            except ValueError as error:
                raise self._invalid(str(error)) from None
            for piece in pieces:
                if piece.untrusted_error is not None:
                    raise self._refusal(500, json.dumps(piece.untrusted_error), length)
                begun = begun or piece.has_content
                if begun:
                    exchange.expect_within(policy.next_token_timeout_s, Fault.ENDPOINT_STALLED)
                yield piece
            if stream.done:
                return
        if not stream.finish_reason:
            raise EnvironmentFault(Fault.ENDPOINT_BROKEN, host=policy.host, reason="ended early")

    def _body(self, messages: Sequence[Message], sampling: Sampling, max_tokens: int, stop: list[str]) -> bytes:
        begun = (Message("user", _WRITE_ON),) if messages[-1].role == "assistant" else ()
        fields: dict[str, Any] = {
            "model": self._policy.model,
            "messages": [{"role": message.role, "content": message.content} for message in (*messages, *begun)],
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_tokens": max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if stop:
            fields["stop"] = stop
        if sampling.seed is not None:
            fields["seed"] = sampling.seed
        if sampling.repetition_penalty != 1.0:
            fields["repetition_penalty"] = (
                sampling.repetition_penalty
            )  # vLLM's name; it is no part of OpenAI's protocol
        text = json.dumps(fields, ensure_ascii=False)
        return text.encode("utf-8", "replace")  # half a surrogate pair in a question must not stop it

    def _headers(self) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "Accept": "text/event-stream",
            "Accept-Encoding": "identity",
            "User-Agent": "jinpan",
        }
        return headers if self._key is None else {**headers, "Authorization": f"Bearer {self._key}"}

    def _finished(self, answer: _Answer, length: int, max_tokens: int, started: float) -> GenerationFinished:
        ended = time.perf_counter()
        usage = answer.usage
        decode_tokens = usage.get("completion_tokens", answer.pieces)
        reason = answer.stop_reason
        if reason == MAX_TOKENS and 0 < usage.get("completion_tokens", 0) < max_tokens:
            reason = CONTEXT_FULL
        first_text_at = answer.first_text_at or ended
        return GenerationFinished(
            text=answer.text,
            stop_reason=reason,
            prompt_tokens=usage.get("prompt_tokens", length),
            reused_tokens=usage.get("cached_tokens", 0),
            decode_tokens=decode_tokens,
            ttft_s=first_text_at - started,
            decode_s=ended - first_text_at,
        )

    def _refusal(self, status: int, untrusted_text: str, length: int) -> JinpanError:
        """The error for a status. Of the server's words only numbers are used: they may repeat the prompt."""
        policy = self._policy
        if status == 413 or (status in (400, 422, 500) and is_overflow(untrusted_text)):
            limit, wanted = read_overflow(untrusted_text) or (policy.context_tokens, length)
            return RequestRejected(Rejection.CONTEXT_OVERFLOW, limit=limit, length=wanted)
        if status in (401, 403):
            return EnvironmentFault(Fault.ENDPOINT_KEY_REFUSED, host=policy.host, status=status)
        if status == 404:
            return EnvironmentFault(Fault.ENDPOINT_NOT_FOUND, url=policy.url, model=policy.model)
        if status in (429, 503):
            return EnvironmentFault(Fault.ENDPOINT_BUSY, host=policy.host, status=status)
        if 300 <= status < 400:
            return EnvironmentFault(Fault.ENDPOINT_REDIRECTED, url=policy.url, status=status)
        return EnvironmentFault(Fault.ENDPOINT_FAILED, host=policy.host, status=status)

    def _invalid(self, reason: str) -> EnvironmentFault:
        return EnvironmentFault(Fault.ENDPOINT_ANSWER_INVALID, host=self._policy.host, reason=reason)


class _Answer:
    """The text of one answer as it grows. Stop strings are looked for here too: not every server heeds them."""

    def __init__(self, stop: Sequence[str]) -> None:
        self.text = ""
        self.stop_reason = EOS
        self.usage: dict[str, int] = {}
        self.first_text_at = 0.0
        self.pieces = 0  # about the number of tokens, where the server does not count them
        self._filter = StopFilter(stop)

    @property
    def stopped(self) -> bool:
        return self._filter.stopped

    def add(self, piece: Piece) -> str:
        self.usage.update(piece.usage)
        self.pieces += piece.has_content
        if piece.finish_reason:
            self.stop_reason = {"length": MAX_TOKENS, "stop_string": STOP_STRING}.get(piece.finish_reason, EOS)
        delta = self._filter.push(piece.text)
        if self._filter.stopped:
            self.stop_reason = STOP_STRING
        self.text += delta
        return delta

    def finish(self) -> str:
        delta = self._filter.flush()
        self.text += delta
        return delta


def _some_text(lines: Iterator[str]) -> str:
    """The beginning of an error's body."""
    text = ""
    for line in lines:
        text += line[:_MAX_ERROR_CHARS] + "\n"
        if len(text) > _MAX_ERROR_CHARS:
            break
    return text
