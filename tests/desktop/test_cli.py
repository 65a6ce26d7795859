"""The jinpan commands against a scripted engine at the facade: JSON shapes, text, exit codes."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from desktop import cli, cli_console, cli_start
from engine import api
from engine.advice import KNOWN_PACKS, Machine, advise
from engine.api import (
    AnswerFinished,
    AskRequest,
    CancelToken,
    Check,
    Citation,
    DocumentFailed,
    DocumentIndexed,
    DocumentInfo,
    DocumentPartiallyIndexed,
    DocumentRemoved,
    DocumentStarted,
    DocumentStatus,
    EnvironmentFault,
    Fault,
    ModelLoaded,
    ModelLoading,
    PackBuilt,
    PackInfo,
    PackProgress,
    PageFailure,
    Passage,
    PassagesFound,
    PromptRead,
    Rejection,
    RequestRejected,
    Rung,
    TextDelta,
    Timings,
)

ID = "ab" * 32
NAME = "存款 手册😀.pdf"
PASSAGE = Passage("c1", ID, NAME, 2, "第九条 提前支取按活期计息。", ("第三章",), (), Rung.BRANCH, 0.03, 0.9)
CITATION = Citation(1, ID, NAME, 2, "按活期计息", Rung.BRANCH)
ANSWER = AnswerFinished("按活期计息[1]。", True, (CITATION,), Timings(0.1, 300, 1.5, 20, 9.87654))


class ScriptedEngine:
    """Plays prepared events at the seam where the real engine would work."""

    opened: ClassVar[list[ScriptedEngine]]
    fault: Exception | None = None

    def __init__(self, settings: api.Settings) -> None:
        self.settings = settings
        self.closed = False
        self.requests: list[AskRequest] = []
        self.ingested: list[Path] = []

    @classmethod
    def open(cls, settings: api.Settings, passphrase: Callable[[bool], str] | None = None) -> ScriptedEngine:
        if cls.fault is not None:
            raise cls.fault
        settings.home.mkdir(exist_ok=True)
        cls.opened.append(cls(settings))
        return cls.opened[-1]

    def __enter__(self) -> ScriptedEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True

    def ask(self, request: AskRequest, cancel: CancelToken) -> Iterator[object]:
        if not request.question.strip():
            raise RequestRejected(Rejection.QUESTION_EMPTY)
        self.requests.append(request)
        yield ModelLoading("甲")
        yield ModelLoaded("甲", "CPU", 1.0)
        yield PassagesFound((PASSAGE,), 0.1)
        yield PromptRead(10, 300)
        if request.question == "等":
            while True:
                cancel.raise_if_cancelled()
                time.sleep(0.005)
        yield TextDelta("按活期")
        yield TextDelta("计息[1]。")
        yield ANSWER

    def search(self, question: str, k: int) -> tuple[Passage, ...]:
        if not question.strip():
            raise RequestRejected(Rejection.QUESTION_EMPTY)
        return (PASSAGE,) * min(k, 2)

    def ingest(self, paths: Sequence[Path], _: CancelToken) -> Iterator[object]:
        self.ingested.extend(paths)
        failures = (PageFailure(3, "scanned_page"), PageFailure(5, "scanned_page"))
        for path in paths:
            yield DocumentStarted(str(path), path.name)
            if "坏" in path.name:
                details = (("size_bytes", 400 * 1024**2), ("limit_bytes", 300 * 1024**2))
                yield DocumentFailed(str(path), "", path.name, 0.5, "too_large", details)
            elif "缺" in path.name:
                yield DocumentPartiallyIndexed(str(path), ID, path.name, 9, 20, 1.0, failures)
            else:
                yield DocumentIndexed(str(path), ID, path.name, 3, 30, 1.23456)

    def documents(self) -> tuple[DocumentInfo, ...]:
        return (DocumentInfo(ID, "甲.pdf", DocumentStatus.INDEXED, Rung.BRANCH, 3, 30, 999, "2026-11-22", "/甲.pdf"),)

    def remove(self, ids: Sequence[str], _: CancelToken) -> Iterator[DocumentRemoved]:
        if any(document_id != ID for document_id in ids):
            raise RequestRejected(Rejection.DOCUMENT_UNKNOWN, document_id=ids[0])
        for document_id in ids:
            yield DocumentRemoved(document_id, "甲.pdf")


@pytest.fixture(autouse=True)
def scripted(home: Path, monkeypatch: pytest.MonkeyPatch) -> type[ScriptedEngine]:
    class Fresh(ScriptedEngine):
        opened: ClassVar[list[ScriptedEngine]] = []

    monkeypatch.setattr(api, "Engine", Fresh)
    return Fresh


Run = Callable[..., tuple[int, list[dict[str, Any]]]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `jinpan --json …`; returns the exit code and the records."""

    def run(*arguments: str) -> tuple[int, list[dict[str, Any]]]:
        code = cli.main(["--json", *arguments])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


