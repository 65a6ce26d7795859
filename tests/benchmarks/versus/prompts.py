"""The texts that both engines read, as token ids of the pack's own tokenizer and chat template."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.answering.evidence import choose_evidence
from engine.answering.prompt import system_message, user_message
from engine.runtime.chat import ChatPrompt
from engine.runtime.pack import Manifest
from engine.runtime.tokenizer import Tokenizer
from engine.values import Passage, Rung

REPOSITORY = Path(__file__).resolve().parents[3]
QUESTIONS = Path(__file__).resolve().parents[1] / "questions_zh.toml"
_SAMPLES = REPOSITORY / "assets" / "samples"
_KNOWLEDGE = REPOSITORY / "assets" / "knowledge" / "retail_banking.toml"
_ARTICLE_END = re.compile(r"\n(?=第[〇一二三四五六七八九十百]+条 |#|表[一二三四五六七八九十])")
EXTRACTIVE, FREE = "extractive", "free"
TEXT = "存款保险实行限额偿付。同一存款人在同一家投保机构的所有账户的本金和利息合并计算，最高偿付限额为人民币五十万元。"


@dataclass(frozen=True, slots=True)
class Question:
    """`first` of its set: its passages were not asked about before."""

    name: str
    kind: str
    text: str
    passages: tuple[Passage, ...]
    first: bool


@dataclass(frozen=True, slots=True)
class Prompt:
    name: str
    kind: str
    first: bool
    token_ids: list[int]


class Prompts:
    """Makes token ids for one pack."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        assert manifest.chat_template
        self.tokenizer = Tokenizer.open(folder, manifest)
        bos = manifest.bos_token_id if manifest.add_bos else None
        self._chat = ChatPrompt(manifest.chat_template, self.tokenizer, bos)
        self._plain = self.tokenizer.encode(TEXT * 80, parse_special=False)

    def plain(self, length: int, number: int) -> list[int]:
        """`length` tokens of prose; another `number` begins with another token, so that no prefix is reused."""
        return [1000 + number, *self._plain[: length - 1]]

    def answers(self, questions: Sequence[Question], limit: int) -> list[Prompt]:
        """The product's own prompts of the questions, in their order, each at most `limit` tokens."""
        prompts: list[Prompt] = []
        for question in questions:
            evidence = choose_evidence(question.text, question.passages, self.tokenizer.count)
            token_ids = self._chat.encode([system_message(), user_message(question.text, evidence)], limit)
            prompts.append(Prompt(question.name, question.kind, question.first, token_ids))
        return prompts


def read_questions(path: Path = QUESTIONS) -> list[Question]:
    questions: list[Question] = []
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["set"]:
        passages = tuple(_passage(source) for source in entry["passages"])
        for number, item in enumerate(entry["question"]):
            questions.append(Question(item["id"], item["kind"], item["question"], passages, number == 0))
    return questions


def _passage(source: Mapping[str, str]) -> Passage:
    if "knowledge" in source:
        name, text = "内置知识：零售银行业务", _knowledge_entry(source["knowledge"])
    else:
        name, text = source["document"], _article(source["document"], source["article"])
    return Passage("", "", name, 1, text, (), (), Rung.BRANCH, 1.0, 1.0)


def _article(document: str, article: str) -> str:
    """The article's text up to the next article, heading or table, without empty lines."""
    text = (_SAMPLES / f"{document}.md").read_text(encoding="utf-8")
    start = text.index(f"\n{article} ") + 1
    end = _ARTICLE_END.search(text, start)
    return re.sub(r"\n+", "\n", text[start : end.start() if end else len(text)]).strip()


def _knowledge_entry(name: str) -> str:
    entries = tomllib.loads(_KNOWLEDGE.read_text(encoding="utf-8"))["entry"]
    return next(f"{name}\n{entry['text'].strip()}" for entry in entries if entry["name"] == name)
