"""The engine's facade: everything that a window, a script or a test may call, and nothing else.

Every long job is a generator of frozen events (`engine.events`); closing the generator or cancelling its token
stops it. Nothing here imports Qt. Values, events and errors are re-exported, so that callers import this module only.
"""

from __future__ import annotations
