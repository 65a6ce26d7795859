"""Every ink is readable on every ground that it stands on, in every theme."""

from __future__ import annotations

import pytest

from desktop.look.tokens import CONTRAST, DARK, LIGHT, Tokens


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("tokens", "least"), [(LIGHT, 4.5), (DARK, 4.5), (CONTRAST, 7.0)], ids=["light", "dark", "contrast"]
)
def test_text_is_readable_on_what_it_stands_on(tokens: Tokens, least: float):
    grounds = (tokens.window, tokens.sidebar, tokens.raised, tokens.hover)
    for ground in grounds:
        for ink in (tokens.text, tokens.text_muted, tokens.text_faint, tokens.accent, tokens.danger, tokens.warning):
            assert contrast(ink, ground) >= least, (ink, ground)
    for ink, ground in (
        (tokens.on_accent, tokens.accent),
        (tokens.accent, tokens.accent_soft),
        (tokens.text, tokens.bubble),
        (tokens.text_muted, tokens.danger_soft),
        (tokens.text_muted, tokens.warning_soft),
        (tokens.accent, tokens.danger_soft),
        (tokens.window, tokens.danger),
        (tokens.builtin, tokens.builtin_soft),
        (tokens.web, tokens.web_soft),
        (tokens.web, tokens.raised),
        (tokens.danger, tokens.danger_soft),
        (tokens.warning, tokens.warning_soft),
        (tokens.text, tokens.web_soft),
        (tokens.text_faint, tokens.web_soft),
        (tokens.window, tokens.web),
        (tokens.window, tokens.builtin),
    ):
        assert contrast(ink, ground) >= least, (ink, ground)
