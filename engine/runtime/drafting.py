"""Prompt lookup decoding: guesses the next tokens by copying what followed the same words before.

An answer that quotes its evidence repeats runs of the prompt. Where the last tokens stand earlier in prompt or answer,
the ones behind them are the draft (Saxena 2023, "Prompt Lookup Decoding"); the model then reads the last token and
the draft in one step and keeps the draft as far as it would have chosen the same tokens itself. Nothing here decides
what an answer says, only how many steps it takes.
"""

from __future__ import annotations

from collections.abc import Sequence

# Lengths of the matches looked for, longest first. Replayed over real answers, single tokens bring a tenth more speed;
# whether they pay in an answer is learned per length.
MATCH_LENGTHS: tuple[int, ...] = (8, 5, 3, 2, 1)
# Assumed until measured: a draft token is kept this often, and each further row makes a step this much longer.
_FIRST_RATE = 0.6
_FIRST_ROW_COST = 0.1
_MEMORY = 0.95  # weight of all earlier drafts of a match length after one more
_STEP_WEIGHT = 0.25  # of the newest step in the running mean of the seconds
_RETRY = 24  # every so many drafts one more token is tried than seems to pay, so that an estimate can recover


class DraftPlanner:
    """How many tokens to draft: as many as make the most tokens a second on this machine, at the rate they are kept.

    Learns over all answers of a generator. With a chance `p` for each token, a draft of k gives 1 + p + … + p^k tokens
    (Leviathan et al. 2023, "Fast Inference from Transformers via Speculative Decoding", eq. 1) in a step of k + 1 rows.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._step_s = [0.0] * (limit + 2)  # by rows; 0: not measured yet
        self._kept = dict.fromkeys(MATCH_LENGTHS, _FIRST_RATE)
        self._judged = dict.fromkeys(MATCH_LENGTHS, 1.0)
        self._until_retry = _RETRY

    def count(self, match_length: int, limit: int) -> int:
        """The number of tokens to draft behind a match of that length, at most `limit`; 0 when none would pay."""
        limit = min(limit, self.limit)
        rate = self._kept[match_length] / self._judged[match_length]
        best, tokens = 0, 1.0
        best_speed = tokens / self.step_s(1)
        for count in range(1, limit + 1):
            tokens += rate**count
            speed = tokens / self.step_s(count + 1)
            if speed > best_speed:
                best, best_speed = count, speed
        self._until_retry -= 1
        if self._until_retry <= 0:
            self._until_retry = _RETRY
            best += 1
        return min(best, limit)

    def step_s(self, rows: int) -> float:
        """Seconds of a step of so many rows, as measured or, from the next fewer rows, as assumed."""
        fewer = next((n for n in range(rows, 0, -1) if self._step_s[n]), 0)
        if not fewer:
            return 1.0 + _FIRST_ROW_COST * rows
        return self._step_s[fewer] * (1.0 + _FIRST_ROW_COST * (rows - fewer))

    def record_step(self, rows: int, seconds: float) -> None:
        known = self._step_s[rows]
        self._step_s[rows] = known + _STEP_WEIGHT * (seconds - known) if known else seconds

    def record_draft(self, match_length: int, drafted: int, kept: int) -> None:
        """Of `drafted` tokens `kept` were right; those behind the first wrong one were not judged."""
        self._kept[match_length] = self._kept[match_length] * _MEMORY + kept
        self._judged[match_length] = self._judged[match_length] * _MEMORY + min(kept + 1, drafted)


class Drafter:
    """Drafts for one answer. Knows prompt and answer so far; one more token costs a few dictionary entries."""

    def __init__(self, prompt_ids: Sequence[int], planner: DraftPlanner) -> None:
        self.drafted_tokens = 0
        self.kept_tokens = 0
        self._planner = planner
        self._tokens: list[int] = []
        self._behind: dict[tuple[int, ...], int] = {}  # run of tokens → where its newest occurrence was followed
        self._match_length = 0  # of the last proposal
        self._drafted = 0
        if planner.limit:
            for token in prompt_ids:
                self.push(token)

    def push(self, token: int) -> None:
        """One more token of prompt or answer."""
        end = len(self._tokens)
        for length in MATCH_LENGTHS:
            if length <= end:
                self._behind[tuple(self._tokens[end - length :])] = end
        self._tokens.append(token)

    def propose(self, limit: int) -> list[int]:
        """At most `limit` tokens that may come next; none when nothing matches or it would not pay."""
        self._drafted = 0
        if limit <= 0 or not self._planner.limit:
            return []
        for length in MATCH_LENGTHS:
            start = self._behind.get(tuple(self._tokens[-length:]))
            if start is not None:
                self._match_length, self._drafted = length, self._planner.count(length, limit)
                return self._copy(start, self._drafted)
        return []

    def judge(self, kept: int) -> None:
        """The first `kept` tokens of the last proposal were right."""
        if self._drafted:
            self._planner.record_draft(self._match_length, self._drafted, kept)
            self.drafted_tokens += self._drafted
            self.kept_tokens += kept

    def record_step(self, rows: int, seconds: float) -> None:
        """A step of so many rows took `seconds`."""
        self._planner.record_step(rows, seconds)

    def _copy(self, start: int, count: int) -> list[int]:
        """`count` tokens from `start` on; past the last one they go on with themselves, as in a repetition."""
        period = len(self._tokens) - start
        return [self._tokens[start + i % period] for i in range(count)]
