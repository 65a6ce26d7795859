"""Measures how much of its prompts the product knows already, over real retrieval but without a model:

    python tests/benchmarks/prefix_hits.py --home DIR --passphrase-file FILE --packs DIR [--questions FILE.jsonl]

The home holds the documents to search. The conversations of `follow_ups_zh.toml`, and each query of `--questions` as
a conversation of its own, become prompts in three ways: as the product lays them out, without leading by known
passages, and with history as text and one buffer only. The best passage's first sentence stands for the answer. The
last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.answering.dialogues import Dialogues  # noqa: E402  the repository must be on the path before its packages
from engine.answering.evidence import choose_evidence  # noqa: E402
from engine.answering.prompt import beginning  # noqa: E402
from engine.answering.text import split_sentences  # noqa: E402
from engine.api import Engine, load_settings  # noqa: E402
from engine.runtime.chat import ChatPrompt  # noqa: E402
from engine.runtime.memory import kv_bytes  # noqa: E402
from engine.runtime.pack import find_pack, read_manifest  # noqa: E402
from engine.runtime.prefix_cache import shared_length  # noqa: E402
from engine.runtime.tokenizer import Tokenizer  # noqa: E402
from engine.values import Message, Passage  # noqa: E402

Conversation = list[tuple[str, tuple[Passage, ...]]]
HISTORY_MESSAGES = 4


@dataclass
class Known:
    """Token strings read so far, newest last, as many as `limit_tokens` hold; what they share is counted twice."""

    limit_tokens: int
    strings: deque[list[int]] = field(default_factory=deque)

    def read(self, prompt: list[int], answer: list[int]) -> int:
        """How many tokens of the prompt have to be read."""
        known = max((shared_length(string, prompt) for string in self.strings), default=0)
        self.strings.append(prompt + answer)
        while len(self.strings) > 1 and sum(map(len, self.strings)) > self.limit_tokens:
            self.strings.popleft()
        return len(prompt) - min(known, len(prompt) - 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="a home that holds documents")
    parser.add_argument("--passphrase-file", type=Path, required=True)
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--questions", type=Path, help='JSON lines with a "query" each')
    options = parser.parse_args()
    settings = load_settings(options.home, passphrase_file=options.passphrase_file)
    folder = find_pack(settings.generator_pack, (options.packs,))
    manifest, memory_bytes = read_manifest(folder), settings.prefix_memory_mb * 1024**2
    tokenizer = Tokenizer.open(folder, manifest)
    assert manifest.chat_template is not None
    prompt = ChatPrompt(manifest.chat_template, tokenizer, manifest.bos_token_id if manifest.add_bos else None)
    limit_tokens = memory_bytes // kv_bytes(manifest, 1)
    result: dict[str, dict[str, dict[str, float]]] = {}
    for name, conversations in found(options, settings).items():
        result[name] = {}
        for way in ("product", "order found", "history as text, one buffer"):
            figures = measure(conversations, way, prompt, tokenizer, limit_tokens)
            result[name][way] = figures
            print(f"{name}, {way}: {figures}")
    print(json.dumps({"benchmark": "prefix_hits", "pack": manifest.name, **result}, ensure_ascii=False))


def found(options: argparse.Namespace, settings: object) -> dict[str, list[Conversation]]:
    """Every question with its passages."""
    text = (Path(__file__).parent / "follow_ups_zh.toml").read_text(encoding="utf-8")
    asked = {"follow_ups": [entry["questions"] for entry in tomllib.loads(text)["conversations"]]}
    if options.questions:
        lines = options.questions.read_text(encoding="utf-8").splitlines()
        asked["questions"] = [[json.loads(line)["query"]] for line in lines]
    with Engine.open(settings) as engine:  # type: ignore[arg-type]
        return {
            name: [[(question, engine.search(question, 8)) for question in questions] for questions in conversations]
            for name, conversations in asked.items()
        }


def measure(
    conversations: Sequence[Conversation], way: str, prompt: ChatPrompt, tokenizer: Tokenizer, limit_tokens: int
) -> dict[str, float]:
    as_text = way.startswith("history as text")
    known, dialogues = Known(1 if as_text else limit_tokens), Dialogues()
    known.strings.append([] if as_text else prompt.encode_beginning(beginning()))
    reads: dict[bool, list[int]] = {True: [], False: []}
    total = 0
    for conversation in conversations:
        history: tuple[Message, ...] = ()
        for question, passages in conversation:
            evidence = choose_evidence(question, passages, tokenizer.count)
            if way == "product" and not history:
                evidence = dialogues.arrange(evidence)
            dialogue = dialogues.resume(history[-HISTORY_MESSAGES:], tokenizer.count).ask(question, evidence)
            answer = split_sentences(evidence[0][1])[0].text
            ids = prompt.encode(dialogue.messages, 4096)
            reads[not history].append(known.read(ids, tokenizer.encode(answer, parse_special=False)))
            total += len(ids)
            history = (*history, Message("user", question), Message("assistant", answer))
            if not as_text:
                dialogues.remember(history, dialogue.answered(answer))
    both = reads[True] + reads[False]
    figures = {"prompt_tokens": total, "read_tokens": sum(both), "known_share": 1 - sum(both) / total}
    for first, name in ((True, "read_per_first_question"), (False, "read_per_follow_up")):
        if reads[first]:
            figures[name] = sum(reads[first]) / len(reads[first])
    return {name: round(value, 3) for name, value in figures.items()}


if __name__ == "__main__":
    main()
