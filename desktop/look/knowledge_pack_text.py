"""Words about knowledge packs: sets of documents that head office makes and signs."""

from __future__ import annotations

from desktop.look.catalogue import translate
from desktop.look.text import fingerprint, joined

PACKS_TITLE = translate("knowledge_packs", "知识包")
PACKS_WORDS = translate(
    "knowledge_packs",
    "总行制作并签名的成套资料，整体安装、更新和移除，回答问题时先查它们。把 .jkp 文件拖进窗口也可以安装。",
)
PACKS_EMPTY = translate("knowledge_packs", "还没有安装知识包。")
PACKS_INSTALL = translate("knowledge_packs", "安装知识包…")


def pack_version(version: str) -> str:
    return translate("knowledge_packs", "{version} 版").format(version=version)


def signed_by(public_key: str) -> str:
    return translate("knowledge_packs", "签名公钥 {fingerprint}").format(fingerprint=fingerprint(public_key))


def pack_reading(name: str, page_no: int, page_count: int) -> str:
    place = translate("knowledge_packs", "正在读取")
    if page_count:
        place = translate("knowledge_packs", "第 {page_no}/{page_count} 页").format(
            page_no=page_no, page_count=page_count
        )
    return joined((place, name))


def pack_installed(file_name: str, version: str, documents: int) -> str:
    return translate("knowledge_packs", "「{file_name}」已安装：{version} 版，{documents} 份文件。").format(
        file_name=file_name, version=version, documents=documents
    )


def remove_pack_question(title: str, documents: int) -> str:
    return translate("knowledge_packs", "移除知识包「{title}」和其中的 {documents} 份文件？以后可以再安装。").format(
        title=title, documents=documents
    )
