"""The collection that head office shares, as the engine offers it: its key, its state, publishing it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import EnvironmentFault, Fault, Rejection, RequestRejected
from engine.knowledge.keyrings import KeyringUnusable, keep_secret, secret_of, usable_backend
from engine.knowledge.sealing import CollectionKey
from engine.knowledge.shared import SharedKnowledge
from engine.policy import SharedPolicy, load_policy, policy_path
from engine.values import Rung

if TYPE_CHECKING:
    from engine.knowledge.store import KnowledgeBase

_KEY_FILE = """\
# Key of the shared collection: whoever has this file can read the collection. Give it to branches by a safe way.
key = "{key}"
# For object storage, an access key with the right to read only:
access_key_id = ""
secret_access_key = ""
"""


@dataclass(frozen=True, slots=True)
class SharedState:
    """What a branch sees of the shared collection. `fault` is the code of what keeps it from being read, or empty."""

    name: str
    location: str
    published_at: str  # ISO 8601, UTC
    documents: int
    fault: str


@dataclass(frozen=True, slots=True)
class SharedPublished:
    name: str
    location: str
    documents: int
    chunks: int
    seconds: float


class Sharing:
    """What the engine offers on the shared collection. Each method may raise EnvironmentFault SHARED_NOT_ALLOWED (path)
    or POLICY_INVALID."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def state(self) -> SharedState:
        """Asks the place, and says what was found and why nothing was. Waits at most as long as policy says."""
        policy, shared = allowed_collection(), self._knowledge.shared
        documents = shared.documents() if shared else ()
        fault = str(shared.fault.code) if shared and shared.fault else ""
        return SharedState(policy.name, policy.location, shared.published_at if shared else "", len(documents), fault)

    def refresh(self) -> bool:
        """Ask now whether something new was published; whether there was.

        Raises EnvironmentFault: SHARED_UNREACHABLE (name, reason), SHARED_KEY_MISSING, SHARED_KEY_WRONG,
        SHARED_EMBEDDER_DIFFERS (all: name).
        """
        allowed_collection()
        return self._knowledge.shared is not None and self._knowledge.shared.refresh()

    def import_key(self, path: Path) -> SharedState:
        """Keep the key of a file in the keyring, for the collection that policy names, and try it.

        Raises EnvironmentFault: SHARED_KEY_FILE_INVALID (path), KEYRING_UNUSABLE (reason).
        """
        policy, key = allowed_collection(), CollectionKey.read(path)
        try:
            keep_secret(_entry(policy), key.to_text())
        except KeyringUnusable as error:
            # neither the backend's words nor the exception go on: either may hold what it was given
            cause = "locked or failing" if error.__cause__ else str(error)
            raise EnvironmentFault(Fault.KEYRING_UNUSABLE, reason=cause) from None
        if self._knowledge.shared:
            self._knowledge.shared.forget_fault()
        return self.state()

    def new_key(self, path: Path) -> None:
        """Head office: a new key in a new file, readable by its owner only. Raises RequestRejected PATH_EXISTS."""
        text = _KEY_FILE.format(key=CollectionKey.new().key.hex())
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError as error:
            raise RequestRejected(Rejection.PATH_EXISTS, path=str(path)) from error

    def publish(self, key_file: Path, rung: Rung = Rung.BRANCH) -> SharedPublished:
        """Head office: publish all of this home's documents of a rung where policy says, in the place of all before.

        Raises EnvironmentFault: SHARED_KEY_FILE_INVALID (path), SHARED_UNREACHABLE (name, reason).
        """
        started = time.monotonic()
        policy, key = allowed_collection(), CollectionKey.read(key_file)
        documents = self._knowledge.documents(rung)
        self._knowledge.publish(documents, policy, key)
        chunks = sum(document.chunk_count for document in documents)
        return SharedPublished(policy.name, policy.location, len(documents), chunks, time.monotonic() - started)


def attach(knowledge: KnowledgeBase, fingerprint: str | None) -> None:
    """Let what policy names be searched along; nothing is contacted yet. An invalid policy allows nothing."""
    try:
        policy = load_policy().shared
    except EnvironmentFault:
        return
    if policy.location and fingerprint is not None:
        knowledge.shared = SharedKnowledge(policy, lambda: stored_key(policy), fingerprint)


def allowed_collection() -> SharedPolicy:
    """Raises EnvironmentFault: SHARED_NOT_ALLOWED (path), POLICY_INVALID."""
    policy = load_policy().shared
    if not policy.location:
        raise EnvironmentFault(Fault.SHARED_NOT_ALLOWED, path=str(policy_path()))
    return policy


def stored_key(policy: SharedPolicy) -> CollectionKey:
    """Raises EnvironmentFault SHARED_KEY_MISSING (name): not imported, or the keyring does not give it."""
    try:
        text = secret_of(usable_backend(), _entry(policy))
        if text is not None:
            return CollectionKey.from_text(text)
    except (KeyringUnusable, ValueError, KeyError, TypeError):
        pass  # nothing of what went wrong may be shown: it may hold the key
    raise EnvironmentFault(Fault.SHARED_KEY_MISSING, name=policy.name)


def _entry(policy: SharedPolicy) -> str:
    """One entry for each place, so that a policy that names another is never given the old one's access key."""
    return f"shared {policy.name} {policy.endpoint} {policy.location}"
