"""Words of the page of preferences: every setting, its values, and what becomes of a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from desktop import errors
from desktop.look.catalogue import run_on, translate
from engine.api import ENDPOINT, Effect, Lock, Prediction, Value

PREFERENCES = translate("preferences", "设置")
GROUPS = translate("preferences", "设置的各组")
DAMAGED = translate("preferences", "您以前的设置读不出来，这次按默认设置打开。")
DAMAGED_ACTION = translate("preferences", "原来的文件已另存为 {name}，在数据目录里；请重新选择您要的设置。")

# ---- groups
DEVICE = translate("preferences", "模型与设备")
WEB = translate("preferences", "联网搜索")
FOLDERS = translate("preferences", "文件夹")
PRIVACY = translate("preferences", "隐私")
APPEARANCE = translate("preferences", "外观")
SHORTCUTS = translate("preferences", "快捷键")

# ---- what may be changed: name and a line of explanation
TITLES: Mapping[str, str] = {
    "generator_pack": translate("preferences", "回答用的模型"),
    "device": translate("preferences", "运行设备"),
    "threads": translate("preferences", "处理器线程"),
    "prefix_memory_mb": translate("preferences", "阅读缓存（内存）"),
    "prefix_disk_mb": translate("preferences", "阅读缓存（磁盘）"),
    "web_search": translate("preferences", "联网搜索"),
    "web_provider": translate("preferences", "搜索服务"),
    "watch_folders": translate("preferences", "关注文件夹"),
    "keep_history_months": translate("preferences", "对话记录保留"),
    "feedback_consent": translate("preferences", "评价可以导出"),
    "theme": translate("preferences", "主题"),
    "text_scale_percent": translate("preferences", "文字大小"),
    "language": translate("preferences", "语言"),
}
NOTES: Mapping[str, str] = {
    "device": translate("preferences", "自动：有可用的显卡就用显卡，否则用处理器。"),
    "threads": translate("preferences", "线程少一些，回答时其他程序更流畅。"),
    "prefix_memory_mb": translate("preferences", "读过的资料记在内存里，追问时不用重读；关闭时不会再占用。"),
    "prefix_disk_mb": translate("preferences", "每次对话的开头加密存在磁盘上，启动后第一问更快。"),
    "watch_folders": translate("preferences", "关注的文件夹里有增减或改动时，资料库自动跟上。"),
    "keep_history_months": translate(
        "preferences", "超过期限、没有置顶的对话自动删除；审计日志按管理策略另行保留。"
    ),
    "feedback_consent": translate(
        "preferences", "评价只存在本机；只有打开这一项，才会写进导出的文件，导出时隐去个人信息。"
    ),
    "theme": translate("preferences", "跟随系统时，系统切换到深色或高对比度，这里也随着切换。"),
    "text_scale_percent": translate("preferences", "在系统缩放之外，把窗口里的文字和图标一起放大。"),
    "language": translate("preferences", "界面的语言；资料和回答不变。"),
}
_EFFECTS: Mapping[Effect, str] = {
    Effect.NOW: "",
    Effect.MODEL: translate("preferences", "下次载入模型时生效。"),
    Effect.START: translate("preferences", "下次启动时生效。"),
}
_LOCKS: Mapping[Lock, str] = {
    Lock.FIXED: translate("preferences", "由科技部门在管理策略中固定。"),
    Lock.NOT_ALLOWED: translate("preferences", "管理策略没有开放，由科技部门决定。"),
}
OFF = translate("preferences", "关闭")
AUTOMATIC = translate("preferences", "自动")
FOR_EVER = translate("preferences", "一直保留")
DEVICES: Mapping[str, str] = {
    "auto": AUTOMATIC,
    "cpu": translate("preferences", "处理器"),
    "cuda": translate("preferences", "显卡（CUDA）"),
}
THEMES: Mapping[str, str] = {
    "system": translate("preferences", "跟随系统"),
    "light": translate("preferences", "浅色"),
    "dark": translate("preferences", "深色"),
    "contrast": translate("preferences", "高对比度"),
}
LANGUAGES: Mapping[str, str] = {"zh_CN": "中文", "en": "English"}  # each in its own words, whatever is spoken now


def note(name: str, effect: Effect) -> str:
    """The line below a setting: what it does, and from when on a change counts."""
    return run_on(NOTES.get(name, ""), _EFFECTS[effect])


def lock_reason(lock: Lock) -> str:
    return _LOCKS[lock]


def _threads(value: Value) -> str:
    return translate("preferences", "{count} 个").format(count=value) if value else AUTOMATIC


def _memory(value: Value) -> str:
    return errors.human_size(int(value) * 1024**2) if value else OFF


def _months(value: Value) -> str:
    return translate("preferences", "{count} 个月").format(count=value) if value else FOR_EVER


_VALUES: Mapping[str, Mapping[str, str] | Callable[[Value], str]] = {
    "device": DEVICES,
    "theme": THEMES,
    "language": LANGUAGES,
    "threads": _threads,
    "prefix_memory_mb": _memory,
    "prefix_disk_mb": _memory,
    "keep_history_months": _months,
    "text_scale_percent": lambda value: f"{value} %",
}


def value(name: str, value: Value) -> str:
    """A setting's value in words."""
    words = _VALUES[name]
    return words(value) if callable(words) else words[str(value)]


