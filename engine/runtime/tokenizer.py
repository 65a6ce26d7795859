"""A pack's tokenizer: text to token ids and back, and a stream of text that never splits a character."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import tokenizers

from engine.errors import EnvironmentFault, Fault
from engine.runtime.pack import SCORES, TOKENIZER, Manifest
from engine.runtime.scored_bpe import ScoredBpe

_INCOMPLETE = "\ufffd"  # what a decoder shows for bytes that are not (yet) a character


class Tokenizer:
    """Safe to use from several threads."""

    def __init__(self, tokenizer: tokenizers.Tokenizer, scored: ScoredBpe | None = None) -> None:
        self._tokenizer = tokenizer
        self._scored = scored
        self._lock = threading.Lock()
        added = tokenizer.get_added_tokens_decoder()
        self._added_ids = {token.content: i for i, token in added.items()}
        self._every_added = _splitter(list(self._added_ids))
        self._plain_added = _splitter([token.content for token in added.values() if not token.special])

    @classmethod
    def open(cls, pack_folder: Path, manifest: Manifest) -> Tokenizer:
        """Raises EnvironmentFault: PACK_DAMAGED when a file is missing or unreadable, TOKENIZER_MISMATCH (pack,
        token_id, vocabulary_size) when it is the tokenizer of another model.
        """
        try:
            tokenizer = tokenizers.Tokenizer.from_file(str(pack_folder / TOKENIZER))
        except Exception as error:  # the library raises bare Exception for whatever is wrong with the file
            raise _damaged(manifest) from error
        tokenizer.no_padding()
        tokenizer.no_truncation()
        _require_fit(tokenizer, manifest)
        return cls(tokenizer, _read_scored(pack_folder, tokenizer, manifest) if SCORES in manifest.files else None)

    def encode(self, text: str, add_special: bool = False, parse_special: bool = True) -> list[int]:
        """Token ids of `text`.

        `add_special` adds what the model's post-processor adds (such as <s> … </s>). With `parse_special` a
        special token written out in the text becomes that token, as a chat template needs it; without, it is
        plain text, as text from users and documents must be.
        """
        if self._scored is not None:
            return self._encode_scored(self._scored, text, parse_special)
        with self._lock:
            self._tokenizer.encode_special_tokens = not parse_special
            return self._tokenizer.encode(text, add_special_tokens=add_special).ids

    def encode_pieces(self, pieces: Iterable[tuple[str, bool]]) -> list[int]:
        """Token ids of the pieces as one text: characters join across them.

        A special token written out counts in pieces marked True only; in the others it is plain text.
        """
        ids: list[int] = []
        plain = ""
        for text, parse_special in pieces:
            parts = self._every_added.split(text) if parse_special else [text]
            for i, part in enumerate(parts):
                if i % 2:
                    ids += [*self.encode(plain, parse_special=False), self._added_ids[part]]
                    plain = ""
                else:
                    plain += part
        return ids + self.encode(plain, parse_special=False)

    def _encode_scored(self, scored: ScoredBpe, text: str, parse_special: bool) -> list[int]:
        """As the library does it: added tokens first, what stands between them normalized and merged."""
        normalizer = self._tokenizer.normalizer
        ids: list[int] = []
        for i, part in enumerate((self._every_added if parse_special else self._plain_added).split(text)):
            if i % 2:
                ids.append(self._added_ids[part])
            elif part:
                ids += scored.encode(normalizer.normalize_str(part) if normalizer else part)
        return ids

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


def _splitter(tokens: list[str]) -> re.Pattern[str]:
    """Splits a text so that every second part is one of the tokens; where two begin, the longer one."""
    alternatives = "|".join(re.escape(token) for token in sorted(tokens, key=len, reverse=True))
    return re.compile(f"({alternatives})" if alternatives else r"((?!))")


def _require_fit(tokenizer: tokenizers.Tokenizer, manifest: Manifest) -> None:
    """Every id must be a row of the model's vocabulary, which may be padded, and the special ids must have tokens."""
    special = [*manifest.eos_token_ids, *([] if manifest.bos_token_id is None else [manifest.bos_token_id])]
    size = tokenizer.get_vocab_size(with_added_tokens=True)
    highest = size - 1
    if sum(tokenizer.id_to_token(i) is not None for i in range(manifest.vocabulary_size)) < size:
        # Only then the whole table is asked for, which holds up every other thread for as long as it takes.
        highest = max(tokenizer.get_vocab(with_added_tokens=True).values())
    absent = [i for i in special if i < 0 or tokenizer.id_to_token(i) is None]
    if not 0 <= highest < manifest.vocabulary_size or absent:
        wrong, size = absent[0] if absent else highest, manifest.vocabulary_size
        raise EnvironmentFault(Fault.TOKENIZER_MISMATCH, pack=manifest.name, token_id=wrong, vocabulary_size=size)


def _read_scored(folder: Path, tokenizer: tokenizers.Tokenizer, manifest: Manifest) -> ScoredBpe:
    vocabulary = tokenizer.get_vocab(with_added_tokens=False)
    try:
        scores: list[float] = np.fromfile(folder / SCORES, "<f4").tolist()
        if len(scores) != len(vocabulary):
            raise ValueError("not one score a piece")
        return ScoredBpe(vocabulary, scores)
    except (OSError, KeyError, ValueError) as error:
        raise EnvironmentFault(Fault.PACK_DAMAGED, pack=manifest.name, file=SCORES) from error


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
