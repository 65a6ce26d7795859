"""Chinese words that are part of an answer's text, wherever it is shown, copied or exported."""

from __future__ import annotations

UNSUPPORTED = "【未找到依据】"  # behind a sentence that no source supports
STRUCK = "~~"  # before and behind a figure that no source holds
STRUCK_NOTE = "注意：划去的数字在引用的资料中没有找到，请勿采用。"  # the last line of a text with struck figures
