"""A pack's tokenizer: text to token ids and back, and a stream of text that never splits a character."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import tokenizers

from engine.errors import EnvironmentFault, Fault
from engine.runtime.pack import TOKENIZER, Manifest

_INCOMPLETE = "\ufffd"  # what a decoder shows for bytes that are not (yet) a character


class Tokenizer:
    """Safe to use from several threads."""

    def __init__(self, tokenizer: tokenizers.Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._lock = threading.Lock()

    @classmethod
    def open(cls, pack_folder: Path, manifest: Manifest) -> Tokenizer:
        """Raises EnvironmentFault PACK_DAMAGED when the file is missing, unreadable or of another model."""
        try:
            tokenizer = tokenizers.Tokenizer.from_file(str(pack_folder / TOKENIZER))
        except Exception as error:  # the library raises bare Exception for whatever is wrong with the file
            raise _damaged(manifest) from error
        tokenizer.no_padding()
        tokenizer.no_truncation()
        if not _fits(tokenizer, manifest):
            raise _damaged(manifest)
        return cls(tokenizer)

    def encode(self, text: str, add_special: bool = False, parse_special: bool = True) -> list[int]:
        """Token ids of `text`.

        `add_special` adds what the model's post-processor adds (such as <s> … </s>). With `parse_special` a
        special token written out in the text becomes that token, as a chat template needs it; without, it is
        plain text, as text from users and documents must be.
        """
        with self._lock:
            self._tokenizer.encode_special_tokens = not parse_special
            return self._tokenizer.encode(text, add_special_tokens=add_special).ids

    def count(self, text: str) -> int:
        """Number of tokens of `text` as plain text, without added special tokens."""
        return len(self.encode(text, parse_special=False))

    def decode(self, ids: Sequence[int], skip_special: bool = True) -> str:
        return self._tokenizer.decode(ids, skip_special_tokens=skip_special)

    def token_id(self, token: str) -> int | None:
        return self._tokenizer.token_to_id(token)

    @property
    def vocabulary_size(self) -> int:
        return self._tokenizer.get_vocab_size(with_added_tokens=True)


def _fits(tokenizer: tokenizers.Tokenizer, manifest: Manifest) -> bool:
    """Whether every id is a row of the model's vocabulary, which may be padded, and the special ids have tokens."""
    special = [*manifest.eos_token_ids, *([] if manifest.bos_token_id is None else [manifest.bos_token_id])]
    size = tokenizer.get_vocab_size(with_added_tokens=True)
    return 0 < size <= manifest.vocabulary_size and all(tokenizer.id_to_token(i) is not None for i in special)


def _damaged(manifest: Manifest) -> EnvironmentFault:
    return EnvironmentFault(Fault.PACK_DAMAGED, pack=manifest.name, file=TOKENIZER)


class TextStream:
    """Turns tokens, one at a time, into text whose pieces join to the decoding of all of them.

    `context` is the end of what stands before the stream (the prompt's last tokens): it decides whether a
    leading space belongs to the text, and is itself never returned.
    """

    def __init__(self, tokenizer: Tokenizer, context: Sequence[int] = ()) -> None:
        self._tokenizer = tokenizer
        self._context = list(context)
        self._held: list[int] = []

    def push(self, token_id: int) -> str:
        """The text that became complete with this token; empty while a character is incomplete."""
        self._held.append(token_id)
        delta = self._held_text()
        if not delta or delta.endswith(_INCOMPLETE):
            return ""
        self._context, self._held = self._held, []
        return delta

    def flush(self) -> str:
        """The complete characters still held back; the bytes of an unfinished character are dropped."""
        text = self._held_text().rstrip(_INCOMPLETE)
        self._held = []
        return text

    def _held_text(self) -> str:
        before = self._tokenizer.decode(self._context)
        return self._tokenizer.decode(self._context + self._held)[len(before) :]
