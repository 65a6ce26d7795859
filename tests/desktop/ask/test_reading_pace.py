"""How long reading usually takes, from measurements alone."""

from __future__ import annotations

from PySide6.QtCore import QSettings

from desktop.ask.conversation_model import ConversationModel
from desktop.ask.reading_pace import KEPT_READINGS, ReadingPace
from desktop.look import ask_text
from engine.api import PromptRead, TextDelta
from tests.fakes import PACK, FakeEngine


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def read(pace: ReadingPace, clock: Clock, tokens: int, seconds: float, first: int = 0) -> float | None:
    """One whole reading; the seconds that were expected of it."""
    pace.begin()
    usual_s = pace.hear("m", PromptRead(first, first + tokens))
    clock.now += seconds
    pace.hear("m", PromptRead(first + tokens, first + tokens))
    pace.hear("m", TextDelta("字"))
    return usual_s


def test_nothing_is_said_before_anything_was_measured():
    clock = Clock()
    pace = ReadingPace(clock)
    assert read(pace, clock, 500, 5.0) == 0.0
    assert pace.pace("m") == 100.0
    assert read(pace, clock, 300, 3.0) == 3.0
    assert pace.hear("m", TextDelta("字")) is None


def test_what_was_read_before_is_not_waited_for_again():
    clock = Clock()
    pace = ReadingPace(clock)
    read(pace, clock, 500, 5.0)
    assert read(pace, clock, 100, 1.0, first=900) == 1.0


def test_one_slow_reading_does_not_change_what_is_usual():
    clock = Clock()
    pace = ReadingPace(clock)
    for seconds in (5.0, 5.0, 500.0, 5.0, 5.0):
        read(pace, clock, 500, seconds)
    assert pace.pace("m") == 100.0
    for _ in range(KEPT_READINGS):
        read(pace, clock, 500, 10.0)
    assert pace.pace("m") == 50.0, "a computer that has become slower is believed after a while"


def test_a_stopped_or_tiny_reading_tells_nothing():
    clock = Clock()
    pace = ReadingPace(clock)
    pace.begin()
    pace.hear("m", PromptRead(0, 500))
    clock.now += 400
    pace.begin()
    read(pace, clock, 10, 2.0)
    assert pace.pace("m") == 0.0


def test_models_have_paces_of_their_own_which_outlive_the_window(tmp_path):
    clock = Clock()
    pace = ReadingPace(clock)
    read(pace, clock, 500, 5.0)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    pace.remember(settings)
    settings.setValue("pace/broken", "schnell")
    settings.setValue("pace/never", "-3")
    settings.sync()
    later = ReadingPace(clock)
    later.restore(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    assert (later.pace("m"), later.pace("other"), later.pace("broken"), later.pace("never")) == (100.0, 0.0, 0.0, 0.0)


def test_the_words_tell_what_is_read_and_when_it_is_slower_than_usual():
    assert ask_text.reading(8, 0, 0, 0.0, 3.0) == "正在阅读查到的 8 段资料"
    assert ask_text.reading(8, 312, 540, 4.2, 3.0) == "正在阅读查到的 8 段资料　312/540 词元　约 4 秒"
    slow = ask_text.reading(8, 312, 540, 4.2, 7.5)
    assert "比平时慢" in slow and "4 秒" in slow
    assert "秒" not in ask_text.reading(8, 500, 540, 0.4, 0.1), "nobody needs to be told of an instant"


def test_a_turn_knows_how_long_its_reading_usually_takes(lane, settings, wait):
    clock = Clock()
    pace = ReadingPace(clock)
    pace.begin()
    pace.hear(PACK, PromptRead(0, 400))
    clock.now += 4.0
    pace.hear(PACK, PromptRead(400, 400))
    pace.hear(PACK, TextDelta("字"))
    model = ConversationModel(lane, pace)
    model.set_engine(FakeEngine(settings, stop_after=PromptRead))
    model.ask("问题")
    wait(lambda: model.turns[0].usual_s)
    assert model.turns[0].usual_s == (540 - 128) / 100.0
    model.stop()
