"""The web search as the user meets it: how it stands, the switch, the keys, and every request that was ever made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.errors import EnvironmentFault, Fault, Rejection, RequestRejected
from engine.policy import load_policy, policy_path
from engine.settings import Settings, remember_choices
from engine.values import OutboundRequest, WebProvider, WebState
from engine.web.permit import providers, state, switched

if TYPE_CHECKING:
    from engine.knowledge.store import KnowledgeBase


class WebControl:
    """`Engine.web`. Nothing here sends anything."""

    def __init__(self, knowledge: KnowledgeBase, settings: Settings, on_switch: Callable[[Settings], None]) -> None:
        self._knowledge = knowledge
        self._settings = settings
        self._on_switch = on_switch

    def state(self) -> WebState:
        """Raises EnvironmentFault POLICY_INVALID."""
        return state(self._settings)

    def switch(self, on: bool, provider: str = "") -> WebState:
        """Switch the web search on or off, from now on and after the next start; `provider` is by name, the choice
        before when empty.

        Raises EnvironmentFault: WEB_NOT_ALLOWED (path), WEB_PROVIDER_MISSING (path), HOME_UNWRITABLE, DISK_FULL;
        RequestRejected OPTION_INVALID for a provider that policy does not allow, OPTION_FIXED.
        """
        new = switched(self._settings, on, provider)
        choices = {"web_search": new.web_search, "web_provider": new.web_provider}
        self._settings = remember_choices(self._settings, **choices)
        self._on_switch(self._settings)
        return self.state()

    def set_key(self, provider: str, key: str) -> WebProvider:
        """Keep the key of a search service in the system's keyring, in the place of an older one.

        Raises EnvironmentFault: WEB_NOT_ALLOWED (path), WEB_KEYRING_UNUSABLE (reason); RequestRejected OPTION_INVALID
        for an unknown provider or for what no HTTP header can carry.
        """
        from engine.knowledge.keyrings import set_web_key

        known = self._provider(provider)
        set_web_key(known.host, key)
        return known

    def has_key(self, provider: str) -> bool:
        """Whether the keyring holds one; it may have to be unlocked first. Raises as `set_key`."""
        from engine.knowledge.keyrings import web_key

        return web_key(self._provider(provider).host) is not None

    def remove_key(self, provider: str) -> bool:
        """Forget it; False when there was none. Raises as `set_key`."""
        from engine.knowledge.keyrings import remove_web_key

        return remove_web_key(self._provider(provider).host)

    def outbound(self, limit: int = 1000) -> tuple[OutboundRequest, ...]:
        """The last `limit` requests of all that were ever made, newest first."""
        return self._knowledge.outbound.all(limit)

    def _provider(self, name: str) -> WebProvider:
        policy = load_policy().web
        if not policy.allowed:
            raise EnvironmentFault(Fault.WEB_NOT_ALLOWED, path=str(policy_path()))
        for known in providers(policy):
            if known.name == name and known.key_required:
                return known
        raise RequestRejected(Rejection.OPTION_INVALID, option="web_provider", value=name)
