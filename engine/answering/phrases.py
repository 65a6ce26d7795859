"""Chinese words that are part of an answer's text, wherever it is shown, copied or exported."""

from __future__ import annotations

from collections.abc import Sequence

from engine.proof import Conflict, ConflictKind
from engine.values import Citation

UNSUPPORTED = "【未找到依据】"  # behind a sentence that no source supports
STRUCK = "~~"  # before and behind a figure that no source holds
STRUCK_NOTE = "注意：划去的数字在引用的资料中没有找到，请勿采用。"  # the last line of a text with struck figures
DATED = "（{date}）"  # behind the name of a source
CONTRADICTED = "注意：{second}的说法与此不同；本回答依据{first}，办理前请核对哪一份现行有效。"
REPLACED = "注意：{second}是旧版，说法不同；本回答依据现行的{first}。"
ADDRESS_LEFT_OUT = "〔链接已略去〕"  # an address that no source holds
NUMBER_LEFT_OUT = "〔号码已略去〕"  # a number to call or to pay to that no source holds
CUSTOMER_DATA = "本助手不能查询客户的个人信息，也没有存放这些信息。请在业务系统中按权限办理，并遵守客户信息保护的规定。"
ORDERED = "本助手只依据资料库中的资料回答业务问题，规则不能在提问中更改。请直接提出业务问题。"
ABUSIVE = "很抱歉没有帮上忙。请说说具体的业务问题，我会在资料库中查找依据。"

_TOLD = {ConflictKind.DISAGREE: CONTRADICTED, ConflictKind.SUPERSEDED: REPLACED}


def conflict_text(conflicts: Sequence[Conflict]) -> str:
    """What the answer's text ends with: a paragraph for each source that it rests on and each kind of conflict."""
    groups: dict[tuple[int, ConflictKind], list[Conflict]] = {}
    for conflict in conflicts:
        groups.setdefault((conflict.first.marker, conflict.kind), []).append(conflict)
    return "\n\n".join(
        _TOLD[kind].format(first=_named(group[0].first), second="、".join(_named(c.second) for c in group))
        for (_, kind), group in groups.items()
    )


def _named(source: Citation) -> str:
    dated = DATED.format(date=source.version) if source.version else ""
    return f"《{source.name.rsplit('.', 1)[0]}》{dated}[{source.marker}]"
