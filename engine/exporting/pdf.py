"""PDF files, typeset in the parser child like any other document's view; the label is set there, too."""

from __future__ import annotations

import re

from engine.cancel import CancelToken
from engine.errors import BugError
from engine.ingestion.parser_process import DocumentView, parse_document
from engine.labels import implicit_label_json
from engine.settings import ParserLimits
from engine.values import DocumentFormat

_STRUCK = re.compile(r"(?<!\\)~~(.+?)(?<!\\)~~")


def pdf_file(text: str, limits: ParserLimits, cancel: CancelToken) -> bytes:
    """A PDF of Markdown `text`. What is struck through is written 〔划去：…〕: the typesetter has no such lines.

    Raises DocumentRejected, EnvironmentFault PARSER_UNUSABLE, Cancelled.
    """
    plain = _STRUCK.sub(r"〔划去：\1〕", text).encode()
    events = parse_document(plain, limits, cancel, claimed=DocumentFormat.MARKDOWN, label=implicit_label_json(text))
    for event in events:
        if isinstance(event, DocumentView):
            events.close()
            return event.data
    raise BugError("export_without_view")
