"""What the administrator's file fixes, with the installed commands: nothing that a user does reaches past it.

The commands run in a mount namespace of their own, whose /etc has the policy file of the test and is else the real one.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.flows.running import PASSPHRASE, Jinpan
from tests.flows.test_endpoint import NAMESPACE, WITH_POLICY, has_namespaces

pytestmark = pytest.mark.skipif(
    not has_namespaces(), reason="this machine does not let us mount anything in a namespace"
)


def test_a_fixed_setting_is_the_same_whatever_the_user_does(
    tmp_path: Path, embedder_pack: Path, smollm2_pack: Path, qwen05_pack: Path
) -> None:
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE, encoding="utf-8")
    (tmp_path / "policy.toml").write_text(
        '[web]\nallowed = true\nsearxng_url = "https://search.bank.example"\n'
        f'[settings]\nweb_search = false\ngenerator_pack = "{qwen05_pack.name}"\n',
        encoding="utf-8",
    )
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text("web_search = true\n", encoding="utf-8")
    jinpan = Jinpan(home, passphrase, prefix=[*NAMESPACE, "sh", "-c", WITH_POLICY, "sh", str(tmp_path)])
    (refused,) = jinpan.rows("web", "on", exit_code=2)
    assert refused["code"] == "option_fixed" and "/etc/jinpan/policy.toml" in refused["action"]
    state = jinpan.rows("web", "status")[-1]
    assert state["allowed"] and not state["switched_on"], "the administrator's word goes before settings.toml"
    (refused,) = jinpan.rows("pack", "use", smollm2_pack.name, exit_code=2)
    assert refused["code"] == "option_fixed"
    listed = {row["name"]: row["chosen"] for row in jinpan.rows("pack", "list")}
    assert listed[qwen05_pack.name] and not listed[smollm2_pack.name]
    choices = home / "choices.toml"
    assert not choices.exists() or not tomllib.loads(choices.read_text("utf-8"))
