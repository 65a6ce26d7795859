"""Colours by role: light, dark and high contrast.

Deep green is the accent; gold is kept for one meaning only: the passage in the source. Text colours keep a contrast of
at least 4.5 : 1 on the surfaces they are used on (WCAG 2.2, 1.4.3), in high contrast at least 7 : 1 (1.4.6); tested.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours by role, as #RRGGBB."""

    dark: bool
    window: str  # behind the conversation
    sidebar: str
    raised: str  # cards, question box
    hover: str
    pressed: str
    border: str
    border_strong: str
    text: str
    text_muted: str
    text_faint: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    bubble: str
    danger: str
    danger_soft: str
    warning: str
    warning_soft: str
    mark: str  # gold: the passage in the source
    mark_soft: str
    code: str
    backdrop: str  # behind a page
    builtin: str  # sources of knowledge packs; the branch's own have the accent
    builtin_soft: str
    web: str  # sources of the web
    web_soft: str


LIGHT = Tokens(
    dark=False,
    window="#FFFFFF",
    sidebar="#F5F7F6",
    raised="#FFFFFF",
    hover="#EBEFED",
    pressed="#DFE5E2",
    border="#E1E6E3",
    border_strong="#C6CFCB",
    text="#17211E",
    text_muted="#4E5B56",
    text_faint="#5F6C67",
    accent="#0B6B62",
    accent_hover="#095A53",
    on_accent="#FFFFFF",
    accent_soft="#E2F1EE",
    bubble="#EDF3F1",
    danger="#AE322A",
    danger_soft="#FBECEA",
    warning="#815300",
    warning_soft="#FCF3DF",
    mark="#B97A00",
    mark_soft="#FFF4D6",
    code="#F3F5F4",
    backdrop="#E6EAE8",
    builtin="#74408F",
    builtin_soft="#F3E9F8",
    web="#1C5FA6",
    web_soft="#E4EFFA",
)
DARK = Tokens(
    dark=True,
    window="#171C1A",
    sidebar="#121614",
    raised="#1F2523",
    hover="#262E2B",
    pressed="#2F3835",
    border="#2C3431",
    border_strong="#45504B",
    text="#E6ECE9",
    text_muted="#B0BBB6",
    text_faint="#8F9B96",
    accent="#5CC7B8",
    accent_hover="#7AD6C9",
    on_accent="#06221E",
    accent_soft="#173B36",
    bubble="#25302D",
    danger="#F2938A",
    danger_soft="#2F2120",
    warning="#E8BE66",
    warning_soft="#362C17",
    mark="#E0A93B",
    mark_soft="#3A3018",
    code="#1F2624",
    backdrop="#0E1110",
    builtin="#CBA3E3",
    builtin_soft="#34263D",
    web="#86B8F0",
    web_soft="#1B2F45",
)
CONTRAST = Tokens(
    dark=True,
    window="#000000",
    sidebar="#000000",
    raised="#000000",
    hover="#2B2B2B",
    pressed="#454545",
    border="#A6A6A6",
    border_strong="#FFFFFF",
    text="#FFFFFF",
    text_muted="#FFFFFF",
    text_faint="#E6E6E6",
    accent="#FFE14D",
    accent_hover="#FFEB85",
    on_accent="#000000",
    accent_soft="#2E2900",
    bubble="#1C1C1C",
    danger="#FFA39B",
    danger_soft="#2B0F0C",
    warning="#FFD37A",
    warning_soft="#2B2006",
    mark="#FFB900",
    mark_soft="#3A2C00",
    code="#1C1C1C",
    backdrop="#000000",
    builtin="#E3BFFF",
    builtin_soft="#291536",
    web="#A8D2FF",
    web_soft="#0C2138",
)


def rung_colors(tokens: Tokens, rung: str) -> tuple[str, str]:
    """The ink and the ground of what comes from one rung of the evidence ladder: builtin, branch or web."""
    return {
        "builtin": (tokens.builtin, tokens.builtin_soft),
        "web": (tokens.web, tokens.web_soft),
    }.get(rung, (tokens.accent, tokens.accent_soft))
