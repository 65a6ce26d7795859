"""Rebuilds `tokenizer.json` from the vocabulary and merges that a GGUF file carries.

The pre-tokenizer patterns are those that the models' own tokenizer files use; a GGUF only names them
(`tokenizer.ggml.pre`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from engine.packing.checkpoint import damaged, unsupported

_QWEN2_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_NORMAL, _CONTROL, _USER_DEFINED = 1, 3, 4  # ggml's token types


def build_tokenizer(path: Path, metadata: dict[str, Any]) -> str:
    """The tokenizer as JSON text.

    Args:
        path: the GGUF file, for error messages.
        metadata: its key-value section.

    Raises:
        EnvironmentFault: PACK_UNSUPPORTED for a tokenizer kind other than byte-level BPE or an unknown
            pre-tokenizer; WEIGHTS_DAMAGED when vocabulary or merges are missing or do not fit together.
    """
    model, pre = str(metadata.get("tokenizer.ggml.model", "")), str(metadata.get("tokenizer.ggml.pre", ""))
    if model != "gpt2" or pre not in ("qwen2", "smollm", "gpt-2"):
        raise unsupported(path, f"tokenizer {model} {pre}".strip())
    try:
        tokens: list[str] = metadata["tokenizer.ggml.tokens"]
        types: list[int] = metadata["tokenizer.ggml.token_type"]
        merges = [_pair(merge) for merge in metadata["tokenizer.ggml.merges"]]
        # padding and unused entries stay out: the model never means them
        used = {_NORMAL, _CONTROL, _USER_DEFINED}
        vocabulary = {token: i for i, (token, kind) in enumerate(zip(tokens, types, strict=True)) if kind in used}
        tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    except Exception as error:  # the tokenizers library raises bare Exception for a merge out of vocabulary
        raise damaged(path) from error
    _set_pipeline(tokenizer, pre)
    added = [
        AddedToken(token, special=kind == _CONTROL, normalized=False)
        for token, kind in zip(tokens, types, strict=True)
        if kind in (_CONTROL, _USER_DEFINED)
    ]
    tokenizer.add_tokens(added)  # pyright: ignore[reportUnknownMemberType] (the stub says a bare list)
    return tokenizer.to_str()


def _pair(merge: str) -> tuple[str, str]:
    left, right = merge.split(" ")
    return left, right


def _set_pipeline(tokenizer: Tokenizer, pre: str) -> None:
    if pre == "qwen2":
        tokenizer.normalizer = normalizers.NFC()
        split = pre_tokenizers.Split(Regex(_QWEN2_SPLIT), "isolated")
        byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, byte_level])
        tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    else:
        byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
        digits = [pre_tokenizers.Digits(individual_digits=True)] if pre == "smollm" else []
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([*digits, byte_level])
    tokenizer.decoder = decoders.ByteLevel()
