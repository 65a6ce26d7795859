"""Where a setting comes from: the administrator's file, the user's choices, the command line, and policy above all."""

from __future__ import annotations

import threading
import tomllib
from pathlib import Path

import pytest

from engine import policy, settings
from engine.errors import EnvironmentFault, Fault, Rejection, RequestRejected
from engine.options import OPTIONS
from engine.policy import Policy, WebPolicy
from engine.settings import CHOICES, DAMAGED_CHOICES, Lock, Settings, load_settings, locked, remember_choices


@pytest.fixture(autouse=True)
def anyones_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's policy file need not be root's."""
    monkeypatch.setattr(policy, "_require_administrators_file", lambda file: None)


def rejected(code: str) -> pytest.RaisesExc[RequestRejected]:
    return pytest.raises(RequestRejected, match=code)


@pytest.mark.parametrize("option", ["prefix_memory_mb", "prefix_disk_mb"])
@pytest.mark.parametrize("source", ["file", "override"])
def test_a_limit_below_nothing_is_rejected_and_nothing_means_off(home: Path, option: str, source: str) -> None:
    def load(value: int) -> int:
        if source == "override":
            return getattr(load_settings(home, **{option: value}), option)
        (home / "settings.toml").write_text(f"{option} = {value}\n", encoding="utf-8")
        return getattr(load_settings(home), option)

    assert load(0) == 0
    with pytest.raises(RequestRejected) as caught:
        load(-1)
    assert (caught.value.code, caught.value.details["option"]) == (Rejection.OPTION_INVALID, option)


def test_every_option_is_a_setting_whose_default_it_allows(home: Path) -> None:
    plain = Settings(home)
    for name, option in OPTIONS.items():
        assert option.fault_of(getattr(plain, name)) == "", name


def test_choices_are_kept_beside_each_other_and_go_before_the_administrators_file(home: Path) -> None:
    (home / "settings.toml").write_text('theme = "light"\nthreads = 2\n', encoding="utf-8")
    now = remember_choices(load_settings(home), theme="contrast", text_scale_percent=150)
    now = remember_choices(now, language="en", feedback_consent=True)
    assert (now.theme, now.text_scale_percent, now.language, now.feedback_consent) == ("contrast", 150, "en", True)
    assert load_settings(home) == now and now.threads == 2
    assert set(tomllib.loads((home / CHOICES).read_text("utf-8"))) == {
        "theme", "text_scale_percent", "language", "feedback_consent"
    }  # fmt: skip
    assert [path.name for path in home.iterdir() if path.name.endswith(".new")] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"telemetry": True},
        {"home": "/elsewhere"},
        {"text_scale_percent": 99},
        {"text_scale_percent": True},
        {"threads": "4"},
        {"theme": "pink"},
        {"generator_pack": " "},
        {"theme": "dark", "keep_history_months": -1},
    ],
)
def test_what_is_no_choice_is_refused_as_a_whole(home: Path, changes: dict[str, object]) -> None:
    with rejected(Rejection.OPTION_INVALID):
        remember_choices(load_settings(home), **changes)  # type: ignore[arg-type]
    assert not (home / CHOICES).exists()


@pytest.mark.parametrize(
    "content", [b"theme = dark", b"\xff\xfe", b"telemetry = true\n", b'theme = "dark"\nthreads = -1\n']
)
def test_damaged_choices_are_kept_aside_and_the_program_starts(home: Path, content: bytes) -> None:
    (home / CHOICES).write_bytes(content)
    now = load_settings(home)
    assert now.choices_lost and now.theme == "system" and load_settings(home) == now
    now = remember_choices(now)
    assert not now.choices_lost and load_settings(home) == now
    assert (home / DAMAGED_CHOICES).read_bytes() == content


def test_a_pack_that_is_gone_counts_as_not_chosen(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINPAN_PACKS", str(home / "packs"))
    (home / "packs" / "bank-7b").mkdir(parents=True)
    assert remember_choices(load_settings(home), generator_pack="bank-7b").generator_pack == "bank-7b"
    assert load_settings(home).generator_pack == "bank-7b"
    (home / "packs" / "bank-7b").rmdir()
    assert load_settings(home).generator_pack == Settings(home).generator_pack
    assert load_settings(home, generator_pack="other").generator_pack == "other"


def test_the_choice_of_an_earlier_version_still_counts(home: Path) -> None:
    (home / "packs" / "bank-7b").mkdir(parents=True)
    (home / "chosen_pack").write_text("bank-7b\n", encoding="utf-8")
    assert load_settings(home).generator_pack == "bank-7b"
    remember_choices(load_settings(home), theme="dark")
    assert load_settings(home).generator_pack == "bank-7b"
    remember_choices(load_settings(home), generator_pack=Settings(home).generator_pack)
    assert load_settings(home).generator_pack == Settings(home).generator_pack


def test_two_threads_lose_no_choice(home: Path) -> None:
    plain = load_settings(home)
    changes = [{"theme": "dark"}, {"threads": 3}, {"language": "en"}, {"keep_history_months": 6}] * 5
    threads = [threading.Thread(target=remember_choices, args=(plain,), kwargs=change) for change in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    now = load_settings(home)
    assert (now.theme, now.threads, now.language, now.keep_history_months) == ("dark", 3, "en", 6)


# ---- policy


def test_what_policy_fixes_goes_before_everything_and_cannot_be_chosen(home: Path, tmp_path: Path) -> None:
    remember_choices(load_settings(home), threads=2, language="en", theme="dark")
    path = tmp_path / "policy.toml"
    path.write_text('[settings]\nthreads = 4\nlanguage = "zh_CN"\nfeedback_consent = false\n', encoding="utf-8")
    now = load_settings(home, path, threads=8)
    assert (now.threads, now.language, now.theme) == (4, "zh_CN", "dark")
    assert now.fixed == ("threads", "language", "feedback_consent")
    with pytest.raises(RequestRejected) as caught:
        remember_choices(now, theme="light", threads=2)
    assert caught.value.code == Rejection.OPTION_FIXED and caught.value.details["option"] == "threads"
    assert load_settings(home, path).theme == "dark"
    assert remember_choices(now, theme="light", threads=4).theme == "light", "what policy says anyway may be said"
    assert load_settings(home).threads == 2, "the choice from before comes back with the end of the policy"


def test_the_page_learns_why_a_setting_is_locked(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("[settings]\nthreads = 4\n", encoding="utf-8")
    now = load_settings(home, path)
    monkeypatch.setattr(settings, "load_policy", lambda: Policy())
    assert locked(now) == {"threads": Lock.FIXED, "web_search": Lock.NOT_ALLOWED, "web_provider": Lock.NOT_ALLOWED}
    monkeypatch.setattr(settings, "load_policy", lambda: Policy(web=WebPolicy(allowed=True)))
    assert locked(now) == {"threads": Lock.FIXED}


def test_a_wrong_policy_file_fixes_nothing_and_lets_the_window_say_so(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("[settings]\nthreads = four\n", encoding="utf-8")
    assert load_settings(home, path).fixed == ()
    with pytest.raises(EnvironmentFault, match=Fault.POLICY_INVALID):
        policy.load_policy(path)
