"""Generation: the same answer by every route, whole characters, stop strings, cancel, context, and bad input."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

from engine.cancel import CancelToken
from engine.errors import BugError, Cancelled, EnvironmentFault, Fault, Rejection, RequestRejected
from engine.events import GenerationFinished, PromptRead, TextDelta
from engine.runtime.generator import GenerationEvent, Generator
from engine.runtime.pack import read_manifest, write_manifest
from engine.runtime.protocol import MAX_TOKENS
from engine.runtime.sampling import Sampling
from engine.values import Message

CANCEL_LIMIT_S = 1.0  # 0.2 s is promised and measured by tests/benchmarks/generation.py; a busy test machine is slower
GREEDY = Sampling()
QUESTION = [Message("system", "Be brief."), Message("user", "存款保险最高赔多少?")]


def finish(events: Iterator[GenerationEvent]) -> GenerationFinished:
    """The last event, after checking what every stream of events must keep."""
    *others, last = list(events)
    assert isinstance(last, GenerationFinished)
    deltas = [event.text for event in others if isinstance(event, TextDelta)]
    assert "".join(deltas) == last.text and "" not in deltas
    progress = [event.done_tokens for event in others if isinstance(event, PromptRead)]
    assert progress == sorted(progress) and progress[-1] == last.prompt_tokens
    return last


def run(generator: Generator, prompt: Sequence[int], max_tokens: int = 24, **sampling: float) -> GenerationFinished:
    return finish(generator.generate_tokens(prompt, Sampling(**sampling), max_tokens, CancelToken()))  # type: ignore[arg-type]


def prompt_of(length: int) -> list[int]:
    return [3 + (7 * i * i + 11 * i) % 250 for i in range(length)]


# ---- the same answer by every route


def recompute(generator: Generator, prompt: list[int], count: int) -> list[int]:
    """Greedy tokens, each from a run over all tokens before it with an empty cache."""
    cache = generator._cache
    assert cache is not None
    tokens: list[int] = []
    for _ in range(count):
        cache.rewind(0)
        tokens.append(int(cache.append(prompt + tokens)[0].argmax()))
    return tokens


def through_cache(generator: Generator, prompt: list[int], count: int, chunk: int) -> list[int]:
    cache = generator._cache
    assert cache is not None
    cache.rewind(0)
    for start in range(0, len(prompt), chunk):
        logits = cache.append(prompt[start : start + chunk])[0]
    tokens = [int(logits.argmax())]
    while len(tokens) < count:
        tokens.append(int(cache.append(tokens[-1:])[0].argmax()))
    return tokens


def test_cached_and_recomputed_tokens_are_the_same(tiny_pack: Path, open_generator: Callable[..., Generator]) -> None:
    generator = open_generator(tiny_pack)
    prompt = prompt_of(40)
    expected = recompute(generator, prompt, 24)
    assert len(set(expected)) > 3, "a model that repeats one token would prove nothing"
    for chunk in (1, 7, 256):
        assert through_cache(generator, prompt, 24, chunk) == expected


def test_cached_and_recomputed_logits_agree_on_a_real_model(
    smollm2_pack: Path, open_generator: Callable[..., Generator]
) -> None:
    """To the last bit: every step of any length, whatever was read with it."""
    generator = open_generator(smollm2_pack)
    cache = generator._cache
    assert cache is not None
    prompt = generator.encode("The deposit insurance limit is a rule that says how much money a bank customer")
    tokens = through_cache(generator, prompt, 8, 256)
    for count in range(1, 8):
        cache.rewind(len(prompt) + count - 1)
        cached = cache.append(tokens[count - 1 : count])[0].copy()
        cache.rewind(0)
        whole = cache.append(prompt + tokens[:count])[0].copy()
        cache.rewind(0)
        for chunk in np.array_split(prompt + tokens[:count], 4):
            in_chunks = cache.append(chunk.tolist())[0]
        assert np.array_equal(in_chunks, whole) and np.array_equal(cached, whole)


@pytest.mark.parametrize("chunk", [1, 7, 256])
def test_prefill_chunks_do_not_change_the_answer(
    tiny_pack: Path, open_generator: Callable[..., Generator], chunk: int
) -> None:
    expected = run(open_generator(tiny_pack), prompt_of(60))
    answer = run(open_generator(tiny_pack, prefill_chunk_tokens=chunk), prompt_of(60))
    assert (answer.text, answer.decode_tokens) == (expected.text, expected.decode_tokens)


def test_a_reused_prefix_gives_the_same_answer(tiny_pack: Path, open_generator: Callable[..., Generator]) -> None:
    prompts = [prompt_of(80), [*prompt_of(50), 9, 8, 7], prompt_of(80), prompt_of(30), [5, *prompt_of(20)]]
    warm = open_generator(tiny_pack)
    answers = [run(warm, prompt) for prompt in prompts]
    assert [answer.reused_tokens for answer in answers] == [0, 50, 79, 29, 0]
    for prompt, answer in zip(prompts, answers, strict=True):
        assert answer.text == run(open_generator(tiny_pack), prompt).text


def test_a_reused_prefix_changes_no_bit_on_a_real_model(
    smollm2_pack: Path, open_generator: Callable[..., Generator]
) -> None:
    generator = open_generator(smollm2_pack, prefill_chunk_tokens=16)
    questions = [[Message("system", "Answer briefly."), Message("user", text)] for text in ("Name a colour.", "Why?")]
    cold = finish(generator.generate(questions[1], GREEDY, 16, CancelToken()))
    finish(generator.generate(questions[0], GREEDY, 16, CancelToken()))
    warm = finish(generator.generate(questions[1], GREEDY, 16, CancelToken()))
    assert (cold.reused_tokens, warm.reused_tokens > 8, warm.text) == (0, True, cold.text)


def test_a_dialogue_reuses_its_own_answer(
    make_pack: Callable[..., Path], open_generator: Callable[..., Generator]
) -> None:
    first = [Message("user", "colour")]
    length = len(open_generator(make_pack())._prompt.encode(first, 200))
    generator = open_generator(make_pack(says="red 红", answer_from=length))
    answer = finish(generator.generate(first, GREEDY, 24, CancelToken()))
    second = [*first, Message("assistant", answer.text), Message("user", "one more")]
    warm = finish(generator.generate(second, GREEDY, 16, CancelToken()))
    assert warm.reused_tokens == answer.prompt_tokens + answer.decode_tokens


def test_a_seed_repeats_the_answer(tiny_pack: Path, open_generator: Callable[..., Generator]) -> None:
    generator = open_generator(tiny_pack)
    texts = [run(generator, prompt_of(20), temperature=1.0, top_p=0.9, seed=seed).text for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


# ---- text


def says(make_pack: Callable[..., Path], text: str) -> tuple[Path, list[int]]:
    """A pack that answers exactly `text` to the returned prompt."""
    prompt = prompt_of(10)
    return make_pack(says=text, answer_from=len(prompt)), prompt


def test_no_delta_splits_a_character(make_pack: Callable[..., Path], open_generator: Callable[..., Generator]) -> None:
    text = "最高赔50万元。😀👨‍👩‍👧 é ok"
    folder, prompt = says(make_pack, text)
    events = list(open_generator(folder).generate_tokens(prompt, GREEDY, 200, CancelToken()))
    deltas = [event.text for event in events if isinstance(event, TextDelta)]
    assert "".join(deltas) == text and len(deltas) == len(text)
    assert isinstance(events[-1], GenerationFinished) and events[-1].stop_reason == "eos"
    assert events[-1].decode_tokens == len(text.encode())


def test_an_answer_cut_inside_a_character_ends_before_it(
    make_pack: Callable[..., Path], open_generator: Callable[..., Generator]
) -> None:
    folder, prompt = says(make_pack, "赔偿😀")
    answer = finish(open_generator(folder).generate_tokens(prompt, GREEDY, 8, CancelToken()))
    assert (answer.text, answer.stop_reason, answer.decode_tokens) == ("赔偿", "max_tokens", 8)


def test_a_stop_string_is_never_shown(make_pack: Callable[..., Path], open_generator: Callable[..., Generator]) -> None:
    folder, prompt = says(make_pack, "问:一\n答:二\n\n问题三")
    generator = open_generator(folder)
    answer = finish(generator.generate_tokens(prompt, GREEDY, 200, CancelToken(), stop=("\n\n问题", "没有")))
    assert (answer.text, answer.stop_reason) == ("问:一\n答:二", "stop_string")
    whole = finish(generator.generate_tokens(prompt, GREEDY, 200, CancelToken(), stop=("问题三四",)))
    assert (whole.text, whole.stop_reason) == ("问:一\n答:二\n\n问题三", "eos")


def test_stop_strings_of_the_chat_template_count(
    make_pack: Callable[..., Path], open_generator: Callable[..., Generator], tmp_path: Path
) -> None:
    prompt = open_generator(make_pack())._prompt.encode(QUESTION, 200)
    folder = make_pack(says="好的。User: 再来", answer_from=len(prompt))
    manifest = read_manifest(folder)
    assert manifest.chat_template is not None
    write_manifest(folder, replace(manifest, chat_template=replace(manifest.chat_template, stop=("User:",))))
    answer = finish(open_generator(folder).generate(QUESTION, GREEDY, 60, CancelToken()))
    assert (answer.text, answer.stop_reason) == ("好的。", "stop_string")


# ---- prompts


def test_the_oldest_turns_leave_a_quarter_to_the_answer(
    tiny_pack: Path, open_generator: Callable[..., Generator]
) -> None:
    generator = open_generator(tiny_pack)
    dialogue = [Message(role, "x" * 20) for _ in range(5) for role in ("user", "assistant")] + QUESTION[1:]
    kept = generator._prompt.encode(dialogue, 192)  # three quarters of the context of 256
    answer = finish(generator.generate(dialogue, GREEDY, 100, CancelToken()))
    assert 100 < answer.prompt_tokens == len(kept) < len(generator._prompt.encode(dialogue, 999))


def test_a_question_longer_than_the_context_is_rejected(
    tiny_pack: Path, open_generator: Callable[..., Generator]
) -> None:
    generator = open_generator(tiny_pack)
    with pytest.raises(RequestRejected) as caught:
        generator.generate([Message("user", "x" * 10_000)], GREEDY, 10, CancelToken())
    assert caught.value.code == Rejection.CONTEXT_OVERFLOW
    assert caught.value.details["limit"] == 246 and int(caught.value.details["length"]) > 10_000


def test_a_full_context_ends_the_answer(
    make_pack: Callable[..., Path], open_generator: Callable[..., Generator]
) -> None:
    folder = make_pack(says="long " * 60, answer_from=200)
    generator = open_generator(folder, context_tokens=9999)
    assert generator.context_tokens == 256 and open_generator(folder, context_tokens=64).context_tokens == 64
    answer = finish(generator.generate_tokens(prompt_of(200), GREEDY, 10**9, CancelToken()))
    assert answer.stop_reason == "context_full"
    assert answer.prompt_tokens + answer.decode_tokens == generator.context_tokens + 1  # the last needs no room
    with pytest.raises(RequestRejected, match="context_overflow"):
        generator.generate_tokens(prompt_of(257), GREEDY, 1, CancelToken())


@pytest.mark.parametrize(
    ("messages", "max_tokens", "option"),
    [
        (QUESTION, 0, "max_tokens"),
        (QUESTION, -5, "max_tokens"),
        ([], 5, "messages"),
        ([Message("tool", "")], 5, "role"),
    ],
)
def test_impossible_requests_are_rejected(
    tiny_pack: Path, open_generator: Callable[..., Generator], messages: list[Message], max_tokens: int, option: str
) -> None:
    with pytest.raises(RequestRejected) as caught:
        open_generator(tiny_pack).generate(messages, GREEDY, max_tokens, CancelToken())
    assert (caught.value.code, caught.value.details["option"]) == (Rejection.OPTION_INVALID, option)


@pytest.mark.parametrize("option", ["context_tokens", "prefill_chunk_tokens"])
def test_impossible_settings_are_rejected(
    tiny_pack: Path, open_generator: Callable[..., Generator], option: str
) -> None:
    with pytest.raises(RequestRejected, match=option):
        open_generator(tiny_pack, **{option: 0})


# ---- cancel, threads, memory


def test_a_set_token_stops_before_any_work(tiny_pack: Path, open_generator: Callable[..., Generator]) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(open_generator(tiny_pack).generate(QUESTION, GREEDY, 10, cancel))


def test_the_answer_after_a_cancelled_one_is_right(
    make_pack: Callable[..., Path], open_generator: Callable[..., Generator]
) -> None:
    folder = make_pack(says="abcdefgh", answer_from=100)
    generator = open_generator(folder, prefill_chunk_tokens=16, prefix_memory_mb=0)
    for stop_after in range(1, 12):  # up to 8 events of prefill, then 8 deltas
        cancel = CancelToken()
        with pytest.raises(Cancelled):
            for count, _ in enumerate(generator.generate_tokens(prompt_of(100), GREEDY, 24, cancel)):
                if count == stop_after:
                    cancel.cancel()
        answer = run(generator, prompt_of(100))
        assert (answer.text, answer.reused_tokens) == ("abcdefgh", min(16 * stop_after, 99))
        generator._cache.rewind(0)  # type: ignore[union-attr]


def cancel_latency_s(generator: Generator, prompt: list[int], delay_s: float, wanted: type) -> float:
    """Seconds between the call of `cancel` from another thread, `delay_s` after an event `wanted`, and Cancelled."""
    cancel = CancelToken()
    cancelled_at: list[float] = []

    def cancel_now() -> None:
        cancelled_at.append(time.perf_counter())
        cancel.cancel()

    timer = threading.Timer(delay_s, cancel_now)
    started = False
    with pytest.raises(Cancelled):
        for event in generator.generate_tokens(prompt, GREEDY, 10_000, cancel):
            if isinstance(event, wanted) and not started:
                started = True
                timer.start()
    ended = time.perf_counter()
    timer.join()
    return ended - cancelled_at[0]


def test_cancel_inside_a_chunk_and_during_decode(smollm2_pack: Path, open_generator: Callable[..., Generator]) -> None:
    generator = open_generator(smollm2_pack, prefill_chunk_tokens=1024)
    prompt = generator.encode("One of the rules of the bank is that a rule is a rule. " * 80)[:1024]
    in_prefill = cancel_latency_s(generator, prompt, 0.3, PromptRead)
    assert len(generator._cache or ()) == 0, "the chunk must have been stopped inside, not at its end"
    in_decode = cancel_latency_s(generator, prompt[:32], 0.2, TextDelta)
    assert in_prefill < CANCEL_LIMIT_S and in_decode < CANCEL_LIMIT_S
    fresh = open_generator(smollm2_pack)
    assert run(generator, prompt[:64], 8).text == run(fresh, prompt[:64], 8).text


@pytest.mark.slow
@pytest.mark.parametrize("pack", ["qwen05_pack", "qwen15_pack"])
def test_cancel_on_larger_models(
    pack: str, request: pytest.FixtureRequest, open_generator: Callable[..., Generator]
) -> None:
    generator = open_generator(request.getfixturevalue(pack))
    prompt = generator.encode("存款保险条例规定,同一存款人在同一家投保机构的最高偿付限额。" * 40)[:700]
    prefill = [cancel_latency_s(generator, prompt[i:], delay_s, PromptRead) for i, delay_s in ((0, 0.3), (1, 0.7))]
    decode = [cancel_latency_s(generator, prompt[i : i + 30], 0.1 + i / 50, TextDelta) for i in range(2)]
    assert max(prefill + decode) < CANCEL_LIMIT_S, (prefill, decode)


def test_a_second_generation_waits_for_the_first(tiny_pack: Path, open_generator: Callable[..., Generator]) -> None:
    generator = open_generator(tiny_pack)
    expected = [run(open_generator(tiny_pack), prompt_of(length)).text for length in (30, 40, 50)]
    texts: dict[int, str] = {}

    def work(slot: int) -> None:
        texts[slot] = run(generator, prompt_of(30 + 10 * slot)).text

    threads = [threading.Thread(target=work, args=(slot,)) for slot in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert [texts[slot] for slot in range(3)] == expected


def test_a_waiting_generation_can_be_cancelled(tiny_pack: Path, open_generator: Callable[..., Generator]) -> None:
    generator = open_generator(tiny_pack)
    running = generator.generate_tokens(prompt_of(10), GREEDY, 20, CancelToken())
    next(running)
    with pytest.raises(BugError, match="generation_nested"):
        run(generator, prompt_of(10))
    latency: list[float] = []
    waiting = threading.Thread(target=lambda: latency.append(_wait_and_cancel(generator)))
    waiting.start()
    waiting.join(5)
    assert latency and latency[0] < CANCEL_LIMIT_S
    del running  # an abandoned generation frees the generator
    assert run(generator, prompt_of(10)).decode_tokens > 0


def _wait_and_cancel(generator: Generator) -> float:
    cancel = CancelToken()
    threading.Timer(0.1, cancel.cancel).start()
    started = time.perf_counter()
    with pytest.raises(Cancelled):
        list(generator.generate_tokens(prompt_of(10), GREEDY, 20, cancel))
    return time.perf_counter() - started - 0.1


def test_a_closed_generator_ends_what_runs_and_begins_nothing(
    tiny_pack: Path, open_generator: Callable[..., Generator]
) -> None:
    generator = open_generator(tiny_pack)
    running = generator.generate_tokens(prompt_of(10), GREEDY, 20, CancelToken())
    next(running)
    generator.close()
    assert finish(running).decode_tokens > 0
    with pytest.raises(BugError, match="generator_closed"):
        run(generator, prompt_of(10))


def test_too_little_memory_is_said_before_loading(
    tiny_pack: Path, open_generator: Callable[..., Generator], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1_000_000))
    with pytest.raises(EnvironmentFault) as caught:
        open_generator(tiny_pack)
    assert caught.value.code == Fault.MEMORY_SHORT
    assert caught.value.details["free_bytes"] == 1_000_000 < int(caught.value.details["needed_bytes"])


def test_an_answer_that_was_cut_off_goes_on_without_being_read_again(
    qwen05_pack: Path, open_generator: Callable[..., Generator]
) -> None:
    """Its words may fall into other tokens than those it was written in, so that they need not be the uncut ones."""
    generator = open_generator(qwen05_pack)
    asked = [Message("user", "用三句话介绍存款保险。")]
    cut = finish(generator.generate(asked, GREEDY, 16, CancelToken()))
    assert cut.stop_reason == MAX_TOKENS
    rest = finish(generator.generate([*asked, Message("assistant", cut.text)], GREEDY, 64, CancelToken()))
    assert rest.text and not rest.text.startswith(cut.text[:4])
    assert rest.reused_tokens >= cut.prompt_tokens
