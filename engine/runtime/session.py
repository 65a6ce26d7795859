"""The one door to ONNX Runtime: silenced, checked, on the best device that really works.

A `Session` runs a graph once for given arrays; a `Binding` keeps buffers bound between runs (the KV cache lives
there). Both stop within one graph node once a `CancelToken` is set, whichever thread sets it.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import sys
from collections.abc import Generator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import DTypeLike, NDArray

from engine import native
from engine.cancel import CancelToken
from engine.errors import BugError, Cancelled, EnvironmentFault, Fault, Rejection, RequestRejected
from engine.quiet import silence_dependencies
from engine.runtime.pack import CUDA_GRAPH, NATIVE_GRAPH

CPU = "CPU"
CUDA = "CUDA"
NATIVE = "native"
STANDARD = "standard"

# Each of them installs files into the module `onnxruntime`, so two of them overwrite one another.
_DISTRIBUTIONS = (
    "onnxruntime",
    "onnxruntime-gpu",
    "onnxruntime-directml",
    "onnxruntime-openvino",
    "onnxruntime-qnn",
    "onnxruntime-migraphx",
    "onnxruntime-rocm",
    "onnxruntime-training",
    "onnxruntime-silicon",
    "onnxruntime-genai",
    "onnxruntime-genai-cuda",
    "onnxruntime-genai-directml",
    "ort-nightly",
    "ort-nightly-gpu",
)
# How long an idle worker thread waits in a busy loop for the next piece of a run. Decode of a 0.5B model on 2 cores,
# tokens/s: default (about 1 ms) 37, none 32, 20 µs 39, 50 µs 43; with other programs on the cores: 5, 8, 10 for 20 µs.
_SPIN_US = "50"
_LOG_FATAL = 4  # an ERROR of ONNX Runtime also arrives as an exception; printed too, it would only repeat it
# An ONNX model of one node, y = Relu(x) for one float, opset 17.
_PROBE_GRAPH = (
    b'\x08\x08:7\n\x0c\n\x01x\x12\x01y"\x04Relu\x12\x05probe'
    b"Z\x0f\n\x01x\x12\n\n\x08\x08\x01\x12\x04\n\x02\x08\x01b\x0f\n\x01y\x12\n\n\x08\x08\x01\x12\x04\n\x02\x08\x01"
    b"B\x04\n\x00\x10\x11"
)
_WINDOWS_FEATURES = {"avx2": 40, "avx512f": 41}  # PF_AVX2_INSTRUCTIONS_AVAILABLE, PF_AVX512F_INSTRUCTIONS_AVAILABLE
_LINUX_FEATURES = ("avx2", "fma", "avx512f", "avx512_vnni", "avx_vnni")


class Session:
    """A loaded graph. Usable from any thread, one run at a time.

    `device_name` is "CPU" or "CUDA"; `kernels` is "native" where our own multiply quantized weights, else "standard".
    """

    def __init__(self, raw: Any, device_name: str, kernels: str = STANDARD) -> None:
        self.device_name = device_name
        self.kernels = kernels
        self.input_names: tuple[str, ...] = tuple(node.name for node in raw.get_inputs())
        self.output_names: tuple[str, ...] = tuple(node.name for node in raw.get_outputs())
        nodes = (*raw.get_inputs(), *raw.get_outputs())
        self.shapes: dict[str, tuple[int | str | None, ...]] = {node.name: tuple(node.shape) for node in nodes}
        self.float16_inputs = frozenset(node.name for node in raw.get_inputs() if node.type == "tensor(float16)")
        self.metadata: dict[str, str] = dict(raw.get_modelmeta().custom_metadata_map)
        self._raw = raw

    def run(self, feeds: Mapping[str, NDArray[Any]], cancel: CancelToken | None = None) -> list[NDArray[Any]]:
        """All outputs of the graph, in the order of `output_names`.

        Raises Cancelled when the token is set before or during the run, BugError when the graph rejects the feeds.
        """
        with _cancellable(cancel) as options:
            return self._raw.run(None, dict(feeds), options)

    def bind(self) -> Binding:
        return Binding(self._raw, self.device_name)


class Binding:
    """Inputs and outputs that stay bound between the runs of one session."""

    def __init__(self, raw: Any, device_name: str) -> None:
        self._raw = raw
        self._binding = raw.io_binding()
        self._device = device_name.lower()

    def set_input(self, name: str, array: NDArray[Any]) -> None:
        """Bind a C-contiguous array in main memory; it is read at the next `run`."""
        self._binding.bind_cpu_input(name, array)

    def share(
        self, input_name: str, output_name: str, shape: tuple[int, ...], dtype: DTypeLike
    ) -> NDArray[Any] | None:
        """Allocate one zeroed buffer on the device and bind it as input and output, to be updated in place.

        In main memory untouched pages cost nothing: the system hands them out at the first write.

        Returns the buffer itself, to be read and written between runs; None on a device with memory of its own.
        """
        ort = _onnxruntime()
        buffer = np.zeros(shape, dtype)
        value = ort.OrtValue.ortvalue_from_numpy(buffer, self._device, 0)
        self._binding.bind_ortvalue_input(input_name, value)
        self._binding.bind_ortvalue_output(output_name, value)
        return buffer if self._device == CPU.lower() else None

    def set_output(self, name: str, array: NDArray[Any]) -> None:
        """Bind a C-contiguous array in main memory; every `run` writes into it, its shape must fit."""
        value = _onnxruntime().OrtValue.ortvalue_from_numpy(array)
        self._binding.bind_ortvalue_output(name, value)

    def run(self, cancel: CancelToken | None = None) -> None:
        """Raises Cancelled when the token is set before or during the run; shared buffers may then be half written."""
        with _cancellable(cancel) as options:
            self._raw.run_with_iobinding(self._binding, options)


def create_session(
    graph: Path, threads: int = 0, device: str = "auto", cancel: CancelToken | None = None
) -> Session:
    """Load `graph` with its external weights, or the variant beside it that fits the device: on CUDA
    `model.cuda.onnx`, on the CPU `model.native.onnx` where the library of kernels is built and runs here.

    `threads` 0 means one per physical core. `device` is auto, cpu or cuda; auto and cuda take CUDA when a session
    that runs the *whole* graph there can be created, else the CPU: a graph split between both would copy its KV
    cache at every step.

    Raises:
        EnvironmentFault: PACK_LOAD_FAILED (pack, reason), DEPENDENCY_CONFLICT.
        RequestRejected: OPTION_INVALID for an unknown device or a negative thread count.
        Cancelled: within a tenth of a second of the token; what was loaded so far is released.
    """
    cancel = cancel or CancelToken()
    if device not in ("auto", "cpu", "cuda"):
        raise RequestRejected(Rejection.OPTION_INVALID, option="device", value=device)
    if threads < 0:
        raise RequestRejected(Rejection.OPTION_INVALID, option="threads", value=threads)
    if device != "cpu" and _cuda_driver_present():
        # Any failure here (old driver, no cuDNN, an operator without a CUDA kernel) means: not on this GPU.
        with contextlib.suppress(Exception):
            return Session(_create(_beside(graph, CUDA_GRAPH), threads, ["CUDAExecutionProvider"], cancel), CUDA)
    cancel.raise_if_cancelled()
    try:
        return _cpu_session(graph, threads, cancel)
    except EnvironmentFault:
        raise
    except Exception as error:  # ONNX Runtime's exceptions share no base class of their own
        cancel.raise_if_cancelled()
        reason = str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
        raise EnvironmentFault(Fault.PACK_LOAD_FAILED, pack=graph.parent.name, reason=reason) from error


def _cpu_session(graph: Path, threads: int, cancel: CancelToken) -> Session:
    if maps_weights(graph):
        served, library = _beside(graph, NATIVE_GRAPH), native.library_path()
        return Session(_create(served, threads, ["CPUExecutionProvider"], cancel, library), CPU, NATIVE)
    return Session(_create(graph, threads, ["CPUExecutionProvider"], cancel), CPU)


def maps_weights(graph: Path) -> bool:
    """Whether the CPU would read the weights through the file's mapping, without a private copy of them."""
    return native.library_path() is not None and _beside(graph, NATIVE_GRAPH) != graph


