"""Generation: the same answer by every route, whole characters, stop strings, context, and bad input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Fault, Rejection, RequestRejected
from engine.events import GenerationFinished, TextDelta
from engine.runtime.generator import Generator
from engine.runtime.pack import read_manifest, write_manifest
from engine.runtime.protocol import MAX_TOKENS
from engine.values import Message
from tests.engine.runtime.generating import GREEDY, QUESTION, finish, prompt_of, run

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


# ---- memory, and going on


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
