"""What each code of the engine's errors says in Chinese: what happened, and what to do. `errors` fills in the details.

Keyed by code: members of the StrEnums are equal to their strings. `network_sentences` has the codes of what comes from
elsewhere: the bank's server, the web, head office.
"""

from __future__ import annotations

from desktop.look.catalogue import translate
from desktop.network_sentences import NETWORK_FAULTS
from engine.api import DocumentFault, Fault, Rejection

FAULTS: dict[str, tuple[str, str]] = {
    **NETWORK_FAULTS,
    Fault.PACK_MISSING: (
        translate("errors", "缺少模型包「{pack}」。"),
        translate("errors", "请运行 jinpan pack build 制作默认模型包，或把已有的模型包文件夹放入模型目录。"),
    ),
    Fault.PACK_DAMAGED: (
        translate("errors", "模型包「{pack}」已损坏：文件 {file} 缺失或内容不对。"),
        translate("errors", "请删除该模型包文件夹，再运行 jinpan pack build {pack} 重新制作。"),
    ),
    Fault.PACK_UNSUPPORTED: (
        translate("errors", "模型包「{pack}」的结构（{architecture}）不受本版本支持。"),
        translate("errors", "请换用其他模型包，或升级本软件。"),
    ),
    Fault.PACK_LOAD_FAILED: (
        translate("errors", "模型包「{pack}」无法载入。"),
        translate("errors", "请运行 jinpan pack verify {pack} 检查文件；若文件完好，请把详情发给技术支持。"),
    ),
    Fault.PACK_OUTPUT_INVALID: (
        translate("errors", "模型包「{pack}」算出了无效的数值，无法作答。"),
        translate(
            "errors", "请运行 jinpan pack verify {pack} 检查文件；若文件完好，请换用另一个模型，并把详情发给技术支持。"
        ),
    ),
    Fault.TOKENIZER_MISMATCH: (
        translate(
            "errors",
            "模型包「{pack}」的分词器与模型不配套：编号 {token_id} 不是词表（{vocabulary_size} 个词元）中的词元。",
        ),
        translate("errors", "请换用与权重配套的分词器文件，重新制作模型包。"),
    ),
    Fault.PACK_BUSY: (
        translate("errors", "模型包「{pack}」正在由另一个程序制作。"),
        translate("errors", "请等它完成后再试。"),
    ),
    Fault.CHECKPOINT_PICKLED: (
        translate("errors", "检查点“{checkpoint}”的权重只有旧式 .bin 文件，且其内容无法安全读取。"),
        translate("errors", "请在可信的电脑上把它转换为 safetensors 格式后重试。"),
    ),
    Fault.WEIGHTS_UNAVAILABLE: (
        translate("errors", "无法取得模型权重「{package}」：网络不通，或软件源中没有它。"),
        translate(
            "errors", "请检查网络和 pip 软件源后重试（已下载的部分不会丢失），或用 --weights 指定本地权重文件夹。"
        ),
    ),
    Fault.WEIGHTS_DAMAGED: (
        translate("errors", "权重文件 {file} 校验不符，可能下载不完整或被改动。"),
        translate("errors", "请删除该文件后重试；若使用本地权重文件夹，请重新拷贝。"),
    ),
    Fault.DISK_FULL: (
        translate("errors", "磁盘空间不足：{path} 需要 {needed_bytes}，只剩 {free_bytes}。"),
        translate("errors", "请清理磁盘，或用 --home 把数据目录换到空间更大的磁盘；已有内容没有丢失。"),
    ),
    Fault.MEMORY_SHORT: (
        translate("errors", "内存不足：需要 {needed_bytes}，目前可用 {free_bytes}。"),
        translate("errors", "请关闭其他程序后重试，或换用较小的模型包（窗口左下角，命令行用 --pack）。"),
    ),
    Fault.CPU_UNSUPPORTED: (
        translate("errors", "这台电脑的处理器缺少 {feature} 指令，无法运行检索库。"),
        translate("errors", "请换用较新的电脑（2015 年以后的处理器一般都支持）。"),
    ),
    Fault.KERNELS_MISSING: (
        translate("errors", "快速计算内核没有装上，回答照常，但阅读资料的时间约为两倍。"),
        translate("errors", "请重新安装本程序；仍然如此时请联系科技部门。"),
    ),
    Fault.KEYRING_UNUSABLE: (
        translate("errors", "系统密钥环不可用，无法自动取得数据密钥。"),
        translate("errors", "请在终端中运行并输入口令，或用 --passphrase-file 指定口令文件。"),
    ),
    Fault.PASSPHRASE_WRONG: (
        translate("errors", "口令不正确，资料库没有打开。"),
        translate("errors", "请重新输入；忘记口令时，可凭设置时抄下的恢复密钥运行 jinpan recovery use。"),
    ),
    Fault.KEY_MISSING: (
        translate("errors", "数据目录 {home} 中有加密的资料库，但系统密钥环里找不到它的密钥。"),
        translate(
            "errors",
            "请用原来的系统账户登录；账户已重装时，请凭恢复密钥运行 jinpan recovery use；"
            "都没有时，换一个数据目录重新导入文档。",
        ),
    ),
    Fault.KEY_FILE_DAMAGED: (
        translate("errors", "密钥文件 {path} 已损坏，资料库没有打开，其中内容没有改动。"),
        translate("errors", "请凭恢复密钥运行 jinpan recovery use，或从备份恢复这个文件。"),
    ),
    Fault.RECOVERY_KEY_NONE: (
        translate("errors", "资料库 {home} 没有恢复密钥：系统账户重装或口令忘记后将无法打开。"),
        translate("errors", "请趁资料库还能打开时运行 jinpan recovery new，抄下恢复密钥交科技部门保管。"),
    ),
    Fault.HOME_IN_USE: (
        translate("errors", "数据目录 {home} 正被另一个金磐助手使用。"),
        translate("errors", "请先关闭那个窗口或命令，再重试。"),
    ),
    Fault.HOME_UNWRITABLE: (
        translate("errors", "数据目录 {home} 无法写入。"),
        translate("errors", "请检查文件夹权限，或用 --home 换一个可以写入的文件夹。"),
    ),
    Fault.LEDGER_DAMAGED: (
        translate("errors", "资料库文件 {path} 已损坏或丢失，无法打开；没有改动任何文件。"),
        translate("errors", "请勿删除该文件，先用最近的备份恢复；没有备份时可换一个数据目录重新导入文档。"),
    ),
    Fault.LEDGER_TOO_NEW: (
        translate("errors", "资料库 {path} 由更新版本的软件创建（格式 {version}），本版本不能打开。"),
        translate("errors", "请升级本软件后再打开。"),
    ),
    Fault.INDEX_EMBEDDER_CHANGED: (
        translate("errors", "检索索引与现在的向量模型不匹配。"),
        translate("errors", "请换回原来的向量模型包，或重新打开软件以重建索引。"),
    ),
    Fault.OCR_UNUSABLE: (
        translate("errors", "扫描件的文字识别不可用。"),
        translate("errors", "请重新安装本程序；文字版文档不受影响。"),
    ),
    Fault.PARSER_UNUSABLE: (
        translate("errors", "文档解析程序无法启动。"),
        translate("errors", "请重新安装本软件；若安全软件拦截了子进程，请把本软件加入信任名单。"),
    ),
    Fault.DEPENDENCY_CONFLICT: (
        translate("errors", "运行环境中的组件有冲突，模型推理库不能正常使用。"),
        translate("errors", "请删除安装目录中的 .venv 文件夹，再重新运行安装命令。"),
    ),
    Fault.DISPLAY_MISSING: (
        translate("errors", "没有可用的图形界面，无法打开窗口。"),
        translate("errors", '请在桌面环境中运行，或改用命令行：jinpan ask "问题"。'),
    ),
    Fault.LIBRARY_MISSING: (
        translate("errors", "系统缺少窗口所需的组件：{library}。"),
        translate(
            "errors", '请由管理员安装 installer/linux/packages.txt 中列出的软件包，或改用命令行：jinpan ask "问题"。'
        ),
    ),
}

