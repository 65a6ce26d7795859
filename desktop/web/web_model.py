"""How the web search stands. No widgets. The keyring may ask to be unlocked, so nothing of it runs on the window's
thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from desktop import errors
from desktop.errors import Sentence
from desktop.jobs import Job, QueueLane
from engine.api import Engine, JinpanError, JobFailed, OutboundRequest, WebState

SHOWN_REQUESTS = 500


@dataclass(frozen=True, slots=True)
class WebFacts:
    """`keyed` are the names of the providers whose key is in the keyring; `fixed`: policy leaves no choice."""

    state: WebState
    keyed: frozenset[str]
    requests: tuple[OutboundRequest, ...]
    fixed: bool = False


class WebModel(QObject):
    """Asks the engine one thing after the other; `facts` are what it last said."""

    changed = Signal()

    def __init__(self, lane: QueueLane) -> None:
        super().__init__()
        self._lane = lane
        self._engine: Engine | None = None
        self._pending = 0
        self.facts: WebFacts | None = None
        self.problem: Sentence | None = None

    @property
    def busy(self) -> bool:
        return self._pending > 0

    def set_engine(self, engine: Engine) -> None:
        self._engine = engine
        self.refresh()

    def refresh(self) -> None:
        self._run(lambda engine: None)

    def switch(self, on: bool, provider: str = "") -> None:
        self._run(lambda engine: engine.web.switch(on, provider))

    def set_key(self, provider: str, key: str) -> None:
        self._run(lambda engine: engine.web.set_key(provider, key))

    def remove_key(self, provider: str) -> None:
        self._run(lambda engine: engine.web.remove_key(provider))

    def _run(self, act: Callable[[Engine], object]) -> None:
        engine = self._engine
        if engine is None:
            return

        def work() -> Iterator[object]:
            act(engine)
            yield _look(engine)

        self._pending += 1
        self.problem = None
        self._lane.submit(Job(lambda token: work(), self._apply))
        self.changed.emit()

    def _apply(self, event: object) -> None:
        self._pending = max(0, self._pending - 1)
        if isinstance(event, WebFacts):
            self.facts = event
        elif isinstance(event, JobFailed):
            self.problem = errors.describe(event.error)
        self.changed.emit()


def _look(engine: Engine) -> WebFacts:
    web = engine.web
    state = web.state()
    keyed = frozenset(known.name for known in state.providers if known.key_required and _has_key(engine, known.name))
    return WebFacts(state, keyed, web.outbound(SHOWN_REQUESTS), "web_search" in engine.settings.fixed)


def _has_key(engine: Engine, provider: str) -> bool:
    try:
        return engine.web.has_key(provider)
    except JinpanError:  # a keyring that cannot be read holds no key that could be used
        return False
