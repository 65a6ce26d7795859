"""The place of the one loaded generator: filled when first needed, given to another pack, emptied at last."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Generator as GeneratorOf, Iterator
from typing import TYPE_CHECKING

from engine.cancel import CancelToken
from engine.errors import BugError, Cancelled
from engine.events import ModelLoaded, ModelLoading

if TYPE_CHECKING:
    from engine.runtime.protocol import TextGenerator

_POLL_S = 0.05


class ModelSlot:
    """At most one generator is in memory. Any thread may load, use and swap; each waits until the one before is done.

    `open_generator(pack, cancel)` loads a pack; `check(pack, cancel)` raises when that could not succeed, before the
    pack in use makes room for it. Both raise what `Engine.ask` documents, and Cancelled.
    """

    def __init__(
        self,
        pack_name: str,
        open_generator: Callable[[str, CancelToken], TextGenerator],
        check: Callable[[str, CancelToken], None],
    ) -> None:
        self.pack_name = pack_name
        self._open = open_generator
        self._check = check
        self._generator: TextGenerator | None = None
        self._closed = False
        self._lock = threading.Lock()  # held while loading, and while an answer uses the generator
        self._owner = 0  # the thread that holds it

    @property
    def device(self) -> str:
        """What the generator runs on; empty until it is loaded."""
        generator = self._generator
        return generator.device if generator else ""

    def load(self, cancel: CancelToken) -> Iterator[ModelLoading | ModelLoaded]:
        """Load the chosen pack; when it is there already, that took 0 seconds."""
        cancel.raise_if_cancelled()
        yield ModelLoading(self.pack_name)
        with self._held(cancel):
            loaded = self._fill(cancel)
        yield loaded

    @contextlib.contextmanager
    def use(self, cancel: CancelToken) -> GeneratorOf[TextGenerator]:
        """The loaded generator, which stays in its place until the block ends."""
        with self._held(cancel):
            self._fill(cancel)
            if self._generator is None:
                raise BugError("model_slot_empty")
            yield self._generator

    @contextlib.contextmanager
    def between_answers(self) -> GeneratorOf[TextGenerator | None]:
        """The loaded generator, or None, while no answer uses it; a running answer is waited for."""
        with self._held(CancelToken()):
            yield self._generator

    def swap(self, pack_name: str, cancel: CancelToken) -> Iterator[ModelLoading | ModelLoaded]:
        """Put another pack's generator in the place of this one, which leaves memory first.

        A running answer is waited for. When the new pack cannot be loaded or the token is cancelled, the old pack is
        the chosen one again and is loaded when next needed.
        """
        cancel.raise_if_cancelled()
        yield ModelLoading(pack_name)
        with self._held(cancel):
            previous = self.pack_name
            if pack_name != previous:
                self._check(pack_name, cancel)
                self._empty()
                self.pack_name = pack_name
            try:
                loaded = self._fill(cancel)
            except BaseException:
                self.pack_name = previous
                raise
        yield loaded

    def close(self) -> None:
        """Release the generator's memory, at once or when the running answer ends; nothing is loaded any more."""
        self._closed = True
        self._empty()

    def _fill(self, cancel: CancelToken) -> ModelLoaded:
        seconds = 0.0
        if self._generator is None:
            started = time.perf_counter()
            generator = self._open(self.pack_name, cancel)
            if cancel.cancelled or self._closed:
                generator.close()
                raise Cancelled
            self._generator = generator
            seconds = time.perf_counter() - started
        return ModelLoaded(self._generator.pack_name, self._generator.device, seconds)

    def _empty(self) -> None:
        generator, self._generator = self._generator, None
        if generator is not None:
            generator.close()

    @contextlib.contextmanager
    def _held(self, cancel: CancelToken) -> GeneratorOf[None]:
        if self._owner == threading.get_ident():
            raise BugError("model_slot_nested")  # waiting for itself, this thread would never wake up
        while not self._lock.acquire(timeout=_POLL_S):
            cancel.raise_if_cancelled()
        try:
            self._owner = threading.get_ident()
            cancel.raise_if_cancelled()
            if self._closed:
                raise Cancelled
            yield
        finally:
            self._owner = 0
            self._lock.release()
