"""Takes from this process what a hostile PDF could use: files, sockets, programs, memory, processor time.

Linux: resource limits, death with the parent, and a seccomp filter that lets only some thirty system calls through
(reading and writing open descriptors, memory, time); every other one fails with EPERM. The filter needs x86-64 or
AArch64 and a kernel with CONFIG_SECCOMP_FILTER (3.5 or newer, so UOS and Kylin on 4.19 have it); elsewhere the limits
remain. Windows: the parent's watchdog limits memory and time.
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import struct
import sys

# Numbers from the kernel's syscall tables: arch/x86/entry/syscalls/syscall_64.tbl and asm-generic/unistd.h.
_ALLOWED = {
    "x86_64": {
        "read": 0, "write": 1, "close": 3, "fstat": 5, "lseek": 8, "mmap": 9, "mprotect": 10, "munmap": 11, "brk": 12,
        "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "readv": 19, "writev": 20, "sched_yield": 24,
        "mremap": 25, "madvise": 28, "getpid": 39, "exit": 60, "gettimeofday": 96, "getrusage": 98, "sigaltstack": 131,
        "gettid": 186, "futex": 202, "clock_gettime": 228, "clock_nanosleep": 230, "exit_group": 231, "tgkill": 234,
        "getrandom": 318,
    },
    "aarch64": {
        "close": 57, "lseek": 62, "read": 63, "write": 64, "readv": 65, "writev": 66, "fstat": 80, "exit": 93,
        "exit_group": 94, "futex": 98, "clock_gettime": 113, "clock_nanosleep": 115, "sched_yield": 124, "tgkill": 131,
        "sigaltstack": 132, "rt_sigaction": 134, "rt_sigprocmask": 135, "rt_sigreturn": 139, "getrusage": 165,
        "gettimeofday": 169, "getpid": 172, "gettid": 178, "brk": 214, "munmap": 215, "mremap": 216, "mmap": 222,
        "mprotect": 226, "madvise": 233, "getrandom": 278,
    },
}  # fmt: skip
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # linux/audit.h

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38  # linux/prctl.h
_SECCOMP_MODE_FILTER = 2
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K
_ALLOW, _ERRNO, _KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
_EPERM = 1


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def die_with_parent() -> None:
    """Linux kills this process when its parent's thread ends; a parent that is already gone ends it at once."""
    if sys.platform == "linux":
        parent = os.getppid()
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def confine(memory_bytes: int, cpu_s: int) -> tuple[str, ...]:
    """Give up everything that parsing from memory does not need. Call when all imports are done.

    `memory_bytes` is what may be used on top of what is in use now.

    Returns: names of what holds: "rlimits", "seccomp".
    """
    if sys.platform != "linux":
        return ()
    _limit_resources(memory_bytes, cpu_s)
    return ("rlimits", "seccomp") if _filter_system_calls() else ("rlimits",)


def _limit_resources(memory_bytes: int, cpu_s: int) -> None:
    import resource

    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123  pathlib is not loaded in the child
        in_use = int(statm.read().split()[0]) * resource.getpagesize()
    for limit, value in (
        (resource.RLIMIT_AS, in_use + memory_bytes),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))


def _filter_system_calls() -> bool:
    """Install the filter; False where this machine or kernel does not know it."""
    machine = platform.machine()
    if machine not in _ALLOWED:
        return False
    numbers = sorted(_ALLOWED[machine].values())
    steps = [(_LOAD, 0, 0, 4), (_JUMP_IF_EQUAL, 1, 0, _AUDIT_ARCH[machine]), (_RETURN, 0, 0, _KILL_PROCESS)]
    steps.append((_LOAD, 0, 0, 0))  # seccomp_data.nr
    steps += [(_JUMP_IF_EQUAL, len(numbers) - n, 0, number) for n, number in enumerate(numbers)]
    steps += [(_RETURN, 0, 0, _ERRNO | _EPERM), (_RETURN, 0, 0, _ALLOW)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.addressof(code))
    _prctl(_PR_SET_DUMPABLE, 0)
    return _prctl(_PR_SET_NO_NEW_PRIVS, 1) and _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program))


def _prctl(option: int, argument: int, pointer: int = 0) -> bool:
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
    return prctl(option, argument, pointer, 0, 0) == 0
