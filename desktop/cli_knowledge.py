"""The commands `jinpan kb new-key|build|install|list|remove`: head office's signed knowledge packs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from getpass import getpass
from typing import TYPE_CHECKING

from desktop.cli_console import has_terminal, pump
from desktop.errors import EXIT_DOCUMENTS_FAILED, EXIT_DONE
from engine.api import (
    DocumentRejected,
    EnvironmentFault,
    Fault,
    KnowledgePackInstalled,
    Rejection,
    RequestRejected,
    new_signing_key,
)

if TYPE_CHECKING:
    from desktop.cli import Context

_KEY_DIGITS = 16  # of the public key, where it is shown to be recognized


def new_key(context: Context) -> int:
    """Head office's own signing key; the public half is what a policy names."""
    path = context.arguments.file
    public_key = new_signing_key(path, _key_passphrase(context, new=True))
    context.console.record("signing_key", path=str(path), public_key=public_key)
    context.console.say(f"✓ 签名私钥已加密保存到 {path}，请妥善保管，不要发给网点。")
    context.console.say(f"  公钥：{public_key}")
    context.console.say("  请把公钥写入各网点管理策略文件 [knowledge] 的 trusted_keys。")
    return EXIT_DONE


def build(context: Context) -> int:
    """Sign a folder of documents as one pack."""
    given = context.arguments
    passphrase = _key_passphrase(context, new=False)
    words = {"pack": given.name, "title": given.title or given.name, "version": given.version}
    with context.open_engine() as engine:
        events = engine.knowledge_packs.build(
            given.folder, given.out, given.key, passphrase, publisher=given.publisher, cancel=context.cancel, **words
        )
        _show(context, events)
    size_bytes = given.out.stat().st_size
    context.console.record("knowledge_pack_built", **words, path=str(given.out), size_bytes=size_bytes)
    context.console.say(f"✓ 知识包 {given.name} {given.version} 已写入 {given.out}（{size_bytes // 1024} KB）")
    return EXIT_DONE


def install(context: Context) -> int:
    """Install a pack, or bring it up to date; exit code 3 when one of its documents cannot be read."""
    with context.open_engine() as engine:
        try:
            _show(context, engine.knowledge_packs.install(context.arguments.file, context.cancel))
        except DocumentRejected:
            context.console.say("知识包没有安装，资料库保持原样。")
            return EXIT_DOCUMENTS_FAILED
    return EXIT_DONE


def _key_passphrase(context: Context, *, new: bool) -> str:
    """The signing key's own passphrase: the first line of a file, else what is typed at the terminal."""
    file = context.arguments.key_passphrase_file
    if file is not None:
        try:
            text = file.read_text(encoding="utf-8-sig").partition("\n")[0].strip()
        except OSError as error:
            raise RequestRejected(Rejection.PATH_MISSING, path=str(file)) from error
    elif has_terminal():
        text = getpass("签名私钥的口令：")
        if new and text != getpass("再输入一次："):
            text = ""
    else:
        text = ""
    if not text:
        raise EnvironmentFault(Fault.PASSPHRASE_WRONG)
    return text


def _show(context: Context, events: Iterator[object]) -> None:
    from desktop.cli import report_document

    for event in pump(events, context.cancel):
        if isinstance(event, KnowledgePackInstalled):
            context.console.record("knowledge_pack_installed", **asdict(event))
            context.console.say(f"✓ 知识包 {event.pack} {event.version} 已安装：{event.documents} 份文档")
        else:
            report_document(context.console, event)


def installed(context: Context) -> int:
    with context.open_engine() as engine:
        packs = engine.knowledge_packs.installed()
    for pack in packs:
        context.console.record("knowledge_pack", **asdict(pack))
        context.console.say(
            f"{pack.pack}  {pack.version}  《{pack.title}》 {pack.publisher}，{pack.documents} 份文档，"
            f"签名公钥 {pack.signer[:_KEY_DIGITS]}…"
        )
    return EXIT_DONE


def remove(context: Context) -> int:
    with context.open_engine() as engine:
        removed = engine.knowledge_packs.remove(context.arguments.name)
    context.console.record("knowledge_pack_removed", pack=removed.pack)
    context.console.say(f"✓ 已移除知识包 {removed.pack}")
    return EXIT_DONE


COMMANDS: dict[str, Callable[[Context], int]] = {
    "kb new-key": new_key,
    "kb build": build,
    "kb install": install,
    "kb list": installed,
    "kb remove": remove,
}
