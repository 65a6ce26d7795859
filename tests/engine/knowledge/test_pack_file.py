from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from engine.errors import EnvironmentFault, Fault, Rejection, RequestRejected
from engine.knowledge.pack_file import PackFile, make_manifest, version_order, write_pack
from engine.knowledge.signing import Signer, is_signed_by


@pytest.fixture
def signer() -> Signer:
    return Signer.new()


@pytest.fixture
def pack(tmp_path: Path, signer: Signer) -> Path:
    files = [tmp_path / "利率表.pdf", tmp_path / "同一份.pdf", tmp_path / "办法.pdf"]
    for file, data in zip(files, (b"%PDF-1", b"%PDF-1", b"%PDF-2"), strict=True):
        file.write_bytes(data)
    manifest, contents = make_manifest("zonghang", "总行制度", "1.2", "总行", files)
    path = tmp_path / "zonghang.jkp"
    write_pack(path, manifest, contents, {"k" * 64: b"rows"}, signer)
    return path


def rewritten(pack: Path, name: str, data: bytes) -> Path:
    """The same archive with one member changed."""
    changed = pack.with_name("changed.jkp")
    with zipfile.ZipFile(pack) as old, zipfile.ZipFile(changed, "w") as new:
        for member in old.namelist():
            new.writestr(member, data if member == name else old.read(member))
    return changed


def test_a_pack_gives_back_what_was_signed(pack: Path, signer: Signer) -> None:
    with PackFile.open(pack, {signer.public_key}) as opened:
        assert opened.signer == signer.public_key
        assert [document.name for document in opened.manifest.documents] == ["利率表.pdf", "办法.pdf"]
        assert [opened.read(document) for document in opened.manifest.documents] == [b"%PDF-1", b"%PDF-2"]
        assert (opened.vectors("k" * 64), opened.vectors("l" * 64)) == (b"rows", None)


def test_the_same_documents_and_key_make_the_same_bytes(pack: Path, tmp_path: Path, signer: Signer) -> None:
    files = [tmp_path / "利率表.pdf", tmp_path / "同一份.pdf", tmp_path / "办法.pdf"]
    manifest, contents = make_manifest("zonghang", "总行制度", "1.2", "总行", files)
    write_pack(tmp_path / "again.jkp", manifest, contents, {"k" * 64: b"rows"}, signer)
    assert (tmp_path / "again.jkp").read_bytes() == pack.read_bytes()


def test_a_key_that_nobody_trusts_is_refused_by_name(pack: Path, signer: Signer) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        PackFile.open(pack, {Signer.new().public_key})
    assert caught.value.code == Fault.KNOWLEDGE_PACK_UNTRUSTED
    assert caught.value.details["signer"] == signer.public_key


def test_a_changed_list_a_changed_document_and_a_cut_file_are_noticed(pack: Path, signer: Signer) -> None:
    trusted = {signer.public_key}
    with zipfile.ZipFile(pack) as archive:
        listed = json.loads(archive.read("manifest.json"))
        member = next(name for name in archive.namelist() if name.startswith("documents/"))
    listed["title"] = "别的标题"
    for changed in (rewritten(pack, "manifest.json", json.dumps(listed).encode()), cut(pack)):
        with pytest.raises(EnvironmentFault) as caught:
            PackFile.open(changed, trusted)
        assert caught.value.code == Fault.KNOWLEDGE_PACK_DAMAGED
    with PackFile.open(rewritten(pack, member, b"%PDF-3"), trusted) as opened:
        damaged = next(one for one in opened.manifest.documents if one.sha256 in member)
        with pytest.raises(EnvironmentFault) as caught:
            opened.read(damaged)
    assert caught.value.code == Fault.KNOWLEDGE_PACK_DAMAGED


def test_a_document_that_unpacks_to_more_than_was_signed_is_not_read_on(pack: Path, signer: Signer) -> None:
    with zipfile.ZipFile(pack) as archive:
        member = next(name for name in archive.namelist() if name.startswith("documents/"))
    bomb = rewritten(pack, member, b"%PDF-1" * 1000)
    with PackFile.open(bomb, {signer.public_key}) as opened, pytest.raises(EnvironmentFault) as caught:
        opened.read(next(one for one in opened.manifest.documents if one.sha256 in member))
    assert "larger" in str(caught.value.details["reason"])


def cut(pack: Path) -> Path:
    shortened = pack.with_name("cut.jkp")
    shortened.write_bytes(pack.read_bytes()[:-100])
    return shortened


@pytest.mark.parametrize(("name", "version"), [("总行", "1"), ("a", "v1"), ("../a", "1"), ("a", "1.2.3.4.5")])
def test_names_and_versions_have_a_form(tmp_path: Path, name: str, version: str) -> None:
    with pytest.raises(RequestRejected) as caught:
        make_manifest(name, "标题", version, "总行", [])
    assert caught.value.code == Rejection.OPTION_INVALID


def test_versions_are_compared_as_numbers() -> None:
    assert version_order("1.9") < version_order("1.10") < version_order("2")
    assert version_order("2") == version_order("2.0")


def test_a_signing_key_is_kept_encrypted_and_never_overwritten(tmp_path: Path, signer: Signer) -> None:
    path = tmp_path / "signing.pem"
    signer.save(path, "口令一二三")
    again = Signer.load(path, "口令一二三")
    assert is_signed_by(signer.public_key, again.sign(b"manifest"), b"manifest")
    assert not is_signed_by(signer.public_key, again.sign(b"manifest"), b"another")
    with pytest.raises(FileExistsError):
        signer.save(path, "别的")
    with pytest.raises(EnvironmentFault) as caught:
        Signer.load(path, "不对的口令")
    assert caught.value.code == Fault.SIGNING_KEY_UNUSABLE
