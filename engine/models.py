"""What the slot of the loaded model asks for: whether a pack can be loaded, and the model itself, ready to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.cancel import CancelToken
from engine.endpoint import open_endpoint
from engine.settings import ENDPOINT, Settings

if TYPE_CHECKING:
    from engine.knowledge.store import KnowledgeBase
    from engine.runtime.protocol import TextGenerator


def check_model(settings: Settings, pack_name: str, cancel: CancelToken) -> None:
    """Raises what `open_model` would raise before loading: a missing, damaged or foreign pack; Cancelled."""
    from engine.runtime.pack import GENERATOR, find_pack
    from engine.runtime.verification import open_verified

    if pack_name == ENDPOINT:
        open_endpoint()
        return
    open_verified(find_pack(pack_name, settings.pack_folders), GENERATOR, cancel)


def open_model(settings: Settings, knowledge: KnowledgeBase, pack_name: str, cancel: CancelToken) -> TextGenerator:
    """Load a pack and read what every dialogue begins with, or reach the bank's own server.

    Raises EnvironmentFault as `Engine.ask`, and Cancelled; nothing of the model stays in memory then.
    """
    from engine.answering.prompt import beginning
    from engine.runtime.generator import Generator
    from engine.runtime.pack import find_pack

    if pack_name == ENDPOINT:
        return open_endpoint()
    generator = Generator.open(find_pack(pack_name, settings.pack_folders), settings, cancel)
    try:
        generator.read_ahead(beginning(), cancel, knowledge.prefix_files(settings.prefix_disk_mb * 1024**2))
    except BaseException:
        generator.close()  # the error's traceback would keep it in memory
        raise
    return generator
