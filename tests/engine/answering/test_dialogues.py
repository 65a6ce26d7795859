"""A follow-up goes on from what the model read, word for word; passages keep their numbers through all turns."""

from __future__ import annotations

from dataclasses import replace

from engine.answering.dialogues import DIALOGUE_TOKENS, Dialogues
from engine.answering.prompt import EVIDENCE_OPENING, Evidence
from engine.values import Message, Passage, Rung, Span


def entry(name: str, text: str = "", score: float = 1.0) -> Evidence:
    text = text or f"{name}的内容。"
    passage = Passage(f"{name}:1:0", name, name, 1, text, (), (Span(1, 0, len(text)),), Rung.BRANCH, score, 0.9)
    return passage, text


def turn(question: str, shown: str) -> tuple[Message, Message]:
    return Message("user", question), Message("assistant", shown)


A, B, C = (entry(name) for name in "甲乙丙")


def test_a_follow_up_extends_the_messages_of_the_turn_before() -> None:
    dialogues = Dialogues()
    first = dialogues.resume((), len).ask("一？", [A, B])
    dialogues.remember(turn("一？", "改过的答案[1]。"), first.answered("原话[2]。"))
    second = dialogues.resume(turn("一？", "改过的答案[1]。"), len).ask("二？", [C, A])
    assert second.messages[: len(first.messages)] == first.messages
    assert second.messages[-2] == Message("assistant", "原话[2]。")
    assert "[3]《丙》" in second.messages[-1].content and "《甲》" not in second.messages[-1].content
    assert [passage.name for passage, _ in second.evidence] == ["甲", "乙", "丙"]
    assert second.asked == (3, 1) and "首先是[3][1]" in second.messages[-1].content
    assert "首先" not in first.messages[-1].content


def test_nothing_is_shown_twice_whatever_its_score_and_a_longer_text_is() -> None:
    dialogue = Dialogues().resume((), len).ask("一？", [A, B]).answered("答")
    same = dialogue.ask("二？", [entry("乙", score=0.2), A])
    assert EVIDENCE_OPENING not in same.messages[-1].content
    assert same.asked == (2, 1)
    longer = dialogue.ask("二？", [(A[0], A[1] + "还有。")])
    assert "[3]《甲》甲的内容。还有。" in longer.messages[-1].content


def test_passages_that_were_read_before_go_first() -> None:
    dialogues = Dialogues()
    start = dialogues.resume((), len)
    for number, evidence in enumerate(([A, B, C], [B, A], [C])):
        dialogues.remember(turn("一？", str(number)), start.ask("一？", evidence))
    d = entry("丁")
    assert dialogues.arrange([d, C, A]) == [A, d, C] or dialogues.arrange([d, C, A]) == [C, d, A]
    assert dialogues.arrange([d, C, B, A]) == [A, B, C, d]
    assert dialogues.arrange([d]) == [d]
    assert dialogues.arrange([(A[0], "一部分")]) == [(A[0], "一部分")], "another text is another passage"
    rescored = entry("乙", score=0.3)
    assert dialogues.arrange([d, rescored]) == [rescored, d]


def test_an_old_version_never_goes_before_the_new_one() -> None:
    before, new = entry("反洗钱法(2006-10-31).pdf"), entry("反洗钱法(2024-11-08).pdf")
    dialogues = Dialogues()
    dialogues.remember(turn("一？", "1"), dialogues.resume((), len).ask("一？", [before]))
    old = (replace(before[0], superseded=True), before[1])
    assert dialogues.arrange([A, new, old]) == [A, new, old]


def test_an_unknown_history_is_told_by_its_questions_and_answers() -> None:
    history = turn("一？", "答[1]。")
    dialogue = Dialogues().resume(history, len).ask("二？", [A])
    assert dialogue.messages[1:3] == history
    assert [message.role for message in dialogue.messages] == ["system", "user", "assistant", "user"]


def test_a_dialogue_that_has_grown_too_long_keeps_questions_gists_and_sources() -> None:
    dialogues = Dialogues()
    history = turn("一？", "答。")
    answer = "甲有规定[1]。乙也有[2]。" + "此外还有很多话。" * DIALOGUE_TOKENS
    dialogues.remember(history, dialogues.resume((), len).ask("一？", [A, B]).answered(answer))
    compacted = dialogues.resume(history, len)
    assert [message.content for message in compacted.messages[1:]] == ["一？", "甲有规定。乙也有。"]
    assert compacted.evidence == () and compacted.carried == (A, B)
    following = compacted.ask("二？", [C])
    assert "[1]《丙》" in following.messages[-1].content and following.carried == (A, B)
    assert dialogues.resume(history, lambda text: 1).evidence == (A, B), "what fits goes on word for word"


def test_a_compacted_dialogue_drops_its_oldest_turns_first() -> None:
    dialogue = Dialogues().resume((), len)
    for number in range(9):
        dialogue = dialogue.ask(f"第{number}问？", []).answered("长" * 200 + "。")
    compacted = dialogue.compacted(len)
    assert compacted.questions == ("第7问？", "第8问？")
    assert [message.role for message in compacted.messages] == ["system", *["user", "assistant"] * 2]


def test_only_the_last_turns_make_a_conversation_known() -> None:
    dialogues = Dialogues()
    whole = (*turn("一？", "1"), *turn("二？", "2"), *turn("三？", "3"))
    dialogues.remember(whole, dialogues.resume((), len).ask("三？", [B]))
    assert dialogues.resume(whole[2:], len).evidence == (B,)
    assert dialogues.resume(whole[4:], len).evidence == ()


def test_forgetting_and_the_oldest_dialogues_leave_nothing() -> None:
    dialogues = Dialogues()
    asked = dialogues.resume((), len).ask("一？", [A])
    for number in range(40):
        dialogues.remember(turn("一？", str(number)), replace(asked, asked=()))
    known = [bool(dialogues.resume(turn("一？", str(number)), len).evidence) for number in range(40)]
    assert known == [False] * 8 + [True] * 32
    dialogues.forget()
    assert dialogues.resume(turn("一？", "39"), len).evidence == ()