def _beside(graph: Path, name: str) -> Path:
    """The variant of `graph` with that file name, or `graph` itself where the pack has none."""
    variant = graph.with_name(name)
    return variant if variant.is_file() else graph


def probe_device() -> str:
    """The device that `create_session` would take in mode auto, found by creating a session of one operator."""
    if _cuda_driver_present():
        with contextlib.suppress(Exception):
            _create(_PROBE_GRAPH, 1, ["CUDAExecutionProvider"], CancelToken())
            return CUDA
    return CPU


def physical_cores() -> int:
    """Physical cores this process may use; hyper-threads share the units that matrix products need."""
    cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    if sys.platform == "linux":
        cores = min(cores, len(os.sched_getaffinity(0)))
    return cores


def cpu_features() -> frozenset[str]:
    """Instruction sets among avx2, fma, avx512f, avx512_vnni, avx_vnni that processor and system offer.

    Windows reports avx2 and avx512f only. Empty where neither source exists.
    """
    if sys.platform == "win32":
        present = ctypes.windll.kernel32.IsProcessorFeaturePresent
        return frozenset(name for name, number in _WINDOWS_FEATURES.items() if present(number))
    path = Path("/proc/cpuinfo")
    if not path.is_file():
        return frozenset()
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    flags = next((line for line in lines if line.startswith("flags")), "")
    return frozenset(flags.split()) & frozenset(_LINUX_FEATURES)


