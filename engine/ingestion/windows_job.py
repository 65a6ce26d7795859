"""Windows: a job object that ends a child together with this process, whatever way this process ends."""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes

_EXTENDED_LIMIT_INFORMATION = 9  # JOBOBJECTINFOCLASS
_ACTIVE_PROCESS, _KILL_ON_JOB_CLOSE = 0x0008, 0x2000  # JOB_OBJECT_LIMIT_*, winnt.h


class _BasicLimits(ctypes.Structure):
    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", wintypes.DWORD),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", wintypes.DWORD),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", wintypes.DWORD),
        ("SchedulingClass", wintypes.DWORD),
    )


class _ExtendedLimits(ctypes.Structure):
    _fields_ = (
        ("BasicLimitInformation", _BasicLimits),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


if sys.platform == "win32":

    class Job:
        """Holds one process, which may start no other and is killed when the job is closed or its owner ends."""

        def __init__(self, process_handle: int) -> None:
            """Raises OSError when Windows refuses."""
            self._kernel = ctypes.WinDLL("kernel32", use_last_error=True)
            self._kernel.CreateJobObjectW.restype = wintypes.HANDLE
            self._handle = wintypes.HANDLE(self._kernel.CreateJobObjectW(None, None))
            limits = _ExtendedLimits()
            limits.BasicLimitInformation.LimitFlags = _KILL_ON_JOB_CLOSE | _ACTIVE_PROCESS
            # A virtual environment's python.exe is a launcher that starts the real interpreter.
            limits.BasicLimitInformation.ActiveProcessLimit = 2
            size = ctypes.sizeof(limits)
            process = wintypes.HANDLE(process_handle)
            if not (
                self._handle
                and self._kernel.SetInformationJobObject(
                    self._handle, _EXTENDED_LIMIT_INFORMATION, ctypes.byref(limits), size
                )
                and self._kernel.AssignProcessToJobObject(self._handle, process)
            ):
                raise ctypes.WinError(ctypes.get_last_error())

        def close(self) -> None:
            """Kills whatever of the job still runs."""
            self._kernel.CloseHandle(self._handle)
