"""A knowledge pack as a file: a ZIP archive of documents with a signed list of them.

    manifest.json     format, pack, title, version, publisher, layout and, for each document, name, sha256, size_bytes
    signature.json    {"key": public key, "signature": Ed25519 over manifest.json}, both hexadecimal
    documents/HASH    the documents' bytes, named by their SHA-256
    vectors/KEY       float16 rows of a document's chunks, so that a branch need not embed them; KEY names the embedder
                      and the chunks' texts (`vectors_key`), so that they are used for exactly those

Nothing of an archive is believed before its manifest's signature holds, and no document before its hash does.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self, cast

from engine.errors import EnvironmentFault, Fault, Rejection, RequestRejected
from engine.knowledge.signing import Signer, is_public_key, is_signed_by

SUFFIX = ".jkp"
FORMAT = 1
PACK_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
VERSION = re.compile(r"\d+(\.\d+){0,3}")
_MANIFEST, _SIGNATURE, _DOCUMENTS, _VECTORS = "manifest.json", "signature.json", "documents/", "vectors/"
_MAX_MANIFEST_BYTES = 32 * 1024 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same documents and key make the same archive

ENTRIES = "entries"  # layout: every page is one entry, as in the built-in knowledge
DOCUMENTS = "documents"  # layout: laid out as any document


@dataclass(frozen=True, slots=True)
class PackDocument:
    """One document of a pack; `name` is what citations show."""

    name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class PackVectors:
    """The vectors of one document's chunks."""

    key: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class PackManifest:
    """What is signed. A higher `version` (numbers with points) replaces a lower one of the same `pack`."""

    pack: str
    title: str
    version: str
    publisher: str
    documents: tuple[PackDocument, ...]
    layout: str = DOCUMENTS
    vectors: tuple[PackVectors, ...] = ()
    format: int = FORMAT


def version_order(version: str) -> tuple[int, ...]:
    """Versions in order: 1.9 before 1.10, 2 equal to 2.0."""
    numbers = [int(number) for number in version.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def vectors_key(fingerprint: str, texts: Sequence[str]) -> str:
    """What vectors of these texts by the embedder of this fingerprint are called."""
    return hashlib.sha256("\0".join((fingerprint, *texts)).encode("utf-8", "surrogatepass")).hexdigest()


def write_pack(
    path: Path, manifest: PackManifest, contents: Mapping[str, Path], vectors: Mapping[str, bytes], signer: Signer
) -> None:
    """Write a signed pack; the same input gives the same bytes.

    `contents` maps each document's SHA-256 to its file, `vectors` each `vectors_key` to the rows that it names.
    """
    listed = tuple(PackVectors(key, hashlib.sha256(rows).hexdigest(), len(rows)) for key, rows in vectors.items())
    manifest = replace(manifest, vectors=listed)
    data = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True).encode()
    signature = {"key": signer.public_key, "signature": signer.sign(data).hex()}
    temporary = path.with_name(path.name + ".new")
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ((_MANIFEST, data), (_SIGNATURE, json.dumps(signature).encode())):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
        for sha256, file in contents.items():
            archive.writestr(zipfile.ZipInfo(_DOCUMENTS + sha256, _EPOCH), file.read_bytes(), zipfile.ZIP_DEFLATED)
        for key, rows in vectors.items():
            archive.writestr(zipfile.ZipInfo(_VECTORS + key, _EPOCH), rows, zipfile.ZIP_DEFLATED)
    temporary.replace(path)


