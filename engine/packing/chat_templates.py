"""Chat templates as data, and which of them a checkpoint uses."""

from __future__ import annotations

from engine.runtime.pack import ChatTemplate

CHATML = ChatTemplate(
    begin="",
    system=("<|im_start|>system\n", "<|im_end|>\n"),
    user=("<|im_start|>user\n", "<|im_end|>\n"),
    assistant=("<|im_start|>assistant\n", "<|im_end|>\n"),
    answer="<|im_start|>assistant\n",
    stop=(),
)

# Jinpan's own template is unpublished; this is its sister model's: `</s>Human:{prompt} </s>Assistant: `
JINPAN = ChatTemplate(
    begin="",
    system=("", ""),
    user=("</s>Human:", " "),
    assistant=("</s>Assistant: ", ""),
    answer="</s>Assistant: ",
    stop=("</s>",),
)


def choose_template(jinja_source: str, fallback: ChatTemplate) -> ChatTemplate:
    """ChatML if the checkpoint's own template speaks it, else `fallback`."""
    return CHATML if "<|im_start|>" in jinja_source else fallback