REJECTIONS: dict[str, tuple[str, str]] = {
    Rejection.QUESTION_EMPTY: (translate("errors", "问题是空的。"), translate("errors", "请输入要咨询的内容。")),
    Rejection.QUESTION_TOO_LONG: (
        translate("errors", "问题太长：共 {length} 字，最多 {limit} 字。"),
        translate("errors", "请缩短问题，或拆成几个问题分别提问。"),
    ),
    Rejection.CONTEXT_OVERFLOW: (
        translate("errors", "内容超出模型能读的长度：需要 {length} 个词元，最多 {limit} 个。"),
        translate("errors", "请缩短问题，或开始新的对话。"),
    ),
    Rejection.RECOVERY_KEY_INCOMPLETE: (
        translate("errors", "恢复密钥应有 {expected} 个字符，输入了 {length} 个。"),
        translate("errors", "请对照抄下的恢复密钥，把八组都输入完整。"),
    ),
    Rejection.RECOVERY_KEY_MISTYPED: (
        translate("errors", "恢复密钥的第 {groups} 组有误。"),
        translate("errors", "请对照抄下的恢复密钥，检查这几组的字符和先后次序。"),
    ),
    Rejection.RECOVERY_KEY_WRONG: (
        translate("errors", "这个恢复密钥打不开这个资料库，它可能属于另一个资料库，或已经作废。"),
        translate("errors", "请核对数据目录，并使用最近一次生成的恢复密钥。"),
    ),
    Rejection.PASSPHRASE_NOT_USED: (
        translate("errors", "这个资料库由系统密钥环保护，没有口令。"),
        translate("errors", "不需要更换口令。"),
    ),
    Rejection.HOME_EMPTY: (
        translate("errors", "数据目录 {home} 中还没有资料库。"),
        translate("errors", "请检查 --home，或先打开一次软件。"),
    ),
    Rejection.DOCUMENT_UNKNOWN: (
        translate("errors", "资料库中没有这份文档（{document_id}）。"),
        translate("errors", "请用 jinpan documents 查看现有文档。"),
    ),
    Rejection.CONVERSATION_UNKNOWN: (
        translate("errors", "没有保存这次对话（{conversation_id}），可能已经删除。"),
        translate("errors", "请用 jinpan history list 查看保存的对话。"),
    ),
    Rejection.PAGE_UNKNOWN: (translate("errors", "文档中没有第 {page_no} 页。"), translate("errors", "请检查页码。")),
    Rejection.KNOWLEDGE_PACK_UNKNOWN: (
        translate("errors", "没有安装名为「{pack}」的知识包。"),
        translate("errors", "请用 jinpan kb list 查看已安装的知识包。"),
    ),
    Rejection.KNOWLEDGE_PACK_FIXED: (
        translate("errors", "内置知识随程序提供，不能单独移除。"),
        translate("errors", "升级程序时它会一起更新。"),
    ),
    Rejection.DOCUMENT_OF_PACK: (
        translate("errors", "这份文档属于知识包「{pack}」，不能单独移除。"),
        translate("errors", "如不再需要，请用 jinpan kb remove {pack} 移除整个知识包。"),
    ),
    Rejection.PATH_EXISTS: (
        translate("errors", "文件 {path} 已经存在，没有覆盖它。"),
        translate("errors", "请换一个文件名，或先移走原文件。"),
    ),
    Rejection.KNOWLEDGE_PACK_OLDER: (
        translate("errors", "知识包「{pack}」已安装 {installed} 版，比这个文件的 {version} 版新。"),
        translate("errors", "如确要退回旧版，请先用 jinpan kb remove {pack} 移除现有版本。"),
    ),
    Rejection.PATH_MISSING: (
        translate("errors", "找不到文件或文件夹：{path}。"),
        translate("errors", "请检查路径是否正确、磁盘是否已连接。"),
    ),
    Rejection.COLLECTION_UNKNOWN: (
        translate("errors", "这个文件集已经不在了。"),
        translate("errors", "请重新选择文件集。"),
    ),
    Rejection.COLLECTION_EXISTS: (
        translate("errors", "已经有名为「{name}」的文件集。"),
        translate("errors", "请换一个名称。"),
    ),
    Rejection.COLLECTION_NAME_INVALID: (
        translate("errors", "文件集的名称要有 1 到 {limit} 个字，现在是 {length} 个。"),
        translate("errors", "请改一个名称。"),
    ),
    Rejection.TEMPLATE_INVALID: (
        translate("errors", "对话模板文件 {path} 无效。"),
        translate("errors", "请按用户手册改正后重试：各角色的前后文字、回答的开头和停止词都要写明。"),
    ),
    Rejection.WEB_QUERY_PERSONAL: (
        translate("errors", "搜索词里还有客户的个人信息（{kinds}），没有发送。"),
        translate("errors", "请删去姓名、证件号、卡号、手机号等内容后再发送。"),
    ),
    Rejection.WEB_QUERY_TOO_LONG: (
        translate("errors", "搜索词太长：共 {length} 字，最多 {limit} 字；没有发送。"),
        translate("errors", "请缩短后再发送。"),
    ),
    Rejection.OPTION_FIXED: (
        translate("errors", "这项设置（{option}）由科技部门在管理策略中固定，不能在这里更改。"),
        translate("errors", "如需更改，请联系科技部门（{path}）。"),
    ),
    Rejection.WATCHING_OFF: (
        translate("errors", "关注文件夹已关闭，不能添加。"),
        translate("errors", "可在“设置 → 文件夹”中打开；那里显示为锁定时，请联系科技部门。"),
    ),
    Rejection.OPTION_INVALID: (
        translate("errors", "选项 {option} 的值不正确：{value}。"),
        translate("errors", "请改正后重试；可加 --help 查看用法。"),
    ),
}