# ---- questions


def test_ask_streams_passages_then_text_then_the_answer(run: Run, scripted: type[ScriptedEngine]) -> None:
    code, records = run("ask", "定期提前支取？", "--max-tokens", "50")
    assert code == 0
    passage = {
        "rank": 1,
        "document_id": ID,
        "name": NAME,
        "page_no": 2,
        "text": PASSAGE.text,
        "score": 0.03,
    }
    assert records == [
        {"kind": "passages_found", "passages": [passage]},
        {"kind": "text_delta", "text": "按活期"},
        {"kind": "text_delta", "text": "计息[1]。"},
        {
            "kind": "answer_finished",
            "text": "按活期计息[1]。",
            "found": True,
            "citations": [{"marker": 1, "document_id": ID, "name": NAME, "page_no": 2, "quote": "按活期计息"}],
            "timings": {
                "retrieval_s": 0.1,
                "prompt_tokens": 300,
                "ttft_s": 1.5,
                "decode_tokens": 20,
                "decode_tokens_per_s": 9.8765,
            },
        },
    ]
    engine = scripted.opened[0]
    assert engine.requests == [AskRequest("定期提前支取？", max_tokens=50)] and engine.closed


def test_ask_for_people_ends_with_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ask", "问"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("按活期计息[1]。\n") and "[1] 存款 手册😀.pdf 第 2 页：按活期计息" in out


def test_search_gives_one_passage_a_line(run: Run) -> None:
    code, records = run("search", "利息", "-k", "2")
    assert code == 0 and [record["rank"] for record in records] == [1, 2]
    assert set(records[0]) == {"kind", "rank", "document_id", "name", "page_no", "text", "score"}


