"""Entry point of `jinpan`. The children are the same program with `--parser` or `--ocr` and must load nothing else."""

from __future__ import annotations

import sys


def main() -> int:
    """Run a command, the window, or (with `--parser` or `--ocr`) a child."""
    if sys.argv[1:2] == ["--parser"]:
        from engine.parser.__main__ import main as parser_main

        del sys.argv[1]
        return int(parser_main() or 0)
    if sys.argv[1:2] == ["--ocr"]:
        from engine.ocr.__main__ import main as ocr_main

        del sys.argv[1]
        return ocr_main()
    from desktop import language

    language.choose(sys.argv[1:])  # before any module with words is imported
    from desktop.cli import main as cli_main

    return cli_main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
