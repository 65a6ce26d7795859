"""The grammar of the `jinpan` command line. General options stand before or after the command."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from desktop.errors import EXIT_USAGE

_DESCRIPTION = "智海-金磐网点助手：把 PDF 放进资料库，用中文提问，得到带出处的回答。不带命令时打开窗口。"
_EPILOG = (
    "退出码：0 完成；1 程序错误；2 用法错误；3 部分文档未能导入；4 环境问题（缺模型包、磁盘、内存等）；"
    "5 审计日志被改动；130 已停止。"
)

_MESSAGES = (
    (r"one of the arguments (.+) is required", r"需要给出其中之一：\1"),
    (r"the following arguments are required: ", "缺少参数 "),
    (r"unrecognized arguments: ", "不认识的参数 "),
    (r"argument (\S+): ", r"参数 \1 "),
    (r"expected (?:one|at least one) argument", "后面缺少取值"),
    (r"invalid choice: (.+) \(choose from (.+)\)", r"不能是 \1（可选 \2）"),
    (r"not allowed with argument (\S+)", r"不能与 \1 同时使用"),
)


class _Parser(argparse.ArgumentParser):
    """argparse with Chinese headings; in JSON mode a usage error is a JSON line as well."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(*args, add_help=False, allow_abbrev=False, **kwargs)
        self._positionals.title = "参数"
        self._optionals.title = "选项"

    def format_usage(self) -> str:
        return super().format_usage().replace("usage:", "用法：", 1)

    def format_help(self) -> str:
        return super().format_help().replace("usage:", "用法：", 1)

    def error(self, message: str) -> NoReturn:
        raise _UsageError(self.prog, _in_chinese(message), self.format_usage())


