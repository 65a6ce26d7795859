"""Choices over a scripted engine and a real file: at once on screen, taken back when they cannot be written."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from desktop.errors import Sentence
from desktop.jobs import QueueLane, shut_down
from desktop.preferences import preferences_model
from desktop.preferences.preferences_model import PreferencesModel
from engine.advice import Machine
from engine.api import DAMAGED_CHOICES, Advice, FeedbackExport, Lock, Settings, load_settings
from tests.fakes import FakeEngine

Wait = Callable[[Callable[[], object]], None]
ADVICE = Advice(Machine(8, 12 * 1024**3, 30e9, 5e11, 5e11), "甲", "", ())


@pytest.fixture
def lane(application: QApplication):
    lane = QueueLane()
    yield lane
    assert shut_down([lane], 5.0)


@pytest.fixture
def model(settings: Settings, lane: QueueLane) -> PreferencesModel:
    return PreferencesModel(settings, lane, lambda settings: ADVICE)


def choices(settings: Settings) -> dict[str, object]:
    return tomllib.loads((settings.home / "choices.toml").read_text("utf-8"))


def test_a_choice_counts_at_once_and_is_written_behind_it(model, engine, settings, lane, wait: Wait) -> None:
    model.set_engine(engine)
    model.choose("theme", "dark")
    model.choose("threads", 2)
    model.choose("threads", 4)
    assert (model.settings.theme, model.settings.threads) == ("dark", 4)
    wait(lambda: not lane.busy)
    assert choices(settings) == {"theme": "dark", "threads": 4}
    assert model.settings == engine.settings == load_settings(settings.home)


def test_what_is_chosen_already_is_not_written(model, settings, lane) -> None:
    model.choose("theme", settings.theme)
    assert not lane.busy and not (settings.home / "choices.toml").exists()


def test_what_is_chosen_before_the_engine_is_open_reaches_it(model, engine, settings, lane, wait: Wait) -> None:
    model.choose("text_scale_percent", 150)
    wait(lambda: not lane.busy)
    assert choices(settings) == {"text_scale_percent": 150}
    model.set_engine(engine)
    wait(lambda: not lane.busy)
    assert engine.settings.text_scale_percent == 150 == model.settings.text_scale_percent


def test_a_choice_that_policy_refuses_is_taken_back_and_said(engine, settings, lane, wait: Wait) -> None:
    fixed = replace(settings, threads=4, fixed=("threads",))
    engine.settings = fixed
    model = PreferencesModel(fixed, lane)
    told: list[Sentence] = []
    model.failed.connect(told.append)
    model.set_engine(engine)
    model.choose("threads", 2)
    assert model.settings.threads == 2
    wait(lambda: told and not lane.busy)
    assert model.settings.threads == 4 and "管理策略" in told[0].text


def test_a_full_or_read_only_home_takes_the_choice_back(model, engine, lane, wait: Wait, monkeypatch) -> None:
    told: list[Sentence] = []
    model.failed.connect(told.append)
    model.set_engine(engine)
    monkeypatch.setattr("engine.settings.write_durably", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    model.choose("theme", "contrast")
    wait(lambda: told and not lane.busy)
    assert model.settings.theme == "system" and told[0].action


def test_damaged_choices_are_told_of_once_the_engine_is_open(settings, lane, wait: Wait) -> None:
    (settings.home / "choices.toml").write_text("theme = ", encoding="utf-8")
    model = PreferencesModel(load_settings(settings.home), lane)
    told: list[bool] = []
    model.choices_lost.connect(lambda: told.append(True))
    model.set_engine(FakeEngine(load_settings(settings.home)))
    model.set_engine(FakeEngine(model.settings))
    wait(lambda: not lane.busy)
    assert told == [True] and (settings.home / DAMAGED_CHOICES).read_text("utf-8") == "theme = "
    assert not load_settings(settings.home).choices_lost


def test_locks_sizes_and_the_last_measurement_are_looked_up(model, engine, lane, wait: Wait, monkeypatch) -> None:
    monkeypatch.setattr(preferences_model, "locked", lambda settings: {"threads": Lock.FIXED})
    model.set_engine(engine)
    model.refresh()
    wait(lambda: model.sizes)
    assert model.locks == {"threads": Lock.FIXED} and model.advice is None
    model.measure()
    model.measure()
    assert model.measuring
    wait(lambda: not model.measuring)
    assert model.advice == ADVICE


def test_the_consent_to_export_is_given_through_the_feedback(model, engine, lane, wait: Wait) -> None:
    heard: list[bool] = []
    model.consent_changed.connect(lambda: heard.append(True))
    model.set_engine(engine)
    model.choose("feedback_consent", True)
    wait(lambda: heard and not lane.busy)
    assert engine.feedback.consent().given and model.settings.feedback_consent


def test_feedback_is_exported(model, lane, tmp_path, wait: Wait) -> None:
    class Engine:
        class feedback:  # noqa: N801  the facade's name
            export = staticmethod(lambda path: FeedbackExport(2, 1))

    Engine.settings = model.settings
    model.set_engine(Engine())
    heard: list[object] = []
    model.feedback_exported.connect(heard.append)
    model.export_feedback(tmp_path / "x.jsonl")
    wait(lambda: heard)
    assert heard == [FeedbackExport(2, 1)]
