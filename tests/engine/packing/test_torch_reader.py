"""Pickled checkpoints: read as they are, without torch, and without running what a file says."""

from __future__ import annotations

import io
import os
import pickle
import sys
import types
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from engine.errors import EnvironmentFault, Fault
from engine.packing.safetensors_reader import SafetensorsCheckpoint
from engine.packing.torch_reader import torch_tensors

EMBEDDING = "model.embed_tokens.weight"
STORAGES = {"float32": "FloatStorage", "float16": "HalfStorage", "bfloat16": "BFloat16Storage", "int64": "LongStorage"}


class Writer:
    """Writes what `torch.save` writes, with stand-ins for the names of torch that the pickle refers to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
        for name in STORAGES.values():
            setattr(self.torch, name, type(name, (), {"__module__": "torch"}))

        def rebuild(*_: object) -> None: ...

        rebuild.__module__, rebuild.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
        utils._rebuild_tensor_v2 = rebuild  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "torch", self.torch)
        monkeypatch.setitem(sys.modules, "torch._utils", utils)
        self.rebuild = rebuild

    def save(self, path: Path, state: dict[str, Any], compression: int = zipfile.ZIP_STORED) -> None:
        storages: list[np.ndarray[Any, Any]] = []
        stream = io.BytesIO()
        writer = self

        class Pickler(pickle.Pickler):
            def persistent_id(self, obj: object) -> object:
                if not isinstance(obj, Storage):
                    return None
                storages.append(obj.values)
                kind = getattr(writer.torch, STORAGES[str(obj.values.dtype)])
                return ("storage", kind, str(len(storages) - 1), "cpu", obj.values.size)

            def reducer_override(self, obj: object) -> Any:
                if not isinstance(obj, np.ndarray):
                    return NotImplemented
                strides = tuple(step // obj.itemsize for step in obj.strides)
                return writer.rebuild, (Storage(obj), 0, obj.shape, strides, False, OrderedDict())

        Pickler(stream, 2).dump(OrderedDict(state))
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("pytorch_model/data.pkl", stream.getvalue())
            archive.writestr("pytorch_model/byteorder", "little")
            for i, values in enumerate(storages):
                archive.writestr(f"pytorch_model/data/{i}", values.tobytes(), compression)


class Storage:
    def __init__(self, values: np.ndarray[Any, Any]) -> None:
        self.values = values


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> Writer:
    return Writer(monkeypatch)


def fault(path: Path) -> EnvironmentFault:
    with pytest.raises(EnvironmentFault) as caught:
        torch_tensors(path)
    return caught.value


@pytest.mark.parametrize("dtype", [np.float32, np.float16, ml_dtypes.bfloat16])
def test_a_pickled_folder_is_the_same_checkpoint(make_checkpoint: Any, pack: Any, writer: Writer, dtype: Any) -> None:
    checkpoint = make_checkpoint()
    stored = {name: values.astype(dtype) for name, values in checkpoint.tensors.items()}
    (checkpoint.folder / "model.safetensors").unlink()
    writer.save(checkpoint.folder / "pytorch_model.bin", stored)
    read = SafetensorsCheckpoint(checkpoint.folder)
    assert read.shapes() == {name: values.shape for name, values in stored.items()}
    np.testing.assert_array_equal(read.rows(EMBEDDING, 10, 30), stored[EMBEDDING][10:30].astype(np.float32))
    assert pack(checkpoint.folder, "int8-block32").is_dir()


@pytest.mark.oracle
def test_what_torch_saves_is_read_back(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    layer = torch.nn.Linear(8, 6).half()
    torch.save({**layer.state_dict(), "parameter": layer.weight}, tmp_path / "model.bin")
    tensors = torch_tensors(tmp_path / "model.bin")
    assert {name: tensor.shape for name, tensor in tensors.items()} == {
        "weight": (6, 8),
        "bias": (6,),
        "parameter": (6, 8),
    }
    for name, expected in (("weight", layer.weight), ("bias", layer.bias), ("parameter", layer.weight)):
        tensor = tensors[name]
        read = np.fromfile(tensor.file, "<f2", expected.numel(), offset=tensor.offset).reshape(tensor.shape)
        np.testing.assert_array_equal(read, expected.detach().numpy())


class Evil:
    def __reduce__(self) -> Any:
        return os.mkdir, ("evil",)


def test_nothing_of_the_pickle_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writer: Writer) -> None:
    monkeypatch.chdir(tmp_path)
    writer.save(tmp_path / "model.bin", {"weight": Evil()})
    error = fault(tmp_path / "model.bin")
    assert error.code == Fault.CHECKPOINT_PICKLED
    assert error.details == {"checkpoint": "model.bin"}
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("value", [{"nested": 1}, 3, "text", np.ones((4, 4), np.int64), np.ones((4, 6), np.float32).T])
def test_what_is_no_plain_tensor_is_refused(tmp_path: Path, writer: Writer, value: Any) -> None:
    writer.save(tmp_path / "model.bin", {"weight": value})
    assert fault(tmp_path / "model.bin").code == Fault.CHECKPOINT_PICKLED


def test_a_compressed_storage_and_the_old_format_are_refused(tmp_path: Path, writer: Writer) -> None:
    writer.save(tmp_path / "zip.bin", {"weight": np.ones((64, 64), np.float32)}, zipfile.ZIP_DEFLATED)
    assert fault(tmp_path / "zip.bin").code == Fault.CHECKPOINT_PICKLED
    (tmp_path / "old.bin").write_bytes(pickle.dumps(0x1950A86A20F9469CFC6C) * 3)
    assert fault(tmp_path / "old.bin").code == Fault.CHECKPOINT_PICKLED


def test_a_file_that_is_missing_or_empty_is_damaged(tmp_path: Path) -> None:
    assert fault(tmp_path / "model.bin").code == Fault.WEIGHTS_DAMAGED
    (tmp_path / "model.bin").touch()
    assert fault(tmp_path / "model.bin").code == Fault.WEIGHTS_DAMAGED


def test_every_cut_of_a_file_is_an_error_of_ours(tmp_path: Path, writer: Writer) -> None:
    whole = tmp_path / "whole.bin"
    writer.save(whole, {"weight": np.ones((8, 8), np.float32)})
    data = whole.read_bytes()
    for length in range(1, len(data), 37):
        (tmp_path / "cut.bin").write_bytes(data[:length])
        assert fault(tmp_path / "cut.bin").code in (Fault.CHECKPOINT_PICKLED, Fault.WEIGHTS_DAMAGED)
