"""Every word on screen about the recovery key; the rest is in `desktop.look.text`."""

from __future__ import annotations

from desktop.look.catalogue import translate
from desktop.look.text import APP_NAME, RECOVERY_KEEP

RECOVERY_TITLE = translate("recovery", "恢复密钥")
RECOVERY_WORDS = translate(
    "recovery",
    "电脑重装、系统账户丢失或忘记口令时，凭它才能再打开资料库。它只显示这一次，软件不保存，以后无法再看。\n"
    "请抄在纸上或存到移动盘，交科技部门保管，不要留在这台电脑上：拿到它和这里数据的人能读到全部资料。",
)
RECOVERY_COPY = translate("recovery", "复制")
RECOVERY_COPIED = translate("recovery", "已复制。粘贴保存后，请把剪贴板换成别的内容。")
RECOVERY_SAVE = translate("recovery", "保存到文件…")
RECOVERY_FILE_NAME = translate("recovery", "金磐助手恢复密钥.txt")
RECOVERY_KEPT = translate("recovery", "已抄下或存好，并会交给科技部门保管")
RECOVERY_DONE = translate("recovery", "继续")
RECOVERY_MENU = translate("recovery", "恢复密钥…")
RECOVERY_MAKE = translate("recovery", "生成恢复密钥")
RECOVERY_RENEW = translate("recovery", "恢复密钥只在生成时显示一次。可以现在生成一把新的，以前的从此作废。")
RECOVERY_NONE = translate("recovery", "资料库还没有恢复密钥。电脑重装、系统账户丢失或忘记口令后，将无法再打开。")
RECOVERY_ADVICE = translate("recovery", "请和科技部门一起操作，生成后交他们保管。")
RECOVER_TITLE = translate("recovery", "用恢复密钥打开资料库")
RECOVER_FIELD = translate("recovery", "恢复密钥，8 组，每组 5 个字符")
RECOVER_FORGOTTEN = translate("recovery", "忘记口令时，可以用恢复密钥打开资料库并设置新口令。")


def recovery_file(recovery_key: str) -> str:
    """What the file holds that the key is saved to."""
    return f"{APP_NAME}　{RECOVERY_TITLE}\n\n{recovery_key}\n\n{RECOVERY_KEEP}\n"


def recovery_saved(path: str) -> str:
    return translate("recovery", "已保存到 {path}。交给科技部门后，请从这台电脑删除该文件。").format(path=path)


def recovery_not_saved(path: str) -> str:
    return translate("recovery", "没有保存成功：{path} 无法写入。请换一个位置，或抄在纸上。").format(path=path)


def recover_words(reason: str) -> str:
    return translate("recovery", "{reason}\n请输入设置时交给科技部门的恢复密钥，大小写、空格和横线都不影响。").format(
        reason=reason
    )
