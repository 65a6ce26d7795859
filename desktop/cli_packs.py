"""The commands `jinpan pack list|use|build|verify` and `jinpan doctor`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli_advice import show_advice
from desktop.cli_console import Console, pump
from desktop.errors import EXIT_DONE, EXIT_ENVIRONMENT, describe, human_size
from engine import api
from engine.api import CancelToken, EnvironmentFault, PackBuilt, PackProgress, Rejection, RequestRejected, Settings

if TYPE_CHECKING:
    from desktop.cli import Context

_STEPS = {"download": "下载权重", "verify": "校验", "convert": "转换", "finish": "收尾"}
_CHECKS = {
    "cpu": "处理器",
    "kernels": "计算内核",
    "memory": "可用内存",
    "disk": "可用磁盘",
    "display": "图形界面",
    "keyring": "系统密钥环",
    "recovery_key": "恢复密钥",
    "ocr": "文字识别",
    "device": "推理设备",
    "endpoint": "内网模型",
}
_VALUES = {"off": "未开通，问题和资料都不离开本机"}


def list_packs(context: Context) -> int:
    found = api.list_packs(context.settings)
    for pack in found:
        fields = asdict(pack)
        context.console.record("pack", pack_kind=fields.pop("kind"), **fields)
        mark = "*" if pack.chosen else " "
        size = human_size(pack.size_bytes)
        state = f"{pack.kind}  {pack.quantization}  {size}  {pack.licence}" if not pack.fault else "清单已损坏"
        context.console.say(f"{mark} {pack.name}  {state}\n    {pack.path}")
    if not found:
        context.console.say("还没有模型包。请运行 jinpan pack build。")
    return EXIT_DONE


def use(context: Context) -> int:
    """Answer with this pack from the next start on."""
    name = context.arguments.name
    context.console.progress(f"正在校验 {name}…")
    manifest = api.choose_pack(context.settings, name, context.cancel)
    context.console.record("pack_chosen", name=name, version=manifest.version)
    context.console.say(f"✓ 今后用模型包 {name} 回答")
    return EXIT_DONE


def build(context: Context) -> int:
    arguments, settings = context.arguments, context.settings
    if arguments.checkpoint is not None:
        if not arguments.name or arguments.names:
            raise RequestRejected(Rejection.OPTION_INVALID, option="--name", value=arguments.name or "（空）")
        events = api.build_pack_from_checkpoint(
            settings,
            arguments.checkpoint,
            arguments.name,
            arguments.quantization or "int8",
            context.cancel,
            chat_template=arguments.chat_template,
        )
        _show_build(context.console, events, context.cancel)
        return EXIT_DONE
    names = [_with_quantization(name, arguments.quantization) for name in arguments.names]
    names = names or api.missing_packs(settings)
    build_packs(context.console, settings, tuple(names), arguments.weights, context.cancel)
    if not names:
        context.console.say("默认模型包都已就绪。")
    return EXIT_DONE


def _with_quantization(name: str, quantization: str | None) -> str:
    """The default pack's name under another quantization: names end in it."""
    return f"{name.removesuffix('-int8').removesuffix('-int4')}-{quantization}" if quantization else name


def build_packs(
    console: Console, settings: Settings, names: tuple[str, ...], weights: Path | None, cancel: CancelToken
) -> None:
    """Make default packs one after the other with a progress bar."""
    for name in names:
        _show_build(console, api.build_pack(settings, name, weights, cancel), cancel)


def _show_build(console: Console, events: Iterator[PackProgress | PackBuilt], cancel: CancelToken) -> None:
    for event in pump(events, cancel):
        if isinstance(event, PackProgress):
            sizes = f"{human_size(event.done_bytes)} / {human_size(event.total_bytes)}"
            text = f"{event.pack} {_STEPS.get(event.step, event.step)} {sizes}"
            console.progress(text, event.done_bytes, event.total_bytes)
        else:
            console.record(
                "pack_built",
                name=event.pack,
                path=event.path,
                size_bytes=event.size_bytes,
                seconds=round(event.seconds, 1),
            )
            console.say(f"✓ 模型包 {event.pack} 已就绪（{human_size(event.size_bytes)}，{event.seconds:.0f} 秒）")


def verify(context: Context) -> int:
    """Check every byte of the packs named, or of all; a damaged one does not hide the next."""
    names = context.arguments.names or [pack.name for pack in api.list_packs(context.settings)]
    if not names:
        raise EnvironmentFault("pack_missing", pack=context.settings.generator_pack)
    code = EXIT_DONE
    for name in names:
        context.console.progress(f"正在校验 {name}…")
        try:
            manifest = api.verify_installed_pack(context.settings, name)
        except EnvironmentFault as error:
            code = context.console.fail(error, name=name)
            continue
        files = len(manifest.files)
        context.console.record("pack_verified", name=name, version=manifest.version, files=files)
        context.console.say(f"✓ {name}  {files} 个文件完好")
    return code


def doctor(context: Context) -> int:
    """One line for each check with what to do; exit code 4 when the machine lacks something that must be there.

    Missing kernels, keyring or display are reported, but the product works without: slower, with a passphrase, in the
    terminal.
    """
    code = EXIT_DONE
    for check in api.doctor(context.settings):
        advice = describe(check.fault) if check.fault else None
        label = _CHECKS.get(check.name, check.name.replace("pack ", "模型包 "))
        action = str(advice) if advice else ""
        context.console.record("check", name=check.name, ok=check.ok, value=check.value, action=action)
        found = action if advice else _VALUES.get(check.value, check.value.replace(" cores", " 核"))
        context.console.say(f"{'✓' if check.ok else '✗'} {label}：{found}")
        if not check.ok and check.name not in ("kernels", "keyring", "recovery_key", "ocr", "display"):
            code = EXIT_ENVIRONMENT
    context.console.progress("正在测量本机速度…")
    show_advice(context.console, api.recommend_pack(context.settings))
    return code


COMMANDS: dict[str, Callable[[Context], int]] = {
    "pack list": list_packs,
    "pack use": use,
    "pack build": build,
    "pack verify": verify,
    "doctor": doctor,
}
