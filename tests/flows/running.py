"""Runs the installed commands as a user would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SMALL = "qwen2.5-coder-0.5b-instruct-int8"
QUESTION = "存款保险最高赔多少？"
LAW = "存款保险条例(2015-02-17).pdf"
PASSPHRASE = "网点助手 flow passphrase"


class Jinpan:
    """Runs `jinpan` on one home, with CI unset so that nothing is quieter than at a branch."""

    def __init__(self, home: Path, passphrase_file: Path, prefix: Sequence[str] = ()) -> None:
        self._options = ["--home", str(home), "--passphrase-file", str(passphrase_file)]
        self._prefix = list(prefix)

    def command(self, *arguments: str) -> list[str]:
        return [*self._prefix, sys.executable, "-m", "desktop", *self._options, *arguments]

    def run(self, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        environment = {key: value for key, value in os.environ.items() if key != "CI"}
        return subprocess.run(
            self.command(*arguments), input=stdin, capture_output=True, encoding="utf-8", env=environment, timeout=300
        )

    def rows(self, *arguments: str, stdin: str | None = None, exit_code: int = 0) -> list[dict[str, Any]]:
        """The JSON objects that a command prints; fails unless it ends with `exit_code`."""
        done = self.run("--json", *arguments, stdin=stdin)
        assert done.returncode == exit_code, done.stderr[-2000:] + done.stdout[-500:]
        return [json.loads(line) for line in done.stdout.splitlines()]
