"""The bank's own model server as the user meets it: allowed or not, its key, a trial, and choosing it.

Two must say yes: the administrator in the policy file, and the user by choosing `endpoint` in the place of a pack.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Fault
from engine.events import GenerationFinished
from engine.packs import PackInfo
from engine.policy import EndpointPolicy, load_policy, policy_path
from engine.settings import ENDPOINT, Settings, remember_choices
from engine.values import Message

if TYPE_CHECKING:
    from engine.runtime.remote import RemoteGenerator

_TRIAL = "请只回答一个字：好"  # all that a trial sends
_TRIAL_TOKENS = 256  # room for a model that thinks first


@dataclass(frozen=True, slots=True)
class EndpointTrial:
    """What a trial found. `first_token_s` counts from before connecting."""

    url: str
    model: str
    first_token_s: float
    seconds: float
    answer: str


def allowed_endpoint() -> EndpointPolicy:
    """Raises EnvironmentFault: ENDPOINT_NOT_ALLOWED (path), POLICY_INVALID."""
    policy = load_policy().endpoint
    if not policy.allowed:
        raise EnvironmentFault(Fault.ENDPOINT_NOT_ALLOWED, path=str(policy_path()))
    return policy


def open_endpoint() -> RemoteGenerator:
    """The server as a generator. Nothing is sent yet.

    Raises EnvironmentFault: as `allowed_endpoint`; ENDPOINT_KEY_MISSING (host), ENDPOINT_KEYRING_UNUSABLE.
    """
    from engine.knowledge.keyrings import endpoint_key
    from engine.runtime.remote import RemoteGenerator

    policy = allowed_endpoint()
    key = endpoint_key(policy.origin) if policy.key_required else None
    if policy.key_required and key is None:
        raise EnvironmentFault(Fault.ENDPOINT_KEY_MISSING, host=policy.host)
    return RemoteGenerator(policy, key)


def try_endpoint(cancel: CancelToken) -> EndpointTrial:
    """Ask the server for one word. Raises what `open_endpoint` and `RemoteGenerator.generate` raise."""
    from engine.runtime.sampling import Sampling

    policy = allowed_endpoint()
    generator = open_endpoint()
    started = time.perf_counter()
    for event in generator.generate([Message("user", _TRIAL)], Sampling(), _TRIAL_TOKENS, cancel):
        if isinstance(event, GenerationFinished):
            seconds = time.perf_counter() - started
            return EndpointTrial(policy.url, policy.model, event.ttft_s, seconds, event.text.strip())
    raise EnvironmentFault(Fault.ENDPOINT_BROKEN, host=policy.host, reason="no end")


def store_endpoint_key(key: str) -> str:
    """Keep the key for the server that policy names; returns its host. Raises as `set_endpoint_key`."""
    from engine.knowledge.keyrings import set_endpoint_key

    policy = allowed_endpoint()
    set_endpoint_key(policy.origin, key)
    return policy.host


def forget_endpoint_key() -> bool:
    """Forget that key; False when there was none."""
    from engine.knowledge.keyrings import remove_endpoint_key

    return remove_endpoint_key(load_policy().endpoint.origin)


def choose_endpoint(settings: Settings) -> str:
    """Answer with the server from the next start on; returns its model. Raises as `open_endpoint`, HOME_UNWRITABLE."""
    model = open_endpoint().pack_name
    remember_choices(settings, generator_pack=ENDPOINT)
    return model


def offered_endpoint(settings: Settings) -> tuple[PackInfo, ...]:
    """The server as one more model to choose from, where policy allows it; a policy that is wrong offers nothing."""
    try:
        policy = allowed_endpoint()
    except EnvironmentFault:
        return ()
    chosen = settings.generator_pack == ENDPOINT
    return (PackInfo(ENDPOINT, "generator", "", policy.model, "", "", 0, policy.url, chosen),)