@pytest.mark.parametrize("command", ["search", "ask"])
def test_stdin_numbers_the_questions_and_goes_on_after_a_bad_one(
    command: str, run: Run, scripted: type[ScriptedEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\ufeff一\n\n三"))
    code, records = run(command, "--stdin")
    assert code == 2 and len(scripted.opened) == 1
    assert {record["question_no"] for record in records} == {1, 2, 3}
    errors = [record for record in records if record["kind"] == "error"]
    assert [(error["question_no"], error["code"]) for error in errors] == [(2, "question_empty")]
    if command == "ask":
        assert [request.question for request in scripted.opened[0].requests] == ["一", "三"]


def test_ctrl_c_cancels_the_answer_and_closes_the_engine(run: Run, scripted: type[ScriptedEngine]) -> None:
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    code, records = run("ask", "等")
    assert code == 130 and records[-1]["code"] == "cancelled" and scripted.opened[0].closed
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


# ---- library


def test_ingest_reports_each_document(run: Run) -> None:
    code, records = run("ingest", "好 文件.pdf", "缺页.pdf", "坏.pdf")
    assert code == 3
    good, partial, bad = records
    assert good == {
        "kind": "document_indexed",
        "document_id": ID,
        "name": "好 文件.pdf",
        "pages": 3,
        "chunks": 30,
        "seconds": 1.235,
        "reason": None,
    }
    assert partial["kind"] == "document_partially_indexed" and partial["reason"] == "scanned_page"
    assert [failure["page_no"] for failure in partial["failures"]] == [3, 5]
    assert (bad["kind"], bad["reason"], bad["pages"]) == ("document_failed", "too_large", 0)


def test_ingest_for_people_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ingest", "好.pdf", "缺.pdf"]) == 0
    assert cli.main(["ingest", "坏.pdf"]) == 3
    out = capsys.readouterr().out
    assert "第 3 页：页面是扫描图像" in out and "文件太大：400 MB，上限 300 MB。" in out


def test_documents_and_remove_by_short_id(run: Run) -> None:
    code, records = run("documents")
    assert code == 0 and records[0]["kind"] == "document" and records[0]["document_id"] == ID
    assert run("remove", ID[:12]) == (0, [{"kind": "document_removed", "document_id": ID, "name": "甲.pdf"}])
    code, records = run("remove", "ab")
    assert code == 2 and records[0]["code"] == "document_unknown"


# ---- packs, doctor


@pytest.fixture
def packs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Scripted packs; returns the calls that build them."""
    calls: list[tuple[Any, ...]] = []

    def build(_: api.Settings, name: str, weights: Path | None, cancel: CancelToken) -> Iterator[object]:
        calls.append((name, weights))
        yield PackProgress(name, "download", 5, 10)
        yield PackBuilt(name, f"/packs/{name}", 10, 2.0)

    def build_from(_: api.Settings, *arguments: Any, chat_template: Path | None) -> Iterator[object]:
        calls.append((*arguments[:-1], chat_template))
        yield PackBuilt("乙", "/packs/乙", 10, 2.0)

    def verify(_: api.Settings, name: str) -> object:
        if name == "坏包":
            raise EnvironmentFault(Fault.PACK_DAMAGED, pack=name, file="model.onnx.data")
        return SimpleNamespace(version="1", files={"a": 1, "b": 2})

    monkeypatch.setattr(api, "missing_packs", lambda _: ("甲", "丙"))
    monkeypatch.setattr(api, "build_pack", build)
    monkeypatch.setattr(api, "build_pack_from_checkpoint", build_from)
    monkeypatch.setattr(api, "verify_installed_pack", verify)
    info = PackInfo("甲", "generator", "1", "qwen2", "int8", "Apache-2.0", 10, "/packs/甲", True)
    monkeypatch.setattr(api, "list_packs", lambda _: (info,))
    return calls


def test_pack_build_makes_what_is_missing(run: Run, packs: list[tuple[Any, ...]]) -> None:
    code, records = run("pack", "build", "--weights", "权重")
    assert code == 0 and packs == [("甲", Path("权重")), ("丙", Path("权重"))]
    assert records[0] == {"kind": "pack_built", "name": "甲", "path": "/packs/甲", "size_bytes": 10, "seconds": 2.0}


def test_pack_build_from_a_checkpoint_needs_a_name(run: Run, packs: list[tuple[Any, ...]]) -> None:
    assert run("pack", "build", "--from", "x.gguf")[0] == 2
    assert run("pack", "build", "--from", "x.gguf", "--name", "乙", "--quantization", "fp32")[0] == 0
    assert run("pack", "build", "--from", "目录", "--name", "丁", "--chat-template", "模板.toml")[0] == 0
    assert packs == [(Path("x.gguf"), "乙", "fp32", None), (Path("目录"), "丁", "int8", Path("模板.toml"))]


def test_pack_list_and_verify(run: Run, packs: list[tuple[Any, ...]]) -> None:
    code, records = run("pack", "list")
    assert code == 0 and (records[0]["kind"], records[0]["pack_kind"]) == ("pack", "generator")
    code, records = run("pack", "verify", "坏包", "甲")
    assert code == 4 and "model.onnx.data" in records[0]["message"]
    assert records[1] == {"kind": "pack_verified", "name": "甲", "version": "1", "files": 2}


def test_doctor_says_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = Check("keyring", False, "", EnvironmentFault(Fault.KEYRING_UNUSABLE, reason="x"))
    monkeypatch.setattr(api, "doctor", lambda _: (Check("cpu", True, "avx2"), keyring))
    monkeypatch.setattr(api, "recommend_pack", lambda _: advise(Machine(2, 10**9, 1e10, 1e11, 1e11), KNOWN_PACKS, 4096))
    code, records = run("doctor")
    assert code == 0, "the product works without a keyring"
    *checks, advice = records
    assert [record["name"] for record in checks] == ["cpu", "keyring"] and "--passphrase-file" in records[1]["action"]
    assert advice["kind"] == "advice" and "内网" in advice["message"] and len(advice["packs"]) == len(KNOWN_PACKS)
    missing = Check("pack 甲", False, "", EnvironmentFault(Fault.PACK_MISSING, pack="甲"))
    monkeypatch.setattr(api, "doctor", lambda _: (missing,))
    assert run("doctor")[0] == 4


# ---- errors, options


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (EnvironmentFault(Fault.PACK_MISSING, pack="甲"), (4, "pack_missing")),
        (RequestRejected(Rejection.PATH_MISSING, path="/x"), (2, "path_missing")),
        (ValueError("boom"), (1, "bug")),
    ],
)
def test_an_error_is_a_record_and_an_exit_code(
    error: Exception, expected: tuple[int, str], run: Run, scripted: type[ScriptedEngine]
) -> None:
    scripted.fault = error
    code, records = run("documents")
    assert (code, records[0]["code"]) == expected
    assert set(records[0]) == {"kind", "code", "message", "action"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask"],
        ["search", "x", "-k", "0"],
        ["ask", "x", "--stdin"],
        ["nonsense"],
        ["pack"],
        ["ask", "x", "--max-tokens", "-1"],
    ],
)
def test_wrong_usage_exits_with_2_and_says_so(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        cli.main([*arguments, "--json"])
    assert raised.value.code == 2
    captured = capsys.readouterr()
    assert json.loads(captured.out)["code"] == "usage" and "用法" in captured.err


def test_general_options_stand_before_or_after_the_command(
    tmp_path: Path, scripted: type[ScriptedEngine], capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path / "口令"
    secret.write_text("x", encoding="utf-8")
    options = ["--home", str(tmp_path / "别处"), "--pack", "甲", "--passphrase-file", str(secret), "--json"]
    for arguments in ([*options, "documents"], ["documents", *options]):
        assert cli.main(arguments) == 0
    first, second = (engine.settings for engine in scripted.opened)
    assert first == second and first.home == tmp_path / "别处" and first.generator_pack == "甲"
    assert first.passphrase_file == secret


def test_a_missing_passphrase_file_is_named(run: Run) -> None:
    code, records = run("--passphrase-file", "/没有", "documents")
    assert (code, records[0]["code"]) == (2, "path_missing") and "/没有" in records[0]["message"]


def test_no_terminal_means_no_passphrase_and_stdin_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_console, "has_terminal", lambda: False)
    monkeypatch.setattr(sys, "stdin", io.StringIO("secret\n"))
    with pytest.raises(EnvironmentFault) as raised:
        cli_console.ask_passphrase(True)
    assert raised.value.code == "keyring_unusable" and sys.stdin.read() == "secret\n"


def test_a_new_passphrase_is_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["", "一", "二", "三", "三"])
    monkeypatch.setattr(cli_console, "has_terminal", lambda: True)
    monkeypatch.setattr(cli_console, "getpass", lambda _: next(typed))
    assert cli_console.ask_passphrase(True) == "三"


# ---- start


@pytest.fixture
def headless(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")


@needs_linux
@pytest.mark.usefixtures("headless")
def test_the_window_without_a_display_is_an_environment_fault(run: Run) -> None:
    code, records = run()
    assert code == 4 and records[0]["code"] == "display_missing" and "图形界面" in records[0]["message"]


@needs_linux
@pytest.mark.usefixtures("headless")
def test_headless_start_takes_the_samples_once_and_answers(
    home: Path, run: Run, scripted: type[ScriptedEngine], packs: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = (Path("示例.pdf"),)
    monkeypatch.setattr(api, "sample_documents", lambda: samples)
    code, records = run("start")
    assert code == 0 and [name for name, _ in packs] == ["甲", "丙"]
    assert scripted.opened[0].ingested == [*samples] and records[-1]["kind"] == "answer_finished"
    run("start")
    assert scripted.opened[1].ingested == [] and len(scripted.opened[1].requests) == 1


@needs_linux
@pytest.mark.usefixtures("headless", "packs")
def test_headless_start_without_keyring_and_terminal_leaves_nothing(
    home: Path, run: Run, scripted: type[ScriptedEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    really_open = scripted.open

    def open_elsewhere(settings: api.Settings, passphrase: Callable[[bool], str]) -> ScriptedEngine:
        if settings.home == home:
            raise EnvironmentFault(Fault.KEYRING_UNUSABLE, reason="no keyring and no terminal")
        assert len(passphrase(True)) >= 32
        return really_open(settings, passphrase)

    monkeypatch.setattr(scripted, "open", open_elsewhere)
    monkeypatch.setenv("JINPAN_PACKS", "/set by start, restored by the test")
    code, records = run("start")
    assert code == 0 and records[-1]["kind"] == "answer_finished"
    assert not scripted.opened[0].settings.home.parent.exists() and not list(home.iterdir())


@pytest.mark.usefixtures("packs")
def test_start_takes_the_samples_before_the_window_and_leaves_them_to_it_without_a_keyring(
    scripted: type[ScriptedEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = (Path("示例.pdf"),)
    shown: list[tuple[Path, ...]] = []
    monkeypatch.setattr(api, "sample_documents", lambda: samples)
    monkeypatch.setattr(cli_start, "display_fault", lambda: None)
    app = SimpleNamespace(run_window=lambda _, documents: shown.append(documents) or 0)
    monkeypatch.setitem(sys.modules, "desktop.app", app)
    scripted.fault = EnvironmentFault(Fault.KEYRING_UNUSABLE, reason="x")
    assert cli.main(["start"]) == 0 and shown.pop() == samples
    scripted.fault = None
    assert cli.main(["start"]) == 0 and shown.pop() == () and scripted.opened[0].ingested == [*samples]
    assert cli.main(["start"]) == 0 and len(scripted.opened) == 1, "a second start goes straight to the window"


@needs_linux
def test_a_dead_display_is_no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    for display in (":4711", "nonsense", ":"):
        monkeypatch.setenv("DISPLAY", display)
        fault = cli_start.display_fault()
        assert fault is not None and fault.code == "display_missing"


# ---- as a process


def test_a_reader_that_goes_away_is_no_error(home: Path) -> None:
    program = (
        "import sys; from desktop import cli; from engine import api\n"
        "api.list_packs = lambda _: [api.PackInfo('甲' * 50, 'generator', '1', 'a', 'i', 'l', 1, 'p', True)] * 5000\n"
        "sys.exit(cli.main(['--json', 'pack', 'list']))"
    )
    command = f'"{sys.executable}" -c "$PROGRAM" | head -n 1; echo "${{PIPESTATUS[0]}}"'
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        ["bash", "-c", command], env={**os.environ, "PROGRAM": program}, cwd=root, capture_output=True, check=True
    )
    lines = done.stdout.decode().splitlines()
    assert json.loads(lines[0])["kind"] == "pack" and lines[1] == "0" and done.stderr == b""


def test_commands_start_without_qt_or_onnxruntime(home: Path) -> None:
    program = (
        "import sys; from desktop import cli; cli.main(['pack', 'list']);"
        "HEAVY = {'PySide6', 'onnxruntime', 'lancedb', 'pymupdf'};"
        "print(sorted({name.split('.')[0] for name in sys.modules} & HEAVY))"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
