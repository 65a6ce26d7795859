"""A Hugging Face folder's tokenizer: its files for the pack, its special ids, and its chat template's source.

`tokenizer.json` is taken where there is one, as transformers does; else `tokenizer.model` (sentencepiece).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import tokenizers

from engine.packing.checkpoint import damaged, read_json, unsupported
from engine.packing.tokenizer_from_sentencepiece import read_sentencepiece
from engine.runtime.pack import SCORES, TOKENIZER

_CONFIG = "tokenizer_config.json"
_ADDED = "added_tokens.json"
_SENTENCEPIECE = "tokenizer.model"


@dataclass(frozen=True, slots=True)
class FolderTokenizer:
    """`eos_token_ids`: first the one that ends a turn, as the checkpoint ranks them."""

    files: dict[str, bytes]
    bos_token_id: int | None
    add_bos: bool
    eos_token_ids: tuple[int, ...]
    chat_template: str


def read_folder_tokenizer(folder: Path, config: dict[str, Any]) -> FolderTokenizer:
    """Read everything that concerns tokens.

    Ids come from where they are most certain: ends from generation_config.json and the tokenizer, the beginning from
    the tokenizer; config.json, whose ids were wrong in early LLaMA conversions, counts where those are silent.

    Args:
        config: the folder's config.json.

    Raises:
        EnvironmentFault: WEIGHTS_DAMAGED naming the file, PACK_UNSUPPORTED without a tokenizer that can be read.
    """
    options = read_json(folder / _CONFIG, default={})
    generation = read_json(folder / "generation_config.json", default={})
    own_bos, own_eos, has_model = None, None, not (folder / TOKENIZER).is_file()
    if has_model:
        converted = read_sentencepiece(_sentencepiece_file(folder), _added_tokens(folder, options))
        files = {TOKENIZER: converted.json.encode()}
        if converted.scores is not None:
            files[SCORES] = converted.scores.astype("<f4").tobytes()
        own_bos, own_eos = converted.bos_token_id, converted.eos_token_id
    else:
        files = {TOKENIZER: _read_bytes(folder / TOKENIZER)}
    tokenizer = _open(folder, files[TOKENIZER])
    bos = [
        _special_id(tokenizer, options.get("bos_token")),
        own_bos,
        generation.get("bos_token_id"),
        config.get("bos_token_id"),
    ]
    eos = [*_ids(generation.get("eos_token_id")), _special_id(tokenizer, options.get("eos_token")), own_eos]
    ends = tuple(dict.fromkeys(i for i in eos if i is not None)) or tuple(_ids(config.get("eos_token_id")))
    bos_token_id = next((i for i in bos if i is not None), None)
    add_bos = options.get("add_bos_token")
    if add_bos is None:  # transformers' LLaMA tokenizer does so unless told otherwise
        add_bos = has_model or _adds_first(tokenizer, bos_token_id)
    return FolderTokenizer(files, bos_token_id, bool(add_bos), ends, _chat_template(folder, options))


def _sentencepiece_file(folder: Path) -> Path:
    file = folder / _SENTENCEPIECE
    if not file.is_file():
        raise unsupported(folder, "no tokenizer.json or tokenizer.model")
    return file


def _added_tokens(folder: Path, options: dict[str, Any]) -> dict[int, tuple[str, bool]]:
    """Id → (text, special), from added_tokens.json and, above it, from tokenizer_config.json."""
    try:
        added = {int(i): (str(text), True) for text, i in read_json(folder / _ADDED, default={}).items()}
        decoder: dict[str, Any] = options.get("added_tokens_decoder") or {}
        for i, entry in decoder.items():
            added[int(i)] = (str(entry["content"]), bool(entry.get("special", False)))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise damaged(folder / _CONFIG) from error
    return added


def _read_bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise damaged(file) from error


def _open(folder: Path, data: bytes) -> tokenizers.Tokenizer:
    try:
        return tokenizers.Tokenizer.from_buffer(data)
    except Exception as error:  # the library raises bare Exception for whatever is wrong with the file
        raise damaged(folder / TOKENIZER) from error


def _special_id(tokenizer: tokenizers.Tokenizer, entry: Any) -> int | None:
    """The id of a special token that is written as its text, or as a table with `content`."""
    text: Any = cast("dict[str, Any]", entry).get("content") if isinstance(entry, dict) else entry
    return tokenizer.token_to_id(text) if isinstance(text, str) and text else None


def _ids(entry: Any) -> list[int]:
    """A config's id or list of ids."""
    entries = cast("list[Any]", entry) if isinstance(entry, list) else [entry]
    return [i for i in entries if isinstance(i, int)]


def _adds_first(tokenizer: tokenizers.Tokenizer, bos_token_id: int | None) -> bool:
    """Whether the tokenizer's own post-processor puts the beginning token before a text."""
    return bos_token_id is not None and tokenizer.encode("a").ids[:1] == [bos_token_id]


def _chat_template(folder: Path, options: dict[str, Any]) -> str:
    """The Jinja source: a file of its own, or an entry of the config (one, or a list of named ones)."""
    file = folder / "chat_template.jinja"
    if file.is_file():
        return _read_bytes(file).decode("utf-8", errors="replace")
    entry: Any = options.get("chat_template")
    if isinstance(entry, list):
        named = [cast("dict[str, Any]", one) for one in cast("list[Any]", entry) if isinstance(one, dict)]
        entry = next((one.get("template") for one in named if one.get("name") == "default"), None)
    return entry if isinstance(entry, str) else ""
