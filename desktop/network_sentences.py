"""What errors of the bank's server, the web, shared knowledge, knowledge packs and policy say; see `sentences`."""

from __future__ import annotations

from desktop.look.catalogue import translate
from engine.api import Fault

NETWORK_FAULTS: dict[str, tuple[str, str]] = {
    Fault.KNOWLEDGE_PACK_DAMAGED: (
        translate("errors", "知识包 {path} 不完整或被改动过，没有安装。"),
        translate("errors", "请向总行重新索取该文件，核对大小后再安装。"),
    ),
    Fault.SHARED_UNREACHABLE: (
        translate("errors", "总行共享知识库「{name}」暂时无法访问。"),
        translate("errors", "本机的资料照常可用；请检查内网连接，稍后会自动重试。"),
    ),
    Fault.SHARED_KEY_MISSING: (
        translate("errors", "这台电脑还没有共享知识库「{name}」的密钥。"),
        translate("errors", "请向总行取得密钥文件，用 jinpan kb key import 导入。"),
    ),
    Fault.SHARED_KEY_WRONG: (
        translate("errors", "共享知识库「{name}」不能用现有的密钥打开。"),
        translate("errors", "总行可能已更换密钥，请取得新的密钥文件并重新导入。"),
    ),
    Fault.SHARED_KEY_FILE_INVALID: (
        translate("errors", "{path} 不是有效的共享知识库密钥文件。"),
        translate("errors", "请向总行重新索取。"),
    ),
    Fault.SHARED_EMBEDDER_DIFFERS: (
        translate("errors", "共享知识库「{name}」由另一个向量模型制作，不能与本机的一起检索。"),
        translate("errors", "请把程序升级到与总行相同的版本。"),
    ),
    Fault.SHARED_NOT_ALLOWED: (
        translate("errors", "本机没有获准使用共享知识库。"),
        translate("errors", "请由科技部门在 {path} 中写明它的位置。"),
    ),
    Fault.KNOWLEDGE_PACK_UNTRUSTED: (
        translate("errors", "知识包 {path} 的签名者不在本机信任之列，没有安装。"),
        translate(
            "errors",
            "请确认文件来自总行；确认无误的，请科技部门把签名公钥（{signer}，完整的在详情中）写入管理策略文件。",
        ),
    ),
    Fault.SIGNING_KEY_UNUSABLE: (
        translate("errors", "签名私钥 {path} 用不了：文件不存在、不是 jinpan kb new-key 所建，或口令不对。"),
        translate("errors", "请核对路径和口令后重试。"),
    ),
    Fault.POLICY_INVALID: (
        translate("errors", "管理策略文件 {path} 第 {line} 行不正确，其中的许可全部不生效。"),
        translate("errors", "请联系本行科技部门改正该文件；用户自己不能修改它。"),
    ),
    Fault.ENDPOINT_NOT_ALLOWED: (
        translate("errors", "本机的管理策略没有允许使用内网模型。"),
        translate("errors", "请改选本机的模型包，或请科技部门在 {path} 中开通。"),
    ),
    Fault.ENDPOINT_KEY_MISSING: (
        translate("errors", "还没有保存内网模型（{host}）的访问密钥。"),
        translate("errors", "请向科技部门领取密钥，再运行 jinpan endpoint set-key。"),
    ),
    Fault.ENDPOINT_KEYRING_UNUSABLE: (
        translate("errors", "系统密钥环不可用，无法存取内网模型的访问密钥。"),
        translate("errors", "请先解锁或启用系统密钥环；访问密钥不会存到别处。"),
    ),
    Fault.ENDPOINT_KEY_REFUSED: (
        translate("errors", "内网模型（{host}）拒绝了访问密钥（状态 {status}）。"),
        translate("errors", "请向科技部门核对密钥和权限，运行 jinpan endpoint set-key 重新保存，再重新打开本软件。"),
    ),
    Fault.ENDPOINT_NAME_UNKNOWN: (
        translate("errors", "找不到内网模型的主机 {host}：域名无法解析。"),
        translate("errors", "请检查是否已接入内网；若已接入，请把详情发给科技部门。"),
    ),
    Fault.ENDPOINT_UNREACHABLE: (
        translate("errors", "连接不上内网模型的主机 {host}。"),
        translate("errors", "请检查内网连接；若网络正常，请联系科技部门确认服务已启动。"),
    ),
    Fault.ENDPOINT_UNTRUSTED: (
        translate("errors", "内网模型的主机 {host} 的证书无法验证，已停止连接，没有发送任何内容。"),
        translate("errors", "请联系科技部门：更换证书，或在管理策略中填写签发机构的证书文件。"),
    ),
    Fault.ENDPOINT_CONNECT_TIMEOUT: (
        translate("errors", "{limit_s} 秒内没有连上内网模型的主机 {host}。"),
        translate("errors", "请检查内网连接后重试。"),
    ),
    Fault.ENDPOINT_FIRST_TOKEN_TIMEOUT: (
        translate("errors", "内网模型（{host}）收到了问题，但 {limit_s} 秒内没有开始回答。"),
        translate("errors", "可能正忙，请稍后重试；若总是如此，请联系科技部门。"),
    ),
    Fault.ENDPOINT_STALLED: (
        translate("errors", "内网模型（{host}）答到一半停住了，{limit_s} 秒没有新内容，回答不完整。"),
        translate("errors", "请重新提问；若总是如此，请联系科技部门。"),
    ),
    Fault.ENDPOINT_BROKEN: (
        translate("errors", "与内网模型（{host}）的连接中断，回答不完整。"),
        translate("errors", "请重新提问；若总是如此，请检查内网连接或联系科技部门。"),
    ),
    Fault.ENDPOINT_BUSY: (
        translate("errors", "内网模型（{host}）正忙（状态 {status}）。"),
        translate("errors", "请过一会儿再提问。"),
    ),
    Fault.ENDPOINT_NOT_FOUND: (
        translate("errors", "内网服务器上没有这个地址或模型：{url}，模型 {model}。"),
        translate("errors", "请联系科技部门核对管理策略中的地址和模型名称。"),
    ),
    Fault.ENDPOINT_REDIRECTED: (
        translate("errors", "内网服务器 {url} 要求转到别的地址（状态 {status}），出于安全没有跟随。"),
        translate("errors", "请联系科技部门把管理策略改为最终的地址。"),
    ),
    Fault.ENDPOINT_FAILED: (
        translate("errors", "内网模型（{host}）报告处理失败（状态 {status}）。"),
        translate("errors", "请稍后重试；若总是如此，请把详情发给科技部门。"),
    ),
    Fault.ENDPOINT_ANSWER_INVALID: (
        translate("errors", "内网模型（{host}）返回的内容不符合约定，已停止读取。"),
        translate("errors", "请联系科技部门确认管理策略中的地址确实是模型服务。"),
    ),
    Fault.WEB_NOT_ALLOWED: (
        translate("errors", "本机的管理策略没有允许联网搜索，没有发送任何内容。"),
        translate("errors", "确有需要时，请科技部门在 {path} 中开通。"),
    ),
    Fault.WEB_SWITCHED_OFF: (
        translate("errors", "联网搜索没有打开，没有发送任何内容。"),
        translate("errors", "需要时请在设置中打开，或运行 jinpan web on。"),
    ),
    Fault.WEB_PROVIDER_MISSING: (
        translate("errors", "管理策略允许联网搜索，但没有可用的搜索服务。"),
        translate("errors", "请科技部门在 {path} 中写明搜索服务。"),
    ),
    Fault.WEB_KEY_MISSING: (
        translate("errors", "还没有保存搜索服务（{host}）的访问密钥，没有发送任何内容。"),
        translate("errors", "请向科技部门领取密钥，再运行 jinpan web key {provider}，或在设置中填写。"),
    ),
    Fault.WEB_KEYRING_UNUSABLE: (
        translate("errors", "系统密钥环不可用，无法存取搜索服务的访问密钥。"),
        translate("errors", "请先解锁或启用系统密钥环；访问密钥不会存到别处。"),
    ),
    Fault.WEB_KEY_REFUSED: (
        translate("errors", "搜索服务（{host}）拒绝了访问密钥（状态 {status}）。"),
        translate(
            "errors", "请向科技部门核对密钥、权限和余额，再运行 jinpan web key 重新保存；下面是本地资料中最接近的内容。"
        ),
    ),
    Fault.WEB_UNREACHABLE: (
        translate("errors", "联网搜索没有成功：连接不上 {host}。"),
        translate("errors", "请检查网络后重试；下面是本地资料中最接近的内容。"),
    ),
    Fault.WEB_UNTRUSTED: (
        translate("errors", "{host} 的证书无法验证，已停止连接，没有发送问题。"),
        translate("errors", "请联系科技部门；下面是本地资料中最接近的内容。"),
    ),
    Fault.WEB_TIMEOUT: (
        translate("errors", "{host} 在 {limit_s} 秒内没有答复，联网搜索没有成功。"),
        translate("errors", "请稍后重试；下面是本地资料中最接近的内容。"),
    ),
    Fault.WEB_BUSY: (
        translate("errors", "搜索服务（{host}）正忙或今天的次数已用完（状态 {status}）。"),
        translate("errors", "请过一会儿再试；下面是本地资料中最接近的内容。"),
    ),
    Fault.WEB_FAILED: (
        translate("errors", "{host} 没有正常答复（状态 {status}）。"),
        translate("errors", "请稍后重试；若总是如此，请联系科技部门。"),
    ),
    Fault.WEB_REDIRECTED: (
        translate("errors", "{host} 要求转到别的地址（状态 {status}），出于安全没有继续跟随。"),
        translate("errors", "若是搜索服务，请联系科技部门核对地址。"),
    ),
    Fault.WEB_ANSWER_INVALID: (
        translate("errors", "{host} 返回的内容不符合约定，没有采用。"),
        translate("errors", "请稍后重试；若总是如此，请科技部门确认该地址确实是搜索服务，并已按说明开通接口。"),
    ),
    Fault.WEB_ADDRESS_REFUSED: (
        translate("errors", "{host} 指向内部网络的地址，出于安全没有打开。"),
        translate("errors", "确需打开的内网网页，请科技部门在管理策略中写明主机。"),
    ),
    Fault.WEB_SITE_BLOCKED: (
        translate("errors", "管理策略不允许打开网站 {host}。"),
        translate("errors", "确有需要时，请联系科技部门。"),
    ),
    Fault.WEB_TOO_LARGE: (
        translate("errors", "{host} 的内容超过上限 {limit_bytes}，没有采用。"),
        translate("errors", "请改用其他来源。"),
    ),
    Fault.WEB_TYPE_REFUSED: (
        translate("errors", "{host} 的内容（{type}）不是网页、文本或 PDF，没有采用。"),
        translate("errors", "请改用其他来源。"),
    ),
    Fault.WEB_NOTHING_FOUND: (
        translate("errors", "联网搜索没有找到相关网页。"),
        translate("errors", "请换一种说法再试；下面是本地资料中最接近的内容。"),
    ),
    Fault.WEB_PAGES_UNREADABLE: (
        translate("errors", "联网搜索找到 {pages} 个网页，但都无法读取。"),
        translate("errors", "请稍后重试或换一种说法；下面是本地资料中最接近的内容。"),
    ),
}
