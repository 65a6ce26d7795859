"""What branches really suffer: children that die, a home in use, disks that go or are full, sleep, a second start,
closing in the middle of work. The real program each time; nothing that was acknowledged is lost, no process is left.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from engine.api import CancelToken, Engine, load_settings
from tests.flows.remote_window import REPOSITORY, RemoteWindow
from tests.flows.running import PASSPHRASE

SMALLEST = "smollm2-135m-instruct-int8"
QUESTION = "定期存款提前支取，利息怎么计算？"
STATES = "[(row.name, row.state.name) for row in window.library.rows]"
BANNER = "window._banner.isVisibleTo(window) and window._banner.accessibleName()"
HOLD = """
import sys
from pathlib import Path
from engine.knowledge.home import HomeLock
lock = HomeLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="processes are held and killed as POSIX does"),
]


@pytest.fixture(scope="module")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, sample_folder: Path, smollm2_pack: Path, embedder_pack: Path
) -> tuple[Path, Path]:
    """A home with one sample document and the built-in knowledge, and the file with its passphrase."""
    folder = tmp_path_factory.mktemp("robust")
    passphrase_file = folder / "passphrase"
    passphrase_file.write_text(PASSPHRASE, encoding="utf-8")
    with Engine.open(load_settings(folder / "home", passphrase_file=passphrase_file)) as engine:
        for _ in engine.ingest([sample_folder / "个人存款产品手册.pdf"], CancelToken()):
            pass
        assert len(engine.documents()) == 1
    return folder / "home", passphrase_file


@pytest.fixture
def home(prepared: tuple[Path, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared[0], tmp_path / "home"))


@pytest.fixture
def open_remote(home: Path, prepared: tuple[Path, Path]) -> Iterator[Callable[..., RemoteWindow]]:
    """Opens a window over `home`; those still open at the end are killed with all their children."""
    remotes: list[RemoteWindow] = []

    def opened(*arguments: str, over: Path | None = None, **named: dict[str, str]) -> RemoteWindow:
        remotes.append(RemoteWindow(over or home, prepared[1], "--pack", SMALLEST, *arguments, **named))
        return remotes[-1]

    yield opened
    for remote in remotes:
        remote.__exit__()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """disk(size_mib): a real file system of that size, mounted; `umount -l` at the end."""
    mounted: list[Path] = []

    def mount(size_mib: int) -> Path:
        folder = tmp_path / f"disk{len(mounted)}"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size_mib}m,mode=700", "tmpfs", str(folder)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError as error:
            pytest.skip(f"mount: {error}")
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)


def take_in(remote: RemoteWindow, *paths: Path) -> None:
    remote.get(f"window.take_in([Path(p) for p in {[str(path) for path in paths]!r}])")


def kill_next(remote: RemoteWindow, part: str, patience_s: float = 30.0) -> None:
    """kill -9 for a child that is or comes to be there."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        for child in remote.children(part):
            if child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
                child.kill()
                return
        time.sleep(0.005)
    raise AssertionError(f"no child {part} to kill")


def ready(remote: RemoteWindow) -> RemoteWindow:
    """Wait until the model is loaded and the library listed."""
    remote.until("window.engine_ready and window.library.document_count")
    return remote


def ask(remote: RemoteWindow) -> None:
    """Ask and wait for the first words."""
    remote.get(f"window.conversation.ask({QUESTION!r})")
    remote.until("window.conversation.turns[-1].text")


def row(remote: RemoteWindow, name: str) -> tuple[str, str, str]:
    """State, sentence and detail of a document's row."""
    rows = remote.get("[(r.name, r.state.name, r.hint, r.detail) for r in window.library.rows]")
    state, sentence, detail = next(each[1:] for each in rows if each[0] == name)
    return state, sentence, detail


def ends_clean(remote: RemoteWindow) -> None:
    assert remote.close() == 0
    assert remote.orphans() == []
    assert "Traceback" not in remote.complaints


# ---- children that die