class _UsageError(Exception):
    pass


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parse `argv` (default: the process's own). Exits with code 2 on wrong usage, 0 after --help."""
    given = sys.argv[1:] if argv is None else argv
    try:
        arguments = _parser().parse_args(given)
    except _UsageError as error:
        program, message, usage = error.args
        text, action = f"命令行用法有误：{message}。", f"请运行 {program} --help 查看用法。"
        if "--json" in given:
            record = {"kind": "error", "code": "usage", "message": text, "action": action}
            print(json.dumps(record, ensure_ascii=False), flush=True)
        print(f"{text}{action}\n{usage}", end="", file=sys.stderr, flush=True)
        raise SystemExit(EXIT_USAGE) from None
    defaults: dict[str, Any] = {
        "home": None,
        "json": False,
        "pack": None,
        "passphrase_file": None,
        "paths": (),
        "stdin": False,
    }
    for name, value in defaults.items():
        if not hasattr(arguments, name):
            setattr(arguments, name, value)
    return arguments


def _in_chinese(message: str) -> str:
    for pattern, text in _MESSAGES:
        message = re.sub(pattern, text, message)
    return message


def _parser() -> argparse.ArgumentParser:
    shared = _general_options()
    parser = _Parser(prog="jinpan", description=_DESCRIPTION, epilog=_EPILOG, parents=[shared])
    parser.set_defaults(command="window")
    commands = parser.add_subparsers(title="命令", metavar="命令")

    def command(name: str, text: str, under: Any = commands, full_name: str = "") -> argparse.ArgumentParser:
        sub: argparse.ArgumentParser = under.add_parser(name, help=text, description=text, parents=[shared])
        sub.set_defaults(command=full_name or name)
        return sub

    _add_start(command)
    opened = command("window", "打开窗口（不带命令时也是如此）；窗口已经打开时，把它带到前面，并交给它要加入的文件")
    opened.add_argument("paths", nargs="*", type=Path, metavar="路径")
    _add_library(command)
    _add_watching(command)
    _add_questions(command)
    _add_calculators(command)
    _add_writing(command)
    _add_packs(command)
    _add_knowledge_packs(command)
    _add_endpoint(command)
    _add_web(command)
    _add_audit(command)
    _add_feedback(command)
    _add_history(command)
    _add_recovery(command)
    command("doctor", "检查这台电脑：处理器、内存、磁盘、显示、密钥环、模型包")
    return parser


def _general_options() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    group = shared.add_argument_group("通用选项（写在命令前后均可）")
    group.add_argument("--home", type=Path, metavar="目录", help="数据目录（默认取环境变量 JINPAN_HOME，再取用户目录）")
    group.add_argument("--json", action="store_true", help="标准输出每行一个 JSON 对象（UTF-8）")
    group.add_argument("--pack", metavar="名称", help="回答所用的模型包")
    group.add_argument("--passphrase-file", type=Path, metavar="文件", help="没有系统密钥环时，从该文件读取口令")
    group.add_argument("-h", "--help", action="help", help="显示帮助")
    return shared


def _add_start(command: Any) -> None:
    start = command("start", "首次准备（模型包、示例文档）并打开窗口；没有图形界面时在终端回答一个示例问题")
    start.add_argument("--weights", type=Path, metavar="目录", help="本地权重文件夹，代替下载")


def _add_library(command: Any) -> None:
    ingest = command("ingest", "导入文件（PDF、docx、xlsx、pptx、html、md、txt）或文件夹")
    ingest.add_argument("paths", nargs="+", type=Path, metavar="路径")
    ingest.add_argument("--password-file", type=Path, metavar="文件", help="首行是 PDF 的打开密码（否则在终端询问）")
    command("documents", "列出资料库中的文档")
    pages = command("pages", "列出一份文档每一页的结果：种类、字数、无法读取的原因")
    pages.add_argument("document_id", metavar="文档编号")
    remove = command("remove", "从资料库移除文档")
    remove.add_argument("document_ids", nargs="+", metavar="文档编号")


def _add_watching(command: Any) -> None:
    watch = command("watch", "让资料库与文件夹保持一致：新增、修改、移走的文件随之导入、更新、移除")
    commands = watch.add_subparsers(title="命令", metavar="命令", required=True)
    add = command("add", "关注文件夹，并导入其中的文件", commands, "watch add")
    remove = command("remove", "不再关注文件夹，并移除由它导入的文档", commands, "watch remove")
    remove.add_argument("--keep", action="store_true", help="文档留在资料库")
    for sub in (add, remove):
        sub.add_argument("folders", nargs="+", type=Path, metavar="文件夹")
    command("list", "列出关注的文件夹", commands, "watch list")
    command("sync", "现在检查一遍，有变化的文件随之更新", commands, "watch sync")


def _add_questions(command: Any) -> None:
    search = command("search", "检索与问题相关的段落")
    _add_question(search)
    search.add_argument("-k", type=_positive, default=10, metavar="条数", help="最多返回几段（默认 10）")
    ask = command("ask", "提问，得到带出处的回答")
    _add_question(ask)
    ask.add_argument(
        "--export", type=Path, metavar="文件", help="把问答写入文件：.md、.docx 或 .pdf，带人工智能生成标识"
    )
    ask.add_argument("--max-tokens", type=_positive, metavar="数量", help="回答最多多少个词元")
    ask.add_argument("--searched", metavar="问题", help="用这句话查找资料，代替程序改写的问题")
    ask.add_argument("--send-query", metavar="检索词", help="同意把这句检索词发到网上（须由管理策略和设置开启）")


def _add_question(parser: argparse.ArgumentParser) -> None:
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("question", nargs="?", metavar="问题")
    choice.add_argument("--stdin", action="store_true", help="从标准输入逐行读取问题，模型只载入一次")
    parser.add_argument("--all-versions", action="store_true", help="也查已被新版本替代的文档（默认只查现行版本）")


def _add_calculators(command: Any) -> None:
    text = "计算存款利息、贷款还款、分期实际利率、购汇结汇等；不写参数时列出各种计算"
    calculate = command("calculate", text)
    calculate.add_argument("calculator", nargs="?", metavar="名称或问题", help="如 loan，或“贷50万30年3.1%%月供多少”")
    calculate.add_argument("inputs", nargs="*", metavar="输入=值", help="如 principal=50万 rate=3.1 term_months=30年")


def _add_writing(command: Any) -> None:
    write = command("write", "起草通知、产品介绍、投诉答复、会议纪要、工作报告、风险提示；不写参数时列出各种模板")
    write.add_argument("template", nargs="?", metavar="模板", help="如 customer_notice，或“客户通知”")
    write.add_argument("fields", nargs="*", metavar="名称=值", help="模板的内容；只写模板名时列出有哪些")
    write.add_argument("--documents", nargs="+", default=[], metavar="文档", help="依据哪些文档写（文档名或者编号）")
    write.add_argument("--builtin", action="store_true", help="也依据内置的业务知识")
    write.add_argument("--instructions", metavar="要求", help="对起草部分的要求，一两句话")
    write.add_argument("--out", type=Path, metavar="文件", help="写入 .md、.docx 或者 .pdf，带人工智能生成标识")


def _add_packs(command: Any) -> None:
    packs = command("pack", "管理模型包").add_subparsers(title="命令", metavar="命令", required=True)
    command("list", "列出已有的模型包", packs, "pack list")
    use = command("use", "选定回答所用的模型包，下次启动起生效（窗口左下角可以随时更换）", packs, "pack use")
    use.add_argument("name", metavar="名称")
    build = command("build", "制作模型包；不写名称时制作缺少的默认模型包", packs, "pack build")
    build.add_argument("names", nargs="*", metavar="名称")
    build.add_argument("--weights", type=Path, metavar="目录", help="本地权重文件夹，代替下载")
    build.add_argument("--from", dest="checkpoint", type=Path, metavar="检查点", help="GGUF 文件或 Hugging Face 目录")
    build.add_argument("--name", metavar="名称", help="与 --from 一起使用：新模型包的名称")
    build.add_argument("--quantization", choices=("int8", "int4", "fp32"), help="权重的位数（fp32 只与 --from 一起用）")
    build.add_argument("--chat-template", type=Path, metavar="文件", help="与 --from 一起使用：对话模板，JSON 或 TOML")
    verify = command("verify", "逐字节校验模型包；不写名称时校验全部", packs, "pack verify")
    verify.add_argument("names", nargs="*", metavar="名称")


def _add_endpoint(command: Any) -> None:
    endpoint = command("endpoint", "使用本行的内网模型（须由科技部门在管理策略中开通）")
    commands = endpoint.add_subparsers(title="命令", metavar="命令", required=True)
    command("set-key", "把访问密钥存入系统密钥环（输入时不显示，也可从标准输入读取）", commands, "endpoint set-key")
    command("test", "连接一次，显示模型名称和用时", commands, "endpoint test")
    command("use", "今后用内网模型回答，下次启动起生效（窗口左下角可以随时更换）", commands, "endpoint use")
    command("remove-key", "从系统密钥环删除访问密钥", commands, "endpoint remove-key")


def _add_web(command: Any) -> None:
    web = command("web", "联网搜索（须由科技部门在管理策略中开通；默认关闭，每次发送前都要您同意）")
    commands = web.add_subparsers(title="命令", metavar="命令", required=True)
    command("status", "是否允许、是否打开、用哪个搜索服务", commands, "web status")
    on = command("on", "打开：资料不够时提议联网搜索", commands, "web on")
    on.add_argument("--provider", choices=("searxng", "bocha", "zhipu"), help="用哪个搜索服务")
    command("off", "关闭", commands, "web off")
    key = command("key", "把搜索服务的访问密钥存入系统密钥环（输入时不显示，也可从标准输入读取）", commands, "web key")
    forget = command("forget-key", "从系统密钥环删除访问密钥", commands, "web forget-key")
    for parser in (key, forget):
        parser.add_argument("provider", choices=("bocha", "zhipu"))
    log = command("log", "列出发出过的每一个请求，新的在前", commands, "web log")
    log.add_argument("--last", type=_positive, default=1000, metavar="条数", help="最多列出几条（默认 1000）")


def _add_knowledge_packs(command: Any) -> None:
    kb = command("kb", "知识包：总行制作并签名，网点安装").add_subparsers(title="命令", metavar="命令", required=True)
    new_key = command("new-key", "总行：新建签名私钥（用口令加密），显示公钥", kb, "kb new-key")
    new_key.add_argument("file", type=Path, metavar="私钥文件")
    build = command("build", "总行：把文件夹里的文档制成一个签名的知识包", kb, "kb build")
    build.add_argument("folder", type=Path, metavar="目录")
    build.add_argument("--out", type=Path, required=True, metavar="文件", help="写到哪里，如 zhidu-1.0.jkp")
    build.add_argument("--name", required=True, metavar="名称", help="小写字母、数字、点、横线；各版本相同")
    build.add_argument("--version", required=True, metavar="版本", help="如 1.0；安装时新版本替换旧版本")
    build.add_argument("--title", metavar="标题", help="显示给网点的标题（默认与名称相同）")
    build.add_argument("--publisher", default="总行", metavar="发布者")
    build.add_argument("--key", type=Path, required=True, metavar="私钥文件")
    for parser in (new_key, build):
        parser.add_argument("--key-passphrase-file", type=Path, metavar="文件", help="从该文件第一行读取私钥的口令")
    install = command("install", "安装知识包，或更新到新版本（签名公钥须在管理策略中）", kb, "kb install")
    install.add_argument("file", type=Path, metavar="知识包文件")
    command("list", "列出已安装的知识包", kb, "kb list")
    remove = command("remove", "移除整个知识包", kb, "kb remove")
    remove.add_argument("name", metavar="名称")
    _add_shared(command, kb)


def _add_shared(command: Any, kb: Any) -> None:
    key = command("key", "共享知识库的密钥：总行新建，网点导入", kb, "kb key")
    keys = key.add_subparsers(title="命令", metavar="命令", required=True)
    new = command("new", "总行：新建密钥文件", keys, "kb key new")
    imported = command("import", "网点：把密钥存入系统密钥环", keys, "kb key import")
    for parser in (new, imported):
        parser.add_argument("file", type=Path, metavar="密钥文件")
    publish = command("publish", "总行：把本机资料库加密发布到管理策略 [shared] 指定的位置", kb, "kb publish")
    publish.add_argument("--key", type=Path, required=True, metavar="密钥文件")
    command("shared", "网点：共享知识库的位置、发布时间和能否访问", kb, "kb shared")


def _add_audit(command: Any) -> None:
    commands = command("audit", "审计日志：提问、来源、回答和操作，个人信息已隐去").add_subparsers(
        title="命令", metavar="命令", required=True
    )
    verify = command("verify", "校验日志有没有被改动过；被改动过时退出码为 5", commands, "audit verify")
    verify.add_argument("--head", metavar="校验码", help="以前抄下的校验码，证明那时以前的记录没有变过")
    show = command("show", "列出记录，旧的在前", commands, "audit show")
    show.add_argument("--action", metavar="种类", help="如 answered、document_added、web_requested")
    show.add_argument("--conversation", metavar="编号")
    show.add_argument("--document", metavar="文档编号")
    show.add_argument("--since", metavar="日期", help="如 2026-01-31（UTC）")
    show.add_argument("--until", metavar="日期")
    show.add_argument("--last", type=_positive, default=100, metavar="条数", help="最多列出几条（默认 100）")
    export = command("export", "把全部记录写入一个新文件", commands, "audit export")
    export.add_argument("file", type=Path, metavar="文件")
    erase = command("erase", "永久删除一次对话的内容，记录保留", commands, "audit erase")
    erase.add_argument("conversation", metavar="对话编号")


def _add_feedback(command: Any) -> None:
    commands = command("feedback", "对回答的评价：分数、原因、改写").add_subparsers(
        title="命令", metavar="命令", required=True
    )
    show = command("list", "列出评价，新的在前", commands, "feedback list")
    show.add_argument("--last", type=_positive, default=100, metavar="条数", help="最多列出几条（默认 100）")
    text = "把同意导出的评价写入一个新文件，每行一个 JSON 对象，个人信息已隐去"
    export = command("export", text, commands, "feedback export")
    export.add_argument("file", type=Path, metavar="文件")


def _add_history(command: Any) -> None:
    commands = command("history", "窗口里的历史对话：列出、搜索、查看、导出、永久删除").add_subparsers(
        title="命令", metavar="命令", required=True
    )
    listed = command("list", "列出对话，置顶的在前，新的在前", commands, "history list")
    found = command("search", "在问题和回答里搜索，几个词都要有", commands, "history search")
    found.add_argument("words", nargs="+", metavar="词")
    for parser in (listed, found):
        parser.add_argument("--last", type=_positive, default=100, metavar="条数", help="最多列出几条（默认 100）")
    show = command("show", "显示一次对话的问答和出处", commands, "history show")
    export = command("export", "把一次对话写入 .md、.docx 或 .pdf", commands, "history export")
    for parser in (show, export):
        parser.add_argument("conversation", metavar="对话编号", help="开头几位即可")
    export.add_argument("file", type=Path, metavar="文件")
    delete = command("delete", "永久删除对话，连同审计日志中的内容", commands, "history delete")
    choice = delete.add_mutually_exclusive_group(required=True)
    choice.add_argument("conversations", nargs="*", default=[], metavar="对话编号", help="开头几位即可")
    choice.add_argument("--all", action="store_true", help="全部历史对话")


def _add_recovery(command: Any) -> None:
    commands = command("recovery", "恢复密钥：系统密钥环丢失或忘记口令时打开资料库").add_subparsers(
        title="命令", metavar="命令", required=True
    )
    command("new", "生成新的恢复密钥，只显示一次；以前的作废", commands, "recovery new")
    command("use", "凭恢复密钥重新打开资料库（输入时不显示，也可从标准输入读取）", commands, "recovery use")
    commands = command("passphrase", "资料库口令").add_subparsers(title="命令", metavar="命令", required=True)
    command("change", "更换资料库口令", commands, "passphrase change")


def _positive(text: str) -> int:
    value = int(text) if text.isdecimal() else 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"应为正整数：{text}")
    return value
