"""Words about the web search: its switch, its key, and the list of all requests."""

from __future__ import annotations

from datetime import datetime

from desktop import errors
from desktop.look.catalogue import translate
from desktop.look.proof_text import PROVIDERS
from engine.api import Fault, OutboundRequest

WEB_TITLE = translate("web", "联网搜索")
WEB_WORDS = translate(
    "web",
    "只在知识包和网点资料都找不到依据时才用。每次都先显示将要发出的检索词，由您点“发送检索”；对话和文件不会发出。",
)
SWITCH = translate("web", "资料不够时，可以提议联网搜索")
PROVIDER = translate("web", "搜索服务")
KEY = translate("web", "访问密钥")
KEY_KEPT = translate("web", "已存入系统密钥环，可以填新的替换")
KEY_MISSING = translate("web", "填写后存入系统密钥环，不写入文件")
KEEP_KEY = translate("web", "保存密钥")
FORGET_KEY = translate("web", "删除密钥")
REQUESTS = translate("web", "发出过的请求")
NO_REQUESTS = translate("web", "从未发出过任何请求。")
COLUMNS = (
    translate("web", "时间"),
    translate("web", "用途"),
    translate("web", "发往"),
    translate("web", "内容"),
    translate("web", "结果"),
)
PURPOSES = {"search": translate("web", "检索"), "page": translate("web", "打开网页")}
FAILED = translate("web", "没有成功")
FAILURES = {
    "": translate("web", "没有完成"),
    Fault.WEB_TIMEOUT: translate("web", "超时"),
    Fault.WEB_UNREACHABLE: translate("web", "没有连上"),
    Fault.WEB_UNTRUSTED: translate("web", "证书不可信"),
    Fault.WEB_KEY_REFUSED: translate("web", "密钥被拒绝"),
    Fault.WEB_BUSY: translate("web", "对方繁忙"),
    Fault.WEB_ADDRESS_REFUSED: translate("web", "不是公网地址，未打开"),
    Fault.WEB_SITE_BLOCKED: translate("web", "策略不允许的网站"),
    Fault.WEB_TOO_LARGE: translate("web", "内容太大，未采用"),
    Fault.WEB_TYPE_REFUSED: translate("web", "不是网页，未采用"),
}
FIXED = translate("web", "由科技部门在管理策略中固定。")
ONLINE = translate("web", "可联网")
ONLINE_NOTE = translate("web", "本机资料不够时会提议联网搜索；不点“发送检索”，什么也不发出。")


def locked(policy_path: str) -> str:
    return translate(
        "web", "本行的管理策略没有开放联网搜索，这里不能打开。确有需要时，请科技部门在 {policy_path} 中开通。"
    ).format(policy_path=policy_path)


def provider(name: str, host: str) -> str:
    return f"{PROVIDERS.get(name, name)}　{host}"


def request(made: OutboundRequest) -> tuple[str, ...]:
    """The cells of one row, in the order of COLUMNS."""
    content = made.query or made.url
    return local_time(made.at), PURPOSES.get(made.purpose, made.purpose), made.host, content, outcome(made)


def outcome(made: OutboundRequest) -> str:
    if made.outcome == "done":
        return translate("web", "完成　{size}").format(size=errors.human_size(made.bytes_in))
    return FAILURES.get(made.outcome, FAILED)


def local_time(utc: str) -> str:
    """2026-11-23 20:05 from ISO 8601 in UTC, in this machine's time zone."""
    return datetime.fromisoformat(utc).astimezone().strftime("%Y-%m-%d %H:%M")
