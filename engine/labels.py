"""The label that says a text was made by AI: GB 45438-2025, 网络安全技术 人工智能生成合成内容标识方法.

Explicit label (text): words that name artificial intelligence and generation, at the beginning, the end or a fitting
place within the text. Implicit label (file metadata): a field AIGC whose value is one JSON object with the label's
value ("1": the content is made by AI), who made it and under which number, who spread it, and two reserved fields.
Both are mandatory since 2025-09-01 (人工智能生成合成内容标识办法).
"""

from __future__ import annotations

import hashlib
import json

VISIBLE_LABEL = "内容由人工智能生成，请核对来源后使用。"
PRODUCER = "智海-金磐网点助手"
METADATA_FIELD = "AIGC"
_GENERATED = "1"


def implicit_label(text: str) -> dict[str, str]:
    """The value of the metadata field AIGC for `text`; its number is the beginning of the text's SHA-256."""
    return {
        "Label": _GENERATED,
        "ContentProducer": PRODUCER,
        "ProduceID": hashlib.sha256(text.encode()).hexdigest()[:32],
        "ReservedCode1": "",
        "ContentPropagator": "",
        "PropagateID": "",
        "ReservedCode2": "",
    }


def implicit_label_json(text: str) -> str:
    """`implicit_label` as it stands in a file's metadata."""
    return json.dumps(implicit_label(text), ensure_ascii=False)


def labelled(text: str) -> str:
    """`text` with the explicit label as its last paragraph; unchanged where it carries one already."""
    return text if VISIBLE_LABEL in text else f"{text.rstrip()}\n\n{VISIBLE_LABEL}"
