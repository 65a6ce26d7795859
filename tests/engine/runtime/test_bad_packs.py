"""Packs that are whole by their checksums and wrong all the same: each is refused by name, before or while loading."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Fault
from engine.runtime.generator import Generator
from engine.runtime.pack import (
    GRAPH,
    MANIFEST,
    NATIVE_GRAPH,
    TOKENIZER,
    WEIGHTS,
    describe_files,
    read_manifest,
    write_manifest,
)
from engine.runtime.sampling import Sampling
from engine.values import Message

Open = Callable[..., Generator]
REPOSITORY = Path(__file__).resolve().parents[3]
OPEN = """
import sys
from pathlib import Path
from engine.errors import EnvironmentFault
from engine.runtime.generator import Generator
from engine.settings import Settings
try:
    Generator.open(Path(sys.argv[1]), Settings(home=Path(), threads=1, device="cpu"))
except EnvironmentFault as fault:
    print(fault.code, fault.details["pack"])
"""


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[Path], Path]:
    """A copy of a pack whose files may be replaced, not written into."""

    def copied(pack: Path) -> Path:
        folder = tmp_path / "copy"
        shutil.copytree(pack, folder, copy_function=os.link, ignore=shutil.ignore_patterns(".verified*"))
        (folder / MANIFEST).unlink()
        write_manifest(folder, replace(read_manifest(pack), name="copy"))
        return folder

    return copied


def put(path: Path, content: bytes) -> None:
    """Replace a file and bring the manifest in step, as a packer with a fault would."""
    path.unlink()
    path.write_bytes(content)
    write_manifest(path.parent, replace(read_manifest(path.parent), files=describe_files(path.parent)))


def fault_of(open_generator: Open, folder: Path) -> EnvironmentFault:
    with pytest.raises(EnvironmentFault) as caught:
        open_generator(folder)
    assert caught.value.details["pack"] == "copy"
    return caught.value


# ---- manifests


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name in ("layers", "vocabulary_size", "context_length") for value in (10**9, -1, 0, "8")),
        ("kv_heads", 0),
        ("head_size", 1.5),
        ("embedding_size", None),
        ("layers", True),
        ("licence", 7),
        ("bos_token_id", -1),
        ("eos_token_ids", ["2"]),
        ("eos_token_ids", 2),
        ("files", {GRAPH: {"sha256": "", "size_bytes": -5}}),
        ("files", []),
        ("chat_template", {}),
        ("chat_template", "{{ messages }}"),
    ],
)
def test_an_absurd_manifest_is_damage(
    tiny_pack: Path, copy: Callable[[Path], Path], open_generator: Open, name: str, value: Any
) -> None:
    folder = copy(tiny_pack)
    data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / MANIFEST).write_text(json.dumps({**data, name: value}), encoding="utf-8")
    fault = fault_of(open_generator, folder)
    assert (fault.code, fault.details["file"]) == (Fault.PACK_DAMAGED, MANIFEST)


@pytest.mark.parametrize(
    ("role", "value"),
    [("user", None), ("user", ["<a>"]), ("assistant", ["<a>", 5]), ("stop", "</s>"), ("stop", [None]), ("begin", 3)],
)
def test_a_template_that_lacks_a_role_or_a_text_is_damage(
    tiny_pack: Path, copy: Callable[[Path], Path], open_generator: Open, role: str, value: Any
) -> None:
    folder = copy(tiny_pack)
    data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    data["chat_template"].pop(role)
    if value is not None:
        data["chat_template"][role] = value
    (folder / MANIFEST).write_text(json.dumps(data), encoding="utf-8")
    fault = fault_of(open_generator, folder)
    assert (fault.code, fault.details["file"]) == (Fault.PACK_DAMAGED, MANIFEST)


@pytest.mark.parametrize("change", [{"layers": 1}, {"kv_heads": 4}, {"head_size": 8}, {"vocabulary_size": 300}])
def test_a_manifest_of_another_graph_is_unsupported(
    tiny_pack: Path, copy: Callable[[Path], Path], open_generator: Open, change: dict[str, int]
) -> None:
    folder = copy(tiny_pack)
    write_manifest(folder, replace(read_manifest(folder), **change))  # type: ignore[arg-type]
    assert fault_of(open_generator, folder).code == Fault.PACK_UNSUPPORTED


def test_a_tokenizer_of_another_model_is_a_mismatch(
    tiny_pack: Path, smollm2_pack: Path, copy: Callable[[Path], Path], open_generator: Open
) -> None:
    folder = copy(tiny_pack)
    put(folder / TOKENIZER, (smollm2_pack / TOKENIZER).read_bytes())
    fault = fault_of(open_generator, folder)
    assert fault.code == Fault.TOKENIZER_MISMATCH
    assert int(fault.details["token_id"]) >= int(fault.details["vocabulary_size"])


# ---- graphs


@pytest.mark.parametrize("share", [0.0, 0.3, 0.95])
def test_a_truncated_graph_cannot_be_loaded(
    tiny_pack: Path, copy: Callable[[Path], Path], open_generator: Open, share: float
) -> None:
    folder = copy(tiny_pack)
    content = (folder / GRAPH).read_bytes()
    put(folder / GRAPH, content[: int(len(content) * share)])
    assert fault_of(open_generator, folder).code == Fault.PACK_LOAD_FAILED


def test_a_graph_with_other_inputs_is_unsupported(
    tiny_pack: Path, embedder_pack: Path, copy: Callable[[Path], Path], open_generator: Open
) -> None:
    folder = copy(tiny_pack)
    put(folder / WEIGHTS, (embedder_pack / WEIGHTS).read_bytes())
    put(folder / GRAPH, (embedder_pack / GRAPH).read_bytes())
    assert fault_of(open_generator, folder).code == Fault.PACK_UNSUPPORTED


@pytest.mark.parametrize("graph", [GRAPH, NATIVE_GRAPH])
def test_weights_shorter_than_the_graph_says_are_refused(
    smollm2_pack: Path, copy: Callable[[Path], Path], graph: str
) -> None:
    """In a process of its own: reading past the end of a mapped file would end this one."""
    folder = copy(smollm2_pack)
    if graph == GRAPH:
        (folder / NATIVE_GRAPH).unlink(missing_ok=True)
    content = (smollm2_pack / WEIGHTS).read_bytes()
    put(folder / WEIGHTS, content[: len(content) // 2])
    command = [sys.executable, "-c", OPEN, str(folder)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == [Fault.PACK_LOAD_FAILED, "copy"], done


# ---- folders


def test_a_pack_that_vanishes_is_missing(tiny_pack: Path, copy: Callable[[Path], Path], open_generator: Open) -> None:
    folder = copy(tiny_pack)
    shutil.rmtree(folder)
    assert fault_of(open_generator, folder).code == Fault.PACK_MISSING


def test_a_pack_that_vanishes_while_it_is_used_still_answers(
    tiny_pack: Path, copy: Callable[[Path], Path], open_generator: Open
) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows does not delete a mapped file")
    folder = copy(tiny_pack)
    generator = open_generator(folder)
    shutil.rmtree(folder)
    events = list(generator.generate([Message("user", "x")], Sampling(), 5, CancelToken()))
    assert events


@pytest.mark.parametrize("context_tokens", [257, 10**9])
def test_a_setting_beyond_the_packs_context_is_cut_to_it(
    tiny_pack: Path, open_generator: Open, context_tokens: int
) -> None:
    assert open_generator(tiny_pack, context_tokens=context_tokens).context_tokens == 256
