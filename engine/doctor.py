"""Looks at the machine and says, check by check, whether it can run the product. Words are made in the desktop."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psutil

from engine.advice import KNOWN_PACKS, Advice, Machine, advise, installed_shape
from engine.cancel import CancelToken
from engine.durable import write_durably
from engine.endpoint import allowed_endpoint, open_endpoint
from engine.errors import EnvironmentFault, Fault, JinpanError
from engine.packs import list_packs, verify_installed_pack
from engine.recovery import library_exists, recovery_key_made
from engine.runtime.pack import GENERATOR, read_manifest
from engine.settings import ENDPOINT, Settings

_MEASURED = Path("cache") / "machine.json"  # in the home folder; may go at any time
GIB = 1024**3
MIN_MEMORY_BYTES = 6 * GIB  # the default generator and embedder take about 3 GiB beside the system
MIN_FREE_DISK_BYTES = 5 * GIB  # weights, the pack made from them and room for documents


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. `name` is a stable key, `value` what was found, `fault` the error that says what to do."""

    name: str
    ok: bool
    value: str
    fault: JinpanError | None = None


def doctor(settings: Settings) -> tuple[Check, ...]:
    """CPU, kernels, memory, disk, display, keyring, recovery key, OCR, device, the bank's own server, packs.

    Never raises for a finding, and contacts nobody: `endpoint.try_endpoint` does.
    """
    checks: list[Callable[[Settings], Check]] = [_cpu, _kernels, _memory, _disk, _display, _keyring, _recovery]
    checks += [_ocr, _device, _endpoint]
    packs = [settings.embedder_pack] + [settings.generator_pack] * (settings.generator_pack != ENDPOINT)
    return tuple([check(settings) for check in checks] + [_pack(settings, name) for name in packs])


def recommend_pack(settings: Settings) -> Advice:
    """Measure this machine for about a second and say which pack suits it; installed generators are among them.

    The figures are kept for `known_advice`.
    """
    machine = measure_machine(settings)
    with contextlib.suppress(OSError):  # what cannot be kept is measured again
        path = settings.home / _MEASURED
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, json.dumps(asdict(machine)).encode())
    return _advice(machine, settings)


def known_advice(settings: Settings) -> Advice | None:
    """The same from the figures of the last measurement and the memory as it is now; None where there is none, or
    where it was made with other cores."""
    try:
        machine = Machine(**json.loads((settings.home / _MEASURED).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
    rates = (machine.read_bytes_per_s, machine.int8_operations_per_s, machine.int4_operations_per_s)
    if machine.cores != _cores(settings) or not all(isinstance(rate, float) and rate > 0 for rate in rates):
        return None
    return _advice(replace(machine, available_bytes=_available_bytes()), settings)


def _advice(machine: Machine, settings: Settings) -> Advice:
    known = {pack.name: pack for pack in KNOWN_PACKS}
    installed = [pack for pack in list_packs(settings) if pack.kind == GENERATOR and not pack.fault]
    shapes = [installed_shape(read_manifest(Path(pack.path))) for pack in installed if pack.name not in known]
    names = [pack.name for pack in installed]
    return advise(machine, [*KNOWN_PACKS, *shapes], settings.context_tokens, names)


def measure_machine(settings: Settings) -> Machine:
    """Memory, bandwidth and rate of products as they are now; other programs that are busy lower them."""
    from engine.native import library_path
    from engine.runtime import probe

    cores = _cores(settings)
    return Machine(
        cores=cores,
        available_bytes=_available_bytes(),
        read_bytes_per_s=probe.read_bytes_per_s(cores),
        int8_operations_per_s=probe.operations_per_s(8, cores),
        int4_operations_per_s=probe.operations_per_s(4, cores),
        native=library_path() is not None,
    )


def _cores(settings: Settings) -> int:
    from engine.runtime.session import physical_cores

    return settings.threads or physical_cores()


def _available_bytes() -> int:
    from engine.runtime.memory import available_bytes

    return available_bytes()


def _cpu(_: Settings) -> Check:
    from engine.runtime.session import cpu_features

    features = cpu_features()
    cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    fault = None if "avx2" in features else EnvironmentFault("cpu_unsupported", feature="AVX2")
    return Check("cpu", fault is None, f"{cores} cores, {' '.join(sorted(features))}", fault)


def _kernels(_: Settings) -> Check:
    from engine.native import instruction_set

    name = instruction_set()
    return Check("kernels", bool(name), name, None if name else EnvironmentFault("kernels_missing"))


def _memory(_: Settings) -> Check:
    memory = psutil.virtual_memory()
    short = memory.total < MIN_MEMORY_BYTES
    fault = EnvironmentFault("memory_short", needed_bytes=MIN_MEMORY_BYTES, free_bytes=memory.total) if short else None
    return Check("memory", not short, f"{memory.available / GIB:.1f} / {memory.total / GIB:.1f} GiB", fault)


def _disk(settings: Settings) -> Check:
    folder = settings.home
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    short = free < MIN_FREE_DISK_BYTES
    fault = (
        EnvironmentFault("disk_full", path=str(folder), needed_bytes=MIN_FREE_DISK_BYTES, free_bytes=free)
        if short
        else None
    )
    return Check("disk", not short, f"{free / GIB:.1f} GiB", fault)


def _display(_: Settings) -> Check:
    names = ("DISPLAY", "WAYLAND_DISPLAY")
    value = "desktop" if sys.platform == "win32" else next((os.environ[n] for n in names if os.environ.get(n)), "")
    return Check("display", bool(value), value, None if value else EnvironmentFault("display_missing"))


def _keyring(_: Settings) -> Check:
    from engine.knowledge.keyrings import probe_keyring

    try:
        return Check("keyring", True, probe_keyring())
    except EnvironmentFault as fault:
        return Check("keyring", False, str(fault.details.get("reason", "")), fault)


def _recovery(settings: Settings) -> Check:
    """The day on which the recovery key was made; empty where there is no library yet."""
    made = recovery_key_made(settings)
    missing = not made and library_exists(settings)
    fault = EnvironmentFault(Fault.RECOVERY_KEY_NONE, home=str(settings.home)) if missing else None
    return Check("recovery_key", fault is None, made, fault)


def _ocr(settings: Settings) -> Check:
    """Starts the OCR child and lets it load its models."""
    from engine.ingestion.ocr_process import OcrProcess

    try:
        OcrProcess(settings.limits, 1, CancelToken()).close()
    except EnvironmentFault as fault:
        return Check("ocr", False, str(fault.details.get("reason", "")), fault)
    return Check("ocr", True, "RapidOCR")


def _device(_: Settings) -> Check:
    from engine.runtime.session import probe_device

    return Check("device", True, probe_device())


def _endpoint(settings: Settings) -> Check:
    """Off where policy allows none: then it is a fault only for a user who chose it all the same."""
    chosen = settings.generator_pack == ENDPOINT
    try:
        policy = allowed_endpoint()
        if chosen:
            open_endpoint()
    except EnvironmentFault as fault:
        off = fault.code == Fault.ENDPOINT_NOT_ALLOWED and not chosen
        return Check("endpoint", off, "off" if off else "", None if off else fault)
    return Check("endpoint", True, f"{policy.model} {policy.url}")


def _pack(settings: Settings, name: str) -> Check:
    try:
        manifest = verify_installed_pack(settings, name)
    except EnvironmentFault as fault:
        return Check(f"pack {name}", False, "", fault)
    return Check(f"pack {name}", True, f"{manifest.version} {manifest.quantization}")
