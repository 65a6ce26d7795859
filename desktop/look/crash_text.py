"""Words for what nobody foresaw."""

from __future__ import annotations

from desktop.look.catalogue import translate

UNEXPECTED = translate("crash", "程序遇到了一个意外的错误，已经保存的内容没有丢失。")
UNEXPECTED_ACTION = translate("crash", "可以继续使用；如果再次出现，请复制详情并发给科技部门。")
ENDED = translate("crash", "程序上次意外退出了，已经保存的内容没有丢失。")
ENDED_ACTION = translate("crash", "可以继续使用；如果再次出现，请复制详情并发给科技部门。")
