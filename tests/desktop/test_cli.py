"""The jinpan commands against a scripted engine at the facade: JSON shapes, text, exit codes."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from desktop import cli, cli_console
from engine import api
from engine.advice import KNOWN_PACKS, Machine, advise
from engine.api import (
    AskRequest,
    Check,
    EnvironmentFault,
    Fault,
    Rejection,
    RequestRejected,
    load_settings,
)
from tests.scripted import ID, NAME, PASSAGE, Run, ScriptedEngine

pytestmark = pytest.mark.usefixtures("scripted")


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
        "version": "",
        "rung": "branch",
        "superseded": False,
    }
    citation = {"marker": 1, "document_id": ID, "name": NAME, "page_no": 2, "quote": "按活期计息"}
    assert records == [
        {"kind": "passages_found", "passages": [passage]},
        {"kind": "text_delta", "text": "按活期"},
        {"kind": "text_delta", "text": "计息[1]。"},
        {
            "kind": "answer_finished",
            "text": "按活期计息[1]。",
            "found": True,
            "citations": [citation | {"version": "", "superseded": False, "rung": "branch", "web": None}],
            "timings": {
                "retrieval_s": 0.1,
                "prompt_tokens": 300,
                "ttft_s": 1.5,
                "decode_tokens": 20,
                "decode_tokens_per_s": 9.8765,
            },
            "claims": [],
            "ladder": [],
            "conflicts": [],
            "calculation": None,
            "web_query": None,
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
    assert set(records[0]) == {
        *("kind", "rank", "document_id", "name", "page_no", "text", "rung", "score", "version", "superseded")
    }


def test_older_versions_are_asked_for_by_name_and_labelled(
    run: Run, scripted: type[ScriptedEngine], capsys: pytest.CaptureFixture[str]
) -> None:
    assert [record["superseded"] for record in run("search", "利息")[1]] == [False, False]
    assert [record["superseded"] for record in run("search", "利息", "--all-versions")[1]] == [True, True]
    assert run("ask", "利息", "--all-versions")[0] == 0
    assert scripted.opened[-1].requests == [AskRequest("利息", include_superseded=True)]
    assert cli.main(["search", "利息", "--all-versions"]) == 0
    assert f"{NAME}（已被替代） 第 2 页" in capsys.readouterr().out


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


def test_pack_build_makes_what_is_missing(run: Run, packs: list[tuple[Any, ...]]) -> None:
    code, records = run("pack", "build", "--weights", "权重")
    assert code == 0 and packs == [("甲", Path("权重")), ("丙", Path("权重"))]
    assert records[0] == {"kind": "pack_built", "name": "甲", "path": "/packs/甲", "size_bytes": 10, "seconds": 2.0}


def test_pack_build_from_a_checkpoint_needs_a_name(run: Run, packs: list[tuple[Any, ...]]) -> None:
    assert run("pack", "build", "--from", "x.gguf")[0] == 2
    assert run("pack", "build", "--from", "x.gguf", "--name", "乙", "--quantization", "fp32")[0] == 0
    assert run("pack", "build", "--from", "目录", "--name", "丁", "--chat-template", "模板.toml")[0] == 0
    assert packs == [(Path("x.gguf"), "乙", "fp32", None), (Path("目录"), "丁", "int8", Path("模板.toml"))]


def test_pack_use_is_remembered_and_refuses_what_cannot_answer(
    home: Path, run: Run, smollm2_pack: Path, embedder_pack: Path
) -> None:
    name = smollm2_pack.name
    code, records = run("pack", "use", name)
    assert code == 0 and records[0]["kind"] == "pack_chosen" and load_settings().generator_pack == name
    for wrong, reason in (("nothing", "pack_missing"), (embedder_pack.name, "pack_unsupported")):
        code, records = run("pack", "use", wrong)
        assert code == 4 and records[0]["code"] == reason and load_settings().generator_pack == name
    assert load_settings(generator_pack="other").generator_pack == "other", "--pack goes before the choice"
    (home / "settings.toml").write_text('generator_pack = "of-it"\n', encoding="utf-8")
    assert load_settings().generator_pack == name, "the choice goes before settings.toml"
    (home / "choices.toml").write_text('generator_pack = "vanished"\n', encoding="utf-8")
    assert load_settings().generator_pack == "of-it", "a pack that is gone counts as not chosen"


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
