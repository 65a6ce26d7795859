"""Words about what people say of answers: thumbs, scores, reasons, and who gets them."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.look.catalogue import translate
from engine.api import Feedback, FeedbackReason, Thumb

HELPFUL = translate("feedback", "有帮助")
UNHELPFUL = translate("feedback", "没有帮助")
SAY_MORE = translate("feedback", "补充评价")
SAID_MORE = translate("feedback", "已评价")
TITLE = translate("feedback", "这个回答怎么样？")
CLOSE = translate("feedback", "收起评价")
SCORE = translate("feedback", "打分")
SCORE_HINT = translate("feedback", "按数字键打分，0 是 10 分，退格键不打分")
ENDS = translate("feedback", "1 分：不能用　10 分：可以直接用")
REASONS_TITLE = translate("feedback", "哪里不好（可多选）")
REASONS: Mapping[FeedbackReason, str] = {
    FeedbackReason.WRONG_FACT: translate("feedback", "内容有误"),
    FeedbackReason.WRONG_SOURCE: translate("feedback", "出处不对"),
    FeedbackReason.OUTDATED: translate("feedback", "已经过时"),
    FeedbackReason.INCOMPLETE: translate("feedback", "不完整"),
    FeedbackReason.STYLE: translate("feedback", "表达不好"),
}
THUMBS: Mapping[Thumb, str] = {Thumb.UP: HELPFUL, Thumb.DOWN: UNHELPFUL, Thumb.NONE: ""}
COMMENT = translate("feedback", "说明")
COMMENT_HINT = translate("feedback", "例如：漏了代办的情形")
REWRITE = translate("feedback", "改写成更好的回答")
BETTER_ANSWER = translate("feedback", "更好的回答")
BETTER_HINT = translate("feedback", "直接改下面的文字；[1] 这样的数字是出处，** 之间的字是加粗的，请保留。")
CONSENT_QUESTION = translate(
    "feedback",
    "评价连同问题和回答只保存在这台电脑的加密资料库里。以后有人导出文件用来改进助手时，可以带上您的评价吗？"
    "导出前会隐去个人信息；您随时可以在“设置”里改变主意。",
)
CONSENT_YES = translate("feedback", "可以")
CONSENT_NO = translate("feedback", "不可以")
CONSENT_THIS = translate("feedback", "这一条可以导出，用来改进助手")
CONSENT_THIS_HINT = translate(
    "feedback", "评价只保存在这台电脑的加密资料库里；除非有人导出文件，否则不会离开。导出前会隐去个人信息。"
)
CONSENT_OFF = translate("feedback", "只保存在这台电脑的加密资料库里，不会导出（可在“设置”里改变）。")
CONSENT_FIXED = translate("feedback", "只保存在这台电脑的加密资料库里，管理策略不允许导出。")
SAVE = translate("feedback", "保存")
CANCEL = translate("feedback", "取消")
TAKE_BACK = translate("feedback", "撤回评价")
SAVING = translate("feedback", "正在保存…")


def score_name(score: int) -> str:
    return translate("feedback", "{score} 分").format(score=score)


def said_briefly(feedback: Feedback | None) -> str:
    """The link to the panel: the score, or whether anything was said beyond a thumb."""
    if feedback and feedback.score:
        return score_name(feedback.score)
    return SAID_MORE if said(feedback) else SAY_MORE


def said(feedback: Feedback | None) -> str:
    """All of it in a line: 8 分 · 不完整 · 有改写."""
    if feedback is None:
        return ""
    parts = [score_name(feedback.score)] if feedback.score else []
    parts += [REASONS[reason] for reason in feedback.reasons]
    parts += [translate("feedback", "有说明")] if feedback.comment else []
    parts += [translate("feedback", "有改写")] if feedback.better_answer else []
    return " · ".join(parts)