class PackFile:
    """A pack whose signature holds. Use as a context manager."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, manifest: PackManifest, signer: str) -> None:
        """Use `open`."""
        self._path = path
        self._archive = archive
        self.manifest = manifest
        self.signer = signer

    @classmethod
    def open(cls, path: Path, trusted_keys: Collection[str]) -> Self:
        """Raises:
        RequestRejected: PATH_MISSING.
        EnvironmentFault: KNOWLEDGE_PACK_DAMAGED (path, reason), KNOWLEDGE_PACK_UNTRUSTED (path, signer).
        """
        if not path.is_file():
            raise RequestRejected(Rejection.PATH_MISSING, path=str(path))
        try:
            archive = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise _damaged(path, type(error).__name__) from error
        try:
            data = _read(archive, _MANIFEST, _MAX_MANIFEST_BYTES)
            untrusted = json.loads(_read(archive, _SIGNATURE, 4096))
            signer, signature = str(untrusted["key"]), bytes.fromhex(untrusted["signature"])
            if not is_public_key(signer) or not is_signed_by(signer, signature, data):
                raise ValueError("the signature does not hold")
            if signer not in trusted_keys:
                raise EnvironmentFault(Fault.KNOWLEDGE_PACK_UNTRUSTED, path=str(path), signer=signer)
            return cls(path, archive, _manifest(json.loads(data)), signer)
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            archive.close()
            raise _damaged(path, str(error)) from error
        except BaseException:
            archive.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def read(self, document: PackDocument) -> bytes:
        """A document's bytes. Raises EnvironmentFault KNOWLEDGE_PACK_DAMAGED when they are not what was signed."""
        return self._checked(_DOCUMENTS + document.sha256, document.sha256, document.size_bytes)

    def vectors(self, key: str) -> bytes | None:
        """The rows of that name, None where the pack has none. Raises as `read`."""
        for listed in self.manifest.vectors:
            if listed.key == key:
                return self._checked(_VECTORS + key, listed.sha256, listed.size_bytes)
        return None

    def _checked(self, name: str, sha256: str, size_bytes: int) -> bytes:
        try:
            data = _read(self._archive, name, size_bytes)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise _damaged(self._path, f"{name}: {error}") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise _damaged(self._path, f"{name}: another hash")
        return data


def make_manifest(
    pack: str, title: str, version: str, publisher: str, files: Sequence[Path], layout: str = DOCUMENTS
) -> tuple[PackManifest, dict[str, Path]]:
    """A manifest over files, and which file each hash stands for; files of the same bytes stand in it once.

    Raises RequestRejected OPTION_INVALID for a pack name or version of another form.
    """
    if not PACK_NAME.fullmatch(pack):
        raise RequestRejected(Rejection.OPTION_INVALID, option="name", value=pack)
    if not VERSION.fullmatch(version):
        raise RequestRejected(Rejection.OPTION_INVALID, option="version", value=version)
    contents: dict[str, Path] = {}
    documents: list[PackDocument] = []
    for file in files:
        data = file.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 not in contents:
            contents[sha256] = file
            documents.append(PackDocument(file.name, sha256, len(data)))
    return PackManifest(pack, title, version, publisher, tuple(documents), layout), contents


def _manifest(values: Any) -> PackManifest:
    """Raises ValueError, KeyError or TypeError for one that a newer program wrote, or that is none."""
    if values["format"] != FORMAT:
        raise ValueError(f"format {values['format']}")
    documents = tuple(
        PackDocument(str(one["name"]), str(one["sha256"]), int(one["size_bytes"]))
        for one in cast("list[dict[str, Any]]", values["documents"])
    )
    vectors = tuple(
        PackVectors(str(one["key"]), str(one["sha256"]), int(one["size_bytes"]))
        for one in cast("list[dict[str, Any]]", values["vectors"])
    )
    pack, title, version, publisher, layout = (
        str(values[key]) for key in ("pack", "title", "version", "publisher", "layout")
    )
    if not PACK_NAME.fullmatch(pack) or not VERSION.fullmatch(version) or layout not in (ENTRIES, DOCUMENTS):
        raise ValueError("name, version or layout")
    return PackManifest(pack, title, version, publisher, documents, layout, vectors)


def _read(archive: zipfile.ZipFile, name: str, limit_bytes: int) -> bytes:
    """Never more than `limit_bytes`, whatever the archive says of itself."""
    with archive.open(name) as file:
        data = file.read(limit_bytes + 1)
    if len(data) > limit_bytes:
        raise ValueError(f"{name} is larger than it should be")
    return data


def _damaged(path: Path, reason: str) -> EnvironmentFault:
    return EnvironmentFault(Fault.KNOWLEDGE_PACK_DAMAGED, path=str(path), reason=reason)
