"""Head office publishes its library to a bucket; a branch that has the key finds, cites and opens what is there."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop import cli
from engine import policy
from engine.knowledge import keyrings

pytestmark = pytest.mark.slow
QUESTION = "提前还款要提前几天申请"


class MemoryKeyring:
    """Stands at the seam of the system's keyring."""

    name = "memory"
    priority = 1

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, entry: str, secret: str) -> None:
        self.entries[service, entry] = secret

    def get_password(self, service: str, entry: str) -> str | None:
        return self.entries.get((service, entry))

    def delete_password(self, service: str, entry: str) -> None:
        del self.entries[service, entry]


@pytest.fixture
def bucket() -> Iterator[str]:
    """The address of an S3 server on this machine with the bucket `kbase`."""
    pytest.importorskip("moto.server", reason="moto is not installed (pip install -e '.[dev]')")
    import boto3
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log(self, *_: object) -> None:
            pass

    application = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    access = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **access).create_bucket(Bucket="kbase")
    yield endpoint
    server.shutdown()


@pytest.fixture
def jinpan(
    bucket: str, tmp_path: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., list[dict[str, object]]]:  # fmt: skip
    """Runs a command in a home by name; its JSON lines, after checking the exit code."""
    file = tmp_path / "policy.toml"
    file.write_text(
        f'[shared]\nname = "zhishi"\nlocation = "s3://kbase/all"\nendpoint = "{bucket}"\ntimeout_s = 30\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(policy, "policy_path", lambda: file)
    monkeypatch.setattr(policy, "_require_administrators_file", lambda _: None)
    backend = MemoryKeyring()
    monkeypatch.setattr(keyrings, "real_backends", lambda: [backend])

    def run(home: str, *command: object, code: int = 0) -> list[dict[str, object]]:
        general = ["--home", str(tmp_path / home), "--passphrase-file", str(passphrase_file), "--json"]
        capsys.readouterr()
        assert cli.main([*general, *map(str, command)]) == code
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def test_a_branch_finds_what_head_office_published(
    jinpan: Callable[..., list[dict[str, object]]], embedder_pack: Path, sample_folder: Path, tmp_path: Path
) -> None:
    key = tmp_path / "shared.key"
    jinpan("office", "ingest", sample_folder / "个人住房贷款业务办理指南.pdf")
    jinpan("office", "kb", "key", "new", key)
    key.write_text(
        key.read_text(encoding="utf-8").replace('id = ""', 'id = "a"').replace('access_key = ""', 'access_key = "b"'),
        encoding="utf-8",
    )
    (published,) = jinpan("office", "kb", "publish", "--key", key)
    assert published["documents"] == 1

    (before,) = jinpan("branch", "kb", "shared", code=4)
    assert before["fault"] == "shared_key_missing"
    (after,) = jinpan("branch", "kb", "key", "import", key)
    assert (after["documents"], after["fault"]) == (1, "")
    found = [one for one in jinpan("branch", "search", QUESTION) if one["kind"] == "passage"]
    there = [one for one in jinpan("office", "search", QUESTION) if one["kind"] == "passage"]
    assert "个人住房贷款" in str(found[0]["name"])
    assert found[0]["text"] == there[0]["text"]
