"""Whether a sentence speaks to whoever reads it for the user: an order to a model, a role, a forged turn.

Measured in decision 34: the patterns were written on one half of the phrasings of `tests/benchmarks/attacks` and judged
by the other, and drop no sentence of 100 laws, the sample documents and the built-in entries. What they look for are
speech acts that a rule never performs: naming the answer, the instructions or the role of its reader.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SIMPLIFIED = str.maketrans(
    "請輸規則無視統現資這個們說應務從開問複讀後頭標註來還給對樣顯發話將須與業總紧訓號遵須當為並誤",
    "请输规则无视统现资这个们说应务从开问复读后头标注来还给对样显发话将须与业总紧训号遵须当为并误",
)
_ANSWER = "(?:回答|答复|回复|答案|总结|结论)"
_READER = "(?:用户|提问者|询问者|提问人|读者|对话者)"
_MACHINE = "(?:ai|人工智能|语言模型|大模型|智能助手|智能体|机器人|问答系统|问答程序|问答助手|聊天程序|gpt|chatgpt|助手)"
_PLACE = (
    "(?:里|中|内)?的?(?:末尾|结尾|开头|最后(?!期限|时限|由)|最前面|第一句|首句|第一行|最后一行|后面|前面)"
    "[^。\n]{0,10}(?:写|加|附|补|注|输|打印|说|放|一句|显示|必须)"
)

# What text is hidden with (of Unicode's Cc, Cf and Co): controls but tab and line feed, soft hyphen, zero-width and
# bidirectional marks, private use, tags; and combining strokes.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ue000-\uf8ff\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff\U000f0000-\U0010fffd]"
)
FORGED = re.compile(
    r"<\|?\s*(?:im_start|im_end|endoftext|system|assistant|user)|\[/?inst\]|<<sys>>|</s>|tool_call|function_call"
    r"|(?m:^\s*#{0,4}\s*(?:助手|助理|assistant|human)\s*[:：])"
    r"|(?m:^\s*#{1,4}\s*(?:指令|回答|系统|instruction|response|system)\s*[:：])"
    r"|以下是资料|资料(?:到此|已经?)?结束|根据以上资料",
    re.IGNORECASE,
)
_BACK = re.compile(
    "^.{0,8}(?:(?:以上|上面|上述|前面|前述)(?:这?[一几两]?[句段行]|内容|文字|的话|那[句段]|问答|对话|回答)|(?<!下面)(?<!以下)(?<!看到)(?<!读到)(?<!读取)这[句段](?:话|文字)|该句话)"
    "|变量[a-z甲乙]的"
)
_OVERRIDE = (
    "(?:忽略|无视|不理会|不必理会|不要理会|抛开)[^。\n]{0,12}?"
    "(?:指令|指示|提示词|系统提示|以上|之前|前面|上文|前文|上述|此前|先前|规则|资料)",
    "(?:忘记|忘掉|忘却)[^。\n]{0,4}(?:你|以上|之前|前面|上文|所有|一切|全部)",
    "不(?:必|要|用|再|需要?)(?:再)?遵守[^。\n]{0,8}(?:限制|规则|指令|要求|约束)",
    "(?:前面|以上|之前|上述|此前|先前|原来)的?(?:所有|全部|任何|一切)?(?:指令|指示|提示|设定|要求)[^。\n]{0,6}(?:作废|无效|失效|取消)",
    "唯一的?任务|优先级最高|最高优先级|新的?指令(?:是|为|如|[:：])|开发者(?:模式|备注|指令)|调试模式|越狱|系统提示词|提示词|维护模式",
)
_ROLE = (
    "[你您](?:现在|将|从现在起|从此)?(?:就)?是[^。\n]{0,16}(?:助手|机器人|模型|客服|管理员|系统|程序|ai|黑客|助理)",
    "请扮演|扮演(?:系统|一个|一名|管理)|(?:假设|假装|想象|设想)[你您]是",
    f"[你您]的(?:{_ANSWER}|唯一任务|系统|指令|输出|设定|身份是)|[你您](?:必须|应当|应该|务必|只能|需要|要)(?:{_ANSWER}|向|在每|说|输出)",
    f"作为(?:一个|一名|一款)?{_MACHINE}",
)
_MODEL = (
    f"(?:致|给|告知){_MACHINE}|{_MACHINE}[^。\n]{{0,8}}(?:请注意|务必|一律|照做|必须|读取|自即日起|在?生成|回答|请在)",
    "模型(?:须知|请|注意|读取)|(?:看到|读到|读取)(?:本|这)[段句条]|本段(?:优先|说明|内容|文字)|这[段条](?:文字|说明|指令)|回答者",
    f"(?:生成|撰写)的?{_ANSWER}|生成{_ANSWER}",
)
_OUTPUT = (
    '输出[:：“"「『]|输出(?:以下|如下|下面|下列|一行|这|系统|内容|文字)|返回固定|打印变量|先输出|再输出|后输出|后作为答案',
    f"{_ANSWER}{_PLACE}|(?:回答|答案|标准回复|正确答案)(?:请[写说]|统一[为是]|一律(?:为|是|写|答)|已经?给出)",
    "(?:回答|答案)[^。\n]{0,12}时(?:请|务必|必须|使用|不要|统一)|(?:回答|答案)(?:里|中)(?:须|必须|务必|请|应|要|原样|自然)|中原样",
    f"在(?:回答|答案)(?:里|中|之中)|(?:写|放|加|附|补充)(?:进|入|到|在){_ANSWER}",
    f'每[个次条](?:{_ANSWER})|所有{_ANSWER}[^。\n]{{0,4}}(?:开头|结尾|末尾|以|都)|(?:请|直接|都|只能|即|务必|一律|应|必须){_ANSWER}[:：“"「『]',
    '一律(?:答复|回答|回复)|都(?:回复|答复|回答)|标准(?:回复|答复)(?:是|为|[:：])|(?<!户)回答[“"「『](?!是|否|不)|只需(?:写|说|回答)|请先说',
    f"原样(?:写|输出|复述|照抄)|照抄即可|答案[^。\n]{{0,10}}直接复制|作为{_ANSWER}|合并后写|写进|逐字(?:写|复述|输出)|最后写上|放在第一句",
    f"(?:告诉|转告|转达|宣布|不要告诉|提醒)[^。\n]{{0,4}}{_READER}|向{_READER}(?:转达|宣布|说|展示|输出)|{_READER}(?:问什么|的?问题)",
    f'(?:有人|{_READER})(?:询问|问到|问起|提问)[“"「]|如果有人(?:询问|问)|凡是?(?:问到|询问)|问[“"「][^”"」\n]{{0,60}}[”"」](?:这个)?问题',
    "不(?:要|得|必|用|可)[^。\n]{0,4}(?:标注|注明|提到|写)[^。\n]{0,4}(?:来源|依据|指令|编号|说明|未找到)|[未没](?:有)?找到依据",
    '以[“"「][^”"」\n]{0,80}[”"」](?:开头|结尾|为开头)',
)
_SAYS = "(?:说|讲|念|写|显示|展示|播报|宣读|复读|重复|复述|朗读|应答|回话|接上|转述|吐出|拼)"
_SPEECH = (
    f'(?!写)(?!说[“"]){_SAYS}[^。\n]{{0,8}}(?:一句|[这那]句|这[几两三]|下面|以下|文字|[两三几]句|[两三几]段|一行|原话)',
    f'[你您][^。\n]{{0,14}}{_SAYS}|(?![说写]){_SAYS}(?:的是|的?内容|成)?(?:为|:|：)?[“"「『]|(?:先|再|只|就|须|得|请)(?!说[“"]){_SAYS}[:：]',
    f'(?:对着?|跟|向|给|和|与)(?:屏幕前的?人?|提问的?人?|来问的人|来人)[^。，,\n]{{0,4}}(?:先|就|直接)?{_SAYS}(?:出|道)?[:：“"「『]',
    "(?:展示|显示|念|讲|读)给(?:客户|用户|他|对方|提问)|屏幕上?(?:显示|出现|展示)|(?:应答|应对|回应)(?:内容|语|文字)?(?:固定|统一|应?为|须为|改为|一律)",
    "统统抛|抛到脑后|悄悄地?在|请逐字重复|(?:软件|程序|机器|系统)(?:们|听好|请听)|任务完成标志|[你您]改?(?:当|扮|变)[成作]?",
    '(?:智能|各|自动)(?:客服|问答)(?:系统|程序|机器人)?(?:请|须|应|对[“"]|回答|自|一律)|复读机|客服机器人|(?:人工)?智能助理',
)
# Words of the craft: what only a text speaks of that knows it is read by a search or a model.
_CRAFT = (
    '(?:检索|命中)(?:到|结果)[^。\n]{0,8}(?:本条|本段|此条|首行|首位|呈现|显示|展示|第一)|结果页|首行|首要结论|呈现[:：=＝“"]',
    '标准输出|(?:输出|应答)的?(?:模板|文本)|输出[^。\n]{0,6}[:：=＝“"]|必答内容|台词|旁白|填空[:：]|最终(?:呈现|输出|回答|答案)',
    "算法(?:应|须|需|请|必须|自动|读取)"
    "|亲爱的(?:ai|人工智能|模型|助手)|帮个忙|执行(?:命令|代码|脚本)[:：]|权限(?:提升|已提升)|(?<![a-z])echo ",
    "(?:透露|泄露|提及|提到|暴露)[^。\n]{0,6}(?:本?提示的|这条|指令|本段)|当[成作]事实|当作真的|真正(?:要|该|应)(?:给出|回答|说|输出)|不用管(?:它|他|前|上)",
    "(?:给出|返回|生成|产出|得出)的?(?:结果|答案|结论|文本|回答)(?:是|为|应|:|：)|正确结果(?:是|为)|唯一(?:标准|正确)?(?:答案|回答|结果|结论|回复)",
    "system ?prompt|llm|上下文窗口|提示注入|知识库问答|(?:机器|模型|ai)阅读",
)
_ENGLISH = (
    r"(?:only|correct|valid|final|right) (?:valid |correct )?(?:result|answer|response|reply|output)"
    r"|important: |this query|this question",
    r"append |prepend |your (?:final |next )?(?:response|answer|reply|output)"
    r"|following sentence|(?:say|print|repeat|write|respond)[^.\n]{0,20}:",
    r"(?:ignore|disregard|forget)[^.\n]{0,20}(?:previous|above|prior|earlier|instruction|rule)",
    r"you are (?:now|an? )|tell the user|(?:reply|respond|answer) (?:in|with|only|exactly)|system prompt|as an ai",
    r"output (?:exactly|only|the following)|do not (?:mention|cite|reveal)|(?:previous|new) instructions",
    r"ignoreall|youarenow|telltheuser",
)
_COMMAND = re.compile("|".join((*_OVERRIDE, *_ROLE, *_MODEL, *_OUTPUT, *_SPEECH, *_CRAFT, *_ENGLISH)))
_BETWEEN = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])|(?<=[^\x00-\x7f])\s+(?=[,.:])")
_NOT_WORDS = re.compile(r"[^\w\n]+|_")


@lru_cache(maxsize=8192)
def commands(text: str) -> bool:
    """True where the text orders a machine about, however it is spaced, written in full width or traditional."""
    plain = _plain(text)
    return bool(FORGED.search(plain) or _COMMAND.search(plain) or _COMMAND.search(_NOT_WORDS.sub("", plain)))


def points_back(text: str) -> bool:
    """True where the text speaks of what stands before it."""
    return bool(_BACK.search(_plain(text)))


def _plain(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text).lower().translate(_SIMPLIFIED)
    return _BETWEEN.sub("", INVISIBLE.sub("", normal))
