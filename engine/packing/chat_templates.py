"""Chat templates as data, and which of them a checkpoint uses."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from engine.errors import Rejection, RequestRejected
from engine.runtime.pack import ChatTemplate, parse_template

_LIMIT_BYTES = 100_000

CHATML = ChatTemplate(
    begin="",
    system=("<|im_start|>system\n", "<|im_end|>\n"),
    user=("<|im_start|>user\n", "<|im_end|>\n"),
    assistant=("<|im_start|>assistant\n", "<|im_end|>\n"),
    answer="<|im_start|>assistant\n",
    stop=(),
)

# Jinpan's own template is unpublished; this is its sister model's: `</s>Human:{prompt} </s>Assistant: `
JINPAN = ChatTemplate(
    begin="",
    system=("", ""),
    user=("</s>Human:", " "),
    assistant=("</s>Assistant: ", ""),
    answer="</s>Assistant: ",
    stop=("</s>",),
)


def choose_template(jinja_source: str, fallback: ChatTemplate) -> ChatTemplate:
    """ChatML if the checkpoint's own template speaks it, else `fallback`."""
    return CHATML if "<|im_start|>" in jinja_source else fallback


def read_template(path: Path) -> ChatTemplate:
    """A template file, JSON or (by its suffix) TOML; the fields are those of a manifest's `chat_template`.

    Raises RequestRejected: PATH_MISSING; TEMPLATE_INVALID (path, reason).
    """
    try:
        text = path.read_bytes()[:_LIMIT_BYTES].decode("utf-8")
        return parse_template(tomllib.loads(text) if path.suffix == ".toml" else json.loads(text))
    except OSError as error:
        raise RequestRejected(Rejection.PATH_MISSING, path=str(path)) from error
    except (ValueError, RecursionError) as error:  # both parsers' errors are ValueErrors, as is a wrong encoding
        raise RequestRejected(Rejection.TEMPLATE_INVALID, path=str(path), reason=str(error)[:200]) from error