DOCUMENT_FAULTS: dict[str, tuple[str, str]] = {
    DocumentFault.EMPTY_FILE: (
        translate("errors", "文件是空的（0 字节）。"),
        translate("errors", "请重新下载或拷贝这份文件。"),
    ),
    DocumentFault.NOT_A_PDF: (
        translate("errors", "文件内容不是 PDF。"),
        translate("errors", "请用原程序另存为 PDF 后再导入。"),
    ),
    DocumentFault.CONTENT_MISMATCH: (
        translate("errors", "文件内容与后缀 {suffix} 不符，可能已损坏或被改名。"),
        translate("errors", "请用原程序打开，另存为 docx、xlsx、pptx 或 PDF 后再导入。"),
    ),
    DocumentFault.ENCRYPTED: (
        translate("errors", "文件有打开密码，无法读取。"),
        translate("errors", "PDF 请输入密码后导入；其他文件请用原程序打开，另存为无密码的文件后再导入。"),
    ),
    DocumentFault.PASSWORD_WRONG: (
        translate("errors", "密码不对，文件没有打开。"),
        translate("errors", "请核对后重试。"),
    ),
    DocumentFault.BROKEN: (
        translate("errors", "文件已损坏，无法解析。"),
        translate("errors", "请重新获取这份文件，或用 PDF 阅读器打开后另存一份。"),
    ),
    DocumentFault.NO_PAGES: (
        translate("errors", "文件中没有任何页面，可能已损坏。"),
        translate("errors", "请重新获取这份文件。"),
    ),
    DocumentFault.NO_TEXT: (
        translate("errors", "整份文件没有文字层，像是扫描件。"),
        translate("errors", "请先用文字识别软件转成可复制文字的 PDF，再导入。"),
    ),
    DocumentFault.OCR_FAILED: (
        translate("errors", "页面是扫描图像，文字识别没有成功。"),
        translate("errors", "请检查该页是否清晰，重新扫描（建议 200 dpi 以上）后再导入；其余页面不受影响。"),
    ),
    DocumentFault.OCR_TIMEOUT: (
        translate("errors", "页面是扫描图像，文字识别超时。"),
        translate("errors", "请在电脑空闲时重新导入，或降低该页的扫描尺寸；其余页面不受影响。"),
    ),
    DocumentFault.OCR_UNUSABLE: (
        translate("errors", "页面是扫描图像，而本机的文字识别不可用。"),
        translate("errors", "请重新安装本程序，再导入这份文件；其余页面不受影响。"),
    ),
    DocumentFault.SCANNED_PAGE: (
        translate("errors", "页面是扫描图像，没有文字。"),
        translate("errors", "请对该页做文字识别后重新导入；其余页面不受影响。"),
    ),
    DocumentFault.GARBLED_TEXT: (
        translate("errors", "页面的文字层是乱码，与印出的字不符。"),
        translate("errors", "请换一份文字可以正常复制的文件，或对该页做文字识别；其余页面不受影响。"),
    ),
    DocumentFault.PAGE_BROKEN: (
        translate("errors", "页面内容已损坏，无法读取。"),
        translate("errors", "请用 PDF 阅读器另存一份后重新导入；其余页面不受影响。"),
    ),
    DocumentFault.PAGE_TIMEOUT: (
        translate("errors", "页面过于复杂，在时限内没有读完。"),
        translate("errors", "请把该页另存为简单的 PDF 后重新导入；其余页面不受影响。"),
    ),
    DocumentFault.TOO_LARGE: (
        translate("errors", "文件太大：{size_bytes}，上限 {limit_bytes}。"),
        translate("errors", "请拆分成几份后再导入。"),
    ),
    DocumentFault.TOO_MANY_PAGES: (
        translate("errors", "页数太多：{pages} 页，上限 {limit} 页。"),
        translate("errors", "请拆分成几份后再导入。"),
    ),
    DocumentFault.TIMEOUT: (
        translate("errors", "解析超过 {limit_s} 秒仍未完成，已停止。"),
        translate("errors", "请拆分成几份，或另存为简单的 PDF 后再导入。"),
    ),
    DocumentFault.MEMORY: (
        translate("errors", "解析这份文件需要的内存超过上限，已停止。"),
        translate("errors", "请拆分成几份后再导入。"),
    ),
    DocumentFault.PARSER_CRASHED: (
        translate("errors", "解析这份文件时解析程序意外退出（代码 {exit_code}），软件和其他文档不受影响。"),
        translate("errors", "请用 PDF 阅读器另存一份后再试。"),
    ),
    DocumentFault.VANISHED: (
        translate("errors", "读取之前文件已被移走或删除。"),
        translate("errors", "请确认文件仍在原处后重新导入。"),
    ),
    DocumentFault.UNREADABLE: (
        translate("errors", "没有权限读取，或文件正被其他程序占用。"),
        translate("errors", "请关闭占用它的程序或调整权限后重新导入。"),
    ),
    DocumentFault.UNSUPPORTED: (
        translate("errors", "不支持的文件类型（{suffix}）。"),
        translate("errors", "请用原程序打开，另存为 docx、xlsx、pptx 或 PDF 后再导入。"),
    ),
}
