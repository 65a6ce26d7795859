"""The real OCR child: what it reads, what it may not do, and that it is silent on disk and network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pymupdf
import pytest

from engine.ocr.protocol import LINES, OcrRequest, decode_lines, write_image, write_ocr_request
from engine.parser.protocol import FAULT, READY, decode_json, read_frame
from tests import pdfs
from tests.scans import Gray, drawn

REPOSITORY = Path(__file__).resolve().parents[3]
TEXT = "存款保险实行限额偿付,最高偿付限额为人民币50万元。"
CALLING = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect_ex(('127.0.0.1', 9))"
WRITING = "open('written', 'w').close()"
HACKED = """
import sys
import engine.ocr.recognizer as recognizer
class Hacked(recognizer.Recognizer):
    def recognize(self, gray):
        if getattr(self, "ready", False):
            for attempt in ({attempts}):
                try:
                    attempt()
                except (PermissionError, OSError) as error:
                    print(type(error).__name__, file=sys.stderr, flush=True)
                else:
                    print("done", file=sys.stderr, flush=True)
        self.ready = True
        return super().recognize(gray)
recognizer.Recognizer = Hacked
from engine.ocr.__main__ import main
sys.exit(main())
"""


def start(command: list[str], folder: Path, wrapper: list[str] | None = None) -> subprocess.Popen[bytes]:
    """A child in a home and working folder of its own, without the variable CI, which silences ONNX Runtime."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(REPOSITORY)}
    environment |= {"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(folder)}
    command = [*(wrapper or []), sys.executable, *command]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=folder, env=environment, stdin=pipe, stdout=pipe, stderr=pipe)


def read_page(child: subprocess.Popen[bytes], gray: Gray) -> tuple[list[str], str]:
    """The lines of one image, and all that the child wrote to stderr until it ended."""
    assert child.stdin is not None and child.stdout is not None and child.stderr is not None
    write_ocr_request(child.stdin, OcrRequest(1, 1 << 30, 300))
    ready = read_frame(child.stdout)
    assert ready is not None and ready[0] == READY
    height, width = gray.shape
    write_image(child.stdin, width, height, gray.tobytes())
    child.stdin.close()
    frame = read_frame(child.stdout)
    assert frame is not None and frame[0] == LINES
    lines = [line.text for line in decode_lines(frame[1], width, height)]
    complaint = child.stderr.read().decode()
    child.stdout.close()
    child.stderr.close()
    assert child.wait() == 0, complaint
    return lines, complaint


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Gray:
    path = pdfs.pages_pdf(tmp_path_factory.mktemp("scan") / "a.pdf", [TEXT])
    return drawn(pymupdf.open(path)[0])


def test_it_reads_a_printed_line(scan: Gray, tmp_path: Path) -> None:
    lines, _ = read_page(start(["-m", "engine.ocr"], tmp_path), scan)
    assert "".join(lines).replace(",", "，") == TEXT.replace(",", "，")


@pytest.mark.skipif(sys.platform != "linux", reason="confinement of Linux")
def test_while_it_reads_it_can_open_no_file_no_socket_and_no_program(scan: Gray, tmp_path: Path) -> None:
    attempts = (
        "lambda: open('/etc/hostname'), lambda: open('x', 'w'), lambda: __import__('socket').socket(),"
        " lambda: __import__('os').fork(), lambda: __import__('os').execv('/bin/true', ['true'])"
    )
    code = "import socket\n" + HACKED.replace("{attempts}", attempts)
    _, complaint = read_page(start(["-c", code], tmp_path), scan)
    assert complaint.split() == ["PermissionError"] * 5


@pytest.mark.skipif(sys.platform != "linux", reason="traces system calls of Linux")
def test_it_writes_no_file_and_opens_no_socket(scan: Gray, tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("needs strace")

    def traced(name: str, command: list[str]) -> tuple[list[str], list[Path]]:
        folder, trace = tmp_path / name, tmp_path / f"{name}.trace"
        folder.mkdir()
        wrapper = ["strace", "-f", "-qq", "-e", "trace=network,openat", "-o", str(trace)]
        child = start(command, folder, wrapper)
        if command[0] == "-m":
            read_page(child, scan)
        else:
            child.communicate()
        calls = trace.read_text(encoding="utf-8", errors="replace").splitlines()
        said = [
            call for call in calls if re.search(r"AF_INET|O_WRONLY|O_RDWR|O_CREAT", call) and "/dev/null" not in call
        ]
        return said, [path for path in folder.rglob("*") if path.is_file()]

    assert traced("ours", ["-m", "engine.ocr"]) == ([], [])
    said, files = traced("control", ["-c", f"{CALLING}\n{WRITING}"])
    assert any("AF_INET" in call for call in said) and any("O_CREAT" in call for call in said)
    assert [path.name for path in files] == ["written"]


def test_a_damaged_model_is_named_before_anything_is_read(tmp_path: Path) -> None:
    code = (
        "import sys; import engine.ocr.recognizer as recognizer\n"
        "recognizer._MODELS = {part: (name, '0' * 64) for part, (name, _) in recognizer._MODELS.items()}\n"
        "from engine.ocr.__main__ import main; sys.exit(main())"
    )
    child = start(["-c", code], tmp_path)
    assert child.stdin is not None and child.stdout is not None
    write_ocr_request(child.stdin, OcrRequest(1, 1 << 30, 60))
    frame = read_frame(child.stdout)
    child.communicate()
    assert frame is not None and frame[0] == FAULT and decode_json(frame[1]) == {"code": "unusable"}
