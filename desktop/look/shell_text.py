"""Words of the rail, the help menu and the sheet of shortcuts."""

from __future__ import annotations

from desktop.look.catalogue import translate

ASK = translate("shell", "问答")
LIBRARY = translate("shell", "资料库")
WRITING = translate("shell", "写作")
CALCULATORS = translate("shell", "计算")
PREFERENCES = translate("shell", "设置")
HELP = translate("shell", "帮助")
RAIL = translate("shell", "页面")

GUIDE = translate("shell", "使用说明")
CONTENTS = translate("shell", "目录")
SHORTCUTS = translate("shell", "快捷键")
WELCOME = translate("shell", "初次使用")
ABOUT = translate("shell", "关于本软件")

TOGGLE_HISTORY = translate("shell", "显示或隐藏对话记录")

# ---- groups and names of shortcuts
EVERYWHERE = translate("shell", "任何页面")
IN_ASK = translate("shell", "问答")
IN_VIEWER = translate("shell", "原文")
GO_TO_QUESTION = translate("shell", "回到问题框")
NEW_CONVERSATION = translate("shell", "新对话")
EXPORT = translate("shell", "导出对话")
STOP_OR_CLOSE = translate("shell", "停止回答，或关闭原文")
CLOSE_WINDOW = translate("shell", "关闭软件")
SHEET_NOTE = translate("shell", "所有按钮和列表都可以用 Tab 到达，用空格或回车按下。")


def page_name(name: str, keys: str) -> str:
    """A page's name with its keys, for the tip over its button."""
    return translate("shell", "{name}（{keys}）").format(name=name, keys=keys)


# ---- about
def version(number: str) -> str:
    return translate("shell", "版本 {number}").format(number=number)


LICENCE = translate(
    "shell",
    "按 AGPL-3.0-or-later 许可发布。使用 PySide6（LGPL）、PyMuPDF（AGPL 或商业许可）、ONNX Runtime、LanceDB 等组件；"
    "全部组件的许可见安装目录的 LICENSE 与 README。图标为自绘。",
)
ABOUT_PRIVACY = translate("shell", "本软件不向外发送任何内容；联网搜索只在管理策略允许、您打开并逐次同意后进行。")
