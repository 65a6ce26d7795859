"""Entry point of `jinpan`. The parser child is the same program with `--parser` and must load nothing else."""

from __future__ import annotations

import sys


def main() -> int:
    """Run a command, the window, or (with `--parser`) the parser child."""
    if sys.argv[1:2] == ["--parser"]:
        from engine.parser.__main__ import main as parser_main

        del sys.argv[1]
        return int(parser_main() or 0)
    from desktop.cli import main as cli_main

    return cli_main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