def installed_distributions() -> list[str]:
    """Names of the installed distributions that bring a module `onnxruntime`."""
    found: list[str] = []
    for name in _DISTRIBUTIONS:
        with contextlib.suppress(metadata.PackageNotFoundError):
            metadata.version(name)
            found.append(name)
    return found


@functools.cache
def _onnxruntime() -> Any:
    """The module, imported only after telemetry is off and no second distribution can have overwritten it."""
    silence_dependencies()
    found = installed_distributions()
    if len(found) > 1:
        raise EnvironmentFault(Fault.DEPENDENCY_CONFLICT, reason=", ".join(found))
    try:
        import onnxruntime  # pyright: ignore[reportMissingTypeStubs]  the package has none
    except ImportError as error:
        raise EnvironmentFault(Fault.DEPENDENCY_CONFLICT, reason=str(error)) from error
    module: Any = onnxruntime
    module.set_default_logger_severity(_LOG_FATAL)
    return module


def _create(
    graph: Path | bytes, threads: int, providers: list[str], cancel: CancelToken, library: Path | None = None
) -> Any:
    ort = _onnxruntime()
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads or physical_cores()
    options.inter_op_num_threads = 1
    options.log_severity_level = _LOG_FATAL
    options.add_session_config_entry("session.intra_op.spin_duration_us", _SPIN_US)
    options.add_session_config_entry("session.force_spinning_stop", "1")  # between runs the cores are the desktop's
    if library is not None:
        options.register_custom_ops_library(str(library))
    if providers != ["CPUExecutionProvider"]:
        options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
    forget = cancel.on_cancel(lambda: options.set_load_cancellation_flag(True))
    try:
        raw = ort.InferenceSession(graph, options, providers=providers, enable_fallback=0)
    finally:
        forget()
    if raw.get_providers()[0] != providers[0]:
        raise BugError("provider_ignored", provider=providers[0])
    return raw


def _cuda_driver_present() -> bool:
    library = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return "CUDAExecutionProvider" in _onnxruntime().get_available_providers()


@contextlib.contextmanager
def _cancellable(cancel: CancelToken | None) -> Generator[Any, None, None]:
    """RunOptions whose `terminate` is set with the token; each run has its own, so nothing stays set."""
    options = _onnxruntime().RunOptions()
    options.log_severity_level = _LOG_FATAL
    if cancel is None:
        forget = None
    else:
        cancel.raise_if_cancelled()
        forget = cancel.on_cancel(lambda: setattr(options, "terminate", True))
    try:
        yield options
    except Exception as error:
        if cancel is not None and cancel.cancelled:
            raise Cancelled from error
        raise BugError("graph_run_failed", reason=str(error)[:300]) from error
    finally:
        if forget is not None:
            forget()
