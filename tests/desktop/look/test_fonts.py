"""The bundled font carries Chinese on a system that has none."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase, QRawFont

from desktop.look import text
from desktop.look.type_scale import BUNDLED, FONT_FAMILIES


def test_the_bundled_font_has_every_character_of_the_window_and_of_the_standard(theme):
    assert BUNDLED in QFontDatabase.families()
    assert BUNDLED in FONT_FAMILIES
    face = QRawFont.fromFont(QFont(BUNDLED))
    assert face.familyName() == BUNDLED
    words = [value for value in vars(text).values() if isinstance(value, str) and not value.startswith("/")]
    standard = "".join(
        bytes((row, cell)).decode("gb2312", errors="ignore") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)
    )
    assert len(standard) == 6763
    missing = {character for character in "".join(words) + standard if not face.supportsCharacter(ord(character))}
    assert not {character for character in missing if character > "\u3000"}
    assert face.supportsCharacter(ord("㼆")) and face.supportsCharacter(0x20BB7)
