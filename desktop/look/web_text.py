"""Words about the web search: its switch, its key, and the list of all requests."""

from __future__ import annotations

from datetime import datetime

from desktop import errors
from desktop.look.proof_text import PROVIDERS
from engine.api import Fault, OutboundRequest

WEB_TITLE = "联网搜索"
WEB_WORDS = (
    "只在知识包和网点资料都找不到依据时才用。每次都先显示将要发出的检索词，由您点“发送检索”；对话和文件不会发出。"
)
SWITCH = "资料不够时，可以提议联网搜索"
PROVIDER = "搜索服务"
KEY = "访问密钥"
KEY_KEPT = "已存入系统密钥环，可以填新的替换"
KEY_MISSING = "填写后存入系统密钥环，不写入文件"
KEEP_KEY = "保存密钥"
FORGET_KEY = "删除密钥"
REQUESTS = "发出过的请求"
NO_REQUESTS = "从未发出过任何请求。"
COLUMNS = ("时间", "用途", "发往", "内容", "结果")
PURPOSES = {"search": "检索", "page": "打开网页"}
FAILED = "没有成功"
FAILURES = {
    "": "没有完成",
    Fault.WEB_TIMEOUT: "超时",
    Fault.WEB_UNREACHABLE: "没有连上",
    Fault.WEB_UNTRUSTED: "证书不可信",
    Fault.WEB_KEY_REFUSED: "密钥被拒绝",
    Fault.WEB_BUSY: "对方繁忙",
    Fault.WEB_ADDRESS_REFUSED: "不是公网地址，未打开",
    Fault.WEB_SITE_BLOCKED: "策略不允许的网站",
    Fault.WEB_TOO_LARGE: "内容太大，未采用",
    Fault.WEB_TYPE_REFUSED: "不是网页，未采用",
}
ONLINE = "可联网"
ONLINE_NOTE = "本机资料不够时会提议联网搜索；不点“发送检索”，什么也不发出。"


def locked(policy_path: str) -> str:
    return f"本行的管理策略没有开放联网搜索，这里不能打开。确有需要时，请科技部门在 {policy_path} 中开通。"


def provider(name: str, host: str) -> str:
    return f"{PROVIDERS.get(name, name)}　{host}"


def request(made: OutboundRequest) -> tuple[str, ...]:
    """The cells of one row, in the order of COLUMNS."""
    content = made.query or made.url
    return local_time(made.at), PURPOSES.get(made.purpose, made.purpose), made.host, content, outcome(made)


def outcome(made: OutboundRequest) -> str:
    if made.outcome == "done":
        return f"完成　{errors.human_size(made.bytes_in)}"
    return FAILURES.get(made.outcome, FAILED)


def local_time(utc: str) -> str:
    """2026-11-23 20:05 from ISO 8601 in UTC, in this machine's time zone."""
    return datetime.fromisoformat(utc).astimezone().strftime("%Y-%m-%d %H:%M")
