"""The slot: one generator at a time, whoever waits is woken or cancelled, a failed swap leaves the old pack chosen."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import pytest

from engine.cancel import CancelToken
from engine.errors import BugError, Cancelled, EnvironmentFault, Fault
from engine.events import ModelLoaded, ModelLoading
from engine.runtime.model_slot import ModelSlot

SOON_S = 0.5


@dataclass(eq=False)
class FakeGenerator:
    pack_name: str
    device: str = "CPU"
    closed: bool = False

    def close(self) -> None:
        self.closed = True


@dataclass
class Loader:
    """Opens generators; `faults` by pack name; `gate` holds a load until it is set or cancelled."""

    faults: dict[str, Exception] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    gate: threading.Event | None = None
    made: list[FakeGenerator] = field(default_factory=list)

    def check(self, pack: str, cancel: CancelToken) -> None:
        if pack in self.missing:
            raise EnvironmentFault(Fault.PACK_MISSING, pack=pack)

    def open(self, pack: str, cancel: CancelToken) -> FakeGenerator:
        assert all(generator.closed for generator in self.made), "two models in memory"
        while self.gate and not self.gate.wait(0.01):
            cancel.raise_if_cancelled()
        if pack in self.faults:
            raise self.faults[pack]
        self.made.append(FakeGenerator(pack))
        return self.made[-1]

    @property
    def slot(self) -> ModelSlot:
        return ModelSlot("a", self.open, self.check)  # type: ignore[arg-type]


def in_thread(work: object) -> tuple[threading.Thread, list[object]]:
    """Runs `work` on another thread; the list gets what it returned or raised."""
    results: list[object] = []

    def run() -> None:
        try:
            results.append(work())  # type: ignore[operator]
        except Exception as error:
            results.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, results


def test_a_pack_is_loaded_once() -> None:
    loader = Loader()
    slot = loader.slot
    assert slot.device == ""
    loading, loaded = slot.load(CancelToken())
    assert loading == ModelLoading("a") and isinstance(loaded, ModelLoaded) and loaded.seconds > 0
    assert list(slot.load(CancelToken()))[1] == ModelLoaded("a", "CPU", 0.0)
    with slot.use(CancelToken()) as generator:
        assert generator is loader.made[0] and slot.device == "CPU"
    assert len(loader.made) == 1


def test_a_swap_releases_the_old_generator_first() -> None:
    loader = Loader()
    slot = loader.slot
    list(slot.load(CancelToken()))
    events = list(slot.swap("b", CancelToken()))
    assert [event.pack for event in events] == ["b", "b"] and slot.pack_name == "b"
    assert [generator.closed for generator in loader.made] == [True, False]
    assert list(slot.swap("b", CancelToken()))[1] == ModelLoaded("b", "CPU", 0.0)
    assert len(loader.made) == 2


def test_a_pack_that_is_not_there_disturbs_nothing() -> None:
    loader = Loader(missing={"b"})
    slot = loader.slot
    list(slot.load(CancelToken()))
    with pytest.raises(EnvironmentFault, match="pack_missing"):
        list(slot.swap("b", CancelToken()))
    assert slot.pack_name == "a" and not loader.made[0].closed and len(loader.made) == 1


def test_a_failed_swap_brings_the_old_pack_back() -> None:
    loader = Loader(faults={"b": EnvironmentFault(Fault.PACK_LOAD_FAILED, pack="b", reason="")})
    slot = loader.slot
    list(slot.load(CancelToken()))
    with pytest.raises(EnvironmentFault, match="pack_load_failed"):
        list(slot.swap("b", CancelToken()))
    assert slot.pack_name == "a" and slot.device == ""
    with slot.use(CancelToken()) as generator:
        assert generator.pack_name == "a"


def test_a_running_answer_is_waited_for_or_the_swap_is_cancelled() -> None:
    loader = Loader()
    slot = loader.slot
    cancel = CancelToken()
    with slot.use(CancelToken()) as generator:
        given_up, first = in_thread(lambda: list(slot.swap("b", cancel)))
        waiting, second = in_thread(lambda: list(slot.swap("c", CancelToken())))
        cancel.cancel()
        given_up.join(SOON_S)
        assert isinstance(first[0], Cancelled) and waiting.is_alive()
        assert not loader.made[0].closed and generator.pack_name == slot.pack_name == "a"
    waiting.join(SOON_S)
    assert isinstance(second[0], list) and slot.pack_name == "c" and loader.made[0].closed


def test_the_thread_that_answers_cannot_swap_under_itself() -> None:
    slot = Loader().slot
    with slot.use(CancelToken()), pytest.raises(BugError, match="model_slot_nested"):
        list(slot.swap("b", CancelToken()))
    assert list(slot.load(CancelToken()))


def test_a_cancelled_load_leaves_nothing_and_the_next_one_succeeds() -> None:
    loader = Loader(gate=threading.Event())
    slot = loader.slot
    cancel = CancelToken()
    loading, results = in_thread(lambda: list(slot.load(cancel)))
    time.sleep(0.05)
    cancel.cancel()
    loading.join(SOON_S)
    assert isinstance(results[0], Cancelled) and not loader.made
    loader.gate = None
    assert list(slot.load(CancelToken()))


def test_a_model_that_arrives_after_the_cancel_is_released() -> None:
    """A loader that cannot be interrupted: what it brings is closed, not kept beside the next."""
    made: list[FakeGenerator] = []

    def open_late(pack: str, cancel: CancelToken) -> FakeGenerator:
        cancel.cancel()
        made.append(FakeGenerator(pack))
        return made[-1]

    slot = ModelSlot("a", open_late, lambda *_: None)  # type: ignore[arg-type]
    with pytest.raises(Cancelled):
        list(slot.load(CancelToken()))
    assert made[0].closed and slot.device == ""


def test_closing_ends_a_waiting_load_and_what_it_brings() -> None:
    loader = Loader(gate=threading.Event())
    slot = loader.slot
    loading, results = in_thread(lambda: list(slot.load(CancelToken())))
    time.sleep(0.05)
    slot.close()
    loader.gate.set()  # type: ignore[union-attr]
    loading.join(SOON_S)
    assert isinstance(results[0], Cancelled) and loader.made[0].closed
    with pytest.raises(Cancelled):
        list(slot.load(CancelToken()))


def test_what_must_happen_between_answers_waits_for_the_running_one() -> None:
    slot = Loader().slot
    with slot.between_answers() as generator:
        assert generator is None, "nothing is loaded for it"

    def reach_between() -> object:
        with slot.between_answers() as generator:
            return generator

    with slot.use(CancelToken()) as used:
        thread, reached = in_thread(reach_between)
        thread.join(0.2)
        assert reached == []
    thread.join(5)
    assert reached == [used]
