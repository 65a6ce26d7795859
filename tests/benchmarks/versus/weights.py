"""llama.cpp's weights: Q8_0 made by llama.cpp's own quantizer from the file that the pack was made from."""

from __future__ import annotations

import ctypes
import mmap
from dataclasses import dataclass
from pathlib import Path

from engine.packing import gguf_reader
from engine.runtime.pack import Manifest, sha256_file

_EMBEDDING, _HEAD = "token_embd.weight", "output.weight"


@dataclass(frozen=True, slots=True)
class Q8:
    """A GGUF whose matrices are all Q8_0. `bytes_per_token` is what one decode step reads of the weights."""

    path: Path
    size_bytes: int
    bytes_per_token: int
    matrices: int
    tied_copies: bool  # embedding and output stand in it as two tensors, of which a step reads one


def source_of(manifest: Manifest, folder: Path) -> Path:
    """The GGUF that the pack's manifest names by file name or by SHA-256. Raises FileNotFoundError."""
    for path in sorted(folder.glob("*.gguf")):
        if manifest.source == path.name or sha256_file(path) in manifest.source:
            return path
    raise FileNotFoundError(f"{folder} does not hold the source of {manifest.name}: {manifest.source}")


def quantize(source: Path, work: Path) -> Q8:
    """Make (or find in `work`) the Q8_0 form of `source` and check what is in it."""
    path = work / f"{source.stem}.q8_0.gguf"
    if not path.is_file():
        import llama_cpp

        work.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        parameters = llama_cpp.llama_model_quantize_default_params()
        parameters.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0
        parameters.allow_requantize = True
        status = llama_cpp.llama_model_quantize(str(source).encode(), str(partial).encode(), ctypes.byref(parameters))
        assert status == 0, f"llama_model_quantize: {status}"
        partial.rename(path)
    return inspect(path)


def inspect(path: Path) -> Q8:
    """Raises AssertionError for a matrix of another type than Q8_0."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        tensors = gguf_reader._read_header(data)[1]  # the packer's reader; only the tensors' types are of use here
    matrices = {name: tensor for name, tensor in tensors.items() if len(tensor.shape) == 2}
    others = sorted(name for name, tensor in matrices.items() if tensor.quantization.name != "Q8_0")
    assert not others, f"not Q8_0: {others}"
    read = [tensor.size_bytes for name, tensor in tensors.items() if name != _EMBEDDING or _HEAD not in tensors]
    return Q8(path, path.stat().st_size, sum(read), len(matrices), _HEAD in tensors)
