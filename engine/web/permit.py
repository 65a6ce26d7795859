"""The word of both who must allow the web search, the administrator and the user, as a value that requests need.

No request can be built without a `Permit`, and none can be made where either says no.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from engine.errors import EnvironmentFault, Fault, Rejection, RequestRejected
from engine.policy import WEB_PROVIDERS, WebPolicy, load_policy, policy_path
from engine.proof import StepOutcome
from engine.settings import Settings
from engine.values import WebProvider, WebState

HOSTS = {"bocha": "api.bocha.cn", "zhipu": "open.bigmodel.cn"}  # SearXNG's is in the policy


@dataclass(frozen=True, slots=True)
class Permit:
    """That this machine may search the web with `provider`.

    Raises EnvironmentFault: WEB_NOT_ALLOWED (path), WEB_SWITCHED_OFF, WEB_PROVIDER_MISSING (path).
    """

    policy: WebPolicy
    switched_on: bool
    provider: WebProvider

    def __post_init__(self) -> None:
        if not self.policy.allowed:
            raise EnvironmentFault(Fault.WEB_NOT_ALLOWED, path=str(policy_path()))
        if not self.switched_on:
            raise EnvironmentFault(Fault.WEB_SWITCHED_OFF)
        if self.provider not in providers(self.policy):
            raise EnvironmentFault(Fault.WEB_PROVIDER_MISSING, path=str(policy_path()))

    def allows_site(self, host: str) -> bool:
        """Whether policy lets pages of this host be opened. Sites count with all their subdomains."""
        sites = self.policy.allowed_sites
        return not _is_of(host, self.policy.blocked_sites) and (not sites or _is_of(host, sites))


def _is_of(host: str, sites: tuple[str, ...]) -> bool:
    return any(host == site or host.endswith(f".{site}") for site in sites)


def providers(policy: WebPolicy) -> tuple[WebProvider, ...]:
    """The search services that policy allows, in the order in which they are taken; none unless it allows the web."""
    names = [name for name in WEB_PROVIDERS if not policy.providers or name in policy.providers]
    known = {**HOSTS, "searxng": urlsplit(policy.searxng_url).hostname or ""}
    return tuple(
        WebProvider(name, known[name], key_required=name != "searxng")
        for name in names
        if policy.allowed and known[name]
    )


def permit(settings: Settings) -> Permit:
    """Read afresh from the policy file. Raises as `Permit`; EnvironmentFault POLICY_INVALID."""
    policy = load_policy().web
    if not policy.allowed:
        raise EnvironmentFault(Fault.WEB_NOT_ALLOWED, path=str(policy_path()))
    if not settings.web_search:
        raise EnvironmentFault(Fault.WEB_SWITCHED_OFF)
    chosen = chosen_provider(policy, settings)
    if chosen is None:
        raise EnvironmentFault(Fault.WEB_PROVIDER_MISSING, path=str(policy_path()))
    return Permit(policy, settings.web_search, chosen)


def chosen_provider(policy: WebPolicy, settings: Settings) -> WebProvider | None:
    """The user's choice where policy allows it, else the first that it allows."""
    allowed = providers(policy)
    return next((known for known in allowed if known.name == settings.web_provider), allowed[0] if allowed else None)


def refused_outcome(fault: EnvironmentFault) -> StepOutcome:
    """How the step of the ladder ends for which there is no permit."""
    off = fault.code == Fault.WEB_SWITCHED_OFF
    return StepOutcome.SWITCHED_OFF if off else StepOutcome.NOT_ALLOWED


def state(settings: Settings) -> WebState:
    """How things stand. Raises EnvironmentFault POLICY_INVALID."""
    policy = load_policy().web
    chosen = chosen_provider(policy, settings)
    name = chosen.name if chosen else ""
    return WebState(policy.allowed, settings.web_search, name, providers(policy), str(policy_path()))


def switched(settings: Settings, on: bool, provider: str) -> Settings:
    """The settings with the switch set; an empty `provider` leaves the choice as it is.

    Raises EnvironmentFault WEB_NOT_ALLOWED or WEB_PROVIDER_MISSING when it is switched on and may not be;
    RequestRejected OPTION_INVALID for a provider that policy does not allow.
    """
    policy = load_policy().web
    if provider and provider not in {known.name for known in providers(policy)}:
        raise RequestRejected(Rejection.OPTION_INVALID, option="web_provider", value=provider)
    new = replace(settings, web_search=on, web_provider=provider or settings.web_provider)
    if on:
        permit(new)
    return new
