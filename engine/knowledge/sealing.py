"""How what branches share is encrypted: every piece by itself, bound to its place.

ChaCha20-Poly1305 (RFC 8439) under a key that HKDF-SHA256 (RFC 5869) derives from the collection's key and the name of
the published state; a random 96-bit nonce stands before each piece. The place of a piece (its table and numbers) is
authenticated with it, so that the keeper of the storage can neither read a piece nor put it in the place of another.
"""

from __future__ import annotations

import base64
import json
import secrets
import struct
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.errors import EnvironmentFault, Fault
from engine.knowledge import codec
from engine.knowledge.rows import StoredChunk
from engine.values import Chunk, DocumentFormat, DocumentInfo, DocumentStatus, PageFailure, Rung

KEY_BYTES = 32
_NONCE_BYTES = 12


class SealBroken(Exception):
    """Another key, or not what was published."""


@dataclass(frozen=True, slots=True)
class CollectionKey:
    """What a branch needs beside the policy: the collection's key and, for object storage, an access key."""

    key: bytes = field(repr=False)  # 32 bytes
    access_key_id: str = ""
    secret_access_key: str = field(default="", repr=False)

    @classmethod
    def new(cls) -> CollectionKey:
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def read(cls, path: Path) -> CollectionKey:
        """From a key file (TOML). Raises EnvironmentFault SHARED_KEY_FILE_INVALID (path)."""
        try:
            return cls._of(tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EnvironmentFault(Fault.SHARED_KEY_FILE_INVALID, path=str(path)) from error

    @classmethod
    def from_text(cls, text: str) -> CollectionKey:
        """The inverse of `to_text`. Raises ValueError, KeyError or TypeError."""
        return cls._of(json.loads(text))

    @classmethod
    def _of(cls, values: dict[str, Any]) -> CollectionKey:
        key = bytes.fromhex(values["key"])
        if len(key) != KEY_BYTES:
            raise ValueError("a key has 32 bytes")
        return cls(key, str(values.get("access_key_id", "")), str(values.get("secret_access_key", "")))

    def to_text(self) -> str:
        """For a keyring entry: at most some 300 characters, where Windows keeps 1,280."""
        return json.dumps(
            {"key": self.key.hex(), "access_key_id": self.access_key_id, "secret_access_key": self.secret_access_key}
        )


class Sealer:
    """Seals and opens the pieces of one published state (`generation`)."""

    def __init__(self, key: bytes, generation: str) -> None:
        derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=f"jinpan shared {generation}".encode()).derive(key)
        self._cipher = ChaCha20Poly1305(derived)

    def seal(self, place: str, data: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, data, place.encode())

    def open(self, place: str, sealed: bytes) -> bytes:
        """Raises SealBroken."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken(place) from error


def pack_chunk(stored: StoredChunk) -> bytes:
    chunk = stored.chunk
    fields = [
        chunk.chunk_id,
        chunk.document_id,
        chunk.page_no,
        chunk.ordinal,
        chunk.text,
        chunk.heading_path,
        codec.pack_spans(chunk.spans),
        stored.name,
        stored.version,
        stored.superseded,
    ]
    header = json.dumps(fields, ensure_ascii=False).encode()
    return struct.pack("<I", len(header)) + header + stored.packed_vector


def unpack_chunk(row: int, data: bytes) -> StoredChunk:
    """The inverse of `pack_chunk`; what is shared stands on the first rung."""
    (length,) = struct.unpack_from("<I", data)
    chunk_id, document_id, page_no, ordinal, text, path, spans, name, version, superseded = json.loads(
        data[4 : 4 + length]
    )
    chunk = Chunk(chunk_id, document_id, page_no, ordinal, text, tuple(path), codec.unpack_spans(spans))
    return StoredChunk(row, chunk, name, Rung.BUILTIN, data[4 + length :], version, superseded)


def pack_page(row: tuple[Any, ...]) -> bytes:
    """A page as the ledger's table has it: `rows.page_of` reads it."""
    return json.dumps([base64.b64encode(v).decode() if isinstance(v, bytes) else v for v in row]).encode()


def unpack_page(data: bytes) -> tuple[Any, ...]:
    page_no, kind, width_pt, height_pt, text, boxes, line_starts, reason = json.loads(data)
    blobs = base64.b64decode(boxes), base64.b64decode(line_starts)
    return (page_no, kind, width_pt, height_pt, text, *blobs, reason)


def pack_info(info: DocumentInfo) -> bytes:
    """Without the path that the file has at head office."""
    fields: dict[str, Any] = {name: getattr(info, name) for name in _INFO_FIELDS}
    return json.dumps(fields | {"failures": codec.pack_failures(info.failures)}, ensure_ascii=False).encode()


_INFO_FIELDS = (
    "document_id", "name", "status", "page_count", "chunk_count", "size_bytes", "added_at", "format", "family",
    "version", "superseded_by",
)  # fmt: skip


def unpack_info(data: bytes, collection: str) -> DocumentInfo:
    values = cast("dict[str, Any]", json.loads(data))
    failures: tuple[PageFailure, ...] = codec.unpack_failures(values.pop("failures"))
    status, document_format = DocumentStatus(values.pop("status")), DocumentFormat(values.pop("format"))
    return DocumentInfo(
        **values,
        status=status,
        format=document_format,
        failures=failures,
        rung=Rung.BUILTIN,
        source_path="",
        pack=collection,
    )
