"""Where the tensors of a `pytorch_model*.bin` lie, found without torch and without running what the file says.

Such a file is a zip archive: `data.pkl` builds a dictionary of tensors that refer to storages, each an uncompressed
member `data/<key>` (torch/serialization.py, since torch 1.6). A pickle can call only what `find_class` hands out; here
these are an ordered dictionary, the names of three storage types, and two functions of this module.
"""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from engine.errors import EnvironmentFault, Fault
from engine.packing.checkpoint import StoredTensor, damaged

_PICKLE_LIMIT_BYTES = 64 << 20  # a 13B model's takes some 100 KB
_DTYPES = {"FloatStorage": "F32", "HalfStorage": "F16", "BFloat16Storage": "BF16"}
_WIDTHS = {"F32": 4, "F16": 2, "BF16": 2}


@dataclass(frozen=True, slots=True)
class _Storage:
    dtype: str
    key: str
    length: int


@dataclass(frozen=True, slots=True)
class _Tensor:
    storage: _Storage
    offset: int
    shape: tuple[int, ...]


def torch_tensors(path: Path) -> dict[str, StoredTensor]:
    """Name → place of every tensor of the file.

    Raises:
        EnvironmentFault: CHECKPOINT_PICKLED (checkpoint) when the file needs more than plain contiguous tensors of
            float32, float16 or bfloat16, or is of the format before torch 1.6; WEIGHTS_DAMAGED when it is cut off.
    """
    if not path.is_file() or path.stat().st_size == 0:
        raise damaged(path)
    try:
        with zipfile.ZipFile(path) as archive:
            members = {member.filename: member for member in archive.infolist()}
            (root,) = (name.removesuffix("data.pkl") for name in members if name.endswith("/data.pkl"))
            if members[f"{root}data.pkl"].file_size > _PICKLE_LIMIT_BYTES:
                raise pickle.UnpicklingError("the pickle is too long")
            with archive.open(f"{root}data.pkl") as file:
                state: Any = _Unpickler(io.BytesIO(file.read())).load()
            order = archive.read(f"{root}byteorder") if f"{root}byteorder" in members else b"little"
        if not isinstance(state, dict) or order != b"little":
            raise pickle.UnpicklingError("not a dictionary of little-endian tensors")
        tensors = cast("dict[Any, Any]", state)
        return {str(name): _stored(path, members, root, tensor) for name, tensor in tensors.items()}
    except EnvironmentFault:
        raise
    except (OSError, EOFError, struct.error) as error:
        raise damaged(path) from error
    except Exception as error:  # a hostile pickle can make its own reader raise anything
        raise EnvironmentFault(Fault.CHECKPOINT_PICKLED, checkpoint=path.name) from error


def _rebuild_tensor(storage: Any, offset: Any, shape: Any, strides: Any, *_: Any) -> _Tensor:
    """In torch's place: a tensor whose numbers lie behind each other, last dimension first."""
    sizes = tuple(int(size) for size in shape)
    contiguous, step = list[int](), 1
    for size in reversed(sizes):
        contiguous.insert(0, step)
        step *= size
    plain = isinstance(storage, _Storage) and list(strides) == contiguous
    if not plain or not 0 <= int(offset) <= storage.length - step:
        raise pickle.UnpicklingError("a tensor that is no plain stretch of its storage")
    return _Tensor(storage, int(offset), sizes)


def _rebuild_parameter(tensor: Any, *_: Any) -> Any:
    return tensor


_ALLOWED: dict[tuple[str, str], Callable[..., Any]] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
    ("torch._utils", "_rebuild_parameter"): _rebuild_parameter,
}


class _Unpickler(pickle.Unpickler):
    """Calls nothing but what `_ALLOWED` names."""

    def find_class(self, module_name: str, global_name: str) -> Any:
        if module_name == "torch" and global_name in _DTYPES:
            return _DTYPES[global_name]
        allowed = _ALLOWED.get((module_name, global_name))
        if allowed is None:
            raise pickle.UnpicklingError(f"{module_name}.{global_name} is not allowed")
        return allowed

    def persistent_load(self, pid: Any) -> _Storage:
        kind, dtype, key, _, length = pid
        if kind != "storage" or dtype not in _WIDTHS:
            raise pickle.UnpicklingError("not a storage of numbers")
        return _Storage(dtype, str(key), int(length))


def _stored(path: Path, members: dict[str, zipfile.ZipInfo], root: str, tensor: Any) -> StoredTensor:
    if not isinstance(tensor, _Tensor):
        raise pickle.UnpicklingError("something else than a tensor")
    storage, width = tensor.storage, _WIDTHS[tensor.storage.dtype]
    member = members.get(f"{root}data/{storage.key}")
    if member is None or member.file_size < storage.length * width:
        raise damaged(path)
    if member.compress_type != zipfile.ZIP_STORED:
        raise pickle.UnpicklingError("a compressed storage")
    start = _data_offset(path, member) + tensor.offset * width
    if start + int(np.prod(tensor.shape)) * width > path.stat().st_size:
        raise damaged(path)
    return StoredTensor(path, storage.dtype, tensor.shape, start)


def _data_offset(path: Path, member: zipfile.ZipInfo) -> int:
    """Behind the member's local header: 30 bytes, of which the last four are the lengths of name and extra field."""
    with path.open("rb") as file:
        file.seek(member.header_offset + 26)
        name_length, extra_length = struct.unpack("<HH", file.read(4))
    return member.header_offset + 30 + name_length + extra_length