def test_a_parser_child_killed_while_it_reads_fails_its_document_alone(
    open_remote: Callable[..., RemoteWindow], sample_folder: Path
) -> None:
    remote = ready(open_remote())
    drawing = {child.pid for child in remote.children("parser")}
    first, second = (sample_folder / name for name in ("个人住房贷款业务办理指南.pdf", "大额现金与反洗钱操作须知.pdf"))
    take_in(remote, first, second)
    victim = None
    while victim is None:
        victim = next((child for child in remote.children("parser") if child.pid not in drawing), None)
    victim.kill()
    remote.until("window.library.progress == (0, 0) and window.library.document_count >= 2")
    assert row(remote, second.name)[0] == "READY"
    state, sentence, detail = row(remote, first.name)
    if state != "READY":  # killed at its start a child is replaced, later it takes a page or the document with it
        assert state in ("FAILED", "PARTIAL") and sentence
        assert detail or state == "PARTIAL"
    ends_clean(remote)


def test_a_parser_child_killed_while_it_draws_shows_the_page_or_says_why(
    open_remote: Callable[..., RemoteWindow],
) -> None:
    remote = ready(open_remote())
    source = (
        "__import__('desktop.ask.turn', fromlist=['Source']).Source(1, window.library.rows[0].document_id, "
        "window.library.rows[0].name, {page_no}, '', 'branch')"
    )
    for page_no in (1, 2, 3):
        for child in remote.children("parser"):
            child.suspend()
        remote.get(f"window.open_source({source.format(page_no=page_no)})")
        for child in remote.children("parser"):
            child.kill()
        told = remote.until("window.page_view.canvas.shown or window.page_view._notice.isVisibleTo(window.page_view)")
        assert told
    remote.get(f"window.open_source({source.format(page_no=2)})")
    remote.until("window.page_view.canvas.shown and window.page_view.page_no == 2")
    ends_clean(remote)


# ---- a home in use, a second start


def test_a_home_that_another_process_holds_is_told_and_can_be_tried_again(
    open_remote: Callable[..., RemoteWindow], home: Path
) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None and holder.stdout.readline()
    remote = open_remote()
    assert "正被另一个" in remote.until(BANNER)
    assert remote.get("window._banner._detail")
    remote.get(f"window.conversation.ask({QUESTION!r})")
    holder.kill()
    holder.wait()
    remote.get("window._banner.retried.emit()")
    ready(remote)
    ends_clean(remote)


def test_a_second_start_gives_its_documents_to_the_first_window(
    open_remote: Callable[..., RemoteWindow], home: Path, prepared: tuple[Path, Path], sample_folder: Path
) -> None:
    remote = ready(open_remote())
    remote.get("window.showMinimized()")
    pdf = sample_folder / "大额现金与反洗钱操作须知.pdf"
    command = [sys.executable, "-m", "desktop", "--home", str(home), "--passphrase-file", str(prepared[1])]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(REPOSITORY)}
    second = subprocess.run(
        [*command, "window", pdf.name], cwd=pdf.parent, env=environment, capture_output=True, text=True, timeout=60
    )
    assert (second.returncode, second.stderr) == (0, "")
    remote.until("window.library.document_count == 2")
    assert not remote.get("window.isMinimized()")
    ends_clean(remote)


def test_a_window_that_died_leaves_nothing_in_the_way(open_remote: Callable[..., RemoteWindow]) -> None:
    remote = ready(open_remote())
    ask(remote)
    remote.process.kill()
    remote.process.wait()
    end = time.monotonic() + 10
    while remote.orphans() and time.monotonic() < end:
        time.sleep(0.1)
    assert remote.orphans() == [], "children end with a parent that was killed"
    ends_clean(ready(open_remote()))


# ---- disks


def test_documents_on_a_drive_that_was_removed(
    open_remote: Callable[..., RemoteWindow], sample_folder: Path, disk: Callable[[int], Path]
) -> None:
    drive = disk(8)
    first, second = (
        Path(shutil.copy(sample_folder / name, drive))
        for name in ("个人住房贷款业务办理指南.pdf", "大额现金与反洗钱操作须知.pdf")
    )
    remote = ready(open_remote())
    take_in(remote, first)
    remote.until("window.library.document_count == 2 and window.library.progress == (0, 0)")
    subprocess.run(["umount", "-l", str(drive)], check=True)
    take_in(remote, second)
    remote.until("any(r.state.name == 'FAILED' for r in window.library.rows)")
    _, sentence, detail = row(remote, second.name)
    assert sentence and detail
    assert row(remote, first.name)[0] == "READY"
    ask(remote)
    remote.until("not window.conversation.busy")
    ends_clean(remote)


