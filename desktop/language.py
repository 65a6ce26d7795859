"""Which language the window speaks: decided from the command line and the home folder before any word is imported."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from desktop.look import catalogue


def choose(argv: Sequence[str]) -> None:
    """Put the user's language in force where `argv` opens the window; the other commands speak Chinese.

    Settings that cannot be read are told of later, in Chinese.
    """
    grammar = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    grammar.add_argument("--home", type=Path)
    for option in ("--pack", "--passphrase-file"):
        grammar.add_argument(option)
    grammar.add_argument("command", nargs="?")
    try:
        given, rest = grammar.parse_known_args(argv)
    except argparse.ArgumentError:
        return  # the real grammar says what is wrong
    if given.command not in (None, "start") or {"-h", "--help"} & set(rest):
        return
    from engine.api import EnvironmentFault, RequestRejected, load_settings

    try:
        language = load_settings(given.home).language
    except (EnvironmentFault, RequestRejected):
        return
    catalogue.use(language)
