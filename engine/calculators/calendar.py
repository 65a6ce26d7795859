"""Days and months as deposits and loans count them.

Source: 《中国人民银行关于人民币存贷款计结息问题的通知》（银发〔2005〕129号）: 对年对月对日, the day of
deposit counts and the day of withdrawal does not; where the month of maturity lacks the day, its last day.
"""

from __future__ import annotations

import calendar
from datetime import date


def add_months(start: date, months: int) -> date:
    """The same day `months` later, or the last day of that month where it lacks the day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def months_and_days(start: date, end: date) -> tuple[int, int]:
    """Whole months from `start` (对年对月对日), and the actual days that are left."""
    months = (end.year - start.year) * 12 + end.month - start.month
    while add_months(start, months) > end:
        months -= 1
    return months, (end - add_months(start, months)).days


def next_settlement(day: date) -> date:
    """The first 21 March, June, September or December after `day`: when the interest of the 20th is credited."""
    quarter_end = (day.month + 2) // 3 * 3
    credited = date(day.year, quarter_end, 21)
    return credited if credited > day else add_months(credited, 3)