# ---- packs
CHOOSE_PACK = translate("preferences", "选用")
CHOSEN_PACK = translate("preferences", "使用中")
RECOMMENDED = translate("preferences", "适合这台电脑")
NO_PACKS = translate("preferences", "还没有安装能回答问题的模型包。")
MEASURE = translate("preferences", "测一测这台电脑")
MEASURING = translate("preferences", "正在测量，约需几秒…")
NOT_MEASURED = translate("preferences", "测量处理器和内存，估计每个模型要等多久，推荐合适的一个。")
TOO_LITTLE_MEMORY = translate("preferences", "内存不够：需要 {size}")
TOO_SLOW = translate("preferences", "太慢")
WEAK = translate("preferences", "模型太小，回答不一定可靠")


def choose_pack(name: str) -> str:
    return translate("preferences", "选用 {name}").format(name=name)


def prediction(found: Prediction) -> str:
    """What a pack would do on this machine, by the last measurement."""
    if not found.fits:
        return TOO_LITTLE_MEMORY.format(size=errors.human_size(found.needed_bytes))
    seconds = max(1, round(found.cold_ttft_s))
    waiting = translate("preferences", "首字约 {seconds} 秒，每秒约 {tokens:.0f} 词元").format(
        seconds=seconds, tokens=found.tokens_per_s
    )
    notes = [words for words, said in ((TOO_SLOW, not found.quick), (WEAK, found.weak)) if said]
    return translate("preferences", "，").join((waiting, *notes))


def advice(best: str, *, installed: bool, in_use: bool) -> str:
    """What the measurement recommends."""
    if not best:
        return translate(
            "preferences", "这台电脑跑不动任何一个模型；请科技部门提供内网模型服务，查资料和看原文不受影响。"
        )
    if in_use:
        return translate("preferences", "测过了：正在用的 {name} 就是最合适的。").format(name=best)
    if installed:
        return translate("preferences", "测过了：最合适的是 {name}，已安装，可以选用。").format(name=best)
    return translate("preferences", "测过了：最合适的是 {name}，还没有安装，请科技部门安装。").format(name=best)


def pack_name(name: str) -> str:
    return translate("preferences", "内网模型") if name == ENDPOINT else name


# ---- folders
WATCHED = translate("preferences", "关注的文件夹")
KNOWLEDGE_PACKS = translate("preferences", "知识包")
MANAGE = translate("preferences", "管理…")
PLACE = translate("preferences", "数据目录")
PLACE_NOTE = translate("preferences", "文件、对话和索引都在这里，加密保存；备份时复制整个目录。")
OPEN_PLACE = translate("preferences", "打开目录")
SIZES = translate("preferences", "占用磁盘")


def watched(count: int) -> str:
    if not count:
        return translate("preferences", "没有")
    return translate("preferences", "{count} 个文件夹").format(count=count)


def packs(count: int) -> str:
    if not count:
        return translate("preferences", "没有")
    return translate("preferences", "{count} 个知识包").format(count=count)


def sizes(library: int, index: int, packs: int, cache: int) -> str:
    return translate("preferences", "资料和对话 {library}，索引 {index}，模型包 {packs}，缓存 {cache}").format(
        library=errors.human_size(library),
        index=errors.human_size(index),
        packs=errors.human_size(packs),
        cache=errors.human_size(cache),
    )


# ---- privacy
DELETE_HISTORY = translate("preferences", "删除全部对话")
DELETE_ALL = translate("preferences", "删除…")
DELETE_HISTORY_NOTE = translate("preferences", "连同评价和审计日志里引用的内容一起抹去，不能恢复。审计日志本身保留。")
DELETE_HISTORY_QUESTION = translate("preferences", "删除全部对话？连同对它们的评价一起抹去，不能恢复。")
DELETE = translate("preferences", "全部删除")
DELETED = translate("preferences", "已删除全部对话。")
CANCEL = translate("preferences", "取消")
EXPORT_FEEDBACK = translate("preferences", "导出评价")
EXPORT_FEEDBACK_NOTE = translate("preferences", "写成 JSON Lines 文件，交给改进助手的人；只含允许导出的评价。")
EXPORT = translate("preferences", "导出…")
FEEDBACK_FILE = translate("preferences", "评价")
AUDIT = translate("preferences", "审计日志")
AUDIT_NOTE = translate("preferences", "谁在什么时候问了什么、用了哪些依据；改动会被发现。")
VIEW = translate("preferences", "查看…")
RECOVERY = translate("preferences", "恢复密钥")
RECOVERY_NOTE = translate("preferences", "忘记口令或密钥环丢失时，凭它打开资料库。新的做好后，旧的作废。")
RENEW = translate("preferences", "换一个…")


def exported(written: int, withheld: int) -> str:
    if not written:
        return translate("preferences", "没有允许导出的评价，没有写文件。")
    done = translate("preferences", "已写入 {count} 条评价。").format(count=written)
    if not withheld:
        return done
    return done + translate("preferences", "另有 {count} 条没有允许导出，留在本机。").format(count=withheld)