def test_a_full_disk_stops_the_work_and_loses_nothing(
    open_remote: Callable[..., RemoteWindow], home: Path, sample_folder: Path, disk: Callable[[int], Path]
) -> None:
    used_mib = sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) // 2**20
    drive = disk(used_mib + 24)
    full_home = Path(shutil.copytree(home, drive / "home"))
    remote = ready(open_remote(over=full_home))
    kept = remote.get(STATES)
    ballast = drive / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(2**16))
        except OSError:
            pass
    take_in(remote, sample_folder / "大额现金与反洗钱操作须知.pdf")
    remote.until(f"({BANNER}) or any(r.state.name == 'FAILED' for r in window.library.rows)")
    said = remote.get(BANNER) or row(remote, "大额现金与反洗钱操作须知.pdf")[1]
    assert "磁盘" in said or "空间" in said
    remote.get(f"window.conversation.ask({QUESTION!r})")
    remote.until("not window.conversation.busy")
    ballast.unlink()
    take_in(remote, sample_folder / "个人住房贷款业务办理指南.pdf")
    remote.until("window.library.progress == (0, 0) and window.library.document_count == 2")
    ends_clean(remote)
    remote = ready(open_remote(over=full_home))
    names = dict(remote.get(STATES))
    assert all(names[name] == "READY" for name, _ in kept) and names["个人住房贷款业务办理指南.pdf"] == "READY"
    remote.until("window.models.history.rowCount()")
    titles = str(remote.get("[i.title for i in window.models.history._infos]"))
    assert QUESTION[:8] in titles, "saved once there was room"
    ends_clean(remote)


# ---- sleep


def test_the_machine_sleeps_in_the_middle_of_an_answer_and_of_an_ingestion(
    open_remote: Callable[..., RemoteWindow], sample_folder: Path
) -> None:
    remote = ready(open_remote())
    pdf = sample_folder / "大额现金与反洗钱操作须知.pdf"
    take_in(remote, pdf)
    remote.until("any(r.state.name == 'WORKING' for r in window.library.rows)")
    remote.sleep(3.0)
    remote.until("window.library.progress == (0, 0) and window.library.document_count == 2")
    assert row(remote, pdf.name)[0] == "READY"
    ask(remote)
    remote.sleep(3.0)
    remote.until("not window.conversation.busy")
    assert remote.get("window.conversation.turns[-1].state.name") == "DONE"
    ends_clean(remote)


# ---- closing


def test_closing_in_the_middle_of_everything(open_remote: Callable[..., RemoteWindow], sample_folder: Path) -> None:
    remote = ready(open_remote())
    remote.get("window.setGeometry(10, 20, 780, 560)")
    remote.get("window.models.preferences.choose('theme', 'dark')")  # written by a lane that closing waits for
    remote.get("window.show_place('library')")
    take_in(remote, *sample_folder.glob("*.pdf"))
    remote.until("any(r.state.name == 'WORKING' for r in window.library.rows)")
    remote.get(f"window.conversation.ask({QUESTION!r})")
    remote.until("window.conversation.busy")
    ends_clean(remote)
    remote = open_remote()
    remote.until("window.library.document_count")
    assert remote.get("(window.width(), window.height())") == [780, 560]
    assert remote.get("str(window.pages.place)") == "library"
    assert remote.get("window._theme.choice") == "dark"
    ends_clean(remote)


# ---- screens


def test_the_window_comes_back_onto_a_smaller_screen(open_remote: Callable[..., RemoteWindow]) -> None:
    if not shutil.which("Xvfb"):
        pytest.skip("Xvfb is not installed")
    for size, expected in (((1600, 1000), [700, 380, 880, 600]), ((1024, 600), None)):
        with screen(*size) as display:
            remote = open_remote(environment={"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"})
            remote.until("window.isVisible()")
            if expected:
                remote.get(f"window.setGeometry(*{expected})")
                remote.until(f"list(window.geometry().getRect()) == {expected}", 20)
            else:
                remote.until("window.screen().availableGeometry().contains(window.frameGeometry())", 20)
                assert remote.get("window.height()") >= 520
            ends_clean(remote)


@contextmanager
def screen(width: int, height: int) -> Iterator[str]:
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as numbers:
        number = numbers.readline().strip()
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()
