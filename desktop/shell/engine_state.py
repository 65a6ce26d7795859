"""What the engine says while it opens, loads and fails: in the status line, and above the page what needs a person."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from desktop import errors
from desktop.ask.conversation_model import ConversationModel
from desktop.engine_opener import EngineOpener
from desktop.look import recovery_text, text
from desktop.look.controls import Notice
from desktop.status_line import StatusLine
from engine.api import ENDPOINT, IndexRebuilding, IndexRebuilt, JobFailed, ModelLoaded, ModelLoading


class EngineState(QObject):
    """Owns neither banner nor status line; what others have to say goes through `show_failure` and `show_sentence`."""

    def __init__(
        self, opener: EngineOpener, banner: Notice, status: StatusLine, conversation: ConversationModel
    ) -> None:
        super().__init__(opener)
        self.model_loaded = False
        self._opener = opener
        self._banner = banner
        self._status = status
        self._conversation = conversation
        self._offering_key = False  # the banner's link makes a recovery key; else it opens the engine again
        opener.started.connect(self._show_start)
        opener.opened.connect(self._show_opened)
        opener.failed.connect(self._show_failed_start)
        opener.renewal_failed.connect(self.show_failure)
        opener.renewed.connect(banner.hide)
        banner.retried.connect(self._follow_banner)
        conversation.engine_wanted.connect(opener.start)
        conversation.turn_added.connect(banner.hide)  # a question that fails says so itself
        conversation.model_reported.connect(self.show_model)

    def show_model(self, event: object) -> None:
        match event:
            case ModelLoading():
                self._status.show_engine(f"{text.LOADING_MODEL} {text.model_name(event.pack)}", "busy")
                self._status.badge.show_intranet(event.pack == ENDPOINT)
            case ModelLoaded():
                self.model_loaded = True
                self._status.show_engine(text.pack_on_device(event.pack, event.device), "ready")
            case IndexRebuilding():
                self._status.show_engine(text.rebuilding(event.done, event.total), "busy")
            case IndexRebuilt():
                self._status.show_engine(text.PREPARING, "busy")
            case JobFailed():
                self._status.show_engine(text.MODEL_FAILED, "failed")
                self.show_failure(event)

    def show_failure(self, failure: JobFailed, *, retry: bool = False) -> None:
        sentence = errors.describe(failure.error)
        detail = f"{sentence.detail}\n{failure.traceback}".strip()
        self.show_sentence(replace(sentence, detail=detail), retry=retry)

    def show_sentence(self, sentence: errors.Sentence, *, retry: bool = False) -> None:
        """What happened, what to do, a detail to copy; above the page until it is closed."""
        self._offering_key = False
        self._banner.show_message(
            sentence.text, sentence.action, sentence.detail, tone="danger", retry=text.RETRY if retry else ""
        )

    def offer_recovery_key(self) -> None:
        words = recovery_text.RECOVERY_NONE if self._opener.lacks_recovery_key else recovery_text.RECOVERY_RENEW
        self._banner.show_message(words, recovery_text.RECOVERY_ADVICE, retry=recovery_text.RECOVERY_MAKE)
        self._offering_key = True

    def _show_start(self) -> None:
        self._banner.hide()
        self._status.show_engine(text.STARTING_ENGINE, "busy")

    def _show_opened(self) -> None:
        self._banner.hide()
        self._status.show_engine(text.PREPARING, "busy")
        if self._opener.lacks_recovery_key:
            self.offer_recovery_key()

    def _show_failed_start(self, failure: JobFailed) -> None:
        self._status.show_engine(text.ENGINE_FAILED, "failed")
        if not self._conversation.fail_waiting(failure):
            self.show_failure(failure, retry=True)

    def _follow_banner(self) -> None:
        if self._offering_key:
            self._opener.renew_recovery_key()
        else:
            self._opener.start()
