"""Models and questions that follow one another on one engine: a swap while answering, a question upon a question."""

from __future__ import annotations

import gc
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from engine.api import (
    AnswerFinished,
    AskRequest,
    CancelToken,
    Engine,
    EnvironmentFault,
    ModelLoaded,
    ModelLoading,
    PromptRead,
    load_settings,
)
from engine.runtime.pack import read_manifest, write_manifest
from tests.flows.running import QUESTION, SMALL

SMALLEST = "smollm2-135m-instruct-int8"
pytestmark = pytest.mark.slow


@pytest.fixture
def engine(law_home: tuple[Path, Path], qwen05_pack: Path, smollm2_pack: Path) -> Iterator[Engine]:
    home, passphrase_file = law_home
    with Engine.open(load_settings(home, passphrase_file=passphrase_file, generator_pack=SMALL)) as opened:
        yield opened
    (home / "choices.toml").unlink(missing_ok=True)


def answer(engine: Engine, question: str = QUESTION) -> AnswerFinished:
    finished = list(engine.ask(AskRequest(question), CancelToken()))[-1]
    assert isinstance(finished, AnswerFinished)
    return finished


def resident_bytes() -> int:
    gc.collect()
    return psutil.Process().memory_info().rss


def test_a_swap_gives_the_old_models_memory_back_and_is_remembered(
    engine: Engine, law_home: tuple[Path, Path], qwen05_pack: Path, smollm2_pack: Path
) -> None:
    answer(engine)
    before = resident_bytes()
    events = list(engine.use_pack(SMALLEST, CancelToken()))
    assert [type(event) for event in events] == [ModelLoading, ModelLoaded]
    sizes = [(folder / "model.onnx.data").stat().st_size for folder in (qwen05_pack, smollm2_pack)]
    assert resident_bytes() < before - (sizes[0] - sizes[1]) * 0.8
    assert engine.pack_name == SMALLEST and answer(engine).text
    assert load_settings(law_home[0]).generator_pack == SMALLEST
    assert [pack.name for pack in engine.packs() if pack.chosen and pack.kind == "generator"] == [SMALLEST]


def test_swapping_to_and_fro_keeps_memory_level(engine: Engine) -> None:
    levels: list[int] = []
    for _ in range(4):
        for name in (SMALL, SMALLEST):
            list(engine.use_pack(name, CancelToken()))
        levels.append(resident_bytes())
    assert max(levels[1:]) - levels[0] < 40e6, levels


def test_a_running_answer_ends_before_the_swap(engine: Engine) -> None:
    expected = answer(engine).text
    swapped: list[float] = []

    def swap() -> None:
        list(engine.use_pack(SMALLEST, CancelToken()))
        swapped.append(time.monotonic())

    swapping = threading.Thread(target=swap)
    for event in engine.ask(AskRequest(QUESTION), CancelToken()):
        if isinstance(event, PromptRead) and not swapping.ident:
            swapping.start()
        last = event
    ended = time.monotonic()
    swapping.join(60)
    assert isinstance(last, AnswerFinished) and last.text == expected
    assert swapped and swapped[0] > ended - 1.0 and engine.pack_name == SMALLEST


@pytest.mark.parametrize("harm", ["missing", "damaged", "no_graph"])
def test_a_pack_that_fails_leaves_the_old_one(
    engine: Engine, smollm2_pack: Path, harm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`no_graph` passes every check of bytes and fails in the session only, when the old model is gone already."""
    expected = answer(engine).text
    broken = tmp_path / "packs" / "broken"
    shutil.copytree(smollm2_pack, broken, copy_function=os.link, ignore=shutil.ignore_patterns(".verified"))
    if harm != "missing":
        for graph in broken.glob("*.onnx"):
            graph.unlink()
            graph.write_bytes(b"not a graph")
    if harm == "no_graph":
        (broken / "manifest.json").unlink()
        manifest = read_manifest(smollm2_pack)
        from engine.runtime.pack import describe_files

        write_manifest(broken, replace(manifest, name="broken", files=describe_files(broken)))
    folders = (tmp_path / "packs", *engine.settings.pack_folders)
    monkeypatch.setattr(type(engine.settings), "pack_folders", folders)
    with pytest.raises(EnvironmentFault) as caught:
        list(engine.use_pack("nothing" if harm == "missing" else "broken", CancelToken()))
    assert caught.value.code == {"missing": "pack_missing", "damaged": "pack_damaged"}.get(harm, "pack_load_failed")
    assert engine.pack_name == SMALL and (engine.device == "") == (harm == "no_graph")
    assert answer(engine).text == expected


# ---- questions upon questions, through the window's lane


@pytest.fixture
def wait() -> Callable[[Callable[[], object]], None]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from desktop.app import make_application

    application = QApplication.instance() or make_application()

    def until(condition: Callable[[], object]) -> None:
        end = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < end, "timed out"
            application.processEvents()
            time.sleep(0.002)

    return until


def test_the_second_of_two_questions_is_the_one_answered(
    engine: Engine, wait: Callable[[Callable[[], object]], None]
) -> None:
    from desktop.ask.conversation_model import ConversationModel
    from desktop.ask.turn import TurnState
    from desktop.jobs import NewestLane

    expected = answer(engine).text
    lane = NewestLane()
    model = ConversationModel(lane)
    model.set_engine(engine)
    wait(lambda: not lane.busy)
    for delay_s in (0.0, 0.02, 0.15, 0.4, 0.9):  # before retrieval, in retrieval, in prefill, in decode
        model.clear()
        model.ask("人民币有哪些保护规定？请详细列出。")
        start = time.monotonic()
        wait(lambda start=start, delay_s=delay_s: time.monotonic() - start >= delay_s)
        model.ask(QUESTION)
        wait(lambda: not model.busy and not lane.busy)
        first, second = model.turns
        assert (first.state, second.state) == (TurnState.STOPPED, TurnState.DONE), delay_s
        assert second.text == expected and not first.citations
    lane.shut_down()
    assert lane.wait(5)
