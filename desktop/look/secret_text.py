"""Words about the passphrase of the library and the password of a locked document."""

from __future__ import annotations

from desktop.look.catalogue import translate

# ---- passphrase
PASSPHRASE_TITLE = translate("secret", "资料库口令")
PASSPHRASE_NEW = translate(
    "secret", "这台电脑没有可用的系统密钥环。请设置一个口令来加密资料库。忘记口令就无法再打开资料库。"
)
PASSPHRASE_OPEN = translate("secret", "资料库由口令保护，请输入口令。")
PASSPHRASE_FIELD = translate("secret", "口令")
PASSPHRASE_AGAIN = translate("secret", "再输一次")
PASSPHRASE_SHORT = translate("secret", "口令至少 8 个字符。")
PASSPHRASE_DIFFERS = translate("secret", "两次输入不一致。")
PASSPHRASE_WRONG = translate("secret", "口令不对，请再试一次。")
PASSPHRASE_CANCEL = translate("secret", "退出")
PASSPHRASE_FORGOTTEN = translate("secret", "忘记口令")

# ---- a locked document
PASSWORD_TITLE = translate("secret", "打开密码")
PASSWORD_FIELD = translate("secret", "密码")
PASSWORD_WRONG = translate("secret", "密码不对，请核对后再试。")


def password_words(name: str) -> str:
    return translate("secret", "「{name}」有打开密码。密码只用来打开这一次，不会保存。").format(name=name)
