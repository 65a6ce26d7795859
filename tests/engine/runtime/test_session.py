"""Sessions: the device that works, quiet on the console, stopped by a token, one distribution only."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.cancel import CancelToken
from engine.errors import BugError, Cancelled, EnvironmentFault, Fault, RequestRejected
from engine.runtime import session as sessions
from engine.runtime.pack import GRAPH, WEIGHTS
from engine.runtime.session import (
    CPU,
    CUDA,
    cpu_features,
    create_session,
    installed_distributions,
    physical_cores,
    probe_device,
)

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture
def probe_graph(tmp_path: Path) -> Path:
    """y = Relu(x) for one float."""
    path = tmp_path / "probe" / GRAPH
    path.parent.mkdir()
    path.write_bytes(sessions._PROBE_GRAPH)
    return path


def test_a_session_runs_on_the_device_it_names(probe_graph: Path) -> None:
    session = create_session(probe_graph, 1, "auto")
    assert session.device_name == probe_device() in (CPU, CUDA)
    assert (session.input_names, session.output_names) == (("x",), ("y",))
    for value, expected in ((-2.0, 0.0), (3.0, 3.0)):
        assert session.run({"x": np.array([value], np.float32)})[0].tolist() == [expected]


def test_cuda_that_cannot_be_used_falls_back_without_a_word(probe_graph: Path) -> None:
    """With a driver said to be there but no GPU, the attempt itself fails inside ONNX Runtime."""
    code = (
        "import sys; from pathlib import Path; from engine.runtime import session as s\n"
        "s._cuda_driver_present = lambda: True\n"
        "print(s.create_session(Path(sys.argv[1]), 1, 'cuda').device_name, s.probe_device())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(probe_graph)],
        cwd=REPOSITORY,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout.strip(), done.stderr) == ("CPU CPU", "")


def test_a_set_token_stops_the_run(probe_graph: Path) -> None:
    session = create_session(probe_graph, 1, "cpu")
    feeds = {"x": np.array([1.0], np.float32)}
    cancel = CancelToken()
    assert session.run(feeds, cancel)[0].tolist() == [1.0]
    assert not cancel._callbacks, "a finished run must not stay registered"
    cancel.cancel()
    with pytest.raises(Cancelled):
        session.run(feeds, cancel)


def test_wrong_feeds_are_our_mistake(probe_graph: Path) -> None:
    with pytest.raises(BugError, match="graph_run_failed"):
        create_session(probe_graph, 1, "cpu").run({"x": np.array([[1.0]], np.float64)})


def test_unloadable_graphs_are_named(tmp_path: Path, tiny_pack: Path) -> None:
    folder = tmp_path / "mypack"
    shutil.copytree(tiny_pack, folder)
    (folder / WEIGHTS).unlink()
    broken = folder / "broken.onnx"
    broken.write_bytes(b"not a graph")
    for graph in (folder / GRAPH, broken, folder / "absent.onnx"):
        with pytest.raises(EnvironmentFault) as caught:
            create_session(graph, 1, "cpu")
        assert caught.value.code == Fault.PACK_LOAD_FAILED
        assert caught.value.details["pack"] == "mypack" and caught.value.details["reason"]


@pytest.mark.parametrize(("threads", "device"), [(-1, "cpu"), (1, "tpu"), (1, "")])
def test_impossible_options_are_rejected(probe_graph: Path, threads: int, device: str) -> None:
    with pytest.raises(RequestRejected, match="option_invalid"):
        create_session(probe_graph, threads, device)


def test_exactly_one_distribution_is_installed() -> None:
    assert len(installed_distributions()) == 1


def test_two_distributions_are_a_conflict(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        if name in ("onnxruntime", "onnxruntime-gpu"):
            return "1"
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    with pytest.raises(EnvironmentFault) as caught:
        sessions._onnxruntime.__wrapped__()
    assert caught.value.code == Fault.DEPENDENCY_CONFLICT
    assert caught.value.details == {"reason": "onnxruntime, onnxruntime-gpu"}


def test_cores_and_features_are_plausible() -> None:
    assert 1 <= physical_cores() <= (os.cpu_count() or 1)
    assert cpu_features() <= {"avx2", "fma", "avx512f", "avx512_vnni", "avx_vnni"}
